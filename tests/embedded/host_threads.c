/* A program that knows nothing of the library loads a plugin that links it, lets it work, and unloads it: 1,000 times. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS 1000
#define WARM_UP 100
/*
 * What may stay behind: of a library left in memory each time it would be a hundred times as much. unixODBC 2.3.11 by
 * itself leaves 8 KiB each time it is unloaded after a connection (2,019 pages in 900 rounds).
 */
#define MOST_PAGES 1024
#define MANAGER_PAGES 3072

typedef int (*work_fn)(const char *dsn);

static long pages(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long whole = 0, resident = 0;

    if (file) {
        if (fscanf(file, "%ld %ld", &whole, &resident) != 2)
            resident = 0;
        fclose(file);
    }
    return resident;
}

static int threads(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    int count = 0;

    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "Threads: %d", &count) == 1)
            break;
    if (file)
        fclose(file);
    return count;
}

/* ISO C has no conversion from an object pointer to a function pointer. */
static work_fn find_work(void *library)
{
    void *at = dlsym(library, "plugin_work");
    work_fn work = NULL;

    if (at)
        memcpy(&work, &at, sizeof work);
    return work;
}

/* 0, or what failed. */
static int round_of_work(const char *dsn)
{
    void *library = dlopen(PLUGIN, RTLD_NOW | RTLD_LOCAL);
    work_fn work;
    int failed;

    if (!library) {
        printf("# %s\n", dlerror());
        return 100;
    }
    work = find_work(library);
    failed = work ? work(dsn) : 101;
    if (dlclose(library) != 0)
        return 102;
    library = dlopen(PLUGIN, RTLD_NOW | RTLD_NOLOAD);
    return library ? 103 : failed; /* 103: it is there still */
}

int main(void)
{
    const char *sources = getenv("UOW_TEST_DSNS");
    const char *dsn = sources && strstr(sources, "uow_sqlite") ? "uow_sqlite" : NULL;
    long warm = 0;
    int rounds;

    if (access(PLUGIN, R_OK) != 0)
        return 77; /* no shared library was built */
    rounds = getenv("UOW_SLOW") ? ROUNDS / 5 : ROUNDS;
    for (int i = 0; i < rounds; i++) {
        int failed = round_of_work(dsn);

        if (failed) {
            printf("# round %d: step %d\n", i, failed);
            return 1;
        }
        if (i == WARM_UP)
            warm = pages();
    }
    printf("# %d rounds%s, %ld pages more, %d thread\n", rounds, dsn ? " with a connection" : "", pages() - warm, threads());
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return threads() == 0;
#else
    return pages() - warm > (dsn ? MOST_PAGES + MANAGER_PAGES : MOST_PAGES) || threads() > 1;
#endif
}
