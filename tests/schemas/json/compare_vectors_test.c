/* Published pairs of schemas: with their differences, places and verdicts, and with the truth, which the policy "sound" never
 * contradicts by accepting. Exit status 77: they are not there.
 * covers: schemas/json/compare.c */
#include "comparing.h"

#include "vectors.h"

#include <dirent.h>

/* -- differences ------------------------------------------------------------------------------------------------ */

static const struct {
    const char *file;
    size_t count;
} files[] = {{"confluent/json-diff-draft07.json", 104}, {"confluent/json-diff-combined-draft07.json", 28}};

static const char *changes_of(const struct jtree_node *pair)
{
    struct buf text = new_text();
    for (const struct jtree_node *change = jtree_member(pair, STR("changes"))->first; change; change = change->next) {
        buf_add(&text, text.n ? STR("; ") : STR_EMPTY);
        buf_add(&text, change->text);
    }
    return terminated(buf_str(&text));
}

static void assert_verdict(const char *reader, const char *writer, enum schema_policy policy, bool is_compatible)
{
    const char *found = compared(reader, writer, policy);
    ck_assert_msg((found[0] == '\0') == is_compatible, "%s\n%s\n%s", writer, reader, found);
}

START_TEST(published_differences_are_found)
{
    size_t count = 0;
    const struct jtree_node *pair = read_vectors(vectors_path(files[_i].file))->first;
    for (; pair; pair = pair->next, count++) {
        const char *reader = member_text(pair, STR("update_schema"));
        const char *writer = member_text(pair, STR("original_schema"));
        bool is_compatible = jtree_is(jtree_member(pair, STR("compatible")), JTREE_KIND_TRUE);
        const struct jtree_node *lenient = jtree_member(pair, STR("compatible_lenient"));
        struct schema_differences found = compared_fully(reader, writer);
        assert_text(differences_text(&found, JSS_COMPATIBLE), changes_of(pair));
        assert_verdict(reader, writer, SCHEMA_POLICY_REFERENCE, is_compatible);
        assert_verdict(reader, writer, SCHEMA_POLICY_LENIENT,
                       lenient ? lenient->kind == JTREE_KIND_TRUE : is_compatible);
    }
    printf("%zu published pairs\n", count);
    ck_assert_uint_eq(count, files[_i].count);
}
END_TEST

/* -- the truth --------------------------------------------------------------------------------------------------- */

static const struct {
    const char *folder, *dialect;
} suites[] = {
    {"containment/draft4", "http://json-schema.org/draft-04/schema#"},
    {"containment/draft7", "http://json-schema.org/draft-07/schema#"},
};
static const char *const categories[] = {"nonvalid", "reflexive", "unions", "universal", "unsatisfiable", "valid"};

struct totals {
    size_t questions, included, accepted;
};

static const char *in_dialect(const char *schema, const char *dialect)
{
    if (schema[0] != '{' || strstr(schema, "\"$schema\""))
        return schema;
    return arena_printf(arena, "{\"$schema\":\"%s\"%s%s", dialect, schema[1] == '}' ? "" : ",", schema + 1).p;
}

static void ask(const char *reader, const char *writer, const struct jtree_node *truth, struct totals *totals)
{
    if (!truth)
        return;
    bool is_included = truth->kind == JTREE_KIND_TRUE;
    bool is_accepted = compared(reader, writer, SCHEMA_POLICY_SOUND)[0] == '\0';
    ck_assert_msg(is_included || !is_accepted, "%s\n%s", writer, reader);
    totals->questions++;
    totals->included += is_included;
    totals->accepted += is_accepted;
}

/* Formats are assertions there. */
static void ask_both_ways(const struct jtree_node *pair, const char *dialect, struct totals *totals)
{
    const char *first = in_dialect(member_text(pair, STR("schema1")), dialect);
    const char *second = in_dialect(member_text(pair, STR("schema2")), dialect);
    const struct jtree_node *truths = jtree_member(pair, STR("tests"));
    if (strstr(first, "\"format\"") || strstr(second, "\"format\""))
        return;
    ask(second, first, jtree_member(truths, STR("s1SubsetEqOfs2")), totals);
    ask(first, second, jtree_member(truths, STR("s2SubsetEqOfs1")), totals);
}

static void ask_folder(const char *folder, const char *dialect, struct totals *totals)
{
    DIR *directory = opendir(folder);
    ck_assert_msg(directory != NULL, "%s", folder);
    for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        if (!str_ends(str_of(entry->d_name), STR(".json")))
            continue;
        const struct jtree_node *pair = read_vectors(arena_printf(arena, "%s/%s", folder, entry->d_name).p)->first;
        for (; pair; pair = pair->next)
            ask_both_ways(pair, dialect, totals);
    }
    closedir(directory);
}

START_TEST(sound_never_contradicts_the_truth)
{
    struct totals totals = {0};
    for (int i = 0; i < ROWS(categories); i++) {
        const char *folder = arena_printf(arena, "%s/%s", vectors_path(suites[_i].folder), categories[i]).p;
        ask_folder(folder, suites[_i].dialect, &totals);
    }
    printf("%s: %zu questions, %zu included, %zu accepted\n", suites[_i].folder, totals.questions, totals.included,
           totals.accepted);
    ck_assert_uint_gt(totals.questions, 1000);
    ck_assert_uint_gt(totals.accepted, totals.included / 3);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, published_differences_are_found, 0, ROWS(files));
    tcase_add_loop_test(tests, sound_never_contradicts_the_truth, 0, ROWS(suites));
}

int main(void)
{
    if (!has_vectors(files[0].file) || !has_vectors("containment/LICENSE.txt"))
        return 77;
    return run_tests("compare_vectors", add_tests);
}
