/* The command line of uow bench. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "bench.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_SQL, OPTION_FILE, OPTION_CALL, OPTION_CONTEXTS, OPTION_TASKS, OPTION_ROUNDS, OPTION_JSON, OPTION_SVG };

static const cli_option bench_options[] = {
    {"--sql", "TEXT", "a statement; may be given several times"},
    {"--file", "FILE", "statements, each ended by a semicolon at the end of a line"},
    {"--call", "P(..)", "a procedure: the same as --sql '{call P(..)}'"},
    {"--contexts", "LIST", "how many to try beside one: 2,4,8"},
    {"--tasks", "N", "statements in one round (the largest of --contexts)"},
    {"--rounds", "N", "how often everything is measured (5)"},
    {"--json", "FILE", "write all figures as JSON"},
    {"--svg", "FILE", "draw the speed-up"},
    {NULL, NULL, NULL},
};

static int bench_main(const cli_command *self, int count, char **words);

const cli_command bench_command = {
    .name = "bench",
    .summary = "Is parallel worth it here? Your statements on one context and on several.",
    .usage = "DSN [--sql TEXT | --file FILE | --call P(..)]... [OPTION...]",
    .options = bench_options,
    .notes = "A round runs the tasks one after the other on one context, then the same tasks on two, four, ... contexts;\n"
             "connections are opened and everything has run once before. Each statement commits by itself. In a\n"
             "statement, {i} stands for the number of the task, from 1. Ctrl-C ends with what was measured so far.\n",
    .run = bench_main,
};

static bool bench_add(bench_plan *plan, const char *before, const char *text, size_t length, const char *after)
{
    char **more = realloc(plan->sql, (plan->sql_count + 1) * sizeof *more);
    size_t size = strlen(before) + length + strlen(after) + 1;
    char *copy = malloc(size);

    if (more)
        plan->sql = more;
    if (!more || !copy) {
        free(copy);
        return false;
    }
    snprintf(copy, size, "%s%.*s%s", before, (int)length, text, after);
    plan->sql[plan->sql_count++] = copy;
    return true;
}

/* Statements end with a semicolon at the end of a line, so that those inside of a text do not matter. */
static bool bench_split(bench_plan *plan, char *text)
{
    char *start = text;

    for (char *at = text; *at; at++) {
        char *end = at + 1;

        while (*end == ' ' || *end == '\t' || *end == '\r')
            end++;
        if (*at != ';' || (*end != '\n' && *end != '\0'))
            continue;
        if (!bench_add(plan, "", start, (size_t)(at - start), ""))
            return false;
        start = end;
    }
    while (isspace((unsigned char)*start))
        start++;
    return *start == '\0' || bench_add(plan, "", start, strlen(start), "");
}

static bool bench_file(bench_plan *plan, const char *name)
{
    FILE *file = fopen(name, "rb");
    size_t size = 0;
    char *text = NULL;
    bool good = false;

    if (file && fseek(file, 0, SEEK_END) == 0 && ftell(file) >= 0) {
        size = (size_t)ftell(file);
        rewind(file);
        text = calloc(size + 1, 1);
        good = text && fread(text, 1, size, file) == size && bench_split(plan, text);
    }
    free(text);
    if (file)
        fclose(file);
    return good;
}

/* "2,4,8" */
static bool bench_levels(bench_plan *plan, const char *list)
{
    plan->levels = 1;
    while (*list) {
        char *end = NULL;
        unsigned long value = strtoul(list, &end, 10);

        if (end == list || value < 2 || value > BENCH_MOST || plan->levels == BENCH_LEVELS || (*end && *end != ','))
            return false;
        plan->contexts[plan->levels++] = (unsigned)value;
        list = *end ? end + 1 : end;
    }
    return plan->levels > 1;
}

static bool bench_option(bench_plan *plan, const cli_words *words)
{
    bool good = true;

    switch (words->option) {
    case OPTION_SQL: good = bench_add(plan, "", words->value, strlen(words->value), ""); break;
    case OPTION_CALL: good = bench_add(plan, "{call ", words->value, strlen(words->value), "}"); break;
    case OPTION_FILE:
        good = bench_file(plan, words->value);
        if (!good)
            (void)cli_complain(words->command, "cannot read %s", words->value);
        break;
    case OPTION_CONTEXTS:
        good = bench_levels(plan, words->value);
        if (!good)
            (void)cli_complain(words->command, "--contexts is a list of up to %u numbers from 2 to %u, like 2,4,8",
                               BENCH_LEVELS - 1, BENCH_MOST);
        break;
    case OPTION_TASKS: good = cli_number(words, 1, 100000, &plan->tasks); break;
    case OPTION_ROUNDS: good = cli_number(words, 1, 1000, &plan->rounds); break;
    case OPTION_JSON: plan->json = words->value; break;
    case OPTION_SVG: plan->svg = words->value; break;
    default: break;
    }
    return good;
}

static int bench_complete(bench_plan *plan, const cli_command *self)
{
    if (!plan->dsn)
        return cli_complain(self, "which data source? \"uow bench --help\" tells more");
    if (plan->sql_count == 0)
        return cli_complain(self, "what shall be run? Give --sql, --file or --call");
    if (plan->tasks == 0)
        for (size_t i = 0; i < plan->levels; i++)
            plan->tasks = plan->contexts[i] > plan->tasks ? plan->contexts[i] : plan->tasks;
    return CLI_OK;
}

static int bench_report(const cli_command *self, const bench_result *result)
{
    bench_print(stdout, result);
    if (result->plan->json && !bench_json(result->plan->json, result))
        return cli_complain(self, "cannot write %s", result->plan->json);
    if (result->plan->svg && !bench_svg(result->plan->svg, result))
        return cli_complain(self, "cannot write %s", result->plan->svg);
    if (result->error[0])
        return CLI_FAILED;
    return result->interrupted ? CLI_INTERRUPTED : CLI_OK;
}

static int bench_main(const cli_command *self, int count, char **words)
{
    bench_plan plan = {.contexts = {1, 2, 4, 8}, .levels = 4, .rounds = 5};
    cli_words line = {.command = self, .count = count, .words = words};
    bench_result result;
    cli_kind kind;
    int status = CLI_OK;

    while (status == CLI_OK && (kind = cli_next(&line)) != CLI_END) {
        if (kind == CLI_HELPED) {
            status = CLI_HELPED;
        } else if (kind == CLI_BAD || (kind == CLI_OPTION && !bench_option(&plan, &line))) {
            status = CLI_USAGE;
        } else if (kind == CLI_WORD) {
            if (plan.dsn)
                status = cli_complain(self, "one data source, please: %s or %s?", plan.dsn, line.value);
            plan.dsn = line.value;
        }
    }
    if (status == CLI_OK)
        status = bench_complete(&plan, self);
    if (status == CLI_OK) {
        (void)bench_run(&plan, &result);
        status = bench_report(self, &result);
        bench_free(&result);
    } else if (status == CLI_HELPED) {
        status = CLI_OK;
    }
    for (size_t i = 0; i < plan.sql_count; i++)
        free(plan.sql[i]);
    free(plan.sql);
    return status;
}
