/* What is to go wrong in a run, by its seed; and which of everything that can go wrong did, in the runs so far. */
#ifndef DISTRIBUTED_MATRIX_H
#define DISTRIBUTED_MATRIX_H

#include "distributed/common.h"

typedef enum step { STEP_BEGIN, STEP_PREPARE, STEP_DECIDE, STEP_SETTLE, STEP_COMMIT, STEP_ROLLBACK, STEP_FORGET, STEPS } step;

/* As the trace names them. */
extern const char *const step_names[STEPS];

typedef enum fault {
    FAULT_NONE,
    FAULT_PROCESS,
    FAULT_SERVER, /* killed, and there again before the program goes on */
    FAULT_AWAY,   /* there again a while later */
    FAULT_BOTH,   /* server and process */
    FAULT_LINK
} fault;

#define NOBODY DATABASES

/* Which databases take part (bits), and where the decision is. */
typedef struct topology {
    unsigned databases;
    unsigned holder; /* the database with the decision; NOBODY: a log in SQLite */
    const char *name;
} topology;

typedef struct schedule {
    unsigned seed;
    const topology *over;
    fault what;
    step at;
    bool after;      /* the step; of a link: after the call took effect */
    unsigned target; /* the database whose step it is; NOBODY: whose ever */
    unsigned server; /* which one is killed */
    unsigned skip;   /* of a link: so many statements of the step go well */
    bool loses_decision; /* the answer to the decision is lost before that, which makes settle, and rollback of what is prepared */
    bool rolls_back;     /* the program does */
} schedule;

schedule schedule_of(unsigned seed);
/* A line: the schedule, and what became of it. */
void schedule_print(const schedule *s, const char *end);

/* A run has met its fault where it was to be met. */
void matrix_hit(const schedule *s, bool after, step at);
/* Takes up what earlier runs have hit; a file that is not there has nothing. */
void matrix_read(const char *file);
void matrix_write(const char *file);
/* Prints how many runs hit each cell. Returns how many cells none has. */
unsigned matrix_print(void);

#endif
