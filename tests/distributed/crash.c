/*
 * Crashes by seed. Each run is a program of its own that carries out one unit, while at one step of the protocol the
 * process is killed, or a server, or a link is lost before or after a call took effect. Then recovery runs until nothing is in doubt,
 * and every branch must have done the unit, or none; and what the program was told must be true.
 *
 *     crash [--seed FROM] [--runs N] [--seconds AT_MOST] [--table FILE]
 *
 *     UOW_CRASH_RUNS=2000     how many (make check-distributed-long)
 *     UOW_CRASH_SEED=17       where to begin: with UOW_CRASH_RUNS=1 that run again
 *     UOW_CRASH_TABLE=FILE    keeps what was hit, for runs in pieces
 *
 * A line tells each schedule, and what became of it. At the end a table says how many runs met each fault at each step;
 * after 2,000 runs there must be some in every place.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "distributed/matrix.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define COORDINATOR "crash"

/* --- the program that is killed */

static schedule now;
static uint64_t context_ids[DATABASES + 1]; /* by database; the last one is the log's */
static char armed_file[300];                /* while it is there no link is lost */
static bool armed, fired, in_step;
static bool effect;                         /* links are lost after it */
static step step_now;
static unsigned statements;                 /* of the step */

static void say(const char *what, const char *detail)
{
    char line[120];
    int length = snprintf(line, sizeof line, "%s %s\n", what, detail);

    if (write(STDOUT_FILENO, line, (size_t)length) != length)
        _exit(9);
}

static void say_at(bool after, step at)
{
    char text[60];

    snprintf(text, sizeof text, "%s %s", after ? "after" : "before", step_names[at]);
    say("AT", text);
}

/* --- links */

static void link_disarm(void)
{
    FILE *out = fopen(armed_file, "w");

    if (out)
        (void)fclose(out);
    armed = false;
}

/* The next call that reaches a database loses its link. */
static void link_arm(void)
{
    (void)unlink(armed_file);
    armed = true;
}

/* The driver has made the file: the link is lost. */
static void link_look(bool step_is_over)
{
    if (!armed)
        return;
    if (access(armed_file, F_OK) == 0) {
        armed = false;
        if (now.what == FAULT_LINK && step_now == now.at) {
            fired = true;
            say_at(effect, step_now);
        }
    } else if (step_is_over) {
        link_disarm();
    }
}

/* --- faults at steps */

