#include "json/compile_private.h"
#include "json/formats_private.h"

/* Which dialects define a format: draft-04 7.3, draft-06 8.3, draft-07 7.3, 2019-09 and 2020-12 7.3 of their validation
 * specifications. */
static const struct {
    struct str name;
    enum jss_dialect first, last;
    jss_format_fn *has;
} formats[] = {
    {STR("date"), JSS_DRAFT_07, JSS_DRAFT_2020_12, jss_is_date},
    {STR("date-time"), JSS_DRAFT_04, JSS_DRAFT_2020_12, jss_is_date_time},
    {STR("duration"), JSS_DRAFT_2019_09, JSS_DRAFT_2020_12, jss_is_duration},
    {STR("email"), JSS_DRAFT_04, JSS_DRAFT_2020_12, jss_is_email},
    {STR("hostname"), JSS_DRAFT_04, JSS_DRAFT_06, jss_is_hostname},
    {STR("hostname"), JSS_DRAFT_07, JSS_DRAFT_2020_12, jss_is_hostname_with_a_labels},
    {STR("idn-email"), JSS_DRAFT_07, JSS_DRAFT_2020_12, jss_is_idn_email},
    {STR("idn-hostname"), JSS_DRAFT_07, JSS_DRAFT_2020_12, jss_is_idn_hostname},
    {STR("ipv4"), JSS_DRAFT_04, JSS_DRAFT_2020_12, jss_is_ipv4},
    {STR("ipv6"), JSS_DRAFT_04, JSS_DRAFT_2020_12, jss_is_ipv6},
    {STR("iri"), JSS_DRAFT_07, JSS_DRAFT_2020_12, jss_is_iri},
    {STR("iri-reference"), JSS_DRAFT_07, JSS_DRAFT_2020_12, jss_is_iri_reference},
    {STR("json-pointer"), JSS_DRAFT_06, JSS_DRAFT_2020_12, jss_is_json_pointer},
    {STR("regex"), JSS_DRAFT_07, JSS_DRAFT_2020_12, jss_is_regex},
    {STR("relative-json-pointer"), JSS_DRAFT_07, JSS_DRAFT_2020_12, jss_is_relative_json_pointer},
    {STR("time"), JSS_DRAFT_07, JSS_DRAFT_2020_12, jss_is_time},
    {STR("uri"), JSS_DRAFT_04, JSS_DRAFT_2020_12, jss_is_uri},
    {STR("uri-reference"), JSS_DRAFT_06, JSS_DRAFT_2020_12, jss_is_uri_reference},
    {STR("uri-template"), JSS_DRAFT_06, JSS_DRAFT_2020_12, jss_is_uri_template},
    {STR("uuid"), JSS_DRAFT_2019_09, JSS_DRAFT_2020_12, jss_is_uuid},
};

jss_format_fn *jss_format_of(enum jss_dialect dialect, struct str name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        bool is_known = dialect >= formats[i].first && dialect <= formats[i].last;
        if (is_known && str_equal(name, formats[i].name))
            return formats[i].has;
    }
    return NULL;
}
