/* One program, used by several threads at once, each with its own scratch. */
#include "validating.h"

#include <pthread.h>

#define THREADS 4

struct user {
    const struct jss_program *program;
    const struct jtree_node *good, *bad;
    pthread_t thread;
};

static void *use(void *context)
{
    const struct user *user = context;
    struct jss_scratch *scratch = jss_scratch_new();
    bool is_right = scratch != NULL;
    for (int i = 0; i < 300 && is_right; i++) {
        struct arena own;
        arena_init(&own, 1u << 20, NULL, 0);
        struct jss_output output = {.arena = &own, .is_detailed = i % 2};
        is_right = jss_validate(user->program, user->good, scratch, NULL) == JSS_VALID &&
                   jss_validate(user->program, user->bad, scratch, &output) == JSS_INVALID && output.units.count >= 3;
        arena_deinit(&own);
    }
    jss_scratch_free(scratch);
    return is_right ? NULL : context;
}

START_TEST(threads_share_a_program)
{
    const char *schema =
        spelled("{'type':'object','properties':{'a':{'items':{'type':'integer'}},'s':{'pattern':'^[a-z]+$'},"
                "'e':{'enum':[1,[2],'x']}},'required':['a']}");
    struct user user = {.program = compiled(str_of(schema)),
                        .good = json_value(str_of(spelled("{'a':[1,2],'s':'abc','e':[2.0]}"))),
                        .bad = json_value(str_of(spelled("{'a':['x'],'s':'ABC','e':[3]}")))};
    struct user users[THREADS];
    for (int i = 0; i < THREADS; i++) {
        users[i] = user;
        ck_assert_int_eq(pthread_create(&users[i].thread, NULL, use, &users[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *failed;
        ck_assert_int_eq(pthread_join(users[i].thread, &failed), 0);
        ck_assert_ptr_null(failed);
    }
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, threads_share_a_program);
}

int main(void)
{
    return run_tests("validate_shared", add_tests);
}
