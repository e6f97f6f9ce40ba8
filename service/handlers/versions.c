#include "handlers.h"
#include "work.h"

static int list(struct work *w)
{
    const struct argument *a = w->x->arguments;
    struct stored_entries entries;
    size_t offset, limit;
    enum storage_filter filter = a[2].flag ? STORAGE_ONLY_DELETED : a[1].flag ? STORAGE_ALL : STORAGE_ACTIVE;
    if (work_page(w, 4, OPTION_VERSION_SEARCH_DEFAULT, OPTION_VERSION_SEARCH_MAX, &offset, &limit) != 0 ||
        work_subject(w, 0) != 0 || core_list_versions(&w->call, &w->subject, filter, a[3].flag, &entries) != 0)
        return -1;
    struct buf *out = work_reply(w);
    buf_add_char(out, '[');
    for (size_t i = offset; i < entries.count && i - offset < limit; i++) {
        buf_add(out, i > offset ? STR(",") : STR_EMPTY);
        buf_add_int(out, entries.items[i].version);
    }
    buf_add_char(out, ']');
    return 0;
}

enum handler_result handle_list_versions(struct exchange *x)
{
    return work_read(x, list);
}

/* The answer to a registration: {"id":…,"version":…,"guid":…} and what was stored. */
static int answer_registered(struct work *w)
{
    const struct core_registered *r = &w->registered;
    struct stored_version v = {.context = w->subject.context,
                               .subject = w->subject.name,
                               .version = r->version,
                               .schema_id = r->schema_id,
                               .schema = r->schema};
    struct str text;
    char guid[37];
    if (core_stored_text(&w->call, &v, w->x->arguments[2].text, &text) != 0)
        return -1;
    hash_guid_text(r->schema.guid, guid);
    struct buf *out = work_reply(w);
    buf_add_char(out, '{');
    work_number(out, "id", r->schema_id);
    work_number(out, "version", r->version);
    work_text(out, "guid", str_of(guid));
    work_text(out, "schemaType", r->schema.format);
    work_raw(out, "references", r->schema.references);
    work_raw(out, "metadata", r->schema.metadata);
    work_raw(out, "ruleSet", r->schema.rule_set);
    work_text(out, "schema", text);
    if (r->shows_state) {
        work_number(out, "ts", r->created_ms);
        work_raw(out, "deleted", r->is_deleted ? STR("true") : STR("false"));
    }
    buf_add_char(out, '}');
    return 0;
}

static int register_version(struct work *w)
{
    const struct argument *a = w->x->arguments;
    if (work_subject(w, 0) != 0 || work_input(w) != 0)
        return -1;
    w->input.normalize = a[1].flag;
    int outcome = core_register(&w->call, &w->subject, w->subject_text, &w->input, a[3].flag, &w->registered);
    return outcome == 0 ? answer_registered(w) : outcome;
}

static int version_registered(struct work *w)
{
    int outcome = core_register_finish(&w->call, &w->subject, &w->registered);
    return outcome == 0 ? answer_registered(w) : outcome;
}

enum handler_result handle_register(struct exchange *x)
{
    x->reply.is_cacheable = x->reply.is_lasting = true; /* when it was there already */
    return work_run(x, register_version, version_registered);
}

static int find_version(struct work *w, size_t deleted_argument, struct stored_version *ret)
{
    int32_t version;
    const struct argument *a = w->x->arguments;
    if (work_subject(w, 0) != 0 || core_version_parse(&w->call, a[1].text, &version) != 0)
        return -1;
    w->x->reply.is_lasting = version != STORAGE_LATEST;
    return core_read_version(&w->call, w->subject, version, a[deleted_argument].flag, ret);
}

static int read_version(struct work *w)
{
    struct stored_version v;
    struct str text;
    if (find_version(w, 3, &v) != 0 || core_stored_text(&w->call, &v, w->x->arguments[2].text, &text) != 0)
        return -1;
    if (str_equal(w->x->arguments[4].text, STR("qualified")) && core_references_qualify(&w->call, &v) != 0)
        return -1;
    work_version(work_reply(w), w, &v, text, true, true, true);
    return 0;
}

enum handler_result handle_read_version(struct exchange *x)
{
    return work_read(x, read_version);
}

static int read_version_text(struct work *w)
{
    struct stored_version v;
    struct str text;
    if (find_version(w, 3, &v) != 0 || core_stored_text(&w->call, &v, w->x->arguments[2].text, &text) != 0)
        return -1;
    buf_add(work_reply(w), text);
    return 0;
}

enum handler_result handle_read_version_text(struct exchange *x)
{
    return work_read(x, read_version_text);
}

static int read_referrers(struct work *w)
{
    const struct argument *a = w->x->arguments;
    struct stored_uses uses = {0};
    size_t offset, limit;
    int32_t version;
    if (work_page(w, 3, OPTION_SCHEMA_SEARCH_DEFAULT, OPTION_SCHEMA_SEARCH_MAX, &offset, &limit) != 0 ||
        work_subject(w, 0) != 0 || core_version_parse(&w->call, a[1].text, &version) != 0 ||
        core_read_referrers(&w->call, w->subject, version, a[2].flag, &uses) != 0)
        return -1;
    struct buf *out = work_reply(w);
    buf_add_char(out, '[');
    for (size_t i = offset; i < uses.count && i - offset < limit; i++) {
        buf_add(out, i > offset ? STR(",") : STR_EMPTY);
        buf_add_int(out, uses.items[i].schema_id);
    }
    buf_add_char(out, ']');
    return 0;
}

enum handler_result handle_read_referrers(struct exchange *x)
{
    return work_read(x, read_referrers);
}

static int delete_version(struct work *w)
{
    int32_t version;
    const struct argument *a = w->x->arguments;
    if (work_subject(w, 0) != 0 || core_version_parse(&w->call, a[1].text, &version) != 0)
        return -1;
    return core_delete_version(&w->call, &w->subject, version, a[2].flag, &w->removed);
}

static int version_deleted(struct work *w)
{
    int outcome = core_delete_finish(&w->call, &w->subject);
    if (outcome == 0)
        buf_add_int(work_reply(w), w->removed.versions[0]);
    return outcome;
}

enum handler_result handle_delete_version(struct exchange *x)
{
    return work_run(x, delete_version, version_deleted);
}
