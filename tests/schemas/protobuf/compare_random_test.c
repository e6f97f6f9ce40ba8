/* What is called compatible under the policy "sound" is so: random messages of random writers, read by readers that are alike,
 * show the same values in all fields that both know.
 * covers: schemas/protobuf/compare.c schemas/protobuf/compare_message.c schemas/protobuf/compare_field.c */
#include "compare_fixture.h"
#include "random_message.h"

#include "protobuf/normalise.h"

#define PAIRS 4000U
#define MESSAGES 20U

struct pair {
    struct pb_schema *writer, *reader;
    struct str writer_text, reader_text;
};

/* Versions of one schema, or two that have nothing to do with each other. */
static struct pair random_pair(uint64_t seed)
{
    struct random_schema old = {.seed = seed}, new = {.seed = hash_mix(seed, 1) % 16 ? seed : seed + 1};
    new.changes = hash_mix(seed, 2) % 16 ? seed | 1 : 0;
    struct pair pair = {.writer_text = random_schema(&old), .reader_text = random_schema(&new)};
    pair.writer = linked(pair.writer_text);
    pair.reader = linked(pair.reader_text);
    ck_assert_ptr_null(pair.writer->root->fault.p);
    return pair;
}

/* -- values that both know ---------------------------------------------------------------------------------------- */

static bool same_message(struct message_value *written, struct message_value *read);

static bool same_item(const struct item *written, const struct item *read)
{
    if (!written->message || !read->message)
        return written->message == read->message && same_scalar(written->scalar, read->scalar);
    return same_message(written->message, read->message);
}

/* An entry of a map, read as a message with the fields 1 and 2 or what is left of them. */
static bool same_as_entry(const struct field_values *written, const struct item *entry, const struct item *read)
{
    struct item parts[] = {{.scalar = entry->key}, {.scalar = entry->scalar, .message = entry->message}};
    const struct pb_type_use *types[] = {&written->field->key, &written->field->type};
    for (const struct pb_field *field = read->message->type->fields.first; field; field = field->next) {
        if (field->number != 1 && field->number != 2)
            continue;
        const struct field_values *values = values_of(read->message, field);
        struct item absent = {.scalar = is_message_type(types[field->number - 1]) ? (struct scalar){0}
                                                                                  : default_value(field)};
        if (!same_item(&parts[field->number - 1], values->items.count ? values->items.items[0] : &absent))
            return false;
    }
    return true;
}

static bool same_map(const struct field_values *written, const struct field_values *read)
{
    if (written->items.count != read->items.count)
        return false;
    for (size_t i = 0; i < written->items.count; i++) {
        const struct item *entry = written->items.items[i];
        if (!read->field->is_map) {
            if (!read->items.items[i]->message || !same_as_entry(written, entry, read->items.items[i]))
                return false;
            continue;
        }
        size_t k = 0;
        while (k < read->items.count && !same_scalar(read->items.items[k]->key, entry->key))
            k++;
        if (k == read->items.count || !same_item(entry, read->items.items[k]))
            return false;
    }
    return true;
}

/* A single value that is absent shows its default, except as a list, which is empty then. */
static bool same_single(const struct field_values *written, const struct field_values *read)
{
    const struct pb_field *w = written->field, *r = read->field;
    bool is_inner = is_message_type(&w->type);
    if (is_inner != is_message_type(&r->type) || r->is_map)
        return false;
    if (is_inner || r->label == PB_REPEATED)
        return written->items.count == read->items.count &&
               (!written->items.count || same_item(written->items.items[0], read->items.items[0]));
    struct scalar was = written->items.count ? written->items.items[0]->scalar : default_value(w);
    return same_scalar(was, read->items.count ? read->items.items[0]->scalar : default_value(r));
}

static bool same_list(const struct field_values *written, const struct field_values *read)
{
    bool is_same = written->items.count == read->items.count && !read->field->is_map &&
                   is_message_type(&written->field->type) == is_message_type(&read->field->type);
    if (read->field->label != PB_REPEATED)
        return false;
    for (size_t i = 0; is_same && i < written->items.count; i++)
        is_same = same_item(written->items.items[i], read->items.items[i]);
    return is_same;
}

static bool same_field(struct message_value *written, const struct pb_field *w, struct message_value *read,
                       const struct pb_field *r)
{
    const struct field_values *was = values_of(written, w), *is = values_of(read, r);
    return w->is_map ? same_map(was, is) : w->label == PB_REPEATED ? same_list(was, is) : same_single(was, is);
}

/* Fields are known by their number, and by their name. */
static bool same_message(struct message_value *written, struct message_value *read)
{
    for (const struct pb_field *w = written->type->fields.first; w; w = w->next) {
        for (const struct pb_field *r = read->type->fields.first; r; r = r->next) {
            bool is_known = w->number == r->number || str_equal(w->name, r->name);
            if (is_known && !same_field(written, w, read, r))
                return false;
        }
    }
    return true;
}

