#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "flow/guard.h"

static uowi_guard guard;
static uowi_holder holder;
static uowi_mem mem;

static void guard_open(uow_guard_mode mode, uint32_t wait_ms)
{
    uowi_mem_init(&mem, NULL);
    memset(&holder, 0, sizeof holder);
    cr_assert(uowi_guard_init(&guard, mode, wait_ms));
}

static const char *described(const char *operation, const char *where)
{
    static char text[512];
    uowi_buf out;

    uowi_buf_init(&out, &mem, 0);
    uowi_guard_describe(&out, operation, where, &holder);
    strncpy(text, uowi_buf_cstr(&out), sizeof text - 1);
    uowi_buf_done(&out);
    return text;
}

Test(guard, one_at_a_time)
{
    guard_open(UOW_GUARD_REFUSE, 0);
    uint64_t token = uowi_guard_enter(&guard, "save", "a.c:1", &holder);
    cr_assert_neq(token, 0);
    cr_assert(uowi_guard_holds(&guard, token));
    cr_assert_eq(uowi_guard_enter(&guard, "find", "a.c:2", &holder), 0);
    uowi_guard_leave(&guard, token);
    cr_assert_not(uowi_guard_holds(&guard, token));
    uint64_t next = uowi_guard_enter(&guard, "find", "a.c:3", &holder);
    cr_assert_neq(next, 0);
    cr_assert_neq(next, token);
    uowi_guard_leave(&guard, next);
    uowi_guard_done(&guard);
}

Test(guard, leaving_twice_or_with_an_old_token_frees_nobody_elses_guard)
{
    guard_open(UOW_GUARD_REFUSE, 0);
    uint64_t old = uowi_guard_enter(&guard, "save", NULL, &holder);
    uowi_guard_leave(&guard, old);
    uint64_t token = uowi_guard_enter(&guard, "query", NULL, &holder);
    uowi_guard_leave(&guard, old);
    uowi_guard_leave(&guard, 0);
    cr_assert(uowi_guard_holds(&guard, token));
    uowi_guard_done(&guard);
}

static void says(const char *sql, uint64_t text)
{
    uowi_guard_sql(&guard, sql, strlen(sql), text);
}

Test(guard, a_refusal_names_both_operations_sites_thread_age_and_sql)
{
    guard_open(UOW_GUARD_REFUSE, 0);
    uowi_guard_enter(&guard, "save", "shop.c:118", &holder);
    says("UPDATE customers SET name = ?", 0);
    uowi_sleep_ns(3000000);
    cr_assert_eq(uowi_guard_enter(&guard, "find", "a.c:9", &holder), 0);
    cr_assert_str_eq(holder.operation, "save");
    cr_assert_str_eq(holder.where, "shop.c:118");
    cr_assert_eq(holder.thread, uowi_thread_id());
    cr_assert_geq(holder.age_ns, 3000000);
    char expected[256];
    holder.age_ns = 12 * 1000000u + 999999u;
    snprintf(expected, sizeof expected,
             "find at a.c:9 refused: save started at shop.c:118 by thread %llu is in flight (12 ms): UPDATE customers "
             "SET name = ?",
             (unsigned long long)holder.thread);
    cr_assert_str_eq(described("find", "a.c:9"), expected);
    uowi_guard_done(&guard);
}

Test(guard, without_call_sites_and_sql_the_sentence_still_reads)
{
    guard_open(UOW_GUARD_REFUSE, 0);
    uowi_guard_enter(&guard, "begin", NULL, &holder);
    uowi_guard_enter(&guard, "find", NULL, &holder);
    holder.age_ns = 0;
    holder.thread = 7;
    cr_assert_str_eq(described("find", NULL), "find refused: begin started by thread 7 is in flight (0 ms)");
    uowi_guard_done(&guard);
}

Test(guard, the_sql_of_the_holder_before_is_gone)
{
    guard_open(UOW_GUARD_REFUSE, 0);
    uint64_t token = uowi_guard_enter(&guard, "save", NULL, &holder);
    says("UPDATE customers SET name = ? WHERE customer_id = ?", 0);
    uowi_guard_leave(&guard, token);
    uowi_guard_enter(&guard, "begin", NULL, &holder);
    uowi_guard_enter(&guard, "find", NULL, &holder);
    cr_assert_str_eq(holder.sql, "");
    uowi_guard_done(&guard);
}

static void holder_says(const char *sql, uint64_t text)
{
    uint64_t token = uowi_guard_enter(&guard, "save", NULL, &holder);
    says(sql, text);
    uowi_guard_enter(&guard, "find", NULL, &holder);
    cr_assert_str_eq(holder.sql, sql);
    uowi_guard_leave(&guard, token);
}

