/* Validating within bounds: deep, wide and hostile schemas and instances are answered within the steps of a run, memory may end
 * anywhere, and a run that finds nothing wrong takes no memory.
 * covers: schemas/json/compile.c schemas/json/validate.c schemas/json/validate_walk.c schemas/json/values.c */
#include "validating.h"

static struct jss_scratch *scratch;

static void set_up_scratch(void)
{
    scratch = jss_scratch_new();
    ck_assert_ptr_nonnull(scratch);
}

static void tear_down_scratch(void)
{
    jss_scratch_free(scratch);
}

static enum jss_outcome run(const struct jss_program *program, const struct jtree_node *instance)
{
    return jss_validate(program, instance, scratch, NULL);
}

static struct str joined(const char *a, struct str b, const char *c)
{
    return ARENA_JOIN(arena, str_of(spelled(a)), b, str_of(spelled(c)));
}

/* -- depth ------------------------------------------------------------------------------------------------------- */

/* An instance of so many levels, and at its end what is right or wrong. */
static const struct jtree_node *deep(const char *open, const char *close, int levels, const char *end)
{
    return json_value(ARENA_JOIN(arena, repeated(open, levels), str_of(spelled(end)), repeated(close, levels)));
}

static const char *const recursive[] = {
    "{'properties':{'a':{'$ref':'#'}},'items':{'$ref':'#'},'type':['object','integer','array']}",
    "{'allOf':[{'properties':{'a':{'$ref':'#'}},'items':{'$ref':'#'}},{'type':['object','integer','array']}]}",
    "{'anyOf':[{'type':'integer'},{'type':'object','properties':{'a':{'$ref':'#'}}},{'type':'array','items':{'$ref':'#'"
    "}}]}",
    "{'not':{'not':{'type':['object','integer','array'],'properties':{'a':{'$ref':'#'}},'items':{'$ref':'#'}}}}",
    "{" D20 ",'properties':{'a':{'$ref':'#'}},'items':{'$ref':'#'},'type':['object','integer','array'],"
    "'unevaluatedProperties':false,'unevaluatedItems':false}",
};

START_TEST(deep_instances_are_judged)
{
    const struct jss_program *program = compiled(str_of(spelled(recursive[_i])));
    struct jss_output output = {.arena = arena, .is_detailed = true};
    ck_assert_int_eq(run(program, deep("{'a':", "}", 10000, "1")), JSS_VALID);
    ck_assert_int_eq(run(program, deep("[", "]", 10000, "1")), JSS_VALID);
    ck_assert_int_eq(run(program, deep("{'a':", "}", 10000, "'x'")), JSS_INVALID);
    ck_assert_int_eq(jss_validate(program, deep("[", "]", 300, "'x'"), scratch, &output), JSS_INVALID);
    ck_assert_uint_gt(output.units.count, 0);
}
END_TEST

/* Schemas that judge at the same time are bounded: that deep nothing is decided. */
START_TEST(the_deepest_are_left_undecided)
{
    const struct jss_program *program = compiled(str_of(spelled(recursive[_i])));
    enum jss_outcome outcome = run(program, deep("[", "]", 70000, "1"));
    ck_assert(outcome == JSS_UNDECIDED);
    ck_assert_int_eq(run(program, deep("[", "]", 10, "1")), JSS_VALID);
}
END_TEST

START_TEST(deep_schemas_are_compiled)
{
    struct buf text = new_text();
    add_times(&text, str_of(spelled("{'allOf':[")), 240);
    buf_add(&text, str_of(spelled("{'type':'null'}")));
    add_times(&text, STR("]}"), 240);
    const struct jss_program *program = compiled(buf_str(&text));
    ck_assert_int_eq(run(program, json_value(STR("null"))), JSS_VALID);
    ck_assert_int_eq(run(program, json_value(STR("1"))), JSS_INVALID);
}
END_TEST

/* A reference that leads to itself without a value in between never ends: it is undecided, whatever leads to it. */
static const char *const endless[] = {
    "{'$ref':'#'}",
    "{'allOf':[{'$ref':'#'}]}",
    "{'anyOf':[{'$ref':'#'},{'$ref':'#'}]}",
    "{'not':{'$ref':'#'}}",
    "{'$ref':'#/definitions/a','definitions':{'a':{'$ref':'#/definitions/b'},'b':{'$ref':'#/definitions/a'}}}",
};

