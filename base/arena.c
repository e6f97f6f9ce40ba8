#include "arena.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS
#endif
#endif
#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
#define ARENA_POISON(p, bytes) __asan_poison_memory_region((p), (bytes))
#define ARENA_UNPOISON(p, bytes) __asan_unpoison_memory_region((p), (bytes))
#else
#define ARENA_POISON(p, bytes) ((void)(p), (void)(bytes))
#define ARENA_UNPOISON(p, bytes) ((void)(p), (void)(bytes))
#endif

#define ARENA_ALIGN ((size_t)16)
#define ARENA_BLOCK_MIN ((size_t)4096)
#define ARENA_BLOCK_MAX ((size_t)65536)

struct arena_block {
    _Alignas(16) struct arena_block *next;
    size_t bytes; /* of the whole block */
};

static_assert(sizeof(struct arena_block) + ARENA_ALIGN <= ARENA_OVERHEAD, "what a block costs");

struct arena_release {
    struct arena_release *next;
    arena_release_fn release;
    void *object;
};

static void arena_use_first(struct arena *a)
{
    size_t pad = (size_t) - (uintptr_t)a->first & (ARENA_ALIGN - 1);

    a->next = a->end = NULL;
    if (a->first && a->first_bytes > pad) {
        a->next = a->first + pad;
        a->end = a->next + ((a->first_bytes - pad) & ~(ARENA_ALIGN - 1));
    }
}

void arena_init(struct arena *a, size_t max_bytes, void *first, size_t first_bytes)
{
    *a = (struct arena){.first = first, .first_bytes = first ? first_bytes : 0, .max_bytes = max_bytes};
    arena_use_first(a);
}

/* Runs the callbacks and frees the blocks that are newer than these; NULL: all. */
static void give_back(struct arena *a, const struct arena_release *releases, const struct arena_block *blocks)
{
    while (a->releases != releases) {
        struct arena_release *r = a->releases;
        a->releases = r->next;
        r->release(r->object);
    }
    while (a->blocks != blocks) {
        struct arena_block *block = a->blocks;
        a->blocks = block->next;
        free(block);
    }
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){a->blocks, a->releases, a->next, a->end, a->used_bytes};
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
    give_back(a, mark.releases, mark.blocks);
    a->next = mark.next;
    a->end = mark.end;
    a->used_bytes = mark.used_bytes;
    ARENA_POISON(a->next, (size_t)(a->end - a->next));
}

void arena_reset(struct arena *a)
{
    give_back(a, NULL, NULL);
    a->used_bytes = 0;
    a->failed = false;
    arena_use_first(a);
    ARENA_POISON(a->next, (size_t)(a->end - a->next));
}

void arena_deinit(struct arena *a)
{
    arena_reset(a);
    /* The room is the caller's again. */
    ARENA_UNPOISON(a->first, a->first_bytes);
}

struct arena *arena_new(size_t max_bytes)
{
    struct arena *a = malloc(sizeof *a);

    if (a)
        arena_init(a, max_bytes, NULL, 0);
    return a;
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    arena_deinit(a);
    free(a);
}

static void *arena_fail(struct arena *a)
{
    a->failed = true;
    return NULL;
}

/* A zeroed allocation of bytes from an own block or from a fresh current one. */
static void *arena_alloc_block(struct arena *a, size_t bytes, size_t rounded)
{
    size_t whole, left = a->max_bytes - a->used_bytes;

    if (__builtin_add_overflow(rounded, sizeof(struct arena_block), &whole) || whole > left)
        return arena_fail(a);

    bool own = whole > ARENA_BLOCK_MAX;
    size_t size = whole;
    if (!own) {
        /* The sum of 4, 8, 16… KiB is the next power of two less 4 KiB, so the blocks double. */
        size_t usual = a->used_bytes < ARENA_BLOCK_MAX ? a->used_bytes + ARENA_BLOCK_MIN : ARENA_BLOCK_MAX;
        usual = usual > ARENA_BLOCK_MAX ? ARENA_BLOCK_MAX : usual;
        usual = usual > left ? left & ~(ARENA_ALIGN - 1) : usual;
        size = usual > whole ? usual : whole;
    }

    /* What calloc has from the system is zero already, and pages that nobody writes to cost nothing. */
    struct arena_block *block = own ? calloc(1, size) : malloc(size);
    if (!block)
        return arena_fail(a);
    block->next = a->blocks;
    block->bytes = size;
    a->blocks = block;
    a->used_bytes += size;

    char *p = (char *)block + sizeof *block;
    if (own)
        return p;
    a->next = p + rounded;
    a->end = (char *)block + size;
    ARENA_POISON(p + bytes, (size_t)(a->end - p) - bytes);
    return memset(p, 0, bytes);
}

