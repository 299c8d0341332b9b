/* Statements from model and dialect. Every name is quoted by the dialect. */
#ifndef UOWI_WORK_SQLGEN_H
#define UOWI_WORK_SQLGEN_H

#include "track/plan.h"
#include "work/session.h"

/* The quoted name of a column or anything else; of an entity's table with its schema. */
void uowi_sql_name(uowi_session *s, const char *name, uowi_buf *out);
void uowi_sql_table(uowi_session *s, const uowi_entity *entity, uowi_buf *out);
/* "a, b, c" of a column set (NULL: all), each as it is to be read: see uowi_select_column. */
void uowi_sql_read_list(uowi_session *s, const uowi_entity *entity, const uowi_columns *set, uowi_buf *out);
/* "(?, ?, ?)"; count is not 0. */
void uowi_sql_marks(size_t count, uowi_buf *out);
/* "INSERT INTO table (a, b)", begun so that a RETURNING shows its rows. How many columns; 0: none are listed. */
size_t uowi_sql_insert_into(uowi_session *s, const uowi_entity *entity, const uowi_columns *columns, bool returning,
                            uowi_buf *out);
/* SELECT every column, in the order of the model, FROM table */
void uowi_sql_select(uowi_session *s, const uowi_entity *entity, uowi_buf *out);
/* " WHERE condition", or " ORDER BY ..." as it is, or nothing for NULL and blank. Returns whether it orders. */
bool uowi_sql_condition(const uowi_dialect *dialect, const char *condition, uowi_buf *out);
/* UOW_MISUSE for a condition with a ';' outside quotes and comments: what is behind it would run as a statement. */
uow_status uowi_sql_condition_check(uowi_session *s, const char *condition);
/* " WHERE key = ? AND ..." */
void uowi_sql_where_key(uowi_session *s, const uowi_entity *entity, uowi_buf *out);
/* " = value" behind the name of a column that is checked: NULL meets NULL, and tokens are compared exactly. */
void uowi_sql_same(uowi_session *s, const uow_column *column, const char *value, uowi_buf *out);
/* Is nothing but "= value" needed? */
bool uowi_sql_is_plain(uowi_session *s, const uow_column *column);
/* Does the text say IS NULL for a checked column of this row, without a parameter? */
bool uowi_sql_asks_null(uowi_session *s, const uow_column *column, const void *original);
/* " ORDER BY" the key's columns. */
void uowi_sql_order_key(uowi_session *s, const uowi_entity *entity, uowi_buf *out);
/* INSERT of these columns; those in back come back as a result where the dialect can. */
void uowi_sql_insert(uowi_session *s, const uowi_entity *entity, const uowi_columns *columns,
                     const uowi_columns *back, uowi_buf *out);
/* UPDATE of the change's columns and the version, by key, version and tokens; a patch leaves the version alone. */
void uowi_sql_update(uowi_session *s, const uowi_change *change, uowi_buf *out);
/* DELETE by key, version and tokens. */
void uowi_sql_delete(uowi_session *s, const uowi_change *change, uowi_buf *out);
/* SELECT of some columns by key. */
void uowi_sql_select_columns(uowi_session *s, const uowi_entity *entity, const uowi_columns *columns, uowi_buf *out);

#endif
