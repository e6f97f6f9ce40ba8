#include "json/formats_private.h"

/* RFC 1035, 2.3.4: octets of a label, and characters of a name without the final dot. */
#define LABEL_MAX 63
#define FULL_NAME_MAX 253

/* -- Addresses ------------------------------------------------------------------------------------------------- */

/* RFC 2673, 3.2, and without the leading zeros that some read as octal. */
bool jss_is_ipv4(struct str text)
{
    size_t at = 0;
    for (int part = 0; part < 4; part++) {
        size_t digits = jss_count_digits(text, at);
        if (digits == 0 || digits > 3 || (digits > 1 && text.p[at] == '0'))
            return false;
        int number = 0;
        for (size_t end = at + digits; at < end; at++)
            number = number * 10 + (text.p[at] - '0');
        if (number > 255 || (part < 3 && jss_byte_at(text, at++) != '.'))
            return false;
    }
    return at == text.n;
}

/* Groups of four hexadecimal digits from a place on, the last two as IPv4 perhaps, up to "::" or the end, where *at is
 * then; -1: something else. */
static int count_groups(struct str text, size_t *at)
{
    int groups = 0;
    while (*at < text.n) {
        size_t start = *at;
        while (jss_is_hex(jss_byte_at(text, *at)))
            ++*at;
        if (jss_byte_at(text, *at) == '.') {
            struct str rest = str_slice(text, start, text.n);
            *at = text.n;
            return jss_is_ipv4(rest) ? groups + 2 : -1;
        }
        if (*at == start || *at - start > 4)
            return -1;
        groups++;
        bool is_end = *at == text.n || str_starts(str_slice(text, *at, text.n), STR("::"));
        if (is_end)
            return groups;
        if (text.p[*at] != ':' || ++*at == text.n)
            return -1;
    }
    return groups;
}

/* RFC 4291, 2.2. */
bool jss_is_ipv6(struct str text)
{
    size_t at = 0;
    int before = str_starts(text, STR("::")) ? 0 : count_groups(text, &at);
    if (before < 0 || at == text.n)
        return before == 8;
    at += 2;
    int after = count_groups(text, &at);
    return after >= 0 && at == text.n && before + after <= 7;
}

/* -- Names ----------------------------------------------------------------------------------------------------- */

/* Letters, digits, and hyphens in the middle. */
static bool is_ldh_label(struct str label)
{
    if (label.n == 0 || label.n > LABEL_MAX || label.p[0] == '-' || label.p[label.n - 1] == '-')
        return false;
    for (size_t i = 0; i < label.n; i++) {
        if (!jss_is_letter(label.p[i]) && !jss_is_digit(label.p[i]) && label.p[i] != '-')
            return false;
    }
    return true;
}

/* RFC 5890, 2.3.2.1: a label with hyphens as its third and fourth character is an A-label or none. */
static bool is_label(struct str label)
{
    if (!is_ldh_label(label))
        return false;
    bool is_reserved = label.n > 3 && label.p[2] == '-' && label.p[3] == '-';
    return !is_reserved || jss_is_a_label(label);
}

static bool has_ascii_only(struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if ((unsigned char)text.p[i] >= 0x80)
            return false;
    }
    return true;
}

static bool is_label_of_idn(struct str label)
{
    return has_ascii_only(label) ? is_label(label) : jss_is_u_label(label);
}

static bool has_labels(struct str text, bool (*is_one)(struct str label))
{
    struct str label;
    while (str_next(&text, '.', &label)) {
        if (!is_one(label))
            return false;
    }
    return true;
}

/* RFC 1123, 2.1. */
bool jss_is_hostname(struct str text)
{
    return text.n > 0 && text.n <= FULL_NAME_MAX && has_labels(text, is_ldh_label);
}

/* RFC 5890, 2.3.2.3. */
bool jss_is_hostname_with_a_labels(struct str text)
{
    return text.n > 0 && text.n <= FULL_NAME_MAX && has_labels(text, is_label);
}

