/* Preloaded into a server: makes writing to its files fail or wait, as the file named by AVOUCH_TEST_FAULTS says.
 * "fail N": writes, syncs and truncations of regular files fail with errno N. "block": syncs wait until the file says
 * something else. Anything else, or no file: nothing happens. */
/* Both names of a call are needed, not one for the other. */
#undef _FILE_OFFSET_BITS

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum mode { MODE_PASS, MODE_FAIL, MODE_BLOCK };

static enum mode mode_now(int *ret_error)
{
    const char *path = getenv("AVOUCH_TEST_FAULTS");
    char text[32] = "";
    FILE *file = path ? fopen(path, "re") : NULL;
    if (!file)
        return MODE_PASS;
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    if (n > 5 && text[0] == 'f') {
        *ret_error = (int)strtol(text + 5, NULL, 10);
        return MODE_FAIL;
    }
    return text[0] == 'b' ? MODE_BLOCK : MODE_PASS;
}

static int is_regular(int fd)
{
    struct stat found;
    return fstat(fd, &found) == 0 && S_ISREG(found.st_mode);
}

/* Whether the call is to fail; waits first where it is to wait. */
static int is_refused(int fd, int may_block)
{
    int error = 0;
    if (!is_regular(fd))
        return 0;
    enum mode mode = mode_now(&error);
    while (may_block && mode == MODE_BLOCK) {
        usleep(2000);
        mode = mode_now(&error);
    }
    if (mode == MODE_FAIL)
        errno = error;
    return mode == MODE_FAIL;
}

#define NEXT(type, name) ((type)dlsym(RTLD_NEXT, (name)))

typedef ssize_t (*pwrite_fn)(int, const void *, size_t, off_t);
typedef ssize_t (*write_fn)(int, const void *, size_t);
typedef int (*sync_fn)(int);
typedef int (*truncate_fn)(int, off_t);

__attribute__((visibility("default"))) ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    return is_refused(fd, 0) ? -1 : NEXT(pwrite_fn, "pwrite")(fd, bytes, n, at);
}

__attribute__((visibility("default"))) ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
    return is_refused(fd, 0) ? -1 : NEXT(pwrite_fn, "pwrite64")(fd, bytes, n, at);
}

__attribute__((visibility("default"))) ssize_t write(int fd, const void *bytes, size_t n)
{
    return is_refused(fd, 0) ? -1 : NEXT(write_fn, "write")(fd, bytes, n);
}

__attribute__((visibility("default"))) int fdatasync(int fd)
{
    return is_refused(fd, 1) ? -1 : NEXT(sync_fn, "fdatasync")(fd);
}

__attribute__((visibility("default"))) int fsync(int fd)
{
    return is_refused(fd, 1) ? -1 : NEXT(sync_fn, "fsync")(fd);
}

__attribute__((visibility("default"))) int ftruncate(int fd, off_t size)
{
    return is_refused(fd, 0) ? -1 : NEXT(truncate_fn, "ftruncate")(fd, size);
}

__attribute__((visibility("default"))) int ftruncate64(int fd, off64_t size)
{
    return is_refused(fd, 0) ? -1 : NEXT(truncate_fn, "ftruncate64")(fd, size);
}
