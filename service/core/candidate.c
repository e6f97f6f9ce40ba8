#include "candidate_private.h"

#include <stdlib.h>

static int read_references(struct core_call *call, const struct jtree_node *body, struct core_schema_input *ret)
{
    const struct jtree_node *list = jtree_member(body, STR("references"));
    if (!list || list->kind == JTREE_KIND_NULL)
        return 0;
    if (list->kind != JTREE_KIND_ARRAY)
        return error_raise(call->err, BAD_REQUEST, STR("references must be a list"));
    struct schema_reference *references = ARENA_ARRAY(call->arena, (size_t)list->count + 1, struct schema_reference);
    if (!references)
        return error_raise(call->err, INTERNAL);
    for (const struct jtree_node *node = list->first; node; node = node->next) {
        struct schema_reference *r = &references[ret->reference_count++];
        if (node->kind != JTREE_KIND_OBJECT)
            return error_raise(call->err, BAD_REQUEST, STR("references must be a list of objects"));
        if (core_body_text(call, node, "name", &r->name) != 0 ||
            core_body_text(call, node, "subject", &r->subject) != 0 ||
            core_body_number(call, node, "version", 0, &r->version) != 0)
            return -1;
    }
    ret->references = references;
    return 0;
}

int core_schema_input_read(struct core_call *call, const struct jtree_node *body, struct core_schema_input *ret)
{
    *ret = (struct core_schema_input){0};
    if (core_body_text(call, body, "schema", &ret->text) != 0 ||
        core_body_text(call, body, "schemaType", &ret->type) != 0 ||
        core_body_number(call, body, "version", 0, &ret->version) != 0 ||
        core_body_number(call, body, "id", -1, &ret->schema_id) != 0 || read_references(call, body, ret) != 0)
        return -1;
    return contract_read_metadata(call->arena, jtree_member(body, STR("metadata")), &ret->contract.metadata,
                                  call->err) != 0 ||
                   contract_read_rule_set(call->arena, jtree_member(body, STR("ruleSet")), &ret->contract.rule_set,
                                          &ret->rule_fault, call->err) != 0
               ? -1
               : 0;
}

static int compare_references(const void *a, const void *b)
{
    const struct schema_reference *x = a, *y = b;
    int order = str_compare_utf16(x->subject, y->subject);
    return order ? order : (x->version > y->version) - (x->version < y->version);
}

/* Looks back from the end of a sorted list, as far as references of that version go. */
static bool is_among(const struct schema_reference *sorted, size_t count, const struct schema_reference *r)
{
    for (size_t i = count; i-- > 0 && compare_references(&sorted[i], r) == 0;) {
        if (str_equal(sorted[i].name, r->name))
            return true;
    }
    return false;
}

/* The normal form of a list of references: sorted by subject and version, each once. */
static void normalise_references(struct core_candidate *c)
{
    qsort(c->references, c->reference_count, sizeof *c->references, compare_references);
    size_t kept = 0;
    for (size_t i = 0; i < c->reference_count; i++) {
        if (!is_among(c->references, kept, &c->references[i]))
            c->references[kept++] = c->references[i];
    }
    c->reference_count = kept;
}

/* {name='a', subject='b', version=1}: what is missing shows as null. */
static void describe_reference(struct buf *out, const struct schema_reference *r)
{
    struct str null = STR("null");
    buf_printf(out, "{name='" STR_FMT "', subject='" STR_FMT "', version=" STR_FMT "}",
               STR_ARG(r->name.n ? r->name : null), STR_ARG(r->subject.p ? r->subject : null),
               STR_ARG(r->version ? STR_INT(r->version) : null));
}

static int invalid_reference(struct core_call *call, const struct schema_reference *r)
{
    struct buf out;
    buf_init(&out, call->arena, CONTRACT_TEXT_MAX);
    buf_add(&out, STR("Invalid reference: "));
    describe_reference(&out, r);
    buf_add(&out, STR(": a name, a subject and a version are needed"));
    return error_raise(call->err, INVALID_SCHEMA, buf_str(&out));
}

