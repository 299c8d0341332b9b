/* uow recover: ends what crashed programs have left in doubt. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "recover.h"
#include "uow.h"

enum { OPTION_APPLY, OPTION_COORDINATOR, OPTION_TABLE, OPTION_AGE, OPTION_KEEP };

#define RECOVER_MOST 64u

static const cli_option recover_options[] = {
    {"--apply", NULL, "do it; without it only what would be done is said"},
    {"--coordinator", "NAME", "whose branches (uow)"},
    {"--table", "NAME", "the table of decisions (uow_decisions)"},
    {"--age", "SECONDS", "leave younger branches alone (60)"},
    {"--keep", "SECONDS", "keep rows of units given up for so long (86400)"},
    {NULL, NULL, NULL},
};

static int recover_main(const cli_command *self, int count, char **words);

const cli_command recover_command = {
    .name = "recover",
    .summary = "Branches in doubt after a crash: list them, commit them or roll them back.",
    .usage = "DSN... [--apply] [OPTION...]",
    .options = recover_options,
    .notes = "Name every database that has branches or decisions of the coordinator's. A branch is committed when its unit's\n"
             "decision is there, and rolled back when it is not; one whose table of decisions is in none of them is left.\n"
             "It may run beside the programs, and again. Exit status 0: nothing is in doubt; 1: something was left.\n",
    .run = recover_main,
};

typedef struct recover_plan {
    const char *dsns[RECOVER_MOST];
    uow_recovery_options options;
    unsigned age, keep;
    bool apply;
} recover_plan;

static const char *recover_words(const uow_in_doubt *branch, bool apply)
{
    switch (branch->verdict) {
    case UOW_RECOVERY_COMMIT: return apply ? "committed" : "would be committed";
    case UOW_RECOVERY_ROLL_BACK: return apply ? "rolled back" : "would be rolled back";
    case UOW_RECOVERY_YOUNG: return "left: too young";
    case UOW_RECOVERY_AT_WORK: return "left: its program is at work, or its connection lives";
    case UOW_RECOVERY_NO_LOG: return "left: its table of decisions is in none of these databases";
    default: return "left: the database refused";
    }
}

static int recover_line(const uow_in_doubt *branch, void *user)
{
    const recover_plan *plan = user;

    printf("%s  %s  branch %u  %" PRId64 " s old  %s%s%s\n", plan->dsns[branch->database], branch->unit,
           (unsigned)branch->branch, branch->age_s, recover_words(branch, plan->apply), branch->message[0] ? ": " : "",
           branch->message);
    return 1;
}

static bool recover_option(recover_plan *plan, const cli_words *words)
{
    switch (words->option) {
    case OPTION_APPLY: plan->apply = true; return true;
    case OPTION_COORDINATOR: plan->options.coordinator = words->value; return true;
    case OPTION_TABLE: plan->options.table = words->value; return true;
    case OPTION_AGE: return cli_number(words, 0, 4000000000u, &plan->age);
    case OPTION_KEEP: return cli_number(words, 43200, 4000000000u, &plan->keep);
    default: return false;
    }
}

static int recover_run(const cli_command *self, recover_plan *plan)
{
    uow_recovery counts = UOW_RECOVERY_INIT;
    char message[500] = "";
    uow_env *env = NULL;
    uow_status st = uow_env_open(NULL, &env);

    plan->options.connections = plan->dsns;
    plan->options.min_age_s = plan->age;
    plan->options.keep_s = plan->keep;
    plan->options.flags = plan->apply ? 0 : UOW_RECOVERY_DRY_RUN;
    plan->options.fn = recover_line;
    plan->options.user = plan;
    if (st == UOW_OK)
        st = uow_recover(env, &plan->options, &counts, message, sizeof message);
    (void)uow_env_close(env);
    if (st != UOW_OK && st != UOW_TRANSIENT)
        return cli_complain(self, "%s", st == UOW_MISUSE ? "a coordinator's name has 1 to 16 letters, digits and \"-\""
                                                         : uow_status_text(st));
    printf("%" PRIu64 " in doubt: %" PRIu64 " %s, %" PRIu64 " %s, %" PRIu64 " left; %" PRIu64 " of others\n", counts.in_doubt,
           counts.committed, plan->apply ? "committed" : "to be committed", counts.rolled_back,
           plan->apply ? "rolled back" : "to be rolled back", counts.left, counts.foreign);
    if (counts.unreachable > 0)
        printf("%" PRIu64 " of the databases could not be looked at\n", counts.unreachable);
    if (message[0])
        fprintf(stderr, "%s\n", message);
    if (!plan->apply && counts.committed + counts.rolled_back > 0)
        printf("Nothing was changed. With --apply it is done.\n");
    return st == UOW_OK && (plan->apply || counts.in_doubt == 0) ? CLI_OK : CLI_FAILED;
}

static int recover_main(const cli_command *self, int count, char **words)
{
    static const uow_recovery_options defaults = UOW_RECOVERY_OPTIONS_INIT;
    cli_words line = {.command = self, .count = count, .words = words};
    recover_plan plan;
    cli_kind kind;

    memset(&plan, 0, sizeof plan);
    plan.options = defaults;
    plan.age = 60;
    while ((kind = cli_next(&line)) != CLI_END) {
        if (kind == CLI_HELPED)
            return CLI_OK;
        if (kind == CLI_BAD || (kind == CLI_OPTION && !recover_option(&plan, &line)))
            return CLI_USAGE;
        if (kind != CLI_WORD)
            continue;
        if (plan.options.connection_count == RECOVER_MOST)
            return cli_complain(self, "at most %u databases", RECOVER_MOST);
        plan.dsns[plan.options.connection_count++] = line.value;
    }
    if (plan.options.connection_count == 0)
        return cli_complain(self, "which data sources? \"uow recover --help\" tells more");
    return recover_run(self, &plan);
}
