#include "migrate.h"

/* Made from the files of migrations/ by the build. */
#include "migrations_embedded.inc"
