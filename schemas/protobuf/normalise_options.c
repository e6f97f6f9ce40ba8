#include "normalise.h"

#include "lexer.h"

#include <stdlib.h>

/* Digits of a number in plain notation at most. */
#define PLAIN_DIGITS_MAX 40

/* integer.fraction * 10^exponent without an exponent; .p NULL when that is too long. */
static struct str plain_number(struct arena *arena, struct str integer, struct str fraction, int64_t exponent)
{
    struct buf out;
    size_t digits = integer.n + fraction.n;
    int64_t point = (int64_t)integer.n + exponent; /* digits before it */
    if (digits > PLAIN_DIGITS_MAX || point > PLAIN_DIGITS_MAX || point < -PLAIN_DIGITS_MAX)
        return (struct str){NULL, 0};
    buf_init(&out, arena, 256);
    buf_add(&out, point <= 0 ? STR("0.") : STR_EMPTY);
    for (int64_t i = point < 0 ? point : 0; i < (int64_t)digits || i < point; i++) {
        char digit = i < 0 || i >= (int64_t)digits ? '0'
                     : i < (int64_t)integer.n      ? integer.p[i]
                                                   : fraction.p[i - (int64_t)integer.n];
        if (i == point && point > 0)
            buf_add_char(&out, '.');
        buf_add_char(&out, digit);
    }
    struct str text = buf_str(&out);
    while (str_find(text, '.') != SIZE_MAX && text.p[text.n - 1] == '0')
        text.n--;
    text.n -= text.p[text.n - 1] == '.';
    while (text.n > 1 && text.p[0] == '0' && text.p[1] != '.')
        text = str_slice(text, 1, text.n);
    return text;
}

/* Without a point and an exponent. */
static bool is_integer_text(struct str text)
{
    bool is_hexadecimal = text.n > 1 && text.p[0] == '0' && (text.p[1] | 0x20) == 'x';
    for (size_t i = 0; i < text.n && !is_hexadecimal; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    }
    return text.n > 0;
}

struct str pb_normal_number(struct arena *arena, struct str text)
{
    uint64_t value;
    if (is_integer_text(text))
        return pb_integer_value(text, UINT64_MAX, &value) ? arena_printf(arena, "%llu", (unsigned long long)value)
                                                          : text;
    if (text.n == 0 || text.p[0] == '.')
        return text;
    size_t e = str_find(text, 'e') != SIZE_MAX ? str_find(text, 'e') : str_find(text, 'E');
    int64_t exponent = 0;
    if (e != SIZE_MAX && str_to_i64_in(str_slice(text, e + 1, text.n), -1000, 1000, &exponent) != STR_NUMBER_OK)
        return text;
    struct str mantissa = str_slice(text, 0, e == SIZE_MAX ? text.n : e);
    size_t point = str_find(mantissa, '.');
    struct str plain =
        plain_number(arena, str_slice(mantissa, 0, point == SIZE_MAX ? mantissa.n : point),
                     point == SIZE_MAX ? STR_EMPTY : str_slice(mantissa, point + 1, mantissa.n), exponent);
    /* A whole number must fit into 64 bits, or it is no number at all. */
    bool is_whole = plain.p && str_find(plain, '.') == SIZE_MAX;
    return plain.p && (!is_whole || pb_integer_value(plain, UINT64_MAX, &value)) ? plain : text;
}

/* -- Values -------------------------------------------------------------------------------------------------- */

/* A { … } to be made out of one or several that mean the same message. */
struct merge {
    struct pb_value *target;
    const struct pb_message *type; /* NULL: unknown */
    VEC(const struct pb_value *) sources;
};

/* Values of one name in a { … }. */
struct entry {
    struct str name;
    bool is_bracketed;
    const struct pb_field *field; /* NULL: unknown */
    VEC(const struct pb_value *) values; /* items of lists one by one */
};

struct normaliser {
    const struct pb_schema *schema;
    struct arena *arena;
    struct str scope;
    uint64_t *steps; /* of resolving names, left */
    VEC(struct merge) merges; /* still to be made */
    bool failed; /* no memory, or no steps left */
};

static const struct pb_field *extension_named(struct normaliser *n, struct str name)
{
    uint64_t steps = pb_resolve_steps(n->scope, name);
    n->failed |= steps > *n->steps;
    if (n->failed)
        return NULL;
    *n->steps -= steps;
    const struct pb_symbol *symbol = pb_resolve(n->schema, n->schema->root, n->scope, name, false);
    const struct pb_field *field = symbol && symbol->kind == PB_SYMBOL_FIELD ? symbol->node : NULL;
    return field && field->extend ? field : NULL;
}

