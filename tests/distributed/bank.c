/*
 * A bank over three databases: four programs move money between accounts of any of them, one unit a transfer, while
 * programs and servers are killed at random and a recovery runs beside them all the time. At the end no money is lost, and each
 * transfer has happened as often as its program was told: once, or never.
 *
 *     UOW_BANK_SECONDS=60     for how long (10); up to four times that on a busy machine, until there was work and trouble
 *     UOW_BANK_SEED=1         of accounts, amounts and victims
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "distributed/common.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAMS 4
#define COORDINATOR "bank"
#define MAX_TRANSFERS 2000000

typedef enum told { TOLD_NOTHING, TOLD_BEGUN, TOLD_DONE, TOLD_NOT, TOLD_UNKNOWN } told;

/* --- a program that transfers */

typedef struct transfer {
    unsigned id;
    unsigned from, to; /* databases */
    int from_account, to_account, amount;
} transfer;

static int journal;

/* Written at once: what is in it was told, whatever becomes of the program afterwards. */
static void note(unsigned id, told what)
{
    const unsigned record[2] = {id, (unsigned)what};

    if (write(journal, record, sizeof record) != (ssize_t)sizeof record)
        _exit(9);
}

static uow_context *try_open(uow_env *env, unsigned database)
{
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    uow_context *context = NULL;

    options.query_timeout_ms = 2000; /* two that wait for each other over two databases are no deadlock either can see */
    for (;;) {
        if (uow_open(env, dsns[database], NULL, &options, &context) == UOW_OK)
            return context;
        (void)uow_close(context);
        pause_ms(20);
    }
}

static uow_status half(uow_context *context, const transfer *t, bool from)
{
    char sql[80];
    uow_status st = moved(context, from ? t->from_account : t->to_account, from ? -t->amount : t->amount);

    snprintf(sql, sizeof sql, "INSERT INTO dist_transfers VALUES (%u)", t->id);
    return st == UOW_OK ? uow_execute(context, sql, NULL, 0, NULL) : st;
}

static void program_transfer(uow_context *const contexts[DATABASES], const transfer *t)
{
    uow_distributed_options options = UOW_DISTRIBUTED_OPTIONS_INIT;
    uow_context *two[2] = {contexts[t->from], contexts[t->to]};
    uow_distributed *unit = NULL;
    uow_status st;

    options.coordinator = COORDINATOR;
    options.decision_branch = 1 + chance(2);
    note(t->id, TOLD_BEGUN);
    st = uow_distributed_begin(two, 2, &options, &unit);
    if (st == UOW_OK)
        st = half(two[0], t, true);
    if (st == UOW_OK)
        st = half(two[1], t, false);
    if (st == UOW_OK)
        st = chance(20) == 0 ? UOW_CANCELLED : uow_distributed_commit(unit);
    note(t->id, st == UOW_OK ? TOLD_DONE : st == UOW_OUTCOME_UNKNOWN ? TOLD_UNKNOWN : TOLD_NOT);
    uow_distributed_free(unit);
}

static bool still_good(uow_context *context)
{
    return asked(context, "SELECT 1") == 1;
}

static volatile sig_atomic_t enough;

static void stop(int number)
{
    (void)number;
    enough = 1;
}

/* Until it is told to stop, or killed. */
static int program(const char *file, unsigned first, unsigned seed)
{
    uow_env *env = env_make(NULL, NULL);
    uow_context *contexts[DATABASES];

    (void)signal(SIGTERM, stop);
    chance_seed(seed);
    journal = open(file, O_WRONLY | O_APPEND | O_CREAT, 0600);
    for (unsigned i = 0; i < DATABASES; i++)
        contexts[i] = try_open(env, i);
    for (unsigned id = first; !enough; id++) {
        transfer t = {id, chance(DATABASES), 0, 1 + (int)chance(10), 1 + (int)chance(10), 1 + (int)chance(9)};

        t.to = (t.from + 1 + chance(2)) % DATABASES;
        program_transfer(contexts, &t);
        for (unsigned i = 0; i < DATABASES; i++)
            if (!still_good(contexts[i])) {
                (void)uow_close(contexts[i]);
                contexts[i] = try_open(env, i);
            }
    }
    _exit(0);
}

/* --- the parent */

static char files[PROGRAMS][400];
static pid_t programs[PROGRAMS];
static unsigned started, killed, restarts;
static unsigned char answers[MAX_TRANSFERS];

