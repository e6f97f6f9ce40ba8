/* The formats of JSON Schema as functions on texts, which are UTF-8. Private to schemas/json. Pure, without allocation but for
 * jss_is_regex. */
#pragma once

#include "str.h"

/* formats_time.c */
bool jss_is_date(struct str text);
bool jss_is_time(struct str text);
bool jss_is_date_time(struct str text);
bool jss_is_duration(struct str text);

/* formats_host.c */
bool jss_is_ipv4(struct str text);
bool jss_is_ipv6(struct str text);
bool jss_is_hostname(struct str text);
/* The same, and labels that begin with xn-- are those of internationalised names. */
bool jss_is_hostname_with_a_labels(struct str text);
bool jss_is_idn_hostname(struct str text);
bool jss_is_email(struct str text);
bool jss_is_idn_email(struct str text);

/* formats_idna.c: one label of a name, as RFC 5891 has it. Coarser than the tables of RFC 5892: of letters outside of ASCII it is
 * not known whether they are capitals or change under normalisation, and the rules for text from right to left (RFC 5893)
 * are not looked at. */
bool jss_is_u_label(struct str label); /* has characters outside of ASCII */
bool jss_is_a_label(struct str label); /* begins with xn--, in any case */

/* formats_uri.c */
bool jss_is_uri(struct str text);
bool jss_is_uri_reference(struct str text);
bool jss_is_iri(struct str text);
bool jss_is_iri_reference(struct str text);
bool jss_is_uri_template(struct str text);

/* formats_text.c */
bool jss_is_uuid(struct str text);
bool jss_is_json_pointer(struct str text);
bool jss_is_relative_json_pointer(struct str text);
/* What base/regex.h compiles, of up to 64 KiB. */
bool jss_is_regex(struct str text);

static inline bool jss_is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static inline bool jss_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline bool jss_is_hex(char c)
{
    return jss_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
/* One of the characters; not for NUL. */
static inline bool jss_is_one_of(char c, const char *characters)
{
    return c && strchr(characters, c);
}
/* The byte at a place; 0 behind the end. */
static inline char jss_byte_at(struct str text, size_t at)
{
    return at < text.n ? text.p[at] : 0;
}
/* How many digits there are from a place on. */
static inline size_t jss_count_digits(struct str text, size_t at)
{
    size_t end = at;
    while (jss_is_digit(jss_byte_at(text, end)))
        end++;
    return end - at;
}
