/* Reading JSON Schemas: which texts are read, what in them is a schema of which dialect, and what references lead to.
 * covers: schemas/json/parse.c schemas/json/documents.c schemas/json/references.c schemas/json/dialect.c
 * covers: schemas/json/metaschemas.c */
#include "json/parse_private.h"

#include "avro/fixture.h"

#define D4 "'$schema':'http://json-schema.org/draft-04/schema#'"
#define D6 "'$schema':'http://json-schema.org/draft-06/schema#'"
#define D7 "'$schema':'http://json-schema.org/draft-07/schema#'"
#define D19 "'$schema':'https://json-schema.org/draft/2019-09/schema'"
#define D20 "'$schema':'https://json-schema.org/draft/2020-12/schema'"

/* 0 when the text is read; else -1 with the fault in err. */
static int read_model(struct str text, const struct schema_dependency *dependencies, size_t count,
                      const struct jss_schema **ret, struct error *err)
{
    void *model = NULL;
    struct schema_source source = {.text = text, .dependencies = dependencies, .dependency_count = count};
    *err = ERROR_INIT(arena);
    int outcome = jss_parse(arena, &source, &model, err);
    *ret = model;
    return outcome;
}

static const struct jss_schema *model_of(struct str text)
{
    struct error err;
    const struct jss_schema *schema;
    ck_assert_msg(read_model(text, NULL, 0, &schema, &err) == 0, "%s", err.text.p);
    return schema;
}

/* Location of a schema, behind the URI of its document where that is another one than the schema itself. */
static const char *place_of(const struct jss_schema *schema, const struct jss_subschema *subschema)
{
    if (!subschema)
        return "nowhere";
    struct str document = subschema->document == schema->document ? STR_EMPTY : subschema->document->uri;
    return terminated(ARENA_JOIN(arena, document, jss_location(arena, subschema)));
}

/* -- texts ---------------------------------------------------------------------------------------------------- */

static const struct {
    const char *text, *fault;
} texts[] = {
    {"{}", ""},
    {"true", ""},
    {"false", ""},
    {" {} trailing", ""},
    {"{'a':NaN,'b':-Infinity}", ""},
    {"{'type':5,'properties':[],'allOf':{},'not':1,'items':'x','$ref':5,'$id':5,'$anchor':5,'$schema':5}", ""},
    {"", "Empty schema"},
    {" \n", "Empty schema"},
    {"5", "expected an object or a boolean, found number"},
    {"null", "expected an object or a boolean, found null"},
    {"'a'", "expected an object or a boolean, found string"},
    {"[]", "expected an object or a boolean, found array"},
    {"{", "Unexpected end-of-input: was expecting double-quote to start field name or '}' (line: 1, column: 2)"},
    {"/**/{}", NULL},
    {"{'a':01}", NULL},
    {"\xEF\xBB\xBF{}", NULL},
};

START_TEST(texts_are_read)
{
    struct error err;
    const struct jss_schema *schema;
    int outcome = read_model(str_of(spelled(texts[_i].text)), NULL, 0, &schema, &err);
    ck_assert_int_eq(outcome, error_is_set(&err) ? -1 : 0);
    if (!texts[_i].fault)
        ck_assert_int_eq(err.id, ERROR_INVALID_SCHEMA);
    else if (texts[_i].fault[0] == 'U')
        ck_assert_msg(err.text.n && strstr(err.text.p, "(line: 1, column: "), "%s", err.text.p);
    else
        assert_text(outcome == 0 ? "" : err.text.p, texts[_i].fault);
}
END_TEST

/* -- what is a schema, by dialect ------------------------------------------------------------------------------ */

/* The locations of all schemas in the order of their numbers, without the root. */
static const char *places_in(const struct jss_schema *schema)
{
    struct buf out = new_text();
    for (size_t i = 1; i < schema->subschemas.count; i++) {
        const struct jss_subschema *subschema = schema->subschemas.items[i];
        ck_assert_uint_eq(subschema->number, i);
        ck_assert_ptr_eq(jss_subschema_at(schema, subschema->node), subschema);
        buf_add(&out, i > 1 ? STR(" ") : STR_EMPTY);
        buf_add(&out, str_of(place_of(schema, subschema)));
    }
    return terminated(buf_str(&out));
}

#define EVERY_DIALECT "46792"

