/* Writing a plan: batches, the statements of one batch, verdicts, values that come back. */
#ifndef UOWI_WORK_WRITE_H
#define UOWI_WORK_WRITE_H

#include "track/plan.h"
#include "work/link.h"
#include "work/run.h"

typedef struct uowi_strategy uowi_strategy;
typedef struct uowi_callwalk uowi_callwalk;

/* What is known of a change while it is written. */
#define UOWI_MARK_ALONE 0x01u   /* to be written by a statement of its own */
#define UOWI_MARK_SEEN 0x02u    /* the statement met its row */
#define UOWI_MARK_SUSPECT 0x04u /* one of a batch that met fewer rows than it has */
#define UOWI_MARK_STALE 0x08u   /* its row was not met */
#define UOWI_MARK_GONE 0x10u    /* its row is not there any more */

/* Changes [first, first + count) of the plan: same entity, write and columns. */
typedef struct uowi_batch {
    const uowi_strategy *strategy;
    size_t first, count;
    bool full; /* as many as the way takes at most: the text will come again */
} uowi_batch;

/* One parameter of a row: the column's value before (key and version of the row to meet) or after the change. */
typedef struct uowi_field {
    uint16_t column;
    bool original;
    bool plain; /* a number that is never NULL and goes as it is: what most columns are */
} uowi_field;

/* A row that is looked at again: see recheck.h. */
typedef struct uowi_recheck {
    int at;
    size_t change;        /* of the plan */
    uowi_columns columns; /* key and tokens */
} uowi_recheck;

typedef struct uowi_writer {
    int at;
    int back_at;   /* within reading back */
    int before_at; /* within looking at a row before it is written */
    uowi_recheck recheck;
    uowi_session *s;
    uowi_plan *plan;
    uint8_t *marks;           /* of each change */
    uowi_links links;         /* foreign keys to rows inserted in the same save */
    uowi_batch batch;
    uowi_change *change;      /* the batch's first */
    bool written;             /* a statement took effect; what comes back may still fail */
    const uowi_change *shape; /* the change and the batch the text was made for */
    uowi_batch shape_batch;
    uowi_columns back;        /* columns that come back */
    uowi_columns returned;    /* columns the statement returns: back, and the key to know the rows by */
    int answer;               /* uowi_answer */
    size_t field_count;       /* of fields, below */
    size_t where_count;       /* the first fields say which row is meant */
    uowi_run run;
    uowi_callwalk *walk;      /* a procedure being called to write a row */
    uowi_arena calls;         /* of that call */
    char *answer_row;         /* what came back from it */
    int64_t met;              /* rows it says it met; -1: it does not */
    uowi_buf text;
    uowi_buf literal;         /* an array literal being made */
    uowi_param *params;       /* room for the largest statement */
    size_t param_capacity;
    size_t param_count;
    uowi_stmt *into;          /* the statement parameters are bound to as they are made; or NULL: they are kept in params */
    char *converted;          /* room for converted values */
    size_t converted_capacity;
    size_t converted_used;
    size_t culprit;           /* the change that failed, when that is known */
    size_t got;               /* rows that came back */
    size_t fetched;
    bool unproven;            /* rows came back and cannot be matched: write these changes alone */
    int64_t identity;
    int64_t last_key;
    const uowi_entity *expects; /* whose table the planner was asked about last */
    bool expects_few;         /* it expects next to nothing in it */
    const char *const *types; /* of the entity's columns, as the database names them; see coltypes.h */
    uowi_field fields[2 * UOWI_MAX_COLUMNS]; /* last and never cleared: two kilobytes, of which a save uses a few bytes */
} uowi_writer;

#define UOWI_NO_CULPRIT ((size_t)-1)

/* Everything the writing of plan needs is allocated here, in the session's scratch. */
uow_status uowi_writer_open(uowi_writer *writer, uowi_session *s, uowi_plan *plan);
void uowi_writer_close(uowi_writer *writer);
/* Cuts the batch that begins at this change and chooses its strategy. */
uow_status uowi_writer_next(uowi_writer *writer, size_t first);
/* [resumable] Writes the batch. A row that is not met is no error here, but a mark. */
uow_status uowi_writer_step(uowi_writer *writer);

/* Marks. */
static inline void uowi_writer_mark(uowi_writer *writer, size_t change, unsigned mark)
{
    writer->marks[change] = (uint8_t)(writer->marks[change] | mark);
}

static inline void uowi_writer_unmark(uowi_writer *writer, size_t change, unsigned mark)
{
    writer->marks[change] = (uint8_t)(writer->marks[change] & ~mark);
}

/* For the strategies. */

/* Binds the returned columns to a rowset of so many rows, once per statement. */
uow_status uowi_writer_bind_back(uowi_writer *writer, const uowi_columns *columns, size_t rows);
/* Takes what came back into a change's image. */
uow_status uowi_writer_take_back(uowi_writer *writer, uowi_change *change, const void *row);

#endif
