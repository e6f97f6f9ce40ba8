#include "descriptor_fixture.h"

/* Bytes in hexadecimal, and the fields that they are: number, type, value or content; the last row of a message says how it
 * ends. */
static const struct {
    const char *hex, *fields;
} messages[] = {
    {"", ""},
    {"0800", "1v0 "},
    {"08ffffffffffffffffff01", "1v18446744073709551615 "},
    {"0880808080808080808000", "1v0 "}, /* longer than need be */
    {"08ffffffffffffffffff7f", "1v18446744073709551615 "}, /* bits above the 64th are lost */
    {"0a00", "1b "},
    {"0a0161120162", "1ba 2bb "},
    {"0d01020304", "1f67305985 "},
    {"090100000000000080", "1d9223372036854775809 "},
    {"f8ffffff0f01", "536870911v1 "}, /* the last number */
    {"0b0c", "1g "},
    {"0b1201610c1801", "1g\x12\x01"
                       "a 3v1 "},
    {"0b130b0c140c", "1g\x13\x0b\x0c\x14 "},
    /* No messages. */
    {"08", "!"}, /* no value */
    {"80", "!"}, /* half a number */
    {"0801ff", "1v1 !"},
    {"0880808080808080808080", "!"}, /* a number without end */
    {"0001", "!"}, /* number 0 */
    {"f8ffffff1f01", "!"}, /* number above the last */
    {"0e01", "!"},
    {"0f01", "!"}, /* types that are none */
    {"0a01", "!"}, /* shorter than it says */
    {"0affffffffffffffffff01", "!"},
    {"0d010203", "!"},
    {"0901020304050607", "!"},
    {"0c", "!"}, /* the end of no group */
    {"0b", "!"},
    {"0b14", "!"},
    {"0b13140b0c", "!"},
    {"0b08010b0c", "!"},
};

static struct str from_hexadecimal(const char *text)
{
    struct buf out = new_bytes();
    for (; *text; text += 2) {
        const char pair[] = {text[0], text[1], '\0'};
        buf_add_char(&out, (char)strtoul(pair, NULL, 16));
    }
    return buf_str(&out);
}

START_TEST(fields_are_read)
{
    static const char types[] = {
        [WIRE_VARINT] = 'v', [WIRE_FIXED64] = 'd', [WIRE_BYTES] = 'b', [WIRE_GROUP] = 'g', [WIRE_FIXED32] = 'f'};
    struct str rest = from_hexadecimal(messages[_i].hex);
    struct wire_field field;
    struct buf out = new_bytes();
    int outcome;
    while ((outcome = wire_next(&rest, &field)) == 1) {
        buf_printf(&out, "%u%c", field.number, types[field.type]);
        if (field.type == WIRE_BYTES || field.type == WIRE_GROUP)
            buf_add(&out, field.bytes);
        else
            buf_printf(&out, "%llu", (unsigned long long)field.value);
        buf_add_char(&out, ' ');
    }
    buf_add(&out, outcome < 0 ? STR("!") : STR_EMPTY);
    assert_text(buf_str(&out), str_of(messages[_i].fields), messages[_i].hex);
}
END_TEST

/* Groups in a group up to a depth. */
START_TEST(groups_may_nest)
{
    for (int depth = WIRE_GROUP_DEPTH_MAX - 1; depth <= WIRE_GROUP_DEPTH_MAX + 2; depth++) {
        struct buf out = new_bytes();
        for (int i = 0; i < depth; i++)
            wire_put_tag(&out, 1, WIRE_GROUP);
        for (int i = 0; i < depth; i++)
            wire_put_tag(&out, 1, WIRE_GROUP_END);
        struct str rest = buf_str(&out);
        struct wire_field field;
        ck_assert_int_eq(wire_next(&rest, &field), depth <= WIRE_GROUP_DEPTH_MAX + 1 ? 1 : -1);
    }
}
END_TEST

