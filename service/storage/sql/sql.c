#include "sql/sql.h"

#define VERSION_COLUMNS                                                                                        \
    "v.version, v.schema_key & 4294967295, v.is_deleted, v.created_ms, sc.guid, sc.equal_key, sc.normal_key, " \
    "sc.format, sc.text, sc.reference_list, sc.metadata, sc.rule_set, c.name, s.name"

static const char *const texts[SQL_STATEMENT_COUNT][SQL_DIALECT_COUNT] = {
#define SAME(id, sql) [SQL_##id] = {(sql), (sql)},
#define BOTH(id, sqlite, postgres) [SQL_##id] = {(sqlite), (postgres)},
#define POSTGRES(id, sql) [SQL_##id] = {NULL, (sql)},
#include "sql/statements.def"
#undef SAME
#undef BOTH
#undef POSTGRES
};

const char *sql_text(enum sql_statement id, enum sql_dialect dialect)
{
    return texts[id][dialect];
}

int sql_change(struct sql_query *q, struct error *err)
{
    return sql_step(q, err) < 0 ? -1 : 0;
}

int sql_run(struct sql *sql, enum sql_statement id, struct error *err)
{
    struct sql_query *q = sql_query(sql, id, err);
    return q ? sql_change(q, err) : -1;
}

int sql_number(struct sql_query *q, int64_t *ret, struct error *err)
{
    int outcome = sql_step(q, err);
    if (outcome == 1) {
        *ret = sql_column(q, 0);
        sql_reset(q);
        return 0;
    }
    return outcome == 0 ? 1 : -1;
}
