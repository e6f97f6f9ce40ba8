/* Parsing Canonical Form and the CRC-64 fingerprint of it. The vectors of the Apache project are read when they are
 * there (AVOUCH_TEST_VECTORS); exit status 77 says that they are not. */
#include "avro/fingerprint.h"

#include "fixture.h"

#include "random_schema.h"

#define RECORD(fields) "{'name':'R','type':'record','fields':[" fields "]}"

static const char *form_of(struct str text)
{
    struct schema *schema = parsed(text);
    struct buf out = new_text();
    struct error err = ERROR_INIT(arena);
    ck_assert_int_eq(avro_parsing_form(schema, &out, &err), 0);
    schema_unref(schema);
    return terminated(buf_str(&out));
}

/* Text and Parsing Canonical Form; NULL: the same text. */
static const struct {
    const char *text, *form;
} forms[] = {
    {"'int'", NULL},
    {"{'type':'bytes','logicalType':'decimal','precision':4,'scale':2}", "'bytes'"},
    {"[]", NULL},
    {"['null',{'type':'int','x':1},{'type':'array','items':{'type':'map','values':{'type':'string'},'p':1},'q':2}]",
     "['null','int',{'type':'array','items':{'type':'map','values':'string'}}]"},
    /* Full names, at the first use and at all others. */
    {"{'type':'record','name':'R','namespace':'n','fields':[{'name':'a','type':['null','R']},{'name':'b','type':{'type'"
     ":"
     "'fixed','name':'F','size':16}},{'name':'c','type':'F'}]}",
     "{'name':'n.R','type':'record','fields':[{'name':'a','type':['null','n.R']},{'name':'b','type':{'name':'n.F','"
     "type':"
     "'fixed','size':16}},{'name':'c','type':'n.F'}]}"},
    {"{'type':'record','name':'n.R','fields':[{'name':'a','type':{'type':'enum','name':'E','namespace':'','symbols':[]}"
     "}]}",
     "{'name':'n.R','type':'record','fields':[{'name':'a','type':{'name':'E','type':'enum','symbols':[]}}]}"},
    /* Only what says how data is read is kept, in one order. */
    {"{'x':1,'doc':'d','aliases':['A'],'fields':[{'order':'ignore','aliases':['z'],'default':1,'doc':'e','y':2,'type':"
     "'int','name':'f'}],'type':'record','name':'R'}",
     RECORD("{'name':'f','type':'int'}")},
    {"{'doc':'d','default':'B','symbols':['B','A'],'name':'E','type':'enum','aliases':['X'],'p':1}",
     "{'name':'E','type':'enum','symbols':['B','A']}"},
    {"{'size':3,'type':'fixed','name':'F','aliases':['X'],'logicalType':'own'}",
     "{'name':'F','type':'fixed','size':3}"},
    {RECORD("{'name':'f','type':{'type':'error','name':'E','fields':[]}}"),
     RECORD("{'name':'f','type':{'name':'E','type':'record','fields':[]}}")},
    {RECORD("{'name':'f','type':'Late'},{'name':'g','type':{'type':'fixed','name':'Late','size':1}}"),
     RECORD("{'name':'f','type':{'name':'Late','type':'fixed','size':1}},{'name':'g','type':'Late'}")},
    /* Escapes are written out. */
    {"{'type':'enum','name':'E','symbols':['\\u00e9','\\u0041']}",
     "{'name':'E','type':'enum','symbols':['\xC3\xA9','A']}"},
};

START_TEST(a_schema_has_a_parsing_form)
{
    const char *text = spelled(forms[_i].text), *form = forms[_i].form ? spelled(forms[_i].form) : text;
    assert_text(form_of(str_of(text)), form);
    /* The form has no way to say that a type is in no namespace although the one around it is. */
    if (!strstr(text, "\"namespace\":\"\""))
        assert_text(form_of(str_of(form)), form);
}
END_TEST

START_TEST(what_readers_do_not_see_leaves_the_parsing_form_alone)
{
    uint64_t seed = random_seed("fingerprint");
    for (uint64_t i = 0; i < 1000; i++) {
        struct random_schema plan = {.seed = hash_mix(seed, i), .has_details = true};
        struct str text = random_schema(&plan);
        const char *form = form_of(text);
        assert_text(form_of(str_of(rewritten(text, SCHEMA_FORM_CANONICAL))), form);
        assert_text(form_of(str_of(rewritten(text, SCHEMA_FORM_NORMAL))), form);
        assert_text(form_of(str_of(rewritten(text, SCHEMA_FORM_EQUAL))), form);
        arena_reset(arena);
    }
}
END_TEST

START_TEST(definitions_from_elsewhere_are_part_of_the_parsing_form)
{
    struct schema_dependency base = {STR("n.B"), str_of(spelled("{'type':'record','name':'n.B','fields':[]}"))};
    struct schema_source source = {str_of(spelled("['n.B',{'type':'array','items':'n.B'}]")), &base, 1};
    struct error err = ERROR_INIT(arena);
    struct buf out = new_text();
    struct schema *schema;
    ck_assert_int_eq(schema_parse(avro(), &source, &schema, &err), 0);
    ck_assert_int_eq(avro_parsing_form(schema, &out, &err), 0);
    assert_text(terminated(buf_str(&out)),
                spelled("[{'name':'n.B','type':'record','fields':[]},{'type':'array','items':'n.B'}]"));
    schema_unref(schema);
}
END_TEST

