/* A disk that takes longer to acknowledge: LD_PRELOAD=libfsync_delay.so FSYNC_DELAY_US=1000 adds that time to each fsync and
 * fdatasync of a program, here of the PostgreSQL server. sync_file_range, which only starts writing, is left alone. */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#define EXPORTED __attribute__((visibility("default")))

typedef int (*sync_fn)(int file);

EXPORTED int fsync(int file);
EXPORTED int fdatasync(int file);

/* Processes that are forked inherit what is found here; looking twice finds the same. */
static int delayed(const char *name, int file, sync_fn *known)
{
    if (!*known)
        *(void **)known = dlsym(RTLD_NEXT, name);
    int outcome = (*known)(file);
    int error = errno;
    const char *delay = getenv("FSYNC_DELAY_US");
    long us = delay ? strtol(delay, NULL, 10) : 0;
    struct timespec left = {us / 1000000, us % 1000000 * 1000};
    while (us > 0 && nanosleep(&left, &left) != 0 && errno == EINTR) {}
    errno = error;
    return outcome;
}

int fsync(int file)
{
    static sync_fn known;
    return delayed("fsync", file, &known);
}

int fdatasync(int file)
{
    static sync_fn known;
    return delayed("fdatasync", file, &known);
}
