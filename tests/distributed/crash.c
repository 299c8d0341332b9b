/*
 * Crashes by seed. Each run is a program of its own that carries out one unit, while at one step of the protocol the
 * process is killed, or a server, or a link is lost before or after a call took effect. Then recovery runs until nothing is in doubt,
 * and every branch must have done the unit, or none; and what the program was told must be true.
 *
 *     UOW_CRASH_RUNS=2000     how many (make check-distributed-long)
 *     UOW_CRASH_SEED=17       where to begin: with UOW_CRASH_RUNS=1 that run again
 *
 * A line tells each schedule, and what became of it.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "distributed/common.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define COORDINATOR "crash"

typedef enum fault { FAULT_NONE, FAULT_PROCESS, FAULT_SERVER, FAULT_AWAY, FAULT_BOTH, FAULT_LINK } fault;

static const char *const fault_names[] = {"none", "process killed", "server killed", "server away",
                                          "server and process killed", "link lost"};

/* Which databases take part (bits), and where the decision is: 0 as it comes, n branch n, 9 a log in SQLite. */
typedef struct topology {
    unsigned databases, decision;
    const char *name;
} topology;

static const topology topologies[] = {
    {7, 0, "sqlite* postgresql mariadb"}, {6, 1, "postgresql* mariadb"}, {6, 2, "postgresql mariadb*"},
    {6, 9, "postgresql mariadb, log in sqlite"}, {5, 0, "sqlite* mariadb"}, {3, 0, "sqlite* postgresql"},
};

typedef struct schedule {
    unsigned seed;
    const topology *over;
    fault what;
    unsigned event;      /* of the protocol, from 1: odd before a step, even after it */
    unsigned server;     /* which database's server or link */
    char link[80];       /* TestLinkLost */
    bool rolls_back;     /* the program does */
} schedule;

static unsigned pick_database(unsigned databases, bool servers_only)
{
    unsigned which;

    do
        which = chance(DATABASES);
    while (!(databases & (1u << which)) || (servers_only && which == 0));
    return which;
}

static schedule schedule_of(unsigned seed)
{
    schedule s;
    unsigned kind;

    memset(&s, 0, sizeof s);
    s.seed = seed;
    chance_seed(seed);
    s.over = &topologies[chance(sizeof topologies / sizeof topologies[0])];
    kind = chance(100);
    s.what = kind < 50 ? FAULT_PROCESS : kind < 54 ? FAULT_SERVER : kind < 57 ? FAULT_AWAY : kind < 60 ? FAULT_BOTH
             : kind < 98 ? FAULT_LINK : FAULT_NONE;
    s.event = 1 + chance(s.over->databases == 7 ? 18 : 14);
    s.server = pick_database(s.over->databases, s.what != FAULT_LINK);
    s.rolls_back = chance(10) == 0;
    if (chance(3) == 0)
        snprintf(s.link, sizeof s.link, "commit:1:%s", chance(2) ? "before" : "after");
    else
        snprintf(s.link, sizeof s.link, "SQLExecDirect:%u:%s", 1 + chance(12), chance(2) ? "before" : "after");
    return s;
}

static void schedule_print(const schedule *s, const char *end)
{
    printf("# seed %u: %s, %s", s->seed, s->over->name, fault_names[s->what]);
    if (s->what == FAULT_LINK)
        printf(" of %s at %s", dsns[s->server] + 4, s->link);
    else if (s->what != FAULT_NONE)
        printf("%s%s at event %u", s->what == FAULT_PROCESS ? "" : ": ", s->what == FAULT_PROCESS ? "" : dsns[s->server] + 4,
               s->event);
    printf("%s: %s\n", s->rolls_back ? ", rolled back" : "", end);
    fflush(stdout);
}

/* --- the program that is killed */

static schedule now;
static unsigned events;

static void say(const char *what, const char *detail)
{
    char line[120];
    int length = snprintf(line, sizeof line, "%s %s\n", what, detail);

    if (write(STDOUT_FILENO, line, (size_t)length) != length)
        _exit(9);
}

static void server_killed(bool away)
{
    char command[120];

    snprintf(command, sizeof command, "bash \"$UOW_RESTART\" %s %s >/dev/null 2>&1 </dev/null %s", now.server == 1 ? "pg" : "mariadb",
             away ? "0.7" : "0", away ? "& sleep 0.2" : "");
    if (system(command) != 0)
        say("SERVER", "did not start again");
}

