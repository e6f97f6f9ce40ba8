#include "check_private.h"

#include <stdlib.h>

/* Options that are looked through every time. */
#define FEW_OPTIONS 8

static bool is_message_set(const struct pb_message *message)
{
    return pb_option_bool(&message->options, "message_set_wire_format", false);
}

bool check_is_message_set(struct check *c, const struct pb_message *message)
{
    if (!message || message->options.count <= FEW_OPTIONS)
        return message && is_message_set(message);
    uintptr_t known = (uintptr_t)map_get(&c->sets, message->full_name);
    if (!known) {
        known = is_message_set(message) ? 2 : 1;
        c->failed |= map_put(&c->sets, message->full_name, (void *)known) < 0;
    }
    return known == 2;
}

/* protoc keeps the number behind the end, in 32 bits: of the greatest number it makes the least. */
int64_t check_range_end(struct check *c, const struct pb_range *range, const struct pb_message *message)
{
    if (range->is_max)
        return message && check_is_message_set(c, message) ? INT32_MAX - 1 : range->end;
    return message && range->end == INT32_MAX ? (int64_t)INT32_MIN - 1 : range->end;
}

static int compare_starts(const void *a, const void *b)
{
    const struct check_interval *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static size_t count_ranges(const struct pb_ranges *ranges)
{
    size_t count = 0;
    for (; ranges; ranges = ranges->next)
        count += ranges->ranges.count;
    return count;
}

static void sort(struct check_intervals *intervals)
{
    if (intervals->count)
        qsort(intervals->items, intervals->count, sizeof *intervals->items, compare_starts);
    int64_t reach = INT64_MIN;
    for (size_t k = 0; k < intervals->count; k++) {
        struct check_interval *interval = &intervals->items[k];
        reach = interval->end > reach ? interval->end : reach;
        interval->reach = reach;
    }
}

bool check_make_intervals(struct check *c, const struct pb_ranges *first, const struct pb_message *message,
                          struct check_intervals *ret)
{
    struct check_intervals made = {ARENA_ARRAY(c->scratch, count_ranges(first) + 1, struct check_interval), 0};
    size_t place = 0;
    c->failed |= !made.items;
    if (!made.items)
        return false;
    for (const struct pb_ranges *ranges = first; ranges; ranges = ranges->next) {
        for (const struct pb_range *range = ranges->ranges.first; range; range = range->next, place++) {
            int64_t end = check_range_end(c, range, message);
            if (!range->name.p && range->start <= end)
                made.items[made.count++] = (struct check_interval){range->start, end, range, place, 0};
        }
    }
    sort(&made);
    *ret = made;
    return true;
}

/* How many intervals begin up to a number. */
static size_t count_up_to(const struct check_intervals *intervals, int64_t number)
{
    size_t low = 0, high = intervals->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (intervals->items[middle].start <= number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool touches(const struct check_intervals *intervals, int64_t start, int64_t end)
{
    size_t count = count_up_to(intervals, end);
    return count > 0 && intervals->items[count - 1].reach >= start;
}

bool check_contains(const struct check_intervals *intervals, int64_t number)
{
    return touches(intervals, number, number);
}

static bool overlap(const struct check_interval *a, const struct check_interval *b)
{
    return a->start <= b->end && b->start <= a->end;
}

/* The first interval in the text, other than this one, that it overlaps with. */
static const struct check_interval *first_overlapping(const struct check_intervals *intervals,
                                                      const struct check_interval *with)
{
    const struct check_interval *found = NULL;
    for (size_t k = 0; k < intervals->count; k++) {
        const struct check_interval *interval = &intervals->items[k];
        if (interval != with && overlap(interval, with) && (!found || interval->place < found->place))
            found = interval;
    }
    return found;
}

/* The first one in the text that overlaps with any other; NULL: none does. */
static const struct check_interval *first_of_overlap(const struct check_intervals *intervals)
{
    const struct check_interval *found = NULL;
    for (size_t k = 0; k < intervals->count; k++) {
        const struct check_interval *interval = &intervals->items[k];
        bool before = k > 0 && interval[-1].reach >= interval->start;
        bool behind = k + 1 < intervals->count && interval[1].start <= interval->end;
        if ((before || behind) && (!found || interval->place < found->place))
            found = interval;
    }
    return found;
}

static void check_overlaps(struct check *c, const struct check_intervals *intervals, const char *what)
{
    const struct check_interval *first = first_of_overlap(intervals);
    if (!first || !check_is_first(c, first->range->at))
        return;
    const struct check_interval *second = first_overlapping(intervals, first);
    if (!second)
        return;
    CHECK_FAULT(c, first->range->at, str_of(what), STR(" range "), STR_INT(second->start), STR(" to "),
                STR_INT(second->end), STR(" overlaps with already-defined range "), STR_INT(first->start), STR(" to "),
                STR_INT(first->end), STR("."));
}

/* The first extension range in the text that overlaps with a reserved one. */
static void check_reserved_extensions(struct check *c, const struct check_intervals *extensions,
                                      const struct check_intervals *reserved)
{
    const struct check_interval *found = NULL;
    for (size_t k = 0; k < extensions->count; k++) {
        const struct check_interval *range = &extensions->items[k];
        if ((!found || range->place < found->place) && touches(reserved, range->start, range->end))
            found = range;
    }
    if (!found || !check_is_first(c, found->range->at))
        return;
    const struct check_interval *other = first_overlapping(reserved, found);
    if (!other)
        return;
    CHECK_FAULT(c, found->range->at, STR("Extension range "), STR_INT(found->start), STR(" to "), STR_INT(found->end),
                STR(" overlaps with reserved range "), STR_INT(other->start), STR(" to "), STR_INT(other->end),
                STR("."));
}

/* -- Numbers that are in use --------------------------------------------------------------------------------------------- */

/* A field, or a value of an enum. */
struct numbered {
    struct str name;
    int64_t number;
    size_t place; /* in the text */
};

/* Sorted by number. */
struct numbers {
    struct numbered *items;
    size_t count;
};

static int compare_numbers(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static struct numbers numbers_of_message(struct check *c, const struct pb_message *message)
{
    struct numbers ret = {ARENA_ARRAY(c->scratch, message->fields.count + 1, struct numbered), 0};
    c->failed |= !ret.items;
    for (size_t k = 0; ret.items && k < message->fields.count; k++) {
        const struct pb_field *field = message->by_number[k];
        ret.items[ret.count++] = (struct numbered){field->name, field->number, field->index};
    }
    return ret;
}

static struct numbers numbers_of_enum(struct check *c, const struct pb_enum *enumeration)
{
    struct numbers ret = {ARENA_ARRAY(c->scratch, enumeration->values.count + 1, struct numbered), 0};
    c->failed |= !ret.items;
    for (const struct pb_enum_value *value = enumeration->values.first; ret.items && value; value = value->next) {
        ret.items[ret.count] = (struct numbered){value->name, value->number, ret.count};
        ret.count++;
    }
    if (ret.count)
        qsort(ret.items, ret.count, sizeof *ret.items, compare_numbers);
    return ret;
}

/* The place of the first number that is at least so much. */
static size_t lower_bound(const struct numbers *numbers, int64_t least)
{
    size_t low = 0, high = numbers->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (numbers->items[middle].number < least)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_used(const struct numbers *numbers, const struct check_interval *interval)
{
    size_t k = lower_bound(numbers, interval->start);
    return k < numbers->count && numbers->items[k].number <= interval->end;
}

/* The first interval in the text that has a number which is in use; NULL: none has. */
static const struct check_interval *first_used(const struct check_intervals *intervals, const struct numbers *numbers)
{
    const struct check_interval *found = NULL;
    for (size_t k = 0; k < intervals->count; k++) {
        const struct check_interval *interval = &intervals->items[k];
        if ((!found || interval->place < found->place) && is_used(numbers, interval))
            found = interval;
    }
    return found;
}

/* What uses a number of the interval, the first one in the text. */
static const struct numbered *first_user(const struct numbers *numbers, const struct check_interval *interval)
{
    size_t k = lower_bound(numbers, interval->start);
    const struct numbered *found = &numbers->items[k];
    for (; k < numbers->count && numbers->items[k].number <= interval->end; k++) {
        if (numbers->items[k].place < found->place)
            found = &numbers->items[k];
    }
    return found;
}

static void check_reserved_numbers(struct check *c, const struct check_intervals *reserved,
                                   const struct numbers *numbers, const char *what)
{
    const struct check_interval *interval = first_used(reserved, numbers);
    if (!interval || !check_is_first(c, interval->range->at))
        return;
    const struct numbered *user = first_user(numbers, interval);
    CHECK_FAULT(c, interval->range->at, str_of(what), STR(" \""), user->name, STR("\" uses reserved number "),
                STR_INT(user->number), STR("."));
}

static void check_extension_numbers(struct check *c, const struct check_intervals *extensions,
                                    const struct numbers *numbers)
{
    const struct check_interval *interval = first_used(extensions, numbers);
    if (!interval || !check_is_first(c, interval->range->at))
        return;
    const struct numbered *user = first_user(numbers, interval);
    CHECK_FAULT(c, interval->range->at, STR("Extension range "), STR_INT(interval->start), STR(" to "),
                STR_INT(interval->end), STR(" includes field \""), user->name, STR("\" ("), STR_INT(user->number),
                STR(")."));
}

/* -- Names ---------------------------------------------------------------------------------------------------------------- */

/* The reserved names; those that are given twice are faults of what they stand in. */
static void collect_names(struct check *c, const struct pb_ranges *ranges, const char *what, struct pb_position at,
                          struct map *ret)
{
    map_init(ret, c->scratch);
    for (; ranges; ranges = ranges->next) {
        for (const struct pb_range *range = ranges->ranges.first; range; range = range->next) {
            int added = range->name.p ? map_add(ret, range->name, (void *)(uintptr_t)1) : 0;
            c->failed |= added < 0;
            if (added == 1)
                CHECK_FAULT(c, at, str_of(what), STR(" \""), range->name, STR("\" is reserved multiple times."));
        }
    }
}

static void check_field_names(struct check *c, const struct pb_message *message)
{
    struct map names;
    collect_names(c, message->reserved.first, "Field name", message->at, &names);
    for (const struct pb_field *field = message->fields.first; field && names.count; field = field->next) {
        if (map_get(&names, field->name))
            CHECK_FAULT(c, field->name_at, STR("Field name \""), field->name, STR("\" is reserved."));
    }
}

static void check_value_names(struct check *c, const struct pb_enum *enumeration)
{
    struct map names;
    collect_names(c, enumeration->reserved.first, "Enum value", enumeration->at, &names);
    for (const struct pb_enum_value *value = enumeration->values.first; value && names.count; value = value->next) {
        if (map_get(&names, value->name))
            CHECK_FAULT(c, value->at, STR("Enum value \""), value->name, STR("\" is reserved."));
    }
}

/* -- Statements --------------------------------------------------------------------------------------------------------------- */

static void check_extension_range(struct check *c, const struct pb_range *range, const struct pb_message *message)
{
    if (range->start <= 0)
        CHECK_FAULT(c, range->at, STR("Extension numbers must be positive integers."));
    if (check_range_end(c, range, message) < range->start)
        CHECK_FAULT(c, range->at, STR("Extension range end number must be greater than start number."));
}

static void check_reserved_range(struct check *c, const struct pb_range *range, const struct pb_message *message)
{
    if (range->start <= 0 && message)
        CHECK_FAULT(c, range->at, STR("Reserved numbers must be positive integers."));
    if (check_range_end(c, range, message) < range->start && (c->is_edition || !message))
        CHECK_FAULT(c, range->at, STR("Reserved range end number must be greater than start number."));
}

static void check_each_range(struct check *c, const struct pb_ranges *ranges, const struct pb_message *message,
                             void (*check_range)(struct check *, const struct pb_range *, const struct pb_message *))
{
    for (; ranges; ranges = ranges->next) {
        for (const struct pb_range *range = ranges->ranges.first; range; range = range->next) {
            if (!range->name.p)
                check_range(c, range, message);
        }
    }
}

void check_message_ranges(struct check *c, const struct pb_message *message)
{
    struct check_intervals extensions, reserved;
    if (!message->extensions.count && !message->reserved.count)
        return;
    check_each_range(c, message->extensions.first, message, check_extension_range);
    check_each_range(c, message->reserved.first, message, check_reserved_range);
    if (!check_make_intervals(c, message->extensions.first, message, &extensions) ||
        !check_make_intervals(c, message->reserved.first, message, &reserved))
        return;
    struct numbers numbers = numbers_of_message(c, message);
    check_overlaps(c, &reserved, "Reserved");
    check_field_names(c, message);
    check_extension_numbers(c, &extensions, &numbers);
    check_reserved_numbers(c, &reserved, &numbers, "Field");
    check_reserved_extensions(c, &extensions, &reserved);
    check_overlaps(c, &extensions, "Extension");
}

void check_enum_ranges(struct check *c, const struct pb_enum *enumeration)
{
    struct check_intervals reserved;
    if (!enumeration->reserved.count)
        return;
    check_each_range(c, enumeration->reserved.first, NULL, check_reserved_range);
    if (!check_make_intervals(c, enumeration->reserved.first, NULL, &reserved))
        return;
    struct numbers numbers = numbers_of_enum(c, enumeration);
    check_overlaps(c, &reserved, "Reserved");
    check_value_names(c, enumeration);
    check_reserved_numbers(c, &reserved, &numbers, "Enum value");
}
