/*
 * What goes on inside of distributed units and around their calls: polled twins, the guard, saves, procedures, raw work, and
 * recovery that is polled. Slow connections are made by the test driver.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "distributed/common.h"

#include <pthread.h>

#include <sql.h>
#include <sqlext.h>

struct account {
    int32_t id, balance;
};

static const uow_column account_columns[] = {
    UOW_COLUMN(struct account, id, "id", UOW_INT32, UOW_KEY),
    UOW_COLUMN(struct account, balance, "balance", UOW_INT32, 0),
};
static const uow_entity account = UOW_ENTITY(struct account, "dist_accounts", account_columns);

static uow_env *env;
static uow_model *model;
static uow_context *all[DATABASES];

/* The usual three, with keys of the test driver for one of them; driver NULL: without it. */
static void opened(int special, const char *keys)
{
    char connection[200];

    for (int i = 0; i < DATABASES; i++) {
        if (i == special)
            snprintf(connection, sizeof connection, "DSN=uow_test_%s;%s", dsns[i] + 4, keys);
        else
            snprintf(connection, sizeof connection, "DSN=%s", dsns[i]);
        if (uow_open(env, connection, model, NULL, &all[i]) != UOW_OK) {
            printf("# %s: %s\n", connection, all[i] ? uow_context_message(all[i]) : "no context");
            exit(1);
        }
    }
}

static void closed(void)
{
    for (int i = 0; i < DATABASES; i++)
        (void)uow_close(all[i]);
}

static bool moved_all(int number, int amount)
{
    bool good = true;

    for (int i = 0; i < DATABASES; i++)
        good = good && moved(all[i], number, amount) == UOW_OK;
    return good;
}

static bool balances(int number, int64_t expected)
{
    bool same = true;

    for (int i = 0; i < DATABASES; i++) {
        int64_t now = balance(all[i], number);

        same = same && now == expected;
        if (now != expected)
            printf("# %s has %lld\n", dsns[i], (long long)now);
    }
    return same;
}

static bool polled(uow_op *op, uow_status expected, const uow_distributed *unit)
{
    uow_status st;

    while (uow_op_poll(op) == UOW_PENDING)
        pause_ms(1);
    st = uow_op_finish(op);
    if (st != expected)
        printf("# %s where %s was expected: %s\n", uow_status_name(st), uow_status_name(expected),
               unit ? uow_distributed_message(unit) : "");
    return st == expected;
}

static uow_distributed *begun(void)
{
    uow_distributed *unit = NULL;

    if (uow_distributed_begin(all, DATABASES, NULL, &unit) != UOW_OK)
        printf("# begin: %s\n", uow_distributed_message(unit));
    return unit;
}

static bool states(const uow_distributed *unit, uow_branch_state state)
{
    uow_branch_info info = UOW_BRANCH_INFO_INIT;
    bool good = true;

    for (size_t i = 0; i < DATABASES; i++)
        good = good && uow_distributed_branch(unit, i, &info) == UOW_OK && info.state == state;
    return good;
}

/* --- polled twins */

static void a_unit_is_begun_and_ended_by_polled_calls(int special, const char *keys, const char *what)
{
    uow_distributed *unit = NULL;
    uow_op *op = NULL;
    bool good;

    opened(special, keys);
    good = uow_distributed_begin_start(all, DATABASES, NULL, &unit, &op) == UOW_OK && unit == NULL && polled(op, UOW_OK, NULL);
    good = good && unit && moved_all(1, 5) && uow_distributed_commit_start(unit, &op) == UOW_OK && polled(op, UOW_OK, unit);
    good = good && states(unit, UOW_BRANCH_COMMITTED);
    uow_distributed_free(unit);
    unit = NULL;
    good = good && uow_distributed_begin_start(all, DATABASES, NULL, &unit, &op) == UOW_OK && polled(op, UOW_OK, NULL);
    good = good && moved_all(1, 7) && uow_distributed_rollback_start(unit, &op) == UOW_OK && polled(op, UOW_OK, unit);
    good = good && states(unit, UOW_BRANCH_ROLLED_BACK) && uow_distributed_commit_start(unit, &op) == UOW_MISUSE;
    uow_distributed_free(unit);
    tap(good && balances(1, 105), what);
    for (int i = 0; i < DATABASES; i++)
        (void)moved(all[i], 1, -5);
    closed();
}

