#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/head.h"

#include <string.h>

#include "base/utf.h"
#include "work/placeholder.h"

/* Blanks, comments and opening brackets before the first word. */
static const char *head_start(const char *sql)
{
    size_t length = strlen(sql);
    size_t at = 0;

    while (at < length) {
        if (uowi_ascii_space(sql[at]) || sql[at] == '(') {
            at++;
            continue;
        }
        if ((sql[at] == '-' || sql[at] == '/') && uowi_sql_skip(sql, length, at, false) != at) {
            at = uowi_sql_skip(sql, length, at, false);
            continue;
        }
        break;
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

static bool head_among(const char *sql, const char *const *heads)
{
    const char *start = head_start(sql);

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

    return head_among(sql, heads);
}

bool uowi_head_is_transaction(const char *sql)
{
    static const char *const heads[] = {"COMMIT", "ROLLBACK", "START TRANSACTION", "BEGIN", "END", "ABORT", NULL};
    const char *start = head_start(sql);

    if (head_begins(start, "ROLLBACK TO") || head_begins(start, "BEGIN NOT ATOMIC") ||
        head_begins(start, "COMMIT PREPARED") || head_begins(start, "ROLLBACK PREPARED"))
        return false;
    return head_among(sql, heads);
}

static uow_status head_misuse(uowi_session *s, const char *sql, const char *message)
{
    uowi_error_statement(&s->error, sql);
    return uowi_error_set(&s->error, UOW_MISUSE, "%s", message);
}

uow_status uowi_head_check(uowi_session *s, const char *sql)
{
    if (uowi_head_is_blank(sql))
        return head_misuse(s, sql, "the statement is empty");
    if (uowi_head_is_transaction(sql))
        return head_misuse(s, sql,
                           "transactions are begun and ended by uow_begin, uow_commit and uow_rollback, so that the "
                           "context knows of them");
    return UOW_OK;
}

/* MariaDB's "@a" is a variable of the session's, but "@@a" only asks for one of the server's. */
static bool head_is_double(const char *sql, size_t at)
{
    return sql[at] == '@' && (sql[at + 1] == '@' || (at > 0 && sql[at - 1] == '@'));
}

/* The word anywhere outside quotes and comments. */
static bool head_has_word(const char *sql, const char *word, bool backslash)
{
    size_t length = strlen(sql);
    size_t at = 0;

    while (at < length) {
        size_t behind = uowi_sql_skip(sql, length, at, backslash);

        if (behind == at && (at == 0 || !uowi_ascii_word(sql[at - 1])) && !head_is_double(sql, at) &&
            head_begins(sql + at, word))
            return true;
        at = behind == at ? at + 1 : behind;
    }
    return false;
}

uow_status uowi_head_check_query(uowi_session *s, const char *sql)
{
    static const char *const writes[] = {"INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", NULL};
    static const char *const changes[] = {"CREATE", "ALTER", "DROP",  "TRUNCATE", "GRANT",
                                          "REVOKE", "RENAME", "COMMENT", "VACUUM", "REINDEX", NULL};
    bool backslash = uowi_session_dialect(s)->backslash_escapes;
    uow_status st = uowi_head_check(s, sql);

    if (st != UOW_OK)
        return st;
    if (head_among(sql, changes) || (head_among(sql, writes) && !head_has_word(sql, "RETURNING", backslash) &&
                                     !head_has_word(sql, "OUTPUT", backslash)))
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

uow_status uowi_head_tame(uowi_session *s, size_t param_count)
{
    const uowi_dialect *dialect = uowi_session_dialect(s);

    if (!dialect->refused_heads || !head_among(uowi_buf_cstr(&s->text), dialect->refused_heads))
        return UOW_OK;
    if (dialect->wrap_before && param_count == 0)
        return head_wrap(s, dialect);
    uowi_error_statement(&s->error, uowi_buf_cstr(&s->text));
    return uowi_error_set(&s->error, UOW_UNSUPPORTED,
                          "this statement with parameters crashes the %s driver; write its values into the text",
                          dialect->name);
}

static bool head_has_any(const char *sql, const char *const *words, bool backslash)
{
    for (; words && *words; words++)
        if (head_has_word(sql, *words, backslash))
            return true;
    return false;
}

/* Another statement behind the first: a semicolon outside quotes that is not the end. */
static bool head_has_second(const char *sql, bool backslash)
{
    size_t length = strlen(sql);
    size_t at = 0;

    while (length > 0 && (uowi_ascii_space(sql[length - 1]) || sql[length - 1] == ';'))
        length--;
    while (at < length) {
        size_t behind = uowi_sql_skip(sql, length, at, backslash);

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
    bool backslash = dialect->backslash_escapes;

    if (head_has_any(sql, dialect->lasting_words, backslash))
        return UOWI_LEFT_LASTING;
    if (head_has_second(sql, backslash))
        return UOWI_LEFT_OBJECTS;
    if (head_among(sql, settings))
        return UOWI_LEFT_SETTINGS;
    if (head_among(sql, calls) ? trust_calls : head_among(sql, none))
        return head_has_any(sql, dialect->state_words, backslash) ? UOWI_LEFT_OBJECTS : 0;
    return UOWI_LEFT_OBJECTS;
}