/* A member of the root, and what in it is a schema in which dialects: 4, 6, 7, 2019-09 as 9, 2020-12 as 2. */
static const struct {
    const char *member, *dialects, *places;
} holders[] = {
    {"'properties':{'a':{},'b':true,'c':5,'d':[{}],'a/~':{}}", EVERY_DIALECT,
     "#/properties/a #/properties/b #/properties/a~1~0"},
    {"'properties':{'a':{'type':'x'},'a':{}}", EVERY_DIALECT, "#/properties/a"},
    {"'properties':{'properties':{'properties':{'properties':{}}}}", EVERY_DIALECT,
     "#/properties/properties #/properties/properties/properties/properties"},
    {"'properties':[{}]", EVERY_DIALECT, ""},
    {"'patternProperties':{'^a':{},'b':false}", EVERY_DIALECT, "#/patternProperties/^a #/patternProperties/b"},
    {"'additionalProperties':{}", EVERY_DIALECT, "#/additionalProperties"},
    {"'allOf':[{},5,false]", EVERY_DIALECT, "#/allOf/0 #/allOf/2"},
    {"'allOf':{}", EVERY_DIALECT, ""},
    {"'anyOf':[{'oneOf':[{}]}]", EVERY_DIALECT, "#/anyOf/0 #/anyOf/0/oneOf/0"},
    {"'not':{}", EVERY_DIALECT, "#/not"},
    {"'not':[{}]", EVERY_DIALECT, ""},
    {"'definitions':{'a':{}}", EVERY_DIALECT, "#/definitions/a"},
    {"'items':{}", EVERY_DIALECT, "#/items"},
    {"'items':[{},true]", "4679", "#/items/0 #/items/1"},
    {"'items':[{},true]", "2", ""},
    {"'prefixItems':[{},true]", "2", "#/prefixItems/0 #/prefixItems/1"},
    {"'prefixItems':[{},true]", "4679", ""},
    {"'additionalItems':{}", "4679", "#/additionalItems"},
    {"'additionalItems':{}", "2", ""},
    {"'contains':{},'propertyNames':{}", "6792", "#/contains #/propertyNames"},
    {"'contains':{},'propertyNames':{}", "4", ""},
    {"'if':{},'then':{},'else':{}", "792", "#/if #/then #/else"},
    {"'if':{},'then':{},'else':{}", "46", ""},
    {"'dependencies':{'a':{},'b':['a'],'c':true}", "467", "#/dependencies/a #/dependencies/c"},
    {"'dependencies':{'a':{}}", "92", ""},
    {"'$defs':{'a':{}},'dependentSchemas':{'a':{}}", "92", "#/$defs/a #/dependentSchemas/a"},
    {"'$defs':{'a':{}},'dependentSchemas':{'a':{}}", "467", ""},
    {"'unevaluatedItems':{},'unevaluatedProperties':{},'contentSchema':{}", "92",
     "#/unevaluatedItems #/unevaluatedProperties #/contentSchema"},
    {"'unevaluatedItems':{},'unevaluatedProperties':{},'contentSchema':{}", "467", ""},
    {"'enum':[{}],'const':{},'default':{'properties':{'a':{}}},'examples':[{}],'own':{}", EVERY_DIALECT, ""},
};

static const struct {
    char letter;
    enum jss_dialect dialect;
    const char *schema;
} dialects[] = {
    {'4', JSS_DRAFT_04, D4},       {'6', JSS_DRAFT_06, D6},       {'7', JSS_DRAFT_07, D7},
    {'9', JSS_DRAFT_2019_09, D19}, {'2', JSS_DRAFT_2020_12, D20},
};

START_TEST(schemas_are_found)
{
    for (size_t i = 0; i < ROWS(dialects); i++) {
        if (!strchr(holders[_i].dialects, dialects[i].letter))
            continue;
        struct str text =
            ARENA_JOIN(arena, STR("{"), str_of(dialects[i].schema), STR(","), str_of(holders[_i].member), STR("}"));
        const struct jss_schema *schema = model_of(str_of(spelled(text.p)));
        ck_assert_int_eq(schema->document->schema->dialect, dialects[i].dialect);
        assert_text(places_in(schema), holders[_i].places);
    }
}
END_TEST

static const struct {
    const char *uri;
    int dialect; /* -1: unknown */
} uris[] = {
    {"http://json-schema.org/draft-04/schema#", JSS_DRAFT_04},
    {"http://json-schema.org/draft-04/schema", JSS_DRAFT_04},
    {"https://json-schema.org/draft-04/schema#", JSS_DRAFT_04},
    {"http://json-schema.org/schema#", JSS_DRAFT_04},
    {"http://json-schema.org/draft-06/schema#", JSS_DRAFT_06},
    {"https://json-schema.org/draft-07/schema", JSS_DRAFT_07},
    {"https://json-schema.org/draft/2019-09/schema", JSS_DRAFT_2019_09},
    {"http://json-schema.org/draft/2020-12/schema#", JSS_DRAFT_2020_12},
    {"http://json-schema.org/draft-03/schema#", -1},
    {"http://json-schema.org/draft-07/schema#x", -1},
    {"http://json-schema.org/draft-07/schema##", -1},
    {"json-schema.org/draft-07/schema", -1},
    {"ftp://json-schema.org/draft-07/schema", -1},
    {"https://json-schema.org/draft/2020-12/meta/core", -1},
    {"#", -1},
    {"", -1},
};

START_TEST(dialects_have_uris)
{
    enum jss_dialect dialect = JSS_DIALECT_COUNT_;
    bool is_known = jss_dialect_of(str_of(uris[_i].uri), &dialect);
    ck_assert_int_eq(is_known ? (int)dialect : -1, uris[_i].dialect);
    struct str text = ARENA_JOIN(arena, STR("{\"$schema\":\""), str_of(uris[_i].uri), STR("\"}"));
    ck_assert_int_eq(model_of(text)->document->schema->dialect, is_known ? dialect : JSS_DRAFT_07);
}
END_TEST

