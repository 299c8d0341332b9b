/*
 * Ids of branches: "uow1.COORDINATOR.UNIT.LOG" and a number. Nothing else that is prepared on a server is ours.
 * doc/distributed.md says what the parts are for.
 */
#ifndef UOWI_WORK_BRANCH_ID_H
#define UOWI_WORK_BRANCH_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "odbc/dialect.h"

#define UOWI_COORDINATOR_SIZE 17 /* with its NUL, as those below */
#define UOWI_UNIT_SIZE 25
#define UOWI_LOG_SIZE 17
#define UOWI_UNIT_KEY_SIZE (UOWI_COORDINATOR_SIZE + UOWI_UNIT_SIZE)
#define UOWI_BRANCH_TEXT_SIZE 112 /* as a literal */
#define UOWI_BRANCH_FORMAT 1970239281 /* formatID of XA: "uow1" */
#define UOWI_MAX_BRANCHES 16

typedef struct uowi_branch_id {
    char coordinator[UOWI_COORDINATOR_SIZE];
    char unit[UOWI_UNIT_SIZE];
    char log[UOWI_LOG_SIZE];
    uint32_t number; /* from 1 */
} uowi_branch_id;

/* 1 to 16 letters, digits and "-". */
bool uowi_coordinator_valid(const char *name);
/* 24 hexadecimal digits in lower case. */
bool uowi_unit_valid(const char *unit);
/* Now, and chance: 12 digits each. */
void uowi_unit_make(char unit[UOWI_UNIT_SIZE]);
/* 16 digits of chance. */
void uowi_log_make(char log[UOWI_LOG_SIZE]);
/* Seconds since 1970. */
int64_t uowi_unit_seconds(const char *unit);
int64_t uowi_seconds_now(void);

/* "coordinator.unit": the key of its decision. */
void uowi_branch_key(const uowi_branch_id *id, char out[UOWI_UNIT_KEY_SIZE]);
/* As the statements of the style want it, with quotes. */
void uowi_branch_literal(const uowi_branch_style *style, const uowi_branch_id *id, char out[UOWI_BRANCH_TEXT_SIZE]);
/* What a server lists as prepared; false: it is none of ours. */
bool uowi_branch_parse(const uowi_branch_style *style, const char *text, uowi_branch_id *out);

#endif
