/*
 * As much of Criterion's interface as the unit tests use, for machines it is not built for here: each test runs in a
 * child process, and a failed assertion ends it.
 */
#ifndef PORTABLE_CRITERION_H
#define PORTABLE_CRITERION_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef void (*portable_fn)(void);

typedef struct portable_options {
    portable_fn init, fini;
    int timeout; /* seconds; a machine that is emulated takes longer, so it is not looked at */
    int signal, exit_code;
} portable_options;

typedef struct portable_test {
    const char *suite, *name;
    portable_fn run;
    portable_options options;
    struct portable_test *next;
} portable_test;

/* A suite's options: a test without a name. */
void portable_add(portable_test *test);
void portable_fail(const char *file, int line, const char *what, const char *format, ...)
    __attribute__((noreturn, format(printf, 4, 5)));
void portable_expect(const char *file, int line, const char *what);
void portable_skip(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#define PORTABLE_ADD(id, s, n, fn, ...) \
    static portable_test id##_test = {s, n, fn, {__VA_ARGS__}, NULL}; \
    __attribute__((constructor)) static void id##_add(void) { portable_add(&id##_test); }
#define Test(suite, name, ...) \
    static void suite##_##name##_run(void); \
    PORTABLE_ADD(suite##_##name, #suite, #name, suite##_##name##_run, .exit_code = 0, ##__VA_ARGS__) \
    static void suite##_##name##_run(void)
#define TestSuite(suite, ...) PORTABLE_ADD(suite##_suite, #suite, NULL, NULL, __VA_ARGS__)

#define PORTABLE_CHECK(good, what, ...) \
    do { \
        if (!(good)) \
            portable_fail(__FILE__, __LINE__, what, " " __VA_ARGS__); \
    } while (0)
#define PORTABLE_EXPECT(good, what) \
    do { \
        if (!(good)) \
            portable_expect(__FILE__, __LINE__, what); \
    } while (0)

#define cr_assert(a, ...) PORTABLE_CHECK((a), #a, __VA_ARGS__)
#define cr_assert_not(a, ...) PORTABLE_CHECK(!(a), "not " #a, __VA_ARGS__)
#define cr_assert_eq(a, b, ...) PORTABLE_CHECK((a) == (b), #a " == " #b, __VA_ARGS__)
#define cr_assert_neq(a, b, ...) PORTABLE_CHECK((a) != (b), #a " != " #b, __VA_ARGS__)
#define cr_assert_lt(a, b, ...) PORTABLE_CHECK((a) < (b), #a " < " #b, __VA_ARGS__)
#define cr_assert_gt(a, b, ...) PORTABLE_CHECK((a) > (b), #a " > " #b, __VA_ARGS__)
#define cr_assert_leq(a, b, ...) PORTABLE_CHECK((a) <= (b), #a " <= " #b, __VA_ARGS__)
#define cr_assert_geq(a, b, ...) PORTABLE_CHECK((a) >= (b), #a " >= " #b, __VA_ARGS__)
#define cr_assert_null(a, ...) PORTABLE_CHECK((a) == NULL, #a " is NULL", __VA_ARGS__)
#define cr_assert_not_null(a, ...) PORTABLE_CHECK((a) != NULL, #a " is not NULL", __VA_ARGS__)
#define cr_assert_str_eq(a, b, ...) PORTABLE_CHECK(strcmp((a), (b)) == 0, #a " is " #b, __VA_ARGS__)
#define cr_assert_str_neq(a, b, ...) PORTABLE_CHECK(strcmp((a), (b)) != 0, #a " is not " #b, __VA_ARGS__)
#define cr_assert_str_not_empty(a, ...) PORTABLE_CHECK(*(a) != '\0', #a " is not empty", __VA_ARGS__)
#define cr_assert_arr_eq(a, b, n, ...) PORTABLE_CHECK(memcmp((a), (b), (n)) == 0, #a " is " #b, __VA_ARGS__)
#define cr_assert_arr_neq(a, b, n, ...) PORTABLE_CHECK(memcmp((a), (b), (n)) != 0, #a " is not " #b, __VA_ARGS__)
#define cr_assert_float_eq(a, b, e, ...) PORTABLE_CHECK(fabs((double)(a) - (double)(b)) <= (e), #a " is " #b, __VA_ARGS__)
#define cr_assert_fail(...) portable_fail(__FILE__, __LINE__, "failed", " " __VA_ARGS__)
#define cr_expect_eq(a, b, ...) PORTABLE_EXPECT((a) == (b), #a " == " #b)
#define cr_expect_str_eq(a, b, ...) PORTABLE_EXPECT(strcmp((a), (b)) == 0, #a " is " #b)
#define cr_expect_null(a, ...) PORTABLE_EXPECT((a) == NULL, #a " is NULL")
#define cr_expect_not_null(a, ...) PORTABLE_EXPECT((a) != NULL, #a " is not NULL")
#define cr_skip_test(...) portable_skip(" " __VA_ARGS__)

#endif
