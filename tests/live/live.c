#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/live.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>

uow_context *live_current;

/* ---- an allocator that knows what is held ---- */

/* Threads of the environment allocate too. */
static pthread_mutex_t live_mutex = PTHREAD_MUTEX_INITIALIZER;

static void live_held(live *l, size_t more, size_t less)
{
    pthread_mutex_lock(&live_mutex);
    bool possible = l->bytes + more >= less;
    l->bytes += more;
    l->bytes -= less;
    if (l->bytes > l->peak)
        l->peak = l->bytes;
    pthread_mutex_unlock(&live_mutex);
    cr_assert(possible, "more bytes were freed than allocated");
}

static void *live_alloc(size_t size, void *user)
{
    void *block = malloc(size);
    if (block)
        live_held(user, size, 0);
    return block;
}

static void *live_resize(void *block, size_t old_size, size_t new_size, void *user)
{
    void *moved = realloc(block, new_size);
    if (moved)
        live_held(user, new_size, old_size);
    return moved;
}

static void live_release(void *block, size_t size, void *user)
{
    live_held(user, 0, size);
    free(block);
}

/* ---- open and close ---- */

const char *live_dsn(void)
{
    const char *dsn = getenv("UOW_DSN");
    cr_assert(dsn && *dsn, "UOW_DSN is not set: the live tests run under tests/run/servers");
    return dsn;
}

/* $UOW_LIVE_DATABASE: what really is there, where the library has been told another name. */
static live_database live_database_of(const char *dialect)
{
    static const char *const names[] = {"sqlite", "postgresql", "mariadb"};
    const char *really = getenv("UOW_LIVE_DATABASE");

    if (really && *really)
        dialect = really;

    for (int i = 0; i < 3; i++)
        if (strcmp(dialect, names[i]) == 0)
            return (live_database)i;
    return LIVE_OTHER;
}

static uow_context *live_connect(live *l, const uow_context_options *options)
{
    uow_context_options used = UOW_CONTEXT_OPTIONS_INIT;
    uow_context *ctx = NULL;
    if (options)
        used = *options;
    if (!used.trace) {
        used.trace = live_keep_event;
        used.trace_user = &l->events;
    }
    uow_status st = uow_open(l->env, live_dsn(), l->model, &used, &ctx);
    cr_assert(st == UOW_OK, "%s", live_complaint("uow_open", UOW_OK, st, uow_context_error(ctx)));
    return ctx;
}

void live_env(live *l)
{
    uow_env_options env_options = UOW_ENV_OPTIONS_INIT;

    memset(l, 0, sizeof *l);
    env_options.allocator = (uow_allocator){live_alloc, live_resize, live_release, l};
    cr_assert_eq(uow_env_open(&env_options, &l->env), UOW_OK);
}

void live_open_with(live *l, const uow_entity *const *entities, size_t count,
                    const uow_context_options *options)
{
    live_env(l);
    if (count > 0) {
        uow_status st = uow_model_create(l->env, entities, count, &l->model);
        cr_assert(st == UOW_OK, "%s",
                  live_complaint("uow_model_create", UOW_OK, st, uow_model_error(l->model)));
    }
    live_reopen(l, options);
}

void live_open_parts(live *l, const uow_model_parts *parts)
{
    live_env(l);
    uow_status st = uow_model_build(l->env, parts, &l->model);
    cr_assert(st == UOW_OK, "%s",
              live_complaint("uow_model_build", UOW_OK, st, uow_model_error(l->model)));
    live_reopen(l, NULL);
}

void live_open(live *l, const uow_entity *const *entities, size_t count)
{
    live_open_with(l, entities, count, NULL);
}

void live_reopen(live *l, const uow_context_options *options)
{
    if (l->ctx)
        cr_assert_eq(uow_close(l->ctx), UOW_OK);
    l->ctx = live_connect(l, options);
    live_current = l->ctx;
    l->facts = (uow_facts)UOW_FACTS_INIT;
    cr_assert_eq(uow_context_facts(l->ctx, &l->facts), UOW_OK);
    l->database = live_database_of(l->facts.dialect);
    l->standard = strcmp(l->facts.dialect, "standard") == 0;
}

uow_context *live_another(live *l)
{
    for (size_t i = 0; i < LIVE_CONTEXTS; i++)
        if (!l->others[i])
            return l->others[i] = live_connect(l, NULL);
    cr_assert_fail("a test opens more contexts than LIVE_CONTEXTS");
    return NULL;
}