static void at_event(const uow_trace_event *event, void *user)
{
    char text[60];

    (void)user;
    if (event->kind != UOW_TRACE_BRANCH || ++events != now.event || now.what == FAULT_LINK || now.what == FAULT_NONE)
        return;
    snprintf(text, sizeof text, "%s %s", event->status == UOW_PENDING ? "before" : "after", event->text);
    say("AT", text);
    if (now.what == FAULT_SERVER || now.what == FAULT_AWAY || now.what == FAULT_BOTH)
        server_killed(now.what != FAULT_SERVER);
    if (now.what == FAULT_PROCESS || now.what == FAULT_BOTH)
        (void)kill(getpid(), SIGKILL);
}

static uow_context *child_context(uow_env *env, unsigned database)
{
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    uow_context *context = NULL;
    char connection[200];

    options.query_timeout_ms = 3000;
    if (now.what == FAULT_LINK && now.server == database)
        snprintf(connection, sizeof connection, "DSN=uow_test_%s;TestLinkLost=%s", dsns[database] + 4, now.link);
    else
        snprintf(connection, sizeof connection, "DSN=%s", dsns[database]);
    if (uow_open(env, connection, NULL, &options, &context) == UOW_OK)
        return context;
    say("TOLD", "no");
    _exit(0);
}

static int child(unsigned seed)
{
    uow_distributed_options options = UOW_DISTRIBUTED_OPTIONS_INIT;
    uow_env *env = env_make(at_event, NULL);
    uow_context *contexts[DATABASES];
    uow_distributed *unit = NULL;
    size_t count = 0;
    char sql[80];
    uow_status st;

    now = schedule_of(seed);
    for (unsigned i = 0; i < DATABASES; i++)
        if (now.over->databases & (1u << i))
            contexts[count++] = child_context(env, i);
    options.coordinator = COORDINATOR;
    options.decision_branch = now.over->decision < 9 ? now.over->decision : 0;
    options.log = now.over->decision == 9 ? child_context(env, 0) : NULL;
    st = uow_distributed_begin(contexts, count, &options, &unit);
    snprintf(sql, sizeof sql, "INSERT INTO dist_runs VALUES (%u)", seed);
    for (size_t i = 0; i < count && st == UOW_OK; i++)
        st = uow_execute(contexts[i], sql, NULL, 0, NULL);
    if (st == UOW_OK)
        st = now.rolls_back ? uow_distributed_rollback(unit) : uow_distributed_commit(unit);
    if (st == UOW_OK && now.rolls_back)
        say("TOLD", "no");
    else
        say("TOLD", st == UOW_OK ? "yes" : st == UOW_OUTCOME_UNKNOWN ? "unknown" : "no");
    uow_distributed_free(unit);
    _exit(0);
}

/* --- the parent */

typedef struct outcome {
    char at[60];
    char told[20]; /* "yes", "no", "unknown"; "killed" */
} outcome;

static outcome run(const char *self, const schedule *s)
{
    outcome o = {"", "killed"};
    char seed[20], line[120];
    int ends[2], status;
    FILE *in;
    pid_t pid;

    snprintf(seed, sizeof seed, "%u", s->seed);
    if (pipe(ends) != 0 || (pid = fork()) < 0)
        abort();
    if (pid == 0) {
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)close(ends[0]);
        (void)close(ends[1]);
        (void)execl(self, self, "child", seed, (char *)NULL);
        _exit(8);
    }
    (void)close(ends[1]);
    in = fdopen(ends[0], "r");
    while (in && fgets(line, sizeof line, in)) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "AT ", 3) == 0)
            snprintf(o.at, sizeof o.at, "%.50s", line + 3);
        if (strncmp(line, "TOLD ", 5) == 0)
            snprintf(o.told, sizeof o.told, "%.15s", line + 5);
        if (strncmp(line, "SERVER", 6) == 0)
            printf("# %s\n", line);
    }
    if (in)
        (void)fclose(in);
    (void)waitpid(pid, &status, 0);
    if (!WIFEXITED(status) && !(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL))
        snprintf(o.told, sizeof o.told, "crashed %d", status);
    return o;
}

/* Until nothing is left; false: something is. */
static bool recovered(uow_env *env, uow_recovery *counts)
{
    uow_recovery_options options = everything;
    uow_recovery one = UOW_RECOVERY_INIT;
    char message[300] = "";
    uow_status st = UOW_PENDING;

    memset(counts, 0, sizeof *counts);
    options.coordinator = COORDINATOR;
    for (int i = 0; i < 400 && st == UOW_PENDING; i++) {
        if (i > 0)
            pause_ms(i < 10 ? 10 : 50);
        st = uow_recover(env, &options, &one, message, sizeof message);
        counts->in_doubt += one.in_doubt;
        counts->committed += one.committed;
        counts->rolled_back += one.rolled_back;
        counts->rows_kept = one.rows_kept;
        counts->foreign = one.foreign;
    }
    if (st != UOW_OK)
        printf("# recovery: %s %s\n", uow_status_name(st), message);
    return st == UOW_OK;
}