/* Checks each reference and turns "latest" into a number. */
static int resolve_references(struct core_call *call, struct str context, const struct core_schema_input *in,
                              struct core_candidate *c)
{
    c->references = ARENA_ARRAY(call->arena, in->reference_count + 1, struct schema_reference);
    if (!c->references)
        return error_raise(call->err, INTERNAL);
    if (in->reference_count > call->core->options.references_max)
        return error_raise(call->err, INVALID_SCHEMA, STR("The schema has too many references"));
    for (size_t i = 0; i < in->reference_count; i++) {
        struct schema_reference r = in->references[i];
        bool needs_name = call->core->options.strict_validation;
        if (!r.name.p || (needs_name && r.name.n == 0) || !r.subject.p || r.version == 0)
            return invalid_reference(call, &r);
        struct stored_version stored;
        if (core_reference_load(call, context, &r, &stored) != 0)
            return -1;
        r.version = stored.version;
        if (stored.is_deleted && in->needs_active_references)
            return core_reference_missing(call, core_reference_subject(context, r.subject), r.version);
        c->references[c->reference_count++] = r;
    }
    if (in->normalize)
        normalise_references(c);
    c->targets = ARENA_ARRAY(call->arena, c->reference_count + 1, struct storage_reference);
    if (!c->targets)
        return error_raise(call->err, INTERNAL);
    for (size_t i = 0; i < c->reference_count; i++) {
        struct core_subject subject = core_reference_subject(context, c->references[i].subject);
        c->targets[i] = (struct storage_reference){subject.context, subject.name, c->references[i].version};
    }
    return core_references_write(call, c->references, c->reference_count, &c->references_json);
}

static void release_schema(void *schema)
{
    schema_unref(schema);
}

static int parse(struct core_call *call, struct core_candidate *c, const struct schema_source *source)
{
    struct schema *schema;
    if (schema_parse(c->format, source, &schema, call->err) != 0)
        return -1;
    c->schema = schema;
    return arena_on_reset(call->arena, release_schema, schema) != 0 ? error_raise(call->err, INTERNAL) : 0;
}

static int print(struct core_call *call, const struct schema *schema, enum schema_form form, struct str *ret)
{
    struct buf out;
    buf_init(&out, call->arena, SCHEMA_MEMORY_MAX);
    if (schema_print(schema, form, &out, call->err) != 0)
        return -1;
    *ret = buf_str(&out);
    return 0;
}

static int key_of(struct core_call *call, const struct core_candidate *c, enum schema_form form, unsigned char *ret)
{
    struct buf out;
    buf_init(&out, call->arena, SCHEMA_MEMORY_MAX);
    buf_add(&out, str_of(c->format->name)); /* equal texts of two formats are two schemas */
    if (schema_print(c->schema, form, &out, call->err) != 0)
        return -1;
    hash_md5(buf_str(&out), ret);
    return 0;
}

static struct str describe_references(struct core_call *call, const struct core_schema_input *in)
{
    struct buf out;
    buf_init(&out, call->arena, CONTRACT_TEXT_MAX);
    buf_add_char(&out, '[');
    for (size_t i = 0; i < in->reference_count; i++) {
        buf_add(&out, i ? STR(", ") : STR_EMPTY);
        describe_reference(&out, &in->references[i]);
    }
    buf_add_char(&out, ']');
    return buf_str(&out);
}

/* The request as the API shows it. ids: what stands for the version and id of a schema that has none. */
static struct str describe_request(struct core_call *call, const struct core_subject *subject,
                                   const struct core_candidate *c, struct str references, struct str ids)
{
    const struct core_schema_input *in = c->in;
    unsigned char digest[MD5_BYTES] = {0};
    char guid[37];
    identity_guid(call->arena, in->text, in->references, in->reference_count, &in->contract, digest);
    hash_guid_text(digest, guid);
    struct str type = str_of(c->format->name), null = STR("null");
    struct str subject_text = core_subject_text(call->arena, subject->context, subject->name);
    return ARENA_JOIN(call->arena, STR("Invalid schema {subject="), subject_text, ids, STR(",guid="), str_of(guid),
                      STR(",schemaType="), type, STR(",references="), references, STR(",metadata="),
                      in->contract.metadata.p ? in->contract.metadata : null, STR(",ruleSet="),
                      in->contract.rule_set.p ? in->contract.rule_set : null, STR(",schema="), in->text,
                      STR(",schemaTags=null,ts=null,deleted=null}"));
}

