/* Transactions and savepoints of a session. */
#ifndef UOWI_WORK_TXN_H
#define UOWI_WORK_TXN_H

#include "uow/unit.h"
#include "work/run.h"

/* A begin, commit or rollback on its way. */
typedef struct uowi_txn {
    int at, open_at, mark_at, end_at, abandon_at, restore_at, say_at, undo_at; /* where each of its steps is */
    uowi_session *s;
    uow_unit_options options;
    bool given;      /* options were */
    bool commit;
    bool over;       /* the transaction has ended, however */
    bool whole;      /* an operation's own: a savepoint that cannot be released is rolled back, not left to the program */
    uint32_t depth;  /* of the unit that ends */
    uowi_run run;
    char sql[UOWI_BRANCH_TEXT_SIZE + 24];
    bool blamed; /* the error record was set before the branch was given up */
    const char *text; /* of a single statement */
    uint64_t started_ns;
    uow_status ended;  /* how SQLEndTran went */
    uow_status broken; /* a procedure has ended the unit */
    uow_status failed; /* why a begin is taken back */
} uowi_txn;

/* options NULL or complete. Nested: a savepoint. */
void uowi_txn_init(uowi_txn *txn, uowi_session *s, const uow_unit_options *options);
/* [resumable] One of them for each init. */
uow_status uowi_txn_begin_step(uowi_txn *txn);
uow_status uowi_txn_commit_step(uowi_txn *txn);
/* Never overwrites an error already in the record. */
uow_status uowi_txn_rollback_step(uowi_txn *txn);

/* UOW_MISUSE when part of the open unit could not be undone: it must not be committed, or go on. */
uow_status uowi_txn_unspoiled(uowi_session *s);

/* The same, to the end. */
uow_status uowi_txn_begin(uowi_session *s, const uow_unit_options *options);
uow_status uowi_txn_commit(uowi_session *s);
uow_status uowi_txn_commit_whole(uowi_session *s);
uow_status uowi_txn_rollback(uowi_session *s);

/* Runs a statement of the library's own that gives no rows. */
uow_status uowi_txn_statement(uowi_session *s, const char *sql);

#endif
