/* The uow command: one program, a table of sub-commands, a file for each. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "bench.h"
#include "cli.h"
#include "doctor.h"
#include "probe.h"
#include "scaffold.h"
#include "recover.h"
#include "uow.h"

const cli_command *const cli_commands[] = {
    &bench_command,
    &doctor_command,
    &probe_command,
    &scaffold_command,
    &recover_command,
    NULL,
};

static void uow_usage(FILE *out)
{
    fprintf(out, "uow COMMAND [ARGUMENT...]\n\n");
    for (size_t i = 0; cli_commands[i]; i++)
        fprintf(out, "  %-10s %s\n", cli_commands[i]->name, cli_commands[i]->summary);
    fprintf(out, "\n\"uow COMMAND --help\" tells more. Data sources are those of odbc.ini, or connection strings.\n");
}

static const cli_command *uow_command(const char *name)
{
    for (size_t i = 0; cli_commands[i]; i++)
        if (strcmp(cli_commands[i]->name, name) == 0)
            return cli_commands[i];
    return NULL;
}

static int uow_unknown(const char *word)
{
    const char *names[16];
    const char *nearest;
    size_t count = 0;

    for (; cli_commands[count] && count < 16; count++)
        names[count] = cli_commands[count]->name;
    nearest = cli_nearest(word, names, count);
    if (nearest)
        return cli_complain(NULL, "there is no command %s; did you mean %s?", word, nearest);
    return cli_complain(NULL, "there is no command %s; \"uow --help\" lists them", word);
}

int main(int count, char **words)
{
    const cli_command *command;

    if (count < 2) {
        uow_usage(stderr);
        return CLI_USAGE;
    }
    if (strcmp(words[1], "--help") == 0 || strcmp(words[1], "-h") == 0 || strcmp(words[1], "help") == 0) {
        command = count > 2 ? uow_command(words[2]) : NULL;
        if (command)
            cli_help(stdout, command);
        else
            uow_usage(stdout);
        return CLI_OK;
    }
    if (strcmp(words[1], "--version") == 0) {
        printf("uow %s\n", uow_version());
        return CLI_OK;
    }
    command = uow_command(words[1]);
    return command ? command->run(command, count - 2, words + 2) : uow_unknown(words[1]);
}
