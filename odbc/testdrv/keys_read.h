/* What the readers of the keys' values share. */
#ifndef TD_KEYS_READ_H
#define TD_KEYS_READ_H

#include "keys.h"

/* Says what is wrong with a value; always false. */
bool td_complain(td_complaint *complaint, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The next of the items that mark separates, blanks trimmed; false at the end of the text. */
bool td_next_item(const char **at, char mark, char *item, size_t size);

/* A whole number and nothing else. */
bool td_read_number(const char *text, uint64_t *number);

/* "3", "3+" (and all after), "2-4", "*". */
bool td_read_when(const char *text, td_when *when);

/* A function's name; TD_COUNT with a complaint. */
td_fn td_read_function(const char *name, td_complaint *complaint);

/* "SQLFetch|SQLExecute" */
bool td_read_functions(bool *set, const char *value, td_complaint *complaint);

/* A SQLSTATE: five digits or capitals. */
bool td_read_state(const char *text, char *state, td_complaint *complaint);

/* Readers in files of their own. */
typedef bool td_reader(td_keys *keys, const char *value, td_complaint *complaint);
td_reader td_read_fail, td_read_crash, td_read_link_lost, td_read_random, td_read_row_count,
    td_read_info, td_read_unsupported;

#endif
