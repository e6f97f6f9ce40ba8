#include "media.h"

#include <stdlib.h>

/* What the API is served as, best first, with the quality that each has for the server. */
static const struct {
    const char *type;
    double quality;
} offered[] = {{MEDIA_V1, 1.0}, {MEDIA_VENDOR, 0.9}, {MEDIA_JSON, 0.5}};
#define OFFERED_COUNT (sizeof offered / sizeof offered[0])

/* One range of an Accept header. */
struct range {
    struct str type; /* "application/json", or a kind of it */
    struct str parameters; /* other than q, as ";charset=utf-8"; empty: none */
    double quality;
};

/* 0, 1 = malformed, -1. */
static int read_parameters(struct arena *arena, struct str text, struct range *ret)
{
    struct str rest = text, part;
    while (text.n && str_next(&rest, ';', &part)) {
        struct str one = str_trim(part);
        if (one.n == 0)
            continue;
        if (one.n > 1 && (one.p[0] | 0x20) == 'q' && one.p[1] == '=') {
            char number[16], *end;
            struct str value = str_trim(str_slice(one, 2, one.n));
            if (value.n == 0 || value.n >= sizeof number)
                return 1;
            memcpy(number, value.p, value.n);
            number[value.n] = '\0';
            ret->quality = strtod(number, &end);
            if (*end || !(ret->quality >= 0.0))
                return 1;
            continue;
        }
        ret->parameters = ARENA_JOIN(arena, ret->parameters, STR(";"), one);
        if (!ret->parameters.p)
            return -1;
    }
    return 0;
}

static int read_range(struct arena *arena, struct str text, struct range *ret)
{
    *ret = (struct range){.quality = 1.0, .parameters = STR_EMPTY};
    size_t semicolon = str_find(text, ';');
    ret->type = str_trim(str_slice(text, 0, semicolon));
    if (semicolon == SIZE_MAX)
        return 0;
    return read_parameters(arena, str_slice(text, semicolon + 1, text.n), ret);
}

/* How closely a range names a type: 0 not at all, 1 anything, 2 any application type, 3 exactly. */
static int closeness(struct str range, struct str type)
{
    if (str_equal_nocase(range, type))
        return 3;
    if (str_equal_nocase(range, STR("application/*")))
        return 2;
    return str_equal(range, STR("*/*")) || str_equal(range, STR("*")) ? 1 : 0;
}

/* The best offer so far. */
struct choice {
    size_t offer;
    double wanted, quality;
    int closeness;
    struct str parameters;
};

static void consider(struct choice *best, const struct range *range)
{
    for (size_t i = 0; i < OFFERED_COUNT; i++) {
        int close = closeness(range->type, str_of(offered[i].type));
        /* q=0 does not exclude here: it never did, and clients have come to send it. */
        double wanted = range->quality;
        bool is_better =
            close && (wanted > best->wanted || (!(wanted < best->wanted) && offered[i].quality > best->quality));
        if (is_better)
            *best = (struct choice){i, wanted, offered[i].quality, close, range->parameters};
    }
}

int media_negotiate(struct arena *arena, struct str accept, struct str *ret)
{
    *ret = STR(MEDIA_V1);
    if (str_trim(accept.p ? accept : STR_EMPTY).n == 0)
        return MEDIA_OK;
    struct choice best = {.wanted = -1.0};
    struct str rest = accept, part;
    while (str_next(&rest, ',', &part)) {
        struct range range;
        int outcome = read_range(arena, part, &range);
        if (outcome != 0)
            return outcome < 0 ? -1 : MEDIA_MALFORMED;
        consider(&best, &range);
    }
    if (best.wanted < 0.0)
        return MEDIA_REFUSED;
    *ret = str_of(offered[best.offer].type);
    if (best.parameters.n)
        *ret = ARENA_JOIN(arena, *ret, best.parameters);
    return ret->p ? MEDIA_OK : -1;
}

enum media_outcome media_check(struct str content_type)
{
    if (!content_type.p)
        return MEDIA_OK;
    struct str type = str_trim(str_slice(content_type, 0, str_find(content_type, ';')));
    size_t slash = str_find(type, '/');
    if (slash == SIZE_MAX || slash == 0 || slash + 1 == type.n)
        return MEDIA_MALFORMED;
    for (size_t i = 0; i < OFFERED_COUNT; i++) {
        if (str_equal_nocase(type, str_of(offered[i].type)))
            return MEDIA_OK;
    }
    return str_equal_nocase(type, STR("application/octet-stream")) ? MEDIA_OK : MEDIA_REFUSED;
}

/* "q=0", "q=0.0" and so on. */
static bool is_zero(struct str quality)
{
    struct str zero = STR("q=0.000");
    return quality.n >= 3 && quality.n <= zero.n && str_equal_nocase(quality, str_slice(zero, 0, quality.n));
}

/* What is said of gzip itself counts before what is said of anything. */
bool media_accepts_gzip(struct str accept_encoding)
{
    struct str rest = accept_encoding, part;
    bool takes_any = false;
    while (accept_encoding.n && str_next(&rest, ',', &part)) {
        size_t semicolon = str_find(part, ';');
        struct str coding = str_trim(str_slice(part, 0, semicolon));
        struct str quality = semicolon == SIZE_MAX ? STR_EMPTY : str_trim(str_slice(part, semicolon + 1, part.n));
        if (str_equal_nocase(coding, STR("gzip")))
            return !is_zero(quality);
        if (str_equal(coding, STR("*")))
            takes_any = !is_zero(quality);
    }
    return takes_any;
}

bool media_options(struct arena *arena, struct str accept, struct str *ret)
{
    (void)arena;
    struct str first = str_trim(str_slice(accept, 0, str_find(accept, ',')));
    first = str_trim(str_slice(first, 0, str_find(first, ';')));
    if (first.n == 0 || str_equal(first, STR("*/*")) || str_equal_nocase(first, STR("text/plain"))) {
        *ret = STR("text/plain");
        return true;
    }
    *ret = first;
    return false;
}
