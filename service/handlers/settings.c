#include "handlers.h"
#include "work.h"

/* Of a mode as JSON; names that are longer than a part of it are none. */
#define MODE_MAX_BYTES 256

/* The subject of a path, or the default context for the routes without one. Aliases do not apply to settings. */
static size_t own_subject(struct work *w)
{
    bool has_subject = w->x->route->parameters[0].place == PARAMETER_PATH && w->x->route->parameters[0].name;
    w->subject_text = has_subject ? w->x->arguments[0].text : STR_EMPTY;
    w->subject = core_subject_parse(w->subject_text);
    return has_subject;
}

static int answer_json(struct work *w, struct str json)
{
    buf_add(work_reply(w), json);
    return 0;
}

static int read_config(struct work *w)
{
    size_t next = own_subject(w);
    struct str json;
    if (core_config_get(&w->call, &w->subject, w->x->arguments[next].flag, &json) != 0)
        return -1;
    return answer_json(w, json);
}

static int put_config(struct work *w)
{
    own_subject(w);
    return core_config_put(&w->call, &w->subject, w->subject_text, w->x->json, &w->json);
}

static int delete_config(struct work *w)
{
    own_subject(w);
    int outcome = core_config_delete(&w->call, &w->subject, &w->json);
    return outcome == 0 ? answer_json(w, w->json) : outcome;
}

static int settings_written(struct work *w)
{
    int outcome = core_settings_finish(&w->call);
    return outcome == 0 ? answer_json(w, w->json) : outcome;
}

enum handler_result handle_read_config(struct exchange *x)
{
    return work_read(x, read_config);
}

enum handler_result handle_put_config(struct exchange *x)
{
    return work_run(x, put_config, settings_written);
}

enum handler_result handle_delete_config(struct exchange *x)
{
    return work_run(x, delete_config, settings_written);
}

/* {"mode":"…"}; {} when there is none. */
static int write_mode(struct work *w, struct str mode)
{
    struct buf out;
    buf_init(&out, w->x->arena, MODE_MAX_BYTES);
    buf_add_char(&out, '{');
    if (mode.p)
        work_text(&out, "mode", mode);
    buf_add_char(&out, '}');
    w->json = buf_str(&out);
    return buf_failed(&out) ? error_raise(&w->x->err, INTERNAL) : 0;
}

static int read_mode(struct work *w)
{
    size_t next = own_subject(w);
    struct str mode;
    if (core_mode_get(&w->call, &w->subject, w->x->arguments[next].flag, &mode) != 0 || write_mode(w, mode) != 0)
        return -1;
    return answer_json(w, w->json);
}

static int put_mode(struct work *w)
{
    size_t next = own_subject(w);
    struct str mode;
    const struct jtree_node *json = w->x->json;
    bool is_bare = json->kind == JTREE_KIND_STRING;
    if (is_bare)
        mode = json->text;
    else if (core_body_text(&w->call, json, "mode", &mode) != 0)
        return -1;
    if (!is_bare && !jtree_member(json, STR("mode")))
        return error_raise(&w->x->err, BODY_REQUIRED, STR("mode"));
    w->json = STR("{\"mode\":null}");
    if (mode.n > MODE_MAX_BYTES / 8)
        return error_raise(&w->x->err, INVALID_MODE);
    if (mode.p && write_mode(w, mode) != 0)
        return -1;
    return core_mode_put(&w->call, &w->subject, w->subject_text, mode, w->x->arguments[next].flag);
}

static int delete_mode(struct work *w)
{
    size_t next = own_subject(w);
    struct str mode = {NULL, 0};
    int outcome = core_mode_delete(&w->call, &w->subject, w->x->arguments[next].flag, &mode);
    if (outcome >= 0 && write_mode(w, mode) != 0)
        return -1;
    return outcome == 0 ? answer_json(w, w->json) : outcome;
}

enum handler_result handle_read_mode(struct exchange *x)
{
    return work_read(x, read_mode);
}

enum handler_result handle_put_mode(struct exchange *x)
{
    return work_run(x, put_mode, settings_written);
}

enum handler_result handle_delete_mode(struct exchange *x)
{
    return work_run(x, delete_mode, settings_written);
}
