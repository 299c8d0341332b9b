/* uow probe: what a driver is like, as libuow sees it. What its parts share. */
#ifndef UOW_TOOLS_PROBE_H
#define UOW_TOOLS_PROBE_H

#include "cli.h"
#include "odbc/caps.h"
#include "odbc/dialect.h"
#include "odbc/profile.h"
#include "pool.h"

extern const cli_command probe_command;

typedef struct probe_fact {
    const char *group, *name, *value;
    const char *meaning; /* for the program; or NULL */
} probe_fact;

typedef struct probe {
    pool memory;
    const char *dsn;
    const uowi_caps *caps;
    const uowi_dialect *dialect;
    uowi_profile profile;
    const char *threading; /* of odbcinst.ini; NULL: not said */
    probe_fact *facts;
    size_t fact_count;
    const char *asked; /* what stands at the head of a profile; NULL: it could not be asked */
} probe;

/* --- probe_ask.c */

/*
 * Asks the driver in a process of its own, for the facts. CLI_OK; CLI_FAILED: there is no connection, and that has been
 * said; CLI_DRIVER: it crashed or did not answer, which is the one fact then, and has been said too.
 */
int probe_ask(probe *it, const cli_command *self);

/* --- probe_facts.c */

/* Puts what is known into words. */
void probe_facts(probe *it);
/* --- probe_quirks.c */

void probe_quirks(probe *it);
/* Adds one; value may be given by a format. */
void probe_add(probe *it, const char *group, const char *name, const char *value, const char *meaning);

/* --- probe_try.c */

/* Finds out in a scratch table what the driver really does, and writes a profile. False: the file cannot be written. */
bool probe_try(probe *it, const char *path);

/* --- probe.c */

void probe_print(FILE *out, const probe *it);
void probe_json(FILE *out, const probe *it);

#endif