static struct entry *entry_for(struct normaliser *n, struct map *entries, const struct pb_message *type,
                               const struct pb_member *member)
{
    const struct pb_field *field = member->is_bracketed ? extension_named(n, member->name)
                                   : type               ? pb_field_named(type, member->name)
                                                        : NULL;
    struct str name = member->is_bracketed && field ? field->full_name : member->name;
    struct str key = member->is_bracketed ? ARENA_JOIN(n->arena, name, STR("]")) : name;
    struct entry *entry = map_get(entries, key);
    if (entry)
        return entry;
    entry = ARENA_NEW(n->arena, struct entry);
    if (!entry || map_put(entries, key, entry) < 0)
        return NULL;
    entry->name = name;
    entry->is_bracketed = member->is_bracketed;
    entry->field = field;
    return entry;
}

static bool add_value(struct normaliser *n, struct entry *entry, const struct pb_value *value)
{
    if (value->kind != PB_VALUE_LIST)
        return VEC_PUSH(n->arena, &entry->values, value);
    for (const struct pb_value *item = value->items.first; item; item = item->next) {
        if (!VEC_PUSH(n->arena, &entry->values, item))
            return false;
    }
    return true;
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = ((const struct map_entry *)a)->value, *y = ((const struct map_entry *)b)->value;
    int order = str_compare(x->name, y->name);
    return order ? order : x->is_bracketed - y->is_bracketed;
}

/* Copies a value; a { … } is made later, of count sources. */
static void copy_value(struct normaliser *n, const struct pb_value *const *sources, size_t count,
                       const struct pb_message *type, struct pb_value *ret)
{
    struct merge merge = {.target = ret, .type = type};
    *ret = *sources[0];
    ret->next = NULL;
    if (ret->kind == PB_VALUE_NUMBER)
        ret->text = pb_normal_number(n->arena, ret->text);
    if (ret->is_negative && str_equal(ret->text, STR("0"))) /* of a float that is another number than 0 */
        ret->text = sources[0]->text;
    if (ret->kind != PB_VALUE_MESSAGE)
        return;
    memset(&ret->members, 0, sizeof ret->members);
    for (size_t i = 0; i < count; i++)
        n->failed |= !VEC_PUSH(n->arena, &merge.sources, sources[i]);
    n->failed |= !VEC_PUSH(n->arena, &n->merges, merge);
}

static bool all_are_messages(const struct entry *entry)
{
    for (size_t i = 0; i < entry->values.count; i++) {
        if (entry->values.items[i]->kind != PB_VALUE_MESSAGE)
            return false;
    }
    return true;
}

/* Makes the value of an entry: of a singular message all that is said about it, of another singular field what is said last,
 * else a list of what there is, without brackets when that is one. */
static void finish_entry(struct normaliser *n, const struct entry *entry, struct pb_value *message)
{
    struct pb_member *member = ARENA_NEW(n->arena, struct pb_member);
    struct pb_value *value = ARENA_NEW(n->arena, struct pb_value);
    const struct pb_value *const *values = entry->values.items;
    size_t count = entry->values.count;
    const struct pb_message *type = entry->field && !entry->field->is_map ? entry->field->type.message : NULL;
    bool is_singular = entry->field && entry->field->label != PB_REPEATED && !entry->field->is_map;
    if (!member || !value) {
        n->failed = true;
        return;
    }
    if (count == 0)
        return;
    *member = (struct pb_member){.name = entry->name, .is_bracketed = entry->is_bracketed, .value = value};
    PB_APPEND(&message->members, member);
    if (is_singular && all_are_messages(entry)) {
        copy_value(n, values, count, type, value);
    } else if (is_singular || count == 1) {
        copy_value(n, &values[count - 1], 1, type, value);
    } else {
        value->kind = PB_VALUE_LIST;
        for (size_t i = 0; i < count && !n->failed; i++) {
            struct pb_value *item = ARENA_NEW(n->arena, struct pb_value);
            n->failed |= !item;
            if (!item)
                return;
            copy_value(n, &values[i], 1, type, item);
            PB_APPEND(&value->items, item);
        }
    }
}

static void make(struct normaliser *n, const struct merge *merge)
{
    struct map entries;
    map_init(&entries, n->arena);
    for (size_t i = 0; i < merge->sources.count; i++) {
        const struct pb_value *source = merge->sources.items[i];
        for (const struct pb_member *member = source->members.first; member && !n->failed; member = member->next) {
            struct entry *entry = entry_for(n, &entries, merge->type, member);
            n->failed |= !entry || !add_value(n, entry, member->value);
        }
    }
    if (entries.count)
        qsort(entries.entries, entries.count, sizeof *entries.entries, compare_entries);
    for (size_t i = 0; i < entries.count && !n->failed; i++)
        finish_entry(n, entries.entries[i].value, merge->target);
}

/* -- Options ------------------------------------------------------------------------------------------------- */

