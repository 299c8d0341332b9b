/* Keys that make calls fail: TestFail, TestCrash, TestLinkLost, TestRandom; and TestRowCount's lie. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "keys_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static td_rule *rules_room(td_keys *keys, td_complaint *complaint)
{
    for (size_t i = 0; i + 1 < TD_MAX_RULES; i++)
        if (keys->rules[i].action == TD_NOTHING)
            return &keys->rules[i];
    td_complain(complaint, "more than %d rules", TD_MAX_RULES - 1);
    return NULL;
}

/* "SQLExecute:3:": what and when, which every rule begins with. */
static bool rules_begin(const char **at, td_rule *rule, td_complaint *complaint)
{
    char field[64];

    memset(rule, 0, sizeof *rule);
    td_next_item(at, ':', field, sizeof field);
    rule->what = TD_COMMIT;
    if (strcasecmp(field, "commit") != 0)
        rule->what = td_read_function(field, complaint);
    if (rule->what == TD_COUNT && strcasecmp(field, "commit") != 0)
        return false;
    if (!td_next_item(at, ':', field, sizeof field) || !td_read_when(field, &rule->when))
        return td_complain(complaint, "which calls? 3, 3+, 2-4 or * is expected after the name");
    return true;
}

static bool rules_native(const char *text, SQLINTEGER *native, td_complaint *complaint)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (*end != '\0' || value > INT32_MAX || value < INT32_MIN)
        return td_complain(complaint, "\"%s\" is no native code", text);
    *native = (SQLINTEGER)value;
    return true;
}

/* "SQLExecute:3:40001:1213:Deadlock found"; native code and text may be left out. */
static bool rules_fail(td_rule *rule, const char *at, td_complaint *complaint)
{
    char field[64];

    if (!rules_begin(&at, rule, complaint))
        return false;
    if (!td_next_item(&at, ':', field, sizeof field))
        return td_complain(complaint, "a SQLSTATE is missing");
    if (!td_read_state(field, rule->record.state, complaint))
        return false;
    if (td_next_item(&at, ':', field, sizeof field) &&
        !rules_native(field, &rule->record.native, complaint))
        return false;
    const char *name = rule->what == TD_COMMIT ? "commit" : td_functions[rule->what].name;
    snprintf(rule->record.text, sizeof rule->record.text, "%s%s",
             at ? at : "TestFail: failed as told: ", at ? "" : name);
    rule->action = TD_FAIL;
    return true;
}

/* "SQLExecute:3" */
static bool rules_crash(td_rule *rule, const char *at, td_complaint *complaint)
{
    if (!rules_begin(&at, rule, complaint))
        return false;
    rule->action = TD_CRASH;
    return true;
}

/* "commit:1:before", "SQLExecute:3:after" */
static bool rules_link_lost(td_rule *rule, const char *at, td_complaint *complaint)
{
    char field[64] = "";

    if (!rules_begin(&at, rule, complaint))
        return false;
    td_next_item(&at, ':', field, sizeof field);
    if (strcasecmp(field, "before") == 0)
        rule->action = TD_LOSE_BEFORE;
    else if (strcasecmp(field, "after") == 0)
        rule->action = TD_LOSE_AFTER;
    else
        return td_complain(complaint, "\"before\" or \"after\" is expected, not \"%s\"", field);
    snprintf(rule->record.state, sizeof rule->record.state, "08S01");
    snprintf(rule->record.text, sizeof rule->record.text, "TestLinkLost: the link is lost");
    return true;
}

static bool rules_each(td_keys *keys, const char *value, td_complaint *complaint,
                       bool (*read)(td_rule *, const char *, td_complaint *))
{
    char item[TD_VALUE_SIZE];
    while (td_next_item(&value, '|', item, sizeof item)) {
        td_rule *rule = rules_room(keys, complaint);
        if (rule == NULL)
            return false;
        if (!read(rule, item, complaint)) {
            rule->action = TD_NOTHING;
            return false;
        }
    }
    return true;
}

bool td_read_fail(td_keys *keys, const char *value, td_complaint *complaint)
{
    return rules_each(keys, value, complaint, rules_fail);
}

bool td_read_crash(td_keys *keys, const char *value, td_complaint *complaint)
{
    return rules_each(keys, value, complaint, rules_crash);
}

bool td_read_link_lost(td_keys *keys, const char *value, td_complaint *complaint)
{
    return rules_each(keys, value, complaint, rules_link_lost);
}

/* "20:12345:40001": per mille, seed, SQLSTATE. */
bool td_read_random(td_keys *keys, const char *value, td_complaint *complaint)
{
    char field[64];

    td_next_item(&value, ':', field, sizeof field);
    if (!td_read_number(field, &keys->random_per_mille) || keys->random_per_mille > 1000)
        return td_complain(complaint, "\"%s\" is no number per mille", field);
    if (!td_next_item(&value, ':', field, sizeof field) ||
        !td_read_number(field, &keys->random_seed))
        return td_complain(complaint, "a seed, a whole number, is missing");
    snprintf(keys->random_state, sizeof keys->random_state, "HY000");
    return !td_next_item(&value, ':', field, sizeof field) ||
           td_read_state(field, keys->random_state, complaint);
}

/* "+1", "-1", "=7", "unknown", each perhaps with ":when". */
bool td_read_row_count(td_keys *keys, const char *value, td_complaint *complaint)
{
    char field[64];
    uint64_t number = 1;

    td_next_item(&value, ':', field, sizeof field);
    keys->row_lie = *field == '+' || *field == '-' ? TD_ROWS_PLUS : TD_ROWS_FIXED;
    if (strcasecmp(field, "unknown") != 0 &&
        (strchr("+-=", *field) == NULL || !td_read_number(field + 1, &number) ||
         number > INT32_MAX))
        return td_complain(complaint, "\"%s\" is not +n, -n, =n or unknown", field);
    keys->row_number = (SQLLEN)number;
    if (*field == '-' || strcasecmp(field, "unknown") == 0)
        keys->row_number = -(SQLLEN)number;
    keys->row_when = (td_when){1, UINT64_MAX};
    if (td_next_item(&value, ':', field, sizeof field) && !td_read_when(field, &keys->row_when))
        return td_complain(complaint, "\"%s\" is not 3, 3+, 2-4 or *", field);
    return true;
}