START_TEST(endless_schemas_are_left_undecided)
{
    struct error err;
    struct jss_program *program = NULL;
    if (compile_into(arena, str_of(spelled(endless[_i])), false, &program, &err) != 0)
        return;
    ck_assert_int_eq(run(program, json_value(STR("1"))), JSS_UNDECIDED);
}
END_TEST

/* -- width -------------------------------------------------------------------------------------------------------- */

START_TEST(wide_values_are_judged)
{
    struct buf schema = new_text(), instance = new_text();
    buf_add(&schema, str_of(spelled("{'additionalProperties':false,'properties':{'x':{}")));
    buf_add(&instance, str_of(spelled("{'x':0")));
    for (int i = 0; i < 50000; i++) {
        struct str name = arena_printf(arena, ",\"property number %d\":", i);
        buf_add(&schema, ARENA_JOIN(arena, name, str_of(spelled("{'type':'integer'}"))));
        buf_add(&instance, ARENA_JOIN(arena, name, STR("1")));
    }
    const struct jss_program *program = compiled(joined("", buf_str(&schema), "}}"));
    ck_assert_int_eq(run(program, json_value(joined("", buf_str(&instance), "}"))), JSS_VALID);
    ck_assert_int_eq(run(program, json_value(joined("", buf_str(&instance), ",'y':1}"))), JSS_INVALID);
}
END_TEST

START_TEST(long_arrays_are_judged)
{
    struct str many = repeated("{'a':[1,2]},", 100000);
    const struct jss_program *program =
        compiled(str_of(spelled("{'items':{'properties':{'a':{'items':{'type':'integer'}}}}}")));
    ck_assert_int_eq(run(program, json_value(joined("[", many, "{'a':[]}]"))), JSS_VALID);
    ck_assert_int_eq(run(program, json_value(joined("[", many, "{'a':['x']}]"))), JSS_INVALID);
}
END_TEST

START_TEST(unique_items_are_found_among_many)
{
    struct buf text = new_text();
    for (int i = 0; i < 200000; i++)
        buf_add(&text, arena_printf(arena, "[%d],", i));
    const struct jss_program *program = compiled(str_of(spelled("{'uniqueItems':true}")));
    ck_assert_int_eq(run(program, json_value(joined("[", buf_str(&text), "-1]"))), JSS_VALID);
    ck_assert_int_eq(run(program, json_value(joined("[", buf_str(&text), "[77.0]]"))), JSS_INVALID);
}
END_TEST

START_TEST(many_values_of_an_enum_are_told_apart)
{
    struct buf text = new_text();
    for (int i = 0; i < 30000; i++)
        buf_add(&text, arena_printf(arena, "%d,\"%d\",[%d],{\"a\":%d},", i, i, i, i));
    const struct jss_program *program = compiled(joined("{'enum':[", buf_str(&text), "null]}"));
    const char *const in[] = {"29999", "'29999'", "[12345.0]", "{'a':1}", "null"}, *const out[] = {"30000", "'x'",
                                                                                                   "[-1]", "{}"};
    for (int i = 0; i < ROWS(in); i++)
        ck_assert_int_eq(run(program, json_value(str_of(spelled(in[i])))), JSS_VALID);
    for (int i = 0; i < ROWS(out); i++)
        ck_assert_int_eq(run(program, json_value(str_of(spelled(out[i])))), JSS_INVALID);
}
END_TEST

/* -- work --------------------------------------------------------------------------------------------------------- */

/* Each level asks two alternatives that ask the level below: without a memory of verdicts the work doubles at each. */
START_TEST(verdicts_are_remembered)
{
    const struct jss_program *program = compiled(
        str_of(spelled("{'definitions':{'n':{'oneOf':[{'type':'integer'},"
                       "{'type':'object','properties':{'a':{'$ref':'#/definitions/n'}},'required':['a','b']},"
                       "{'type':'object','properties':{'a':{'$ref':'#/definitions/n'}},'required':['a','c']}]}},"
                       "'$ref':'#/definitions/n'}")));
    ck_assert_int_eq(run(program, deep("{'b':1,'a':", "}", 200, "1")), JSS_VALID);
    ck_assert_int_eq(run(program, deep("{'b':1,'a':", "}", 200, "'x'")), JSS_INVALID);
    ck_assert_int_eq(run(program, deep("{'b':1,'c':1,'a':", "}", 200, "1")), JSS_INVALID);
}
END_TEST