/* -- references ------------------------------------------------------------------------------------------------ */

/* A text, where a reference is in it, and what it leads to. */
static const struct {
    const char *text, *from, *to;
} references[] = {
    /* Pointers. */
    {"{'$ref':'#'}", "#", "#"},
    {"{'not':{'$ref':'#/definitions/a'},'definitions':{'a':{}}}", "#/not", "#/definitions/a"},
    {"{'not':{'$ref':'#/definitions/nope'},'definitions':{'a':{}}}", "#/not", "nowhere"},
    {"{'not':{'$ref':'#/definitions/a~1b~0c'},'definitions':{'a/b~c':{}}}", "#/not", "#/definitions/a~1b~0c"},
    {"{'not':{'$ref':'#/definitions/%61%25'},'definitions':{'a%':{}}}", "#/not", "#/definitions/a%"},
    {"{'not':{'$ref':'#/definitions/'},'definitions':{'':{}}}", "#/not", "#/definitions/"},
    {"{'not':{'$ref':'#/definitions/a/'},'definitions':{'a':{}}}", "#/not", "nowhere"},
    {"{'not':{'$ref':'#definitions/a'},'definitions':{'a':{}}}", "#/not", "nowhere"},
    {"{'items':[{},{'$ref':'#/items/0'}]}", "#/items/1", "#/items/0"},
    {"{'items':[{},{'$ref':'#/items/2'}]}", "#/items/1", "nowhere"},
    {"{'items':[{},{'$ref':'#/items/00'}]}", "#/items/1", "nowhere"},
    {"{'items':[{},{'$ref':'#/items/-1'}]}", "#/items/1", "nowhere"},
    {"{'items':[{},{'$ref':'#/items/+0'}]}", "#/items/1", "nowhere"},
    {"{'items':[{},{'$ref':'#/items/'}]}", "#/items/1", "nowhere"},
    {"{'items':[{},{'$ref':'#/items/99999999999999999999'}]}", "#/items/1", "nowhere"},
    {"{'items':[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{'$ref':'#/items/15'}]}", "#/items/16", "#/items/15"},
    {"{'items':[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{'$ref':'#/items/17'}]}", "#/items/16", "nowhere"},
    {"{'a':1,'b':1,'c':1,'d':1,'e':1,'f':1,'g':1,'h':1,'i':1,'j':1,'k':1,'l':1,'m':1,'n':1,'o':1,'m':{},"
     "'not':{'$ref':'#/m'}}",
     "#/not", "#/m"},
    {"{'not':{'$ref':'#/not'}}", "#/not", "#/not"},
    /* Into what is no schema by its place, which is one then. */
    {"{'not':{'$ref':'#/own/a/b'},'own':{'a/b':{},'a':{'b':{}}}}", "#/not", "#/own/a/b"},
    {"{'not':{'$ref':'#/own/a~1b'},'own':{'a/b':{}}}", "#/not", "#/own/a~1b"},
    {"{'not':{'$ref':'#/own/0/x'},'own':[{'x':{}}]}", "#/not", "#/own/0/x"},
    {"{'not':{'$ref':'#/definitions/a/own/x'},'definitions':{'a':{'own':{'x':{}}}}}", "#/not", "#/definitions/a/own/x"},
    {"{'not':{'$ref':'#/properties'},'properties':{}}", "#/not", "#/properties"},
    {"{'not':{'$ref':'#/own'},'own':{'properties':{'a':{'$ref':'#/definitions/d'}}},'definitions':{'d':{}}}",
     "#/own/properties/a", "#/definitions/d"},
    {"{'not':{'$ref':'#/own'},'own':5}", "#/not", "#/own"},
    /* Definitions where later drafts have them. */
    {"{'not':{'$ref':'#/$defs/a'},'definitions':{'a':{}}}", "#/not", "#/definitions/a"},
    {"{'not':{'$ref':'#/$defs/a/own'},'definitions':{'a':{'own':{}}}}", "#/not", "#/definitions/a/own"},
    {"{'not':{'$ref':'#/$defs'},'definitions':{'a':{}}}", "#/not", "#/definitions"},
    {"{'not':{'$ref':'#/$defs/a'},'definitions':{'a':{}},'$defs':{}}", "#/not", "#/definitions/a"},
    {"{'not':{'$ref':'#/$defs/b'},'definitions':{'a':{}},'$defs':{}}", "#/not", "nowhere"},
    {"{'not':{'$ref':'#/$defs'},'definitions':{'a':{}},'$defs':{}}", "#/not", "#/$defs"},
    {"{'not':{'$ref':'#/$defs/a'},'definitions':{'a':{}},'$defs':{'a':{}}}", "#/not", "#/$defs/a"},
    {"{" D20 ",'not':{'$ref':'#/definitions/a'},'$defs':{'a':{}}}", "#/not", "nowhere"},
    {"{" D20 ",'not':{'$ref':'#/$defs/a'},'definitions':{'a':{}}}", "#/not", "#/definitions/a"},
    /* Identifiers. */
    {"{'$id':'http://x/root','not':{'$ref':'http://x/root'}}", "#/not", "#"},
    {"{'$id':'http://x/root#','not':{'$ref':'root'}}", "#/not", "#"},
    {"{'$id':'http://x/root','not':{'$ref':'a.json#'},'definitions':{'a':{'$id':'a.json'}}}", "#/not",
     "#/definitions/a"},
    {"{'$id':'http://x/root','not':{'$ref':'a.json#/items'},'definitions':{'a':{'$id':'a.json','items':{}}}}", "#/not",
     "#/definitions/a/items"},
    {"{'$id':'http://x/d/root','definitions':{'a':{'$id':'e/','items':{'$id':'f','not':{'$ref':'../root'}}}}}",
     "#/definitions/a/items/not", "#"},
    {"{'definitions':{'a':{'$id':'http://x/a','items':{'$ref':'#'}}}}", "#/definitions/a/items", "#/definitions/a"},
    {"{'$id':'http://x/a','definitions':{'a':{'$id':'http://x/a'}},'not':{'$ref':'http://x/a'}}", "#/not", "#"},
    {"{'$id':'urn:uuid:1','not':{'$ref':'urn:uuid:1#/definitions/a'},'definitions':{'a':{}}}", "#/not",
     "#/definitions/a"},
    {"{" D4 ",'id':'http://x/root','not':{'$ref':'a'},'definitions':{'b':{'$id':'a'},'a':{'id':'a'}}}", "#/not",
     "#/definitions/a"},
    {"{'id':'http://x/root','not':{'$ref':'http://x/root'}}", "#/not", "nowhere"},
    /* Beside $ref an identifier does not count up to draft-07. */
    {"{'$id':'http://x/','allOf':[{'$id':'http://x/b/','$ref':'a'}],'definitions':{'a':{'$id':'a'}}}", "#/allOf/0",
     "#/definitions/a"},
    {"{" D19 ",'$id':'http://x/','allOf':[{'$id':'http://x/b/','$ref':'a'}],'$defs':{'a':{'$id':'a'}}}", "#/allOf/0",
     "nowhere"},
    {"{'$id':'http://x/','$ref':'a','definitions':{'a':{'$id':'a'}}}", "#", "#/definitions/a"},
    /* What is no identifier. */
    {"{'not':{'$ref':'a'},'enum':[{'$id':'a'}],'own':{'$id':'a'}}", "#/not", "nowhere"},
    {"{'not':{'$ref':'a'},'properties':{'$id':{'not':{'$id':'a'}}}}", "#/not", "#/properties/$id/not"},
    /* Names. */
    {"{'not':{'$ref':'#a'},'definitions':{'x':{'$id':'#a'}}}", "#/not", "#/definitions/x"},
    {"{'not':{'$ref':'#a'},'definitions':{'x':{'$id':'http://x/y#a'}}}", "#/not", "nowhere"},
    {"{'not':{'$ref':'http://x/y#a'},'definitions':{'x':{'$id':'http://x/y#a'}}}", "#/not", "#/definitions/x"},
    {"{'not':{'$ref':'#/a'},'definitions':{'x':{'$id':'#/a'}}}", "#/not", "nowhere"},
    {"{" D4 ",'not':{'$ref':'#a'},'definitions':{'x':{'id':'#a'}}}", "#/not", "#/definitions/x"},
    {"{'not':{'$ref':'#a'},'definitions':{'x':{'$anchor':'a'}}}", "#/not", "nowhere"},
    {"{" D19 ",'not':{'$ref':'#a'},'$defs':{'x':{'$anchor':'a'}}}", "#/not", "#/$defs/x"},
    {"{" D19 ",'not':{'$ref':'#a'},'$defs':{'x':{'$id':'#a'}}}", "#/not", "nowhere"},
    {"{" D19 ",'not':{'$ref':'#a'},'$defs':{'x':{'$dynamicAnchor':'a'}}}", "#/not", "nowhere"},
    {"{" D20 ",'not':{'$ref':'#a'},'$defs':{'x':{'$dynamicAnchor':'a'}}}", "#/not", "#/$defs/x"},
    {"{" D20 ",'not':{'$ref':'#a'},'$defs':{'x':{'$anchor':'a'},'y':{'$anchor':'a'}}}", "#/not", "#/$defs/x"},
    {"{" D20 ",'not':{'$ref':'#a'},'$defs':{'x':{'$id':'x','not':{'$anchor':'a'}},'y':{'$anchor':'a'}}}", "#/not",
     "#/$defs/y"},
    {"{" D20 ",'not':{'$ref':'x#a'},'$defs':{'x':{'$id':'x','not':{'$anchor':'a'}},'y':{'$anchor':'a'}}}", "#/not",
     "#/$defs/x/not"},
    /* Dynamic ones. */
    {"{" D20 ",'not':{'$dynamicRef':'#a'},'$defs':{'x':{'$dynamicAnchor':'a'}}}", "#/not", "#/$defs/x"},
    {"{" D20 ",'not':{'$dynamicRef':'#/$defs/x'},'$defs':{'x':{}}}", "#/not", "#/$defs/x"},
    {"{" D20 ",'not':{'$ref':'#','$dynamicRef':'#a'},'$defs':{'x':{'$dynamicAnchor':'a'}}}", "#/not", "#"},
    {"{" D19 ",'not':{'$recursiveRef':'#'}}", "#/not", "#"},
    {"{" D20 ",'not':{'$recursiveRef':'#'}}", "#/not", "none"},
    {"{" D19 ",'not':{'$dynamicRef':'#'}}", "#/not", "none"},
    /* Metaschemas. */
    {"{'$ref':'http://json-schema.org/draft-07/schema#'}", "#", "http://json-schema.org/draft-07/schema#"},
    {"{'$ref':'https://json-schema.org/draft-07/schema'}", "#", "https://json-schema.org/draft-07/schema#"},
    {"{'$ref':'http://json-schema.org/draft-04/schema#/definitions/stringArray'}", "#",
     "http://json-schema.org/draft-04/schema#/definitions/stringArray"},
    {"{'$ref':'https://json-schema.org/draft/2020-12/meta/core#meta'}", "#",
     "https://json-schema.org/draft/2020-12/meta/core#"},
    {"{'$id':'https://json-schema.org/draft/2019-09/own','$ref':'schema'}", "#",
     "https://json-schema.org/draft/2019-09/schema#"},
    {"{'$ref':'http://json-schema.org/draft-03/schema#'}", "#", "nowhere"},
    {"{'$ref':'http://json-schema.org/draft-07/schema.json'}", "#", "nowhere"},
    {"{'$ref':'http://json-schema.org/'}", "#", "nowhere"},
    {"{'$ref':'http://example.com/draft-07/schema'}", "#", "nowhere"},
    /* Odd ones. */
    {"{'not':{'$ref':''}}", "#/not", "#"},
    {"{'not':{'$ref':' '}}", "#/not", "nowhere"},
    {"{'not':{'$ref':5}}", "#/not", "none"},
    {"{'properties':{'$ref':{'$ref':'#/properties/a'},'a':{}}}", "#/properties/$ref", "#/properties/a"},
};

