/* Transactions and savepoints of a session. */
#ifndef UOWI_WORK_TXN_H
#define UOWI_WORK_TXN_H

#include "uow/unit.h"
#include "work/session.h"

/* options NULL or complete. Nested: a savepoint. */
uow_status uowi_txn_begin(uowi_session *s, const uow_unit_options *options);
uow_status uowi_txn_commit(uowi_session *s);
/* Never overwrites an error already in the record. */
uow_status uowi_txn_rollback(uowi_session *s);

/* Runs a statement of the library's own that gives no rows. */
uow_status uowi_txn_statement(uowi_session *s, const char *sql);

#endif
