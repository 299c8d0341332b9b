/*
 * Reads every row of every entity of a scaffolded model and compares counts and sums with what the database adds up
 * itself. Compiled by check_scaffold.sh with the model: -DMODEL_HEADER, -DMODEL_ENTITIES, -DMODEL_COUNT.
 *
 *     check_scaffold DSN [DIALECT]
 *
 * DIALECT is what the database really is, where its driver does not say so.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include MODEL_HEADER

typedef struct check {
    uow_context *context;
    const char *dialect;
    unsigned long rows, columns, wrong;
} check;

static int check_is(const check *c, const char *dialect)
{
    return strcmp(c->dialect, dialect) == 0;
}

/* --- what the structs hold */

static long double value_decimal(const uow_decimal *decimal)
{
    char text[48];

    return uow_decimal_format(decimal, text, sizeof text) ? strtold(text, NULL) : 0.0L;
}

static long double value_date(int year, unsigned month, unsigned day)
{
    return (long double)year * 10000 + month * 100 + day;
}

static long double value_number(uow_type type, const void *at)
{
    switch (type) {
    case UOW_INT8: return *(const int8_t *)at;
    case UOW_INT16: return *(const int16_t *)at;
    case UOW_INT32: return *(const int32_t *)at;
    case UOW_INT64: return (long double)*(const int64_t *)at;
    case UOW_UINT8:
    case UOW_BOOL: return *(const uint8_t *)at;
    case UOW_UINT16: return *(const uint16_t *)at;
    case UOW_UINT32: return *(const uint32_t *)at;
    case UOW_UINT64: return (long double)*(const uint64_t *)at;
    case UOW_FLOAT: return (long double)*(const float *)at;
    case UOW_DOUBLE: return (long double)*(const double *)at;
    case UOW_DECIMAL: return value_decimal(at);
    case UOW_DECIMAL_TEXT: return strtold(at, NULL);
    default: return 0;
    }
}

/* A number, the length of a text, the digits of a date. */
static long double value_of(const uow_column *column, const char *row)
{
    const void *at = row + column->offset;
    const uow_date *date = at;
    const uow_timestamp *moment = at;

    switch (column->type) {
    case UOW_TEXT: return (long double)strlen(at);
    case UOW_LONGTEXT: return (long double)((const uow_text *)at)->length;
    case UOW_BLOB: return (long double)((const uow_blob *)at)->length;
    case UOW_DATE: return value_date(date->year, date->month, date->day);
    case UOW_TIMESTAMP: return value_date(moment->year, moment->month, moment->day);
    case UOW_TIMESTAMPTZ:
        moment = &((const uow_timestamptz *)at)->local;
        return value_date(moment->year, moment->month, moment->day);
    default: return value_number(column->type, at);
    }
}

static int value_is_null(const uow_column *column, const char *row)
{
    return column->ind_offset != UOW_NO_IND && *(const uow_ind *)(const void *)(row + column->ind_offset) == UOW_NULL;
}

/* --- what the database says */

static void sql_name(const check *c, char **at, const char *name)
{
    char quote = check_is(c, "mariadb") ? '`' : '"';

    *(*at)++ = quote;
    for (; *name; name++) {
        if (*name == quote)
            *(*at)++ = quote;
        *(*at)++ = *name;
    }
    *(*at)++ = quote;
    **at = '\0';
}

/* The expression to be added up, '$' being the column. */
static const char *sql_sum(const check *c, uow_type type)
{
    int postgresql = check_is(c, "postgresql"), sqlite = check_is(c, "sqlite");

    switch (type) {
    case UOW_TEXT:
    case UOW_LONGTEXT:
        return postgresql ? "octet_length(concat($))" : sqlite ? "length(CAST($ AS BLOB))" : "LENGTH(CONVERT($ USING utf8mb4))";
    case UOW_BLOB: return postgresql ? "octet_length($)" : sqlite ? "length(CAST($ AS BLOB))" : "LENGTH($)";
    case UOW_BOOL: return postgresql ? "$::int" : "$";
    case UOW_DATE:
    case UOW_TIMESTAMP:
    case UOW_TIMESTAMPTZ:
        return postgresql ? "CAST(to_char($, 'YYYYMMDD') AS bigint)"
               : sqlite   ? "CAST(strftime('%Y%m%d', $) AS INTEGER)"
                          : "CAST(DATE_FORMAT($, '%Y%m%d') AS SIGNED)";
    case UOW_BINARY:
    case UOW_TIME:
    case UOW_GUID: return "0";
    default: return "$";
    }
}

/* One statement for all columns: a view may take its time. */
static void sql_text(const check *c, const uow_entity *entity, char *sql)
{
    char *at = sql + sprintf(sql, "SELECT COUNT(*)");

    for (uint32_t i = 0; i < entity->column_count; i++) {
        const uow_column *column = &entity->columns[i];

        at += sprintf(at, ", COUNT(");
        sql_name(c, &at, column->name);
        at += sprintf(at, "), SUM(");
        for (const char *part = sql_sum(c, column->type); *part; part++) {
            if (*part == '$')
                sql_name(c, &at, column->name);
            else
                *at++ = *part;
        }
        *at++ = ')';
    }
    at += sprintf(at, " FROM ");
    if (entity->schema) {
        sql_name(c, &at, entity->schema);
        *at++ = '.';
    }
    sql_name(c, &at, entity->table);
}

