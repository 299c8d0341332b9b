/* The pieces that values of keys are made of. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "keys_read.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool td_complain(td_complaint *complaint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(complaint->text, sizeof complaint->text, format, args);
    va_end(args);
    return false;
}

bool td_next_item(const char **at, char mark, char *item, size_t size)
{
    const char *from = *at;
    if (from == NULL)
        return false;
    const char *end = strchr(from, mark);
    *at = end ? end + 1 : NULL;
    if (end == NULL)
        end = from + strlen(from);
    while (from < end && *from == ' ')
        from++;
    while (from < end && end[-1] == ' ')
        end--;
    size_t length = (size_t)(end - from);
    if (length >= size)
        length = size - 1;
    memcpy(item, from, length);
    item[length] = '\0';
    return true;
}

bool td_read_number(const char *text, uint64_t *number)
{
    char *end;
    if (!isdigit((unsigned char)*text))
        return false;
    *number = strtoull(text, &end, 10);
    return *end == '\0';
}

bool td_read_when(const char *text, td_when *when)
{
    char *end;
    *when = (td_when){1, UINT64_MAX};
    if (strcmp(text, "*") == 0)
        return true;
    if (!isdigit((unsigned char)*text))
        return false;
    when->first = strtoull(text, &end, 10);
    if (strcmp(end, "+") == 0)
        return when->first > 0;
    if (*end == '-')
        return td_read_number(end + 1, &when->last) && when->last >= when->first;
    when->last = when->first;
    return *end == '\0' && when->first > 0;
}

td_fn td_read_function(const char *name, td_complaint *complaint)
{
    td_fn fn = td_function_by_name(name);
    if (fn == TD_COUNT)
        td_complain(complaint, "no function of this driver is called \"%s\"", name);
    return fn;
}

bool td_read_functions(bool *set, const char *value, td_complaint *complaint)
{
    char name[64];
    while (td_next_item(&value, '|', name, sizeof name)) {
        td_fn fn = td_read_function(name, complaint);
        if (fn == TD_COUNT)
            return false;
        set[fn] = true;
    }
    return true;
}

bool td_read_state(const char *text, char *state, td_complaint *complaint)
{
    if (strlen(text) != 5 || strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 5)
        return td_complain(complaint, "\"%s\" is no SQLSTATE", text);
    memcpy(state, text, 6);
    return true;
}
