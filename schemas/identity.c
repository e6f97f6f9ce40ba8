#include "identity.h"

#include "contract_private.h"

#define HASHED_MAX (1u << 30)

static void add_version(struct buf *out, int32_t version)
{
    uint32_t v = (uint32_t)version;
    char bytes[4] = {(char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v};
    buf_add(out, (struct str){bytes, sizeof bytes});
}

static void add_set(struct buf *out, const struct jtree_node *set)
{
    for (const struct jtree_node *n = set ? set->first : NULL; n; n = n->next)
        buf_add(out, n->text);
}

static void add_map(struct buf *out, const struct jtree_node *map)
{
    for (const struct jtree_node *n = map ? map->first : NULL; n; n = n->next) {
        buf_add(out, n->name);
        if (n->kind == JTREE_KIND_ARRAY)
            add_set(out, n);
        else
            buf_add(out, n->text);
    }
}

static void add_metadata(struct buf *out, const struct jtree_node *metadata)
{
    buf_add_char(out, 1);
    add_map(out, jtree_member(metadata, STR("tags")));
    add_map(out, jtree_member(metadata, STR("properties")));
    add_set(out, jtree_member(metadata, STR("sensitive")));
}

static void add_text(struct buf *out, const struct jtree_node *rule, const char *name)
{
    const struct jtree_node *m = jtree_member(rule, str_of(name));
    if (m)
        buf_add(out, m->text);
}

static void add_rule(struct buf *out, const struct jtree_node *rule)
{
    static const char *const before[] = {"name", "doc", "kind", "mode", "type"};
    static const char *const after[] = {"expr", "onSuccess", "onFailure"};
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        add_text(out, rule, before[i]);
    add_set(out, jtree_member(rule, STR("tags")));
    add_map(out, jtree_member(rule, STR("params")));
    for (size_t i = 0; i < sizeof after / sizeof after[0]; i++)
        add_text(out, rule, after[i]);
    if (jtree_is(jtree_member(rule, STR("disabled")), JTREE_KIND_TRUE))
        buf_add_char(out, 1);
}

static void add_rule_set(struct buf *out, const struct jtree_node *set)
{
    static const char *const lists[] = {"migrationRules", "domainRules", "encodingRules"};
    buf_add_char(out, 1);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        const struct jtree_node *list = jtree_member(set, str_of(lists[i]));
        for (const struct jtree_node *rule = list ? list->first : NULL; rule; rule = rule->next)
            add_rule(out, rule);
    }
    add_text(out, set, "enableAt");
}

int identity_guid(struct arena *scratch, struct str text, const struct schema_reference *references,
                  size_t reference_count, const struct contract *contract, unsigned char ret_guid[MD5_BYTES])
{
    const struct jtree_node *metadata, *rule_set;
    struct buf out;
    if (reference_count == 0 && !contract->metadata.p && !contract->rule_set.p) {
        hash_md5(text, ret_guid);
        return 0;
    }
    if (contract_parse(scratch, contract->metadata, &metadata) != 0 ||
        contract_parse(scratch, contract->rule_set, &rule_set) != 0)
        return -1;
    buf_init(&out, scratch, HASHED_MAX);
    buf_add(&out, text);
    for (size_t i = 0; i < reference_count; i++) {
        buf_add(&out, references[i].name);
        buf_add(&out, references[i].subject);
        add_version(&out, references[i].version);
    }
    if (metadata)
        add_metadata(&out, metadata);
    if (rule_set)
        add_rule_set(&out, rule_set);
    if (buf_failed(&out))
        return -1;
    hash_md5(buf_str(&out), ret_guid);
    return 0;
}
