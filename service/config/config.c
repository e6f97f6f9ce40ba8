#include "config_private.h"

#include <stdio.h>
#include <stdlib.h>

#define CONFIG_MEMORY (16u << 20)

const struct option_row option_rows[OPTION_COUNT_] = {
#define OPTION_ROW(id, property, kind, initial, min, max, alias, text) \
    {(property), OPTION_##kind, (initial), (min), (max), (alias), (text)},
#include "options.def"
#undef OPTION_ROW
};

/* The choices stand in parentheses at the end of the row's text. */
static struct str choices_of(const struct option_row *row)
{
    struct str text = str_of(row->text);
    size_t open = str_find_last(text, '(');
    return open == SIZE_MAX ? STR_EMPTY : str_slice(text, open + 1, text.n - 1);
}

static bool read_choice(const struct option_row *row, struct str value, struct str *ret)
{
    struct str rest = choices_of(row), one;
    while (str_next(&rest, '|', &one)) {
        if (str_equal_nocase(one, value)) {
            *ret = one;
            return true;
        }
    }
    return false;
}

/* A whole number; of bytes also with k, m or g behind it. */
static bool read_number(const struct option_row *row, struct str value, int64_t *ret)
{
    static const char units[] = "kmg";
    struct str digits = value;
    int shift = 0;
    char last = value.n ? (char)(value.p[value.n - 1] | 0x20) : 'x';
    const char *unit = strchr(units, last);
    if (unit && last && str_ends(str_of(row->property), STR(".bytes"))) {
        digits.n--;
        shift = 10 * (int)(unit - units + 1);
    }
    int64_t number;
    if (str_to_i64(digits, &number) != STR_NUMBER_OK || number < 0 || number > (INT64_MAX >> shift))
        return false;
    *ret = number << shift;
    return *ret >= row->min && *ret <= row->max;
}

static struct str wanted(struct arena *arena, const struct option_row *row)
{
    switch (row->kind) {
    case OPTION_NUMBER:
        return arena_printf(arena, "a number from %lld to %lld", (long long)row->min, (long long)row->max);
    case OPTION_BOOLEAN:
        return STR("true or false");
    case OPTION_CHOICE:
        return ARENA_JOIN(arena, STR("one of "), choices_of(row));
    case OPTION_TEXT:
    case OPTION_SECRET:
        break;
    }
    return STR("a text");
}

int config_set(struct config *config, enum option_id id, struct str value, struct str where, struct error *err)
{
    const struct option_row *row = &option_rows[id];
    struct setting *setting = &config->settings[id];
    struct str text = str_trim(value);
    bool is_good = true;
    if (row->kind == OPTION_NUMBER)
        is_good = read_number(row, text, &setting->number);
    else if (row->kind == OPTION_CHOICE)
        is_good = read_choice(row, text, &text);
    else if (row->kind == OPTION_BOOLEAN)
        is_good = str_equal_nocase(text, STR("true")) || str_equal_nocase(text, STR("false"));
    if (!is_good)
        return error_raise(err, INVALID_SETTING,
                           ARENA_JOIN(err->arena, where, STR(": "), str_of(row->property), STR(" cannot be '"),
                                      row->kind == OPTION_SECRET ? STR("[hidden]") : text, STR("'; it must be "),
                                      wanted(err->arena, row)));
    setting->flag = str_equal_nocase(text, STR("true"));
    setting->text = arena_str(config->arena, text);
    setting->where = arena_str(config->arena, where);
    return setting->text.p && setting->where.p ? 0 : error_raise(err, INTERNAL);
}

int config_find(struct str property, bool only_aliases)
{
    for (int i = 0; i < OPTION_COUNT_; i++) {
        const struct option_row *row = &option_rows[i];
        if (!only_aliases && str_equal(property, str_of(row->property)))
            return i;
        if (row->alias && str_equal(property, str_of(row->alias)))
            return i;
    }
    return -1;
}

int config_read(int argc, char *const *argv, char *const *environment, struct config **ret_config, struct error *err)
{
    struct arena *arena = arena_new(CONFIG_MEMORY);
    struct config *config = arena ? ARENA_NEW(arena, struct config) : NULL;
    if (!config) {
        arena_free(arena);
        return error_raise(err, INTERNAL);
    }
    config->arena = arena;
    int outcome = 0;
    for (int i = 0; i < OPTION_COUNT_ && outcome == 0; i++)
        outcome = config_set(config, (enum option_id)i, str_of(option_rows[i].initial), STR("default"), err);
    if (outcome == 0)
        outcome = config_read_sources(config, argc, argv, environment, err);
    if (outcome != 0) {
        arena_free(arena);
        return -1;
    }
    *ret_config = config;
    return 0;
}

void config_free(struct config *config)
{
    if (config)
        arena_free(config->arena);
}

struct str config_text(const struct config *config, enum option_id id)
{
    return config->settings[id].text;
}

int64_t config_number(const struct config *config, enum option_id id)
{
    return config->settings[id].number;
}

bool config_boolean(const struct config *config, enum option_id id)
{
    return config->settings[id].flag;
}

bool config_wants_check(const struct config *config)
{
    return config->wants_check;
}

bool config_wants_help(const struct config *config)
{
    return config->wants_help;
}

struct str config_print(const struct config *config, struct arena *arena)
{
    struct buf out;
    buf_init(&out, arena, CONFIG_MEMORY);
    for (int i = 0; i < OPTION_COUNT_; i++) {
        bool is_secret = option_rows[i].kind == OPTION_SECRET && config->settings[i].text.n;
        buf_printf(&out, "# " STR_FMT "\n%s=" STR_FMT "\n", STR_ARG(config->settings[i].where), option_rows[i].property,
                   STR_ARG(is_secret ? STR("[hidden]") : config->settings[i].text));
    }
    return buf_str(&out);
}

struct str config_reference(struct arena *arena)
{
    struct buf out;
    buf_init(&out, arena, CONFIG_MEMORY);
    buf_add(&out, STR("| property | default | meaning | also accepted as |\n| --- | --- | --- | --- |\n"));
    for (int i = 0; i < OPTION_COUNT_; i++) {
        const struct option_row *row = &option_rows[i];
        bool has_alias = row->alias && strcmp(row->alias, row->property) != 0;
        buf_printf(&out, "| `%s` | %s%s%s | ", row->property, row->initial[0] ? "`" : "", row->initial,
                   row->initial[0] ? "`" : "");
        for (const char *c = row->text; *c; c++) /* a bar would end the cell */
            buf_add(&out, *c == '|' ? STR(", ") : (struct str){c, 1});
        buf_printf(&out, " | %s%s%s |\n", has_alias ? "`" : "", has_alias ? row->alias : "", has_alias ? "`" : "");
    }
    return buf_str(&out);
}
