#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odbc/override.h"

TestSuite(override);

static uowi_mem mem;
static uow_error error;
static uowi_override *override;

/* Reads a profile of that text. */
static uow_status read_profile(const char *text)
{
    char path[] = "/tmp/uow-override.XXXXXX";
    int fd = mkstemp(path);
    uow_status st;

    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    uowi_mem_init(&mem, NULL);
    uowi_error_init(&error, &mem);
    st = uowi_override_read(&mem, path, &error, &override);
    unlink(path);
    return st;
}

static void done(void)
{
    uowi_override_free(&mem, override);
    uowi_error_done(&error);
}

Test(override, an_empty_profile_changes_nothing)
{
    uowi_caps caps = {.row_arrays = true, .param_arrays = true};

    cr_assert_eq(read_profile("# nothing but a comment\n\n"), UOW_OK);
    cr_assert_eq(memcmp(&override->dialect, &uowi_dialect_standard, sizeof uowi_dialect_standard),
                 0);
    uowi_override_caps(override, &caps);
    cr_assert(caps.row_arrays && caps.param_arrays);
    done();
}

Test(override, what_the_profile_says_is_the_dialect)
{
    uowi_caps caps = {.row_arrays = true, .param_arrays = true};

    cr_assert_eq(
        read_profile("text = utf-16\ntimestamps = text # they lose digits\nsecond-digits = "
                     "3\nbatches = values\n"
                     "returning = clause\nparam-arrays = no\n  failed-statement = goes-on\n"),
        UOW_OK);
    cr_assert_eq(override->dialect.text_narrow, 0);
    cr_assert(override->dialect.timestamp_as_text);
    cr_assert_eq(override->dialect.fraction_digits, 3);
    cr_assert_eq(override->dialect.ways[0].way, UOWI_WAY_VALUES);
    cr_assert(override->dialect.ways[0].back);
    cr_assert_not(override->dialect.failure_aborts_unit);
    uowi_override_caps(override, &caps);
    cr_assert(caps.row_arrays);
    cr_assert_not(caps.param_arrays);
    done();
}

Test(override, arrays_of_parameters_are_a_way_too)
{
    cr_assert_eq(read_profile("batches = arrays\n"), UOW_OK);
    cr_assert_eq(override->dialect.ways[0].way, UOWI_WAY_ARRAY);
    cr_assert_not(override->dialect.ways[0].back);
    done();
}

Test(override, updates_go_by_arrays_where_their_counts_are_told)
{
    cr_assert_eq(read_profile("batches = values\narray-counts = each\n"), UOW_OK);
    cr_assert_eq(override->dialect.ways[0].way, UOWI_WAY_VALUES);
    cr_assert_eq(override->dialect.ways[1].way, UOWI_WAY_ARRAY);
    cr_assert_eq(override->dialect.ways[1].writes, UOWI_WRITES_UPDATE | UOWI_WRITES_DELETE);
    cr_assert_eq(override->dialect.ways[2].way, UOWI_WAY_ROW);
    done();
    cr_assert_eq(read_profile("array-counts = total\nrow-counts = wrong\n"), UOW_OK);
    cr_assert_null(override->dialect.ways);
    done();
}

Test(override, what_comes_back_as_another_value_is_refused)
{
    cr_assert_eq(read_profile("unsigned-64 = exact\nzoned-timestamps = offset\n"), UOW_OK);
    cr_assert_not(override->dialect.unsigned_lost);
    cr_assert(override->dialect.offset_type);
    cr_assert_not_null(override->dialect.read_offset);
    done();
    cr_assert_eq(read_profile("unsigned-64 = refused\nzoned-timestamps = refused\n"), UOW_OK);
    cr_assert(override->dialect.unsigned_lost);
    cr_assert(override->dialect.offset_lost);
    done();
}

Test(override, a_line_that_makes_no_sense_is_named)
{
    cr_assert_eq(read_profile("text = utf-8\nreturning = perhaps\n"), UOW_MISUSE);
    cr_assert(strstr(uow_error_message(&error), "line 2"));
    cr_assert_null(override);
    uowi_error_done(&error);
    cr_assert_eq(read_profile("second-digits = many\n"), UOW_MISUSE);
    uowi_error_done(&error);
    cr_assert_eq(read_profile("no equals\n"), UOW_MISUSE);
    uowi_error_done(&error);
}
