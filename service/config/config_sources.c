#include "config_private.h"

#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX_BYTES (1u << 20)
#define PROPERTY_MAX 128

/* Confluent's properties that have no meaning here: a file that has them still works. */
static const char *const foreign_prefixes[] = {"kafkastore.",
                                               "host.",
                                               "debug",
                                               "master.",
                                               "leader.",
                                               "inter.instance.",
                                               "metrics.",
                                               "schema.registry.inter.",
                                               "kafkagroup.",
                                               "ssl.",
                                               "schema.registry.zk.",
                                               "port",
                                               "metric.",
                                               "request.logger.",
                                               "response.",
                                               "schema.registry.resource.",
                                               "resource."};

static bool is_foreign(struct str property)
{
    for (size_t i = 0; i < sizeof foreign_prefixes / sizeof foreign_prefixes[0]; i++) {
        if (str_starts(property, str_of(foreign_prefixes[i])))
            return true;
    }
    return false;
}

static int unknown(struct str property, struct str where, struct error *err)
{
    return error_raise(err, INVALID_SETTING,
                       ARENA_JOIN(err->arena, where, STR(": there is no setting '"), property, STR("'")));
}

/* A property of a file or of a variable in Confluent's spelling. */
static int set_property(struct config *config, struct str property, struct str value, struct str where,
                        struct error *err)
{
    int id = config_find(property, false);
    if (id >= 0)
        return config_set(config, (enum option_id)id, value, where, err);
    if (str_starts(property, STR("authentication.")))
        return error_raise(err, INVALID_SETTING,
                           ARENA_JOIN(err->arena, where, STR(": '"), property,
                                      STR("' is not supported: put a proxy that authenticates in front")));
    if (!is_foreign(property))
        return unknown(property, where, err);
    LOG_WARNING("config", "A property has no meaning here and is ignored", LOG_TEXT("property", property),
                LOG_TEXT("where", where));
    return 0;
}

/* -- the file ------------------------------------------------------------------------------------------------------ */

static int read_file(struct arena *arena, const char *path, struct str *ret, struct error *err)
{
    struct buf text;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    buf_init(&text, arena, FILE_MAX_BYTES);
    ssize_t got = fd < 0 ? -1 : 1;
    while (got > 0 && buf_reserve(&text, 4096)) {
        got = read(fd, text.p + text.n, 4096);
        text.n += got > 0 ? (size_t)got : 0;
    }
    int reason = errno;
    if (fd >= 0)
        close(fd);
    if (got < 0 || buf_failed(&text))
        return error_raise(err, INVALID_SETTING,
                           ARENA_JOIN(err->arena, str_of(path), STR(": "),
                                      got < 0 ? str_of(strerror(reason)) : STR("the file is too large")));
    *ret = buf_str(&text);
    return 0;
}

/* A logical line of a properties file: continued by a backslash at its end. Moves *rest; false at the end. */
static bool next_line(struct arena *arena, struct str *rest, unsigned *line_number, struct str *ret)
{
    struct str line;
    *ret = STR_EMPTY;
    bool has_any = false;
    while (str_next(rest, '\n', &line)) {
        has_any = true;
        ++*line_number;
        line = str_trim(line);
        bool goes_on = str_ends(line, STR("\\"));
        *ret = ARENA_JOIN(arena, *ret, str_slice(line, 0, line.n - goes_on));
        if (!goes_on)
            return true;
    }
    return has_any;
}

static int read_properties(struct config *config, const char *path, struct error *err)
{
    struct str rest, line;
    unsigned number = 0;
    if (read_file(config->arena, path, &rest, err) != 0)
        return -1;
    while (next_line(config->arena, &rest, &number, &line)) {
        if (line.n == 0 || line.p[0] == '#' || line.p[0] == '!')
            continue;
        size_t end = 0;
        while (end < line.n && !strchr("=: \t", line.p[end]))
            end++;
        struct str value = str_trim(str_slice(line, end, line.n));
        if (value.n && (value.p[0] == '=' || value.p[0] == ':'))
            value = str_trim(str_slice(value, 1, value.n));
        struct str where = arena_printf(config->arena, "%s line %u", path, number);
        if (set_property(config, str_slice(line, 0, end), value, where, err) != 0)
            return -1;
    }
    return 0;
}

/* -- the environment ----------------------------------------------------------------------------------------------- */

