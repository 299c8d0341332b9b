/* What a known driver loses or gets wrong, and what libuow does about it. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "probe.h"

#include <stddef.h>

static const struct {
    size_t offset; /* of a bool of the dialect */
    const char *name, *value, *meaning;
} quirks_known[] = {
#define QUIRK(member, name, value, meaning) {offsetof(uowi_dialect, member), (name), (value), (meaning)}
    QUIRK(ints_are_64bit, "integers", "may hold more than their type says", "they are read as 64 bits and checked"),
    QUIRK(decimals_as_doubles, "decimals", "are added up as doubles", "digits beyond 15 stay in text columns only"),
    QUIRK(decimal_args_as_numbers, "decimal arguments", "would be compared as text", "they are sent as numbers"),
    QUIRK(nan_is_null, "NaN", "would become NULL", "it is refused"),
    QUIRK(nul_cuts_text, "a NUL in text", "would cut the text", "it is refused"),
    QUIRK(param_types_lost, "types of parameters", "are lost when prepared", "placeholders are cast"),
    QUIRK(timestamp_as_text, "timestamps", "lose digits as structs", "they travel as text"),
    QUIRK(zero_dates_null, "impossible dates", "come as NULL", "they are read as text"),
    QUIRK(infinite_dates, "infinity", "comes as an ordinary date", "it is told from one"),
    QUIRK(wide_overreads, "long UTF-16", "makes the driver read past its buffer", "text is read as UTF-8"),
    QUIRK(len_data_at_exec, "long parameters", "need their length before", "streams are given it"),
    QUIRK(drain_before_end, "open results", "stop commit and rollback", "they are drained before"),
    QUIRK(checks_before_commit, "a commit", "may succeed on a dead connection", "the connection is asked before and after"),
    QUIRK(rollback_ends_unit, "after a deadlock", "the next statement begins another transaction", "it is not sent"),
    QUIRK(array_times_leak, "arrays of times", "lose memory", "such rows are written another way"),
    QUIRK(returning_early, "RETURNING", "tells what was there before triggers", "values they may change are read again"),
    QUIRK(routine_one_result, "CREATE PROCEDURE", "crashes when further results are asked for", "they are not"),
    QUIRK(dead_unasked, "a dead connection", "is noticed by a call only", "one is made to find out"),
#undef QUIRK
};

static void quirks_texts(probe *it)
{
    const uowi_dialect *dialect = it->dialect;
    const char *heads = "";

    probe_add(it, "quirks", "fractions of a second", pool_format(&it->memory, "%d digits", it->caps->fraction_digits),
              "the rest is cut by the database or its driver");
    if (dialect->session_sql)
        probe_add(it, "quirks", "values that do not fit", "would be cut", "the session is told to refuse them");
    if (dialect->connect_defaults)
        probe_add(it, "quirks", "connection string", dialect->connect_defaults, "is added where nothing is said");
    for (const char *const *head = dialect->refused_heads; head && *head; head++)
        heads = pool_format(&it->memory, "%s%s%s", heads, *heads ? ", " : "", *head);
    if (*heads)
        probe_add(it, "quirks", "crashes the driver", heads,
                  dialect->wrap_before ? "wrapped where there are no parameters, otherwise refused" : "refused");
}

void probe_quirks(probe *it)
{
    quirks_texts(it);
    for (size_t i = 0; i < sizeof quirks_known / sizeof *quirks_known; i++)
        if (*(const bool *)(const void *)((const char *)it->dialect + quirks_known[i].offset))
            probe_add(it, "quirks", quirks_known[i].name, quirks_known[i].value, quirks_known[i].meaning);
}
