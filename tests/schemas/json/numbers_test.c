/* Numbers against bounds and steps: the short ways say what exact decimals say. */
#include "decimal.h"
#include "validating.h"

static const char *const bounds[] = {
    "0",
    "1",
    "-1",
    "9",
    "10",
    "11",
    "99",
    "100",
    "101",
    "1000",
    "-10",
    "999999",
    "1000000",
    "0.5",
    "-2",
    "5",
    "50",
    "1e3",
    "10.0",
    "-0.5",
    "12.5",
    "1e30",
    "-1e9",
    "99999",
    "1e-3",
    "123456789012345678",
    "999999999999999999",
    "1000000000000000000",
    "-999999999999999999",
};

static const char *const numbers[] = {
    "0",
    "-0",
    "0.0",
    "1",
    "1.0",
    "1.5",
    "-1",
    "-1.5",
    "9",
    "9.5",
    "9.99",
    "10",
    "10.0",
    "10.5",
    "11",
    "99",
    "99.99",
    "99.999999",
    "100",
    "100.0",
    "100.001",
    "101",
    "999",
    "999.9",
    "999.99",
    "1000",
    "1000.0",
    "1000.1",
    "1001",
    "9999",
    "10000",
    "99999.99",
    "999999",
    "999999.5",
    "1000000",
    "1000000.0",
    "1000000.000001",
    "1000001",
    "1234567",
    "12345678",
    "12345678.5",
    "123456789",
    "1e3",
    "1E3",
    "1e+3",
    "1e-3",
    "10e2",
    "0.001",
    "0.5",
    "0.50",
    "-0.5",
    "-10",
    "-10.0",
    "-9.99",
    "-2",
    "-2.0",
    "1234567890123456",
    "12345678901234567",
    "123456789012345678",
    "123456789012345678.5",
    "999999999999999999",
    "1000000000000000000",
    "9999999999999999999",
    "1e30",
    "1e31",
    "-1e9",
    "-1000000000",
    "-999999999999999999",
    "-1000000000000000000",
    "0.000000000000000001",
    "1234.5e1",
    "12.5",
    "12.50",
    "1234e-1",
    "99.5e0",
    "100000.00000000",
};

static struct decimal decimal_of(const char *text)
{
    struct decimal decimal;
    ck_assert_int_eq(decimal_parse(str_of(text), &decimal), DECIMAL_OK);
    return decimal;
}

static bool passes(const char *keyword, const char *bound, const char *number)
{
    struct decimal a = decimal_of(number), b = decimal_of(bound);
    int order = decimal_compare(&a, &b);
    if (strcmp(keyword, "minimum") == 0)
        return order >= 0;
    if (strcmp(keyword, "maximum") == 0)
        return order <= 0;
    return strcmp(keyword, "exclusiveMinimum") == 0 ? order > 0 : order < 0;
}

static const char *const pairs[][2] = {
    {"minimum", "maximum"},
    {"minimum", "exclusiveMaximum"},
    {"exclusiveMinimum", "maximum"},
    {"exclusiveMinimum", "exclusiveMaximum"},
};

/* Each number against a lower bound and each upper one. */
static void check_bounds(const struct jss_program *program, struct jss_scratch *scratch, const char *const keywords[2],
                         const char *const limits[2], bool wants_integer)
{
    for (int i = 0; i < ROWS(numbers); i++) {
        struct decimal number = decimal_of(numbers[i]);
        bool is_right = passes(keywords[0], limits[0], numbers[i]) && passes(keywords[1], limits[1], numbers[i]) &&
                        (!wants_integer || decimal_is_integer(&number));
        enum jss_outcome got = jss_validate(program, json_value(str_of(numbers[i])), scratch, NULL);
        ck_assert_msg((got == JSS_VALID) == is_right, "%s, %s %s, %s %s, integer %d: %d", numbers[i], keywords[0],
                      limits[0], keywords[1], limits[1], wants_integer, got);
    }
}

START_TEST(bounds_are_exact)
{
    struct jss_scratch *scratch = jss_scratch_new();
    const char *const *keywords = pairs[_i];
    for (int wants_integer = 0; wants_integer < 2; wants_integer++) {
        for (int i = 0; i < ROWS(bounds) * ROWS(bounds); i += 1 + wants_integer) {
            const char *const limits[] = {bounds[i / ROWS(bounds)], bounds[i % ROWS(bounds)]};
            struct arena_mark mark = arena_mark(arena);
            struct str schema = arena_printf(arena, "{\"%s\":%s,\"%s\":%s,\"type\":\"%s\"}", keywords[0], limits[0],
                                             keywords[1], limits[1], wants_integer ? "integer" : "number");
            check_bounds(compiled(schema), scratch, keywords, limits, wants_integer);
            arena_rewind(arena, mark);
        }
    }
    jss_scratch_free(scratch);
}
END_TEST

START_TEST(steps_are_exact)
{
    struct jss_scratch *scratch = jss_scratch_new();
    for (int i = 0; i < ROWS(bounds); i++) {
        struct decimal step = decimal_of(bounds[i]);
        const struct jss_program *program = compiled(arena_printf(arena, "{\"multipleOf\":%s}", bounds[i]));
        for (int k = 0; k < ROWS(numbers); k++) {
            struct decimal number = decimal_of(numbers[k]);
            enum jss_outcome got = jss_validate(program, json_value(str_of(numbers[k])), scratch, NULL);
            ck_assert_msg((got == JSS_VALID) == decimal_is_multiple(&number, &step), "%s of %s", numbers[k], bounds[i]);
        }
    }
    jss_scratch_free(scratch);
}
END_TEST

START_TEST(integers_are_told_by_their_value)
{
    struct jss_scratch *scratch = jss_scratch_new();
    const struct jss_program *program = compiled(str_of(spelled("{'type':'integer'}")));
    const struct jss_program *old = compiled(str_of(spelled("{" D4 ",'type':'integer'}")));
    for (int i = 0; i < ROWS(numbers); i++) {
        struct decimal number = decimal_of(numbers[i]);
        const struct jtree_node *node = json_value(str_of(numbers[i]));
        ck_assert_int_eq(jss_validate(program, node, scratch, NULL),
                         decimal_is_integer(&number) ? JSS_VALID : JSS_INVALID);
        ck_assert_int_eq(jss_validate(old, node, scratch, NULL),
                         decimal_is_written_integer(&number) ? JSS_VALID : JSS_INVALID);
    }
    jss_scratch_free(scratch);
}
END_TEST

START_TEST(equal_numbers_hash_alike)
{
    for (int i = 0; i < ROWS(numbers) * ROWS(numbers); i++) {
        struct jss_number a, b;
        ck_assert(jss_number_read(str_of(numbers[i / ROWS(numbers)]), &a));
        ck_assert(jss_number_read(str_of(numbers[i % ROWS(numbers)]), &b));
        struct decimal x = decimal_of(numbers[i / ROWS(numbers)]), y = decimal_of(numbers[i % ROWS(numbers)]);
        int got = jss_number_compare(&a, &b), wanted = decimal_compare(&x, &y);
        ck_assert_int_eq((got > 0) - (got < 0), (wanted > 0) - (wanted < 0));
        ck_assert_int_eq(jss_number_hash(&a) == jss_number_hash(&b), wanted == 0);
    }
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, bounds_are_exact, 0, ROWS(pairs));
    tcase_add_test(tests, steps_are_exact);
    tcase_add_test(tests, integers_are_told_by_their_value);
    tcase_add_test(tests, equal_numbers_hash_alike);
}

int main(void)
{
    return run_tests("numbers", add_tests);
}
