#include "postgres/library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#define NAME "libpq.so.5"

struct pg_library pq;

static char fault[256]; /* why it could not be loaded; written once, before anybody reads it */

static void find(void *library, const char *name, void *ret_function)
{
    void *function = dlsym(library, name);
    if (!function)
        snprintf(fault, sizeof fault, "%s has no %s", NAME, name);
    memcpy(ret_function, &function, sizeof function); /* a pointer to a function is no pointer to an object in C */
}

static void load(void)
{
    void *library = dlopen(NAME, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *reason = dlerror();
        snprintf(fault, sizeof fault, "%s", reason ? reason : NAME);
        return;
    }
#define FUNCTION(name) find(library, #name, &pq.name);
#include "postgres/library.def"
#undef FUNCTION
}

int pg_library_load(struct error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    if (!fault[0])
        return 0;
    return error_raise(err, STORE,
                       ARENA_JOIN(err->arena, STR("the client library of PostgreSQL cannot be used: "), str_of(fault)));
}
