/*
 * TPC-C's five transactions on any database: as stored procedures and as tracked entities, each a unit that is run
 * again when it has to be. A benchmark's schema and mix, not a benchmark: no think times, no audit.
 *
 *     tpcc DSN [options]        see --help
 */
#include "tpcc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef TPCC_SQL_DIR
#define TPCC_SQL_DIR "examples/tpcc"
#endif

struct settings {
    const char *connection;
    const char *mode; /* NULL: both */
    const char *sql_dir;
    int warehouses, terminals;
    double scale, seconds;
    int reload, exactly_once;
    uint64_t seed;
};

static const char help[] =
    "usage: tpcc DSN [options]\n"
    "\n"
    "Makes and fills the tables of TPC-C in the database of DSN (a data source or a connection string) unless they are\n"
    "there, runs its five transactions on several terminals, and checks the consistency conditions 1 to 4 and 10.\n"
    "\n"
    "  --warehouses N     how many are filled (1)\n"
    "  --scale PERCENT    items and customers, of 100,000 and 3,000 a district (100)\n"
    "  --terminals N      threads, each with a connection of its own (4)\n"
    "  --seconds N        how long each way runs (10)\n"
    "  --mode WAY         procedures, entities, or both one after the other (both)\n"
    "  --exactly-once     units leave rows, so that a commit without an answer is settled\n"
    "  --reload           make the tables anew although they are there\n"
    "  --sql DIRECTORY    where procedures_*.sql are (" TPCC_SQL_DIR ")\n"
    "  --seed N           of the terminals' chance (1)\n"
    "\n"
    "Procedures are the database's own on PostgreSQL and MariaDB, and bodies of the model on SQLite.\n";

static int refuse(const char *what, const char *argument)
{
    fprintf(stderr, "tpcc: %s: %s (--help tells more)\n", what, argument);
    return 0;
}

static int read_number(const char *text, double least, double *out)
{
    char *end = NULL;
    double value = text ? strtod(text, &end) : 0;

    if (!text || end == text || *end || value < least)
        return refuse("not a number that makes sense here", text ? text : "(missing)");
    *out = value;
    return 1;
}

/* An option with a number: 1 read, 0 wrong, -1 another option. */
static int read_option(struct settings *s, const char *name, const char *value)
{
    double n = 0;

    if (strcmp(name, "--scale") == 0)
        return read_number(value, 0.1, &s->scale);
    if (strcmp(name, "--seconds") == 0)
        return read_number(value, 0, &s->seconds);
    if (strcmp(name, "--warehouses") != 0 && strcmp(name, "--terminals") != 0 && strcmp(name, "--seed") != 0)
        return -1;
    if (!read_number(value, 1, &n))
        return 0;
    if (strcmp(name, "--warehouses") == 0)
        s->warehouses = (int)n;
    else if (strcmp(name, "--terminals") == 0)
        s->terminals = (int)n;
    else
        s->seed = (uint64_t)n;
    return 1;
}

static int read_mode(struct settings *s, const char *value)
{
    if (!value || (strcmp(value, "procedures") != 0 && strcmp(value, "entities") != 0 && strcmp(value, "both") != 0))
        return refuse("--mode is procedures, entities or both, and not", value ? value : "(missing)");
    s->mode = strcmp(value, "both") == 0 ? NULL : value;
    return 1;
}

/* An option without a number: how many arguments it is, 0 for none of these, -1 when it is wrong. */
static int read_word(struct settings *s, char **argv)
{
    if (strcmp(argv[0], "--mode") == 0)
        return read_mode(s, argv[1]) ? 2 : -1;
    if (strcmp(argv[0], "--sql") == 0 && argv[1]) {
        s->sql_dir = argv[1];
        return 2;
    }
    if (strcmp(argv[0], "--exactly-once") == 0)
        return s->exactly_once = 1;
    if (strcmp(argv[0], "--reload") == 0)
        return s->reload = 1;
    return 0;
}