static void start(const char *self, unsigned which)
{
    char first[20], seed[20];

    started++;
    snprintf(first, sizeof first, "%u", started * 2000);
    snprintf(seed, sizeof seed, "%u", chance(1000000));
    programs[which] = fork();
    if (programs[which] != 0)
        return;
    (void)execl(self, self, files[which], first, seed, (char *)NULL);
    _exit(8);
}

static void restart(void)
{
    const char *command = chance(2) ? "bash \"$UOW_RESTART\" pg 0.1 >/dev/null 2>&1 </dev/null"
                                    : "bash \"$UOW_RESTART\" mariadb 0.1 >/dev/null 2>&1 </dev/null";

    restarts++;
    if (system(command) != 0)
        printf("# a server did not start again\n");
}

static uow_status recover_once(uow_env *env, uow_recovery *sum, char *message, size_t size)
{
    uow_recovery_options options = everything;
    uow_recovery one = UOW_RECOVERY_INIT;
    uow_status st;

    options.coordinator = COORDINATOR;
    st = uow_recover(env, &options, &one, message, size);
    sum->in_doubt += one.in_doubt;
    sum->committed += one.committed;
    sum->rolled_back += one.rolled_back;
    return st;
}

static void read_answers(unsigned counts[5]);

/* What makes it a test: a machine that is busy with other things gets more time for it. */
static bool had_enough(unsigned seconds)
{
    unsigned counts[5] = {0};

    if (killed < seconds / 2 || restarts < seconds / 5)
        return false;
    read_answers(counts);
    return counts[TOLD_DONE] >= seconds * 5;
}

static void trouble(const char *self, uow_env *env, uow_recovery *sum, unsigned seconds)
{
    uint64_t begin = now_ms(), end = begin + seconds * 1000u, last = begin + 4u * seconds * 1000u;
    uint64_t next_kill = begin + 300, next_restart = begin + 1500;
    char message[200];

    for (unsigned i = 0; i < PROGRAMS; i++)
        start(self, i);
    while (now_ms() < end || (now_ms() < last && !had_enough(seconds))) {
        pause_ms(50);
        (void)recover_once(env, sum, message, sizeof message);
        if (now_ms() > next_kill) {
            unsigned victim = chance(PROGRAMS);

            (void)kill(programs[victim], SIGKILL);
            (void)waitpid(programs[victim], NULL, 0);
            killed++;
            start(self, victim);
            next_kill = now_ms() + 150 + chance(300);
        }
        if (now_ms() > next_restart) {
            restart();
            next_restart = now_ms() + 1500 + chance(2000);
        }
    }
    printf("# %u s\n", (unsigned)((now_ms() - begin) / 1000));
    for (unsigned i = 0; i < PROGRAMS; i++)
        (void)kill(programs[i], SIGTERM);
    for (unsigned i = 0; i < PROGRAMS; i++)
        (void)waitpid(programs[i], NULL, 0);
}

static void read_answers(unsigned counts[5])
{
    for (unsigned i = 0; i < PROGRAMS; i++) {
        unsigned record[2];
        FILE *in = fopen(files[i], "rb");

        while (in && fread(record, sizeof record, 1, in) == 1)
            if (record[0] < MAX_TRANSFERS)
                answers[record[0]] = (unsigned char)record[1];
        if (in)
            (void)fclose(in);
    }
    memset(counts, 0, 5 * sizeof *counts);
    for (unsigned i = 0; i < MAX_TRANSFERS; i++)
        counts[answers[i]]++;
}

/* A bit for each database that has the transfer. */
static bool read_rows(uow_context *context, unsigned database, unsigned char *where)
{
    uow_rows *rows = NULL;
    int64_t id;

    if (uow_rows_open(context, "SELECT id FROM dist_transfers", NULL, 0, &rows) != UOW_OK)
        return false;
    while (uow_rows_next(rows) == UOW_OK)
        if (uow_rows_int64(rows, 0, &id) == UOW_OK && id >= 0 && id < MAX_TRANSFERS)
            where[id] |= (unsigned char)(1u << database);
    uow_rows_close(rows);
    return true;
}

