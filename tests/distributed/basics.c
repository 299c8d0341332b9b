/* Units over SQLite, PostgreSQL and MariaDB: all or nothing, and what is refused. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "distributed/common.h"

static uow_env *env;
static uow_context *all[DATABASES];
#define SQLITE all[0]
#define POSTGRESQL all[1]
#define MARIADB all[2]

static uow_distributed *begun(uow_context *const *contexts, size_t count, const uow_distributed_options *options)
{
    uow_distributed *unit = NULL;
    uow_status st = uow_distributed_begin(contexts, count, options, &unit);

    if (st != UOW_OK)
        printf("# begin: %s %s\n", uow_status_name(st), unit ? uow_distributed_message(unit) : "");
    return unit;
}

static bool ended(uow_distributed *unit, uow_status expected, uow_status st)
{
    if (st != expected)
        printf("# %s where %s was expected: %s\n", uow_status_name(st), uow_status_name(expected),
               uow_distributed_message(unit));
    return st == expected;
}

static bool states(const uow_distributed *unit, size_t count, uow_branch_state state)
{
    uow_branch_info info = UOW_BRANCH_INFO_INIT;
    bool good = true;

    for (size_t i = 0; i < count; i++) {
        good = good && uow_distributed_branch(unit, i, &info) == UOW_OK && info.state == state;
        if (info.state != state)
            printf("# branch %zu is %d\n", i + 1, (int)info.state);
    }
    return good;
}

static bool nothing_left(void)
{
    int64_t decisions = 0;

    for (int i = 0; i < DATABASES; i++)
        decisions += asked(all[i], "SELECT count(*) FROM uow_decisions WHERE outcome = 'C'");
    if (prepared(POSTGRESQL, "uow1.") + prepared(MARIADB, "uow1.") + decisions == 0)
        return true;
    printf("# %lld and %lld prepared, %lld decisions\n", (long long)prepared(POSTGRESQL, "uow1."), (long long)prepared(MARIADB, "uow1."),
           (long long)decisions);
    return false;
}

static bool balances(int account, int64_t expected)
{
    bool same = true;

    for (int i = 0; i < DATABASES; i++)
        same = same && balance(all[i], account) == expected;
    return same;
}

static uow_status move_all(int account, int amount)
{
    uow_status st = UOW_OK;

    for (int i = 0; i < DATABASES && st == UOW_OK; i++) {
        st = moved(all[i], account, amount);
        if (st != UOW_OK)
            printf("# %s\n", uow_context_message(all[i]));
    }
    return st;
}

/* SQLite's branch is not prepared; the others are, if they come that far. */
static bool counted(uint64_t prepared_ones, uint64_t committed, uint64_t rolled_back)
{
    bool good = true;

    for (int i = 0; i < DATABASES; i++) {
        uow_counters c = UOW_COUNTERS_INIT;

        good = good && uow_context_counters(all[i], &c) == UOW_OK && c.branches_prepared == (i == 0 ? 0 : prepared_ones) &&
               c.branches_committed == committed && c.branches_rolled_back == rolled_back;
    }
    return good;
}

static void all_three_are_committed_or_none(void)
{
    uow_distributed *unit = begun(all, DATABASES, NULL);

    tap(move_all(1, 5) == UOW_OK && ended(unit, UOW_OK, uow_distributed_commit(unit)) && balances(1, 105) &&
            states(unit, DATABASES, UOW_BRANCH_COMMITTED) && nothing_left(),
        "a unit over three databases is committed in all of them, and leaves nothing behind");
    tap(uow_distributed_commit(unit) == UOW_MISUSE, "a unit ends once");
    uow_distributed_free(unit);
    unit = begun(all, DATABASES, NULL);
    tap(move_all(1, 5) == UOW_OK && ended(unit, UOW_OK, uow_distributed_rollback(unit)) && balances(1, 105) &&
            states(unit, DATABASES, UOW_BRANCH_ROLLED_BACK) && nothing_left(),
        "a unit that is rolled back is rolled back in all of them");
    uow_distributed_free(unit);
    unit = begun(all, DATABASES, NULL);
    (void)move_all(1, 5);
    uow_distributed_free(unit);
    tap(balances(1, 105) && nothing_left() && uow_unit_depth(POSTGRESQL) == 0, "freed while it is open, it is rolled back");
    tap(counted(1, 1, 2), "counters tell how many branches were prepared, committed and rolled back");
}

