/*
 * Asking the driver, in a process of its own: a driver that crashes then is a finding and not the end. What the child found
 * comes back by a pipe, record by record: a letter, fields with a separator between, an end.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "probe.h"

#include <string.h>

#include "child.h"
#include "direct.h"
#include "ini.h"

#define ASK_MS 60000u
#define ASK_MOST 65536u
#define ASK_FIELD '\037'
#define ASK_END '\036'

enum { ASK_NEXT = 'n', ASK_FACT = 'f', ASK_HEAD = 'h', ASK_ERROR = 'e' };

/* --- the child */

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

/* Before the driver is asked: what was said last is where it crashed. */
static void ask_next(void *user, const char *what)
{
    FILE *out = user;

    fprintf(out, "%c%s%c", ASK_NEXT, what, ASK_END);
    fflush(out);
}

static void ask_tell(FILE *out, const probe *it)
{
    fprintf(out, "%c# uow profile of %s %s for %s, by uow probe --try\n", ASK_HEAD, it->caps->driver_name,
            it->caps->driver_version, it->caps->dbms_name);
    /* The last line of a name counts: what is found out comes after what is asked. */
    fprintf(out, "row-arrays = %s\nparam-arrays = %s\n%c", it->caps->row_arrays ? "yes" : "no",
            it->caps->param_arrays ? "yes" : "no", ASK_END);
    for (size_t i = 0; i < it->fact_count; i++) {
        const probe_fact *fact = &it->facts[i];

        fprintf(out, "%c%s%c%s%c%s%c%s%c", ASK_FACT, fact->group, ASK_FIELD, fact->name, ASK_FIELD, fact->value, ASK_FIELD,
                fact->meaning ? fact->meaning : "", ASK_END);
    }
}

static int ask_child(FILE *out, void *user)
{
    probe *it = user;
    direct link = {.asking = ask_next, .asking_user = out};
    bool open = direct_open(&link, it->dsn, 10000);

    if (open) {
        it->caps = uowi_conn_caps(link.conn);
        it->dialect = uowi_conn_dialect(link.conn);
        it->threading = probe_threading(it);
        uowi_profile_ask(link.conn, &it->profile);
        probe_facts(it);
        ask_tell(out, it);
    } else {
        fprintf(out, "%c%s%c", ASK_ERROR, uow_error_message(&link.error), ASK_END);
    }
    ask_next(out, "to disconnect");
    direct_close(&link);
    return open ? CLI_OK : CLI_FAILED;
}

/* --- what it said */

/* Takes the text up to the separator off *at; the whole rest where there is none. */
static char *ask_take(char **at, char separator)
{
    char *taken = *at;
    char *end = strchr(taken, separator);

    if (end)
        *end = '\0';
    *at = end ? end + 1 : taken + strlen(taken);
    return taken;
}

static void ask_fact(probe *it, char *fields)
{
    const char *group = ask_take(&fields, ASK_FIELD);
    const char *name = ask_take(&fields, ASK_FIELD);
    const char *value = ask_take(&fields, ASK_FIELD);

    probe_add(it, group, name, value, *fields ? fields : NULL);
}

/* Returns the last that the driver was asked. */
static const char *ask_listen(probe *it, char *said, const char **error)
{
    const char *last = "";

    while (*said) {
        char *record = ask_take(&said, ASK_END);

        switch (*record) {
        case ASK_NEXT: last = record + 1; break;
        case ASK_FACT: ask_fact(it, record + 1); break;
        case ASK_HEAD: it->asked = record + 1; break;
        case ASK_ERROR: *error = record + 1; break;
        default: break;
        }
    }
    return last;
}

int probe_ask(probe *it, const cli_command *self)
{
    char *said = pool_alloc(&it->memory, ASK_MOST);
    const char *error = NULL, *last, *what;
    child_result result;

    if (!child_run(ask_child, it, ASK_MS, said, ASK_MOST, &result)) {
        (void)cli_complain(self, "there is no process to be had");
        return CLI_FAILED;
    }
    last = ask_listen(it, said, &error);
    if (result.signal || result.late) {
        what = result.late ? pool_format(&it->memory, "does not answer when it is asked %s", last)
                           : pool_format(&it->memory, "crashed while it was asked %s: %s", last, strsignal(result.signal));
        probe_add(it, "crash", "the driver", what, "no program can go on after that: take another version of the driver");
        (void)cli_complain(self, "the driver %s", what);
        return CLI_DRIVER;
    }
    if (result.status != CLI_OK || !it->asked) {
        (void)cli_complain(self, "%s", error ? error : "the driver ended the process it was asked in");
        return error ? CLI_FAILED : CLI_DRIVER;
    }
    return CLI_OK;
}
