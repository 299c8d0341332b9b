/* The connection string that is sent. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/connect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odbc/dsn.h"

#define CONNECT_USER     "UID|USER|USERNAME"
#define CONNECT_PASSWORD "PWD|PASSWORD"
#define CONNECT_PROFILE  "UowProfile"

static void connect_target(const uowi_conn_options *options, const uowi_connstr *cs,
                           uowi_target_info *target)
{
    memset(target, 0, sizeof *target);
    target->given = options->connection;
    target->dsn = uowi_connstr_get(cs, "DSN");
    target->driver = uowi_connstr_get(cs, "DRIVER");

    if (target->driver != NULL && strlen(target->driver) < sizeof target->driver_name)
        memcpy(target->driver_name, target->driver, strlen(target->driver) + 1);
    else if (target->dsn != NULL)
        (void)uowi_dsn_get(target->dsn, "Driver", target->driver_name, sizeof target->driver_name);
    if (target->driver_name[0] != '\0')
        (void)uowi_dsn_driver_file(target->driver_name, target->driver_file,
                                   sizeof target->driver_file);

    const char *profile = uowi_connstr_get(cs, CONNECT_PROFILE);
    if (profile != NULL && strlen(profile) < sizeof target->profile)
        memcpy(target->profile, profile, strlen(profile) + 1);
    else if (profile == NULL && target->dsn != NULL)
        (void)uowi_dsn_get(target->dsn, CONNECT_PROFILE, target->profile, sizeof target->profile);

    /* The library's file tells more than the name somebody gave it. */
    target->dialect = uowi_dialect_of_driver(target->driver_file);
    if (target->dialect == NULL && target->driver_name[0] != '\0')
        target->dialect = uowi_dialect_of_driver(target->driver_name);
}

/* User and password given apart replace those of the text. */
static bool connect_login(const uowi_conn_options *options, uowi_connstr *cs)
{
    bool fits = true;
    if (options->user != NULL) {
        uowi_connstr_remove(cs, CONNECT_USER);
        fits = uowi_connstr_add(cs, "UID", options->user);
    }
    if (options->password != NULL) {
        uowi_connstr_remove(cs, CONNECT_PASSWORD);
        fits = uowi_connstr_add(cs, "PWD", options->password) && fits;
    }
    return fits;
}

/* What connection string or DSN say, the bits added; where both are silent, the bits alone. */
static bool connect_bits(const char *keys, const char *bits, const char *said, uowi_connstr *cs)
{
    char key[64], value[24];
    char *end = NULL;
    unsigned long long has = said != NULL ? strtoull(said, &end, 10) : 0;
    unsigned long long wanted = strtoull(bits, NULL, 10);

    if (said != NULL && (end == said || *end != '\0' || (has & wanted) == wanted))
        return true; /* there already, or nothing that bits could be added to */
    snprintf(key, sizeof key, "%.*s", (int)strcspn(keys, "|"), keys);
    snprintf(value, sizeof value, "%llu", has | wanted);
    uowi_connstr_remove(cs, keys);
    return uowi_connstr_add(cs, key, value);
}

/* One "Key|Alias=Value" of length bytes, added where neither the text nor the DSN says anything. */
static bool connect_default(const char *pair, size_t length, const char *dsn, uowi_connstr *cs)
{
    char keys[64], value[64], in_dsn[UOWI_DSN_VALUE_SIZE];
    const char *equals = memchr(pair, '=', length);
    const char *said;
    if (equals == NULL)
        return true;
    size_t keys_length = (size_t)(equals - pair);
    size_t value_length = length - keys_length - 1;
    if (keys_length == 0 || keys_length >= sizeof keys || value_length >= sizeof value)
        return true;
    bool bits = pair[keys_length - 1] == '|';
    memcpy(keys, pair, keys_length);
    keys[keys_length - bits] = '\0';
    memcpy(value, equals + 1, value_length);
    value[value_length] = '\0';

    said = uowi_connstr_get(cs, keys);
    if (said == NULL && dsn != NULL && uowi_dsn_get(dsn, keys, in_dsn, sizeof in_dsn))
        said = in_dsn;
    if (bits)
        return connect_bits(keys, value, said, cs);
    if (said != NULL)
        return true;
    keys[strcspn(keys, "|")] = '\0';
    return uowi_connstr_add(cs, keys, value);
}

static bool connect_defaults(const uowi_target_info *target, uowi_connstr *cs)
{
    const char *at = target->dialect != NULL ? target->dialect->connect_defaults : NULL;
    while (at != NULL && *at != '\0') {
        size_t length = strcspn(at, ";");
        if (!connect_default(at, length, target->dsn, cs))
            return false;
        at += length;
        at += *at == ';';
    }
    return true;
}

static bool connect_timeout(const uowi_conn_options *options, const uowi_target_info *target,
                            uowi_connstr *cs)
{
    uowi_buf text;
    const char *key = target->dialect != NULL ? target->dialect->login_timeout_key : NULL;
    if (key == NULL || options->login_timeout_ms == 0)
        return true;
    uowi_buf_init(&text, cs->mem, 0);
    uowi_buf_fmt(&text, "%s=%u", key, (options->login_timeout_ms - 1) / 1000 + 1);
    bool fits = !text.failed && connect_default(uowi_buf_cstr(&text), text.length, target->dsn, cs);
    uowi_buf_done(&text);
    return fits;
}

uow_status uowi_connect_text(const uowi_conn_options *options, uow_error *error, uowi_connstr *cs,
                             uowi_target_info *target)
{
    size_t bad = 0;
    if (options->connection == NULL || options->connection[0] == '\0')
        return uowi_error_set(error, UOW_MISUSE,
                              "No data source: give a DSN's name or a connection string.");
    uow_status st = uowi_connstr_parse(cs, options->connection, &bad);
    if (st == UOW_MISUSE) /* the text itself may be a password's tail: only the place is told */
        return uowi_error_set(error, st,
                              "The connection string is malformed at byte %zu: expected Key=Value "
                              "pairs with ';' between, values with ';' in {braces}.",
                              bad);
    connect_target(options, cs, target);
    uowi_connstr_remove(cs, CONNECT_PROFILE);
    if (st != UOW_OK || !connect_login(options, cs) || !connect_defaults(target, cs) ||
        !connect_timeout(options, target, cs))
        return uowi_error_no_memory(error);
    return UOW_OK;
}

bool uowi_connect_secret(uowi_mem *mem, const uowi_connstr *cs, const uowi_target_info *target,
                         char **out)
{
    char value[UOWI_DSN_VALUE_SIZE] = "";
    const char *password = uowi_connstr_get(cs, CONNECT_PASSWORD);
    bool fits = true;
    if (password == NULL && target->dsn != NULL &&
        uowi_dsn_get(target->dsn, "Password|PWD", value, sizeof value))
        password = value;
    if (password != NULL && password[0] != '\0') {
        *out = uowi_strdup(mem, password);
        fits = *out != NULL;
    }
    uowi_wipe(value, sizeof value);
    return fits;
}
