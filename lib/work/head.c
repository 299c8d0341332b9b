#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/head.h"

#include <string.h>

#include "base/utf.h"
#include "work/placeholder.h"

/* Behind "!50000" or "M!" of a comment that MariaDB runs. */
static size_t head_version(const char *sql, size_t at)
{
    at += sql[at] == 'M';
    if (sql[at] == '!')
        at++;
    while (uowi_ascii_digit(sql[at]))
        at++;
    return at;
}

/* Blanks, comments and opening brackets before the first word. */
static const char *head_start(const char *sql, unsigned lexis)
{
    size_t length = strlen(sql);
    size_t at = 0;

    while (at < length) {
        size_t behind = strchr("-/#", sql[at]) ? uowi_sql_skip(sql, length, at, lexis) : at;

        if (behind == at && !uowi_ascii_space(sql[at]) && sql[at] != '(')
            break;
        if (behind == at + 2 && (sql[behind] == '!' || sql[behind] == 'M'))
            behind = head_version(sql, behind);
        at = behind == at ? at + 1 : behind;
    }
    return sql + at;
}

bool uowi_head_is_blank(const char *sql)
{
    while (uowi_ascii_space(*sql))
        sql++;
    return *sql == '\0';
}

/* Does the text begin with these words (separated by one blank in words, any white space in the text)? */
static bool head_begins(const char *text, const char *words)
{
    bool word = uowi_ascii_word(words[strlen(words) - 1]); /* "{" may have anything behind it */

    while (*words) {
        if (*words == ' ') {
            if (!uowi_ascii_space(*text))
                return false;
            while (uowi_ascii_space(*text))
                text++;
            words++;
            continue;
        }
        if (uowi_ascii_ncasecmp(text, words, 1) != 0)
            return false;
        text++;
        words++;
    }
    return !word || !uowi_ascii_word(*text);
}

static bool head_among(const char *sql, const char *const *heads, unsigned lexis)
{
    const char *start = head_start(sql, lexis);

    for (; *heads; heads++)
        if (head_begins(start, *heads))
            return true;
    return false;
}

bool uowi_head_is_data(const char *sql)
{
    static const char *const heads[] = {"SELECT", "WITH",    "VALUES", "INSERT", "UPDATE",  "DELETE", "MERGE",
                                        "REPLACE", "CALL",   "{",      "EXPLAIN", "SHOW",   "PRAGMA", "TABLE",
                                        "FETCH",  "DECLARE", "CLOSE",  "SET",    NULL};

    return head_among(sql, heads, 0);
}

/* MariaDB's way to leave the mode in which there are transactions commits the one that is open. */
static bool head_is_transaction(const char *sql, unsigned lexis)
{
    static const char *const heads[] = {"COMMIT", "ROLLBACK", "START TRANSACTION", "BEGIN", "END", "ABORT",
                                        "SET AUTOCOMMIT", "SET SESSION AUTOCOMMIT", "SET LOCAL AUTOCOMMIT",
                                        "SET @@AUTOCOMMIT", "SET @@SESSION.AUTOCOMMIT", "SET @@LOCAL.AUTOCOMMIT", NULL};
    const char *start = head_start(sql, lexis);

    if (head_begins(start, "ROLLBACK TO") || head_begins(start, "BEGIN NOT ATOMIC") ||
        head_begins(start, "COMMIT PREPARED") || head_begins(start, "ROLLBACK PREPARED"))
        return false;
    return head_among(start, heads, lexis);
}

bool uowi_head_is_transaction(const char *sql)
{
    return head_is_transaction(sql, 0);
}

/* MariaDB's "@a" is a variable of the session's, but "@@a" only asks for one of the server's. */
static bool head_is_double(const char *sql, size_t at)
{
    return sql[at] == '@' && (sql[at + 1] == '@' || (at > 0 && sql[at - 1] == '@'));
}

/* The word anywhere outside quotes and comments. */
static bool head_has_word(const char *sql, const char *word, unsigned lexis)
{
    size_t length = strlen(sql);
    size_t at = 0;

    while (at < length) {
        size_t behind = uowi_sql_skip(sql, length, at, lexis);

        if (behind == at && (at == 0 || !uowi_ascii_word(sql[at - 1])) && !head_is_double(sql, at) &&
            head_begins(sql + at, word))
            return true;
        at = behind == at ? at + 1 : behind;
    }
    return false;
}