/* The value of the option itself as { rest.of.the.name: value }. NULL without memory. */
static const struct pb_value *value_at_root(struct normaliser *n, const struct pb_option *option)
{
    const struct pb_name_part *parts[PB_DEPTH_MAX];
    size_t count = 0;
    for (const struct pb_name_part *part = option->name.first->next; part && count < PB_DEPTH_MAX; part = part->next)
        parts[count++] = part;
    struct pb_value *value = ARENA_NEW(n->arena, struct pb_value);
    if (value) {
        *value = option->value;
        /* An option by itself takes -0 for an integer; within { … } a float would be -0.0. */
        value->is_negative &=
            !is_integer_text(value->text) || !str_equal(pb_normal_number(n->arena, value->text), STR("0"));
    }
    while (count > 0 && value) {
        const struct pb_name_part *part = parts[--count];
        struct pb_value *around = ARENA_NEW(n->arena, struct pb_value);
        struct pb_member *member = ARENA_NEW(n->arena, struct pb_member);
        if (!around || !member)
            return NULL;
        *member = (struct pb_member){.name = part->name, .is_bracketed = part->is_extension, .value = value};
        around->kind = PB_VALUE_MESSAGE;
        PB_APPEND(&around->members, member);
        value = around;
    }
    return value;
}

/* An option of the normal form, and what it is made of. */
struct made {
    struct str name; /* for sorting */
    struct pb_option *option;
    const struct pb_field *extension; /* a singular message, of which several options speak */
    VEC(const struct pb_value *) sources;
    size_t place;
};

static struct str dotted(struct normaliser *n, const struct pb_option *option)
{
    struct buf out;
    buf_init(&out, n->arena, SCHEMA_MEMORY_MAX);
    for (const struct pb_name_part *part = option->name.first; part; part = part->next) {
        buf_add(&out, out.n ? STR(".") : STR_EMPTY);
        buf_add(&out, part->name);
    }
    return buf_str(&out);
}

static int compare_made(const void *a, const void *b)
{
    const struct made *x = *(struct made *const *)a, *y = *(struct made *const *)b;
    int order = str_compare(x->name, y->name);
    return order ? order : (x->place > y->place) - (x->place < y->place);
}

/* A copy of the option with its extension's full name; what stands behind that name goes into the value. */
static struct made *begin_option(struct normaliser *n, const struct pb_option *option, const struct pb_field *extension)
{
    struct made *made = ARENA_NEW(n->arena, struct made);
    struct pb_name_part *part = ARENA_NEW(n->arena, struct pb_name_part);
    if (!made || !part || !(made->option = ARENA_NEW(n->arena, struct pb_option)))
        return NULL;
    *made->option = *option;
    made->option->next = NULL;
    made->name = extension ? extension->full_name : dotted(n, option);
    if (!extension)
        return made;
    memset(&made->option->name, 0, sizeof made->option->name);
    *part = (struct pb_name_part){.name = extension->full_name, .is_extension = true};
    PB_APPEND(&made->option->name, part);
    made->extension = extension;
    return made;
}

static bool is_merged(const struct pb_field *extension)
{
    return extension && extension->label != PB_REPEATED && extension->type.message;
}

typedef VEC(struct made *) made_options;

static int add_option(struct normaliser *n, const struct pb_option *option, struct map *merged, made_options *all)
{
    const struct pb_name_part *first = option->name.first;
    const struct pb_field *extension = first->is_extension ? extension_named(n, first->name) : NULL;
    struct made *made = is_merged(extension) ? map_get(merged, extension->full_name) : NULL;
    if (!made) {
        made = begin_option(n, option, extension);
        if (!made || !VEC_PUSH(n->arena, all, made))
            return -1;
        made->place = all->count;
        if (is_merged(extension) && map_put(merged, extension->full_name, made) < 0)
            return -1;
    }
    const struct pb_value *value = extension ? value_at_root(n, option) : &option->value;
    return value && VEC_PUSH(n->arena, &made->sources, value) ? 0 : -1;
}

static void finish_option(struct normaliser *n, const struct made *made, pb_options *ret)
{
    const struct pb_message *type = made->extension ? made->extension->type.message : NULL;
    const struct pb_value *const *sources = made->sources.items;
    size_t count = made->sources.count;
    for (size_t i = 0; i < count; i++) {
        if (sources[i]->kind != PB_VALUE_MESSAGE && count > 1) { /* no value of a message: what is said last */
            sources = &sources[count - 1];
            count = 1;
        }
    }
    copy_value(n, sources, count, type, &made->option->value);
    while (n->merges.count && !n->failed) {
        struct merge merge = VEC_POP(&n->merges);
        make(n, &merge);
    }
    PB_APPEND(ret, made->option);
}

int pb_normalise_options(const struct pb_schema *schema, struct arena *arena, struct str scope, uint64_t *steps,
                         const pb_options *options, pb_options *ret)
{
    struct normaliser n = {.schema = schema, .arena = arena, .scope = scope, .steps = steps};
    struct map merged;
    made_options all = {0};
    memset(ret, 0, sizeof *ret);
    map_init(&merged, arena);
    for (const struct pb_option *option = options->first; option; option = option->next) {
        if (add_option(&n, option, &merged, &all) != 0)
            return -1;
    }
    if (all.count)
        qsort(all.items, all.count, sizeof *all.items, compare_made);
    for (size_t i = 0; i < all.count && !n.failed; i++)
        finish_option(&n, all.items[i], ret);
    return n.failed || arena_failed(arena) ? -1 : 0;
}