/* -- verdicts ----------------------------------------------------------------------------------------------------- */

static const char *hexadecimal(struct str bytes)
{
    struct buf out = new_text();
    for (size_t i = 0; i < bytes.n && i < 500; i++)
        buf_printf(&out, "%02x", (unsigned char)bytes.p[i]);
    return terminated(buf_str(&out));
}

/* Whether messages of the type come out as they were written; the bytes of one that does not in *ret_bytes. */
static bool is_read_as_written(const struct pair *pair, const char *type, uint64_t seed, struct str *ret_bytes)
{
    for (uint64_t i = 0; i < MESSAGES; i++) {
        struct random_writer writer = {.seed = hash_mix(seed, i)};
        struct buf out = new_text();
        struct message_value *read, *written = write_message(&writer, &out, message_named(pair->writer, type), 0);
        *ret_bytes = buf_str(&out);
        if (!read_message(*ret_bytes, message_named(pair->reader, type), &read) || !same_message(written, read))
            return false;
    }
    return true;
}

START_TEST(what_is_sound_keeps_all_values)
{
    uint64_t seed = random_seed("compare_random, sound");
    unsigned sound = 0, changed = 0, refuted = 0;
    for (uint64_t i = 0; i < PAIRS; i++) {
        struct pair pair = random_pair(hash_mix(seed, i));
        struct outcome verdict = compare(pair.reader, pair.writer, SCHEMA_POLICY_SOUND);
        bool is_sound = verdict.found.count == 0, is_kept = true;
        struct str bytes = STR_EMPTY;
        ck_assert_int_eq(verdict.code, 0);
        for (unsigned m = 0; m < RANDOM_MESSAGES && is_kept; m++)
            is_kept = is_read_as_written(&pair, arena_printf(arena, "M%u", m).p, hash_mix(seed, i * 8 + m), &bytes);
        ck_assert_msg(is_kept || !is_sound, "pair %d\nwriter\n" STR_FMT "\nreader\n" STR_FMT "\nbytes %s", (int)i,
                      STR_ARG(pair.writer_text), STR_ARG(pair.reader_text), hexadecimal(bytes));
        sound += is_sound;
        changed += is_sound && !str_equal(pair.writer_text, pair.reader_text);
        refuted += !is_kept;
        arena_reset(arena);
    }
    printf("%u of %u pairs are sound, %u of them differ; %u of the others were seen to lose values\n", sound, PAIRS,
           changed, refuted);
    ck_assert_uint_gt(changed, PAIRS / 50);
    ck_assert_uint_gt(refuted, (PAIRS - sound) / 2);
}
END_TEST

/* A writer of the test reads what it wrote: else nothing above would mean anything. */
START_TEST(writers_read_themselves)
{
    uint64_t seed = random_seed("compare_random, writers");
    for (uint64_t i = 0; i < PAIRS / 4; i++) {
        struct pair pair = random_pair(hash_mix(seed, i));
        struct str bytes;
        pair.reader = pair.writer;
        assert_text(differences_of(pair.reader, pair.writer, SCHEMA_POLICY_SOUND), STR_EMPTY);
        ck_assert_msg(is_read_as_written(&pair, "M0", seed, &bytes), STR_FMT "\nbytes %s", STR_ARG(pair.writer_text),
                      hexadecimal(bytes));
        arena_reset(arena);
    }
}
END_TEST

/* The forms of a schema are the same schema: nothing differs, of any class. */
START_TEST(a_schema_reads_its_own_forms)
{
    uint64_t seed = random_seed("compare_random, own forms");
    for (uint64_t i = 0; i < PAIRS / 8; i++) {
        struct random_schema plan = {.seed = hash_mix(seed, i)};
        struct pb_schema *schema = linked(random_schema(&plan));
        struct str canonical = printed(schema->root, false), normal = printed(pb_normalise(schema, arena), false);
        struct pb_schema *forms[] = {linked(canonical), linked(normal)};
        assert_text(printed(forms[0]->root, false), canonical);
        assert_text(printed(pb_normalise(forms[0], arena), false), normal);
        assert_text(printed(pb_normalise(forms[1], arena), false), normal);
        for (int k = 0; k < ROWS(forms); k++) {
            for (int is_sound = 0; is_sound < 2; is_sound++) {
                assert_text(all_differences_of(forms[k], schema, is_sound), STR_EMPTY);
                assert_text(all_differences_of(schema, forms[k], is_sound), STR_EMPTY);
            }
        }
        arena_reset(arena);
    }
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, what_is_sound_keeps_all_values);
    tcase_add_test(tests, writers_read_themselves);
    tcase_add_test(tests, a_schema_reads_its_own_forms);
}

int main(void)
{
    return run_tests("compare_random", add_tests);
}
