/* What the programs about distributed units share: the three databases, a table in each, questions about them. */
#ifndef DISTRIBUTED_COMMON_H
#define DISTRIBUTED_COMMON_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "threads/tap.h"
#include "uow.h"

#define DATABASES 3

/* In the order of branches: SQLite, PostgreSQL, MariaDB. */
extern const char *const dsns[DATABASES];
/* Everything that recovery has to look at. */
extern const uow_recovery_options everything;

/* Ends the program when the servers are not there: exit status 77. */
void common_begin(void);
uow_env *env_make(uow_trace_fn trace, void *user);
/* Connects, or ends the program. */
uow_context *connected(uow_env *env, const char *connection);
/* Runs a statement, or says why not. */
bool ran(uow_context *context, const char *sql);
/* The one number a query gives; -1: none. */
int64_t asked(uow_context *context, const char *sql);
/*
 * The table of decisions, and an accounts table of 10 rows with 100 each, in each database; what earlier programs have left in
 * doubt is ended.
 */
void tables_make(uow_context *const contexts[DATABASES]);
/* account's balance changes by amount. */
uow_status moved(uow_context *context, int account, int amount);
int64_t balance(uow_context *context, int account);
/* A number below the limit; the same numbers after the same seed. */
void chance_seed(uint64_t seed);
unsigned chance(unsigned below);
uint64_t now_ms(void);
void pause_ms(unsigned ms);
/* The number in the environment's variable, or otherwise. */
unsigned number_of(const char *name, unsigned otherwise);
/* How many branches are prepared on the server of the context that have this in their id. */
int64_t prepared(uow_context *context, const char *part);

#endif