static const struct jss_subschema *subschema_at_place(const struct jss_schema *schema, const char *place)
{
    for (size_t i = 0; i < schema->subschemas.count; i++) {
        if (strcmp(place_of(schema, schema->subschemas.items[i]), place) == 0)
            return schema->subschemas.items[i];
    }
    ck_abort_msg("%s is no schema", place);
    return NULL;
}

START_TEST(references_lead_somewhere)
{
    const struct jss_schema *schema = model_of(str_of(spelled(references[_i].text)));
    const struct jss_subschema *from = subschema_at_place(schema, references[_i].from);
    assert_text(from->reference.p ? place_of(schema, from->target) : "none", references[_i].to);
    if (!from->reference.p)
        return;
    /* Asked for later it is the same. */
    ck_assert_ptr_eq(jss_resolve(schema, from, from->reference), from->target);
    struct jss_subschema other = *from;
    other.reference.p = NULL;
    ck_assert_ptr_eq(jss_resolve(schema, &other, from->reference), from->target);
}
END_TEST

START_TEST(nothing_is_added_later)
{
    const struct jss_schema *schema = model_of(str_of(spelled("{'own':{},'definitions':{'a':{}}}")));
    const struct jss_subschema *root = schema->document->schema;
    size_t count = schema->subschemas.count;
    ck_assert_ptr_null(jss_resolve(schema, root, STR("#/own")));
    ck_assert_ptr_null(jss_resolve(schema, root, STR("http://json-schema.org/draft-07/schema#")));
    ck_assert_ptr_eq(jss_resolve(schema, root, STR("#/definitions/a")), subschema_at_place(schema, "#/definitions/a"));
    ck_assert_ptr_null(jss_subschema_at(schema, jtree_member(root->node, STR("own"))));
    ck_assert_uint_eq(schema->subschemas.count, count);
}
END_TEST

