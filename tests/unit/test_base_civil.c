#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "base/civil.h"

#include <string.h>

static uow_timestamp civil_ts(const char *text)
{
    uow_timestamp ts;
    cr_assert(uowi_timestamp_parse(text, strlen(text), &ts), "\"%s\"", text);
    return ts;
}

Test(civil, leap_years_have_their_day_and_others_do_not)
{
    static const char *const good[] = {"2024-02-29", "2000-02-29", "0001-01-01",
                                       "9999-12-31", "2026-04-30", "2026-11-21"};
    static const char *const bad[] = {
        "2023-02-29", "1900-02-29", "2100-02-29", "2026-02-30",  "2026-04-31",  "2026-13-01",
        "2026-00-10", "2026-01-00", "2026-01-32", "0000-01-01",  "10000-01-01", "2026-1-01",
        "2026-01-1",  "26-01-01",   "2026/01/01", "2026-01-01 ", " 2026-01-01", "",
        "2026-01",    "2026-01-0x", "-026-01-01", "2026-01-011",
    };
    uow_date date;
    char text[UOWI_CIVIL_TEXT_SIZE];
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        cr_assert(uowi_date_parse(good[i], strlen(good[i]), &date), "%s", good[i]);
        cr_assert_eq(uowi_date_format(&date, text, sizeof text), 10);
        cr_assert_str_eq(text, good[i]);
    }
    date = (uow_date){1, 2, 3};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_not(uowi_date_parse(bad[i], strlen(bad[i]), &date), "\"%s\"", bad[i]);
    cr_assert_eq(date.day, 3, "written on failure");
}

