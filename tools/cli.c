#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "cli.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LONGEST_NAME 31u
#define NARROWEST 40 /* letters of a line */

int cli_complain(const cli_command *command, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "uow%s%s: ", command ? " " : "", command ? command->name : "");
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return CLI_USAGE;
}

/* How many letters differ (Levenshtein), of names that are short. */
static size_t cli_distance(const char *a, const char *b)
{
    size_t row[LONGEST_NAME + 2];
    size_t width = strlen(b);

    for (size_t j = 0; j <= width; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t corner = row[0];

        row[0] = i;
        for (size_t j = 1; j <= width; j++) {
            size_t change = corner + (a[i - 1] != b[j - 1]);

            corner = row[j];
            row[j] = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            row[j] = change < row[j] ? change : row[j];
        }
    }
    return row[width];
}

const char *cli_nearest(const char *word, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t least = 0;

    if (strlen(word) > LONGEST_NAME)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t distance = cli_distance(word, names[i]);

        if (strlen(names[i]) > LONGEST_NAME || distance > 1 + strlen(word) / 3 || (nearest && distance >= least))
            continue;
        nearest = names[i];
        least = distance;
    }
    return nearest;
}

static void cli_unknown(const cli_words *words, const char *word)
{
    const char *names[32];
    const char *nearest;
    size_t count = 0;

    for (const cli_option *option = words->command->options; option->name && count < 31; option++)
        names[count++] = option->name;
    names[count++] = "--help";
    nearest = cli_nearest(word, names, count);
    if (nearest)
        (void)cli_complain(words->command, "there is no option %s; did you mean %s?", word, nearest);
    else
        (void)cli_complain(words->command, "there is no option %s; \"uow %s --help\" lists them", word,
                           words->command->name);
}

static cli_kind cli_take(cli_words *words, const char *word)
{
    for (int i = 0; words->command->options[i].name; i++) {
        const cli_option *option = &words->command->options[i];
        size_t length = strlen(option->name);

        if (strncmp(word, option->name, length) != 0 || (word[length] != '\0' && word[length] != '='))
            continue;
        words->option = i;
        words->value = word[length] == '=' ? word + length + 1 : NULL;
        if (option->argument && !words->value && words->at < words->count)
            words->value = words->words[words->at++];
        if ((option->argument != NULL) == (words->value != NULL))
            return CLI_OPTION;
        (void)cli_complain(words->command, option->argument ? "%s needs %s" : "%s takes nothing", option->name,
                           option->argument);
        return CLI_BAD;
    }
    cli_unknown(words, word);
    return CLI_BAD;
}

cli_kind cli_next(cli_words *words)
{
    const char *word;

    if (words->at >= words->count)
        return CLI_END;
    word = words->words[words->at++];
    if (word[0] != '-' || word[1] == '\0') {
        words->value = word;
        return CLI_WORD;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        cli_help(stdout, words->command);
        return CLI_HELPED;
    }
    return cli_take(words, word);
}

bool cli_only(const cli_words *words, const char **out)
{
    if (*out) {
        (void)cli_complain(words->command, "one data source, please: %s or %s?", *out, words->value);
        return false;
    }
    *out = words->value;
    return true;
}

bool cli_number(const cli_words *words, unsigned least, unsigned most, unsigned *out)
{
    char *end = NULL;
    unsigned long value = strtoul(words->value, &end, 10);

    if (words->value[0] >= '0' && words->value[0] <= '9' && *end == '\0' && value >= least && value <= most) {
        *out = (unsigned)value;
        return true;
    }
    (void)cli_complain(words->command, "%s must be a number from %u to %u, not \"%s\"",
                       words->command->options[words->option].name, least, most, words->value);
    return false;
}

void cli_help(FILE *out, const cli_command *command)
{
    fprintf(out, "uow %s %s\n\n%s\n\n", command->name, command->usage, command->summary);
    for (const cli_option *option = command->options; option->name; option++)
        fprintf(out, "  %-12s %-8s %s\n", option->name, option->argument ? option->argument : "", option->help);
    fprintf(out, "  %-12s %-8s %s\n", "--help", "", "this");
    if (command->notes)
        fprintf(out, "\n%s", command->notes);
}

bool cli_colours(FILE *out)
{
    const char *none = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    return isatty(fileno(out)) && !(none && *none) && terminal && *terminal && strcmp(terminal, "dumb") != 0;
}

int cli_width(FILE *out)
{
    const char *said = getenv("COLUMNS");
    long columns = said ? strtol(said, NULL, 10) : 0;
    struct winsize size;

    if (!isatty(fileno(out)))
        return INT_MAX;
    if (columns <= 0 && ioctl(fileno(out), TIOCGWINSZ, &size) == 0)
        columns = size.ws_col;
    return columns <= 0 || columns > 10000 ? 80 : columns < NARROWEST ? NARROWEST : (int)columns;
}

int cli_letters(const char *text)
{
    int letters = 0;

    for (; *text; text++)
        letters += ((unsigned char)*text & 0xc0) != 0x80;
    return letters;
}

void cli_wrap(FILE *out, int begun, int indent, int width, const char *text)
{
    int column = begun;

    for (bool first = true; *text; first = false) {
        int bytes = (int)strcspn(text, " ");
        char word[200];

        snprintf(word, sizeof word, "%.*s", bytes, text);
        if (column + cli_letters(word) - first >= width && column > indent)
            column = fprintf(out, "\n%*s", indent, "") - 1;
        else if (!first)
            column += fputc(' ', out) == ' ';
        fprintf(out, "%.*s", bytes, text);
        column += cli_letters(word);
        text += bytes;
        text += *text == ' ';
    }
}

void cli_progress(const char *what, unsigned done, unsigned total)
{
    int columns = cli_width(stderr);
    unsigned width = columns < 80 ? 10 : 30;
    unsigned full = total ? done * width / total : width;

    if (!isatty(STDERR_FILENO))
        return;
    if (done >= total) {
        fprintf(stderr, "\r%*s\r", columns < 79 ? columns - 1 : 78, "");
        return;
    }
    fprintf(stderr, "\r  [%.*s%*s] %u/%u %-*.*s", (int)full, "##############################", (int)(width - full), "",
            done, total, columns < 80 ? 12 : 24, columns < 80 ? 12 : 24, what);
    fflush(stderr);
}
