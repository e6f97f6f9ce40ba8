/* libpq, loaded when a database is used for the first time: it brings OpenSSL, Kerberos and LDAP, which a process with the
 * embedded store does without. Private to postgres/. */
#pragma once

#include "error.h"

#include <libpq-fe.h>

struct pg_library {
#define FUNCTION(name) __typeof__(&name) name;
#include "postgres/library.def"
#undef FUNCTION
};

/* Its functions, under their names; set by pg_library_load. */
extern struct pg_library pq;

/* Loads it once in the life of the process: 0, -1 with STORE. Any thread. */
int pg_library_load(struct error *err);