Test(civil, a_day_ends_before_24_00_00)
{
    static const char *const good[] = {"00:00:00", "23:59:59", "12:34:56"};
    static const char *const bad[] = {"24:00:00",   "23:60:00", "23:59:60",  "1:00:00",
                                      "12:34",      "12:34:5",  "12:34:56.", "12:34:56.1234567890",
                                      "12:34:56,5", "12-34-56", "12:34:56x", "",
                                      "12:34:56.x"};
    uow_time time;
    char text[UOWI_CIVIL_TEXT_SIZE];
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        cr_assert(uowi_time_parse(good[i], 8, &time), "%s", good[i]);
        cr_assert_eq(uowi_time_format(&time, 0, text, sizeof text), 8);
        cr_assert_str_eq(text, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_not(uowi_time_parse(bad[i], strlen(bad[i]), &time), "\"%s\"", bad[i]);
}

Test(civil, fractions_are_nanoseconds_and_cut_not_rounded)
{
    uow_time time;
    char text[UOWI_CIVIL_TEXT_SIZE];
    cr_assert(uowi_time_parse("23:59:59.5", 10, &time));
    cr_assert_eq(time.fraction, 500000000u);
    cr_assert(uowi_time_parse("23:59:59.000000001", 18, &time));
    cr_assert_eq(time.fraction, 1u);
    cr_assert(uowi_time_parse("23:59:59.999999999", 18, &time));
    cr_assert_eq(uowi_time_format(&time, 9, text, sizeof text), 18);
    cr_assert_str_eq(text, "23:59:59.999999999");
    cr_assert_eq(uowi_time_format(&time, 3, text, sizeof text), 12);
    cr_assert_str_eq(text, "23:59:59.999");
    cr_assert_eq(uowi_time_format(&time, 12, text, sizeof text), 18);
    cr_assert_eq(uowi_time_format(&time, -1, text, sizeof text), 8);
}

Test(civil, a_timestamp_has_a_blank_a_t_or_no_time)
{
    char text[UOWI_CIVIL_TEXT_SIZE];
    uow_timestamp ts = civil_ts("2026-11-21 12:34:56.123456");
    cr_assert_eq(ts.year, 2026);
    cr_assert_eq(ts.fraction, 123456000u);
    cr_assert_eq(uowi_timestamp_format(&ts, 6, text, sizeof text), 26);
    cr_assert_str_eq(text, "2026-11-21 12:34:56.123456");
    ts = civil_ts("2026-11-21T12:34:56");
    cr_assert_eq(uowi_timestamp_format(&ts, 0, text, 19), 0, "no room for the NUL");
    cr_assert_eq(uowi_timestamp_format(&ts, 0, text, 20), 19);
    cr_assert_str_eq(text, "2026-11-21 12:34:56");
    ts = civil_ts("2026-11-21");
    cr_assert_eq(ts.hour + ts.minute + ts.second, 0);
    cr_assert_not(uowi_timestamp_parse("2026-11-21 ", 11, &ts));
    cr_assert_not(uowi_timestamp_parse("2026-11-21  12:34:56", 20, &ts));
    cr_assert_not(uowi_timestamp_parse("2026-11-21 12:34:56Z", 20, &ts));
    cr_assert_not(uowi_timestamp_parse("2026-02-29 12:34:56", 19, &ts));
    cr_assert_not(uowi_timestamp_parse("infinity", 8, &ts));
}

typedef struct offset_case {
    const char *text;
    int minutes;
} offset_case;

static const offset_case offset_cases[] = {
    {"2026-11-21 12:34:56", 0},
    {"2026-11-21", 0},
    {"2026-11-21 12:34:56Z", 0},
    {"2026-11-21T12:34:56.5+02", 120},
    {"2026-11-21 12:34:56+02:00", 120},
    {"2026-11-21 12:34:56+0200", 120},
    {"2026-11-21 12:34:56.1234567 +05:30", 330},
    {"2026-11-21 12:34:56-00:30", -30},
    {"2026-11-21 12:34:56+14:00", 840},
    {"2026-11-21 12:34:56-14:00", -840},
};

Test(civil, offsets_come_in_four_spellings)
{
    for (size_t i = 0; i < sizeof offset_cases / sizeof offset_cases[0]; i++) {
        const offset_case *c = &offset_cases[i];
        uow_timestamptz ts;
        cr_assert(uowi_timestamptz_parse(c->text, strlen(c->text), &ts), "%s", c->text);
        cr_assert_eq(ts.offset_minutes, c->minutes, "%s", c->text);
        cr_assert_eq(ts.reserved, 0);
    }
    static const char *const bad[] = {
        "2026-11-21 12:34:56+",         "2026-11-21 12:34:56+2",   "2026-11-21 12:34:56+14:01",
        "2026-11-21 12:34:56+02:60",    "2026-11-21 12:34:56+02:", "2026-11-21 12:34:56+02:0",
        "2026-11-21 12:34:56+02:00x",   "2026-11-21 12:34:56 ",    "2026-11-21 12:34:56  +02",
        "2026-11-21 12:34:56+02:00:00", "2026-11-21 12:34:56ZZ",   "2026-11-21+02:00",
        "2026-11-21 12:34:56 UTC",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uow_timestamptz ts;
        cr_assert_not(uowi_timestamptz_parse(bad[i], strlen(bad[i]), &ts), "\"%s\"", bad[i]);
    }
}

Test(civil, offsets_are_written_with_sign_and_minutes)
{
    char text[UOWI_CIVIL_TEXT_SIZE];
    uow_timestamptz ts = {civil_ts("2026-11-21 12:34:56.123456789"), -30, 0};
    cr_assert_eq(uowi_timestamptz_format(&ts, 9, text, sizeof text), 35);
    cr_assert_str_eq(text, "2026-11-21 12:34:56.123456789-00:30");
    ts.offset_minutes = 840;
    (void)uowi_timestamptz_format(&ts, 0, text, sizeof text);
    cr_assert_str_eq(text, "2026-11-21 12:34:56+14:00");
    ts.offset_minutes = 841;
    cr_assert_eq(uowi_timestamptz_format(&ts, 0, text, sizeof text), 0);
}

static const char *const utc_cases[][2] = {
    {"2026-11-21 12:34:56+02:00", "2026-11-21 10:34:56"},
    {"2026-01-01 00:30:00+01:00", "2025-12-31 23:30:00"},
    {"2024-02-29 23:30:00-01:00", "2024-03-01 00:30:00"},
    {"2023-02-28 23:30:00-01:00", "2023-03-01 00:30:00"},
    {"2024-03-01 00:00:00+00:01", "2024-02-29 23:59:00"},
    {"2026-12-31 23:59:59-14:00", "2027-01-01 13:59:59"},
    {"2026-11-21 12:34:56Z", "2026-11-21 12:34:56"},
};

Test(civil, an_instant_is_the_same_at_offset_zero)
{
    for (size_t i = 0; i < sizeof utc_cases / sizeof utc_cases[0]; i++) {
        uow_timestamptz ts;
        char text[UOWI_CIVIL_TEXT_SIZE];
        cr_assert(uowi_timestamptz_parse(utc_cases[i][0], strlen(utc_cases[i][0]), &ts));
        uow_timestamp utc = uowi_timestamptz_utc(&ts);
        (void)uowi_timestamp_format(&utc, 0, text, sizeof text);
        cr_assert_str_eq(text, utc_cases[i][1]);
    }
}

Test(civil, values_that_are_none_are_not_written)
{
    char text[UOWI_CIVIL_TEXT_SIZE];
    cr_assert_eq(uowi_date_format(&(uow_date){-1, 1, 1}, text, sizeof text), 0);
    cr_assert_eq(uowi_date_format(&(uow_date){2026, 65535, 1}, text, sizeof text), 0);
    cr_assert_eq(uowi_date_format(&(uow_date){2026, 1, 1}, text, 10), 0);
    cr_assert_eq(uowi_time_format(&(uow_time){24, 0, 0, 0, 0}, 0, text, sizeof text), 0);
    cr_assert_eq(uowi_time_format(&(uow_time){0, 0, 0, 0, 1000000000}, 9, text, sizeof text), 0);
    uow_timestamp none;
    memset(&none, 0, sizeof none);
    cr_assert_not(uowi_timestamp_valid(&none));
    cr_assert_eq(uowi_timestamp_format(&none, 0, text, sizeof text), 0);
}

static const char *const guid_spellings[] = {
    "00112233-4455-6677-8899-aabbccddeeff",   "00112233-4455-6677-8899-AABBCCDDEEFF",
    "{00112233-4455-6677-8899-aabbccddeeff}", "00112233445566778899aabbccddeeff",
    "{00112233445566778899AABBCCDDEEFF}",
};

Test(guid, every_spelling_is_the_same_guid)
{
    for (size_t i = 0; i < sizeof guid_spellings / sizeof guid_spellings[0]; i++) {
        uow_guid guid;
        char text[UOWI_GUID_TEXT_SIZE];
        cr_assert(uowi_guid_parse(guid_spellings[i], strlen(guid_spellings[i]), &guid), "%zu", i);
        cr_assert_eq(guid.bytes[1], 0x11);
        cr_assert_eq(uowi_guid_format(&guid, text, sizeof text), 36);
        cr_assert_str_eq(text, guid_spellings[0]);
    }
}

Test(guid, refuses_everything_else)
{
    static const char *const bad[] = {
        "",
        "{}",
        "00112233-4455-6677-8899-aabbccddeef",
        "00112233-4455-6677-8899-aabbccddeeff0",
        "00112233-4455-6677-8899-aabbccddeefg",
        "00112233+4455-6677-8899-aabbccddeeff",
        "0011223-34455-6677-8899-aabbccddeeff",
        "{00112233-4455-6677-8899-aabbccddeeff",
        "00112233-4455-6677-8899-aabbccddeeff}",
        "(00112233-4455-6677-8899-aabbccddeeff)",
        "00112233445566778899aabbccddee--",
        "001122334455-6677-8899-aabbccddeeff-",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uow_guid guid = {{7}};
        cr_assert_not(uowi_guid_parse(bad[i], strlen(bad[i]), &guid), "\"%s\"", bad[i]);
        cr_assert_eq(guid.bytes[0], 7);
    }
    char text[UOWI_GUID_TEXT_SIZE];
    cr_assert_eq(uowi_guid_format(&(uow_guid){{0}}, text, 36), 0);
}
