#include "app.h"
#include "commands.h"

#include <stdio.h>
#include <string.h>

static int version(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    printf("avouch %s\n", AVOUCH_VERSION);
    return 0;
}

/* The commands; the first one is run when none is named. */
static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *text;
} commands[] = {
    {"serve", app_serve, "serve the registry (the default)"},
    {"migrate", app_migrate, "status: show, up: apply the migrations of the database"},
    {"copy", command_copy, "copy a whole store into another one, embedded or PostgreSQL, and check it"},
    {"healthcheck", command_healthcheck, "ask a server whether it is ready"},
    {"version", version, "print the version"},
};
#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

int main(int argc, char **argv)
{
    if (argc < 2 || argv[1][0] == '-')
        return commands[0].run(argc - 1, argv + 1);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 2, argv + 2);
    }
    fprintf(stderr, "avouch: there is no command '%s'; there are:\n", argv[1]);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(stderr, "  %-12s %s\n", commands[i].name, commands[i].text);
    return 2;
}