/* A transfer is in two databases or in none, and what was told is true. */
static bool judged(uow_context *const contexts[DATABASES])
{
    static unsigned char where[MAX_TRANSFERS];
    unsigned wrong = 0;

    for (unsigned i = 0; i < DATABASES; i++)
        if (!read_rows(contexts[i], i, where))
            return false;
    for (unsigned i = 0; i < MAX_TRANSFERS; i++) {
        unsigned count = (where[i] & 1u) + (where[i] >> 1 & 1u) + (where[i] >> 2 & 1u);
        bool good = count == 0 || count == 2;

        if (answers[i] == TOLD_DONE)
            good = count == 2;
        if (answers[i] == TOLD_NOT || answers[i] == TOLD_NOTHING)
            good = count == 0;
        if (!good && wrong++ < 10)
            printf("# transfer %u was told %d and is in the databases %x\n", i, (int)answers[i], (unsigned)where[i]);
    }
    return wrong == 0;
}

static void tables(uow_env *env, uow_context *contexts[DATABASES])
{
    for (unsigned i = 0; i < DATABASES; i++) {
        contexts[i] = try_open(env, i);
        (void)uow_execute(contexts[i], "DROP TABLE dist_transfers", NULL, 0, NULL);
        (void)ran(contexts[i], "CREATE TABLE dist_transfers (id integer NOT NULL PRIMARY KEY)");
    }
    tables_make(contexts);
}

static void accounts(uow_env *env, unsigned seconds)
{
    uow_context *contexts[DATABASES];
    unsigned counts[5] = {0};
    int64_t money = 0, left = 0;

    for (unsigned i = 0; i < DATABASES; i++) {
        contexts[i] = try_open(env, i);
        money += asked(contexts[i], "SELECT CAST(sum(balance) AS decimal) FROM dist_accounts");
        left += prepared(contexts[i], "uow1.bank.") + asked(contexts[i], "SELECT count(*) FROM uow_decisions WHERE outcome = 'C' AND unit_id LIKE 'bank.%'");
    }
    read_answers(counts);
    printf("# %u transfers done, %u not, %u unknown, %u whose program was killed; %u programs killed, %u servers\n",
           counts[TOLD_DONE], counts[TOLD_NOT], counts[TOLD_UNKNOWN], counts[TOLD_BEGUN], killed, restarts);
    tap(money == DATABASES * 1000, "no money was lost or made");
    tap(judged(contexts), "every transfer happened exactly as often as its program was told");
    tap(left == 0, "nothing is in doubt, and no decision's row is left");
    tap(counts[TOLD_DONE] >= seconds * 5 && killed >= seconds / 2 && restarts >= seconds / 5,
        "there was work, and there was trouble");
    for (unsigned i = 0; i < DATABASES; i++)
        (void)uow_close(contexts[i]);
}

int main(int count, char **words)
{
    unsigned seconds = number_of("UOW_BANK_SECONDS", 10);
    uow_recovery sum = UOW_RECOVERY_INIT;
    uow_context *contexts[DATABASES];
    uow_status st = UOW_TRANSIENT;
    char message[300] = "";
    uow_env *env;

    if (count == 4)
        return program(words[1], (unsigned)strtoul(words[2], NULL, 10), (unsigned)strtoul(words[3], NULL, 10));
    common_begin();
    chance_seed(number_of("UOW_BANK_SEED", 1));
    env = env_make(NULL, NULL);
    tables(env, contexts);
    for (int i = 0; i < DATABASES; i++)
        (void)uow_close(contexts[i]);
    for (unsigned i = 0; i < PROGRAMS; i++) {
        snprintf(files[i], sizeof files[i], "%.300s/bank.%u", getenv("UOW_TEST_DIR"), i);
        (void)unlink(files[i]);
    }
    trouble(words[0], env, &sum, seconds);
    for (int i = 0; i < 200 && st == UOW_TRANSIENT; i++) {
        st = recover_once(env, &sum, message, sizeof message);
        if (st == UOW_TRANSIENT)
            pause_ms(50);
    }
    printf("# recovery met %llu branches in doubt, committed %llu and rolled back %llu\n", (unsigned long long)sum.in_doubt,
           (unsigned long long)sum.committed, (unsigned long long)sum.rolled_back);
    tap(st == UOW_OK, "recovery comes to an end");
    if (st != UOW_OK)
        printf("# %s %s\n", uow_status_name(st), message);
    accounts(env, seconds);
    (void)uow_env_close(env);
    return tap_end();
}