static void calls_inside_are_ordinary(void)
{
    uow_distributed *unit = begun(all, DATABASES, NULL);
    bool good = true;

    tap(uow_commit(MARIADB) == UOW_MISUSE && uow_rollback(POSTGRESQL) == UOW_MISUSE && uow_unit_depth(MARIADB) == 1,
        "a branch is not ended by itself");
    for (int i = 0; i < DATABASES; i++) {
        good = good && uow_begin(all[i], NULL) == UOW_OK && moved(all[i], 2, 1) == UOW_OK && uow_rollback(all[i]) == UOW_OK;
        good = good && uow_begin(all[i], NULL) == UOW_OK && moved(all[i], 2, 2) == UOW_OK;
    }
    tap(good && uow_distributed_commit(unit) == UOW_MISUSE, "a nested unit has to end first");
    for (int i = 0; i < DATABASES; i++)
        good = good && uow_commit(all[i]) == UOW_OK;
    tap(good && ended(unit, UOW_OK, uow_distributed_commit(unit)) && balances(2, 102),
        "savepoints work inside a branch");
    uow_distributed_free(unit);
}

/* The error has the branches by itself, in their order. */
static bool error_states(const uow_error *error, uow_branch_state state)
{
    uow_branch_info info = UOW_BRANCH_INFO_INIT;
    bool good = uow_error_branch_count(error) == DATABASES;

    for (size_t i = 0; i < DATABASES; i++)
        good = good && uow_error_branch(error, i, &info) == UOW_OK && info.state == state &&
               info.context_id == uow_context_id(all[i]) && (i == 0) == (info.id[0] == '\0');
    return good && uow_error_branch(error, DATABASES, &info) == UOW_MISUSE;
}

static void a_branch_that_fails_takes_all_back(void)
{
    uow_distributed *unit;

    (void)uow_execute(POSTGRESQL, "DROP TABLE dist_late", NULL, 0, NULL);
    (void)ran(POSTGRESQL, "CREATE TABLE dist_late (id integer REFERENCES dist_accounts DEFERRABLE INITIALLY DEFERRED)");
    unit = begun(all, DATABASES, NULL);
    (void)move_all(3, 5);
    (void)ran(POSTGRESQL, "INSERT INTO dist_late VALUES (4711)");
    tap(ended(unit, UOW_CONSTRAINT, uow_distributed_commit(unit)) && balances(3, 100) && nothing_left() &&
            states(unit, DATABASES, UOW_BRANCH_ROLLED_BACK) &&
            error_states(uow_distributed_error(unit), UOW_BRANCH_ROLLED_BACK) &&
            strstr(uow_distributed_message(unit), "Branch 2 (postgresql)") &&
            strstr(uow_distributed_message(unit), "1 (sqlite) rolled back"),
        "what one database refuses when it is prepared is rolled back in all, and the error says which");
    uow_distributed_free(unit);
    (void)ran(POSTGRESQL, "DROP TABLE dist_late");
    unit = begun(all, DATABASES, NULL);
    (void)move_all(3, 5);
    (void)uow_execute(POSTGRESQL, "SELECT 1 / 0", NULL, 0, NULL);
    tap(uow_distributed_commit(unit) != UOW_OK && balances(3, 100) && nothing_left(),
        "a unit PostgreSQL has aborted is not prepared, which it would do with a rollback and success");
    uow_distributed_free(unit);
}

static void a_context_that_is_closed_takes_all_back(void)
{
    uow_context *contexts[DATABASES] = {SQLITE, POSTGRESQL, connected(env, dsns[2])};
    uow_distributed *unit = begun(contexts, DATABASES, NULL);

    for (int i = 0; i < DATABASES; i++)
        (void)moved(contexts[i], 4, 1);
    (void)uow_close(contexts[2]);
    tap(ended(unit, UOW_MISUSE, uow_distributed_commit(unit)) && balances(4, 100) && nothing_left(),
        "the close of one context rolls back the branch of it, and the commit the others");
    uow_distributed_free(unit);
}