void *arena_alloc(struct arena *a, size_t bytes)
{
    size_t rounded;

    bytes = bytes ? bytes : 1;
    if (__builtin_add_overflow(bytes, ARENA_ALIGN - 1, &rounded))
        return arena_fail(a);
    rounded &= ~(ARENA_ALIGN - 1);
    if (rounded > (size_t)(a->end - a->next))
        return arena_alloc_block(a, bytes, rounded);

    void *p = a->next;
    a->next += rounded;
    ARENA_UNPOISON(p, bytes);
    return memset(p, 0, bytes);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes))
        return arena_fail(a);
    return arena_alloc(a, bytes);
}

struct str arena_str(struct arena *a, struct str s)
{
    return arena_join(a, &s, 1);
}

struct str arena_join(struct arena *a, const struct str *parts, size_t count)
{
    size_t bytes = 1;

    for (size_t i = 0; i < count; i++) {
        if (__builtin_add_overflow(bytes, parts[i].n, &bytes)) {
            arena_fail(a);
            return (struct str){0};
        }
    }
    char *p = arena_alloc(a, bytes);
    if (!p)
        return (struct str){0};

    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].n)
            memcpy(p + n, parts[i].p, parts[i].n);
        n += parts[i].n;
    }
    return (struct str){p, n};
}

struct str arena_printf(struct arena *a, const char *format, ...)
{
    char small[256];
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(small, sizeof small, format, args);
    char *p = NULL;
    if (n >= 0) {
        size_t bytes = (size_t)n + 1;
        p = arena_alloc(a, bytes);
        if (p && bytes <= sizeof small)
            memcpy(p, small, bytes);
        else if (p)
            vsnprintf(p, bytes, format, again);
    } else {
        arena_fail(a);
    }
    va_end(again);
    va_end(args);
    return p ? (struct str){p, (size_t)n} : (struct str){0};
}

/* True when old was the latest allocation and there was room behind it. */
static bool arena_extend(struct arena *a, char *old, size_t old_bytes, size_t new_bytes)
{
    size_t old_rounded = ((old_bytes ? old_bytes : 1) + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);

    if (!a->next || (uintptr_t)old + old_rounded != (uintptr_t)a->next)
        return false;
    if (new_bytes > (size_t)(a->end - old))
        return false;

    /* The end of the room is aligned, so that the rounded size fits when the exact one does. */
    a->next = old + ((new_bytes + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1));
    ARENA_UNPOISON(old, new_bytes);
    memset(old + old_bytes, 0, new_bytes - old_bytes);
    return true;
}

void *arena_grow(struct arena *a, void *old, size_t old_bytes, size_t new_bytes)
{
    if (!old)
        return arena_alloc(a, new_bytes);
    if (new_bytes <= old_bytes || arena_extend(a, old, old_bytes, new_bytes))
        return old;

    void *p = arena_alloc(a, new_bytes);
    if (p)
        memcpy(p, old, old_bytes);
    return p;
}

int arena_on_reset(struct arena *a, arena_release_fn release, void *object)
{
    struct arena_release *r = ARENA_NEW(a, struct arena_release);

    if (!r) {
        release(object);
        return -1;
    }
    *r = (struct arena_release){a->releases, release, object};
    a->releases = r;
    return 0;
}
