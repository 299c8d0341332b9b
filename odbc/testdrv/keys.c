/* The keys by name, each with its reader. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "keys_read.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "profile.h"

static bool read_async(td_keys *keys, const char *value, td_complaint *complaint)
{
    static const char *const modes[] = {"none", "statement", "connection", "pretends", "forgets"};
    for (unsigned mode = 0; mode < sizeof modes / sizeof modes[0]; mode++) {
        if (strcasecmp(value, modes[mode]) == 0) {
            keys->async = (td_async_mode)mode;
            return true;
        }
    }
    return td_complain(complaint, "none, statement, connection, pretends or forgets is expected");
}

static bool read_count(const char *value, uint64_t *number, td_complaint *complaint)
{
    if (!td_read_number(value, number) || *number > INT32_MAX)
        return td_complain(complaint, "\"%s\" is no whole number", value);
    return true;
}

static bool read_async_polls(td_keys *keys, const char *value, td_complaint *complaint)
{
    return read_count(value, &keys->async_polls, complaint);
}

static bool read_async_delay(td_keys *keys, const char *value, td_complaint *complaint)
{
    return read_count(value, &keys->async_delay_ms, complaint);
}

static bool read_async_functions(td_keys *keys, const char *value, td_complaint *complaint)
{
    keys->async_limited = true;
    if (!td_read_functions(keys->async_function, value, complaint))
        return false;
    for (unsigned fn = 0; fn < TD_COUNT; fn++)
        if (keys->async_function[fn] && !td_functions[fn].async)
            return td_complain(complaint, "%s is never asynchronous", td_functions[fn].name);
    return true;
}

/* "SQLExecute:50|SQLFetch:5" */
static bool read_delay(td_keys *keys, const char *value, td_complaint *complaint)
{
    char item[128], name[64];
    while (td_next_item(&value, '|', item, sizeof item)) {
        const char *rest = item;
        td_next_item(&rest, ':', name, sizeof name);
        td_fn fn = td_read_function(name, complaint);
        if (fn == TD_COUNT || !read_count(rest ? rest : "", &keys->delay_ms[fn], complaint))
            return false;
    }
    return true;
}

/* "10" or "10:silent" */
static bool read_truncate(td_keys *keys, const char *value, td_complaint *complaint)
{
    char field[64];
    td_next_item(&value, ':', field, sizeof field);
    keys->truncates = true;
    if (!read_count(field, &keys->truncate_at, complaint))
        return false;
    keys->truncates_silently = value != NULL;
    if (value != NULL && strcasecmp(value, "silent") != 0)
        return td_complain(complaint, "\"%s\" is not \"silent\"", value);
    return true;
}

static bool read_missing(td_keys *keys, const char *value, td_complaint *complaint)
{
    return td_read_functions(keys->missing, value, complaint);
}

static bool read_random_functions(td_keys *keys, const char *value, td_complaint *complaint)
{
    memset(keys->random_function, 0, sizeof keys->random_function);
    return td_read_functions(keys->random_function, value, complaint);
}

static bool read_once(td_keys *keys, const char *value, td_complaint *complaint)
{
    if (strlen(value) >= sizeof keys->once)
        return td_complain(complaint, "the file's name is too long");
    snprintf(keys->once, sizeof keys->once, "%s", value);
    return true;
}

static const struct {
    const char *name;
    td_reader *read;
} readers[] = {
    {"TestAsync", read_async},
    {"TestAsyncPolls", read_async_polls},
    {"TestAsyncDelay", read_async_delay},
    {"TestAsyncFunctions", read_async_functions},
    {"TestFail", td_read_fail},
    {"TestCrash", td_read_crash},
    {"TestLinkLost", td_read_link_lost},
    {"TestRowCount", td_read_row_count},
    {"TestTruncate", read_truncate},
    {"TestDelay", read_delay},
    {"TestUnsupported", td_read_unsupported},
    {"TestNoFunctions", read_missing},
    {"TestInfo", td_read_info},
    {"TestRandom", td_read_random},
    {"TestRandomFunctions", read_random_functions},
    {"TestOnce", read_once},
};

#define READER_COUNT (sizeof readers / sizeof readers[0])

bool td_keys_own(const char *key)
{
    return strncasecmp(key, "Test", 4) == 0 || strcasecmp(key, "Wraps") == 0 ||
           strcasecmp(key, "WrapsDSN") == 0;
}

/* A misspelt key would be a test that tests nothing. */
static bool keys_known(const td_connstr *cs, td_complaint *complaint)
{
    for (size_t i = 0; i < cs->count; i++) {
        size_t at = 0;
        if (strncasecmp(cs->pairs[i].key, "Test", 4) != 0)
            continue;
        while (at < READER_COUNT && strcasecmp(cs->pairs[i].key, readers[at].name) != 0)
            at++;
        if (at == READER_COUNT)
            return td_complain(complaint, "no key is called \"%s\"", cs->pairs[i].key);
    }
    return true;
}

bool td_keys_read(td_keys *keys, const td_connstr *cs, const char *dsn, td_complaint *complaint)
{
    static const td_fn usual[] = {TD_ExecDirect, TD_Execute, TD_Fetch, TD_FetchScroll, TD_EndTran};
    char value[TD_VALUE_SIZE];
    td_complaint inner;

    memset(keys, 0, sizeof *keys);
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        keys->random_function[usual[i]] = true;
    if (!keys_known(cs, complaint))
        return false;
    for (size_t i = 0; i < READER_COUNT; i++) {
        if (!td_setting(cs, dsn, readers[i].name, value, sizeof value))
            continue;
        if (!readers[i].read(keys, value, &inner))
            return td_complain(complaint, "%s: %.*s", readers[i].name, TD_TEXT_SIZE - 32,
                               inner.text);
    }
    return true;
}