START_TEST(many_alternatives_are_asked)
{
    struct buf text = new_text();
    for (int i = 0; i < 20000; i++)
        buf_add(&text, arena_printf(arena, "{\"const\":%d},", i));
    const struct jss_program *program = compiled(joined("{'items':{'oneOf':[", buf_str(&text), "false]}}"));
    ck_assert_int_eq(run(program, json_value(STR("[19999,0]"))), JSS_VALID);
    ck_assert_int_eq(run(program, json_value(STR("[19999,-1]"))), JSS_INVALID);
    ck_assert_int_eq(run(program, json_value(joined("[", repeated("0,", 2000), "1]"))), JSS_UNDECIDED);
}
END_TEST

START_TEST(catastrophic_patterns_are_given_up)
{
    static const char *const patterns[] = {"^(a+)+$", "^(a|a)*$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y"};
    for (int i = 0; i < ROWS(patterns); i++) {
        struct str text = joined("'", repeated(i == 3 ? "x" : "a", 50000), "!'");
        const struct jss_program *program =
            compiled(ARENA_JOIN(arena, str_of(spelled("{'pattern':'")), str_of(patterns[i]), str_of(spelled("'}"))));
        ck_assert_int_ne(run(program, json_value(text)), JSS_VALID);
        program = compiled(ARENA_JOIN(arena, str_of(spelled("{'patternProperties':{'")), str_of(patterns[i]),
                                      str_of(spelled("':false}}"))));
        ck_assert_int_ne(run(program, json_value(ARENA_JOIN(arena, STR("{"), text, STR(":1}")))), JSS_INVALID);
    }
}
END_TEST

START_TEST(long_numbers_are_judged)
{
    const struct jss_program *program = compiled(str_of(spelled("{'items':{'multipleOf':7,'maximum':1e100000}}")));
    ck_assert_int_eq(run(program, json_value(joined("[7", repeated("0", 4000), "]"))), JSS_VALID);
    ck_assert_int_eq(run(program, json_value(joined("[1", repeated("0", 4000), "]"))), JSS_INVALID);
    /* Out of what base/decimal.h compares. */
    ck_assert_int_eq(run(program, json_value(joined("[7", repeated("0", 5000), "]"))), JSS_UNDECIDED);
    ck_assert_int_eq(run(program, json_value(STR("[7e999999999999999999999]"))), JSS_UNDECIDED);
}
END_TEST

/* -- memory ------------------------------------------------------------------------------------------------------- */

#define ALL_KEYWORDS                                                                                               \
    "{" D20 ",'type':'object','properties':{'a':{'type':'array','items':{'$ref':'#/$defs/n'},'uniqueItems':true}," \
    "'s':{'enum':['x','y',1,[2]],'minLength':1,'pattern':'^[a-z]$'}},'patternProperties':{'^p':{'minimum':1}},"    \
    "'required':['a'],'$defs':{'n':{'oneOf':[{'type':'integer','multipleOf':3},{'type':'object',"                  \
    "'properties':{'b':{'const':{'c':[1]}}},'required':['b'],'unevaluatedProperties':false},"                      \
    "{'type':'array','prefixItems':[true],'contains':{'type':'null'}}]}},"                                         \
    "'dependentRequired':{'s':['a']},'dependentSchemas':{'a':{'minProperties':2}},'if':{'required':['p1']},"       \
    "'then':{'maxProperties':9},'unevaluatedProperties':false}"
#define GOOD "{'a':[3,{'b':{'c':[1]}},[null,1],6],'s':'x','p1':2}"
#define BAD "{'a':[4,{'b':{'c':[2]},'d':1},[1],4],'s':'z','p1':0,'q':1}"

static size_t memory_of(void)
{
    return scratch->arena->used_bytes + (size_t)(scratch->arena->end - scratch->arena->next);
}

START_TEST(what_is_right_takes_no_memory)
{
    const struct jss_program *program = compiled(str_of(spelled(ALL_KEYWORDS)));
    const struct jtree_node *good = json_value(str_of(spelled(GOOD))), *bad = json_value(str_of(spelled(BAD)));
    ck_assert_int_eq(run(program, good), JSS_VALID);
    size_t before = memory_of();
    const void *data = scratch->regex.data, *context = scratch->regex.context;
    for (int i = 0; i < 100; i++) {
        ck_assert_int_eq(run(program, good), JSS_VALID);
        ck_assert_int_eq(run(program, bad), JSS_INVALID);
    }
    ck_assert_uint_eq(memory_of(), before);
    ck_assert_ptr_eq(scratch->regex.data, data);
    ck_assert_ptr_eq(scratch->regex.context, context);
}
END_TEST

