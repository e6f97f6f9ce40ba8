#include "check_private.h"

static bool is_exported(struct check *c, enum pb_visibility visibility, bool is_nested, const struct pb_file *file)
{
    struct str usual = check_facts_of(c, file)->visibility;
    if (visibility != PB_VISIBILITY_UNSET)
        return visibility == PB_EXPORT;
    return str_equal(usual, STR("EXPORT_ALL")) || (str_equal(usual, STR("EXPORT_TOP_LEVEL")) && !is_nested);
}

bool check_may_use(struct check *c, struct check_symbol symbol, struct pb_position at, const char *usage)
{
    const struct pb_message *message = symbol.kind == PB_SYMBOL_MESSAGE ? symbol.node : NULL;
    const struct pb_enum *enumeration = symbol.kind == PB_SYMBOL_ENUM ? symbol.node : NULL;
    if (symbol.file == c->file || (!message && !enumeration))
        return true;
    enum pb_visibility visibility = message ? message->visibility : enumeration->visibility;
    if (is_exported(c, visibility, message ? message->parent != NULL : enumeration->parent != NULL, symbol.file))
        return true;
    if (!check_is_first(c, at))
        return false;
    struct str reason =
        visibility == PB_LOCAL
            ? STR("It is explicitly marked 'local'")
            : ARENA_JOIN(c->scratch,
                         STR("It defaulted to local from file-level 'option features.default_symbol_visibility = '"),
                         check_facts_of(c, symbol.file)->visibility, STR("';"));
    CHECK_FAULT(c, at, STR("Symbol \""), message ? message->full_name : enumeration->full_name,
                STR("\", defined in \""), symbol.file->path, STR("\" "), str_of(usage), STR(" is not visible from \""),
                c->file->path, STR("\". "), reason, STR(" and cannot be accessed outside its own file"));
    return false;
}

/* -- STRICT: what is nested cannot be exported ------------------------------------------------------------------------- */

/* A local message that is there only for the names of enums. */
static bool is_namespace(const struct pb_message *message)
{
    const struct pb_range *range = NULL;
    size_t count = 0;
    for (const struct pb_ranges *ranges = message->reserved.first; ranges && count < 2; ranges = ranges->next) {
        for (const struct pb_range *item = ranges->ranges.first; item && count < 2; item = item->next) {
            count += !item->name.p;
            range = item->name.p ? range : item;
        }
    }
    return !message->parent && message->visibility != PB_EXPORT && count == 1 && range->start == 1 &&
           range->end == 536870911;
}

static void check_strict(struct check *c, const struct check_element *element)
{
    const struct pb_message *message = element->of == PB_MESSAGE_OPTIONS ? element->node : NULL;
    const struct pb_enum *enumeration = element->of == PB_ENUM_OPTIONS ? element->node : NULL;
    if (message && message->parent && message->visibility == PB_EXPORT)
        CHECK_FAULT(c, message->at, STR("\""), message->full_name,
                    STR("\" is a nested message and cannot be `export` with STRICT default_symbol_visibility. It must "
                        "be moved to top-level, ideally in its own file in order to be `export`."));
    if (enumeration && enumeration->parent && enumeration->visibility == PB_EXPORT &&
        !is_namespace(enumeration->parent))
        CHECK_FAULT(c, enumeration->at, STR("\""), enumeration->full_name,
                    STR("\" is a nested enum and cannot be marked `export` with STRICT default_symbol_visibility. It "
                        "must be moved to top-level, ideally in its own file in order to be `export`. For C++ "
                        "namespacing of enums in a messages use: `local message <OuterNamespace> { export enum "),
                    enumeration->full_name, STR(" {...} reserved 1 to max; }`"));
}

void check_strict_visibility(struct check *c)
{
    if (str_equal(check_facts_of(c, c->file)->visibility, STR("STRICT")))
        check_each_element(c, check_strict);
}
