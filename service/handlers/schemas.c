#include "handlers.h"
#include "work.h"

/* A page of a listing of schemas, while it is being filled. */
struct page {
    struct work *w;
    struct buf *out;
    size_t skip, left;
    struct str rule_type; /* empty: any */
};

#define LIFECYCLES_MAX 8

/* Adds "aliases":[…] to the object that ends the buffer. */
static void add_aliases(struct buf *out, const struct stored_names *aliases)
{
    if (!out->n)
        return;
    out->n--;
    work_raw(out, "aliases", STR("["));
    for (size_t i = 0; i < aliases->count; i++) {
        buf_add(out, i ? STR(",") : STR_EMPTY);
        jtree_write_string(out, aliases->items[i]);
    }
    buf_add(out, STR("]}"));
}

static int add_row(void *context, const struct stored_version *v, const struct stored_names *aliases)
{
    struct page *page = context;
    if (page->rule_type.n && !contract_has_rule_type(page->w->x->arena, v->schema.rule_set, page->rule_type))
        return 0;
    if (page->skip) {
        page->skip--;
        return 0;
    }
    if (page->left == 0)
        return 1;
    page->left--;
    if (page->out->n > 1)
        buf_add_char(page->out, ',');
    work_version(page->out, page->w, v, v->schema.text, true, true, true);
    if (aliases)
        add_aliases(page->out, aliases);
    return buf_failed(page->out) ? -1 : page->left == 0;
}

/* There are no associations: a filter for them leaves the schemas without any, if those are asked for, or nothing. */
static int read_association_filter(struct work *w, bool *ret_excludes_all)
{
    const struct argument *a = w->x->arguments;
    struct str lifecycles[LIFECYCLES_MAX];
    size_t count = exchange_values(w->x, STR("lifecycle"), lifecycles, LIFECYCLES_MAX);
    *ret_excludes_all = a[7].is_given || a[8].is_given || count > 0;
    for (size_t i = 0; i < count; i++) {
        if (str_equal(lifecycles[i], STR("NONE")))
            *ret_excludes_all = false;
        else if (!str_equal(lifecycles[i], STR("STRONG")) && !str_equal(lifecycles[i], STR("WEAK")))
            return error_raise(&w->x->err, NOT_FOUND);
    }
    return 0;
}

static int list(struct work *w)
{
    const struct argument *a = w->x->arguments;
    struct page page = {.w = w, .rule_type = a[6].text};
    bool excludes_all;
    if (read_association_filter(w, &excludes_all) != 0)
        return -1;
    if (work_page(w, 3, OPTION_SCHEMA_SEARCH_DEFAULT, OPTION_SCHEMA_SEARCH_MAX, &page.skip, &page.left) != 0)
        return -1;
    page.out = work_reply(w);
    buf_add_char(page.out, '[');
    struct core_schema_listing what = {a[0].text, a[1].flag, a[2].flag, a[5].flag};
    int outcome = excludes_all ? 0 : core_list_schemas(&w->call, &what, add_row, &page);
    buf_add_char(page.out, ']');
    return outcome;
}

enum handler_result handle_list_schemas(struct exchange *x)
{
    return work_read(x, list);
}

static int types(struct work *w)
{
    struct buf *out = work_reply(w);
    buf_add_char(out, '[');
    for (size_t i = 0; schema_formats[i]; i++) {
        buf_add(out, i ? STR(",") : STR_EMPTY);
        jtree_write_string(out, str_of(schema_formats[i]->name));
    }
    buf_add_char(out, ']');
    return 0;
}

enum handler_result handle_list_types(struct exchange *x)
{
    return work_read(x, types);
}

