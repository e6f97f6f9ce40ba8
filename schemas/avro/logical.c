#include "model.h"

#include "decimal.h"

#define LOG10_OF_2 0.30102999566398119521

/* size: of a fixed; 0: any. */
static const struct {
    const char *name;
    enum avsc_kind kind;
    int32_t size;
} known[] = {
    {"decimal", AVSC_BYTES, 0},
    {"decimal", AVSC_FIXED, 0},
    {"big-decimal", AVSC_BYTES, 0},
    {"uuid", AVSC_STRING, 0},
    {"uuid", AVSC_FIXED, 16},
    {"date", AVSC_INT, 0},
    {"time-millis", AVSC_INT, 0},
    {"time-micros", AVSC_LONG, 0},
    {"timestamp-millis", AVSC_LONG, 0},
    {"timestamp-micros", AVSC_LONG, 0},
    {"timestamp-nanos", AVSC_LONG, 0},
    {"local-timestamp-millis", AVSC_LONG, 0},
    {"local-timestamp-micros", AVSC_LONG, 0},
    {"local-timestamp-nanos", AVSC_LONG, 0},
    {"duration", AVSC_FIXED, 12},
};

static const struct jtree_node *property(const struct avsc_type *type, struct str name)
{
    for (size_t i = 0; i < type->properties.count; i++) {
        if (str_equal(type->properties.items[i]->name, name))
            return type->properties.items[i];
    }
    return NULL;
}

static bool int_property(const struct avsc_type *type, struct str name, int64_t *ret)
{
    const struct jtree_node *node = property(type, name);
    struct decimal decimal;
    return jtree_is(node, JTREE_KIND_NUMBER) && decimal_parse(node->text, &decimal) == DECIMAL_OK &&
           decimal_is_written_integer(&decimal) && decimal_to_i64(&decimal, ret) && *ret >= INT32_MIN &&
           *ret <= INT32_MAX;
}

/* A precision that the type has room for, and a scale within it (0 when there is none). */
static bool read_decimal(const struct avsc_type *type, struct avsc_logical *ret)
{
    ret->is_decimal = true;
    ret->scale = 0;
    if (!int_property(type, STR("precision"), &ret->precision) || ret->precision <= 0)
        return false;
    if (property(type, STR("scale")) && !int_property(type, STR("scale"), &ret->scale))
        return false;
    if (ret->scale < 0 || ret->scale > ret->precision)
        return false;
    /* Digits that 8 * size - 1 bits hold. */
    return type->kind != AVSC_FIXED || ret->precision <= (int64_t)(LOG10_OF_2 * (8.0 * type->size - 1));
}

bool avsc_logical_find(const struct avsc_type *type, struct avsc_logical *ret)
{
    const struct jtree_node *name = property(type, STR("logicalType"));
    if (!jtree_is(name, JTREE_KIND_STRING))
        return false;
    *ret = (struct avsc_logical){0};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].kind == type->kind && str_equal(name->text, str_of(known[i].name)) &&
            (known[i].size == 0 || known[i].size == type->size))
            return !str_equal(name->text, STR("decimal")) || read_decimal(type, ret);
    }
    return false;
}