START_TEST(what_a_dynamic_reference_means_is_known)
{
    const struct jss_schema *schema = model_of(
        str_of(spelled("{" D20 ",'$dynamicAnchor':'n','allOf':[{'$dynamicRef':'#n'},{'$ref':'#n','$dynamicRef':'#/own'"
                       "},{'$ref':'x'}],'$defs':{'x':{'$id':'x','$dynamicAnchor':'n','$anchor':'m'}},'own':{}}")));
    const struct jss_subschema *root = schema->document->schema, *x = subschema_at_place(schema, "#/$defs/x");
    const struct jss_subschema *both = subschema_at_place(schema, "#/allOf/1");
    ck_assert(subschema_at_place(schema, "#/allOf/0")->is_dynamic_reference);
    ck_assert(!both->is_dynamic_reference);
    ck_assert_ptr_eq(jss_resolve(schema, both, STR("#/own")), subschema_at_place(schema, "#/own"));
    ck_assert_ptr_eq(map_get(&root->resource->dynamic_anchors, STR("n")), root);
    ck_assert_ptr_eq(map_get(&x->resource->dynamic_anchors, STR("n")), x);
    ck_assert_ptr_null(map_get(&x->resource->dynamic_anchors, STR("m")));
    ck_assert_ptr_eq(map_get(&x->resource->anchors, STR("m")), x);
    ck_assert_ptr_ne(x->resource, root->resource);
    assert_text(terminated(x->resource->uri), "x");
    schema = model_of(str_of(spelled("{" D19 ",'$recursiveAnchor':true,'not':{'$recursiveAnchor':true}}")));
    ck_assert_ptr_eq(map_get(&schema->document->schema->resource->dynamic_anchors, STR("")), schema->document->schema);
    schema = model_of(str_of(spelled("{" D19 ",'$recursiveAnchor':false,'not':{'$recursiveAnchor':true}}")));
    ck_assert_ptr_null(map_get(&schema->document->schema->resource->dynamic_anchors, STR("")));
}
END_TEST

