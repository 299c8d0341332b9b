/* Facts into words: a value, and what it means for a program. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "probe.h"

#include <string.h>

#include "scaffold.h"

void probe_add(probe *it, const char *group, const char *name, const char *value, const char *meaning)
{
    it->facts = pool_more(&it->memory, it->facts, it->fact_count, sizeof *it->facts);
    it->facts[it->fact_count++] = (probe_fact){group, name, value, meaning};
}

static const char *facts_yes(bool yes)
{
    return yes ? "yes" : "no";
}

static void facts_database(probe *it)
{
    const uowi_caps *caps = it->caps;
    pool *p = &it->memory;
    bool known = strcmp(it->dialect->name, "standard") != 0;

    probe_add(it, "database", "product", pool_format(p, "%s %s", caps->dbms_name, caps->dbms_version), NULL);
    probe_add(it, "database", "driver",
              pool_format(p, "%s %s, ODBC %s", caps->driver_name, caps->driver_version, caps->driver_odbc), NULL);
    probe_add(it, "database", "driver manager", it->profile.manager, NULL);
    probe_add(it, "database", "dialect", it->dialect->name,
              known ? "the driver is known: what is fast and right for it has been tried"
                    : "the driver is not known: libuow takes the most careful way everywhere");
    if (it->profile.round_trip_ns)
        probe_add(it, "database", "round trip", pool_format(p, "%.3f ms", (double)it->profile.round_trip_ns / 1e6),
                  "what each statement costs at least: where it is much, batches and calls save most");
    else
        probe_add(it, "database", "round trip", "unknown", "SELECT 1 is not taken");
}

static void facts_async(probe *it)
{
    static const char *const modes[] = {"none", "connection", "statement"};
    static const char *const answers[] = {"an error", "success with a warning", "success"};
    const uowi_profile *profile = &it->profile;
    int mode = profile->async_reported;
    bool lies = profile->async_set == UOWI_ANSWER_SUCCESS && !profile->async_kept;

    probe_add(it, "async", "reported", mode >= 0 && mode <= 2 ? modes[mode] : "unknown", "what SQL_ASYNC_MODE says");
    probe_add(it, "async", "setting it", answers[profile->async_set],
              lies ? "and it is forgotten: such an answer is not believed" : NULL);
    probe_add(it, "async", "reads back", profile->async_kept ? "on" : "off", NULL);
    probe_add(it, "async", "engine", it->caps->async_mode ? "native" : "worker",
              it->caps->async_mode ? "polled calls poll the driver" : "polled calls run on a thread of the environment");
}

static void facts_isolation(probe *it)
{
    static const char *const names[] = {"", "read uncommitted", "read committed", "repeatable read", "serializable"};
    const char *levels = "";
    int usual = it->caps->default_isolation;

    for (int level = 1; level <= 4; level++)
        if (it->caps->isolations & 1u << level)
            levels = pool_format(&it->memory, "%s%s%s", levels, *levels ? ", " : "", names[level]);
    probe_add(it, "transactions", "isolation", *levels ? levels : "not told", "others become the next stronger one, if any");
    probe_add(it, "transactions", "isolation by default", usual >= 1 && usual <= 4 ? names[usual] : "not told", NULL);
}

static void facts_transactions(probe *it)
{
    const uowi_caps *caps = it->caps;

    probe_add(it, "transactions", "units", facts_yes(caps->transactions),
              caps->transactions ? "several statements take effect together or not at all" : "each statement commits by itself");
    probe_add(it, "transactions", "with CREATE and DROP", facts_yes(caps->ddl_transactional),
              caps->ddl_transactional ? NULL : "such a statement ends the unit, or is not undone with it");
    facts_isolation(it);
    probe_add(it, "transactions", "savepoints", facts_yes(it->profile.savepoints),
              it->profile.savepoints ? "units can be nested" : "a unit inside of another is refused");
    probe_add(it, "transactions", "failed statement", it->dialect->failure_aborts_unit ? "ends the unit" : "is undone alone",
              it->dialect->failure_aborts_unit ? "only a rollback follows, to a savepoint at least" : "the unit goes on");
}

static void facts_procedures(probe *it)
{
    static const char *const outs[] = {"bound", "as a row of the call", "through session variables"};
    const uowi_call_style *calls = it->dialect->calls;

    probe_add(it, "procedures", "stored procedures", facts_yes(it->caps->procedures),
              it->caps->procedures ? NULL : "uow_call runs portable bodies of the model");
    if (it->caps->procedures && calls) {
        probe_add(it, "procedures", "functions", calls->from_function ? "SELECT * FROM f()" : "SELECT f()",
                  "uow_call finds out which of the two a name is");
        probe_add(it, "procedures", "OUT values come", outs[calls->outs], NULL);
        probe_add(it, "procedures", "parameters", calls->routines_sql ? "read from the catalog" : "taken as given", NULL);
        probe_add(it, "procedures", "a failed call", calls->atomic ? "is undone" : "leaves what it did",
                  calls->atomic ? NULL : "call it in a unit, and roll that back");
    }
    probe_add(it, "procedures", "several results", facts_yes(it->caps->multiple_results), NULL);
}

static void facts_writing(probe *it)
{
    static const char *const keys[] = {"asked for after each row", "RETURNING", "WITH .. RETURNING"};
    static const char *const ways[UOWI_WAY_COUNT] = {"row by row", "multi-row VALUES", "parameter arrays", "unnest of arrays",
                                                     "WITH values", "JOIN with values", "IN lists"};
    const uowi_dialect *dialect = it->dialect;
    const char *used = "";
    unsigned seen = 0;

    probe_add(it, "writing", "generated keys",
              dialect->returning == UOWI_RETURNING_NONE && !it->caps->identity_sql ? "not to be had" : keys[dialect->returning],
              dialect->returning == UOWI_RETURNING_NONE && it->caps->identity_sql ? it->caps->identity_sql : NULL);
    for (const uowi_way_rule *rule = dialect->ways; rule && rule->way != UOWI_WAY_ROW; rule++)
        if (!(seen & 1u << rule->way)) {
            used = pool_format(&it->memory, "%s%s%s", used, *used ? ", " : "", ways[rule->way]);
            seen |= 1u << rule->way;
        }
    probe_add(it, "writing", "batches", *used ? used : "row by row", *used ? NULL : "a trip for each row");
    probe_add(it, "writing", "parameter arrays", it->caps->param_arrays ? "kept" : "refused",
              it->profile.array_counts ? "a count for each row is promised" : "one count for all rows");
    probe_add(it, "writing", "no row met", dialect->zero_rows_is_success ? "success" : "no data", "both are a conflict in a save");
    probe_add(it, "writing", "insert or update", dialect->upsert ? "one statement" : "an update, then an insert", NULL);
}

static void facts_reading(probe *it)
{
    static const char *const paging[] = {"none", "LIMIT .. OFFSET", "OFFSET .. FETCH"};
    static const char *const streams[] = {"by the driver", "by a declared cursor", "by pages of the key"};

    probe_add(it, "reading", "row arrays", facts_yes(it->caps->row_arrays),
              it->caps->row_arrays ? "rows come in blocks, straight into the structs" : "rows come one by one");
    probe_add(it, "reading", "long values",
              it->caps->getdata_any_order && it->caps->getdata_block ? "in any order, inside a block"
              : it->caps->getdata_any_column                          ? "of any column"
                                                                     : "behind the bound columns only",
              NULL);
    probe_add(it, "reading", "paging", paging[uowi_dialect_paging(it->dialect, it->caps)], NULL);
    probe_add(it, "reading", "streaming", streams[it->dialect->streaming], "how cursors keep memory bounded");
    probe_add(it, "reading", "text", it->caps->text_wide ? "UTF-16 (SQL_C_WCHAR)" : "UTF-8 (SQL_C_CHAR)",
              it->caps->text_wide ? "converted both ways" : "as it is, without a copy");
}

static void facts_limits(probe *it)
{
    pool *p = &it->memory;
    const uowi_profile *profile = &it->profile;

    probe_add(it, "limits", "parameters", pool_format(p, "%u", it->caps->max_parameters), "of one statement; longer saves are split");
    probe_add(it, "limits", "identifiers", it->caps->max_identifier ? pool_format(p, "%u", it->caps->max_identifier) : "not told",
              NULL);
    probe_add(it, "limits", "open statements", profile->statements ? pool_format(p, "%u", profile->statements) : "no limit told",
              NULL);
    probe_add(it, "limits", "cancel", profile->cancel ? "SQLCancel" : "none",
              profile->cancel ? "a request, which the database may be late to hear" : "a call that is given up goes on by itself");
    probe_add(it, "limits", "query time-out",
              it->dialect->query_timeout_sql ? "by a statement of the session"
              : profile->timeout_kept        ? "SQL_ATTR_QUERY_TIMEOUT"
                                             : "none",
              it->dialect->query_timeout_sql && profile->timeout_set != UOWI_ANSWER_ERROR
                  ? "as the driver does not keep SQL_ATTR_QUERY_TIMEOUT"
                  : NULL);
    probe_add(it, "limits", "Threading", it->threading ? it->threading : "0, as nothing is said",
              !it->threading || it->threading[0] == '0' ? "the driver manager locks nothing but itself"
              : it->threading[0] == '3'                 ? "the driver manager lets one call of the process in: parallel is none"
                                                        : "the driver manager locks each connection or statement");
}

/* --- types */