/* Statements inside, whose semicolons are not the end: of a routine, or of a block. */
static bool head_is_compound(const char *sql, unsigned lexis)
{
    static const char *const blocks[] = {"BEGIN", "IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR", "DECLARE", NULL};
    static const char *const makes[] = {"CREATE", "ALTER", NULL};

    return head_among(sql, blocks, lexis) ||
           (head_among(sql, makes, lexis) &&
            (head_has_word(sql, "FUNCTION", lexis) || head_has_word(sql, "PROCEDURE", lexis) ||
             head_has_word(sql, "TRIGGER", lexis) || head_has_word(sql, "EVENT", lexis) ||
             head_has_word(sql, "PACKAGE", lexis)));
}

/* Is one of the statements behind the first such a one? */
static bool head_later(const char *sql, bool (*is)(const char *, unsigned), unsigned lexis)
{
    size_t length = strlen(sql);
    size_t at = 0;

    if (head_is_compound(sql, lexis))
        return false;
    while (at < length) {
        size_t behind = uowi_sql_skip(sql, length, at, lexis);

        if (behind == at && sql[at] == ';') {
            if (is(sql + at + 1, lexis))
                return true;
            if (head_is_compound(sql + at + 1, lexis))
                return false;
        }
        at = behind == at ? at + 1 : behind;
    }
    return false;
}

static uow_status head_misuse(uowi_session *s, const char *sql, const char *message)
{
    uowi_error_statement(&s->error, sql);
    return uowi_error_set(&s->error, UOW_MISUSE, "%s", message);
}

uow_status uowi_head_check(uowi_session *s, const char *sql)
{
    unsigned lexis = uowi_session_dialect(s)->lexis;

    if (uowi_head_is_blank(sql))
        return head_misuse(s, sql, "the statement is empty");
    if (head_is_transaction(sql, lexis) || (strchr(sql, ';') && head_later(sql, head_is_transaction, lexis)))
        return head_misuse(s, sql,
                           "transactions are begun and ended by uow_begin, uow_commit and uow_rollback, so that the "
                           "context knows of them");
    return UOW_OK;
}

uow_status uowi_head_check_query(uowi_session *s, const char *sql)
{
    static const char *const writes[] = {"INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", NULL};
    static const char *const changes[] = {"CREATE", "ALTER", "DROP",  "TRUNCATE", "GRANT",
                                          "REVOKE", "RENAME", "COMMENT", "VACUUM", "REINDEX", NULL};
    unsigned lexis = uowi_session_dialect(s)->lexis;
    uow_status st = uowi_head_check(s, sql);

    if (st != UOW_OK)
        return st;
    if (head_among(sql, changes, lexis) || (head_among(sql, writes, lexis) && !head_has_word(sql, "RETURNING", lexis) &&
                                     !head_has_word(sql, "OUTPUT", lexis)))
        return head_misuse(s, sql, "the statement gives no rows and has not been run: run it by uow_execute");
    return UOW_OK;
}

static uow_status head_wrap(uowi_session *s, const uowi_dialect *dialect)
{
    char *copy = uowi_arena_text(&s->scratch, s->text.data, s->text.length);
    size_t length = s->text.length;

    if (!copy)
        return uowi_error_no_memory(&s->error);
    while (length > 0 && (uowi_ascii_space(copy[length - 1]) || copy[length - 1] == ';'))
        length--;
    uowi_buf_reset(&s->text);
    uowi_buf_text(&s->text, dialect->wrap_before);
    uowi_buf_add(&s->text, copy, length);
    uowi_buf_text(&s->text, dialect->wrap_after);
    return uowi_session_text_ok(s);
}

/* COPY between the server and the program itself. */
static bool head_is_copy(const char *sql, unsigned lexis)
{
    static const char *const heads[] = {"COPY", NULL};

    return head_among(sql, heads, lexis) &&
           (head_has_word(sql, "STDIN", lexis) || head_has_word(sql, "STDOUT", lexis));
}

static uow_status head_copies(uowi_session *s, const uowi_dialect *dialect)
{
    const char *sql = uowi_buf_cstr(&s->text);

    if (!head_is_copy(sql, dialect->lexis) && !head_later(sql, head_is_copy, dialect->lexis))
        return UOW_OK;
    uowi_error_statement(&s->error, sql);
    return uowi_error_set(&s->error, UOW_UNSUPPORTED,
                          "the %s driver never comes back from a COPY of STDIN or STDOUT: insert by uow_add or "
                          "uow_execute, read by uow_query or uow_rows_open, or name a file of the server's",
                          dialect->name);
}

