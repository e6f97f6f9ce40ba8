/* What the tests of comparisons share. */
#pragma once

#include "fixture.h"
#include "protobuf/compare.h"

struct outcome {
    int code; /* of the comparison */
    uint64_t steps;
    struct schema_differences found;
    struct error err;
};

static inline struct outcome compare_in(struct arena *memory, const struct pb_schema *reader,
                                        const struct pb_schema *writer, enum schema_policy policy, uint64_t budget)
{
    struct outcome o = {.err = ERROR_INIT(arena)};
    uint64_t left = budget;
    o.code = pb_compare(reader, writer, policy, memory, &left, &o.found, &o.err);
    ck_assert_uint_le(left, budget);
    o.steps = budget - left;
    ck_assert_uint_le(o.steps, SCHEMA_COMPARE_BUDGET);
    return o;
}

static inline struct outcome compare(const struct pb_schema *reader, const struct pb_schema *writer,
                                     enum schema_policy policy)
{
    return compare_in(arena, reader, writer, policy, UINT64_MAX);
}

/* "TYPE path; TYPE path"; "" when there is none. */
static inline struct str listed(const struct schema_differences *found)
{
    struct buf out = new_text();
    for (size_t i = 0; i < found->count; i++)
        buf_printf(&out, "%s%s " STR_FMT, i ? "; " : "", found->items[i].type, STR_ARG(found->items[i].path));
    return buf_str(&out);
}

/* What keeps a reader from reading a writer. */
static inline struct str differences_of(const struct pb_schema *reader, const struct pb_schema *writer,
                                        enum schema_policy policy)
{
    struct outcome o = compare(reader, writer, policy);
    ck_assert_int_eq(o.code, 0);
    ck_assert(!o.found.truncated);
    return listed(&o.found);
}

/* Differences of all classes. */
static inline struct str all_differences_of(const struct pb_schema *reader, const struct pb_schema *writer,
                                            bool is_sound)
{
    struct schema_differences found = {0};
    struct error err = ERROR_INIT(arena);
    uint64_t budget = SCHEMA_COMPARE_BUDGET;
    ck_assert_int_eq(pb_compare_all(reader, writer, is_sound, arena, &budget, &found, &err), 0);
    ck_assert(!found.truncated);
    return listed(&found);
}