static void while_it_flies_it_is_busy(void)
{
    uow_branch_info info = UOW_BRANCH_INFO_INIT;
    uow_distributed *unit;
    uow_op *op = NULL;
    bool good;

    opened(1, "TestDelay=SQLExecDirect:150");
    unit = begun();
    good = moved_all(2, 5) && uow_distributed_commit_start(unit, &op) == UOW_OK && uow_op_poll(op) == UOW_PENDING;
    good = good && moved(all[0], 2, 1) == UOW_BUSY && moved(all[2], 2, 1) == UOW_BUSY && uow_close(all[1]) == UOW_BUSY;
    if (!strstr(uow_context_message(all[2]), "distributed_commit"))
        printf("# %s\n", uow_context_message(all[2]));
    good = good && strstr(uow_context_message(all[2]), "distributed_commit");
    good = good && uow_distributed_commit(unit) == UOW_BUSY && uow_distributed_rollback(unit) == UOW_BUSY &&
           uow_distributed_branch(unit, 0, &info) == UOW_BUSY && uow_distributed_pending(unit) == 0;
    tap(good && polled(op, UOW_OK, unit) && states(unit, UOW_BRANCH_COMMITTED) && balances(2, 105),
        "while a commit flies its contexts and its unit answer busy, and say who has them");
    uow_distributed_free(unit);
    unit = begun();
    good = moved_all(2, 5) && uow_distributed_commit_start(unit, &op) == UOW_OK;
    uow_distributed_free(unit);
    tap(good && polled(op, UOW_OK, NULL) && balances(2, 110), "freed while its commit flies, a unit goes when that is finished");
    closed();
}

static void a_cancel_is_heeded_before_the_decision(void)
{
    uow_distributed *unit;
    uow_op *op = NULL;
    bool good;

    opened(1, "TestDelay=SQLExecDirect:150");
    unit = begun();
    good = moved_all(3, 5) && uow_distributed_commit_start(unit, &op) == UOW_OK && uow_op_cancel(op) == UOW_OK;
    tap(good && polled(op, UOW_CANCELLED, unit) && states(unit, UOW_BRANCH_ROLLED_BACK) && balances(3, 100),
        "a commit that is cancelled before the decision is rolled back everywhere");
    uow_distributed_free(unit);
    unit = begun();
    good = moved_all(3, 5) && uow_distributed_commit_start(unit, &op) == UOW_OK && uow_op_deadline(op, 60) == UOW_OK;
    tap(good && polled(op, UOW_TIMEOUT, unit) && states(unit, UOW_BRANCH_ROLLED_BACK) && balances(3, 100),
        "and so is one whose deadline passes before it");
    uow_distributed_free(unit);
    unit = NULL;
    good = uow_distributed_begin_start(all, DATABASES, NULL, &unit, &op) == UOW_OK;
    uow_op_free(op);
    tap(good && unit == NULL && uow_unit_depth(all[0]) == 0 && uow_unit_depth(all[1]) == 0 && uow_unit_depth(all[2]) == 0 &&
            moved_all(3, 0),
        "a begin that is given up leaves nothing open");
    closed();
}

/* --- the guard */

static void *elsewhere(void *context)
{
    static uow_status st;

    st = moved(context, 4, 1);
    return &st;
}

static void another_thread_is_refused(void)
{
    uow_distributed *unit;
    uow_op *op = NULL;
    void *st = NULL;
    pthread_t thread;
    bool good;

    opened(2, "TestDelay=SQLExecDirect:100");
    unit = begun();
    good = moved_all(4, 5) && uow_distributed_commit_start(unit, &op) == UOW_OK;
    good = good && pthread_create(&thread, NULL, elsewhere, all[1]) == 0 && pthread_join(thread, &st) == 0;
    tap(good && *(uow_status *)st == UOW_BUSY && polled(op, UOW_OK, unit) && balances(4, 105),
        "another thread is refused while the unit ends");
    uow_distributed_free(unit);
    closed();
}

/* --- saves */

static unsigned told;

static void tell(uow_context *context, void *user)
{
    (void)context;
    told += *(unsigned *)user;
}

static bool saved_all(int number, int amount, bool polls)
{
    const uow_save_options later = {sizeof later, UOW_ACCEPT_ON_COMMIT, 0};
    static unsigned one = 1;
    struct account *a = NULL;
    uow_op *op = NULL;
    bool good = true;

    for (int i = 0; i < DATABASES && good; i++) {
        good = uow_find(all[i], &account, uow_key_int64(number), (void **)&a) == UOW_OK;
        if (!good)
            break;
        a->balance += amount;
        if (polls)
            good = uow_save_with_start(all[i], &later, NULL, &op) == UOW_OK && polled(op, UOW_OK, NULL);
        else
            good = uow_save_with(all[i], &later, NULL) == UOW_OK;
        good = good && uow_unit_after_commit(all[i], tell, &one) == UOW_OK;
    }
    return good;
}

static bool changed(bool expected)
{
    bool same = true;

    for (int i = 0; i < DATABASES; i++) {
        int has = -1;

        same = same && uow_has_changes(all[i], &has) == UOW_OK && (has != 0) == expected;
    }
    return same;
}

