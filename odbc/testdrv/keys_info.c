/* Keys that change what a driver says it can do: TestInfo and TestUnsupported. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "keys_read.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The answers of SQLGetInfo that may be changed, with their types. */
static const struct info_type {
    const char *name;
    SQLUSMALLINT id;
    char type;
} info_types[] = {
#define INFO(id, type)                                                                             \
    {                                                                                              \
#id, id, type                                                                              \
    }
    INFO(SQL_ASYNC_MODE, 'I'),
    INFO(SQL_BATCH_SUPPORT, 'I'),
    INFO(SQL_CURSOR_COMMIT_BEHAVIOR, 'S'),
    INFO(SQL_CURSOR_ROLLBACK_BEHAVIOR, 'S'),
    INFO(SQL_DATABASE_NAME, 'T'),
    INFO(SQL_DATA_SOURCE_READ_ONLY, 'T'),
    INFO(SQL_DBMS_NAME, 'T'),
    INFO(SQL_DBMS_VER, 'T'),
    INFO(SQL_DEFAULT_TXN_ISOLATION, 'I'),
    INFO(SQL_DRIVER_NAME, 'T'),
    INFO(SQL_DRIVER_VER, 'T'),
    INFO(SQL_GETDATA_EXTENSIONS, 'I'),
    INFO(SQL_IDENTIFIER_CASE, 'S'),
    INFO(SQL_IDENTIFIER_QUOTE_CHAR, 'T'),
    INFO(SQL_MAX_CONCURRENT_ACTIVITIES, 'S'),
    INFO(SQL_MAX_IDENTIFIER_LEN, 'S'),
    INFO(SQL_MAX_STATEMENT_LEN, 'I'),
    INFO(SQL_MULTIPLE_ACTIVE_TXN, 'T'),
    INFO(SQL_MULT_RESULT_SETS, 'T'),
    INFO(SQL_NEED_LONG_DATA_LEN, 'T'),
    INFO(SQL_PARAM_ARRAY_ROW_COUNTS, 'I'),
    INFO(SQL_PARAM_ARRAY_SELECTS, 'I'),
    INFO(SQL_PROCEDURES, 'T'),
    INFO(SQL_SCROLL_OPTIONS, 'I'),
    INFO(SQL_SEARCH_PATTERN_ESCAPE, 'T'),
    INFO(SQL_TXN_CAPABLE, 'S'),
    INFO(SQL_TXN_ISOLATION_OPTION, 'I'),
#undef INFO
};

static const struct info_type *info_named(const char *name)
{
    for (size_t i = 0; i < sizeof info_types / sizeof info_types[0]; i++)
        if (strcasecmp(info_types[i].name, name) == 0)
            return &info_types[i];
    return NULL;
}

static bool info_add(td_keys *keys, const char *name, const char *value, td_complaint *complaint)
{
    const struct info_type *type = info_named(name);
    uint64_t number = 0;
    size_t at = 0;

    if (type == NULL)
        return td_complain(complaint, "\"%s\" is none of the SQLGetInfo answers known here", name);
    if (type->type != 'T' && (!td_read_number(value, &number) || number > UINT32_MAX))
        return td_complain(complaint, "%s is a number, not \"%s\"", name, value);
    while (keys->infos[at].type != 0 && keys->infos[at].id != type->id)
        at++;
    if (at + 1 == TD_MAX_RULES)
        return td_complain(complaint, "more than %d answers changed", TD_MAX_RULES - 1);
    keys->infos[at].id = type->id;
    keys->infos[at].type = type->type;
    keys->infos[at].number = (SQLUINTEGER)number;
    snprintf(keys->infos[at].text, sizeof keys->infos[at].text, "%s", value);
    return true;
}

/* "SQL_DBMS_NAME:Whatever|SQL_TXN_CAPABLE:0" */
bool td_read_info(td_keys *keys, const char *value, td_complaint *complaint)
{
    char item[256], name[64];
    while (td_next_item(&value, '|', item, sizeof item)) {
        const char *rest = item;
        td_next_item(&rest, ':', name, sizeof name);
        if (!info_add(keys, name, rest ? rest : "", complaint))
            return false;
    }
    return true;
}

/* What a driver without a feature answers, and what it refuses. */
static const struct feature {
    const char *name;
    unsigned lacks;
    const char *infos;
} features[] = {
    {"transactions", TD_LACKS_TRANSACTIONS, "SQL_TXN_CAPABLE:0|SQL_TXN_ISOLATION_OPTION:0"},
    {"param_arrays", TD_LACKS_PARAM_ARRAYS, NULL},
    {"row_arrays", TD_LACKS_ROW_ARRAYS, NULL},
    {"getdata_extensions", TD_LACKS_GETDATA, "SQL_GETDATA_EXTENSIONS:0"},
    {"procedures", 0, "SQL_PROCEDURES:N"},
    {"multiple_results", 0, "SQL_MULT_RESULT_SETS:N|SQL_BATCH_SUPPORT:0"},
};

static const struct feature *feature_named(const char *name)
{
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++)
        if (strcasecmp(features[i].name, name) == 0)
            return &features[i];
    return NULL;
}

bool td_read_unsupported(td_keys *keys, const char *value, td_complaint *complaint)
{
    char name[64];
    while (td_next_item(&value, '|', name, sizeof name)) {
        const struct feature *feature = feature_named(name);
        if (feature == NULL)
            return td_complain(complaint, "no feature is called \"%s\"", name);
        keys->lacks |= feature->lacks;
        if (feature->infos != NULL && !td_read_info(keys, feature->infos, complaint))
            return false;
    }
    return true;
}