Test(guard, a_text_that_comes_again_is_shown_whole_whatever_was_said_between)
{
    guard_open(UOW_GUARD_REFUSE, 0);
    holder_says("UPDATE customers SET name = ?", 1);
    holder_says("UPDATE customers SET name = ?", 1);
    holder_says("SELECT name FROM customers WHERE customer_id = ?", 2);
    holder_says("UPDATE customers SET name = ?", 1);
    holder_says("DELETE", 0);
    holder_says("UPDATE customers SET name = ?", 1);
    uowi_guard_forget(&guard);
    holder_says("SELECT 1 FROM another", 1);
    uowi_guard_done(&guard);
}

Test(guard, long_sql_is_shown_by_its_head_in_whole_characters)
{
    char sql[600] = "SELECT '";
    guard_open(UOW_GUARD_REFUSE, 0);
    for (size_t i = 8; i + 2 < sizeof sql; i += 2)
        memcpy(sql + i, "\xc3\xa9", 3);
    uowi_guard_enter(&guard, "query", NULL, &holder);
    says(sql, 0);
    uowi_guard_enter(&guard, "find", NULL, &holder);
    cr_assert_eq(strlen(holder.sql), UOWI_GUARD_SQL_WORDS * 8);
    cr_assert_eq(memcmp(holder.sql, sql, strlen(holder.sql)), 0);
    memcpy(sql + 8, "xx\xc3\xa9", 4); /* now an odd start */
    sql[8] = 'x';
    memmove(sql + 9, sql + 10, sizeof sql - 10);
    says(sql, 0);
    uowi_guard_enter(&guard, "find", NULL, &holder);
    cr_assert_eq(strlen(holder.sql), UOWI_GUARD_SQL_WORDS * 8 - 1, "half a character is left out");
    uowi_guard_done(&guard);
}

static void *save_elsewhere(void *token)
{
    *(uint64_t *)token = uowi_guard_enter(&guard, "save", "a.c:1", &holder);
    return NULL;
}

/* Another thread's save is in flight: its token. */
static uint64_t guard_elsewhere(void)
{
    uint64_t token = 0;
    pthread_t thread;

    cr_assert_eq(pthread_create(&thread, NULL, save_elsewhere, &token), 0);
    pthread_join(thread, NULL);
    return token;
}

Test(guard, nobody_waits_for_oneself)
{
    guard_open(UOW_GUARD_WAIT, 60000);
    uint64_t token = uowi_guard_enter(&guard, "cursor_open", "a.c:1", &holder);
    uint64_t start = uowi_now_ns();
    cr_assert_eq(uowi_guard_enter(&guard, "find", "b.c:2", &holder), 0);
    cr_assert_lt(uowi_now_ns() - start, 10000000000u);
    cr_assert(strstr(described("find", "b.c:2"), "find at b.c:2 refused: cursor_open started at a.c:1"));
    uowi_guard_leave(&guard, token);
    cr_assert_neq(uowi_guard_enter(&guard, "find", "b.c:2", &holder), 0);
    uowi_guard_done(&guard);
}

Test(guard, waiting_gives_up_at_the_deadline_and_says_so)
{
    guard_open(UOW_GUARD_WAIT, 30);
    guard_elsewhere();
    uint64_t start = uowi_now_ns();
    cr_assert_eq(uowi_guard_enter(&guard, "find", "b.c:2", &holder), 0);
    uint64_t waited = uowi_now_ns() - start;
    cr_assert_geq(waited, 30000000u);
    cr_assert_geq(holder.waited_ns, 30000000u);
    cr_assert(strstr(described("find", "b.c:2"), "find at b.c:2 gave up after "));
    cr_assert(strstr(described("find", "b.c:2"), " ms: save started at a.c:1"));
    uowi_guard_done(&guard);
}

static void *leave_soon(void *token)
{
    uowi_sleep_ns(20000000);
    uowi_guard_leave(&guard, *(uint64_t *)token);
    return NULL;
}

Test(guard, waiting_ends_when_the_holder_leaves)
{
    pthread_t thread;
    guard_open(UOW_GUARD_WAIT, 20000);
    uint64_t token = guard_elsewhere();
    cr_assert_eq(pthread_create(&thread, NULL, leave_soon, &token), 0);
    uint64_t mine = uowi_guard_enter(&guard, "find", NULL, &holder);
    cr_assert_neq(mine, 0);
    cr_assert_geq(holder.waited_ns, 1);
    cr_assert_lt(holder.waited_ns, 10000000000u);
    cr_assert(uowi_guard_holds(&guard, mine));
    pthread_join(thread, NULL);
    uowi_guard_done(&guard);
}

Test(guard, off_lets_everybody_in)
{
    guard_open(UOW_GUARD_OFF, 0);
    uint64_t a = uowi_guard_enter(&guard, "save", NULL, &holder);
    uint64_t b = uowi_guard_enter(&guard, "find", NULL, &holder);
    cr_assert(a != 0 && b != 0 && a != b);
    uowi_guard_leave(&guard, a);
    uowi_guard_leave(&guard, b);
    uowi_guard_done(&guard);
}