int core_candidate_explain(struct core_call *call, const struct core_subject *subject, const struct core_candidate *c,
                           const struct error *why, enum schema_wording wording)
{
    if (why->id != ERROR_INVALID_SCHEMA)
        return error_pass(call->err, why);
    struct str references = describe_references(call, c->in), type = str_of(c->format->name), text = STR_EMPTY;
    struct str of_type = ARENA_JOIN(call->arena, STR("Invalid schema of type "), type, STR(", details: "));
    switch (wording) {
    case SCHEMA_WORDING_BRIEF:
        text = ARENA_JOIN(call->arena, of_type, of_type, why->text);
        break;
    case SCHEMA_WORDING_REQUEST:
        text = ARENA_JOIN(call->arena, describe_request(call, subject, c, references, STR(",version=0,id=-1")),
                          STR(", details: "), why->text);
        break;
    case SCHEMA_WORDING_REQUEST_AND_REFERENCES:
        text = ARENA_JOIN(call->arena, of_type,
                          describe_request(call, subject, c, references, STR(",version=null,id=null")),
                          STR(" with refs "), references, STR(" of type "), type, STR(", details: "), why->text);
        break;
    }
    return error_raise(call->err, INVALID_SCHEMA, text);
}

int core_candidate_check(struct core_call *call, const struct core_subject *subject,
                         const struct core_candidate *candidate, const struct core_config *config)
{
    enum schema_check how = !config->validate_new                   ? SCHEMA_CHECK_NAMES
                            : call->core->options.strict_validation ? SCHEMA_CHECK_STRICT
                                                                    : SCHEMA_CHECK_REFERENCE;
    struct error why = ERROR_INIT(call->arena);
    if (schema_check(candidate->schema, how, config->validate_fields, &why) == 0)
        return 0;
    return core_candidate_explain(call, subject, candidate, &why, candidate->format->check_wording);
}

static int make(struct core_call *call, const struct core_subject *subject, const struct core_schema_input *in,
                struct core_candidate *c)
{
    struct schema_source source = {.text = in->text};
    if (resolve_references(call, subject->context, in, c) != 0 ||
        core_references_follow(call, subject->context, c->references, c->reference_count, &source) != 0 ||
        parse(call, c, &source) != 0)
        return -1;
    if (print(call, c->schema, in->normalize ? SCHEMA_FORM_NORMAL : SCHEMA_FORM_CANONICAL, &c->text) != 0)
        return -1;
    if (in->normalize) { /* what is stored is judged, not what was sent */
        source.text = c->text;
        if (parse(call, c, &source) != 0)
            return -1;
    }
    return key_of(call, c, SCHEMA_FORM_EQUAL, c->equal_key) != 0 ||
                   key_of(call, c, SCHEMA_FORM_NORMAL_EQUAL, c->normal_key) != 0
               ? -1
               : 0;
}

int core_candidate_make(struct core_call *call, const struct core_subject *subject, const struct core_schema_input *in,
                        struct core_candidate *ret)
{
    *ret = (struct core_candidate){.in = in, .contract = in->contract};
    struct str type = in->type.p ? in->type : STR("AVRO");
    ret->format = schema_format_find(type);
    if (!ret->format)
        return error_raise(call->err, INVALID_SCHEMA, ARENA_JOIN(call->arena, STR("Invalid schema type "), type));
    if (str_trim(in->text).n == 0)
        return error_raise(call->err, INVALID_SCHEMA, STR("Empty schema"));
    if (in->text.n > call->core->options.schema_max_bytes)
        return error_raise(call->err, SCHEMA_TOO_LARGE);
    struct error why = ERROR_INIT(call->arena), *outer = call->err;
    call->err = &why;
    int outcome = make(call, subject, in, ret);
    call->err = outer;
    if (outcome != 0)
        return core_candidate_explain(call, subject, ret, &why, ret->format->parse_wording);
    return core_candidate_identify(call, ret);
}