static void saves_follow_the_unit(void)
{
    uow_distributed *unit;
    uow_op *op = NULL;
    bool good;

    opened(-1, NULL);
    unit = begun();
    good = saved_all(5, 5, false) && uow_distributed_rollback(unit) == UOW_OK;
    tap(good && balances(5, 100) && changed(true) && told == 0,
        "what was saved in a unit that is rolled back is to be saved again, in every context");
    uow_distributed_free(unit);
    unit = begun();
    good = saved_all(5, 5, true) && uow_distributed_commit_start(unit, &op) == UOW_OK && polled(op, UOW_OK, unit);
    tap(good && balances(5, 110) && changed(false) && told == DATABASES,
        "polled saves and a polled commit: everything is accepted, and hooks hear of it on the program's thread");
    uow_distributed_free(unit);
    closed();
}

/* --- procedures */

static void routines_made(void)
{
    (void)ran(all[1], "CREATE OR REPLACE FUNCTION dist_move(account integer, amount integer) RETURNS integer LANGUAGE sql AS "
                      "'UPDATE dist_accounts SET balance = balance + amount WHERE id = account RETURNING balance'");
    (void)uow_execute(all[2], "DROP PROCEDURE IF EXISTS dist_move", NULL, 0, NULL);
    (void)uow_execute(all[2], "DROP PROCEDURE IF EXISTS dist_ends", NULL, 0, NULL);
    (void)ran(all[2], "CREATE PROCEDURE dist_move(IN account integer, IN amount integer) "
                      "UPDATE dist_accounts SET balance = balance + amount WHERE id = account");
}

static bool called_both(int number)
{
    const uow_arg args[] = {uow_arg_int32(number), uow_arg_int32(5)};
    bool good = true;

    for (int i = 1; i < DATABASES; i++) {
        good = good && uow_call(all[i], "dist_move", args, 2, NULL, 0) == UOW_OK;
        if (!good)
            printf("# %s\n", uow_context_message(all[i]));
    }
    return good && moved(all[0], number, 5) == UOW_OK;
}

static void procedures_are_part_of_it(void)
{
    uow_distributed *unit;
    bool good;

    opened(-1, NULL);
    routines_made();
    unit = begun();
    good = called_both(6) && uow_distributed_rollback(unit) == UOW_OK && balances(6, 100);
    uow_distributed_free(unit);
    unit = begun();
    good = good && called_both(6) && uow_distributed_commit(unit) == UOW_OK;
    tap(good && balances(6, 105), "procedures inside a branch are committed and rolled back with the unit");
    uow_distributed_free(unit);
    closed();
}

/* --- raw work */

static bool raw_moved(uow_context *context, int number, int amount)
{
    uow_loan *loan = NULL;
    char sql[100];
    bool good = uow_borrow(context, &loan) == UOW_OK;

    snprintf(sql, sizeof sql, "UPDATE dist_accounts SET balance = balance + %d WHERE id = %d", amount, number);
    good = good && SQL_SUCCEEDED(SQLExecDirect(uow_loan_hstmt(loan), (SQLCHAR *)sql, SQL_NTS));
    good = uow_loan_end(loan, NULL) == UOW_OK && good;
    if (!good)
        printf("# %s\n", uow_context_message(context));
    return good;
}

static void raw_work_is_part_of_it(void)
{
    uow_distributed *unit;
    uow_loan *loan = NULL;
    bool good = true;

    opened(-1, NULL);
    for (int i = 0; i < 2; i++) {
        unit = begun();
        for (int k = 0; k < DATABASES; k++)
            good = good && raw_moved(all[k], 7, 5);
        good = good && (i == 0 ? uow_distributed_rollback(unit) : uow_distributed_commit(unit)) == UOW_OK;
        good = good && balances(7, i == 0 ? 100 : 105);
        uow_distributed_free(unit);
    }
    tap(good, "raw ODBC on borrowed connections is committed and rolled back with the unit");
    unit = begun();
    good = moved_all(7, 5) && uow_borrow(all[1], &loan) == UOW_OK;
    good = good && uow_distributed_commit(unit) == UOW_BUSY && uow_loan_end(loan, NULL) == UOW_OK;
    tap(good && uow_distributed_commit(unit) == UOW_OK && balances(7, 110),
        "as long as a connection is lent the unit cannot end, and afterwards it can");
    uow_distributed_free(unit);
    unit = begun();
    good = moved_all(7, 5) && uow_borrow(all[1], &loan) == UOW_OK;
    good = good && SQL_SUCCEEDED(SQLEndTran(SQL_HANDLE_DBC, uow_loan_hdbc(loan), SQL_ROLLBACK));
    (void)uow_loan_end(loan, NULL);
    tap(good && uow_distributed_commit(unit) != UOW_OK && states(unit, UOW_BRANCH_ROLLED_BACK) && balances(7, 110),
        "a branch that raw ODBC has ended takes the others back");
    printf("# %s\n", uow_distributed_message(unit));
    uow_distributed_free(unit);
    closed();
}

