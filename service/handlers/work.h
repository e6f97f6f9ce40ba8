/* What every handler does alike: a call of the core, its change, its reply. Private to handlers/. */
#pragma once

#include "application.h"
#include "jtree.h"

/* A handler's state, kept over its stages in the arena of the exchange. */
struct work {
    struct exchange *x;
    struct application *app;
    struct core_call call;
    struct core_subject subject; /* after an alias was followed */
    struct str subject_text; /* as in the path */
    /* Results of first halves, for second halves. */
    struct core_removed removed;
    struct core_schema_input input;
    struct core_registered registered;
    struct str json; /* an answer made in advance */
};

/* The first half of a handler decides (0 done, CORE_WAITS, -1), the second says what came of it (0, CORE_AGAIN, -1). Both
 * write the reply when they are done. */
typedef int (*work_fn)(struct work *w);
enum handler_result work_run(struct exchange *x, work_fn decide, work_fn finish);
/* A handler that only reads; its reply may be kept. */
enum handler_result work_read(struct exchange *x, work_fn decide);

/* Argument number i of the route as the subject, aliases followed. 0, -1. */
int work_subject(struct work *w, size_t argument);
/* The reply: 200 with an empty body to be filled. */
struct buf *work_reply(struct work *w);
/* Members of JSON objects; the name with its colon follows the separator. */
void work_text(struct buf *out, const char *name, struct str value);
void work_number(struct buf *out, const char *name, int64_t value);
void work_raw(struct buf *out, const char *name, struct str json);
/* {"subject":…} of a stored version. with_id: as /subjects has it; else as /schemas/ids has it. text: the schema. */
void work_version(struct buf *out, struct work *w, const struct stored_version *v, struct str text, bool with_id,
                  bool with_state, bool with_rules_last);
/* Number of items to leave out and to list; negative offsets: BAD_REQUEST. */
int work_page(struct work *w, size_t offset_argument, enum option_id initial, enum option_id max, size_t *ret_offset,
              size_t *ret_limit);
/* The body as a registration. */
int work_input(struct work *w);
