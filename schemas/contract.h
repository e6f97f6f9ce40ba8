/* Data contracts: the metadata and the rule set that a schema may carry, as canonical JSON texts.
 * Pure functions, any thread. Texts live in the arena given. A text with .p == NULL means "none", which is not the same
 * as "{}": both are kept and told apart (they have different identities).
 *
 * Canonical metadata: {"tags":{"path":["a","b"]},"properties":{"k":"v"},"sensitive":["k"]}: members in this order, only
 * those that are not null (an empty map or list is dropped), keys and sets sorted by UTF-16 units, sets without
 * duplicates. Canonical rule set: {"migrationRules":[…],"domainRules":[…],"encodingRules":[…],"enableAt":"ALL"}, each
 * rule with members in the order name, doc, kind, mode, type, tags, params, expr, onSuccess, onFailure, disabled;
 * absent or null members dropped except kind (TRANSFORM), mode (WRITEREAD) and disabled (false), which are always there.
 */
#pragma once

#include "error.h"
#include "jtree.h"

#define CONTRACT_TEXT_MAX (4u << 20)
/* The property that holds the version in which a schema was first registered with it. */
#define CONTRACT_VERSION_PROPERTY "confluent:version"

struct contract {
    struct str metadata; /* canonical text, .p NULL: none */
    struct str rule_set;
};

/* Reads the value of a "metadata" member of a request (NULL or JSON null: none) into canonical text. Property values that
 * are numbers or booleans become text (as spelled); null values, and values of another JSON type than declared: -1 with
 * BAD_REQUEST naming the member. Unknown members are ignored. */
int contract_read_metadata(struct arena *arena, const struct jtree_node *node, struct str *ret, struct error *err);
/* The same for "ruleSet". Wrong JSON types: BAD_REQUEST. Unknown kind, mode or enableAt: BAD_REQUEST. What is wrong with the
 * rules themselves (names, types, modes and actions that do not go together) is put into *ret_fault (.p NULL: nothing),
 * since it matters to who registers only; with ret_fault NULL it is INVALID_RULESET. */
int contract_read_rule_set(struct arena *arena, const struct jtree_node *node, struct str *ret, struct str *ret_fault,
                           struct error *err);

/* Merges canonical texts, later wins: tags and properties by key, sensitive sets united; any may be none, none if all
 * are. 0, -1 without memory. */
int contract_merge_metadata(struct arena *arena, struct str first, struct str second, struct str *ret);
/* By list: rules of first whose name occurs in second are left out, then second's are appended; enableAt of second wins. */
int contract_merge_rule_sets(struct arena *arena, struct str first, struct str second, struct str *ret);

/* A property of canonical metadata; .p NULL when there is none. */
struct str contract_property(struct arena *arena, struct str metadata, struct str key);
/* The metadata with that property set (metadata may be none). value.p NULL removes it. */
int contract_set_property(struct arena *arena, struct str metadata, struct str key, struct str value, struct str *ret);
/* True when metadata.properties holds every key with its value; with no pairs: true when metadata has any content. */
bool contract_has_properties(struct arena *arena, struct str metadata, const struct str *keys, const struct str *values,
                             size_t count);

/* Whether any rule of a canonical rule set has that type. */
bool contract_has_rule_type(struct arena *arena, struct str rule_set, struct str type);

/* Whether a candidate's contract equals that of stored version number `version`: texts equal; where exactly one side has
 * the property confluent:version it is ignored, but if only the candidate has it, it must equal `version`. */
bool contract_equal(struct arena *arena, const struct contract *candidate, const struct contract *stored,
                    int32_t version);