static uow_type facts_type(const uowi_profile_type *type)
{
    static const struct {
        int code;
        uow_type type, when_unsigned;
    } codes[] = {
        {-7, UOW_BOOL, UOW_BOOL},          {-6, UOW_INT8, UOW_UINT8},          {5, UOW_INT16, UOW_UINT16},
        {4, UOW_INT32, UOW_UINT32},        {-5, UOW_INT64, UOW_UINT64},        {7, UOW_FLOAT, UOW_FLOAT},
        {6, UOW_DOUBLE, UOW_DOUBLE},       {8, UOW_DOUBLE, UOW_DOUBLE},        {2, UOW_DECIMAL, UOW_DECIMAL},
        {3, UOW_DECIMAL, UOW_DECIMAL},     {1, UOW_TEXT, UOW_TEXT},            {12, UOW_TEXT, UOW_TEXT},
        {-8, UOW_TEXT, UOW_TEXT},          {-9, UOW_TEXT, UOW_TEXT},           {-2, UOW_BINARY, UOW_BINARY},
        {-3, UOW_BINARY, UOW_BINARY},      {-4, UOW_BLOB, UOW_BLOB},           {91, UOW_DATE, UOW_DATE},
        {9, UOW_DATE, UOW_DATE},           {92, UOW_TIME, UOW_TIME},           {10, UOW_TIME, UOW_TIME},
        {93, UOW_TIMESTAMP, UOW_TIMESTAMP}, {11, UOW_TIMESTAMP, UOW_TIMESTAMP}, {-11, UOW_GUID, UOW_GUID},
    };

    if (strcmp(type->name, "timestamptz") == 0 || strcmp(type->name, "datetimeoffset") == 0)
        return UOW_TIMESTAMPTZ;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == type->sql_type)
            return strstr(type->name, "UNSIGNED") ? codes[i].when_unsigned : codes[i].type;
    return UOW_LONGTEXT;
}

