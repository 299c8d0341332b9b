/* uow probe --try: what a driver really does, found out in a scratch table. What its parts share. */
#ifndef UOW_TOOLS_PROBE_TRY_H
#define UOW_TOOLS_PROBE_TRY_H

#include <stdbool.h>
#include <stdio.h>

#include "uow.h"

/* A child's connection and its table. */
typedef struct try_place {
    const char *connection;
    const char *table;
    uow_env *env;
    uow_context *context;
    char profiled[1200], profile[64]; /* of try_with: the connection, and the file */
} try_place;

/*
 * One thing to find out, in a process of its own: writes its finding as the first line, and lines of the profile after
 * it, each begun by '='. 0: it went well; the place is open.
 */
typedef struct try_case {
    const char *name;
    int (*run)(FILE *out, try_place *place);
    const char *careful; /* the line of the profile where it failed or crashed; or NULL */
} try_case;

extern const try_case try_types[], try_saves[], try_arrays[], try_async[], try_statements[]; /* each ends with name NULL */

/* A statement that takes a second or so and more, where the database has recursion; it gives one row. */
#define TRY_LONG(rows) \
    "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < " rows ") SELECT COUNT(*) FROM c"

/* A profile for one trial, which the parent removes: the trial may crash. */
#define TRY_PROFILE "/tmp/%s.profile"

/* --- probe_try.c shares */

/*
 * The place, connected with a profile of one line: what a driver that is not known does then. False: it cannot be. End it
 * either way.
 */
bool try_with(const try_place *place, const char *line, try_place *out);
void try_with_end(try_place *place);

/* --- probe_try_types.c shares with the others */

/* Runs a statement, '$' being the table. */
uow_status try_run(try_place *place, const char *sql, const uow_arg *args, size_t count);
/* A fresh table: id, and v of the first of the types (with '|' between) that the database takes. False: of none. */
int try_table(try_place *place, const char *types);

#endif
