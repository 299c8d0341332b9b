/* What the sub-commands of uow share: words of the command line, the terminal, help. */
#ifndef UOW_TOOLS_CLI_H
#define UOW_TOOLS_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define CLI_OK 0
#define CLI_FAILED 1
#define CLI_DRIVER 11 /* as uow doctor's: the driver is at fault */
#define CLI_USAGE 64
#define CLI_INTERRUPTED 130

typedef struct cli_option {
    const char *name;     /* "--rounds" */
    const char *argument; /* "N", or NULL: none */
    const char *help;
} cli_option;

typedef struct cli_command {
    const char *name;
    const char *summary;       /* one line */
    const char *usage;         /* what follows the name */
    const cli_option *options; /* ends with name NULL; --help is understood everywhere */
    const char *notes;         /* after the options */
    int (*run)(const struct cli_command *self, int count, char **words);
} cli_command;

extern const cli_command *const cli_commands[]; /* ends with NULL */

/* --- words */

typedef enum cli_kind { CLI_END, CLI_WORD, CLI_OPTION, CLI_HELPED, CLI_BAD } cli_kind;

typedef struct cli_words {
    const cli_command *command;
    int count, at;
    char **words;
    const char *value; /* of the option, or the word */
    int option;        /* its place in the command's table */
} cli_words;

/* The next word. CLI_BAD: what is wrong has been said; CLI_HELPED: help has been given. */
cli_kind cli_next(cli_words *words);
/* The word is the only data source. False: there was one before, and that has been said. */
bool cli_only(const cli_words *words, const char **out);
/* A number from least to most. False: it is none, and that has been said. */
bool cli_number(const cli_words *words, unsigned least, unsigned most, unsigned *out);
/* Says "uow NAME: ..." and gives CLI_USAGE. */
int cli_complain(const cli_command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The one of the names that somebody who wrote word may have meant, or NULL. */
const char *cli_nearest(const char *word, const char *const *names, size_t count);
void cli_help(FILE *out, const cli_command *command);

/* --- the terminal */

/* Whether colours are wanted on a stream: a terminal that has them, and no NO_COLOR. */
bool cli_colours(FILE *out);
/* How many letters a line has: $COLUMNS or what the terminal says; of a file or pipe there is no end, INT_MAX. */
int cli_width(FILE *out);
/* Letters, not bytes. */
int cli_letters(const char *text);
/*
 * Words of the text on lines of that width, the first of them begun with so many letters, the others indented;
 * the last is not ended.
 */
void cli_wrap(FILE *out, int begun, int indent, int width, const char *text);
/* Draws how far something is, on a terminal only; done == total wipes it. */
void cli_progress(const char *what, unsigned done, unsigned total);

#endif