/* What a value of the type may lose on its way; NULL: nothing. */
static const char *facts_loss(probe *it, uow_type type)
{
    const uowi_dialect *dialect = it->dialect;

    if (type >= UOW_INT8 && type < UOW_INT64 && dialect->ints_are_64bit)
        return "a column may hold 64 bits all the same: UOW_INT64 takes all of them";
    if (type == UOW_DECIMAL || type == UOW_DOUBLE)
        return type == UOW_DOUBLE                 ? "15 to 17 digits"
               : dialect->decimals_as_doubles ? "digits beyond 15 are lost"
                                              : "exact, up to 38 digits";
    if (type == UOW_TIMESTAMP || type == UOW_TIMESTAMPTZ)
        return pool_format(&it->memory, "%d digits of a second%s", it->caps->fraction_digits,
                           type == UOW_TIMESTAMPTZ && dialect->read_offset ? "; the offset is asked for" : "");
    if ((type == UOW_TEXT || type == UOW_LONGTEXT) && dialect->nul_cuts_text)
        return "no NUL inside";
    return NULL;
}

static void facts_types(probe *it)
{
    for (size_t i = 0; i < it->profile.type_count; i++) {
        const uowi_profile_type *type = &it->profile.types[i];
        bool again = false;

        for (size_t k = 0; k < i; k++)
            again = again || strcmp(it->profile.types[k].name, type->name) == 0;
        if (!again && type->name[0])
            probe_add(it, "types", type->name, scaffold_type_name(facts_type(type)), facts_loss(it, facts_type(type)));
    }
}

void probe_facts(probe *it)
{
    facts_database(it);
    facts_async(it);
    facts_transactions(it);
    facts_procedures(it);
    facts_writing(it);
    facts_reading(it);
    facts_limits(it);
    facts_types(it);
    probe_quirks(it);
}