static void who_has_the_decision(void)
{
    uow_context *two[2] = {POSTGRESQL, MARIADB};
    uow_context *log = connected(env, dsns[0]);
    uow_distributed_options options = UOW_DISTRIBUTED_OPTIONS_INIT;
    uow_branch_info info = UOW_BRANCH_INFO_INIT;

    for (int i = 0; i < 4; i++) {
        uow_distributed *unit;
        bool good;

        options.decision_branch = i < 3 ? (uint32_t)i : 0;
        options.log = i == 3 ? log : NULL;
        unit = begun(two, 2, &options);
        good = moved(POSTGRESQL, 5, 1) == UOW_OK && moved(MARIADB, 5, 1) == UOW_OK;
        good = good && uow_distributed_branch(unit, i == 2, &info) == UOW_OK && info.one_phase == (i < 3);
        tap(good && ended(unit, UOW_OK, uow_distributed_commit(unit)) && balance(POSTGRESQL, 5) == 101 + i &&
                balance(MARIADB, 5) == 101 + i && nothing_left(),
            i == 0 ? "the decision is in the first branch when nobody says where" :
            i == 1 ? "or in the branch that is named" : i == 2 ? "whichever that is" : "or in a log");
        uow_distributed_free(unit);
    }
    (void)uow_close(log);
}

static void two_that_cannot_be_prepared_are_refused(void)
{
    char file[400];
    uow_context *two[3] = {SQLITE, NULL, MARIADB};
    uow_distributed *unit = NULL;

    snprintf(file, sizeof file, "Driver=SQLite3;Database=%s/second.db;Timeout=1000", getenv("UOW_TEST_DIR"));
    two[1] = connected(env, file);
    tap(uow_distributed_begin(two, 3, NULL, &unit) == UOW_UNSUPPORTED && uow_unit_depth(SQLITE) == 0 &&
            uow_unit_depth(MARIADB) == 0 && strstr(uow_distributed_message(unit), "outbox"),
        "two branches that cannot be prepared are refused before any work");
    printf("# %s\n", uow_distributed_message(unit));
    uow_distributed_free(unit);
    (void)uow_close(two[1]);
}

static void an_id_in_use_is_refused(void)
{
    uow_distributed_options options = UOW_DISTRIBUTED_OPTIONS_INIT;
    uow_context *first[2] = {POSTGRESQL, MARIADB};
    uow_context *second[2] = {connected(env, dsns[1]), connected(env, dsns[2])};
    uow_distributed *one, *two = NULL;

    options.unit = "0123456789ab0123456789ab";
    options.log = SQLITE;
    one = begun(first, 2, &options);
    options.log = connected(env, dsns[0]);
    tap(uow_distributed_begin(second, 2, &options, &two) == UOW_CONSTRAINT && uow_unit_depth(second[0]) == 0 &&
            strstr(uow_distributed_message(two), "Branch 2 (mariadb)"),
        "MariaDB refuses an id in use, and what was begun is rolled back");
    printf("# %s\n", uow_distributed_message(two));
    uow_distributed_free(two);
    uow_distributed_free(one);
    (void)uow_close(options.log);
    (void)uow_close(second[0]);
    (void)uow_close(second[1]);
}

/* A program's own prepared transactions, and another coordinator's. */
static void what_is_not_ours_is_left_alone(void)
{
    uow_context *two[2] = {connected(env, dsns[1]), connected(env, dsns[2])};
    uow_recovery counts = UOW_RECOVERY_INIT;

    (void)uow_begin(two[0], NULL);
    (void)moved(two[0], 6, 1);
    (void)ran(two[0], "PREPARE TRANSACTION 'uow1.looks like ours.1'");
    (void)uow_rollback(two[0]);
    (void)ran(two[1], "XA START 'uow1.someone','1',1970239281");
    (void)moved(two[1], 6, 1);
    (void)ran(two[1], "XA END 'uow1.someone','1',1970239281");
    (void)ran(two[1], "XA PREPARE 'uow1.someone','1',1970239281");
    (void)uow_close(two[1]);
    tap(uow_recover(env, &everything, &counts, NULL, 0) == UOW_OK && counts.foreign == 2 && counts.in_doubt == 0 &&
            prepared(POSTGRESQL, "uow1.") == 1 && prepared(MARIADB, "uow1.") == 1,
        "recovery touches nothing that is not ours");
    (void)ran(POSTGRESQL, "ROLLBACK PREPARED 'uow1.looks like ours.1'");
    (void)ran(MARIADB, "XA ROLLBACK 'uow1.someone','1',1970239281");
    (void)uow_close(two[0]);
}

