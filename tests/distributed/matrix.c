#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "distributed/matrix.h"

const char *const step_names[STEPS] = {"begin", "prepare", "decide", "settle", "commit", "rollback", "forget"};

static const char *const fault_names[] = {"nothing", "process killed", "server killed", "server away",
                                          "server and process killed", "link lost"};

static const topology topologies[] = {
    {7, 0, "sqlite* postgresql mariadb"},
    {6, 1, "postgresql* mariadb"},
    {6, 2, "postgresql mariadb*"},
    {6, NOBODY, "postgresql mariadb, log in sqlite"},
    {5, 0, "sqlite* mariadb"},
    {3, 0, "sqlite* postgresql"},
};

/* --- schedules */

/* Of 20 runs: 9 kill the process, one each a server, which takes its time, 8 lose a link, 1 is left in peace. */
static fault what_of(unsigned seed, unsigned *server)
{
    static const fault servers[] = {FAULT_SERVER, FAULT_AWAY, FAULT_BOTH};
    unsigned kind = seed % 20;

    *server = kind < 10 ? 1 : 2;
    if (kind < 9)
        return FAULT_PROCESS;
    if (kind < 11)
        return servers[chance(3)];
    return kind < 19 ? FAULT_LINK : FAULT_NONE;
}

static bool takes_part(const topology *over, unsigned database)
{
    return (over->databases & (1u << database)) != 0;
}

/* Steps that only some branches have are looked for in those. */
static unsigned target_of(const schedule *s)
{
    unsigned target;

    if (s->at == STEP_DECIDE || s->at == STEP_SETTLE || s->at == STEP_FORGET)
        return NOBODY;
    do
        target = chance(DATABASES);
    while (!takes_part(s->over, target) || ((s->at == STEP_PREPARE || s->at == STEP_COMMIT) && target == s->over->holder));
    return target;
}

/* Steps and times come in turn, so that each is met as often as the others; the rest is chance. */
schedule schedule_of(unsigned seed)
{
    bool kills_server;
    schedule s;

    memset(&s, 0, sizeof s);
    s.seed = seed;
    chance_seed(seed);
    s.what = what_of(seed, &s.server);
    kills_server = s.what == FAULT_SERVER || s.what == FAULT_AWAY || s.what == FAULT_BOTH;
    do
        s.over = &topologies[chance(sizeof topologies / sizeof topologies[0])];
    while (kills_server && !takes_part(s.over, s.server));
    s.at = (step)(seed / 20 % STEPS);
    s.after = seed / (20 * STEPS) % 2 == 1;
    s.target = target_of(&s);
    s.skip = s.at == STEP_SETTLE || (s.at == STEP_PREPARE && s.target == 2) ? chance(2) : 0;
    s.loses_decision = s.at == STEP_SETTLE || (s.at == STEP_ROLLBACK && chance(2));
    s.rolls_back = (s.at == STEP_ROLLBACK && !s.loses_decision) || (s.what == FAULT_NONE && chance(4) == 0);
    return s;
}

void schedule_print(const schedule *s, const char *end)
{
    printf("# seed %u: %s, ", s->seed, s->over->name);
    if (s->what == FAULT_LINK)
        printf("link of %s lost %s effect of statement %u of %s", s->target == NOBODY ? "the decision" : dsns[s->target] + 4,
               s->after ? "after" : "before", s->skip + 1, step_names[s->at]);
    else if (s->what != FAULT_NONE)
        printf("%s%s%s %s %s of %s", fault_names[s->what], s->what == FAULT_PROCESS ? "" : ": ",
               s->what == FAULT_PROCESS ? "" : dsns[s->server] + 4, s->after ? "after" : "before", step_names[s->at],
               s->target == NOBODY ? "the decision" : dsns[s->target] + 4);
    else
        printf("%s", fault_names[s->what]);
    printf("%s%s: %s\n", s->loses_decision ? ", the decision's answer lost" : "", s->rolls_back ? ", rolled back" : "", end);
    fflush(stdout);
}

/* --- the matrix */

enum { BY_PROCESS, BY_POSTGRESQL, BY_MARIADB, BY_LINK, COLUMNS };

static unsigned cells[STEPS][2][COLUMNS];

void matrix_hit(const schedule *s, bool after, step at)
{
    bool server = s->what == FAULT_SERVER || s->what == FAULT_AWAY || s->what == FAULT_BOTH;

    cells[at][after][BY_PROCESS] += s->what == FAULT_PROCESS || s->what == FAULT_BOTH;
    cells[at][after][BY_POSTGRESQL] += server && s->server == 1;
    cells[at][after][BY_MARIADB] += server && s->server == 2;
    cells[at][after][BY_LINK] += s->what == FAULT_LINK;
}

void matrix_read(const char *file)
{
    FILE *in = file ? fopen(file, "r") : NULL;
    unsigned *all = &cells[0][0][0];

    for (size_t i = 0; in && i < sizeof cells / sizeof *all; i++)
        if (fscanf(in, "%u", &all[i]) != 1)
            break;
    if (in)
        (void)fclose(in);
}

void matrix_write(const char *file)
{
    FILE *out = file ? fopen(file, "w") : NULL;
    const unsigned *all = &cells[0][0][0];

    for (size_t i = 0; out && i < sizeof cells / sizeof *all; i++)
        fprintf(out, "%u\n", all[i]);
    if (out)
        (void)fclose(out);
}

unsigned matrix_print(void)
{
    static const char *const words[2][2] = {{"before", "before its effect"}, {"after", "after its effect"}};
    unsigned missing = 0;

    printf("# runs that met        process   postgresql  mariadb   link\n");
    printf("#                      killed    killed      killed    lost\n");
    for (unsigned at = 0; at < STEPS; at++)
        for (unsigned after = 0; after < 2; after++) {
            const unsigned *c = cells[at][after];

            printf("# %-6s %-9s %9u %12u %8u %6u %s\n", words[after][0], step_names[at], c[BY_PROCESS], c[BY_POSTGRESQL],
                   c[BY_MARIADB], c[BY_LINK], words[after][1]);
            for (unsigned i = 0; i < COLUMNS; i++)
                missing += c[i] == 0;
        }
    return missing;
}
