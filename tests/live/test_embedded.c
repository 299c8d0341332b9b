/* Inside somebody else's program: its timers, its locale, its forked children. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "live/shop.h"

/* --- a timer that interrupts everything */

static volatile sig_atomic_t alarms;

static void on_alarm(int signal)
{
    (void)signal;
    alarms = alarms + 1;
}

/* Without SA_RESTART: what can be interrupted is. */
static void timer(suseconds_t every_us)
{
    struct itimerval interval = {{0, every_us}, {0, every_us}};
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    sigemptyset(&action.sa_mask);
    cr_assert_eq(sigaction(SIGALRM, &action, NULL), 0);
    cr_assert_eq(setitimer(ITIMER_REAL, &interval, NULL), 0);
}

static double seconds(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static uow_status interrupted_work(uow_context *ctx, void *user)
{
    void *row = NULL;
    uow_status st = uow_find(ctx, &buyers, uow_key_int64(2), &row);

    (void)user;
    if (st == UOW_OK) {
        ((buyer *)row)->balance += 1;
        st = uow_save(ctx, NULL);
    }
    return st;
}

static uow_status polled_query(uow_context *ctx)
{
    uow_op *op = NULL;
    int64_t count = 0;
    uow_status st = uow_count_start(ctx, &buyers, "balance >= 0", NULL, 0, &count, &op);

    if (st != UOW_OK)
        return st;
    st = uow_wait_all(&op, 1, 60000);
    return st == UOW_OK ? uow_op_finish(op) : st;
}

Test(embedded, a_timer_that_fires_every_millisecond_changes_nothing)
{
    int rounds = 0;

    shop_open();
    timer(1000);
    double until = seconds() + 0.5;
    for (; seconds() < until || alarms < 50; rounds++) {
        uow_context *another = live_another(&l);
        UOW_OK_ON(another, uow_unit_run(another, NULL, interrupted_work, NULL));
        UOW_OK_ON(another, polled_query(another));
        UOW_OK_ON(another, uow_close(another));
        l.others[0] = NULL;
    }
    timer(0);
    cr_assert_eq(live_int64(&l, "SELECT version FROM %s WHERE id = 2", buyer_table), rounds + 1);
    shop_close();
}

/* --- a locale with a decimal comma: one that is installed, or one compiled here */

static bool comma_locale(void)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_AT.UTF-8"};
    char directory[] = "/tmp/uow-locale-XXXXXX", command[256];
    bool have = false;

    for (size_t i = 0; !have && i < sizeof names / sizeof names[0]; i++)
        have = setlocale(LC_ALL, names[i]) != NULL;
    if (have || !mkdtemp(directory))
        return have;
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >%s/log 2>&1", directory, directory);
    have = system(command) == 0 && setenv("LOCPATH", directory, 1) == 0 && setlocale(LC_ALL, "de_DE.UTF-8") != NULL;
    snprintf(command, sizeof command, "rm -rf %s", directory);
    (void)!system(command);
    return have;
}

typedef struct priced {
    int64_t id;
    double weight;
    uow_decimal price;
} priced;

static char priced_table[40];
static const uow_column priced_columns[] = {
    UOW_COLUMN(priced, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(priced, weight, "weight", UOW_DOUBLE, 0),
    UOW_COLUMN(priced, price, "price", UOW_DECIMAL, 0),
};
static const uow_entity priced_rows = UOW_ENTITY(priced, priced_table, priced_columns);

Test(embedded, a_locale_with_a_decimal_comma_changes_nothing)
{
    static const uow_entity *const entities[] = {&priced_rows};
    priced one = {1, 0.1, {0}};
    void *row = NULL;

    if (!comma_locale())
        cr_skip_test("there is no such locale, nor localedef");
    cr_assert_eq(localeconv()->decimal_point[0], ',');
    snprintf(priced_table, sizeof priced_table, "embedded_priced_%d", (int)getpid());
    live_open(&l, entities, 1);
    live_table(&l, priced_table, "id @int64 NOT NULL PRIMARY KEY, weight @double NOT NULL, price @decimal(12,2) NOT NULL");
    one.price = uow_decimal_make(123456, 2);
    UOW_OK(uow_add(l.ctx, &priced_rows, &one, NULL));
    UOW_OK(uow_save(l.ctx, NULL));
    UOW_OK(uow_clear(l.ctx));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE price = 1234.56 AND weight = 0.1", priced_table), 1);
    UOW_OK(uow_find(l.ctx, &priced_rows, uow_key_int64(1), &row));
    cr_assert_eq(((priced *)row)->weight, 0.1);
    cr_assert_eq(memcmp(&((priced *)row)->price, &one.price, sizeof one.price), 0);
    live_close(&l);
}

/* --- fork */

/* A child cannot poll what its parent's workers did: it closes by the blocking call, by polled tests too. */
#undef uow_close_at

/* What a child of the program's does with what it inherited, and then on its own. The exit status says what failed. */
static int in_the_child(void)
{
    uow_env *env = NULL;
    uow_context *ctx = NULL;
    uow_list *list = NULL;
    void *row = NULL;

    if (uow_find(l.ctx, &buyers, uow_key_int64(3), &row) != UOW_MISUSE)
        return 2;
    if (uow_close(l.ctx) != UOW_OK)
        return 3;
    if (uow_env_open(NULL, &env) != UOW_OK || uow_open(env, live_dsn(), l.model, NULL, &ctx) != UOW_OK)
        return 4;
    if (uow_query(ctx, &buyers, NULL, NULL, 0, NULL, &list) != UOW_OK || uow_list_count(list) != 3)
        return 5;
    uow_list_free(list);
    return uow_close(ctx) == UOW_OK && uow_env_close(env) == UOW_OK ? 0 : 6;
}

Test(embedded, a_child_that_closes_what_it_inherited_takes_nothing_from_its_parent)
{
    int status = -1;

    shop_open();
    UOW_OK(uow_begin(l.ctx, NULL));
    buyer *bob = shop_buyer(2);
    bob->balance = 41;
    UOW_OK(uow_save(l.ctx, NULL));
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        _exit(in_the_child());
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status), "the child was killed by signal %d", WTERMSIG(status));
    cr_assert_eq(WEXITSTATUS(status), 0, "step %d of the child failed", WEXITSTATUS(status));
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(live_int64(&l, "SELECT version FROM %s WHERE id = 2", buyer_table), 2);
    shop_close();
}