static int read_id(struct work *w)
{
    const struct argument *a = w->x->arguments;
    struct stored_version v;
    struct str text;
    int32_t max_id = 0;
    if (core_read_id(&w->call, (int32_t)a[0].number, a[1].text, &v) != 0 ||
        core_stored_text(&w->call, &v, a[2].text, &text) != 0)
        return -1;
    if (str_equal(a[4].text, STR("qualified")) && core_references_qualify(&w->call, &v) != 0)
        return -1;
    if (a[3].flag && core_read_max_id(&w->call, v.context, &max_id) != 0)
        return -1;
    w->x->reply.is_lasting = !a[3].flag;
    struct buf *out = work_reply(w);
    work_version(out, w, &v, text, false, true, true);
    if (a[3].flag && out->n) {
        out->n--;
        work_number(out, "maxId", max_id);
        buf_add_char(out, '}');
    }
    return 0;
}

enum handler_result handle_read_id(struct exchange *x)
{
    return work_read(x, read_id);
}

static int read_id_text(struct work *w)
{
    const struct argument *a = w->x->arguments;
    struct stored_version v;
    struct str text;
    if (core_read_id(&w->call, (int32_t)a[0].number, a[1].text, &v) != 0 ||
        core_stored_text(&w->call, &v, a[2].text, &text) != 0)
        return -1;
    w->x->reply.is_lasting = true;
    buf_add(work_reply(w), text);
    return 0;
}

enum handler_result handle_read_id_text(struct exchange *x)
{
    return work_read(x, read_id_text);
}

static int read_uses(struct work *w, bool with_versions, enum option_id initial, enum option_id max)
{
    const struct argument *a = w->x->arguments;
    struct stored_uses uses = {0};
    size_t offset, limit;
    if (work_page(w, 3, initial, max, &offset, &limit) != 0 ||
        core_read_uses(&w->call, (int32_t)a[0].number, a[1].text, a[2].flag, &uses) != 0)
        return -1;
    struct buf *out = work_reply(w);
    buf_add_char(out, '[');
    for (size_t i = offset; i < uses.count && i - offset < limit; i++) {
        struct str subject = core_subject_text(w->x->arena, uses.items[i].context, uses.items[i].subject);
        buf_add(out, i > offset ? STR(",") : STR_EMPTY);
        if (!with_versions) {
            jtree_write_string(out, subject);
            continue;
        }
        buf_add_char(out, '{');
        work_text(out, "subject", subject);
        work_number(out, "version", uses.items[i].version);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
    return 0;
}

static int read_id_subjects(struct work *w)
{
    return read_uses(w, false, OPTION_SUBJECT_SEARCH_DEFAULT, OPTION_SUBJECT_SEARCH_MAX);
}

static int read_id_versions(struct work *w)
{
    return read_uses(w, true, OPTION_VERSION_SEARCH_DEFAULT, OPTION_VERSION_SEARCH_MAX);
}

enum handler_result handle_read_id_subjects(struct exchange *x)
{
    return work_read(x, read_id_subjects);
}

enum handler_result handle_read_id_versions(struct exchange *x)
{
    return work_read(x, read_id_versions);
}

static int read_guid(struct work *w)
{
    const struct argument *a = w->x->arguments;
    struct stored_version v;
    struct str text;
    if (core_read_guid(&w->call, a[0].text, &v) != 0 || core_stored_text(&w->call, &v, a[1].text, &text) != 0)
        return -1;
    v.subject = (struct str){NULL, 0};
    v.version = 0;
    w->x->reply.is_lasting = true;
    work_version(work_reply(w), w, &v, text, false, true, true);
    return 0;
}

enum handler_result handle_read_guid(struct exchange *x)
{
    return work_read(x, read_guid);
}

static int read_guid_ids(struct work *w)
{
    struct stored_uses uses = {0};
    if (core_read_guid_ids(&w->call, w->x->arguments[0].text, &uses) != 0)
        return -1;
    struct buf *out = work_reply(w);
    buf_add_char(out, '[');
    for (size_t i = 0; i < uses.count; i++) {
        buf_add(out, i ? STR(",{") : STR("{"));
        work_text(out, "context", uses.items[i].context);
        work_number(out, "id", uses.items[i].schema_id);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
    return 0;
}

enum handler_result handle_read_guid_ids(struct exchange *x)
{
    return work_read(x, read_guid_ids);
}