static int read_arguments(struct settings *s, int argc, char **argv)
{
    for (int i = 1; i < argc;) {
        int number = read_option(s, argv[i], argv[i + 1]);
        int word = number < 0 ? read_word(s, argv + i) : 0;

        if (number == 0 || word < 0)
            return 0;
        if (number < 0 && word == 0 && argv[i][0] == '-')
            return refuse("no such option", argv[i]);
        if (number < 0 && word == 0 && s->connection)
            return refuse("one data source is enough", argv[i]);
        if (number < 0 && word == 0)
            s->connection = argv[i];
        i += number > 0 ? 2 : word > 0 ? word : 1;
    }
    return s->connection ? 1 : refuse("which database?", "a data source's name is missing");
}

static uow_model *tpcc_model(uow_env *env)
{
    uow_model_parts parts = UOW_MODEL_PARTS_INIT;
    uow_model *model = NULL;
    uow_status st;

    parts.entities = tpcc_entities;
    parts.entity_count = tpcc_entity_count;
    parts.procedures = tpcc_procedures;
    parts.procedure_count = tpcc_procedure_count;
    st = uow_model_build(env, &parts, &model);
    if (st == UOW_MODEL)
        fprintf(stderr, "%s\n", uow_error_message(uow_model_error(model)));
    must(NULL, st, "freeze the model");
    return model;
}

static void prepare(uow_context *ctx, const struct settings *s)
{
    struct sizes sizes = {s->warehouses, (int)(100000 * s->scale / 100), (int)(3000 * s->scale / 100)};

    if (!s->reload && schema_is_there(ctx)) {
        say("The tables are there.");
        return;
    }
    if (sizes.items < 100)
        sizes.items = 100;
    if (sizes.customers < 10)
        sizes.customers = 10;
    schema_make(ctx, s->sql_dir);
    load_all(ctx, &sizes);
    schema_analyze(ctx);
}

/* What does not hold afterwards; failures count as one. */
static int run_way(uow_context *ctx, const struct run *run)
{
    int64_t before = orders_taken(ctx);
    int64_t told;

    title(run->way == &by_entity     ? "Tracked entities"
          : run->portable_procedures ? "Procedures: bodies of the model"
                                     : "Procedures of the database");
    told = run_terminals(run);
    return told < 0 ? 1 : check_all(ctx, before, told);
}

int main(int argc, char **argv)
{
    struct settings s = {NULL, NULL, TPCC_SQL_DIR, 1, 4, 100, 10, 0, 0, 1};
    uow_facts facts = UOW_FACTS_INIT;
    uow_context *ctx;
    struct run run;
    int broken = 0;

    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0) {
            fputs(help, stdout);
            return 0;
        }
    if (!read_arguments(&s, argc, argv))
        return 2;
    memset(&run, 0, sizeof run);
    run.env = open_environment();
    run.model = tpcc_model(run.env);
    run.connection = s.connection;
    ctx = open_context(run.env, s.connection, run.model);
    headline("TPC-C: one unit for each transaction");
    say_database(ctx);
    title("Tables");
    prepare(ctx, &s);
    must(ctx, uow_context_facts(ctx, &facts), "ask for the connection's facts");
    run.sizes = schema_sizes(ctx);
    run.terminals = s.terminals;
    run.seconds = s.seconds;
    run.exactly_once = s.exactly_once;
    run.mariadb = strcmp(facts.dialect, "mariadb") == 0;
    run.portable_procedures = !facts.procedures;
    run.seed = s.seed;
    for (run.way = &by_procedure; run.way; run.way = run.way == &by_procedure ? &by_entity : NULL)
        if (!s.mode || strcmp(s.mode, run.way->name) == 0)
            broken += run_way(ctx, &run);
    must(ctx, uow_close(ctx), "close the context");
    uow_model_free((uow_model *)(uintptr_t)run.model);
    must(NULL, uow_env_close(run.env), "close the environment");
    printf("\n%s\n", broken ? "Something does not hold." : "Everything holds.");
    return broken != 0;
}
