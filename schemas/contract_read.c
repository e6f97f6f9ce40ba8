#include "contract_private.h"

#include "map.h"
#include "utf8.h"

#include <stdlib.h>

static int compare_names(const void *a, const void *b)
{
    const struct jtree_node *const *x = a, *const *y = b;
    return str_compare_utf16((*x)->name, (*y)->name);
}

static int compare_texts(const void *a, const void *b)
{
    return str_compare_utf16(*(const struct str *)a, *(const struct str *)b);
}

const struct jtree_node **contract_sorted_members(struct arena *arena, const struct jtree_node *object,
                                                  size_t *ret_count)
{
    size_t room = object ? object->count : 0;
    const struct jtree_node **members = ARENA_ARRAY(arena, room + 1, const struct jtree_node *);
    *ret_count = 0;
    if (!members || !object)
        return members;
    for (const struct jtree_node *m = object->first; m; m = m->next) {
        if (!m->shadowed)
            members[(*ret_count)++] = m;
    }
    qsort(members, *ret_count, sizeof *members, compare_names);
    return members;
}

int contract_write_set(struct arena *arena, struct buf *out, const struct jtree_node *a, const struct jtree_node *b)
{
    size_t count = (a ? a->count : 0) + (b ? b->count : 0), used = 0;
    struct str *texts = ARENA_ARRAY(arena, count + 1, struct str);
    if (!texts)
        return -1;
    for (const struct jtree_node *n = a ? a->first : NULL; n; n = n->next)
        texts[used++] = n->text;
    for (const struct jtree_node *n = b ? b->first : NULL; n; n = n->next)
        texts[used++] = n->text;
    qsort(texts, used, sizeof *texts, compare_texts);
    buf_add_char(out, '[');
    for (size_t i = 0; i < used; i++) {
        if (i && str_equal(texts[i], texts[i - 1]))
            continue;
        buf_add(out, i ? STR(",") : STR_EMPTY);
        jtree_write_string(out, texts[i]);
    }
    buf_add_char(out, ']');
    return 0;
}

int contract_parse(struct arena *arena, struct str text, const struct jtree_node **ret)
{
    struct jtree_node *root;
    *ret = NULL;
    if (!text.p)
        return 0;
    if (jtree_read(arena, text, 0, NULL, &root, NULL) != JTREE_OK)
        return -1;
    *ret = root;
    return 0;
}

void contract_write_name(struct buf *out, struct str name)
{
    if (out->n && out->p[out->n - 1] != '{')
        buf_add_char(out, ',');
    jtree_write_string(out, name);
    buf_add_char(out, ':');
}

/* -- reading requests ------------------------------------------------------------------------------------------- */

struct reader {
    struct arena *arena;
    struct error *err;
    struct str *fault; /* gets what is wrong with the rules; NULL: that is an error */
    struct buf out;
};

static int wrong(struct reader *r, const char *what, struct str name)
{
    return error_raise(r->err, BAD_REQUEST,
                       ARENA_JOIN(r->err->arena, STR("Cannot read "), str_of(what), STR(" '"), utf8_prefix(name, 128),
                                  STR("': a value of another type")));
}

static const struct jtree_node *member(const struct jtree_node *node, const char *name)
{
    const struct jtree_node *m = jtree_member(node, str_of(name));
    return jtree_is(m, JTREE_KIND_NULL) ? NULL : m;
}

/* Texts, numbers and booleans are texts here; .p NULL for anything else. */
static struct str scalar(const struct jtree_node *node)
{
    switch (node->kind) {
    case JTREE_KIND_TRUE:
        return STR("true");
    case JTREE_KIND_FALSE:
        return STR("false");
    case JTREE_KIND_NUMBER:
    case JTREE_KIND_STRING:
        return node->text;
    case JTREE_KIND_NULL:
    case JTREE_KIND_ARRAY:
    case JTREE_KIND_OBJECT:
    case JTREE_KIND_COUNT_:
        break;
    }
    return (struct str){NULL, 0};
}

