#include "json/parse_private.h"

#include <stdlib.h>

static const struct {
    struct str path;
    enum jss_dialect dialect;
} dialects[] = {
    {STR("json-schema.org/draft-04/schema"), JSS_DRAFT_04},
    {STR("json-schema.org/schema"), JSS_DRAFT_04},
    {STR("json-schema.org/draft-06/schema"), JSS_DRAFT_06},
    {STR("json-schema.org/draft-07/schema"), JSS_DRAFT_07},
    {STR("json-schema.org/draft/2019-09/schema"), JSS_DRAFT_2019_09},
    {STR("json-schema.org/draft/2020-12/schema"), JSS_DRAFT_2020_12},
};

struct str jss_without_scheme(struct str uri)
{
    static const struct str prefixes[] = {STR("http://"), STR("https://")};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (str_starts(uri, prefixes[i]))
            return str_slice(uri, prefixes[i].n, uri.n);
    }
    return (struct str){NULL, 0};
}

bool jss_dialect_of(struct str uri, enum jss_dialect *ret)
{
    struct str path = jss_without_scheme(uri);
    if (path.p && str_ends(path, STR("#")))
        path.n--;
    for (size_t i = 0; path.p && i < sizeof dialects / sizeof *dialects; i++) {
        if (str_equal(path, dialects[i].path)) {
            *ret = dialects[i].dialect;
            return true;
        }
    }
    return false;
}

/* Keywords whose values are or hold schemas; sorted by name. "definitions" stays one of all dialects, as their metaschemas
 * have it. */
static const struct holder {
    struct str name;
    enum jss_holds holds;
    enum jss_dialect first, last;
} holders[] = {
    {STR("$defs"), JSS_HOLDS_MAP, JSS_DRAFT_2019_09, JSS_DRAFT_2020_12},
    {STR("additionalItems"), JSS_HOLDS_SCHEMA, JSS_DRAFT_04, JSS_DRAFT_2019_09},
    {STR("additionalProperties"), JSS_HOLDS_SCHEMA, JSS_DRAFT_04, JSS_DRAFT_2020_12},
    {STR("allOf"), JSS_HOLDS_LIST, JSS_DRAFT_04, JSS_DRAFT_2020_12},
    {STR("anyOf"), JSS_HOLDS_LIST, JSS_DRAFT_04, JSS_DRAFT_2020_12},
    {STR("contains"), JSS_HOLDS_SCHEMA, JSS_DRAFT_06, JSS_DRAFT_2020_12},
    {STR("contentSchema"), JSS_HOLDS_SCHEMA, JSS_DRAFT_2019_09, JSS_DRAFT_2020_12},
    {STR("definitions"), JSS_HOLDS_MAP, JSS_DRAFT_04, JSS_DRAFT_2020_12},
    {STR("dependencies"), JSS_HOLDS_MAP, JSS_DRAFT_04, JSS_DRAFT_07},
    {STR("dependentSchemas"), JSS_HOLDS_MAP, JSS_DRAFT_2019_09, JSS_DRAFT_2020_12},
    {STR("else"), JSS_HOLDS_SCHEMA, JSS_DRAFT_07, JSS_DRAFT_2020_12},
    {STR("if"), JSS_HOLDS_SCHEMA, JSS_DRAFT_07, JSS_DRAFT_2020_12},
    {STR("items"), JSS_HOLDS_SCHEMA_OR_LIST, JSS_DRAFT_04, JSS_DRAFT_2020_12},
    {STR("not"), JSS_HOLDS_SCHEMA, JSS_DRAFT_04, JSS_DRAFT_2020_12},
    {STR("oneOf"), JSS_HOLDS_LIST, JSS_DRAFT_04, JSS_DRAFT_2020_12},
    {STR("patternProperties"), JSS_HOLDS_MAP, JSS_DRAFT_04, JSS_DRAFT_2020_12},
    {STR("prefixItems"), JSS_HOLDS_LIST, JSS_DRAFT_2020_12, JSS_DRAFT_2020_12},
    {STR("properties"), JSS_HOLDS_MAP, JSS_DRAFT_04, JSS_DRAFT_2020_12},
    {STR("propertyNames"), JSS_HOLDS_SCHEMA, JSS_DRAFT_06, JSS_DRAFT_2020_12},
    {STR("then"), JSS_HOLDS_SCHEMA, JSS_DRAFT_07, JSS_DRAFT_2020_12},
    {STR("unevaluatedItems"), JSS_HOLDS_SCHEMA, JSS_DRAFT_2019_09, JSS_DRAFT_2020_12},
    {STR("unevaluatedProperties"), JSS_HOLDS_SCHEMA, JSS_DRAFT_2019_09, JSS_DRAFT_2020_12},
};

static int compare_holders(const void *name, const void *holder)
{
    return str_compare(*(const struct str *)name, ((const struct holder *)holder)->name);
}

enum jss_holds jss_keyword_holds(enum jss_dialect dialect, struct str keyword)
{
    const struct holder *holder =
        bsearch(&keyword, holders, sizeof holders / sizeof *holders, sizeof *holders, compare_holders);
    if (!holder || dialect < holder->first || dialect > holder->last)
        return JSS_HOLDS_NOTHING;
    bool is_list_unknown = holder->holds == JSS_HOLDS_SCHEMA_OR_LIST && dialect == JSS_DRAFT_2020_12;
    return is_list_unknown ? JSS_HOLDS_SCHEMA : holder->holds;
}