START_TEST(resources_may_have_other_dialects)
{
    const struct jss_schema *schema = model_of(str_of(spelled(
        "{" D20 ",'$defs':{'a':{'$id':'a'," D7 ",'items':[{}]},'b':{" D7 ",'prefixItems':[{}]},'c':{'id':'c'," D4
        ",'contains':{}},'d':{'$id':'d','$schema':'http://own/','if':{'items':[{}]}}}}")));
    ck_assert_int_eq(subschema_at_place(schema, "#/$defs/a")->dialect, JSS_DRAFT_07);
    ck_assert_int_eq(subschema_at_place(schema, "#/$defs/a/items/0")->dialect, JSS_DRAFT_07);
    ck_assert_int_eq(subschema_at_place(schema, "#/$defs/b/prefixItems/0")->dialect, JSS_DRAFT_2020_12);
    ck_assert_int_eq(subschema_at_place(schema, "#/$defs/c")->dialect, JSS_DRAFT_04);
    ck_assert_int_eq(subschema_at_place(schema, "#/$defs/d/if/items/0")->dialect, JSS_DRAFT_07);
    ck_assert_uint_eq(schema->subschemas.count, 9);
}
END_TEST

/* -- registered references -------------------------------------------------------------------------------------- */

/* The text of the root, the name of a reference, the text there, and what a $ref in "not" leads to. */
static const struct {
    const char *text, *name, *dependency, *to;
} registered[] = {
    {"{'not':{'$ref':'a.json'}}", "a.json", "{}", "a.json#"},
    {"{'not':{'$ref':'a.json#'}}", "a.json", "{}", "a.json#"},
    {"{'not':{'$ref':'a.json#/definitions/x'}}", "a.json", "{'definitions':{'x':{}}}", "a.json#/definitions/x"},
    {"{'not':{'$ref':'a.json#/own'}}", "a.json", "{'own':{}}", "a.json#/own"},
    {"{'not':{'$ref':'a.json#x'}}", "a.json", "{'items':{'$id':'#x'}}", "a.json#/items"},
    {"{'not':{'$ref':'a.json#/$defs/x'}}", "a.json", "{'definitions':{'x':{}}}", "a.json#/definitions/x"},
    {"{'not':{'$ref':'b.json'}}", "a.json", "{}", "nowhere"},
    {"{'not':{'$ref':'A.json'}}", "a.json", "{}", "nowhere"},
    {"{'not':{'$ref':'./a.json'}}", "a.json", "{}", "a.json#"},
    {"{'not':{'$ref':'../a.json'}}", "../a.json", "{}", "a.json#"},
    {"{'not':{'$ref':'urn:x:a'}}", "urn:x:a", "{}", "urn:x:a#"},
    {"{'not':{'$ref':'com.x.A'}}", "com.x.A", "true", "com.x.A#"},
    {"{'$id':'http://x/d/r','not':{'$ref':'a.json'}}", "a.json", "{}", "http://x/d/a.json#"},
    {"{'$id':'http://x/d/r','not':{'$ref':'http://x/d/a.json'}}", "a.json", "{}", "http://x/d/a.json#"},
    {"{'$id':'http://x/d/r','not':{'$ref':'a.json'}}", "http://x/d/a.json", "{}", "http://x/d/a.json#"},
    {"{'$id':'http://x/d/r','not':{'$id':'http://y/','not':{'$ref':'a.json'}}}", "a.json", "{}", "none"},
    {"{'$id':'http://x/d/r','not':{'$id':'http://y/z','allOf':[{'$ref':'#/allOf/0'}]}}", "a.json", "{}", "none"},
    {"{'not':{'$ref':'http://y/own'}}", "a.json", "{'$id':'http://y/own'}", "a.json#"},
    {"{'not':{'$ref':'a.json'}}", "a.json", "{'$id':'http://y/own'}", "a.json#"},
    {"{'not':{'$ref':'a.json#/definitions/x'}}", "a.json#/definitions/x", "{}", "a.json#"},
    {"{'not':{'$ref':'#/definitions/x'},'definitions':{'x':{}}}", "#/definitions/x", "{}", "#/definitions/x"},
    {"{'$id':'a.json','not':{'$ref':'a.json'}}", "a.json", "{}", "#"},
    {"{'not':{'$ref':'http://json-schema.org/draft-07/schema#'}}", "http://json-schema.org/draft-07/schema", "{}",
     "http://json-schema.org/draft-07/schema#"},
};