/* REPLY_CACHE_BYTES as reply.cache.bytes. */
static struct str as_property(struct arena *arena, struct str name)
{
    char *text = arena_alloc(arena, name.n + 1);
    for (size_t i = 0; i < name.n && text; i++)
        text[i] = name.p[i] == '_' ? '.' : name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] | 0x20) : name.p[i];
    return (struct str){text ? text : "", text ? name.n : 0};
}

static int read_variables(struct config *config, char *const *environment, struct str prefix, bool is_own,
                          struct error *err)
{
    for (size_t i = 0; environment && environment[i]; i++) {
        struct str line = str_of(environment[i]);
        size_t equals = str_find(line, '=');
        struct str name = str_slice(line, 0, equals);
        if (equals == SIZE_MAX || !str_starts(name, prefix))
            continue;
        struct str key = str_slice(name, prefix.n, name.n), value = str_slice(line, equals + 1, line.n);
        if (is_own && (str_equal(key, STR("CONFIG")) || str_starts(key, STR("TEST_"))))
            continue;
        struct str property = as_property(config->arena, key);
        struct str where = ARENA_JOIN(config->arena, STR("environment "), name);
        int id = config_find(property, false);
        int outcome = id >= 0  ? config_set(config, (enum option_id)id, value, where, err)
                      : is_own ? unknown(property, where, err)
                               : set_property(config, property, value, where, err);
        if (outcome != 0)
            return -1;
    }
    return 0;
}

/* -- flags --------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *flag, *property;
} short_flags[] = {
    {"listen", "listeners"}, {"data", "data.dir"}, {"database", "database.url"}, {"log-level", "log.level"}};

static struct str long_name(struct str flag)
{
    for (size_t i = 0; i < sizeof short_flags / sizeof short_flags[0]; i++) {
        if (str_equal(flag, str_of(short_flags[i].flag)))
            return str_of(short_flags[i].property);
    }
    return flag;
}

/* Splits --name=value or --name value; moves *index behind it. false when it is no flag or its value is missing. */
static bool next_flag(int argc, char *const *argv, int *index, struct str *ret_name, struct str *ret_value)
{
    struct str text = str_of(argv[*index]);
    ++*index;
    if (!str_starts(text, STR("--")))
        return false;
    size_t equals = str_find(text, '=');
    *ret_name = str_slice(text, 2, equals);
    *ret_value = STR_EMPTY;
    if (str_equal(*ret_name, STR("help")) || str_equal(*ret_name, STR("check-config")))
        return true;
    if (equals != SIZE_MAX) {
        *ret_value = str_slice(text, equals + 1, text.n);
        return true;
    }
    if (*index >= argc)
        return false;
    *ret_value = str_of(argv[(*index)++]);
    return true;
}

static int read_flags(struct config *config, int argc, char *const *argv, const char **ret_file, bool only_file,
                      struct error *err)
{
    for (int i = 0; i < argc;) {
        struct str name, value, whole = str_of(argv[i]);
        if (!next_flag(argc, argv, &i, &name, &value))
            return error_raise(err, INVALID_SETTING,
                               ARENA_JOIN(err->arena, STR("flag '"), whole, STR("' is unknown or lacks its value")));
        if (str_equal(name, STR("config"))) {
            *ret_file = value.p;
            continue;
        }
        config->wants_help |= str_equal(name, STR("help"));
        config->wants_check |= str_equal(name, STR("check-config"));
        if (only_file || str_equal(name, STR("help")) || str_equal(name, STR("check-config")))
            continue;
        int id = config_find(long_name(name), false);
        struct str where = ARENA_JOIN(config->arena, STR("flag --"), name);
        if (id < 0)
            return unknown(name, where, err);
        if (config_set(config, (enum option_id)id, value, where, err) != 0)
            return -1;
    }
    return 0;
}

static const char *variable(char *const *environment, struct str name)
{
    for (size_t i = 0; environment && environment[i]; i++) {
        struct str line = str_of(environment[i]);
        if (str_starts(line, name) && line.n > name.n && line.p[name.n] == '=')
            return line.p + name.n + 1;
    }
    return NULL;
}

int config_read_sources(struct config *config, int argc, char *const *argv, char *const *environment, struct error *err)
{
    const char *file = variable(environment, STR("AVOUCH_CONFIG"));
    if (read_flags(config, argc, argv, &file, true, err) != 0)
        return -1;
    if (file && read_properties(config, file, err) != 0)
        return -1;
    if (read_variables(config, environment, STR("SCHEMA_REGISTRY_"), false, err) != 0 ||
        read_variables(config, environment, STR("AVOUCH_"), true, err) != 0)
        return -1;
    return read_flags(config, argc, argv, &file, false, err);
}
