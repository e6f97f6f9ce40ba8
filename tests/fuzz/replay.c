/* Runs a fuzz target over the files of its corpus, and over every prefix of the small ones: replay FOLDER */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define FILE_MAX (1u << 20)
#define PREFIXES_UP_TO 2000

static void replay(const char *path, uint8_t *bytes)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        exit(1);
    size_t size = fread(bytes, 1, FILE_MAX, file);
    fclose(file);
    LLVMFuzzerTestOneInput(bytes, size);
    for (size_t n = 0; n < size && size <= PREFIXES_UP_TO; n++)
        LLVMFuzzerTestOneInput(bytes, n);
}

int main(int argc, char **argv)
{
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    uint8_t *bytes = malloc(FILE_MAX);
    unsigned count = 0;
    if (!folder || !bytes)
        return 2;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        if (entry->d_name[0] == '.')
            continue;
        replay(path, bytes);
        count++;
    }
    closedir(folder);
    free(bytes);
    printf("%u files\n", count);
    return count == 0;
}
