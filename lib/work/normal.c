#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/normal.h"

#include <string.h>

#include "base/utf.h"
#include "work/placeholder.h"

static bool normal_ends(const uowi_buf *out, size_t from, const char *tail)
{
    size_t length = strlen(tail);

    return out->length - from >= length && memcmp(out->data + out->length - length, tail, length) == 0;
}

static void normal_cut(uowi_buf *out, size_t length)
{
    out->length -= length;
    out->data[out->length] = '\0';
}

/* "?, ?" and "?, .., ?" are "?, ..". */
static void normal_value(uowi_buf *out, size_t from)
{
    if (normal_ends(out, from, "?, .., "))
        normal_cut(out, 2);
    else if (normal_ends(out, from, "?, "))
        uowi_buf_text(out, "..");
    else
        uowi_buf_char(out, '?');
}

/* After a closing bracket: the row before may be the same, and then both are one. */
static void normal_row(uowi_buf *out, size_t from)
{
    size_t open = out->length;
    size_t length;

    while (open > from && out->data[open - 1] != '(')
        open--;
    if (open == from)
        return;
    length = out->length - --open;
    if (open < from + 2 || memcmp(out->data + open - 2, ", ", 2) != 0)
        return;
    if (open - from >= length + 2 && memcmp(out->data + open - 2 - length, out->data + open, length) == 0) {
        normal_cut(out, length);
        uowi_buf_text(out, "..");
    } else if (open - from >= length + 6 && memcmp(out->data + open - 4, "..", 2) == 0 &&
               memcmp(out->data + open - 6 - length, out->data + open, length) == 0) {
        normal_cut(out, length + 2);
    }
}

static bool normal_number(const char *sql, size_t length, size_t at)
{
    char before = at > 0 ? sql[at - 1] : ' ';

    if (uowi_ascii_word(before) || before == '$' || before == '@')
        return false;
    return uowi_ascii_digit(sql[at]) || (sql[at] == '.' && at + 1 < length && uowi_ascii_digit(sql[at + 1]) && before != ')');
}

static size_t normal_number_end(const char *sql, size_t length, size_t at)
{
    while (at < length && (uowi_ascii_word(sql[at]) || sql[at] == '.' ||
                           ((sql[at] == '+' || sql[at] == '-') && (sql[at - 1] == 'e' || sql[at - 1] == 'E'))))
        at++;
    return at;
}

/* One blank, and none after an opening bracket or before a comma or a closing one. */
static void normal_blank(uowi_buf *out, size_t from)
{
    char last = out->length > from ? out->data[out->length - 1] : ' ';

    if (last != ' ' && last != '(')
        uowi_buf_char(out, ' ');
}

static void normal_mark(uowi_buf *out, size_t from, char c)
{
    if ((c == ',' || c == ')') && normal_ends(out, from, " "))
        normal_cut(out, 1);
    uowi_buf_char(out, c);
    if (c == ',')
        uowi_buf_char(out, ' ');
    if (c == ')')
        normal_row(out, from);
}

/* Whether what is skipped here is a value. */
static bool normal_literal(const char *sql, size_t at)
{
    return sql[at] == '\'' || sql[at] == '$';
}

void uowi_normal_text(const char *sql, size_t length, uowi_buf *out)
{
    size_t from = out->length;
    size_t at = 0;

    while (at < length && !out->failed) {
        size_t behind = uowi_sql_skip(sql, length, at, 0);

        if (behind != at && normal_literal(sql, at)) {
            while (behind < length && sql[behind] == '\'' && sql[at] == '\'') /* a doubled quote */
                behind = uowi_sql_skip(sql, length, behind, 0);
            normal_value(out, from);
            at = behind;
        } else if (behind != at && (sql[at] == '-' || sql[at] == '/')) {
            normal_blank(out, from);
            at = behind;
        } else if (behind != at) {
            uowi_buf_add(out, sql + at, behind - at);
            at = behind;
        } else if (sql[at] == '?' || normal_number(sql, length, at)) {
            normal_value(out, from);
            at = sql[at] == '?' ? at + 1 : normal_number_end(sql, length, at);
        } else if (uowi_ascii_space(sql[at])) {
            normal_blank(out, from);
            at++;
        } else {
            normal_mark(out, from, sql[at++]);
        }
    }
    while (normal_ends(out, from, " ") || normal_ends(out, from, ";"))
        normal_cut(out, 1);
}
