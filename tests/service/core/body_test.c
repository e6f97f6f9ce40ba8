/* Members of bodies as clients write them.
 * covers: service/core/body.c */
#include "requests.h"

static const struct {
    const char *body, *text, *fault; /* text NULL: none */
} texts[] = {
    {"{'x':'a'}", "a", NULL},
    {"{'x':''}", "", NULL},
    {"{'x':'a','x':'b'}", "b", NULL},
    {"{'x':1.50}", "1.50", NULL},
    {"{'x':true}", "true", NULL},
    {"{'x':false}", "false", NULL},
    {"{'x':null}", NULL, NULL},
    {"{'y':'a'}", NULL, NULL},
    {"{}", NULL, NULL},
    {"{'x':[]}", NULL, "Cannot read x as text from a value of type array"},
    {"{'x':{}}", NULL, "Cannot read x as text from a value of type object"},
};

START_TEST(reads_texts)
{
    struct request r;
    struct str text = STR("untouched");
    request_begin(&r, "", json(texts[_i].body));
    int outcome = core_body_text(&r.call, r.body, "x", &text);
    ck_assert_int_eq(outcome, texts[_i].fault ? -1 : 0);
    ck_assert((text.p != NULL) == (texts[_i].text != NULL));
    if (texts[_i].text)
        assert_text(text, texts[_i].text);
    if (texts[_i].fault)
        REFUSED(request_end(&r), BAD_REQUEST, texts[_i].fault);
    else
        MUST(request_end(&r));
}
END_TEST

static const struct {
    const char *body;
    int32_t number;
    const char *fault;
} numbers[] = {
    {"{'x':1}", 1, NULL},
    {"{'x':-7}", -7, NULL},
    {"{'x':'12'}", 12, NULL},
    {"{'x':' 12 '}", 12, NULL},
    {"{'x':1.9}", 1, NULL},
    {"{'x':-1.9}", -1, NULL},
    {"{'x':1e2}", 100, NULL},
    {"{'x':2147483647}", 2147483647, NULL},
    {"{'x':-2147483648}", INT32_MIN, NULL},
    {"{'x':2147483647.9}", 2147483647, NULL},
    {"{'x':0}", 0, NULL},
    {"{'x':null}", 99, NULL},
    {"{}", 99, NULL},
    {"{'x':''}", 99, NULL},
    {"{'x':'  '}", 99, NULL},
    {"{'x':2147483648}", 99, "x: 2147483648 is outside of the range of numbers"},
    {"{'x':-2147483649}", 99, "x: -2147483649 is outside of the range of numbers"},
    {"{'x':1e400}", 99, "x: 1e400 is outside of the range of numbers"},
    {"{'x':'latest'}", 99, "x: latest is not a number"},
    {"{'x':'1x'}", 99, "x: 1x is not a number"},
    {"{'x':'0x10'}", 99, "x: 0x10 is not a number"},
    {"{'x':'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xC3\xA9'}", 99, /* cut before a character */
     "x: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa is outside of the range of numbers"},
    {"{'x':true}", 99, "Cannot read x as a number from a value of type boolean"},
    {"{'x':[1]}", 99, "Cannot read x as a number from a value of type array"},
    {"{'x':{}}", 99, "Cannot read x as a number from a value of type object"},
    {"{'x':'0000000000000000000000000000000000000000000000000000000000000000000000000000000000'}", 99,
     "x: 0000000000000000000000000000000000000000000000000000000000000000 is outside of the range of numbers"},
};

START_TEST(reads_numbers)
{
    struct request r;
    int32_t number = -77;
    request_begin(&r, "", json(numbers[_i].body));
    int outcome = core_body_number(&r.call, r.body, "x", 99, &number);
    ck_assert_int_eq(outcome, numbers[_i].fault ? -1 : 0);
    ck_assert_int_eq(number, numbers[_i].number);
    if (numbers[_i].fault)
        REFUSED(request_end(&r), BAD_REQUEST, numbers[_i].fault);
    else
        MUST(request_end(&r));
}
END_TEST

static const struct {
    const char *body;
    int value; /* 9: the fallback */
    const char *fault;
} booleans[] = {
    {"{'x':true}", 1, NULL},
    {"{'x':false}", 0, NULL},
    {"{'x':'true'}", 1, NULL},
    {"{'x':' True '}", 1, NULL},
    {"{'x':'TRUE'}", 1, NULL},
    {"{'x':'false'}", 0, NULL},
    {"{'x':'False'}", 0, NULL},
    {"{'x':'FALSE'}", 0, NULL},
    {"{'x':0}", 0, NULL},
    {"{'x':1}", 1, NULL},
    {"{'x':-3}", 1, NULL},
    {"{'x':99999999999}", 1, NULL},
    {"{'x':null}", 9, NULL},
    {"{'x':''}", 9, NULL},
    {"{}", 9, NULL},
    {"{'x':'tRUE'}", 9, "x: only \"true\" or \"false\" is recognized, not \"tRUE\""},
    {"{'x':'1'}", 9, "x: only \"true\" or \"false\" is recognized, not \"1\""},
    {"{'x':[]}", 9, "Cannot read x as a boolean from a value of type array"},
    {"{'x':{}}", 9, "Cannot read x as a boolean from a value of type object"},
};

START_TEST(reads_booleans)
{
    struct request r;
    int value = -77;
    request_begin(&r, "", json(booleans[_i].body));
    int outcome = core_body_boolean(&r.call, r.body, "x", 9, &value);
    ck_assert_int_eq(outcome, booleans[_i].fault ? -1 : 0);
    ck_assert_int_eq(value, booleans[_i].value);
    if (booleans[_i].fault)
        REFUSED(request_end(&r), BAD_REQUEST, booleans[_i].fault);
    else
        MUST(request_end(&r));
}
END_TEST

/* NaN is a number for clients of old, and is nothing. */
START_TEST(reads_nan)
{
    struct request r;
    int32_t number = -77;
    int value = -77;
    request_begin(&r, "", NULL);
    ck_assert_int_eq(jtree_read(r.arena, STR("{\"x\":NaN}"), JTREE_ALLOW_NAN, NULL, &r.body, NULL), JTREE_OK);
    ck_assert_int_eq(core_body_number(&r.call, r.body, "x", 99, &number), 0);
    ck_assert_int_eq(core_body_boolean(&r.call, r.body, "x", 9, &value), 0);
    ck_assert(number == 0 && value == 0);
    ck_assert_int_eq(jtree_read(r.arena, STR("{\"x\":-Infinity}"), JTREE_ALLOW_NAN, NULL, &r.body, NULL), JTREE_OK);
    ck_assert_int_eq(core_body_number(&r.call, r.body, "x", 99, &number), -1);
    REFUSED(request_end(&r), BAD_REQUEST, "x: -Infinity is outside of the range of numbers");
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

static void add(TCase *tests)
{
    tcase_add_loop_test(tests, reads_texts, 0, COUNT(texts));
    tcase_add_loop_test(tests, reads_numbers, 0, COUNT(numbers));
    tcase_add_loop_test(tests, reads_booleans, 0, COUNT(booleans));
    tcase_add_test(tests, reads_nan);
}

int main(void)
{
    return run_tests("body", add);
}