/* What a coordinator leaves that died after it had prepared: a branch by that name, made by hand. */
static void in_doubt(uow_context *context, const char *id, int account)
{
    char sql[200];

    (void)uow_begin(context, NULL);
    (void)moved(context, account, 1);
    snprintf(sql, sizeof sql, "PREPARE TRANSACTION '%s'", id);
    (void)ran(context, sql);
    (void)uow_rollback(context);
}

static void in_doubt_mariadb(const char *id, int account)
{
    uow_context *context = connected(env, dsns[2]);
    char sql[200];

    snprintf(sql, sizeof sql, "XA START %s,1970239281", id);
    (void)ran(context, sql);
    (void)moved(context, account, 1);
    for (int i = 0; i < 2; i++) {
        snprintf(sql, sizeof sql, i == 0 ? "XA END %s,1970239281" : "XA PREPARE %s,1970239281", id);
        (void)ran(context, sql);
    }
    (void)uow_close(context);
}

static char log_id[20];

static void read_log_id(void)
{
    uow_rows *rows = NULL;
    const char *text = "";

    if (uow_rows_open(SQLITE, "SELECT branches FROM uow_decisions WHERE unit_id = 'log'", NULL, 0, &rows) == UOW_OK &&
        uow_rows_next(rows) == UOW_OK && uow_rows_text(rows, 0, &text, NULL) == UOW_OK)
        snprintf(log_id, sizeof log_id, "%s", text);
    uow_rows_close(rows);
}

static uow_in_doubt seen;

static int look(const uow_in_doubt *branch, void *user)
{
    (void)user;
    seen = *branch;
    return 1;
}

static void recovery_says_what_it_would_do(void)
{
    uow_recovery_options options = everything;
    uow_recovery counts = UOW_RECOVERY_INIT;
    char id[120], why[300] = "";
    uow_status st;

    read_log_id();
    snprintf(id, sizeof id, "uow1.uow.0123456789ab0123456789ac.%s.2", log_id);
    in_doubt(POSTGRESQL, id, 7);
    tap(asked(POSTGRESQL, "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'PREPARE%'") == 0,
        "a statement that ends PostgreSQL's transaction leaves no plan for others to meet");
    options.fn = look;
    options.flags = UOW_RECOVERY_DRY_RUN;
    tap(uow_recover(env, &options, &counts, NULL, 0) == UOW_OK && counts.in_doubt == 1 && counts.rolled_back == 1 &&
            seen.verdict == UOW_RECOVERY_ROLL_BACK && seen.database == 1 && prepared(POSTGRESQL, "uow1.") == 1,
        "a dry run says what it would do, and does nothing");
    options.flags = 0;
    options.min_age_s = 4000000000u;
    tap(uow_recover(env, &options, &counts, NULL, 0) == UOW_TRANSIENT && seen.verdict == UOW_RECOVERY_YOUNG &&
            counts.left == 1 && prepared(POSTGRESQL, "uow1.") == 1,
        "a branch younger than the limit is left alone");
    options.min_age_s = 0;
    options.connections = dsns + 1;
    options.connection_count = 2;
    st = uow_recover(env, &options, &counts, why, sizeof why);
    if (seen.verdict != UOW_RECOVERY_NO_LOG || counts.unreachable > 0)
        printf("# %s, verdict %d, %d unreachable: %s\n", uow_status_name(st), (int)seen.verdict, (int)counts.unreachable, why);
    tap(st == UOW_TRANSIENT && seen.verdict == UOW_RECOVERY_NO_LOG && prepared(POSTGRESQL, "uow1.") == 1,
        "a branch whose log is not among the databases given is left, and that is said");
    options.connections = dsns;
    options.connection_count = DATABASES;
    (void)ran(SQLITE, "ALTER TABLE uow_decisions RENAME TO away");
    (void)uow_decision_table_create(SQLITE, NULL);
    tap(uow_recover(env, &options, &counts, NULL, 0) == UOW_TRANSIENT && seen.verdict == UOW_RECOVERY_NO_LOG &&
            prepared(POSTGRESQL, "uow1.") == 1,
        "a log that was lost and made anew is not taken for one without the row");
    (void)ran(SQLITE, "DROP TABLE uow_decisions");
    (void)ran(SQLITE, "ALTER TABLE away RENAME TO uow_decisions");
    tap(uow_recover(env, &options, &counts, NULL, 0) == UOW_OK && seen.verdict == UOW_RECOVERY_ROLL_BACK &&
            prepared(POSTGRESQL, "uow1.") == 0 && balance(POSTGRESQL, 7) == 100 && nothing_left(),
        "without a decision a branch is rolled back");
    in_doubt(POSTGRESQL, id, 7);
    (void)ran(SQLITE, "UPDATE uow_decisions SET outcome = 'C', branches = '2=elsewhere' WHERE outcome = 'A'");
    tap(uow_recover(env, &options, &counts, NULL, 0) == UOW_OK && seen.verdict == UOW_RECOVERY_COMMIT &&
            counts.committed == 1 && counts.rows_kept == 1 && balance(POSTGRESQL, 7) == 101,
        "with one it is committed, and the row is kept for branches in databases that were not looked at");
    (void)ran(SQLITE, "DELETE FROM uow_decisions WHERE outcome = 'C'");
}