/* --- recovery */

static pthread_t here;
static unsigned met;

static int look(const uow_in_doubt *branch, void *user)
{
    (void)user;
    met += pthread_equal(pthread_self(), here) && branch->verdict == UOW_RECOVERY_ROLL_BACK;
    return 1;
}

static void in_doubt(int number)
{
    uow_context *context = connected(env, dsns[1]);
    char sql[160], log[20] = "";
    uow_rows *rows = NULL;
    const char *text = "";

    if (uow_rows_open(all[0], "SELECT branches FROM uow_decisions WHERE unit_id = 'log'", NULL, 0, &rows) == UOW_OK &&
        uow_rows_next(rows) == UOW_OK && uow_rows_text(rows, 0, &text, NULL) == UOW_OK)
        snprintf(log, sizeof log, "%s", text);
    uow_rows_close(rows);
    (void)uow_begin(context, NULL);
    (void)moved(context, 8 + number % 3, 1); /* one row each: they would wait for each other */
    snprintf(sql, sizeof sql, "PREPARE TRANSACTION 'uow1.uow.%024x.%s.2'", number, log);
    (void)ran(context, sql);
    (void)uow_close(context);
}

static void recovery_is_polled(void)
{
    uow_recovery_options options = everything;
    uow_recovery counts = UOW_RECOVERY_INIT;
    char why[300] = "x";
    uow_op *op = NULL;
    bool good;

    opened(-1, NULL);
    here = pthread_self();
    options.fn = look;
    for (int i = 0; i < 3; i++)
        in_doubt(100 + i);
    good = uow_recover_start(env, &options, &counts, why, sizeof why, &op) == UOW_OK && polled(op, UOW_OK, NULL);
    if (why[0])
        printf("# %s\n", why);
    tap(good && counts.rolled_back == 3 && met == 3 && why[0] == '\0' && prepared(all[1], "uow1.") == 0 && balances(8, 100),
        "a polled recovery ends what is in doubt, and tells of it on the thread that polls");
    in_doubt(110);
    good = uow_recover_start(env, &options, &counts, why, sizeof why, &op) == UOW_OK;
    uow_op_free(op);
    tap(good && uow_recover(env, &options, NULL, NULL, 0) == UOW_OK && prepared(all[1], "uow1.") == 0,
        "one that is given up comes to an end first, and the next finishes its work");
    options.connection_count = 0;
    tap(uow_recover_start(env, &options, NULL, NULL, 0, &op) == UOW_MISUSE &&
            uow_recover_start(env, &everything, NULL, NULL, 0, NULL) == UOW_MISUSE,
        "called wrongly it is not begun");
    (void)ran(all[0], "DELETE FROM uow_decisions WHERE outcome <> 'L'");
    closed();
}

static void without_workers(void)
{
    uow_env_options options = UOW_ENV_OPTIONS_INIT;
    uow_model *kept = model;
    uow_env *with = env;

    options.max_workers = 0;
    if (uow_env_open(&options, &env) != UOW_OK)
        abort();
    model = NULL;
    a_unit_is_begun_and_ended_by_polled_calls(-1, NULL, "without workers the first poll does everything");
    tap(uow_env_close(env) == UOW_OK, "and everything is closed");
    env = with;
    model = kept;
}

int main(void)
{
    static const uow_entity *const entities[] = {&account};

    common_begin();
    env = env_make(NULL, NULL);
    if (uow_model_create(env, entities, 1, &model) != UOW_OK)
        return 1;
    opened(-1, NULL);
    tables_make(all);
    closed();
    a_unit_is_begun_and_ended_by_polled_calls(-1, NULL, "polled, a unit is begun, committed and rolled back");
    a_unit_is_begun_and_ended_by_polled_calls(0, "TestAsync=statement;TestAsyncPolls=2;"
                                                 "TestAsyncFunctions=SQLPrepare|SQLExecute|SQLFetchScroll|SQLGetData",
                                              "and so it is over a driver that can be polled");
    without_workers();
    while_it_flies_it_is_busy();
    a_cancel_is_heeded_before_the_decision();
    another_thread_is_refused();
    saves_follow_the_unit();
    procedures_are_part_of_it();
    raw_work_is_part_of_it();
    recovery_is_polled();
    uow_model_free(model);
    tap(uow_env_close(env) == UOW_OK, "everything is closed");
    return tap_end();
}
