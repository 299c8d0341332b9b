/* Runs what is to be found out, each in a process of its own, and writes the profile. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "probe_try.h"

#include <string.h>
#include <unistd.h>

#include "child.h"
#include "probe.h"

#define TRY_MS 20000u

typedef struct try_job {
    const try_case *it;
    try_place place;
} try_job;

/* In the child. */
static int try_child(FILE *out, void *user)
{
    try_job *job = user;
    int status = 1;

    if (uow_env_open(NULL, &job->place.env) != UOW_OK ||
        uow_open(job->place.env, job->place.connection, NULL, NULL, &job->place.context) != UOW_OK)
        fprintf(out, "no connection: %s\n", uow_context_message(job->place.context));
    else
        status = job->it->run(out, &job->place);
    (void)uow_close(job->place.context);
    (void)uow_env_close(job->place.env);
    return status;
}

bool try_with(const try_place *place, const char *line, try_place *out)
{
    FILE *profile;

    *out = *place;
    out->context = NULL;
    snprintf(out->profile, sizeof out->profile, TRY_PROFILE, place->table);
    (void)remove(out->profile); /* of a trial that crashed */
    snprintf(out->profiled, sizeof out->profiled, "%s%s;UowProfile=%s", strchr(place->connection, '=') ? "" : "DSN=",
             place->connection, out->profile);
    out->connection = out->profiled;
    profile = fopen(out->profile, "wx");
    if (!profile) {
        out->profile[0] = '\0';
        return false;
    }
    fprintf(profile, "%s\n", line);
    return fclose(profile) == 0 && uow_open(out->env, out->connection, NULL, NULL, &out->context) == UOW_OK;
}

void try_with_end(try_place *place)
{
    (void)uow_close(place->context);
    if (place->profile[0])
        (void)remove(place->profile);
}

static int try_drop(FILE *out, try_place *place)
{
    fprintf(out, "%s\n", try_run(place, "DROP TABLE $", NULL, 0) == UOW_OK ? "gone" : "there was none");
    return 0;
}

/* Lines of the profile that a child wrote behind its finding. */
static void try_lines(FILE *profile, char *said)
{
    for (char *line = strchr(said, '\n'); line; line = strchr(line, '\n')) {
        *line++ = '\0';
        if (*line == '=')
            fprintf(profile, "%.*s\n", (int)strcspn(line + 1, "\n"), line + 1);
    }
}

static void try_one(probe *it, FILE *profile, const try_case *one, const try_place *place)
{
    try_job job = {one, *place};
    char said[1000];
    child_result result;
    bool good;

    if (!child_run(try_child, &job, TRY_MS, said, sizeof said, &result))
        return;
    good = !result.signal && !result.late && result.status == 0;
    if (result.signal)
        snprintf(said, sizeof said, "crashes the driver: %s", strsignal(result.signal));
    else if (result.late)
        snprintf(said, sizeof said, "does not come to an end");
    if (good)
        try_lines(profile, said);
    else if (one->careful)
        fprintf(profile, "%s\n", one->careful);
    said[strcspn(said, "\n")] = '\0';
    probe_add(it, "tried", one->name, pool_format(&it->memory, "%s", said), NULL);
}

bool probe_try(probe *it, const char *path)
{
    static const try_case *const subjects[] = {try_types, try_saves, try_arrays, try_async, try_statements};
    static const try_case drop = {"scratch table", try_drop, NULL};
    try_place place = {
        .connection = it->dsn,
        .table = pool_format(&it->memory, "uow_try_%ld", (long)getpid()),
    };
    FILE *profile = fopen(path, "w");

    if (!profile)
        return false;
    fputs(it->asked, profile);
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
        for (const try_case *one = subjects[i]; one->name; one++)
            try_one(it, profile, one, &place);
    try_one(it, profile, &drop, &place);
    (void)remove(pool_format(&it->memory, TRY_PROFILE, place.table));
    return fclose(profile) == 0;
}