START_TEST(registered_references_are_found)
{
    struct error err;
    const struct jss_schema *schema;
    struct schema_dependency dependency = {str_of(registered[_i].name), str_of(spelled(registered[_i].dependency))};
    int outcome = read_model(str_of(spelled(registered[_i].text)), &dependency, 1, &schema, &err);
    ck_assert_msg(outcome == 0, "%s", err.text.p);
    const struct jss_subschema *from = subschema_at_place(schema, "#/not");
    assert_text(from->reference.p ? place_of(schema, from->target) : "none", registered[_i].to);
    ck_assert_uint_eq(schema->documents.count, 2);
    ck_assert_ptr_eq(schema->documents.items[0], schema->document);
    ck_assert_ptr_null(schema->document->name.p);
    assert_text(terminated(schema->documents.items[1]->name), registered[_i].name);
}
END_TEST

/* Dependencies refer to each other by their names, and have their own definitions whatever identifiers they share. */
START_TEST(registered_references_refer_to_each_other)
{
    struct error err;
    const struct jss_schema *schema;
    struct schema_dependency dependencies[] = {
        {STR("a.json"),
         str_of(spelled("{'$id':'http://x/','items':{'$ref':'#/definitions/y'},'definitions':{'y':{}}}"))},
        {STR("b.json"), str_of(spelled("{'$id':'http://x/','items':{'$ref':'#/definitions/y'},'definitions':{'y':{}},"
                                       "'not':{'$ref':'a.json'}}"))},
    };
    struct str text = str_of(spelled("{'$id':'http://x/','not':{'$ref':'b.json'},'definitions':{}}"));
    ck_assert_msg(read_model(text, dependencies, 2, &schema, &err) == 0, "%s", err.text.p);
    const struct jss_document *a = schema->documents.items[1], *b = schema->documents.items[2];
    ck_assert_ptr_eq(subschema_at_place(schema, "#/not")->target, b->schema);
    ck_assert_ptr_eq(jss_subschema_at(schema, jtree_member(b->root, STR("not")))->target, a->schema);
    const struct jss_subschema *items = jss_subschema_at(schema, jtree_member(b->root, STR("items")));
    ck_assert_ptr_eq(items->target->document, b);
}
END_TEST

START_TEST(faulty_references_are_named)
{
    struct error err;
    const struct jss_schema *schema;
    struct schema_dependency dependency = {STR("a.json"), STR("[]")};
    ck_assert_int_eq(read_model(STR("{}"), &dependency, 1, &schema, &err), -1);
    ck_assert_int_eq(err.id, ERROR_INVALID_SCHEMA);
    assert_text(err.text.p, "Reference a.json: expected an object or a boolean, found array");
}
END_TEST

/* -- metaschemas ------------------------------------------------------------------------------------------------ */

/* Every reference of the bundled texts leads somewhere, every text is its own schema. */
START_TEST(metaschemas_are_complete)
{
    static const char *const names[] = {
        "draft-04/schema",
        "draft-06/schema",
        "draft-07/schema",
        "draft/2019-09/schema",
        "draft/2019-09/meta/applicator",
        "draft/2019-09/meta/content",
        "draft/2019-09/meta/core",
        "draft/2019-09/meta/format",
        "draft/2019-09/meta/meta-data",
        "draft/2019-09/meta/validation",
        "draft/2020-12/schema",
        "draft/2020-12/meta/applicator",
        "draft/2020-12/meta/content",
        "draft/2020-12/meta/core",
        "draft/2020-12/meta/format-annotation",
        "draft/2020-12/meta/format-assertion",
        "draft/2020-12/meta/meta-data",
        "draft/2020-12/meta/unevaluated",
        "draft/2020-12/meta/validation",
    };
    for (size_t i = 0; i < ROWS(names); i++) {
        struct str uri = ARENA_JOIN(arena, STR("https://json-schema.org/"), str_of(names[i]));
        struct str text = ARENA_JOIN(arena, STR("{\"$ref\":\""), uri, STR("\"}"));
        const struct jss_schema *schema = model_of(text);
        ck_assert_uint_ge(schema->documents.count, 2);
        for (size_t j = 0; j < schema->subschemas.count; j++) {
            const struct jss_subschema *subschema = schema->subschemas.items[j];
            ck_assert_msg(!subschema->reference.p || subschema->target, "%s: %s", names[i],
                          place_of(schema, subschema));
        }
        const struct jss_document *document = schema->documents.items[1];
        struct str id = jss_without_scheme(document->schema->resource->uri);
        assert_text(terminated(id), terminated(jss_without_scheme(uri)));
        ck_assert(document->is_bundled);
    }
}
END_TEST

START_TEST(metaschemas_are_there_once)
{
    const struct jss_schema *schema = model_of(str_of(
        spelled("{'allOf':[{'$ref':'http://json-schema.org/draft-07/schema'},{'$ref':'http://json-schema.org/draft-07/"
                "schema#'},{'$ref':'https://json-schema.org/draft-07/schema#/definitions/stringArray'}]}")));
    ck_assert_uint_eq(schema->documents.count, 2);
    schema = model_of(str_of(spelled("{'$ref':'https://json-schema.org/draft/2020-12/schema'}")));
    ck_assert_uint_eq(schema->documents.count, 9);
}
END_TEST

/* -- bounds ------------------------------------------------------------------------------------------------------ */