static int check_set(struct reader *r, const char *what, const struct jtree_node *list)
{
    if (list->kind != JTREE_KIND_ARRAY)
        return wrong(r, what, list->name);
    for (const struct jtree_node *n = list->first; n; n = n->next) {
        if (n->kind != JTREE_KIND_STRING)
            return wrong(r, what, list->name);
    }
    return 0;
}

static int write_tags(struct reader *r, const struct jtree_node *tags)
{
    size_t count;
    if (tags->kind != JTREE_KIND_OBJECT)
        return wrong(r, "metadata", tags->name);
    const struct jtree_node **members = contract_sorted_members(r->arena, tags, &count);
    if (!members)
        return error_raise(r->err, INTERNAL);
    if (count == 0)
        return 0;
    contract_write_name(&r->out, STR("tags"));
    buf_add_char(&r->out, '{');
    for (size_t i = 0; i < count; i++) {
        if (check_set(r, "metadata tags", members[i]) != 0)
            return -1;
        contract_write_name(&r->out, members[i]->name);
        if (contract_write_set(r->arena, &r->out, members[i], NULL) != 0)
            return error_raise(r->err, INTERNAL);
    }
    buf_add_char(&r->out, '}');
    return 0;
}

/* A map of texts under that name. */
static int write_map(struct reader *r, const struct jtree_node *map, const char *name)
{
    size_t count;
    if (map->kind != JTREE_KIND_OBJECT)
        return wrong(r, name, map->name);
    const struct jtree_node **members = contract_sorted_members(r->arena, map, &count);
    if (!members)
        return error_raise(r->err, INTERNAL);
    if (count == 0)
        return 0;
    contract_write_name(&r->out, str_of(name));
    buf_add_char(&r->out, '{');
    for (size_t i = 0; i < count; i++) {
        struct str value = scalar(members[i]);
        if (!value.p)
            return wrong(r, name, members[i]->name);
        contract_write_name(&r->out, members[i]->name);
        jtree_write_string(&r->out, value);
    }
    buf_add_char(&r->out, '}');
    return 0;
}

static int write_set(struct reader *r, const struct jtree_node *list, const char *name)
{
    if (check_set(r, name, list) != 0)
        return -1;
    if (list->count == 0)
        return 0;
    contract_write_name(&r->out, str_of(name));
    return contract_write_set(r->arena, &r->out, list, NULL) != 0 ? error_raise(r->err, INTERNAL) : 0;
}

static int finish(struct reader *r, struct str *ret)
{
    buf_add_char(&r->out, '}');
    *ret = buf_str(&r->out);
    return buf_failed(&r->out) ? error_raise(r->err, SCHEMA_TOO_LARGE) : 0;
}

int contract_read_metadata(struct arena *arena, const struct jtree_node *node, struct str *ret, struct error *err)
{
    struct reader r = {.arena = arena, .err = err};
    *ret = (struct str){NULL, 0};
    if (!node || node->kind == JTREE_KIND_NULL)
        return 0;
    if (node->kind != JTREE_KIND_OBJECT)
        return wrong(&r, "metadata", STR("metadata"));
    buf_init(&r.out, arena, CONTRACT_TEXT_MAX);
    buf_add_char(&r.out, '{');
    const struct jtree_node *tags = member(node, "tags"), *properties = member(node, "properties");
    const struct jtree_node *sensitive = member(node, "sensitive");
    if ((tags && write_tags(&r, tags) != 0) || (properties && write_map(&r, properties, "properties") != 0) ||
        (sensitive && write_set(&r, sensitive, "sensitive") != 0))
        return -1;
    return finish(&r, ret);
}

static const char *const kinds[] = {"TRANSFORM", "CONDITION", NULL};
static const char *const modes[] = {"UPGRADE", "DOWNGRADE", "UPDOWN", "WRITE", "READ", "WRITEREAD", NULL};
static const char *const targets[] = {"ALL", "CLIENT", "GATEWAY", "SERVER", "NONE", NULL};

static bool is_one_of(struct str text, const char *const *choices)
{
    for (size_t i = 0; choices[i]; i++) {
        if (str_equal(text, str_of(choices[i])))
            return true;
    }
    return false;
}

