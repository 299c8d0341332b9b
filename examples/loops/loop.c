/* POSIX names beside those of C11; before the first header. */
#define _POSIX_C_SOURCE 200809L

#include "loops/loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double processor_before;

double loop_now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

double loop_processor(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

const char *loop_source(int argc, char **argv)
{
    const char *dsn = argc > 1 ? argv[1] : getenv("UOW_DSN");

    if (dsn)
        return dsn;
    must(NULL, UOW_MISUSE, "find a data source: name one");
    return NULL;
}

void loop_open(loop *l, const char *dsn, size_t count)
{
    memset(l, 0, sizeof *l);
    l->env = open_environment();
    l->count = count;
    l->contexts = calloc(count, sizeof *l->contexts);
    l->ops = calloc(count, sizeof *l->ops);
    if (!l->contexts || !l->ops)
        exit(1);
    for (size_t i = 0; i < count; i++)
        must(NULL, uow_open_start(l->env, dsn, NULL, NULL, &l->contexts[i], &l->ops[i]), "begin to connect");
    must(NULL, uow_wait_all(l->ops, count, 60000), "connect everywhere within a minute");
    for (size_t i = 0; i < count; i++) {
        uow_status st = uow_op_finish(l->ops[i]);

        must(l->contexts[i], st, "connect");
        l->ops[i] = NULL;
    }
}

/* Called by the loop's own poll, wait or dispatch: here the next operation could be started. */
static void loop_done(uow_op *op, void *user)
{
    loop *l = user;

    must(NULL, uow_op_finish(op), "run the statement");
    l->over++;
}

static const char *loop_statement(const uow_context *context, int ms, char *text, size_t size)
{
    uow_facts facts = UOW_FACTS_INIT;

    must(context, uow_context_facts(context, &facts), "ask for the facts");
    if (strcmp(facts.dialect, "postgresql") == 0 || strcmp(facts.dialect, "mariadb") == 0)
        snprintf(text, size, "SELECT %s(%d.%03d)", *facts.dialect == 'p' ? "pg_sleep" : "SLEEP", ms / 1000, ms % 1000);
    else
        snprintf(text, size, "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < %d) SELECT COUNT(*) FROM c",
                 400 * ms);
    return text;
}

void loop_start(loop *l, int ms)
{
    char text[150];
    const char *sql = loop_statement(l->contexts[0], ms, text, sizeof text);

    l->started = loop_now();
    processor_before = loop_processor();
    for (size_t i = 0; i < l->count; i++) {
        must(l->contexts[i], uow_execute_start(l->contexts[i], sql, NULL, 0, NULL, &l->ops[i]), "start the statement");
        must(l->contexts[i], uow_op_on_done(l->ops[i], loop_done, l), "ask to be called back");
    }
}

int loop_report(loop *l, const char *how)
{
    double took = loop_now() - l->started;
    double processor = loop_processor() - processor_before;

    say("%s: %zu statements on %zu contexts, one thread looking on:", how, l->over, l->count);
    say("%.0f ms together, %.0f ms of them on the processor", took * 1000, processor * 1000);
    for (size_t i = 0; i < l->count; i++)
        must(NULL, uow_close(l->contexts[i]), "close");
    free(l->contexts);
    free(l->ops);
    must(NULL, uow_env_close(l->env), "close the environment");
    return l->over == l->count ? 0 : 1;
}