START_TEST(schemas_may_be_many)
{
    struct error err;
    const struct jss_schema *schema;
    struct buf text = new_text();
    buf_add(&text, STR("{\"allOf\":[true"));
    add_times(&text, STR(",true"), JSS_SUBSCHEMAS_MAX - 2);
    buf_add(&text, STR("]}"));
    ck_assert_uint_eq(model_of(buf_str(&text))->subschemas.count, JSS_SUBSCHEMAS_MAX);
    text.n -= 2;
    buf_add(&text, STR(",true]}"));
    ck_assert_int_eq(read_model(buf_str(&text), NULL, 0, &schema, &err), -1);
    ck_assert_int_eq(err.id, ERROR_INVALID_SCHEMA);
    assert_text(err.text.p, "The schema has too many elements");
    /* The last one is what a pointer leads to. */
    text.n -= sizeof(",true]}") - 1;
    buf_add(&text, STR("],\"$ref\":\"#/own\",\"own\":{}}"));
    ck_assert_int_eq(read_model(buf_str(&text), NULL, 0, &schema, &err), -1);
    assert_text(err.text.p, "The schema has too many elements");
}
END_TEST

START_TEST(schemas_may_be_deep)
{
    struct error err;
    const struct jss_schema *schema;
    for (int depth = 510; depth < 514; depth++) {
        struct buf text = new_text();
        add_times(&text, STR("{\"not\":"), depth);
        buf_add(&text, STR("{}"));
        add_times(&text, STR("}"), depth);
        bool is_accepted = depth < 512;
        ck_assert_int_eq(read_model(buf_str(&text), NULL, 0, &schema, &err), is_accepted ? 0 : -1);
        ck_assert_int_eq(err.id, is_accepted ? ERROR_NONE : ERROR_INVALID_SCHEMA);
    }
}
END_TEST

/* Many references into large objects and arrays: seconds when the members were searched each time. */
START_TEST(references_may_be_many)
{
    struct buf text = new_text();
    buf_add(&text, STR("{\"allOf\":[{}"));
    for (int i = 0; i < 30000; i++)
        buf_printf(&text, ",{\"$ref\":\"#/definitions/a%d\"}", i);
    buf_add(&text, STR("],\"definitions\":{\"x\":{}"));
    for (int i = 0; i < 30000; i++)
        buf_printf(&text, ",\"a%d\":{\"$ref\":\"#/allOf/%d\"}", i, i);
    buf_add(&text, STR("}}"));
    const struct jss_schema *schema = model_of(buf_str(&text));
    for (size_t i = 0; i < schema->subschemas.count; i++) {
        const struct jss_subschema *subschema = schema->subschemas.items[i];
        ck_assert(!subschema->reference.p || subschema->target);
        struct jss_subschema copy = *subschema;
        copy.reference.p = NULL;
        if (subschema->reference.p)
            ck_assert_ptr_eq(jss_resolve(schema, &copy, subschema->reference), subschema->target);
    }
}
END_TEST

/* Every amount of memory up to what it takes: a failure each time, and no leak. */
START_TEST(memory_may_run_out)
{
    const char *text = spelled("{'allOf':[{'$ref':'#/own'},{'$ref':'http://json-schema.org/draft-07/schema#'}],'own':{}"
                               ",'$id':'http://x/a','definitions':{'b':{'$id':'b'}}}");
    struct schema_dependency dependency = {STR("a.json"), STR("{}")};
    struct schema_source source = {.text = str_of(text), .dependencies = &dependency, .dependency_count = 1};
    for (size_t room = 64;; room += 1024) {
        void *model = NULL;
        struct arena *small = arena_new(room);
        ck_assert_ptr_nonnull(small);
        struct error err = ERROR_INIT(arena);
        int outcome = jss_parse(small, &source, &model, &err);
        ck_assert_int_eq(outcome, error_is_set(&err) ? -1 : 0);
        arena_free(small);
        if (outcome == 0)
            break;
        ck_assert(room < (8u << 20));
    }
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, texts_are_read, 0, ROWS(texts));
    tcase_add_loop_test(tests, schemas_are_found, 0, ROWS(holders));
    tcase_add_loop_test(tests, dialects_have_uris, 0, ROWS(uris));
    tcase_add_loop_test(tests, references_lead_somewhere, 0, ROWS(references));
    tcase_add_test(tests, nothing_is_added_later);
    tcase_add_test(tests, what_a_dynamic_reference_means_is_known);
    tcase_add_test(tests, resources_may_have_other_dialects);
    tcase_add_loop_test(tests, registered_references_are_found, 0, ROWS(registered));
    tcase_add_test(tests, registered_references_refer_to_each_other);
    tcase_add_test(tests, faulty_references_are_named);
    tcase_add_test(tests, metaschemas_are_complete);
    tcase_add_test(tests, metaschemas_are_there_once);
    tcase_add_test(tests, schemas_may_be_many);
    tcase_add_test(tests, schemas_may_be_deep);
    tcase_add_test(tests, references_may_be_many);
    tcase_add_test(tests, memory_may_run_out);
}

int main(void)
{
    return run_tests("parse", add_tests);
}