static void live_close_context(uow_context **ctx)
{
    if (*ctx)
        UOW_OK_ON(*ctx, uow_close(*ctx));
    *ctx = NULL;
}

static void live_drop_tables(live *l)
{
    for (size_t i = LIVE_TABLES; i-- > 0;)
        if (l->tables[i][0])
            live_run(l, "DROP TABLE IF EXISTS %s", l->tables[i]);
}

void live_close(live *l)
{
    for (size_t i = 0; i < LIVE_CONTEXTS; i++)
        live_close_context(&l->others[i]);
    live_close_context(&l->ctx);
    if (l->tables[0][0]) {
        live_reopen(l, NULL);
        live_drop_tables(l);
        live_close_context(&l->ctx);
    }
    live_current = NULL;
    uow_model_free(l->model);
    cr_assert_eq(uow_env_close(l->env), UOW_OK);
    cr_assert_eq(l->bytes, 0, "%zu bytes were not given back to the allocator", l->bytes);
}

/* ---- tables ---- */

/*
 * What a type is called. SQLite: a column declared as text keeps a decimal, a 64-bit unsigned
 * number and an instant as they were written, where its NUMERIC affinity would make a double.
 * PostgreSQL has no unsigned and no 8-bit integers, MariaDB no timestamp with offset.
 */
static const char *const live_words[][4] = {
    {"id", "integer PRIMARY KEY", "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
     "bigint AUTO_INCREMENT PRIMARY KEY"},
    {"int8", "tinyint", "smallint", "tinyint"},
    {"int16", "smallint", "smallint", "smallint"},
    {"int32", "integer", "integer", "integer"},
    {"int64", "bigint", "bigint", "bigint"},
    {"uint8", "smallint", "smallint", "tinyint unsigned"},
    {"uint16", "integer", "integer", "smallint unsigned"},
    {"uint32", "bigint", "bigint", "integer unsigned"},
    {"uint64", "varchar(20)", "numeric(20)", "bigint unsigned"},
    {"float", "float", "real", "float"},
    {"double", "double", "double precision", "double"},
    {"bool", "boolean", "boolean", "boolean"},
    {"text", "text", "text", "longtext"},
    {"bytes", "blob", "bytea", "varbinary(255)"},
    {"blob", "blob", "bytea", "longblob"},
    {"decimal", "varchar", "numeric", "decimal"},
    {"date", "date", "date", "date"},
    {"time", "time", "time", "time(6)"},
    {"timestamp", "timestamp", "timestamp", "datetime(6)"},
    {"timestamptz", "varchar(40)", "timestamptz", "varchar(40)"},
    {"guid", "char(36)", "uuid", "char(36)"},
};

static bool live_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static const char *live_word(live_database database, const char *word, size_t length)
{
    size_t column = database == LIVE_OTHER ? 1 : 1 + (size_t)database;

    for (size_t i = 0; i < sizeof live_words / sizeof live_words[0]; i++)
        if (strlen(live_words[i][0]) == length && memcmp(live_words[i][0], word, length) == 0)
            return live_words[i][column];
    cr_assert_fail("no type is called @%.*s", (int)length, word);
    return "";
}

char *live_ddl(const live *l, const char *text)
{
    char *out = malloc(strlen(text) * 8 + 256);
    size_t used = 0;

    cr_assert_not_null(out);
    while (*text) {
        if (*text != '@') {
            out[used++] = *text++;
            continue;
        }
        size_t length = 0;
        while (live_word_char(text[1 + length]))
            length++;
        const char *word = live_word(l->database, text + 1, length);
        memcpy(out + used, word, strlen(word));
        used += strlen(word);
        text += 1 + length;
    }
    out[used] = '\0';
    return out;
}

static void live_remember_table(live *l, const char *name)
{
    for (size_t i = 0; i < LIVE_TABLES; i++) {
        if (l->tables[i][0] && strcmp(l->tables[i], name) != 0)
            continue;
        snprintf(l->tables[i], sizeof l->tables[i], "%s", name);
        return;
    }
    cr_assert_fail("a test makes more tables than LIVE_TABLES");
}

