#include "handlers.h"
#include "work.h"

static int list(struct work *w)
{
    const struct argument *a = w->x->arguments;
    struct stored_names names = {0};
    size_t offset, limit;
    enum storage_filter filter = a[2].flag ? STORAGE_ONLY_DELETED : a[1].flag ? STORAGE_ALL : STORAGE_ACTIVE;
    if (work_page(w, 3, OPTION_SUBJECT_SEARCH_DEFAULT, OPTION_SUBJECT_SEARCH_MAX, &offset, &limit) != 0 ||
        core_list_subjects(&w->call, a[0].text, filter, &names) != 0)
        return -1;
    struct buf *out = work_reply(w);
    buf_add_char(out, '[');
    for (size_t i = offset; i < names.count && i - offset < limit; i++) {
        buf_add(out, i > offset ? STR(",") : STR_EMPTY);
        jtree_write_string(out, names.items[i]);
    }
    buf_add_char(out, ']');
    return 0;
}

enum handler_result handle_list_subjects(struct exchange *x)
{
    return work_read(x, list);
}

static int list_contexts(struct work *w)
{
    struct stored_names names = {0};
    if (core_list_contexts(&w->call, &names) != 0)
        return -1;
    struct buf *out = work_reply(w);
    buf_add_char(out, '[');
    for (size_t i = 0; i < names.count; i++) {
        buf_add(out, i ? STR(",") : STR_EMPTY);
        jtree_write_string(out, names.items[i]);
    }
    buf_add_char(out, ']');
    return 0;
}

enum handler_result handle_list_contexts(struct exchange *x)
{
    return work_read(x, list_contexts);
}

static int look_up(struct work *w)
{
    const struct argument *a = w->x->arguments;
    struct core_found found;
    struct str text;
    if (work_subject(w, 0) != 0 || work_input(w) != 0)
        return -1;
    w->input.normalize = a[1].flag;
    if (core_lookup(&w->call, w->subject, w->subject_text, &w->input, a[3].flag, &found) != 0 ||
        core_stored_text(&w->call, &found.version, a[2].text, &text) != 0)
        return -1;
    w->x->reply.is_lasting = true;
    work_version(work_reply(w), w, &found.version, text, true, !found.is_exact, true);
    return 0;
}

enum handler_result handle_look_up(struct exchange *x)
{
    return work_read(x, look_up);
}

static void write_numbers(struct buf *out, const int32_t *numbers, size_t count)
{
    buf_add_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        buf_add(out, i ? STR(",") : STR_EMPTY);
        buf_add_int(out, numbers[i]);
    }
    buf_add_char(out, ']');
}

static int delete_subject(struct work *w)
{
    if (work_subject(w, 0) != 0)
        return -1;
    return core_delete_subject(&w->call, &w->subject, w->x->arguments[1].flag, &w->removed);
}

static int subject_deleted(struct work *w)
{
    int outcome = core_delete_finish(&w->call, &w->subject);
    if (outcome == 0)
        write_numbers(work_reply(w), w->removed.versions, w->removed.count);
    return outcome;
}

enum handler_result handle_delete_subject(struct exchange *x)
{
    return work_run(x, delete_subject, subject_deleted);
}

#define PAIRS_MAX 32

static int read_by_metadata(struct work *w)
{
    const struct argument *a = w->x->arguments;
    struct str keys[PAIRS_MAX], values[PAIRS_MAX], text;
    struct stored_version found;
    size_t key_count = exchange_values(w->x, STR("key"), keys, PAIRS_MAX);
    size_t value_count = exchange_values(w->x, STR("value"), values, PAIRS_MAX);
    size_t count = key_count < value_count ? key_count : value_count;
    if (work_subject(w, 0) != 0 ||
        core_read_by_metadata(&w->call, &w->subject, keys, values, count, a[2].flag, &found) != 0 ||
        core_stored_text(&w->call, &found, a[1].text, &text) != 0)
        return -1;
    work_version(work_reply(w), w, &found, text, true, true, true);
    return 0;
}

enum handler_result handle_read_by_metadata(struct exchange *x)
{
    return work_read(x, read_by_metadata);
}
