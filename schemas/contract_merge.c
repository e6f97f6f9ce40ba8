#include "contract_private.h"

#include "map.h"

/* Writes the members of two objects sorted by name; of a name in both, the second one's value. */
static int write_merged(struct arena *arena, struct buf *out, const struct jtree_node *a, const struct jtree_node *b)
{
    size_t count_a, count_b, i = 0, j = 0;
    const struct jtree_node **members_a = contract_sorted_members(arena, a, &count_a);
    const struct jtree_node **members_b = contract_sorted_members(arena, b, &count_b);
    if (!members_a || !members_b)
        return -1;
    buf_add_char(out, '{');
    while (i < count_a || j < count_b) {
        int order = i == count_a ? 1 : j == count_b ? -1 : str_compare_utf16(members_a[i]->name, members_b[j]->name);
        const struct jtree_node *m = order < 0 ? members_a[i] : members_b[j];
        i += order <= 0;
        j += order >= 0;
        contract_write_name(out, m->name);
        if (!jtree_write(out, m, 0, arena))
            return -1;
    }
    buf_add_char(out, '}');
    return 0;
}

int contract_merge_metadata(struct arena *arena, struct str first, struct str second, struct str *ret)
{
    const struct jtree_node *a, *b;
    struct buf out;
    *ret = second.p ? second : first;
    if (!first.p || !second.p)
        return 0;
    if (contract_parse(arena, first, &a) != 0 || contract_parse(arena, second, &b) != 0)
        return -1;
    buf_init(&out, arena, CONTRACT_TEXT_MAX);
    buf_add_char(&out, '{');
    static const char *const maps[] = {"tags", "properties"};
    for (size_t i = 0; i < 2; i++) {
        const struct jtree_node *x = jtree_member(a, str_of(maps[i])), *y = jtree_member(b, str_of(maps[i]));
        if (!x && !y)
            continue;
        contract_write_name(&out, str_of(maps[i]));
        if (write_merged(arena, &out, x, y) != 0)
            return -1;
    }
    const struct jtree_node *x = jtree_member(a, STR("sensitive")), *y = jtree_member(b, STR("sensitive"));
    if (x || y) {
        contract_write_name(&out, STR("sensitive"));
        if (contract_write_set(arena, &out, x, y) != 0)
            return -1;
    }
    buf_add_char(&out, '}');
    *ret = buf_str(&out);
    return buf_failed(&out) ? -1 : 0;
}

static int note_names(struct map *names, const struct jtree_node *rules)
{
    for (const struct jtree_node *rule = rules ? rules->first : NULL; rule; rule = rule->next) {
        const struct jtree_node *name = jtree_member(rule, STR("name"));
        if (name && map_put(names, name->text, names) < 0)
            return -1;
    }
    return 0;
}

static int write_rules(struct arena *arena, struct buf *out, const struct jtree_node *rules, const struct map *but_not,
                       bool *has_written)
{
    for (const struct jtree_node *rule = rules ? rules->first : NULL; rule; rule = rule->next) {
        const struct jtree_node *name = jtree_member(rule, STR("name"));
        if (but_not && name && map_find(but_not, name->text))
            continue;
        if (*has_written)
            buf_add_char(out, ',');
        *has_written = true;
        if (!jtree_write(out, rule, 0, arena))
            return -1;
    }
    return 0;
}

int contract_merge_rule_sets(struct arena *arena, struct str first, struct str second, struct str *ret)
{
    static const char *const lists[] = {"migrationRules", "domainRules", "encodingRules"};
    const struct jtree_node *a, *b;
    struct buf out;
    *ret = second.p ? second : first;
    if (!first.p || !second.p)
        return 0;
    if (contract_parse(arena, first, &a) != 0 || contract_parse(arena, second, &b) != 0)
        return -1;
    buf_init(&out, arena, CONTRACT_TEXT_MAX);
    buf_add_char(&out, '{');
    for (size_t i = 0; i < 3; i++) {
        const struct jtree_node *x = jtree_member(a, str_of(lists[i])), *y = jtree_member(b, str_of(lists[i]));
        struct map later;
        bool has_written = false;
        map_init(&later, arena);
        if (!x && !y)
            continue;
        contract_write_name(&out, str_of(lists[i]));
        buf_add_char(&out, '[');
        if (note_names(&later, y) != 0 || write_rules(arena, &out, x, &later, &has_written) != 0 ||
            write_rules(arena, &out, y, NULL, &has_written) != 0)
            return -1;
        buf_add_char(&out, ']');
    }
    const struct jtree_node *enable_at = jtree_member(b, STR("enableAt"));
    if (!enable_at)
        enable_at = jtree_member(a, STR("enableAt"));
    if (enable_at) {
        contract_write_name(&out, STR("enableAt"));
        jtree_write_string(&out, enable_at->text);
    }
    buf_add_char(&out, '}');
    *ret = buf_str(&out);
    return buf_failed(&out) ? -1 : 0;
}