/* After a minute it goes ahead, should two tests ever wait for each other. */
void live_mine(const live *l, const char *name)
{
    static char held[LIVE_TABLES * 4][64];
    static size_t count;
    const char *directory = getenv("UOW_TEST_DIR");
    char path[512];

    for (size_t i = 0; i < count; i++)
        if (strcmp(held[i], name) == 0)
            return;
    if (!directory || count == sizeof held / sizeof held[0])
        return;
    snprintf(held[count++], sizeof held[0], "%s", name);
    snprintf(path, sizeof path, "%s/mine-%d-%s", directory, (int)l->database, name);
    for (char *at = path + strlen(directory) + 1; *at; at++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_-", *at))
            *at = '.';
    int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    for (int i = 0; fd >= 0 && i < 6000 && flock(fd, LOCK_EX | LOCK_NB) != 0; i++)
        nanosleep(&(struct timespec){0, 10000000}, NULL);
}

void live_table(live *l, const char *name, const char *columns)
{
    char *ddl = live_ddl(l, columns);

    live_mine(l, name);
    live_run(l, "DROP TABLE IF EXISTS %s", name);
    live_remember_table(l, name);
    live_run(l, "CREATE TABLE %s (%s)", name, ddl);
    free(ddl);
}

/* ---- statements ---- */

static char *live_format(const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = length < 0 ? NULL : malloc((size_t)length + 1);
    cr_assert_not_null(text);
    vsnprintf(text, (size_t)length + 1, format, args);
    return text;
}

void live_run(live *l, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *sql = live_format(format, args);
    va_end(args);
    uow_status st = uow_execute(l->ctx, sql, NULL, 0, NULL);
    cr_assert(st == UOW_OK, "%s", live_complaint(sql, UOW_OK, st, uow_context_error(l->ctx)));
    free(sql);
}

int64_t live_int64(live *l, const char *format, ...)
{
    uow_rows *rows = NULL;
    int64_t value = 0;
    va_list args;
    va_start(args, format);
    char *sql = live_format(format, args);
    va_end(args);
    UOW_OK_ON(l->ctx, uow_rows_open(l->ctx, sql, NULL, 0, &rows));
    UOW_OK_ON(l->ctx, uow_rows_next(rows));
    UOW_OK_ON(l->ctx, uow_rows_int64(rows, 0, &value));
    uow_rows_close(rows);
    free(sql);
    return value;
}

const char *live_either(const live *l, const char *sqlite, const char *postgresql,
                        const char *mariadb)
{
    if (l->database == LIVE_POSTGRESQL)
        return postgresql;
    return l->database == LIVE_MARIADB ? mariadb : sqlite;
}

/* ---- events and errors ---- */

void live_keep_event(const uow_trace_event *event, void *user)
{
    live_events *events = user;
    if (events->count < sizeof events->at / sizeof events->at[0]) {
        live_event *kept = &events->at[events->count];
        kept->kind = event->kind;
        kept->status = event->status;
        kept->context_id = event->context_id;
        kept->duration_ns = event->duration_ns;
        kept->rows = event->rows;
        kept->parameters = event->parameters;
        snprintf(kept->operation, sizeof kept->operation, "%s", event->operation);
        snprintf(kept->sqlstate, sizeof kept->sqlstate, "%s", event->sqlstate);
        snprintf(kept->text, sizeof kept->text, "%s", event->text);
    }
    events->count++;
}

static size_t live_kept(const live_events *events)
{
    size_t room = sizeof events->at / sizeof events->at[0];
    return events->count < room ? events->count : room;
}

size_t live_count_events(const live *l, uow_trace_kind kind, const char *text)
{
    size_t count = 0;
    for (size_t i = 0; i < live_kept(&l->events); i++)
        if (l->events.at[i].kind == kind && (!text || strstr(l->events.at[i].text, text)))
            count++;
    return count;
}

bool live_error_contains(const uow_error *error, const char *needle)
{
    const char *const texts[] = {
        uow_error_message(error),  uow_error_operation(error), uow_error_function(error),
        uow_error_sqlstate(error), uow_error_entity(error),    uow_error_column(error),
        uow_error_key(error),      uow_error_statement(error), uow_error_constraint(error),
    };
    uow_diagnostic diagnostic;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strstr(texts[i], needle))
            return true;
    for (size_t i = 0; uow_error_diagnostic(error, i, &diagnostic); i++)
        if (strstr(diagnostic.text, needle) || strstr(diagnostic.sqlstate, needle))
            return true;
    return false;
}

const char *live_complaint(const char *call, uow_status wanted, uow_status got,
                           const uow_error *error)
{
    static char text[2048];
    snprintf(text, sizeof text, "%s gave %s, not %s [%s] %s%s%s", call, uow_status_name(got),
             uow_status_name(wanted), uow_error_sqlstate(error), uow_error_message(error),
             *uow_error_statement(error) ? "\n    " : "", uow_error_statement(error));
    return text;
}
