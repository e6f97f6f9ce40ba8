#include "handlers.h"
#include "work.h"

static int check(struct work *w, int32_t version, size_t verbose_argument)
{
    const struct argument *a = w->x->arguments;
    struct core_verdict verdict;
    bool verbose = a[verbose_argument].flag;
    if (work_input(w) != 0)
        return -1;
    w->input.normalize = a[verbose_argument + 1].flag;
    if (core_check(&w->call, &w->subject, version, verbose, &w->input, &verdict) != 0)
        return -1;
    struct buf *out = work_reply(w);
    buf_add(out, verdict.is_compatible ? STR("{\"is_compatible\":true") : STR("{\"is_compatible\":false"));
    for (size_t i = 0; i < verdict.messages.count && verbose; i++) {
        buf_add(out, i ? STR(",") : STR(",\"messages\":["));
        jtree_write_string(out, verdict.messages.items[i]);
    }
    if (verbose)
        buf_add(out, verdict.messages.count ? STR("]") : STR(",\"messages\":[]"));
    buf_add_char(out, '}');
    return 0;
}

static int check_version(struct work *w)
{
    int32_t version;
    if (work_subject(w, 0) != 0 || core_version_parse(&w->call, w->x->arguments[1].text, &version) != 0)
        return -1;
    return check(w, version, 2);
}

static int check_all(struct work *w)
{
    return work_subject(w, 0) != 0 ? -1 : check(w, 0, 1);
}

enum handler_result handle_check_version(struct exchange *x)
{
    return work_read(x, check_version);
}

enum handler_result handle_check_all(struct exchange *x)
{
    return work_read(x, check_all);
}