START_TEST(what_is_written_is_read)
{
    static const uint64_t values[] = {0, 1, 127, 128, 16383, 16384, INT32_MAX, UINT32_MAX, INT64_MAX, UINT64_MAX};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct buf out = new_bytes();
        struct wire_field field;
        wire_put_uint(&out, 16, values[i]);
        wire_put_fixed64(&out, 2, values[i]);
        wire_put_fixed32(&out, 3, (uint32_t)values[i]);
        wire_put_bytes(&out, WIRE_NUMBER_MAX, STR("abc"));
        struct str rest = buf_str(&out);
        ck_assert_int_eq(wire_next(&rest, &field), 1);
        ck_assert(field.number == 16 && field.value == values[i]);
        ck_assert_int_eq(wire_next(&rest, &field), 1);
        ck_assert(field.type == WIRE_FIXED64 && field.value == values[i]);
        ck_assert_int_eq(wire_next(&rest, &field), 1);
        ck_assert(field.type == WIRE_FIXED32 && field.value == (uint32_t)values[i]);
        ck_assert_int_eq(wire_next(&rest, &field), 1);
        ck_assert(field.number == WIRE_NUMBER_MAX && str_equal(field.bytes, STR("abc")));
        ck_assert_int_eq(wire_next(&rest, &field), 0);
    }
}
END_TEST

/* Lengths of one, two and three bytes, and messages in messages. */
START_TEST(messages_are_written)
{
    static const size_t sizes[] = {0, 1, 127, 128, 16383, 16384};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct buf out = new_bytes();
        struct wire_field outer, inner;
        size_t first = wire_begin(&out, 1), second = wire_begin(&out, 2);
        for (size_t n = 0; n < sizes[i]; n++)
            buf_add_char(&out, (char)n);
        wire_end(&out, second);
        wire_end(&out, first);
        struct str rest = buf_str(&out);
        ck_assert_int_eq(wire_next(&rest, &outer), 1);
        ck_assert_uint_eq(rest.n, 0);
        ck_assert_int_eq(wire_next(&outer.bytes, &inner), 1);
        ck_assert_uint_eq(outer.bytes.n, 0);
        ck_assert_uint_eq(inner.bytes.n, sizes[i]);
        for (size_t n = 0; n < sizes[i]; n++)
            ck_assert_int_eq((unsigned char)inner.bytes.p[n], n & 0xff);
    }
}
END_TEST

START_TEST(empty_messages_can_be_left_out)
{
    struct buf out = new_bytes();
    wire_put_uint(&out, 1, 1);
    wire_end_filled(&out, 2000, wire_begin(&out, 2000));
    size_t begin = wire_begin(&out, 3);
    wire_put_uint(&out, 1, 1);
    wire_end_filled(&out, 3, begin);
    assert_bytes(buf_str(&out), from_hexadecimal("08011a020801"), "the second message only");
}
END_TEST

START_TEST(full_buffers_are_left_alone)
{
    struct buf out;
    buf_init(&out, arena, 4);
    size_t begin = wire_begin(&out, 1);
    buf_add(&out, STR("abc"));
    wire_end(&out, begin);
    ck_assert(buf_failed(&out));
    wire_end_filled(&out, 1, begin);
    wire_put_fixed64(&out, 1, 1);
    ck_assert(buf_failed(&out));
}
END_TEST

START_TEST(signs_are_folded)
{
    static const int64_t values[] = {0, -1, 1, INT32_MIN, INT32_MAX, INT64_MIN, INT64_MAX};
    static const uint64_t folded[] = {0, 1, 2, UINT32_MAX, UINT32_MAX - 1, UINT64_MAX, UINT64_MAX - 1};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        ck_assert_uint_eq(wire_zigzag(values[i]), folded[i]);
        ck_assert_int_eq(wire_unzigzag(folded[i]), values[i]);
    }
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, fields_are_read, 0, ROWS(messages));
    tcase_add_test(tests, groups_may_nest);
    tcase_add_test(tests, what_is_written_is_read);
    tcase_add_test(tests, messages_are_written);
    tcase_add_test(tests, empty_messages_can_be_left_out);
    tcase_add_test(tests, full_buffers_are_left_alone);
    tcase_add_test(tests, signs_are_folded);
}

int main(void)
{
    return run_tests("wire", add_tests);
}
