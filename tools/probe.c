/* The command line of uow probe, and what it prints. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "probe.h"

#include <string.h>

#include "direct.h"
#include "ini.h"
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
             "--try writes and reads every type and tries statements, each in a process of its own, so that a crash is a\n"
             "finding. A data source of a driver that libuow does not know names the file: UowProfile = FILE.\n",
    .run = probe_main,
};

/* --- the report */

#define WIDEST_VALUE 36

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
        if (fact->meaning && strlen(fact->value) > WIDEST_VALUE)
            fprintf(out, "  %-22s %s\n  %-22s %*s  %s%s%s\n", fact->name, fact->value, "", width, "",
                    colours ? "\033[2m" : "", fact->meaning, colours ? "\033[0m" : "");
        else if (fact->meaning)
            fprintf(out, "  %-22s %-*s  %s%s%s\n", fact->name, width, fact->value, colours ? "\033[2m" : "", fact->meaning,
                    colours ? "\033[0m" : "");
        else
            fprintf(out, "  %-22s %s\n", fact->name, fact->value);
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

/* Of the driver's section, else of [ODBC]. */
static const char *probe_threading(probe *it)
{
    ini_setup setup;
    ini_section text;
    const ini_section *source;
    const char *driver, *value;

    ini_read(&it->memory, &setup);
    if (!strchr(it->dsn, '='))
        source = ini_source(&setup, it->dsn);
    else if (ini_of_text(&it->memory, it->dsn, &text) && ini_value(&text, "DSN"))
        source = ini_source(&setup, ini_value(&text, "DSN"));
    else
        source = &text;
    driver = ini_value(source, "Driver");
    value = driver ? ini_value(ini_driver(&setup, driver), "Threading") : NULL;
    return value ? value : ini_value(ini_driver(&setup, "ODBC"), "Threading");
}

static int probe_run(probe *it, const cli_command *self, bool json, const char *profile)
{
    int status = CLI_FAILED;
    direct link;

    if (direct_open(&link, it->dsn, 10000)) {
        it->caps = uowi_conn_caps(link.conn);
        it->dialect = uowi_conn_dialect(link.conn);
        it->threading = probe_threading(it);
        uowi_profile_ask(link.conn, &it->profile);
        probe_facts(it);
        status = CLI_OK;
        if (profile && !probe_try(it, profile)) {
            (void)cli_complain(self, "cannot write %s", profile);
            status = CLI_FAILED;
        }
        if (json)
            probe_json(stdout, it);
        else
            probe_print(stdout, it);
    } else {
        (void)cli_complain(self, "%s", uow_error_message(&link.error));
    }
    direct_close(&link);
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