static void mariadb_is_recovered_too(void)
{
    uow_recovery_options options = everything;
    uow_recovery counts = UOW_RECOVERY_INIT;
    char id[120];

    options.fn = look;
    snprintf(id, sizeof id, "'uow1.uow.0123456789ab0123456789ae.%s','3'", log_id);
    in_doubt_mariadb(id, 7);
    tap(prepared(MARIADB, "uow1.") == 1 && uow_recover(env, &options, &counts, NULL, 0) == UOW_OK &&
            seen.verdict == UOW_RECOVERY_ROLL_BACK && seen.branch == 3 && seen.database == 2 && counts.foreign == 0 &&
            prepared(MARIADB, "uow1.") == 0 && balance(MARIADB, 7) == 100,
        "a branch of MariaDB is recovered by its three parts");
}

/* A recovery that comes while the unit is open has to wait, and one that comes first wins. */
static void recovery_beside_its_coordinator(void)
{
    uow_recovery_options options = everything;
    uow_recovery counts = UOW_RECOVERY_INIT;
    uow_context *two[2] = {POSTGRESQL, MARIADB};
    uow_distributed_options how = UOW_DISTRIBUTED_OPTIONS_INIT;
    uow_distributed *unit;
    char sql[160];

    how.log = SQLITE;
    how.unit = "0123456789ab0123456789ad";
    unit = begun(two, 2, &how);
    for (int i = 0; i < 2; i++)
        (void)moved(two[i], 8, 1);
    snprintf(sql, sizeof sql, "INSERT INTO uow_decisions SELECT 'uow.%s', 'A', '', 0", how.unit);
    (void)ran(SQLITE, sql);
    tap(ended(unit, UOW_CONSTRAINT, uow_distributed_commit(unit)) && balance(POSTGRESQL, 8) == 100 &&
            balance(MARIADB, 8) == 100 && nothing_left(),
        "a unit that a recovery has given up is rolled back when its coordinator would commit it");
    uow_distributed_free(unit);
    tap(uow_recover(env, &options, &counts, NULL, 0) == UOW_OK && counts.rows_removed == 1,
        "the row of a unit given up goes after a day");
    (void)ran(SQLITE, "DELETE FROM uow_decisions WHERE outcome <> 'L'");
}

