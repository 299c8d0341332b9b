/*
 * The test driver with threads, each on a connection of its own and with keys of its own; and
 * a cancel from another thread. Also run under ThreadSanitizer, so without a framework.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <sql.h>
#include <sqlext.h>

#include "../../odbc/testdrv/uowtest.h"

#define THREADS    6
#define ROUNDS     60
#define TEXT(text) ((SQLCHAR *)(uintptr_t)(text))

typedef struct worker {
    pthread_t thread;
    int number;
    SQLHENV env;
    SQLHDBC dbc;
    SQLHSTMT stmt;
    int wrong;
} worker;

static int fine(SQLRETURN rc)
{
    return SQL_SUCCEEDED(rc);
}

static void expect(worker *w, int truth, const char *what)
{
    if (truth)
        return;
    w->wrong++;
    fprintf(stderr, "thread %d: %s\n", w->number, what);
}

/* Connection n fails every SQLExecDirect from the n-th on, so that no two fail alike. */
static int worker_open(worker *w)
{
    char text[256];
    snprintf(text, sizeof text,
             "DSN=uow_test_sqlite;TestAsync=statement;TestAsyncPolls=3;"
             "TestFail=SQLExecDirect:%d+:40001",
             w->number + 1);
    return fine(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &w->env)) &&
           fine(SQLSetEnvAttr(w->env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0)) &&
           fine(SQLAllocHandle(SQL_HANDLE_DBC, w->env, &w->dbc)) &&
           fine(SQLDriverConnect(w->dbc, NULL, TEXT(text), SQL_NTS, NULL, 0, NULL,
                                 SQL_DRIVER_NOPROMPT)) &&
           fine(SQLAllocHandle(SQL_HANDLE_STMT, w->dbc, &w->stmt));
}

static void worker_close(worker *w)
{
    SQLFreeHandle(SQL_HANDLE_STMT, w->stmt);
    SQLDisconnect(w->dbc);
    SQLFreeHandle(SQL_HANDLE_DBC, w->dbc);
    SQLFreeHandle(SQL_HANDLE_ENV, w->env);
}

static void *worker_run(void *arg)
{
    worker *w = arg;
    SQLUINTEGER calls = 0;
    if (!worker_open(w)) {
        expect(w, 0, "cannot connect");
        return NULL;
    }
    for (int round = 1; round <= ROUNDS; round++) {
        SQLRETURN rc = SQLExecDirect(w->stmt, TEXT("SELECT 1"), SQL_NTS);
        expect(w, fine(rc) == (round <= w->number), "the wrong call failed");
        SQLFreeStmt(w->stmt, SQL_CLOSE);
    }
    SQLGetConnectAttr(w->dbc, UOWTEST_ATTR_CALLS + SQL_API_SQLEXECDIRECT, &calls, SQL_IS_UINTEGER,
                      NULL);
    expect(w, calls == ROUNDS, "calls of another connection were counted");
    worker_close(w);
    return NULL;
}

static void *cancel_run(void *arg)
{
    worker *w = arg;
    SQLCancel(w->stmt);
    return NULL;
}

/* Polled while the cancel comes; whether it comes in time is left open. */
static void cancelled(worker *w)
{
    SQLRETURN rc;
    SQLCHAR state[6] = "";
    if (!worker_open(w)) {
        expect(w, 0, "cannot connect");
        return;
    }
    SQLSetStmtAttr(w->stmt, SQL_ATTR_ASYNC_ENABLE, (SQLPOINTER)SQL_ASYNC_ENABLE_ON, 0);
    rc = SQLPrepare(w->stmt, TEXT("SELECT 1"), SQL_NTS);
    expect(w, rc == SQL_STILL_EXECUTING, "not polled");
    pthread_create(&w->thread, NULL, cancel_run, w);
    while (SQLPrepare(w->stmt, TEXT("SELECT 1"), SQL_NTS) == SQL_STILL_EXECUTING)
        ;
    pthread_join(w->thread, NULL);
    (void)SQLGetDiagRec(SQL_HANDLE_STMT, w->stmt, 1, state, NULL, NULL, 0, NULL);
    worker_close(w);
}

int main(void)
{
    static worker workers[THREADS + 1];
    int wrong = 0;

    if (getenv("ODBCINI") == NULL) {
        printf("needs tests/run/servers\n");
        return 77;
    }
    for (int i = 0; i < THREADS; i++) {
        workers[i].number = i;
        pthread_create(&workers[i].thread, NULL, worker_run, &workers[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        wrong += workers[i].wrong;
    }
    workers[THREADS].number = THREADS;
    cancelled(&workers[THREADS]);
    return wrong + workers[THREADS].wrong > 0;
}
