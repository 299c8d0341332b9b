/* POSIX names beside those of C11; before the first header. */
#define _POSIX_C_SOURCE 200809L

#include "example.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { INDENT = 3, WIDTH = 100 };

int show_sql;

/* Colour only for people: a terminal, and nobody asked for none (no-color.org). */
static int colourful(void)
{
    static int known = -1;

    if (known < 0) {
        const char *no = getenv("NO_COLOR");
        const char *term = getenv("TERM");
        known = isatty(STDOUT_FILENO) && (!no || !*no) && !(term && strcmp(term, "dumb") == 0);
    }
    return known;
}

static const char *bold(void)
{
    return colourful() ? "\033[1m" : "";
}

static const char *dim(void)
{
    return colourful() ? "\033[2m" : "";
}

static const char *plain(void)
{
    return colourful() ? "\033[0m" : "";
}

void must(const uow_context *context, uow_status st, const char *doing)
{
    if (st == UOW_OK)
        return;
    fflush(stdout);
    fprintf(stderr, "could not %s: %s\n", doing, uow_status_name(st));
    fprintf(stderr, "  %s\n", context ? uow_context_message(context) : uow_status_text(st));
    exit(1);
}

void headline(const char *text)
{
    printf("%s%s%s\n", bold(), text, plain());
}

void title(const char *text)
{
    static int number;

    printf("\n%s%d. %s%s\n", bold(), ++number, text, plain());
}

void say(const char *format, ...)
{
    va_list args;

    printf("%*s", INDENT, "");
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

/* How much of text goes on a line of room bytes: up to the last space, or one long word. */
static size_t line_length(const char *text, size_t room)
{
    size_t length = strlen(text);
    size_t cut = room;

    if (length <= room)
        return length;
    while (cut > 0 && text[cut] != ' ')
        cut--;
    return cut > 0 ? cut : strcspn(text, " ");
}

void quote(const char *mark, const char *text)
{
    int indent = INDENT + (int)strlen(mark) + 1;

    printf("%*s%s%s ", INDENT, "", dim(), mark);
    for (;;) {
        size_t length = line_length(text, (size_t)(WIDTH - indent));
        printf("%.*s", (int)length, text);
        text += length;
        text += strspn(text, " ");
        if (!*text)
            break;
        printf("\n%*s", indent, "");
    }
    printf("%s\n", plain());
}

/* The sink: how long it took and how many rows it read or changed, then what ran. */
void print_sql(const uow_trace_event *event, void *user)
{
    char margin[64];
    char rows[32] = "";

    (void)user;
    if (!show_sql || (event->kind != UOW_TRACE_STATEMENT && event->kind != UOW_TRACE_UNIT))
        return;
    if (event->kind == UOW_TRACE_STATEMENT && event->rows >= 0)
        snprintf(rows, sizeof rows, "%lld row%s", (long long)event->rows,
                 event->rows == 1 ? "" : "s");
    snprintf(margin, sizeof margin, "%6.2f ms %7s ", (double)event->duration_ns / 1e6, rows);
    quote(margin, event->text);
}

uow_env *open_environment(void)
{
    uow_env_options options = UOW_ENV_OPTIONS_INIT;
    uow_env *env = NULL;

    options.trace = print_sql;
    must(NULL, uow_env_open(&options, &env), "open an ODBC environment");
    return env;
}

uow_context *open_context(uow_env *env, const char *connection, const uow_model *model)
{
    uow_context *context = NULL;
    uow_status st;

    st = uow_open(env, connection, model, NULL, &context);
    must(context, st, "connect");
    return context;
}

uow_model *make_model(uow_env *env, const uow_entity *const *entities, size_t count)
{
    uow_model *model = NULL;
    uow_status st;

    st = uow_model_create(env, entities, count, &model);
    if (st == UOW_MODEL)
        fprintf(stderr, "%s\n", uow_error_message(uow_model_error(model)));
    must(NULL, st, "freeze the model");
    return model;
}

void say_database(const uow_context *context)
{
    uow_facts facts = UOW_FACTS_INIT;

    must(context, uow_context_facts(context, &facts), "ask for the connection's facts");
    printf("%s%s %s through %s %s%s\n", dim(), facts.dbms_name, facts.dbms_version,
           facts.driver_name, facts.driver_version, plain());
}

void say_counters(const uow_context *context)
{
    uow_counters n = UOW_COUNTERS_INIT;

    must(context, uow_context_counters(context, &n), "read the counters");
    say("%llu statements run, %llu of them found prepared; %llu rows read, %llu written;",
        (unsigned long long)n.executes, (unsigned long long)n.statements_reused,
        (unsigned long long)n.rows_read, (unsigned long long)n.rows_written);
    say("%llu commit%s, %llu rollback%s, %llu call%s refused by the guard.",
        (unsigned long long)n.commits, n.commits == 1 ? "" : "s", (unsigned long long)n.rollbacks,
        n.rollbacks == 1 ? "" : "s", (unsigned long long)n.guard_refusals,
        n.guard_refusals == 1 ? "" : "s");
}

char *show_time(const uow_timestamp *t, char *buffer)
{
    snprintf(buffer, 20, "%04u-%02u-%02u %02u:%02u", (unsigned)t->year % 10000u, t->month % 100u,
             t->day % 100u, t->hour % 100u, t->minute % 100u);
    return buffer;
}

uow_timestamp time_now(void)
{
    uow_timestamp now = {0, 0, 0, 0, 0, 0, 0};
    time_t seconds = time(NULL);
    struct tm t;

    if (!gmtime_r(&seconds, &t))
        return now;
    now.year = (int16_t)(t.tm_year + 1900);
    now.month = (uint16_t)(t.tm_mon + 1);
    now.day = (uint16_t)t.tm_mday;
    now.hour = (uint16_t)t.tm_hour;
    now.minute = (uint16_t)t.tm_min;
    now.second = (uint16_t)t.tm_sec;
    return now;
}

/*
 * SQLite gives 12.5 for what was written as 12.50, so the scale is the value's, not
 * the column's. It has no decimals either: what it has added up may be a double just
 * below the sum (4205.5799999999999), so the cent is the nearest one.
 */
int64_t cents(const uow_decimal *money)
{
    int64_t value = (int64_t)money->low, unit = 1;

    for (int32_t scale = money->scale; scale < 2; scale++)
        value *= 10;
    for (int32_t scale = money->scale; scale > 2; scale--)
        unit *= 10;
    return (value + (value < 0 ? -unit / 2 : unit / 2)) / unit;
}

uow_decimal from_cents(int64_t value)
{
    return uow_decimal_make(value, 2);
}

char *show_money(const uow_decimal *money, char *buffer)
{
    uow_decimal two_places = from_cents(cents(money));

    uow_decimal_format(&two_places, buffer, 32);
    return buffer;
}