/* Rows, and for each column values that are not NULL and the sum. */
static int sql_run(const check *c, const char *sql, long double *out, size_t count)
{
    uow_rows *rows = NULL;
    int good = 0;

    if (uow_rows_open(c->context, sql, NULL, 0, &rows) == UOW_OK && uow_rows_next(rows) == UOW_OK) {
        good = 1;
        for (size_t i = 0; i < count; i++) {
            const char *text = NULL;

            (void)uow_rows_text(rows, i, &text, NULL);
            out[i] = text ? strtold(text, NULL) : 0;
        }
    }
    uow_rows_close(rows);
    return good;
}

/* --- both */

static void check_column(check *c, const uow_entity *entity, const uow_column *column, const uow_list *list,
                         const long double theirs[2])
{
    const char *sql_sums = sql_sum(c, column->type);
    long double values = 0, sum = 0;

    for (size_t i = 0; i < uow_list_count(list); i++) {
        const char *row = uow_list_at(list, i);

        if (value_is_null(column, row))
            continue;
        values += 1;
        sum += sql_sums[0] == '0' ? 0 : value_of(column, row);
    }
    c->columns++;
    if (values == theirs[0] && fabsl(sum - theirs[1]) <= 1e-12L * fabsl(theirs[1]))
        return;
    printf("%s.%s: %.0Lf values, sum %.6Lf, but the database says %.0Lf, %.6Lf\n", entity->table, column->name, values, sum,
           theirs[0], theirs[1]);
    c->wrong++;
}

static void check_columns(check *c, const uow_entity *entity, const uow_list *list)
{
    static char sql[60000];
    static long double theirs[600];

    sql_text(c, entity, sql);
    if (entity->column_count > 256 || !sql_run(c, sql, theirs, 1 + 2 * (size_t)entity->column_count)) {
        printf("%s: %s\n", entity->table, uow_context_message(c->context));
        c->wrong++;
        return;
    }
    if (theirs[0] != (long double)uow_list_count(list)) {
        printf("%s: %zu rows, but the database says %.0Lf\n", entity->table, uow_list_count(list), theirs[0]);
        c->wrong++;
    }
    for (uint32_t i = 0; i < entity->column_count; i++)
        check_column(c, entity, &entity->columns[i], list, theirs + 1 + 2 * i);
}

/* Once as plain structs for the sums, once tracked, linked with everything else. */
static void check_entity(check *c, const uow_entity *entity)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *list = NULL, *tracked = NULL;
    int keyless = (entity->flags & UOW_KEYLESS) != 0;

    options.tracking = UOW_NO_TRACKING;
    if (uow_query(c->context, entity, NULL, NULL, 0, &options, &list) != UOW_OK ||
        (!keyless && uow_query(c->context, entity, NULL, NULL, 0, NULL, &tracked) != UOW_OK)) {
        printf("%s: %s\n", entity->table, uow_context_message(c->context));
        c->wrong++;
    } else {
        c->rows += (unsigned long)uow_list_count(list);
        check_columns(c, entity, list);
        c->wrong += !keyless && uow_list_count(tracked) != uow_list_count(list);
    }
    uow_list_free(tracked);
    uow_list_free(list);
}

#ifdef CALL_HELD_BY
/* Sakila's inventory 9 is rented by customer 366. */
static void check_call(check *c)
{
    struct inventory_held_by_customer_args args;

    memset(&args, 0, sizeof args);
    args.p_inventory_id = 9;
    if (inventory_held_by_customer_call(c->context, &args, NULL, 0) == UOW_OK && args.result == 366)
        return;
    printf("inventory_held_by_customer: %d, %s\n", (int)args.result, uow_context_message(c->context));
    c->wrong++;
}
#endif

static void check_all(check *c)
{
    uow_facts facts = UOW_FACTS_INIT;
    int changes = -1;

    (void)uow_context_facts(c->context, &facts);
    if (!c->dialect)
        c->dialect = facts.dialect;
    for (size_t i = 0; i < MODEL_COUNT; i++)
        check_entity(c, MODEL_ENTITIES[i]);
    (void)uow_has_changes(c->context, &changes);
    if (changes != 0) {
        printf("what was only read counts as changed\n");
        c->wrong++;
    }
#ifdef CALL_HELD_BY
    check_call(c);
#endif
    printf("%lu rows of %d entities, %lu columns compared, %lu wrong\n", c->rows, MODEL_COUNT, c->columns, c->wrong);
}

int main(int count, char **words)
{
    check c = {0};
    uow_env *env = NULL;
    uow_model *model = NULL;

    if (count < 2 || uow_env_open(NULL, &env) != UOW_OK)
        return 64;
    if (uow_model_create(env, MODEL_ENTITIES, MODEL_COUNT, &model) != UOW_OK) {
        printf("%s\n", uow_error_message(uow_model_error(model)));
        c.wrong++;
    } else if (uow_open(env, words[1], model, NULL, &c.context) != UOW_OK) {
        printf("%s\n", uow_context_message(c.context));
        c.wrong++;
    } else {
        c.dialect = count > 2 ? words[2] : NULL;
        check_all(&c);
    }
    (void)uow_close(c.context);
    uow_model_free(model);
    (void)uow_env_close(env);
    return c.wrong != 0;
}