uow_status uowi_head_show(uowi_session *s)
{
    static const char *const writes[] = {"INSERT", "UPDATE", "DELETE", "REPLACE", NULL};
    static const char *const values[] = {"VALUES", NULL};
    const uowi_dialect *dialect = uowi_session_dialect(s);
    const char *sql = uowi_buf_cstr(&s->text);
    char *copy;

    if (dialect->returning != UOWI_RETURNING_WITH)
        return UOW_OK;
    if (!head_among(sql, values, dialect->lexis) &&
        !(head_among(sql, writes, dialect->lexis) && head_has_word(sql, "RETURNING", dialect->lexis)))
        return UOW_OK;
    copy = uowi_arena_text(&s->scratch, s->text.data, s->text.length);
    if (!copy)
        return uowi_error_no_memory(&s->error);
    uowi_buf_reset(&s->text);
    uowi_buf_text(&s->text, UOWI_RETURNING_PREFIX);
    uowi_buf_text(&s->text, copy);
    return uowi_session_text_ok(s);
}

uow_status uowi_head_tame(uowi_session *s, size_t param_count)
{
    const uowi_dialect *dialect = uowi_session_dialect(s);

    if (dialect->copy_stalls)
        return head_copies(s, dialect);
    if (!dialect->refused_heads || !head_among(uowi_buf_cstr(&s->text), dialect->refused_heads, dialect->lexis))
        return UOW_OK;
    if (dialect->wrap_before && param_count == 0)
        return head_wrap(s, dialect);
    uowi_error_statement(&s->error, uowi_buf_cstr(&s->text));
    return uowi_error_set(&s->error, UOW_UNSUPPORTED,
                          "this statement with parameters crashes the %s driver; write its values into the text",
                          dialect->name);
}

static bool head_has_any(const char *sql, const char *const *words, unsigned lexis)
{
    for (; words && *words; words++)
        if (head_has_word(sql, *words, lexis))
            return true;
    return false;
}

/* Another statement behind the first: a semicolon outside quotes that is not the end. */
static bool head_has_second(const char *sql, unsigned lexis)
{
    size_t length = strlen(sql);
    size_t at = 0;

    while (length > 0 && (uowi_ascii_space(sql[length - 1]) || sql[length - 1] == ';'))
        length--;
    while (at < length) {
        size_t behind = uowi_sql_skip(sql, length, at, lexis);

        if (behind == at && sql[at] == ';')
            return true;
        at = behind == at ? at + 1 : behind;
    }
    return false;
}

uint8_t uowi_head_leaves(const uowi_dialect *dialect, const char *sql, bool trust_calls)
{
    static const char *const none[] = {
        "SELECT",  "INSERT",   "UPDATE", "DELETE", "WITH",     "MERGE",     "REPLACE", "VALUES",      "TABLE",    "SHOW",
        "EXPLAIN", "DESCRIBE", "FETCH",  "CLOSE",  "DROP",     "ALTER",     "GRANT",   "REVOKE",      "TRUNCATE", "COMMENT",
        "ANALYZE", "VACUUM",   "REINDEX", "CHECK", "SAVEPOINT", "RELEASE",  "ROLLBACK TO", "COMMIT PREPARED",
        "ROLLBACK PREPARED", NULL};
    static const char *const calls[] = {"CALL", "{", NULL};
    static const char *const settings[] = {"SET", "RESET", "LISTEN", "UNLISTEN", "DECLARE", "PREPARE", "LOCK", "UNLOCK", NULL};
    unsigned lexis = dialect->lexis;

    if (head_has_any(sql, dialect->lasting_words, lexis))
        return UOWI_LEFT_LASTING;
    if (head_has_second(sql, lexis))
        return UOWI_LEFT_OBJECTS;
    if (head_among(sql, settings, lexis))
        return UOWI_LEFT_SETTINGS;
    if (head_among(sql, calls, lexis) ? trust_calls : head_among(sql, none, lexis))
        return head_has_any(sql, dialect->state_words, lexis) ? UOWI_LEFT_OBJECTS : 0;
    return UOWI_LEFT_OBJECTS;
}