int core_candidate_identify(struct core_call *call, struct core_candidate *candidate)
{
    return identity_guid(call->arena, candidate->text, candidate->references, candidate->reference_count,
                         &candidate->contract, candidate->guid) != 0
               ? error_raise(call->err, INTERNAL)
               : 0;
}

/* A parsed schema in the cache. */
struct cached_schema {
    struct stamped_value head;
    struct arena *arena;
    struct schema *schema;
};

static void release_cached(struct stamped_value *value)
{
    struct cached_schema *cached = (struct cached_schema *)value;
    schema_unref(cached->schema);
    arena_free(cached->arena);
}

static void keep(struct core_call *call, struct str key, struct schema *schema, const struct stamp_set *stamps)
{
    struct arena *arena = arena_new(4096);
    struct cached_schema *cached = arena ? ARENA_NEW(arena, struct cached_schema) : NULL;
    if (!cached) {
        arena_free(arena);
        return;
    }
    cached->arena = arena;
    cached->schema = schema_ref(schema);
    cached->head.release = release_cached;
    cached->head.stamps = *stamps;
    atomic_init(&cached->head.references, 1);
    stamped_cache_put(call->core->schemas, key, &cached->head, schema_bytes(schema) + sizeof *cached);
    stamped_value_unref(&cached->head);
}

static int parse_stored(struct core_call *call, const struct stored_version *stored, struct schema **ret)
{
    struct schema_source source = {.text = stored->schema.text};
    struct schema_reference *references;
    size_t count;
    const struct schema_format *format = schema_format_find(stored->schema.format);
    if (!format)
        return error_raise(call->err, INVALID_SCHEMA,
                           ARENA_JOIN(call->arena, STR("Invalid schema type "), stored->schema.format));
    if (core_references_read(call, stored->schema.references, &references, &count) != 0 ||
        core_references_follow(call, stored->context, references, count, &source) != 0)
        return -1;
    return schema_parse(format, &source, ret, call->err);
}

int core_stored_schema(struct core_call *call, const struct stored_version *stored, struct schema **ret)
{
    struct str guid = {(const char *)stored->schema.guid, STORAGE_KEY_BYTES};
    struct str key = ARENA_JOIN(call->arena, stored->context, STR("/"), stored->schema.format, STR("/"), guid);
    if (!key.p)
        return error_raise(call->err, INTERNAL);
    struct stamped_value *value = stamped_cache_get(call->core->schemas, key);
    if (value) {
        *ret = schema_ref(((struct cached_schema *)value)->schema);
        for (uint32_t i = 0; i < value->stamps.count; i++)
            stamp_set_note(call->core->stamps, &call->stamps, value->stamps.slots[i]);
        stamped_value_unref(value);
        return 0;
    }
    /* Only what the references lead to can change under a GUID: the call's other stamps are of no concern here. */
    struct stamp_set outer = call->stamps;
    call->stamps.count = 0;
    int outcome = parse_stored(call, stored, ret);
    struct stamp_set own = call->stamps;
    call->stamps = outer;
    for (uint32_t i = 0; i < own.count; i++)
        stamp_set_note(call->core->stamps, &call->stamps, own.slots[i]);
    call->stamps.is_spoiled |= own.is_spoiled;
    if (outcome == 0)
        keep(call, key, *ret, &own);
    return outcome;
}

int core_stored_text(struct core_call *call, const struct stored_version *stored, struct str name, struct str *ret)
{
    struct schema *schema;
    enum schema_form form = SCHEMA_FORM_CANONICAL;
    const struct schema_format *format = schema_format_find(stored->schema.format);
    *ret = stored->schema.text;
    if (!name.n || (format && !schema_output_find(format, name, stored->schema.references.p != NULL, &form)))
        return 0;
    if (core_stored_schema(call, stored, &schema) != 0)
        return -1;
    int outcome = print(call, schema, form, ret);
    schema_unref(schema);
    return outcome;
}