struct str contract_property(struct arena *arena, struct str metadata, struct str key)
{
    const struct jtree_node *root;
    if (contract_parse(arena, metadata, &root) != 0 || !root)
        return (struct str){NULL, 0};
    const struct jtree_node *value = jtree_member(jtree_member(root, STR("properties")), key);
    return value ? value->text : (struct str){NULL, 0};
}

/* Metadata without one property: every member is written again but that one. */
static int without_property(struct arena *arena, struct str metadata, struct str key, struct str *ret)
{
    const struct jtree_node *root;
    struct buf out;
    if (contract_parse(arena, metadata, &root) != 0)
        return -1;
    buf_init(&out, arena, CONTRACT_TEXT_MAX);
    buf_add_char(&out, '{');
    for (const struct jtree_node *m = root->first; m; m = m->next) {
        bool is_properties = str_equal(m->name, STR("properties"));
        if (is_properties && m->count == 1 && jtree_member(m, key))
            continue;
        contract_write_name(&out, m->name);
        if (!is_properties) {
            if (!jtree_write(&out, m, 0, arena))
                return -1;
            continue;
        }
        buf_add_char(&out, '{');
        for (const struct jtree_node *p = m->first; p; p = p->next) {
            if (str_equal(p->name, key))
                continue;
            contract_write_name(&out, p->name);
            jtree_write_string(&out, p->text);
        }
        buf_add_char(&out, '}');
    }
    buf_add_char(&out, '}');
    *ret = buf_str(&out);
    return buf_failed(&out) ? -1 : 0;
}

int contract_set_property(struct arena *arena, struct str metadata, struct str key, struct str value, struct str *ret)
{
    struct buf one;
    if (!value.p && !metadata.p) {
        *ret = metadata;
        return 0;
    }
    if (!value.p)
        return without_property(arena, metadata, key, ret);
    buf_init(&one, arena, CONTRACT_TEXT_MAX);
    buf_add(&one, STR("{\"properties\":{"));
    jtree_write_string(&one, key);
    buf_add_char(&one, ':');
    jtree_write_string(&one, value);
    buf_add(&one, STR("}}"));
    return buf_failed(&one) ? -1 : contract_merge_metadata(arena, metadata, buf_str(&one), ret);
}

bool contract_has_properties(struct arena *arena, struct str metadata, const struct str *keys, const struct str *values,
                             size_t count)
{
    if (!metadata.p)
        return false;
    if (count == 0)
        return !str_equal(metadata, STR("{}"));
    for (size_t i = 0; i < count; i++) {
        struct str value = contract_property(arena, metadata, keys[i]);
        if (!value.p || !str_equal(value, values[i]))
            return false;
    }
    return true;
}

static bool same_text(struct str a, struct str b)
{
    return !a.p == !b.p && str_equal(a, b);
}

bool contract_equal(struct arena *arena, const struct contract *candidate, const struct contract *stored,
                    int32_t version)
{
    struct str key = STR(CONTRACT_VERSION_PROPERTY), a = candidate->metadata, b = stored->metadata;
    if (!same_text(candidate->rule_set, stored->rule_set))
        return false;
    if (same_text(a, b))
        return true;
    struct str in_a = contract_property(arena, a, key), in_b = contract_property(arena, b, key);
    if (!in_a.p == !in_b.p || (in_a.p && !str_equal(in_a, STR_INT(version))))
        return false;
    struct str *stamped = in_a.p ? &a : &b, *plain = in_a.p ? &b : &a;
    if (contract_set_property(arena, *stamped, key, (struct str){NULL, 0}, stamped) != 0)
        return false;
    /* Metadata that held nothing but the version equals none at all. */
    return same_text(a, b) || (!plain->p && str_equal(*stamped, STR("{}")));
}

bool contract_has_rule_type(struct arena *arena, struct str rule_set, struct str type)
{
    const struct jtree_node *root;
    if (contract_parse(arena, rule_set, &root) != 0 || !root)
        return false;
    for (const struct jtree_node *list = root->first; list; list = list->next) {
        for (const struct jtree_node *rule = list->first; rule; rule = rule->next) {
            const struct jtree_node *found = jtree_member(rule, STR("type"));
            if (found && str_equal(found->text, type))
                return true;
        }
    }
    return false;
}
