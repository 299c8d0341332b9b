/* The command line of uow probe, and what it prints. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "probe.h"

#include <limits.h>
#include <string.h>

#include "json.h"

enum { OPTION_JSON, OPTION_TRY };

static const cli_option probe_options[] = {
    {"--json", NULL, "write the facts as JSON"},
    {"--try", "FILE", "find out more in a scratch table, and write a profile of the driver"},
    {NULL, NULL, NULL},
};

static int probe_main(const cli_command *self, int count, char **words);

const cli_command probe_command = {
    .name = "probe",
    .summary = "What a driver is like, as libuow sees it, and what that means for a program.",
    .usage = "DSN [--json] [--try FILE]",
    .options = probe_options,
    .notes = "Facts are asked of the driver, and where drivers promise too much, tried. Nothing stays behind in the database.\n"
             "A driver that crashes while it is asked is told as the finding it is, by exit status 11.\n"
             "--try writes and reads every type and tries statements, each in a process of its own, so that a crash is a\n"
             "finding. A data source of a driver that libuow does not know names the file: UowProfile = FILE.\n",
    .run = probe_main,
};

/* --- the report */

#define WIDEST_VALUE 36
#define PROBE_VALUE 25 /* column of the values */

/* Of the values of a group that have a meaning behind them, as far as they are not too long for a column. */
static int probe_width(const probe *it, const char *group)
{
    int width = 0;

    for (size_t i = 0; i < it->fact_count; i++) {
        int length = (int)strlen(it->facts[i].value);

        if (it->facts[i].meaning && strcmp(it->facts[i].group, group) == 0 && length > width && length <= WIDEST_VALUE)
            width = length;
    }
    return width;
}

/* A fact in columns; what it means on lines of its own where there is no room beside it. */
static void probe_line(FILE *out, const probe_fact *fact, int width)
{
    const char *dim = cli_colours(out) ? "\033[2m" : "", *plain = *dim ? "\033[0m" : "";
    int room = cli_width(out);
    int length = cli_letters(fact->value);
    int meaning = fact->meaning ? cli_letters(fact->meaning) : 0;
    bool wide = length > WIDEST_VALUE;

    fprintf(out, "  %-22s ", fact->name);
    if (!fact->meaning || wide || room - PROBE_VALUE - (width > length ? width : length) - 2 < meaning) {
        cli_wrap(out, PROBE_VALUE, PROBE_VALUE + 2, room, fact->value);
        fputc('\n', out);
        if (!fact->meaning)
            return;
        fprintf(out, "%*s%s", room < INT_MAX ? PROBE_VALUE + 2 : PROBE_VALUE + width + 2, "", dim);
        cli_wrap(out, PROBE_VALUE + 2, PROBE_VALUE + 2, room, fact->meaning);
        fprintf(out, "%s\n", plain);
        return;
    }
    fprintf(out, "%s%*s  %s%s%s\n", fact->value, width > length ? width - length : 0, "", dim, fact->meaning, plain);
}

void probe_print(FILE *out, const probe *it)
{
    bool colours = cli_colours(out);
    const char *group = "";
    int width = 0;

    for (size_t i = 0; i < it->fact_count; i++) {
        const probe_fact *fact = &it->facts[i];

        if (strcmp(group, fact->group) != 0)
            fprintf(out, "%s%s%s%s\n", i ? "\n" : "", colours ? "\033[1m" : "", fact->group, colours ? "\033[0m" : "");
        if (strcmp(group, fact->group) != 0)
            width = probe_width(it, fact->group);
        group = fact->group;
        probe_line(out, fact, width);
    }
}

void probe_json(FILE *out, const probe *it)
{
    fprintf(out, "{\n  \"facts\": [");
    for (size_t i = 0; i < it->fact_count; i++) {
        json_member(out, i ? ",\n    {" : "\n    {", "group", it->facts[i].group);
        json_member(out, ", ", "name", it->facts[i].name);
        json_member(out, ", ", "value", it->facts[i].value);
        json_member(out, ", ", "meaning", it->facts[i].meaning);
        fputc('}', out);
    }
    fprintf(out, "\n  ]\n}\n");
}

/* --- asking */

static int probe_run(probe *it, const cli_command *self, bool json, const char *profile)
{
    int status = probe_ask(it, self);

    if (status == CLI_OK && profile && !probe_try(it, profile)) {
        (void)cli_complain(self, "cannot write %s", profile);
        status = CLI_FAILED;
    }
    if (it->fact_count > 0 && json)
        probe_json(stdout, it);
    else if (it->fact_count > 0)
        probe_print(stdout, it);
    return status;
}

static int probe_main(const cli_command *self, int count, char **words)
{
    probe it = {0};
    cli_words line = {.command = self, .count = count, .words = words};
    const char *profile = NULL;
    bool json = false;
    cli_kind kind;
    int status;

    while ((kind = cli_next(&line)) != CLI_END) {
        if (kind == CLI_HELPED)
            return CLI_OK;
        if (kind == CLI_BAD)
            return CLI_USAGE;
        if (kind == CLI_OPTION && line.option == OPTION_TRY)
            profile = line.value;
        else if (kind == CLI_OPTION)
            json = true;
        else if (!cli_only(&line, &it.dsn))
            return CLI_USAGE;
    }
    if (!it.dsn)
        return cli_complain(self, "which data source? \"uow probe --help\" tells more");
    status = probe_run(&it, self, json, profile);
    pool_free(&it.memory);
    return status;
}