/* A text member of a rule that is written as it is; *ret .p NULL when it is absent. */
static int rule_text(struct reader *r, const struct jtree_node *rule, const char *name, struct str *ret)
{
    const struct jtree_node *m = member(rule, name);
    *ret = m ? scalar(m) : (struct str){NULL, 0};
    return m && !ret->p ? wrong(r, "rule", str_of(name)) : 0;
}

static int invalid(struct reader *r, const char *what, struct str name)
{
    if (r->fault) {
        *r->fault = r->fault->p ? *r->fault : ARENA_JOIN(r->arena, str_of(what), STR(" '"), name, STR("'"));
        return r->fault->p ? 0 : error_raise(r->err, INTERNAL);
    }
    return error_raise(r->err, INVALID_RULESET, ARENA_JOIN(r->err->arena, str_of(what), STR(" '"), name, STR("'")));
}

static bool is_name(struct str name)
{
    for (size_t at = 0, first = 1; at < name.n; first = 0) {
        uint32_t c = utf8_next(name, &at);
        if (!utf8_is_letter(c) && c != '_' && (first || !((c >= '0' && c <= '9') || c == '-')))
            return false;
    }
    return name.n > 0 && utf8_utf16_count(name) <= 256;
}

static int write_optional(struct reader *r, const struct jtree_node *rule, const char *name)
{
    struct str text;
    if (rule_text(r, rule, name, &text) != 0)
        return -1;
    if (text.p && text.n) {
        contract_write_name(&r->out, str_of(name));
        jtree_write_string(&r->out, text);
    }
    return 0;
}

/* A member with a fixed set of values and a value of its own when it is absent. */
static int write_choice(struct reader *r, const struct jtree_node *rule, const char *name, const char *const *choices,
                        struct str initial, struct str *ret)
{
    if (rule_text(r, rule, name, ret) != 0)
        return -1;
    if (!ret->p)
        *ret = initial;
    if (!is_one_of(*ret, choices))
        return error_raise(r->err, BAD_REQUEST,
                           ARENA_JOIN(r->err->arena, STR("Unknown "), str_of(name), STR(" of a rule: '"),
                                      utf8_prefix(*ret, 64), STR("'")));
    contract_write_name(&r->out, str_of(name));
    jtree_write_string(&r->out, *ret);
    return 0;
}

static int check_rule(struct reader *r, const struct jtree_node *rule, struct str name, struct str mode,
                      bool is_migration)
{
    bool is_migration_mode = is_one_of(mode, (const char *const[]){"UPGRADE", "DOWNGRADE", "UPDOWN", NULL});
    if (is_migration != is_migration_mode)
        return invalid(r, "the mode does not fit the kind of rule", name);
    static const char *const actions[] = {"onSuccess", "onFailure"};
    for (size_t i = 0; i < 2; i++) {
        struct str action;
        if (rule_text(r, rule, actions[i], &action) != 0)
            return -1;
        bool may_pair = str_equal(mode, STR("WRITEREAD")) || str_equal(mode, STR("UPDOWN"));
        if (action.p && str_find(action, ',') != SIZE_MAX && !may_pair)
            return invalid(r, "two actions need the mode WRITEREAD or UPDOWN: rule", name);
    }
    return 0;
}

/* Name and type, which every rule needs; names are told apart over all lists. */
static int check_rule_name(struct reader *r, const struct jtree_node *rule, struct map *names, struct str *ret_name,
                           struct str *ret_type)
{
    if (rule->kind != JTREE_KIND_OBJECT)
        return wrong(r, "rule", STR("rule"));
    if (rule_text(r, rule, "name", ret_name) != 0 || rule_text(r, rule, "type", ret_type) != 0)
        return -1;
    if (!ret_name->p || !is_name(*ret_name))
        return invalid(r, "a rule needs a valid name, not", ret_name->p ? *ret_name : STR_EMPTY);
    if (!ret_type->p)
        return invalid(r, "a type is needed by rule", *ret_name);
    int known = map_add(names, *ret_name, names);
    if (known == 0)
        return 0;
    return known < 0 ? error_raise(r->err, INTERNAL) : invalid(r, "two rules have the name", *ret_name);
}