/* How many there are, said if there are any. */
static int64_t left_here(uow_context *context, const char *what, int64_t count)
{
    uow_facts facts = UOW_FACTS_INIT;

    if (count < 0)
        count = asked(context, what);
    if (count != 0 && uow_context_facts(context, &facts) == UOW_OK)
        printf("# %s: %lld of %s %s\n", facts.dialect, (long long)count, what, count < 0 ? uow_context_message(context) : "");
    return count;
}

static bool agreed(uow_env *env, const schedule *s, const outcome *o, const char **why)
{
    unsigned done = 0, all = 0, rows = 0, left = 0;
    char sql[80];

    snprintf(sql, sizeof sql, "SELECT count(*) FROM dist_runs WHERE run = %u", s->seed);
    for (unsigned i = 0; i < DATABASES; i++) {
        uow_context *context = connected(env, dsns[i]);

        if (s->over->databases & (1u << i)) {
            all++;
            done += asked(context, sql) == 1;
        }
        rows += left_here(context, "SELECT count(*) FROM uow_decisions WHERE outcome = 'C' AND unit_id LIKE 'crash.%'", -1) != 0;
        left += left_here(context, "SELECT -1", prepared(context, "uow1.crash.")) != 0;
        (void)uow_close(context);
    }
    *why = done != 0 && done != all ? "THE BRANCHES DO NOT AGREE"
           : strcmp(o->told, "yes") == 0 && done != all ? "TOLD YES, BUT NOT DONE"
           : strcmp(o->told, "no") == 0 && done != 0 ? "TOLD NO, BUT DONE"
           : strncmp(o->told, "crashed", 7) == 0 ? "THE PROGRAM CRASHED"
           : left ? "SOMETHING IS IN DOUBT" : rows ? "A DECISION'S ROW IS LEFT" : done ? "done" : "not done";
    return **why >= 'a';
}

static void tables(uow_env *env)
{
    uow_context *contexts[DATABASES];

    for (int i = 0; i < DATABASES; i++) {
        contexts[i] = connected(env, dsns[i]);
        (void)uow_execute(contexts[i], "DROP TABLE dist_runs", NULL, 0, NULL);
        (void)ran(contexts[i], "CREATE TABLE dist_runs (run integer NOT NULL PRIMARY KEY)");
    }
    tables_make(contexts);
    for (int i = 0; i < DATABASES; i++)
        (void)uow_close(contexts[i]);
}

int main(int count, char **words)
{
    unsigned first = number_of("UOW_CRASH_SEED", 1), runs = number_of("UOW_CRASH_RUNS", 40), wrong = 0;
    uint64_t in_doubt = 0, committed = 0, rolled_back = 0;
    char line[160];
    uow_env *env;

    if (count == 3 && strcmp(words[1], "child") == 0)
        return child((unsigned)strtoul(words[2], NULL, 10));
    common_begin();
    env = env_make(NULL, NULL);
    tables(env);
    for (unsigned seed = first; seed < first + runs && wrong < 10; seed++) {
        schedule s = schedule_of(seed);
        outcome o = run(words[0], &s);
        uow_recovery counts;
        const char *why = "RECOVERY DOES NOT END";
        bool good = recovered(env, &counts) && agreed(env, &s, &o, &why);

        snprintf(line, sizeof line, "%s%stold %s, %llu in doubt, %s", o.at, *o.at ? ", " : "", o.told,
                 (unsigned long long)counts.in_doubt, why);
        schedule_print(&s, line);
        wrong += !good;
        in_doubt += counts.in_doubt;
        committed += counts.committed;
        rolled_back += counts.rolled_back;
    }
    printf("# %u runs from seed %u: %llu branches met in doubt, %llu committed and %llu rolled back by recovery\n", runs, first,
           (unsigned long long)in_doubt, (unsigned long long)committed, (unsigned long long)rolled_back);
    tap(wrong == 0, "after any crash all branches agree, the program was told the truth, and nothing stays in doubt");
    tap(runs < 20 || committed + rolled_back > 0, "recovery had something to do");
    (void)uow_env_close(env);
    return tap_end();
}
