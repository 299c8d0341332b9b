/* Runs the tests of criterion/criterion.h, a process each, and tells in TAP. An argument: only suites that begin so. */
#include "criterion/criterion.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PORTABLE_SKIPPED = 77, PORTABLE_FAILED = 1 };

static portable_test *tests, *suites;
static bool expectation_failed;

void portable_add(portable_test *test)
{
    portable_test **list = test->name ? &tests : &suites;

    test->next = *list;
    *list = test;
}

void portable_fail(const char *file, int line, const char *what, const char *format, ...)
{
    va_list list;

    printf("# %s:%d: %s:", file, line, what);
    va_start(list, format);
    vprintf(format, list);
    va_end(list);
    printf("\n");
    fflush(stdout);
    _exit(PORTABLE_FAILED);
}

void portable_expect(const char *file, int line, const char *what)
{
    printf("# %s:%d: %s\n", file, line, what);
    expectation_failed = true;
}

void portable_skip(const char *format, ...)
{
    (void)format;
    _exit(PORTABLE_SKIPPED);
}

static void call(portable_fn fn)
{
    if (fn)
        fn();
}

static void run(const portable_test *test)
{
    const portable_test *suite = suites;

    while (suite && strcmp(suite->suite, test->suite) != 0)
        suite = suite->next;
    call(suite ? suite->options.init : NULL);
    call(test->options.init);
    test->run();
    call(test->options.fini);
    call(suite ? suite->options.fini : NULL);
    fflush(stdout);
    _exit(expectation_failed ? PORTABLE_FAILED : 0);
}

static int outcome(const portable_test *test)
{
    int status = 0;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0)
        run(test);
    if (child < 0 || waitpid(child, &status, 0) != child)
        return PORTABLE_FAILED;
    if (WIFSIGNALED(status) && WTERMSIG(status) != test->options.signal)
        printf("# killed by signal %d\n", WTERMSIG(status));
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == test->options.signal ? 0 : PORTABLE_FAILED;
    if (test->options.exit_code)
        return WEXITSTATUS(status) == test->options.exit_code ? 0 : PORTABLE_FAILED;
    return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
    int number = 0, failed = 0;

    for (const portable_test *test = tests; test; test = test->next) {
        int how;

        if (argc > 1 && strncmp(test->suite, argv[1], strlen(argv[1])) != 0)
            continue;
        how = outcome(test);
        failed += how != 0 && how != PORTABLE_SKIPPED;
        printf("%s %d - %s/%s%s\n", how == 0 || how == PORTABLE_SKIPPED ? "ok" : "not ok", ++number, test->suite,
               test->name, how == PORTABLE_SKIPPED ? " # SKIP" : "");
    }
    printf("1..%d\n", number);
    return failed != 0 || number == 0;
}
