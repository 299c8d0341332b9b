/* Why a connection could not be made, in words that say what to mend. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/connect.h"

#include <string.h>
#include <unistd.h>

#include "diag/redact.h"
#include "odbc/dsn.h"

typedef struct refused_rule {
    const char *sqlstate; /* "" any, or a prefix */
    int32_t native;       /* 0 any */
    const char *contains; /* NULL any */
    uow_status status;
    const char *sentence;
} refused_rule;

#define REFUSED_LOGIN    "the server refused the login: check user and password"
#define REFUSED_SERVER   "the server cannot be reached: check that it runs, its host and its port"
#define REFUSED_DATABASE "there is no such database"
#define REFUSED_FULL     "the server takes no more connections now"
#define REFUSED_TIMEOUT  "the server did not answer within the login timeout"
#define REFUSED_RIGHTS   "the user may not use this database, or there is none of that name"
#define REFUSED_FILE     "the database file cannot be opened: check its path and permissions"

/*
 * psqlodbc reports everything as 08001 native 101 and passes libpq's text; MariaDB's natives are
 * exact; SQLite's driver says HY000 and SQLite's code.
 */
static const refused_rule refused_rules[] = {
    {"28", 0, NULL, UOW_CONNECT_FAILED, REFUSED_LOGIN},
    {"", 1045, NULL, UOW_CONNECT_FAILED, REFUSED_LOGIN},
    {"", 1698, NULL, UOW_CONNECT_FAILED, REFUSED_LOGIN},
    {"", 1044, NULL, UOW_CONNECT_FAILED, REFUSED_RIGHTS},
    {"", 1130, NULL, UOW_CONNECT_FAILED, REFUSED_RIGHTS},
    {"", 1049, NULL, UOW_CONNECT_FAILED, REFUSED_DATABASE},
    {"", 1040, NULL, UOW_CONNECT_FAILED, REFUSED_FULL},
    {"", 1203, NULL, UOW_CONNECT_FAILED, REFUSED_FULL},
    {"", 2002, NULL, UOW_CONNECT_FAILED, REFUSED_SERVER},
    {"", 2003, NULL, UOW_CONNECT_FAILED, REFUSED_SERVER},
    {"", 2005, NULL, UOW_CONNECT_FAILED, REFUSED_SERVER},
    {"", 0, "authentication failed", UOW_CONNECT_FAILED, REFUSED_LOGIN},
    {"", 0, "no password supplied", UOW_CONNECT_FAILED, REFUSED_LOGIN},
    {"", 0, "Login failed", UOW_CONNECT_FAILED, REFUSED_LOGIN},
    {"", 0, "no pg_hba.conf entry", UOW_CONNECT_FAILED, REFUSED_RIGHTS},
    {"", 0, "permission denied for database", UOW_CONNECT_FAILED, REFUSED_RIGHTS},
    {"", 0, "FATAL: role \"", UOW_CONNECT_FAILED, REFUSED_LOGIN},
    {"", 0, "role \"", UOW_CONNECT_FAILED, REFUSED_LOGIN},
    {"", 0, "database \"", UOW_CONNECT_FAILED, REFUSED_DATABASE},
    {"3D000", 0, NULL, UOW_CONNECT_FAILED, REFUSED_DATABASE},
    {"", 0, "too many clients", UOW_CONNECT_FAILED, REFUSED_FULL},
    {"", 0, "too many connections", UOW_CONNECT_FAILED, REFUSED_FULL},
    {"", 0, "timeout expired", UOW_TIMEOUT, REFUSED_TIMEOUT},
    {"", 2013, "system error: 110", UOW_TIMEOUT, REFUSED_TIMEOUT}, /* ETIMEDOUT in the handshake */
    {"HYT", 0, NULL, UOW_TIMEOUT, REFUSED_TIMEOUT},
    {"", 0, "Connection refused", UOW_CONNECT_FAILED, REFUSED_SERVER},
    {"", 0, "could not translate host name", UOW_CONNECT_FAILED, REFUSED_SERVER},
    {"", 0, "No such file or directory", UOW_CONNECT_FAILED, REFUSED_SERVER},
    {"", 0, "could not connect", UOW_CONNECT_FAILED, REFUSED_SERVER},
    {"HY000", 14, "connect failed", UOW_CONNECT_FAILED, REFUSED_FILE}, /* SQLITE_CANTOPEN */
    {"", 0, "unable to open database", UOW_CONNECT_FAILED, REFUSED_FILE},
    {"", 0, "Unable to connect to data source", UOW_CONNECT_FAILED, REFUSED_SERVER},
    {"08", 0, NULL, UOW_CONNECT_FAILED, REFUSED_SERVER},
    {"", 0, NULL, UOW_CONNECT_FAILED, "the driver refused"},
};