/* The server that is started must not inherit our connections: the other one would take them for alive after our death. */
static bool ran_apart(const char *command)
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        for (int i = 3; i < 1024; i++)
            (void)close(i);
        (void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static void server_killed(bool away)
{
    char command[120];

    snprintf(command, sizeof command, "bash \"$UOW_RESTART\" %s %s >/dev/null 2>&1 </dev/null %s", now.server == 1 ? "pg" : "mariadb",
             away ? "0.5" : "0", away ? "& sleep 0.1" : "");
    if (!ran_apart(command))
        say("SERVER", "did not start again");
}

static void strike(void)
{
    fired = true;
    say_at(now.after, now.at);
    if (now.what == FAULT_SERVER || now.what == FAULT_AWAY || now.what == FAULT_BOTH)
        server_killed(now.what != FAULT_SERVER);
    if (now.what == FAULT_PROCESS || now.what == FAULT_BOTH)
        (void)kill(getpid(), SIGKILL);
}

static step step_of(const char *name)
{
    unsigned at = 0;

    while (at < STEPS && strcmp(step_names[at], name) != 0)
        at++;
    return (step)at;
}

static bool is_target(const uow_trace_event *event)
{
    return now.target == NOBODY || event->context_id == context_ids[now.target];
}

static void at_step(const uow_trace_event *event)
{
    bool before = event->status == UOW_PENDING;

    link_look(!before);
    in_step = before;
    step_now = step_of(event->text);
    statements = 0;
    if (before && now.loses_decision && step_now == STEP_DECIDE)
        link_arm();
    if (fired || now.what == FAULT_NONE || step_now != now.at || !is_target(event))
        return;
    if (now.what == FAULT_LINK && before && now.skip == 0)
        link_arm();
    if (now.what != FAULT_LINK && before != now.after)
        strike();
}

static void at_event(const uow_trace_event *event, void *user)
{
    (void)user;
    if (event->kind == UOW_TRACE_BRANCH)
        at_step(event);
    if (event->kind != UOW_TRACE_STATEMENT || !in_step)
        return;
    link_look(false);
    if (now.what == FAULT_LINK && !fired && step_now == now.at && is_target(event) && ++statements == now.skip)
        link_arm();
}

/* --- the unit */

static uow_context *child_context(uow_env *env, unsigned database, unsigned place)
{
    const char *when = effect ? "after" : "before";
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    uow_context *context = NULL;
    char connection[600];

    options.query_timeout_ms = 3000;
    if (now.what == FAULT_LINK || now.loses_decision)
        snprintf(connection, sizeof connection, "DSN=uow_test_%s;TestLinkLost=SQLExecDirect:*:%s|SQLEndTran:*:%s;TestOnce=%s",
                 dsns[database] + 4, when, when, armed_file);
    else
        snprintf(connection, sizeof connection, "DSN=%s", dsns[database]);
    if (uow_open(env, connection, NULL, &options, &context) == UOW_OK) {
        context_ids[place] = uow_context_id(context);
        return context;
    }
    say("TOLD", "no");
    _exit(0);
}

static uow_status child_unit(uow_env *env, uow_distributed **unit)
{
    uow_distributed_options options = UOW_DISTRIBUTED_OPTIONS_INIT;
    uow_context *contexts[DATABASES];
    uint32_t count = 0;
    char sql[80];
    uow_status st;

    options.coordinator = COORDINATOR;
    for (unsigned i = 0; i < DATABASES; i++) {
        if (!(now.over->databases & (1u << i)))
            continue;
        contexts[count++] = child_context(env, i, i);
        if (now.over->holder == i)
            options.decision_branch = count;
    }
    options.log = now.over->holder == NOBODY ? child_context(env, 0, DATABASES) : NULL;
    st = uow_distributed_begin(contexts, count, &options, unit);
    snprintf(sql, sizeof sql, "INSERT INTO dist_runs VALUES (%u)", now.seed);
    for (size_t i = 0; i < count && st == UOW_OK; i++)
        st = uow_execute(contexts[i], sql, NULL, 0, NULL);
    if (st == UOW_OK)
        st = now.rolls_back ? uow_distributed_rollback(*unit) : uow_distributed_commit(*unit);
    return st;
}

static int child(unsigned seed)
{
    uow_env *env = env_make(at_event, NULL);
    uow_distributed *unit = NULL;
    uow_status st;

    now = schedule_of(seed);
    /* a decision that is to be undone must not take effect */
    if (now.loses_decision && now.at == STEP_ROLLBACK)
        effect = false;
    else
        effect = now.what == FAULT_LINK ? now.after : now.seed % 3 != 0;
    snprintf(armed_file, sizeof armed_file, "%.250s/armed", getenv("UOW_TEST_DIR"));
    link_disarm();
    st = child_unit(env, &unit);
    link_look(true);
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
    bool after; /* which is that of the step */
    step where; /* STEPS: nowhere */
    char told[20]; /* "yes", "no", "unknown"; "killed" */
} outcome;

static void outcome_at(outcome *o, const char *text)
{
    snprintf(o->at, sizeof o->at, "%.50s", text);
    o->after = strncmp(text, "after ", 6) == 0;
    o->where = step_of(strchr(text, ' ') + 1);
}

static outcome run(const char *self, const schedule *s)
{
    outcome o = {"", false, STEPS, "killed"};
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
            outcome_at(&o, line + 3);
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
    uow_status st = UOW_TRANSIENT;

    memset(counts, 0, sizeof *counts);
    options.coordinator = COORDINATOR;
    for (int i = 0; i < 400 && st == UOW_TRANSIENT; i++) {
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

/* One run, to its verdict. */
static bool ran_well(uow_env *env, const char *self, unsigned seed, uow_recovery *sum)
{
    schedule s = schedule_of(seed);
    outcome o = run(self, &s);
    const char *why = "RECOVERY DOES NOT END";
    uow_recovery counts;
    char line[200];
    bool good = recovered(env, &counts) && agreed(env, &s, &o, &why);

    if (o.where < STEPS)
        matrix_hit(&s, o.after, o.where);
    snprintf(line, sizeof line, "%s%stold %s, %llu in doubt, %s", o.at, *o.at ? ", " : "", o.told,
             (unsigned long long)counts.in_doubt, why);
    schedule_print(&s, line);
    sum->in_doubt += counts.in_doubt;
    sum->committed += counts.committed;
    sum->rolled_back += counts.rolled_back;
    return good;
}

typedef struct plan {
    unsigned first, runs, seconds;
    const char *table;
} plan;

static void plan_read(plan *p, int count, char **words)
{
    p->first = number_of("UOW_CRASH_SEED", 1);
    p->runs = number_of("UOW_CRASH_RUNS", 40);
    p->seconds = 0;
    p->table = getenv("UOW_CRASH_TABLE");
    for (int i = 1; i + 1 < count; i += 2) {
        if (strcmp(words[i], "--seed") == 0)
            p->first = (unsigned)strtoul(words[i + 1], NULL, 10);
        if (strcmp(words[i], "--runs") == 0)
            p->runs = (unsigned)strtoul(words[i + 1], NULL, 10);
        if (strcmp(words[i], "--seconds") == 0)
            p->seconds = (unsigned)strtoul(words[i + 1], NULL, 10);
        if (strcmp(words[i], "--table") == 0)
            p->table = words[i + 1];
    }
}

int main(int count, char **words)
{
    uow_recovery sum = UOW_RECOVERY_INIT;
    unsigned good = 0, done = 0, missing;
    uint64_t begin = now_ms();
    uow_env *env;
    plan p;

    if (count == 3 && strcmp(words[1], "child") == 0)
        return child((unsigned)strtoul(words[2], NULL, 10));
    common_begin();
    plan_read(&p, count, words);
    env = env_make(NULL, NULL);
    tables(env);
    matrix_read(p.table);
    while (done < p.runs && done - good < 10 && (p.seconds == 0 || now_ms() - begin < p.seconds * 1000u)) {
        good += ran_well(env, words[0], p.first + done++, &sum);
        matrix_write(p.table);
    }
    missing = matrix_print();
    printf("# %u of %u runs from seed %u agree: %llu branches met in doubt, %llu committed and %llu rolled back by recovery\n", good,
           done, p.first, (unsigned long long)sum.in_doubt, (unsigned long long)sum.committed,
           (unsigned long long)sum.rolled_back);
    printf("# %u s; the next seed is %u\n", (unsigned)((now_ms() - begin) / 1000), p.first + done);
    tap(good == done && (done == p.runs || p.seconds > 0), "after any crash all branches agree, the program was told the truth, and nothing stays in doubt");
    tap(done < 20 || sum.committed + sum.rolled_back > 0, "recovery had something to do");
    tap(p.first + done <= 2000 || missing == 0, "every fault was met before and after every step");
    (void)uow_env_close(env);
    return tap_end();
}