static void a_log_that_is_lost(void)
{
    uow_distributed_options options = UOW_DISTRIBUTED_OPTIONS_INIT;
    uow_context *two[2] = {POSTGRESQL, MARIADB};
    uow_distributed *unit = NULL;

    options.log = SQLITE;
    (void)ran(SQLITE, "ALTER TABLE uow_decisions RENAME TO away");
    tap(uow_distributed_begin(two, 2, &options, &unit) == UOW_SQL && uow_unit_depth(POSTGRESQL) == 0 &&
            uow_unit_depth(MARIADB) == 0 && strstr(uow_distributed_message(unit), "uow_decision_table_create"),
        "without its table of decisions a unit is not begun, and the error says who makes it");
    printf("# %s\n", uow_distributed_message(unit));
    uow_distributed_free(unit);
    (void)ran(SQLITE, "ALTER TABLE away RENAME TO uow_decisions");
    unit = begun(two, 2, &options);
    (void)moved(POSTGRESQL, 10, 1);
    (void)moved(MARIADB, 10, 1);
    (void)ran(SQLITE, "ALTER TABLE uow_decisions RENAME TO away");
    tap(ended(unit, UOW_SQL, uow_distributed_commit(unit)) && states(unit, 2, UOW_BRANCH_ROLLED_BACK) &&
            balance(POSTGRESQL, 10) == 100 && balance(MARIADB, 10) == 100 && prepared(POSTGRESQL, "uow1.") == 0 &&
            prepared(MARIADB, "uow1.") == 0,
        "one whose table is lost while it is open is rolled back");
    printf("# %s\n", uow_distributed_message(unit));
    uow_distributed_free(unit);
    (void)ran(SQLITE, "ALTER TABLE away RENAME TO uow_decisions");
    unit = begun(two, 2, &options);
    (void)moved(POSTGRESQL, 10, 1);
    (void)moved(MARIADB, 10, 1);
    (void)ran(SQLITE, "ALTER TABLE uow_decisions RENAME TO away");
    (void)uow_decision_table_create(SQLITE, NULL);
    tap(ended(unit, UOW_TRANSIENT, uow_distributed_commit(unit)) && balance(POSTGRESQL, 10) == 100 &&
            balance(MARIADB, 10) == 100,
        "and so is one whose table was made anew meanwhile: the unit can be run again");
    printf("# %s\n", uow_distributed_message(unit));
    uow_distributed_free(unit);
    (void)ran(SQLITE, "DROP TABLE uow_decisions");
    (void)ran(SQLITE, "ALTER TABLE away RENAME TO uow_decisions");
}

static void postgresql_without_prepared_transactions(void)
{
    uow_context *contexts[DATABASES];
    uow_distributed *unit = NULL;
    uow_branch_info info = UOW_BRANCH_INFO_INIT;

    /* what it replays after a kill would not fit into none: it does not start again without a checkpoint */
    if (system("psql -X -q -h \"$UOW_PG_SOCKET\" -p \"$UOW_PG_PORT\" -U \"$UOW_PG_ADMIN\" -d postgres -c checkpoint") != 0 ||
        setenv("UOW_PG_PREPARED", "0", 1) != 0 || system("bash \"$UOW_RESTART\" pg 0") != 0)
        return;
    for (int i = 0; i < DATABASES; i++)
        contexts[i] = connected(env, dsns[i]);
    tap(uow_distributed_begin(contexts, DATABASES, NULL, &unit) == UOW_UNSUPPORTED &&
            strstr(uow_distributed_message(unit), "max_prepared_transactions is 0"),
        "beside SQLite a PostgreSQL server without prepared transactions is refused, with what to change");
    printf("# %s\n", uow_distributed_message(unit));
    uow_distributed_free(unit);
    unit = begun(contexts + 1, 2, NULL);
    tap(unit && moved(contexts[1], 9, 1) == UOW_OK && moved(contexts[2], 9, 1) == UOW_OK &&
            ended(unit, UOW_OK, uow_distributed_commit(unit)) && uow_distributed_branch(unit, 0, &info) == UOW_OK &&
            info.one_phase && balance(contexts[1], 9) == 101 && balance(contexts[2], 9) == 101,
        "beside MariaDB it is committed in one phase");
    uow_distributed_free(unit);
    for (int i = 0; i < DATABASES; i++)
        (void)uow_close(contexts[i]);
    (void)unsetenv("UOW_PG_PREPARED");
    if (system("bash \"$UOW_RESTART\" pg 0") != 0)
        printf("# PostgreSQL does not start again\n");
}

int main(void)
{
    common_begin();
    env = env_make(NULL, NULL);
    for (int i = 0; i < DATABASES; i++)
        all[i] = connected(env, dsns[i]);
    tables_make(all);
    all_three_are_committed_or_none();
    calls_inside_are_ordinary();
    a_branch_that_fails_takes_all_back();
    a_context_that_is_closed_takes_all_back();
    who_has_the_decision();
    two_that_cannot_be_prepared_are_refused();
    an_id_in_use_is_refused();
    what_is_not_ours_is_left_alone();
    recovery_says_what_it_would_do();
    mariadb_is_recovered_too();
    recovery_beside_its_coordinator();
    a_log_that_is_lost();
    for (int i = 0; i < DATABASES; i++)
        (void)uow_close(all[i]);
    postgresql_without_prepared_transactions();
    tap(uow_env_close(env) == UOW_OK, "everything is closed");
    return tap_end();
}