START_TEST(a_parsing_form_without_room_is_too_large)
{
    struct schema *schema = parsed(str_of(spelled(RECORD("{'name':'f','type':['null','R']}"))));
    struct error err = ERROR_INIT(arena);
    struct buf out;
    buf_init(&out, arena, 20);
    ck_assert_int_eq(avro_parsing_form(schema, &out, &err), -1);
    ck_assert_int_eq(err.id, ERROR_SCHEMA_TOO_LARGE);
    assert_text(terminated(err.text), "Register operation failed because schema is too large");
    schema_unref(schema);
}
END_TEST

/* Bit by bit, as section "Schema Fingerprints" defines it. */
static uint64_t slow_fingerprint(struct str text)
{
    uint64_t fingerprint = UINT64_C(0xc15d213aa4d7a795);
    for (size_t i = 0; i < text.n; i++) {
        fingerprint ^= (unsigned char)text.p[i];
        for (int bit = 0; bit < 8; bit++)
            fingerprint = (fingerprint >> 1) ^ (fingerprint & 1 ? UINT64_C(0xc15d213aa4d7a795) : 0);
    }
    return fingerprint;
}

START_TEST(fingerprints_are_those_of_the_definition)
{
    static const struct {
        const char *text;
        uint64_t fingerprint;
    } known[] = {{"'null'", UINT64_C(0x63dd24e7cc258f8a)},
                 {"{'type':'int','x':1}", UINT64_C(0x7275d51a3f395c8f)},
                 {"{'type':'string'}", UINT64_C(0x8f014872634503c7)}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        ck_assert_uint_eq(hash_crc64_avro(str_of(form_of(str_of(spelled(known[i].text))))), known[i].fingerprint);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct str form = str_of(form_of(str_of(spelled(forms[i].text))));
        ck_assert_uint_eq(hash_crc64_avro(form), slow_fingerprint(form));
    }
}
END_TEST

/* -- the vectors -------------------------------------------------------------------------------------------------- */

static FILE *open_vectors(void)
{
    char path[1024];
    const char *folder = getenv("AVOUCH_TEST_VECTORS");
    snprintf(path, sizeof path, "%s/avro/schema-tests.txt", folder ? folder : "");
    return fopen(path, "r");
}

/* The text behind <<INPUT: the rest of the line, or the lines up to INPUT. */
static struct str read_input(FILE *file, struct str rest)
{
    char line[8192];
    struct str input = arena_str(arena, str_trim(rest));
    while (!str_trim(rest).n && fgets(line, sizeof line, file) && !str_equal(str_trim(str_of(line)), STR("INPUT")))
        input = ARENA_JOIN(arena, input, str_of(line));
    return input;
}

/* Lines "<<INPUT text", "<<canonical form", "<<fingerprint decimal number". */
START_TEST(published_forms_and_fingerprints_are_met)
{
    char line[8192];
    unsigned form_count = 0, fingerprint_count = 0;
    const char *form = "";
    FILE *file = open_vectors();
    ck_assert_ptr_nonnull(file);
    while (file && fgets(line, sizeof line, file)) {
        struct str text = str_trim(str_of(line));
        if (str_starts(text, STR("<<INPUT"))) {
            form = form_of(read_input(file, str_slice(text, 7, text.n)));
        } else if (str_starts(text, STR("<<canonical "))) {
            assert_text(form, terminated(str_trim(str_slice(text, 12, text.n))));
            form_count++;
        } else if (str_starts(text, STR("<<fingerprint "))) {
            int64_t wanted;
            ck_assert_int_eq(str_to_i64(str_trim(str_slice(text, 14, text.n)), &wanted), STR_NUMBER_OK);
            ck_assert_int_eq((int64_t)hash_crc64_avro(str_of(form)), wanted);
            fingerprint_count++;
        }
    }
    fclose(file);
    printf("%u parsing forms, %u fingerprints\n", form_count, fingerprint_count);
    ck_assert_uint_ge(form_count, 34);
    ck_assert_uint_gt(fingerprint_count, 0);
}
END_TEST

static bool has_vectors(void)
{
    FILE *file = open_vectors();
    if (file)
        fclose(file);
    return file != NULL;
}

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, a_schema_has_a_parsing_form, 0, ROWS(forms));
    tcase_add_test(tests, what_readers_do_not_see_leaves_the_parsing_form_alone);
    tcase_add_test(tests, definitions_from_elsewhere_are_part_of_the_parsing_form);
    tcase_add_test(tests, a_parsing_form_without_room_is_too_large);
    tcase_add_test(tests, fingerprints_are_those_of_the_definition);
    if (has_vectors())
        tcase_add_test(tests, published_forms_and_fingerprints_are_met);
}

int main(void)
{
    int outcome = run_tests("fingerprint", add_tests);
    if (outcome != 0 || has_vectors())
        return outcome;
    printf("SKIP avro/schema-tests.txt is not here; the other tests passed\n");
    return 77;
}
