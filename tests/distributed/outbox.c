/* An outbox in one database, applied to another by a relay that is killed again and again: exactly once, in order per key. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "distributed/common.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEYS 5
#define MESSAGES 300

static const char *const keys[KEYS] = {"a", "b", "c", "a key with blanks and 'quotes'", "\xc3\xbc"};

static uow_context *wanted(uow_env *env, const char *dsn)
{
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    uow_context *context = NULL;

    options.query_timeout_ms = 3000;
    if (uow_open(env, dsn, NULL, &options, &context) != UOW_OK)
        _exit(7);
    return context;
}

/* One message in a unit of its own, which is rolled back at times. */
static void put(uow_context *context, unsigned n)
{
    uow_message message = UOW_MESSAGE_INIT;
    uow_status st;
    char body[40];

    snprintf(body, sizeof body, "message %u", n);
    message.key = keys[chance(KEYS)];
    message.kind = "noted";
    message.body = body;
    do {
        st = uow_begin(context, NULL);
        if (st == UOW_OK)
            st = uow_outbox_put(context, &message, NULL);
        if (st == UOW_OK)
            st = chance(5) == 0 ? uow_rollback(context) : uow_commit(context);
        if (st != UOW_OK)
            (void)uow_rollback(context);
    } while (st == UOW_TRANSIENT);
    if (st != UOW_OK)
        printf("# put: %s %s\n", uow_status_name(st), uow_context_message(context));
}

static uow_status apply(uow_context *to, const uow_message *message, void *user)
{
    uow_arg args[] = {uow_arg_text(message->key), uow_arg_int64(message->seq), uow_arg_text(message->body)};
    uow_rows *rows = NULL;
    int64_t count = -1;

    if (user && strcmp(message->key, user) == 0)
        return UOW_CONFLICT;
    if (uow_rows_open(to, "SELECT count(*) FROM dist_got WHERE msg_key = ?", args, 1, &rows) == UOW_OK &&
        uow_rows_next(rows) == UOW_OK)
        (void)uow_rows_int64(rows, 0, &count);
    uow_rows_close(rows);
    if (count != message->seq - 1) {
        printf("# message %lld of %s comes after %lld\n", (long long)message->seq, message->key, (long long)count);
        return UOW_CONFLICT;
    }
    return uow_execute(to, "INSERT INTO dist_got (msg_key, seq, body) VALUES (?, ?, ?)", args, 3, NULL);
}

static int always(void *user)
{
    (void)user;
    return 1;
}

static uow_relay_options relay_options(void)
{
    uow_relay_options options = UOW_RELAY_OPTIONS_INIT;

    options.source = "test";
    options.apply = apply;
    options.batch = 7;
    return options;
}

/* --- killed at every point */

static unsigned points_left;

static void at_event(const uow_trace_event *event, void *user)
{
    (void)user;
    if ((event->kind == UOW_TRACE_STATEMENT || event->kind == UOW_TRACE_UNIT) && points_left > 0 && --points_left == 0)
        (void)kill(getpid(), SIGKILL);
}

/* One pass, which dies behind the statement, begin or commit of that number. */
static void dying_pass(const char *from, const char *to, unsigned point)
{
    uow_relay_options options = relay_options();
    uow_env *env = env_make(at_event, NULL);
    uow_context *source = wanted(env, from), *target = wanted(env, to);

    points_left = point;
    _exit(uow_relay(source, target, &options, NULL) == UOW_OK ? 0 : 6);
}

static int child(const char *role, const char *from, const char *to, unsigned seed)
{
    uow_relay_options options = relay_options();
    uow_env *env = env_make(NULL, NULL);
    uow_context *source;

    if (strcmp(role, "point") == 0)
        dying_pass(from, to, seed);
    source = wanted(env, from);
    chance_seed(seed);
    if (strcmp(role, "put") == 0) {
        for (unsigned i = 0; i < MESSAGES; i++)
            put(source, i);
        _exit(0);
    }
    options.idle_ms = 5;
    options.go_on = always;
    while (uow_relay(source, wanted(env, to), &options, NULL) != UOW_OK)
        pause_ms(20);
    _exit(0);
}

static pid_t started(const char *self, const char *role, const char *from, const char *to, unsigned seed)
{
    char number[20];
    pid_t pid = fork();

    snprintf(number, sizeof number, "%u", seed);
    if (pid != 0)
        return pid;
    (void)execl(self, self, role, from, to, number, (char *)NULL);
    _exit(8);
}

static void tables(uow_context *from, uow_context *to)
{
    (void)uow_execute(from, "DROP TABLE uow_outbox", NULL, 0, NULL);
    (void)uow_execute(from, "DROP TABLE uow_outbox_keys", NULL, 0, NULL);
    (void)uow_execute(to, "DROP TABLE uow_inbox", NULL, 0, NULL);
    (void)uow_execute(to, "DROP TABLE dist_got", NULL, 0, NULL);
    tap(uow_outbox_create(from, NULL) == UOW_OK && uow_outbox_create(from, NULL) == UOW_OK &&
            uow_inbox_create(to, NULL) == UOW_OK,
        "the tables are made once");
    (void)ran(to, "CREATE TABLE dist_got (msg_key varchar(100) NOT NULL, seq bigint NOT NULL, body varchar(100), "
                  "PRIMARY KEY (msg_key, seq))");
}

