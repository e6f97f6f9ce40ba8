/* Names that are known when a schema is compiled, to be found quickly. Private to schemas/json. Immutable once it is made; keys are
 * not copied. */
#pragma once

#include "arena.h"

/* With the length they are all of a text of up to 16 bytes. */
struct jss_words {
    uint64_t first, last;
};

struct jss_name {
    struct jss_words words;
    struct str text;
    void *value;
};

struct jss_names {
    struct jss_name *items; /* in order of insertion */
    uint32_t count, mask;
    uint32_t *slots; /* index + 1; 0: free */
    uint64_t factor; /* of the quick hash; 0: too many names share one, the slow one is used */
    size_t longest;
};

static inline struct jss_words jss_words_of(struct str text)
{
    struct jss_words words = {0, 0};
    if (text.n >= 8) {
        memcpy(&words.first, text.p, 8);
        memcpy(&words.last, text.p + text.n - 8, 8);
    } else if (text.n >= 4) {
        uint32_t first, last;
        memcpy(&first, text.p, 4);
        memcpy(&last, text.p + text.n - 4, 4);
        words = (struct jss_words){first, last};
    } else if (text.n) {
        const unsigned char *p = (const unsigned char *)text.p;
        words.first = (uint64_t)p[0] | (uint64_t)p[text.n / 2] << 8 | (uint64_t)p[text.n - 1] << 16;
    }
    return words;
}

static inline bool jss_name_is(const struct jss_name *name, struct jss_words words, struct str text)
{
    return name->text.n == text.n && name->words.first == words.first && name->words.last == words.last &&
           (text.n <= 16 || memcmp(name->text.p, text.p, text.n) == 0);
}

/* The same without the words of the text. */
static inline bool jss_name_is_text(const struct jss_name *name, struct str text)
{
    uint64_t first, last;
    if (name->text.n != text.n)
        return false;
    if (text.n < 4) {
        struct jss_words words = jss_words_of(text);
        return name->words.first == words.first;
    }
    if (text.n < 8) {
        uint32_t low, high;
        memcpy(&low, text.p, 4);
        memcpy(&high, text.p + text.n - 4, 4);
        return (uint32_t)name->words.first == low && (uint32_t)name->words.last == high;
    }
    memcpy(&first, text.p, 8);
    memcpy(&last, text.p + text.n - 8, 8);
    return name->words.first == first && name->words.last == last &&
           (text.n <= 16 || memcmp(name->text.p, text.p, text.n) == 0);
}

static inline uint64_t jss_names_quick_hash(uint64_t factor, struct jss_words words, size_t n)
{
    uint64_t x = (words.first ^ (words.last << 29 | words.last >> 35) ^ n) * factor;
    return x >> 32;
}

/* Where the search for a text begins. */
uint64_t jss_names_slow_hash(struct str text);

/* The name that equals a text; NULL: none. */
static inline const struct jss_name *jss_names_find(const struct jss_names *names, struct str text)
{
    if (text.n > names->longest)
        return NULL;
    struct jss_words words = jss_words_of(text);
    uint64_t hash = names->factor ? jss_names_quick_hash(names->factor, words, text.n) : jss_names_slow_hash(text);
    for (uint32_t slot = (uint32_t)hash & names->mask; names->slots[slot]; slot = (slot + 1) & names->mask) {
        const struct jss_name *name = &names->items[names->slots[slot] - 1];
        if (jss_name_is(name, words, text))
            return name;
    }
    return NULL;
}

/* Makes room for up to so many names; 0, or -1 without memory. */
int jss_names_init(struct jss_names *names, struct arena *arena, size_t max);
/* The item of that name, made when it is new. Before jss_names_finish() only, and instead of jss_names_find(). */
struct jss_name *jss_names_add(struct jss_names *names, struct str text);
/* Makes them ready to be found. */
void jss_names_finish(struct jss_names *names);