static int write_rule_end(struct reader *r, const struct jtree_node *rule)
{
    const struct jtree_node *tags = member(rule, "tags"), *params = member(rule, "params");
    const struct jtree_node *disabled = member(rule, "disabled");
    if ((tags && write_set(r, tags, "tags") != 0) || (params && write_map(r, params, "params") != 0) ||
        write_optional(r, rule, "expr") != 0 || write_optional(r, rule, "onSuccess") != 0 ||
        write_optional(r, rule, "onFailure") != 0)
        return -1;
    if (disabled && disabled->kind != JTREE_KIND_TRUE && disabled->kind != JTREE_KIND_FALSE)
        return wrong(r, "rule", STR("disabled"));
    buf_add(&r->out, jtree_is(disabled, JTREE_KIND_TRUE) ? STR(",\"disabled\":true}") : STR(",\"disabled\":false}"));
    return 0;
}

static int write_rule(struct reader *r, const struct jtree_node *rule, bool is_migration, struct map *names)
{
    struct str name, type, mode, kind;
    if (check_rule_name(r, rule, names, &name, &type) != 0)
        return -1;
    buf_add_char(&r->out, '{');
    if (write_optional(r, rule, "name") != 0 || write_optional(r, rule, "doc") != 0 ||
        write_choice(r, rule, "kind", kinds, STR("TRANSFORM"), &kind) != 0 ||
        write_choice(r, rule, "mode", modes, STR("WRITEREAD"), &mode) != 0)
        return -1;
    if (type.p) {
        contract_write_name(&r->out, STR("type"));
        jtree_write_string(&r->out, type);
    }
    return write_rule_end(r, rule) != 0 ? -1 : check_rule(r, rule, name, mode, is_migration);
}

static int write_rules(struct reader *r, const struct jtree_node *set, const char *list_name, struct map *names)
{
    const struct jtree_node *list = member(set, list_name);
    if (!list)
        return 0;
    if (list->kind != JTREE_KIND_ARRAY)
        return wrong(r, "ruleSet", str_of(list_name));
    if (list->count == 0)
        return 0;
    contract_write_name(&r->out, str_of(list_name));
    buf_add_char(&r->out, '[');
    for (const struct jtree_node *rule = list->first; rule; rule = rule->next) {
        if (rule != list->first)
            buf_add_char(&r->out, ',');
        if (write_rule(r, rule, list_name[0] == 'm', names) != 0)
            return -1;
    }
    buf_add_char(&r->out, ']');
    return 0;
}

int contract_read_rule_set(struct arena *arena, const struct jtree_node *node, struct str *ret, struct str *ret_fault,
                           struct error *err)
{
    struct reader r = {.arena = arena, .err = err, .fault = ret_fault};
    struct map names;
    struct str enable_at;
    *ret = (struct str){NULL, 0};
    if (ret_fault)
        *ret_fault = (struct str){NULL, 0};
    if (!node || node->kind == JTREE_KIND_NULL)
        return 0;
    if (node->kind != JTREE_KIND_OBJECT)
        return wrong(&r, "ruleSet", STR("ruleSet"));
    map_init(&names, arena);
    buf_init(&r.out, arena, CONTRACT_TEXT_MAX);
    buf_add_char(&r.out, '{');
    if (write_rules(&r, node, "migrationRules", &names) != 0 || write_rules(&r, node, "domainRules", &names) != 0 ||
        write_rules(&r, node, "encodingRules", &names) != 0 || rule_text(&r, node, "enableAt", &enable_at) != 0)
        return -1;
    if (enable_at.p && !is_one_of(enable_at, targets))
        return error_raise(err, BAD_REQUEST,
                           ARENA_JOIN(err->arena, STR("Unknown enableAt: '"), utf8_prefix(enable_at, 64), STR("'")));
    if (enable_at.p) {
        contract_write_name(&r.out, STR("enableAt"));
        jtree_write_string(&r.out, enable_at);
    }
    return finish(&r, ret);
}