static void by_hand(uow_context *from, uow_context *to)
{
    uow_relay_options options = relay_options();
    uow_relay_counts counts = UOW_RELAY_COUNTS_INIT;
    uow_message message = UOW_MESSAGE_INIT;
    bool good = true;

    message.key = "first";
    message.body = "x";
    tap(uow_outbox_put(from, &message, NULL) == UOW_MISUSE, "a message is put inside a unit");
    for (int i = 0; i < 20; i++) {
        message.key = i % 2 ? "a" : "b";
        good = good && uow_begin(from, NULL) == UOW_OK && uow_outbox_put(from, &message, NULL) == UOW_OK &&
               message.seq == i / 2 + 1 && uow_commit(from) == UOW_OK;
    }
    if (!good)
        printf("# %s\n", uow_context_message(from));
    (void)uow_begin(from, NULL);
    good = good && uow_outbox_put(from, &message, NULL) == UOW_OK && uow_rollback(from) == UOW_OK;
    tap(good && asked(from, "SELECT count(*) FROM uow_outbox") == 20, "it is there when its unit is committed");
    options.user = (void *)(uintptr_t)"a";
    tap(uow_relay(from, to, &options, &counts) == UOW_CONFLICT && counts.applied == 10 && counts.failed == 1 &&
            counts.early == 9 && asked(from, "SELECT count(*) FROM uow_outbox") == 10,
        "a message that cannot be applied holds back those of its key, and no others");
    options.user = NULL;
    tap(uow_relay(from, to, &options, &counts) == UOW_OK && counts.applied == 10 &&
            asked(from, "SELECT count(*) FROM uow_outbox") == 0 && asked(to, "SELECT count(*) FROM dist_got") == 20,
        "and is applied when it can be");
    (void)ran(from, "INSERT INTO uow_outbox (msg_key, seq, put_ms, kind, body) VALUES ('a', 3, 0, '', '')");
    tap(uow_relay(from, to, &options, &counts) == UOW_OK && counts.known == 1 && counts.applied == 0,
        "what the inbox knows is not applied again");
}

static bool put_three(uow_context *from)
{
    uow_message message = UOW_MESSAGE_INIT;
    bool good = true;

    for (int i = 0; i < 3; i++) {
        message.key = i == 1 ? "x" : "y";
        message.body = "point";
        good = good && uow_begin(from, NULL) == UOW_OK && uow_outbox_put(from, &message, NULL) == UOW_OK &&
               uow_commit(from) == UOW_OK;
    }
    return good;
}

/* Whatever the pass has done when it dies, the next one does the rest: once and in order, which apply sees to. */
static void at_every_point(const char *self, const char *from, const char *to, uow_context *source, uow_context *target)
{
    uow_relay_options options = relay_options();
    int64_t expected = asked(target, "SELECT count(*) FROM dist_got");
    unsigned point = 0;
    bool good = true;
    int status = 1;

    while (good && status != 0 && point < 100) {
        pid_t pid;

        good = put_three(source);
        expected += 3;
        pid = started(self, "point", from, to, ++point);
        (void)waitpid(pid, &status, 0);
        good = good && (status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)) &&
               uow_relay(source, target, &options, NULL) == UOW_OK && asked(source, "SELECT count(*) FROM uow_outbox") == 0 &&
               asked(target, "SELECT count(*) FROM dist_got") == expected;
    }
    printf("# killed at %u points, then none was left\n", point - 1);
    tap(good && status == 0 && point > 10, "killed behind any statement, begin or commit, a relay is taken up by the next");
}

static void under_fire(const char *self, const char *from, const char *to, uow_context *source, uow_context *target)
{
    uow_relay_options options = relay_options();
    pid_t putters[2], relay = started(self, "relay", from, to, 0);
    unsigned kills = 0, ended = 0;
    uow_status st = UOW_PENDING;

    for (unsigned i = 0; i < 2; i++)
        putters[i] = started(self, "put", from, to, 100 + i);
    while (ended < 2) {
        pause_ms(30 + chance(40));
        (void)kill(relay, SIGKILL);
        (void)waitpid(relay, NULL, 0);
        relay = started(self, "relay", from, to, 0);
        kills++;
        ended += waitpid(putters[ended], NULL, WNOHANG) > 0;
    }
    (void)kill(relay, SIGKILL);
    (void)waitpid(relay, NULL, 0);
    for (int i = 0; i < 50 && st != UOW_OK; i++)
        st = uow_relay(source, target, &options, NULL);
    printf("# %s to %s: %lld messages, the relay killed %u times\n", from, to,
           (long long)asked(target, "SELECT count(*) FROM dist_got"), kills);
    tap(st == UOW_OK && asked(source, "SELECT count(*) FROM uow_outbox") == 0 &&
            asked(source, "SELECT CAST(sum(last_seq) AS decimal) FROM uow_outbox_keys") ==
                asked(target, "SELECT count(*) FROM dist_got") &&
            asked(target, "SELECT count(*) FROM dist_got") > MESSAGES,
        "every message arrives once and in order, however often the relay is killed");
}

int main(int count, char **words)
{
    static const int pairs[][2] = {{1, 2}, {2, 0}, {0, 1}};
    uow_env *env;

    if (count == 5)
        return child(words[1], words[2], words[3], (unsigned)strtoul(words[4], NULL, 10));
    common_begin();
    chance_seed(1);
    env = env_make(NULL, NULL);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const char *from = dsns[pairs[i][0]], *to = dsns[pairs[i][1]];
        uow_context *source = connected(env, from), *target = connected(env, to);

        printf("# from %s to %s\n", from, to);
        tables(source, target);
        by_hand(source, target);
        if (i == 0)
            at_every_point(words[0], from, to, source, target);
        under_fire(words[0], from, to, source, target);
        (void)uow_close(source);
        (void)uow_close(target);
    }
    tap(uow_env_close(env) == UOW_OK, "everything is closed");
    return tap_end();
}