static const refused_rule *refused_find(const uowi_harvest *harvest)
{
    const char *text = uowi_buf_cstr(&harvest->text);
    const refused_rule *rule = refused_rules;
    for (;; rule++)
        if (strncmp(harvest->sqlstate, rule->sqlstate, strlen(rule->sqlstate)) == 0 &&
            (rule->native == 0 || rule->native == harvest->native) &&
            (rule->contains == NULL || strstr(text, rule->contains) != NULL))
            return rule;
}

/* The driver manager did not get as far as a driver: SQLSTATE IM002, IM003, or 01000 "Can't open
 * lib". */
static bool refused_before_driver(const uowi_harvest *harvest)
{
    return strncmp(harvest->sqlstate, "IM", 2) == 0 ||
           strstr(uowi_buf_cstr(&harvest->text), "Can't open lib") != NULL;
}

#define REFUSED_DSN_LENGTH 32 /* SQL_MAX_DSN_LENGTH: the driver manager answers IM012 beyond */

static void refused_no_driver(const uowi_target_info *target, uowi_buf *out)
{
    const char *name = target->driver_name;
    if (target->dsn != NULL && strlen(target->dsn) > REFUSED_DSN_LENGTH)
        uowi_buf_fmt(out, "the name of a data source has at most %d characters", REFUSED_DSN_LENGTH);
    else if (target->dsn != NULL && target->driver == NULL && !uowi_dsn_exists(target->dsn))
        uowi_buf_fmt(out, "no data source named \"%s\" is in odbc.ini", target->dsn);
    else if (name[0] == '\0' && target->dsn != NULL)
        uowi_buf_fmt(out, "the data source \"%s\" names no Driver in odbc.ini", target->dsn);
    else if (name[0] == '\0')
        uowi_buf_text(out, "the connection string names neither a DSN nor a Driver");
    else if (target->driver_file[0] != '\0')
        uowi_buf_fmt(out, "the library of driver \"%s\", %s, cannot be loaded", name,
                     target->driver_file);
    else if (name[0] == '/')
        uowi_buf_fmt(out, "the driver's library %s %s", name,
                     access(name, F_OK) == 0 ? "cannot be loaded" : "does not exist");
    else
        uowi_buf_fmt(out, "no driver named \"%s\" is in odbcinst.ini", name);
}

uow_status uowi_connect_refused(struct uowi_conn *conn, const uowi_target_info *target,
                                const uowi_harvest *harvest)
{
    uowi_buf shown, why;
    uow_status st = UOW_CONNECT_FAILED;

    uowi_buf_init(&shown, conn->mem, 0);
    uowi_buf_init(&why, conn->mem, 0);
    uowi_redact_connection(&shown, target->given);
    if (refused_before_driver(harvest)) {
        refused_no_driver(target, &why);
    } else {
        const refused_rule *rule = refused_find(harvest);
        st = rule->status;
        uowi_buf_text(&why, rule->sentence);
    }
    if (harvest->count > 0)
        uowi_error_set(conn->error, st,
                       "Cannot connect to %s: %s. %s said: %s (SQLSTATE %s, native %d)",
                       uowi_buf_cstr(&shown), uowi_buf_cstr(&why),
                       refused_before_driver(harvest) ? "The driver manager" : "The driver",
                       uowi_buf_cstr(&harvest->text), harvest->sqlstate, (int)harvest->native);
    else
        uowi_error_set(conn->error, st, "Cannot connect to %s: the driver gave no reason.",
                       uowi_buf_cstr(&shown));
    uowi_error_function(conn->error, "SQLDriverConnect");
    uowi_buf_done(&why);
    uowi_buf_done(&shown);
    return st;
}
