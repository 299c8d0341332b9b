/* The program's pieces of set-based statements: they must stay within the place they are put in. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/utf.h"
#include "work/placeholder.h"
#include "work/setbased.h"

typedef struct settext {
    const char *text;
    size_t length;
    size_t at;
    int depth; /* of brackets */
    bool open; /* a quote or comment has no end */
    unsigned lexis;
} settext;

static settext settext_begin(const char *text, unsigned lexis)
{
    settext t = {text, strlen(text), 0, 0, false, lexis};

    return t;
}

/*
 * Steps over one character, or over a whole quote or comment. The NUL counts as text here: only what has no end goes
 * past it, and a comment to the end of its line, which the line break behind each piece ends.
 */
static void settext_next(settext *t)
{
    char first = t->text[t->at];
    size_t behind = uowi_sql_skip(t->text, t->length + 1, t->at, t->lexis);

    if (behind == t->at) {
        t->depth += (first == '(') - (first == ')');
        behind++;
    }
    t->open = behind > t->length && first != '-' && first != '#';
    t->at = behind;
}

static bool settext_word_at(const settext *t, const char *word)
{
    size_t n = strlen(word);

    return (t->at == 0 || !uowi_ascii_word(t->text[t->at - 1])) &&
           uowi_ascii_ncasecmp(t->text + t->at, word, n) == 0 && !uowi_ascii_word(t->text[t->at + n]);
}

static const char *settext_fault(settext *t)
{
    while (t->at < t->length) {
        if (t->text[t->at] == ';')
            return "a \";\"";
        if (t->depth == 0 && settext_word_at(t, "WHERE"))
            return "a WHERE";
        settext_next(t);
        if (t->depth < 0)
            return "a \")\" too many";
    }
    if (t->open)
        return "a quote or comment without an end";
    return t->depth > 0 ? "a bracket without an end" : NULL;
}

uow_status uowi_settext_check(uow_error *error, const char *what, const char *text, unsigned lexis)
{
    settext t = settext_begin(text, lexis);
    const char *fault = settext_fault(&t);

    if (!fault)
        return UOW_OK;
    uowi_error_statement(error, text);
    return uowi_error_set(error, UOW_MISUSE, "%s has %s: it must be whole, and no more than its part of the statement",
                          what, fault);
}

static size_t settext_blank(const settext *t, size_t at)
{
    while (at < t->length && uowi_ascii_space(t->text[at]))
        at++;
    return at;
}

/* The name at t->at, quoted or not, is the column's; a "=" follows. */
static bool settext_names(const settext *t, const char *column)
{
    size_t n = strlen(column);
    size_t at = settext_blank(t, t->at);
    bool quoted = at < t->length && strchr("\"`[", t->text[at]) != NULL;

    at += quoted;
    if (uowi_ascii_ncasecmp(t->text + at, column, n) != 0)
        return false;
    at = settext_blank(t, at + n + quoted);
    return at < t->length && t->text[at] == '=';
}

bool uowi_settext_assigns(const char *set, const char *column, unsigned lexis)
{
    settext t = settext_begin(set, lexis);
    bool begins = true;

    while (t.at < t.length) {
        bool comma = t.depth == 0 && t.text[t.at] == ',';

        if (begins && settext_names(&t, column))
            return true;
        settext_next(&t);
        begins = comma;
    }
    return false;
}
