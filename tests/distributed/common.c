#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "distributed/common.h"

#include <time.h>

const char *const dsns[DATABASES] = {"uow_sqlite", "uow_postgresql", "uow_mariadb"};
const uow_recovery_options everything = {sizeof everything, dsns, DATABASES, NULL, NULL, NULL, 0, 0, 0, 0, NULL, NULL};

void common_begin(void)
{
    /* A server that is killed must not forget what it has prepared. */
    if (getenv("UOW_RESTART") && setenv("UOW_MARIADB_FLUSH", "2", 1) == 0)
        return;
    printf("needs tests/run/servers\n");
    exit(77);
}

uow_env *env_make(uow_trace_fn trace, void *user)
{
    uow_env_options options = UOW_ENV_OPTIONS_INIT;
    uow_env *env = NULL;

    options.trace = trace;
    options.trace_user = user;
    if (uow_env_open(&options, &env) != UOW_OK)
        abort();
    return env;
}

uow_context *connected(uow_env *env, const char *connection)
{
    uow_context *context = NULL;

    if (uow_open(env, connection, NULL, NULL, &context) == UOW_OK)
        return context;
    printf("# %s: %s\n", connection, context ? uow_context_message(context) : "no context");
    exit(1);
}

bool ran(uow_context *context, const char *sql)
{
    if (uow_execute(context, sql, NULL, 0, NULL) == UOW_OK)
        return true;
    printf("# %s: %s\n", sql, uow_context_message(context));
    return false;
}

int64_t asked(uow_context *context, const char *sql)
{
    uow_rows *rows = NULL;
    int64_t value = -1;

    if (uow_rows_open(context, sql, NULL, 0, &rows) != UOW_OK) {
        printf("# %s: %s\n", sql, uow_context_message(context));
        return -1;
    }
    if (uow_rows_next(rows) == UOW_OK)
        (void)uow_rows_int64(rows, 0, &value);
    uow_rows_close(rows);
    return value;
}

static void table_make(uow_context *context)
{
    char sql[80];

    if (uow_decision_table_create(context, NULL) != UOW_OK)
        printf("# %s\n", uow_context_message(context));
    (void)uow_execute(context, "DROP TABLE dist_accounts", NULL, 0, NULL);
    (void)ran(context, "CREATE TABLE dist_accounts (id integer NOT NULL PRIMARY KEY, balance integer NOT NULL)");
    for (int i = 1; i <= 10; i++) {
        snprintf(sql, sizeof sql, "INSERT INTO dist_accounts VALUES (%d, 100)", i);
        (void)ran(context, sql);
    }
}

void tables_make(uow_context *const contexts[DATABASES])
{
    for (int i = 0; i < DATABASES; i++)
        table_make(contexts[i]);
    (void)ran(contexts[2], "SET GLOBAL innodb_flush_log_at_trx_commit = 2");
}

uow_status moved(uow_context *context, int account, int amount)
{
    uow_arg args[] = {uow_arg_int32(amount), uow_arg_int32(account)};

    return uow_execute(context, "UPDATE dist_accounts SET balance = balance + ? WHERE id = ?", args, 2, NULL);
}

int64_t balance(uow_context *context, int account)
{
    char sql[80];

    snprintf(sql, sizeof sql, "SELECT balance FROM dist_accounts WHERE id = %d", account);
    return asked(context, sql);
}

/* MariaDB lists ids as bytes, of which the text would be hexadecimal. */
static bool listed(uow_rows *rows, size_t column, const char *part)
{
    char id[300] = "";
    const void *bytes = NULL;
    size_t size = 0;

    if (uow_rows_binary(rows, column, &bytes, &size) == UOW_OK)
        snprintf(id, sizeof id, "%.*s", (int)size, (const char *)bytes);
    return strstr(id, part) != NULL;
}

int64_t prepared(uow_context *context, const char *part)
{
    uow_facts facts = UOW_FACTS_INIT;
    uow_rows *rows = NULL;
    char sql[120];
    int64_t count = 0;

    if (uow_context_facts(context, &facts) != UOW_OK || strcmp(facts.dialect, "sqlite") == 0)
        return 0;
    snprintf(sql, sizeof sql, "SELECT count(*) FROM pg_prepared_xacts WHERE gid LIKE '%s%%'", part);
    if (strcmp(facts.dialect, "postgresql") == 0)
        return asked(context, sql);
    if (uow_rows_open(context, "XA RECOVER", NULL, 0, &rows) != UOW_OK)
        return -1;
    while (uow_rows_next(rows) == UOW_OK)
        count += listed(rows, 3, part);
    uow_rows_close(rows);
    return count;
}

static uint64_t chance_state;

void chance_seed(uint64_t seed)
{
    chance_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    for (int i = 0; i < 8; i++)
        (void)chance(2);
}

unsigned chance(unsigned below)
{
    chance_state = chance_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((chance_state >> 33) % below);
}

uint64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

void pause_ms(unsigned ms)
{
    const struct timespec pause = {ms / 1000, (long)(ms % 1000) * 1000000};

    (void)nanosleep(&pause, NULL);
}

unsigned number_of(const char *name, unsigned otherwise)
{
    const char *text = getenv(name);

    return text && *text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
}
