/* The command line of uow doctor. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "doctor.h"

enum { OPTION_JSON, OPTION_NO_CONNECT, OPTION_TIMEOUT };

static const cli_option doctor_options[] = {
    {"--json", NULL, "write what is found as JSON"},
    {"--no-connect", NULL, "look at files and drivers only"},
    {"--timeout", "SECONDS", "of each connection (5)"},
    {NULL, NULL, NULL},
};

static int doctor_main(const cli_command *self, int count, char **words);

const cli_command doctor_command = {
    .name = "doctor",
    .summary = "Why does a data source not work? Files, drivers, data sources, servers.",
    .usage = "[DSN] [OPTION...]",
    .options = doctor_options,
    .notes = "DSN is a data source of odbc.ini or a connection string; without it all are looked at.\n"
             "Ends with 0: nothing is wrong; 10: the files, or the data source is not in them; 11: a driver;\n"
             "12: a server cannot be reached; 13: a login is refused; 14: a database is missing; 1: something else.\n"
             "Where several things are wrong, the first of them in this order counts.\n",
    .run = doctor_main,
};

/* The least of the statuses of what is wrong, as what comes first must be mended first; 1 only where there is no other. */
static int doctor_status(const doctor *d)
{
    const doctor_subject *subject;
    int status = CLI_OK;

    for (size_t i = 0; (subject = doctor_subject_at(d, i)) != NULL; i++)
        for (size_t k = 0; k < subject->finding_count; k++) {
            int it = doctor_code_exit(subject->findings[k].code);

            if (it != CLI_OK && (status == CLI_OK || status == CLI_FAILED || (it < status && it != CLI_FAILED)))
                status = it;
        }
    return status;
}

static bool doctor_option(doctor *d, bool *json, const cli_words *words)
{
    switch (words->option) {
    case OPTION_JSON: *json = true; break;
    case OPTION_NO_CONNECT: d->connects = false; break;
    case OPTION_TIMEOUT: return cli_number(words, 1, 600, &d->timeout_s);
    default: break;
    }
    return true;
}

static int doctor_main(const cli_command *self, int count, char **words)
{
    doctor d = {.timeout_s = 5, .connects = true};
    cli_words line = {.command = self, .count = count, .words = words};
    bool json = false;
    cli_kind kind;
    int status;

    while ((kind = cli_next(&line)) != CLI_END) {
        if (kind == CLI_HELPED)
            return CLI_OK;
        if (kind == CLI_BAD || (kind == CLI_OPTION && !doctor_option(&d, &json, &line)))
            return CLI_USAGE;
        if (kind == CLI_WORD && !cli_only(&line, &d.asked))
            return CLI_USAGE;
    }
    doctor_check_all(&d);
    if (json)
        doctor_json(stdout, &d);
    else
        doctor_print(stdout, &d);
    status = doctor_status(&d);
    pool_free(&d.memory);
    return status;
}