/* What is said goes to the arena of the output; the scratch stays as it is from run to run. */
START_TEST(telling_takes_no_memory_for_good)
{
    const struct jss_program *program = compiled(str_of(spelled(ALL_KEYWORDS)));
    const struct jtree_node *bad = json_value(str_of(spelled(BAD)));
    size_t before = 0;
    for (int i = 0; i < 200; i++) {
        struct arena own;
        arena_init(&own, 1u << 20, NULL, 0);
        struct jss_output output = {.arena = &own};
        ck_assert_int_eq(jss_validate(program, bad, scratch, &output), JSS_INVALID);
        arena_deinit(&own);
        before = i ? before : memory_of();
    }
    ck_assert_uint_eq(memory_of(), before);
}
END_TEST

START_TEST(compiling_may_run_out_of_memory)
{
    const char *text = spelled(ALL_KEYWORDS);
    for (size_t room = 1000;; room += 500) {
        struct arena small;
        struct jss_program *program = NULL;
        struct error err;
        arena_init(&small, room, NULL, 0);
        int outcome = compile_into(&small, str_of(text), true, &program, &err);
        ck_assert(outcome == 0 || err.id == ERROR_SCHEMA_TOO_LARGE || err.id == ERROR_INVALID_SCHEMA);
        if (outcome == 0)
            ck_assert_int_eq(run(program, json_value(str_of(spelled(GOOD)))), JSS_VALID);
        arena_deinit(&small);
        if (outcome == 0)
            break;
        ck_assert_uint_lt(room, 10u << 20);
    }
}
END_TEST

START_TEST(running_may_run_out_of_memory)
{
    const struct jss_program *program = compiled(str_of(spelled(ALL_KEYWORDS)));
    const struct jtree_node *good = json_value(str_of(spelled(GOOD)));
    for (size_t room = 0;; room += 100) {
        struct jss_scratch *small = jss_scratch_new();
        ck_assert_ptr_nonnull(small);
        small->arena->max_bytes = room;
        small->arena->end = small->arena->next;
        enum jss_outcome outcome = jss_validate(program, good, small, NULL);
        small->arena->max_bytes = 1u << 20;
        small->arena->failed = false;
        ck_assert(outcome == JSS_VALID || outcome == JSS_NO_MEMORY);
        ck_assert_int_eq(jss_validate(program, good, small, NULL), JSS_VALID);
        jss_scratch_free(small);
        if (outcome == JSS_VALID)
            break;
        ck_assert_uint_lt(room, 1u << 20);
    }
}
END_TEST

START_TEST(telling_may_run_out_of_memory)
{
    const struct jss_program *program = compiled(str_of(spelled(ALL_KEYWORDS)));
    const struct jtree_node *bad = json_value(str_of(spelled(BAD)));
    for (size_t room = 0;; room += 50) {
        struct arena small;
        arena_init(&small, room, NULL, 0);
        struct jss_output output = {.arena = &small, .is_detailed = room % 100 == 0};
        enum jss_outcome outcome = jss_validate(program, bad, scratch, &output);
        ck_assert(outcome == JSS_INVALID || outcome == JSS_NO_MEMORY);
        arena_deinit(&small);
        if (outcome == JSS_INVALID)
            break;
        ck_assert_uint_lt(room, 1u << 20);
    }
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_checked_fixture(tests, set_up_scratch, tear_down_scratch);
    tcase_add_loop_test(tests, deep_instances_are_judged, 0, ROWS(recursive));
    tcase_add_loop_test(tests, the_deepest_are_left_undecided, 0, ROWS(recursive));
    tcase_add_test(tests, deep_schemas_are_compiled);
    tcase_add_loop_test(tests, endless_schemas_are_left_undecided, 0, ROWS(endless));
    tcase_add_test(tests, wide_values_are_judged);
    tcase_add_test(tests, long_arrays_are_judged);
    tcase_add_test(tests, unique_items_are_found_among_many);
    tcase_add_test(tests, many_values_of_an_enum_are_told_apart);
    tcase_add_test(tests, verdicts_are_remembered);
    tcase_add_test(tests, many_alternatives_are_asked);
    tcase_add_test(tests, catastrophic_patterns_are_given_up);
    tcase_add_test(tests, long_numbers_are_judged);
    tcase_add_test(tests, what_is_right_takes_no_memory);
    tcase_add_test(tests, telling_takes_no_memory_for_good);
    tcase_add_test(tests, compiling_may_run_out_of_memory);
    tcase_add_test(tests, running_may_run_out_of_memory);
    tcase_add_test(tests, telling_may_run_out_of_memory);
}

int main(void)
{
    return run_tests("validate_bounds", add_tests);
}