/* Where a label ends: at a full stop, or what is taken for one (RFC 3490, 3.1): U+3002, U+FF0E, U+FF61. */
static size_t find_stop(struct str text, size_t *ret_bytes)
{
    static const struct str stops[] = {STR("."), STR("\xe3\x80\x82"), STR("\xef\xbc\x8e"), STR("\xef\xbd\xa1")};
    for (size_t at = 0; at < text.n; at++) {
        for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
            if (str_starts(str_slice(text, at, text.n), stops[i])) {
                *ret_bytes = stops[i].n;
                return at;
            }
        }
    }
    *ret_bytes = 0;
    return text.n;
}

/* RFC 5890, 2.3.2.3. Of the length of the whole name in its ASCII form it is known that each label is in bounds. */
bool jss_is_idn_hostname(struct str text)
{
    size_t stop;
    if (text.n > 4 * FULL_NAME_MAX)
        return false;
    do {
        size_t end = find_stop(text, &stop);
        if (!is_label_of_idn(str_slice(text, 0, end)))
            return false;
        text = str_slice(text, end + stop, text.n);
    } while (stop);
    return true;
}

/* -- Mail ------------------------------------------------------------------------------------------------------ */

/* RFC 5322, 3.2.3, and beyond ASCII RFC 6531, 3.3. */
static bool is_atom(char c, bool is_idn)
{
    return jss_is_letter(c) || jss_is_digit(c) || jss_is_one_of(c, "!#$%&'*+-/=?^_`{|}~") ||
           (is_idn && (unsigned char)c >= 0x80);
}

/* The bytes of the local part from the start on: atoms with dots between them. */
static size_t skip_dot_string(struct str text, bool is_idn)
{
    size_t at = 0;
    bool is_behind_atom = false;
    for (; at < text.n; at++) {
        if (text.p[at] == '.' && !is_behind_atom)
            return 0;
        is_behind_atom = text.p[at] != '.';
        if (is_behind_atom && !is_atom(text.p[at], is_idn))
            break;
    }
    return at > 0 && text.p[at - 1] == '.' ? 0 : at;
}

/* RFC 5321, 4.1.2: printable ASCII between quotes, with a backslash before a quote or a backslash. */
static size_t skip_quoted(struct str text, bool is_idn)
{
    for (size_t at = 1; at < text.n; at++) {
        unsigned char c = (unsigned char)text.p[at];
        if (c == '"')
            return at + 1;
        if (c == '\\')
            c = (unsigned char)jss_byte_at(text, ++at);
        if (c < ' ' || c == 0x7f || (c > 0x7f && !is_idn))
            return 0;
    }
    return 0;
}

/* RFC 5321, 4.1.3. */
static bool is_literal(struct str domain)
{
    if (!str_starts(domain, STR("[")) || !str_ends(domain, STR("]")))
        return false;
    struct str address = str_slice(domain, 1, domain.n - 1), prefix = STR("IPv6:");
    bool is_ipv6 = str_equal_nocase(str_slice(address, 0, prefix.n), prefix);
    return is_ipv6 ? jss_is_ipv6(str_slice(address, prefix.n, address.n)) : jss_is_ipv4(address);
}

/* RFC 5321, 4.1.2: Mailbox. */
static bool is_mailbox(struct str text, bool is_idn, bool (*is_domain)(struct str text))
{
    bool is_quoted = jss_byte_at(text, 0) == '"';
    size_t end = is_quoted ? skip_quoted(text, is_idn) : skip_dot_string(text, is_idn);
    if (end == 0 || jss_byte_at(text, end) != '@')
        return false;
    struct str domain = str_slice(text, end + 1, text.n);
    return is_literal(domain) || is_domain(domain);
}

bool jss_is_email(struct str text)
{
    return is_mailbox(text, false, jss_is_hostname);
}

bool jss_is_idn_email(struct str text)
{
    return is_mailbox(text, true, jss_is_idn_hostname);
}
