#include "work.h"

#include "clock.h"

#define REPLY_MAX_BYTES (1u << 30)

static void committed(struct storage_change *change)
{
    struct work *w = change->owner;
    core_call_committed(&w->call);
    exchange_continue(w->x);
}

static void submit(struct exchange *x)
{
    struct work *w = x->state;
    struct core *core = w->app->core;
    w->call.change.owner = w;
    w->call.change.done = committed;
    w->call.change.now_ms = clock_wall_ms();
    core_call_submits(&w->call);
    core->storage->ops->submit(core->storage, &w->call.change);
}

static struct work *begin(struct exchange *x)
{
    struct work *w = x->state;
    if (w)
        return w;
    w = ARENA_NEW(x->arena, struct work);
    if (!w) {
        error_raise(&x->err, INTERNAL);
        return NULL;
    }
    x->state = w;
    w->x = x;
    w->app = x->application;
    core_call_init(&w->call, w->app->core, x->arena, &x->err);
    return w;
}

static void end_attempt(struct work *w)
{
    if (w->call.snapshot)
        metrics_add(w->app->metrics, METRIC_STORAGE_READS, 1);
    core_call_end(&w->call);
}

enum handler_result work_run(struct exchange *x, work_fn decide, work_fn finish)
{
    struct work *w = begin(x);
    if (!w)
        return HANDLER_DONE;
    int outcome = x->stage > 0 ? finish(w) : CORE_AGAIN;
    while (outcome == CORE_AGAIN) {
        end_attempt(w);
        if (w->call.attempts++ > 0)
            metrics_add(w->app->metrics, METRIC_STORAGE_RETRIES, 1);
        if (w->call.attempts > CORE_ATTEMPTS_MAX) {
            error_raise(&x->err, BUSY);
            break;
        }
        outcome = decide(w);
        if (outcome != CORE_WAITS && core_call_is_torn(&w->call)) {
            x->err = ERROR_INIT(x->arena);
            outcome = CORE_AGAIN;
        }
    }
    if (outcome != CORE_WAITS && w->call.snapshot)
        storage_settle(w->call.snapshot);
    if (x->stage == 0 || outcome == CORE_WAITS)
        *x->stamps = w->call.stamps;
    end_attempt(w);
    if (outcome != CORE_WAITS)
        return HANDLER_DONE;
    x->stamps->is_spoiled = true; /* what changes something is never answered from memory */
    x->submit = submit;
    return HANDLER_SUBMIT;
}

enum handler_result work_read(struct exchange *x, work_fn decide)
{
    x->reply.is_cacheable = true;
    return work_run(x, decide, NULL);
}

int work_subject(struct work *w, size_t argument)
{
    w->subject_text = w->x->arguments[argument].text;
    w->subject = core_subject_parse(w->subject_text);
    return core_alias_follow(&w->call, &w->subject, &w->subject_text);
}

struct buf *work_reply(struct work *w)
{
    w->x->reply.status = 200;
    buf_init(&w->x->reply.body, w->x->arena, REPLY_MAX_BYTES);
    return &w->x->reply.body;
}

static void separate(struct buf *out, const char *name)
{
    char last = out->n ? out->p[out->n - 1] : '{';
    if (last != '{' && last != '[')
        buf_add_char(out, ',');
    buf_add_char(out, '"');
    buf_add(out, str_of(name));
    buf_add(out, STR("\":"));
}

void work_text(struct buf *out, const char *name, struct str value)
{
    separate(out, name);
    jtree_write_string(out, value);
}

void work_number(struct buf *out, const char *name, int64_t value)
{
    separate(out, name);
    buf_add_int(out, value);
}

void work_raw(struct buf *out, const char *name, struct str json)
{
    if (!json.p)
        return;
    separate(out, name);
    buf_add(out, json);
}

void work_version(struct buf *out, struct work *w, const struct stored_version *v, struct str text, bool with_id,
                  bool with_state, bool with_rules_last)
{
    char guid[37];
    hash_guid_text(v->schema.guid, guid);
    buf_add_char(out, '{');
    if (v->subject.p)
        work_text(out, "subject", core_subject_text(w->x->arena, v->context, v->subject));
    if (v->version)
        work_number(out, "version", v->version);
    if (with_id)
        work_number(out, "id", v->schema_id);
    work_text(out, "guid", str_of(guid));
    work_text(out, "schemaType", v->schema.format);
    work_raw(out, "references", v->schema.references);
    work_raw(out, "metadata", v->schema.metadata);
    if (!with_rules_last)
        work_raw(out, "ruleSet", v->schema.rule_set);
    work_text(out, "schema", text);
    if (with_state) {
        work_number(out, "ts", v->created_ms);
        work_raw(out, "deleted", v->is_deleted ? STR("true") : STR("false"));
    }
    if (with_rules_last)
        work_raw(out, "ruleSet", v->schema.rule_set);
    buf_add_char(out, '}');
}

int work_page(struct work *w, size_t offset_argument, enum option_id initial, enum option_id max, size_t *ret_offset,
              size_t *ret_limit)
{
    int64_t offset = w->x->arguments[offset_argument].number, limit = w->x->arguments[offset_argument + 1].number;
    if (offset < 0)
        return error_raise(&w->x->err, BAD_REQUEST, STR("offset must not be negative"));
    bool fits = limit > 0 && limit <= config_number(w->app->config, max);
    *ret_offset = (size_t)offset;
    *ret_limit = (size_t)(fits ? limit : config_number(w->app->config, initial));
    return 0;
}

int work_input(struct work *w)
{
    return core_schema_input_read(&w->call, w->x->json, &w->input);
}
