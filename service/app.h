/* Wiring: who gets which store, cache, metrics. The commands of the program. */
#pragma once

#include "config.h"

/* Serves until SIGTERM or SIGINT. Returns the exit status. */
int app_serve(int argc, char **argv);
/* avouch migrate status|up */
int app_migrate(int argc, char **argv);
