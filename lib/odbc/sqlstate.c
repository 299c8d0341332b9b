/*
 * From SQLSTATE, native code and text to the decision a caller can take: the
 * dialect's rules first (drivers that say HY000 for everything), then the
 * standard's classes.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/call.h"

#include <string.h>

typedef struct sqlstate_class {
    const char *prefix; /* of the SQLSTATE; longer ones stand before their class */
    uow_status status;
} sqlstate_class;

static const sqlstate_class sqlstate_classes[] = {
    {"07001", UOW_MISUSE},          /* fewer parameters bound than the statement has */
    {"07002", UOW_MISUSE},          /* the same, newer spelling */
    {"07", UOW_TYPE},               /* dynamic SQL: 07006 restricted data type */
    {"08007", UOW_OUTCOME_UNKNOWN}, /* link lost during the commit */
    {"08", UOW_CONNECTION_LOST},
    {"0A", UOW_UNSUPPORTED},
    {"22001", UOW_TRUNCATED}, /* string data, right truncation */
    {"22026", UOW_TRUNCATED}, /* length given and sent differ */
    {"22", UOW_TYPE},
    {"23", UOW_CONSTRAINT},
    {"24", UOW_DRIVER}, /* cursor state: our order of calls, not the program's */
    {"28", UOW_CONNECT_FAILED},
    {"40002", UOW_CONSTRAINT},      /* a deferred constraint, found at commit */
    {"40003", UOW_OUTCOME_UNKNOWN}, /* statement completion unknown */
    {"40", UOW_TRANSIENT},
    {"44", UOW_CONSTRAINT}, /* WITH CHECK OPTION */
    {"HY001", UOW_NO_MEMORY},
    {"HY003", UOW_TYPE},
    {"HY004", UOW_TYPE},
    {"HY008", UOW_CANCELLED},
    {"HY013", UOW_NO_MEMORY},
    {"HY014", UOW_LIMIT},
    {"HY117", UOW_CONNECTION_LOST}, /* suspended: unknown transaction state */
    {"HY000", UOW_SQL},
    {"HYC00", UOW_UNSUPPORTED},
    {"HYT", UOW_TIMEOUT},
    {"HY024", UOW_UNSUPPORTED}, /* attribute value the driver does not take */
    {"HY092", UOW_UNSUPPORTED},
    {"HY096", UOW_UNSUPPORTED},
    {"HY", UOW_DRIVER},
    {"IM001", UOW_UNSUPPORTED}, /* the driver lacks the function */
    {"IM", UOW_CONNECT_FAILED},
    {"S1T00", UOW_TIMEOUT}, /* ODBC 2 spelling */
    {"01", UOW_DRIVER},     /* an error whose only record is a warning */
    {"", UOW_SQL},          /* every other class is the database's refusal */
};

uow_status uowi_sqlstate_status(const uowi_dialect *dialect, const char *sqlstate, int32_t native,
                                const char *text)
{
    const uowi_error_rule *rule = uowi_dialect_rule(dialect, sqlstate, native, text);
    if (rule != NULL)
        return rule->status;
    if (sqlstate[0] == '\0')
        return UOW_DRIVER;
    const sqlstate_class *entry = sqlstate_classes;
    while (strncmp(sqlstate, entry->prefix, strlen(entry->prefix)) != 0)
        entry++;
    return entry->status;
}
