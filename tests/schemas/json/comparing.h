/* What the tests of comparisons share. In texts of tables ' stands for a double quote. */
#pragma once

#include "json/compare.h"

#include "models.h"

/* "TYPE path; TYPE path" of the differences that are incompatible at least so much. */
static inline const char *differences_text(const struct schema_differences *found, enum jss_difference_class least)
{
    struct buf text = new_text();
    for (size_t i = 0; i < found->count; i++) {
        const struct jss_difference_row *row = jss_difference_rows;
        while (row->name != found->items[i].type)
            row++;
        if (row->class < least)
            continue;
        ck_assert_uint_eq(found->items[i].detail.n, 0);
        buf_printf(&text, "%s%s " STR_FMT, text.n ? "; " : "", found->items[i].type, STR_ARG(found->items[i].path));
    }
    return terminated(buf_str(&text));
}

/* What differs for a reader of what the writer wrote; "" when it is compatible. */
static inline const char *compared(const char *reader, const char *writer, enum schema_policy policy)
{
    struct schema_differences found = {0};
    struct error err = ERROR_INIT(arena);
    uint64_t budget = SCHEMA_COMPARE_BUDGET;
    int outcome = jss_compare(json_model(reader), json_model(writer), policy, arena, &budget, &found, &err);
    ck_assert_int_eq(outcome, 0);
    ck_assert(!found.truncated);
    return differences_text(&found, JSS_COMPATIBLE);
}

/* All that differs. */
static inline struct schema_differences compared_fully(const char *reader, const char *writer)
{
    struct schema_differences found = {0};
    struct error err = ERROR_INIT(arena);
    uint64_t budget = SCHEMA_COMPARE_BUDGET;
    int outcome =
        jss_compare_all(json_model(reader), json_model(writer), SCHEMA_POLICY_REFERENCE, arena, &budget, &found, &err);
    ck_assert_int_eq(outcome, 0);
    ck_assert(!found.truncated);
    return found;
}
