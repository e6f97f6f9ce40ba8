/* Which logical types are known. */
#include "fixture.h"

#include "avro/model.h"

static const struct {
    const char *text;
    bool is_known, is_decimal;
    int precision, scale;
} types[] = {
    {"{'type':'int','logicalType':'date'}", true, false, 0, 0},
    {"{'type':'int','logicalType':'time-millis','x':1}", true, false, 0, 0},
    {"{'type':'long','logicalType':'time-micros'}", true, false, 0, 0},
    {"{'type':'long','logicalType':'timestamp-millis'}", true, false, 0, 0},
    {"{'type':'long','logicalType':'timestamp-micros'}", true, false, 0, 0},
    {"{'type':'long','logicalType':'timestamp-nanos'}", true, false, 0, 0},
    {"{'type':'long','logicalType':'local-timestamp-millis'}", true, false, 0, 0},
    {"{'type':'long','logicalType':'local-timestamp-micros'}", true, false, 0, 0},
    {"{'type':'long','logicalType':'local-timestamp-nanos'}", true, false, 0, 0},
    {"{'type':'string','logicalType':'uuid'}", true, false, 0, 0},
    {"{'type':'bytes','logicalType':'big-decimal'}", true, false, 0, 0},
    {"{'type':'fixed','name':'F','size':16,'logicalType':'uuid'}", true, false, 0, 0},
    {"{'type':'fixed','name':'F','size':12,'logicalType':'duration'}", true, false, 0, 0},
    {"{'type':'bytes','logicalType':'decimal','precision':4,'scale':2}", true, true, 4, 2},
    {"{'type':'bytes','logicalType':'decimal','precision':2147483647}", true, true, INT32_MAX, 0},
    {"{'type':'bytes','logicalType':'decimal','precision':4,'scale':4}", true, true, 4, 4},
    {"{'type':'fixed','name':'F','size':4,'logicalType':'decimal','precision':9}", true, true, 9, 0},
    {"{'type':'fixed','name':'F','size':16,'logicalType':'decimal','precision':38}", true, true, 38, 0},
    /* Not of this type, or of wrong numbers. */
    {"'int'", false, false, 0, 0},
    {"{'type':'int','x':1}", false, false, 0, 0},
    {"{'type':'int','logicalType':1}", false, false, 0, 0},
    {"{'type':'int','logicalType':'Date'}", false, false, 0, 0},
    {"{'type':'long','logicalType':'date'}", false, false, 0, 0},
    {"{'type':'int','logicalType':'decimal','precision':4}", false, false, 0, 0},
    {"{'type':'fixed','name':'F','size':15,'logicalType':'uuid'}", false, false, 0, 0},
    {"{'type':'fixed','name':'F','size':13,'logicalType':'duration'}", false, false, 0, 0},
    {"{'type':'bytes','logicalType':'decimal'}", false, false, 0, 0},
    {"{'type':'bytes','logicalType':'decimal','precision':0}", false, false, 0, 0},
    {"{'type':'bytes','logicalType':'decimal','precision':'4'}", false, false, 0, 0},
    {"{'type':'bytes','logicalType':'decimal','precision':4.0}", false, false, 0, 0},
    {"{'type':'bytes','logicalType':'decimal','precision':2147483648}", false, false, 0, 0},
    {"{'type':'bytes','logicalType':'decimal','precision':4,'scale':-1}", false, false, 0, 0},
    {"{'type':'bytes','logicalType':'decimal','precision':4,'scale':5}", false, false, 0, 0},
    {"{'type':'bytes','logicalType':'decimal','precision':4,'scale':null}", false, false, 0, 0},
    {"{'type':'fixed','name':'F','size':4,'logicalType':'decimal','precision':10}", false, false, 0, 0},
    {"{'type':'fixed','name':'F','size':16,'logicalType':'decimal','precision':39}", false, false, 0, 0},
    {"{'type':'fixed','name':'F','size':0,'logicalType':'decimal','precision':1}", false, false, 0, 0},
};

START_TEST(a_logical_type_is_known_on_the_types_it_is_for)
{
    struct schema *schema = parsed(str_of(spelled(types[_i].text)));
    struct avsc_logical found = {0};
    bool is_known = avsc_logical_find(((const struct avsc_schema *)schema_model(schema))->root, &found);
    ck_assert_int_eq(is_known, types[_i].is_known);
    if (is_known) {
        ck_assert_int_eq(found.is_decimal, types[_i].is_decimal);
        ck_assert_int_eq(found.precision, types[_i].precision);
        ck_assert_int_eq(found.scale, types[_i].scale);
    }
    schema_unref(schema);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, a_logical_type_is_known_on_the_types_it_is_for, 0, ROWS(types));
}

int main(void)
{
    return run_tests("logical", add_tests);
}
