/* The command line of uow scaffold, and its files. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "scaffold.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { OPTION_OUT, OPTION_PREFIX, OPTION_PROCEDURES, OPTION_FORCE };

static const cli_option scaffold_options[] = {
    {"--out", "FILE", "write FILE.h and FILE.c (the name of the data source)"},
    {"--prefix", "WORD", "what the names of structs begin with"},
    {"--procedures", NULL, "functions that call procedures, too"},
    {"--force", NULL, "write over files that uow scaffold has not made"},
    {NULL, NULL, NULL},
};

static int scaffold_main(const cli_command *self, int count, char **words);

const cli_command scaffold_command = {
    .name = "scaffold",
    .summary = "A header and a model from the catalog of a database.",
    .usage = "DSN [TABLE...] [OPTION...]",
    .options = scaffold_options,
    .notes = "TABLE is a table or view, with its schema where it is not found without; when none is named, all of them are\n"
             "written that need no schema. Files stay untouched where nothing has changed. Views, and tables without a\n"
             "key, can only be read.\n",
    .run = scaffold_main,
};

static const char scaffold_marker[] = "/* Made by uow scaffold";

/* What is in a file; NULL: there is none. */
static char *scaffold_contents(pool *p, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    long size = -1;

    if (file && fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    if (size >= 0) {
        rewind(file);
        text = pool_alloc(p, (size_t)size + 1);
        text[fread(text, 1, (size_t)size, file)] = '\0';
    }
    if (file)
        fclose(file);
    return text;
}

static int scaffold_put(scaffold *s, const char *ending, void (*write)(FILE *out, const scaffold *s))
{
    pool *p = &s->memory;
    const char *path = pool_format(p, "%s%s", s->out, ending);
    const char *old = scaffold_contents(p, path);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    int status = CLI_OK;

    if (!out)
        return cli_complain(s->command, "out of memory"), CLI_FAILED;
    write(out, s);
    fclose(out);
    if (old && strcmp(old, text) == 0) {
        printf("%s: nothing has changed\n", path);
    } else if (old && strncmp(old, scaffold_marker, strlen(scaffold_marker)) != 0 && !s->force) {
        (void)cli_complain(s->command, "%s is there and was not made here; --force writes over it", path);
        status = CLI_FAILED;
    } else {
        out = fopen(path, "wb");
        if (!out || fwrite(text, 1, size, out) != size || fclose(out) != 0) {
            (void)cli_complain(s->command, "cannot write %s", path);
            status = CLI_FAILED;
        } else {
            printf("%s: written\n", path);
        }
    }
    free(text);
    return status;
}

static bool scaffold_has(const scaffold *s, const char *wanted)
{
    const char *names[500];
    const char *nearest;
    size_t count = 0;

    for (size_t i = 0; i < s->table_count; i++) {
        const scaffold_table *table = &s->tables[i];
        const char *dot = strchr(wanted, '.');

        if (strcasecmp(table->name, wanted) == 0 || (dot && strcasecmp(table->name, dot + 1) == 0))
            return true;
        if (count < 500)
            names[count++] = table->name;
    }
    nearest = cli_nearest(wanted, names, count);
    if (nearest)
        (void)cli_complain(s->command, "there is no table %s; did you mean %s?", wanted, nearest);
    else
        (void)cli_complain(s->command, "there is no table %s", wanted);
    return false;
}

static int scaffold_files(scaffold *s)
{
    size_t chosen = 0, views = 0, relations = 0, routines = 0;
    int status;

    for (size_t i = 0; i < s->wanted_count; i++)
        if (!scaffold_has(s, s->wanted[i]))
            return CLI_FAILED;
    scaffold_build(s);
    for (size_t i = 0; i < s->table_count; i++) {
        chosen += s->tables[i].chosen;
        views += s->tables[i].chosen && s->tables[i].view;
        for (size_t k = 0; s->tables[i].chosen && k < s->tables[i].reference_count; k++)
            relations += !s->tables[i].references[k].left_out;
    }
    for (size_t i = 0; i < s->routine_count; i++)
        routines += s->routines[i].visible;
    if (chosen == 0)
        return cli_complain(s->command, "there is no table to write"), CLI_FAILED;
    status = scaffold_put(s, ".h", scaffold_header);
    if (status == CLI_OK)
        status = scaffold_put(s, ".c", scaffold_source);
    if (status == CLI_OK)
        printf("%zu tables, %zu views, %zu relations, %zu procedures\n", chosen - views, views, relations, routines);
    return status;
}

static int scaffold_run(scaffold *s)
{
    uow_context *context = NULL;
    uow_env *env = NULL;
    int status = CLI_FAILED;

    if (uow_env_open(NULL, &env) != UOW_OK)
        return cli_complain(s->command, "there is no driver manager"), CLI_FAILED;
    if (uow_open(env, s->dsn, NULL, NULL, &context) != UOW_OK)
        (void)cli_complain(s->command, "%s", uow_context_message(context));
    else if (scaffold_read(s, context))
        status = scaffold_files(s);
    (void)uow_close(context);
    (void)uow_env_close(env);
    return status;
}

static void scaffold_option(scaffold *s, const cli_words *line)
{
    switch (line->option) {
    case OPTION_OUT: s->out = line->value; break;
    case OPTION_PREFIX: s->prefix = line->value; break;
    case OPTION_PROCEDURES: s->procedures = true; break;
    case OPTION_FORCE: s->force = true; break;
    default: break;
    }
}

static int scaffold_main(const cli_command *self, int count, char **words)
{
    scaffold s = {.command = self};
    cli_words line = {.command = self, .count = count, .words = words};
    cli_kind kind;
    int status = CLI_USAGE;

    while ((kind = cli_next(&line)) == CLI_OPTION || kind == CLI_WORD) {
        if (kind == CLI_OPTION) {
            scaffold_option(&s, &line);
        } else if (!s.dsn) {
            s.dsn = line.value;
        } else {
            s.wanted = pool_more(&s.memory, s.wanted, s.wanted_count, sizeof *s.wanted);
            s.wanted[s.wanted_count++] = pool_format(&s.memory, "%s", line.value);
        }
    }
    if (kind == CLI_HELPED)
        status = CLI_OK;
    else if (kind == CLI_END && !s.dsn)
        status = cli_complain(self, "which data source? \"uow scaffold --help\" tells more");
    else if (kind == CLI_END) {
        if (!s.out)
            s.out = strchr(s.dsn, '=') ? "model" : scaffold_identifier(&s.memory, s.dsn);
        status = scaffold_run(&s);
    }
    pool_free(&s.memory);
    return status;
}
