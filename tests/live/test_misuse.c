#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/live.h"

#include <criterion/parameterized.h>

#include <stdio.h>
#include <stdlib.h>

/* ---- models with one mistake each ---- */

struct thing {
    int64_t id;
    int32_t number;
    float real;
    char name[21];
    unsigned char one[1];
    uow_text body;
    uow_ind number_ind;
    int32_t version;
};

enum thing_column { THING_ID, THING_NUMBER, THING_NAME, THING_VERSION, THING_COLUMNS };

static int never(const void *from, void *to, void *user)
{
    (void)from;
    (void)to;
    (void)user;
    return 0;
}

/* A model of two right entities, things and parts; a mistake spoils the first. */
typedef struct draft {
    uow_column columns[300];
    uow_column part_columns[2];
    uow_converter converter;
    uow_relation relation;
    uow_entity entity;
    uow_entity parts;
    const uow_entity *entities[3];
    size_t count;
} draft;

static void draft_begin(draft *d)
{
    static const uow_column columns[] = {
        UOW_COLUMN(struct thing, id, "id", UOW_INT64, UOW_KEY),
        UOW_COLUMN(struct thing, number, "number", UOW_INT32, 0),
        UOW_COLUMN(struct thing, name, "name", UOW_TEXT, 0),
        UOW_COLUMN(struct thing, version, "version", UOW_INT32, UOW_VERSION),
    };
    static const uow_entity entity = UOW_ENTITY(struct thing, "things", columns);

    memset(d, 0, sizeof *d);
    memcpy(d->columns, columns, sizeof columns);
    memcpy(d->part_columns, columns, sizeof d->part_columns);
    d->converter =
        (uow_converter){sizeof(uow_converter), UOW_INT32, sizeof(int32_t), never, never, NULL};
    d->entity = entity;
    d->entity.columns = d->columns;
    d->parts = entity;
    d->parts.table = "parts";
    d->parts.columns = d->part_columns;
    d->parts.column_count = 2;
    d->relation = (uow_relation)UOW_REFERENCE("number", &d->parts, UOW_RESTRICT);
    d->entities[0] = &d->entity;
    d->entities[1] = &d->parts;
    d->count = 2;
}

static void relate(draft *d)
{
    d->entity.relations = &d->relation;
    d->entity.relation_size = sizeof d->relation;
    d->entity.relation_count = 1;
}

static void convert(draft *d)
{
    d->columns[THING_NUMBER].converter = &d->converter;
}

static void type_of(draft *d, int column, uow_type type, size_t offset, size_t size)
{
    d->columns[column].type = type;
    d->columns[column].offset = offset;
    d->columns[column].size = size;
}

/* clang-format off */
static void null_entity(draft *d) { d->entities[0] = NULL; }
static void old_descriptor(draft *d) { d->entity.struct_size -= 8; }
static void no_columns(draft *d) { d->entity.columns = NULL; }
static void zero_columns(draft *d) { d->entity.column_count = 0; }
static void no_struct_name(draft *d) { d->entity.struct_name = NULL; }
static void listed_twice(draft *d) { d->entities[d->count++] = &d->entity; }
static void nameless_column(draft *d) { d->columns[THING_NUMBER].name = NULL; }
static void empty_name(draft *d) { d->columns[THING_NUMBER].name = ""; }
static void unknown_type(draft *d) { d->columns[THING_NUMBER].type = (uow_type)99; }
static void wrong_size(draft *d) { d->columns[THING_NUMBER].type = UOW_INT64; }
static void tiny_text(draft *d) { type_of(d, THING_NAME, UOW_TEXT, offsetof(struct thing, one), 1); }
static void empty_member(draft *d) { d->columns[THING_NAME].size = 0; }
static void same_name(draft *d) { d->columns[THING_NUMBER].name = "NAME"; }
static void no_key(draft *d) { d->columns[THING_ID].flags = 0; }
static void keyless_with_key(draft *d) { d->entity.flags = UOW_KEYLESS; }
static void two_versions(draft *d) { d->columns[THING_NUMBER].flags = UOW_VERSION; }
static void no_table(draft *d) { d->entity.table = NULL; }
static void nullable_key(draft *d) { d->columns[THING_ID].ind_offset = offsetof(struct thing, number_ind); }
static void key_version(draft *d) { d->columns[THING_VERSION].flags |= UOW_KEY; }
static void long_key(draft *d)
{
    type_of(d, THING_NAME, UOW_LONGTEXT, offsetof(struct thing, body), sizeof(uow_text));
    d->columns[THING_NAME].flags = UOW_KEY;
}
static void float_key(draft *d)
{
    type_of(d, THING_NUMBER, UOW_FLOAT, offsetof(struct thing, real), sizeof(float));
    d->columns[THING_NUMBER].flags = UOW_KEY;
}
static void text_version(draft *d)
{
    d->columns[THING_VERSION].flags = 0;
    d->columns[THING_NAME].flags = UOW_VERSION;
}
static void nullable_version(draft *d) { d->columns[THING_VERSION].ind_offset = offsetof(struct thing, number_ind); }
static void readonly_version(draft *d) { d->columns[THING_VERSION].flags |= UOW_READONLY; }
static void readonly_default(draft *d) { d->columns[THING_NUMBER].flags = UOW_READONLY | UOW_DEFAULT; }
static void member_outside(draft *d) { d->columns[THING_NUMBER].offset = sizeof(struct thing) - 2; }
static void indicator_outside(draft *d) { d->columns[THING_NUMBER].ind_offset = sizeof(struct thing); }
static void indicator_crooked(draft *d) { d->columns[THING_NUMBER].ind_offset = offsetof(struct thing, number_ind) + 1; }
static void old_converter(draft *d) { convert(d); d->converter.struct_size = 4; }
static void half_converter(draft *d) { convert(d); d->converter.from_db = NULL; }
static void converter_type(draft *d) { convert(d); d->converter.db_type = (uow_type)0; }
static void long_converter(draft *d) { convert(d); d->converter.db_type = UOW_BLOB; }
static void converter_size(draft *d) { convert(d); d->converter.db_size = 2; }
static void converter_nothing(draft *d) { convert(d); d->converter.db_type = UOW_TEXT; d->converter.db_size = 0; }
static void stranger(draft *d) { relate(d); d->count = 1; }
static void wide_relation(draft *d) { relate(d); d->relation.columns[1] = "id"; }
static void empty_relation(draft *d) { relate(d); d->relation.columns[0] = NULL; }
static void unmapped_relation(draft *d) { relate(d); d->relation.columns[0] = "nowhere"; }
static void text_relation(draft *d) { relate(d); d->relation.columns[0] = "name"; }
static void set_null_without(draft *d) { relate(d); d->relation.on_delete = UOW_SET_NULL; }

/* clang-format on */

static void many_columns(draft *d, uint32_t count, uint32_t flags)
{
    static char names[300][8];

    for (uint32_t i = 0; i < count; i++) {
        snprintf(names[i], sizeof names[i], "c%u", (unsigned)(i % 1000));
        d->columns[i] = d->columns[THING_ID];
        d->columns[i].flags = i < 1 ? UOW_KEY : flags;
        d->columns[i].name = names[i];
    }
    d->entity.column_count = count;
}

static void too_many_columns(draft *d)
{
    many_columns(d, 257, 0);
}
static void too_many_keys(draft *d)
{
    many_columns(d, 9, UOW_KEY);
}

typedef struct mistake {
    const char *name;
    void (*make)(draft *d);
    const char *says;
    const char *column; /* named in the record, or NULL */
} mistake;

static const mistake mistakes[] = {
    {"NULL among the entities", null_entity, "entity 0 of the model: the pointer is NULL", NULL},
    {"descriptor of another version", old_descriptor, "not made by a UOW_ENTITY macro", NULL},
    {"no columns", no_columns, "it has no columns", NULL},
    {"no columns counted", zero_columns, "it has no columns", NULL},
    {"257 columns", too_many_columns, "more than 256 columns", NULL},
    {"no name", no_struct_name, "name", NULL},
    {"twice the same", listed_twice, "entity 2 of the model: the same descriptor is listed twice",
     NULL},
    {"a column without name", nameless_column, "a column has no name", NULL},
    {"a column with an empty name", empty_name, "a column has no name", NULL},
    {"unknown type", unknown_type, "unknown type", "number"},
    {"type and size", wrong_size, "needs a member of 8 bytes, but number has 4", "number"},
    {"text of one byte", tiny_text, "too small", "name"},
    {"member of no bytes", empty_member, "too small", "name"},
    {"one column twice", same_name, "mapped twice", "name"},
    {"no key", no_key, "no column has UOW_KEY", NULL},
    {"keyless with a key", keyless_with_key, "a keyless entity has a UOW_KEY column", NULL},
    {"nine key columns", too_many_keys, "more than 8 columns", NULL},
    {"two versions", two_versions, "more than one UOW_VERSION", NULL},
    {"no table", no_table, "no table", NULL},
    {"nullable key", nullable_key, "cannot be nullable", "id"},
    {"key and version", key_version, "cannot be the version", "version"},
    {"key of long text", long_key, "fixed size", "name"},
    {"key of floating point", float_key, "floating-point key", "number"},
    {"version of text", text_version, "must be an integer", "name"},
    {"nullable version", nullable_version, "not nullable", "version"},
    {"read-only version", readonly_version, "read-only", "version"},
    {"read-only default", readonly_default, "read-only", "number"},
    {"member outside", member_outside, "the member lies outside", "number"},
    {"indicator outside", indicator_outside, "the indicator lies outside", "number"},
    {"indicator misplaced", indicator_crooked, "not a uow_ind", "number"},
    {"converter of another version", old_converter, "struct_size", "number"},
    {"half a converter", half_converter, "lacks to_db or from_db", "number"},
    {"converter of no type", converter_type, "no uow_type", "number"},
    {"converter of long values", long_converter, "long values", "number"},
    {"converter of the wrong size", converter_size, "db_size is not the size", "number"},
    {"converter of nothing", converter_nothing, "db_size is 0", "number"},
    {"principal not in the model", stranger, "not part of the model", NULL},
    {"relation with too many columns", wide_relation, "one column for each key column", NULL},
    {"relation without columns", empty_relation, "one column for each key column", NULL},
    {"relation with an unmapped column", unmapped_relation, "not mapped", NULL},
    {"relation of another type", text_relation, "the type differs", "name"},
    {"SET NULL where there is no NULL", set_null_without, "nullable", "number"},
};
#define MISTAKES (sizeof mistakes / sizeof mistakes[0])

static uow_status create(const draft *d, uow_env **env, uow_model **model)
{
    *env = NULL;
    *model = NULL;
    cr_assert_eq(uow_env_open(NULL, env), UOW_OK);
    return uow_model_create(*env, d->entities, d->count, model);
}

static void drop(uow_env *env, uow_model *model)
{
    uow_model_free(model);
    cr_assert_eq(uow_env_close(env), UOW_OK);
}

Test(misuse, the_model_that_the_mistakes_start_from_is_right)
{
    static draft d;
    uow_env *env;
    uow_model *model;
    draft_begin(&d);
    relate(&d);
    convert(&d);
    uow_status st = create(&d, &env, &model);
    cr_assert_eq(st, UOW_OK, "%s", uow_error_message(uow_model_error(model)));
    cr_assert_eq(uow_error_status(uow_model_error(model)), UOW_OK);
    drop(env, model);
}

static size_t mistake_indexes[MISTAKES];

ParameterizedTestParameters(misuse, each_mistake_of_a_model_is_told_with_what_to_fix)
{
    for (size_t i = 0; i < MISTAKES; i++)
        mistake_indexes[i] = i;
    return cr_make_param_array(size_t, mistake_indexes, MISTAKES);
}

ParameterizedTest(size_t *index, misuse, each_mistake_of_a_model_is_told_with_what_to_fix)
{
    static draft d;
    const mistake *row = &mistakes[*index];
    uow_env *env;
    uow_model *model;

    draft_begin(&d);
    row->make(&d);
    uow_status st = create(&d, &env, &model);
    cr_assert_eq(st, UOW_MODEL, "%s: %s", row->name, uow_status_name(st));
    cr_assert_not_null(model);
    const uow_error *error = uow_model_error(model);
    cr_assert_eq(uow_error_status(error), UOW_MODEL);
    LIVE_CONTAINS(uow_error_message(error), row->says);
    if (row->column) {
        LIVE_CONTAINS(uow_error_message(error), "things");
        LIVE_CONTAINS(uow_error_message(error), row->column);
    }
    uow_context *ctx = NULL;
    cr_assert_eq(uow_open(env, live_dsn(), model, NULL, &ctx), UOW_MODEL,
                 "%s: a wrong model is no model", row->name);
    cr_assert_null(ctx);
    drop(env, model);
}

Test(misuse, every_mistake_of_a_model_is_told_at_once)
{
    static draft d;
    uow_env *env;
    uow_model *model;
    draft_begin(&d);
    wrong_size(&d);
    empty_member(&d);
    nullable_version(&d);
    no_table(&d);
    cr_assert_eq(create(&d, &env, &model), UOW_MODEL);
    const char *text = uow_error_message(uow_model_error(model));
    LIVE_CONTAINS(text, "needs a member of 8 bytes");
    LIVE_CONTAINS(text, "too small");
    LIVE_CONTAINS(text, "not nullable");
    LIVE_CONTAINS(text, "no table");
    drop(env, model);
}

/* ---- NULL everywhere ---- */

struct nulled {
    int64_t id;
};

static const uow_column nulled_columns[] = {
    UOW_COLUMN(struct nulled, id, "id", UOW_INT64, UOW_KEY)};
static const uow_entity nulleds = UOW_ENTITY(struct nulled, "misuse_rows", nulled_columns);
static const uow_entity *const nulled_models[] = {&nulleds};

static uow_context *const no_context = NULL;
static uow_env *const no_env = NULL;
static uow_rows *const no_rows = NULL;
static uow_cursor *const no_cursor = NULL;
static uow_statement *const no_statement = NULL;
static uow_list *const no_list = NULL;
static uow_model *const no_model = NULL;
static const uow_error *const no_error = NULL;

#define REFUSED(call) cr_assert_eq((call), UOW_MISUSE, "%s", #call)

static void null_context(void)
{
    uow_facts facts = UOW_FACTS_INIT;
    uow_counters counters = UOW_COUNTERS_INIT;
    size_t count = 0;
    int has = 0;

    cr_assert_eq(uow_context_id(no_context), 0);
    REFUSED(uow_context_facts(no_context, &facts));
    REFUSED(uow_context_counters(no_context, &counters));
    REFUSED(uow_changes(no_context, &count));
    REFUSED(uow_has_changes(no_context, &has));
    REFUSED(uow_save(no_context, &count));
    REFUSED(uow_save_with(no_context, NULL, &count));
    REFUSED(uow_clear(no_context));
    REFUSED(uow_begin(no_context, NULL));
    REFUSED(uow_commit(no_context));
    REFUSED(uow_rollback(no_context));
    REFUSED(uow_remove(no_context, &count));
    REFUSED(uow_detach(no_context, &count));
    REFUSED(uow_revert(no_context, &count));
    cr_assert_eq(uow_state(no_context, &count), UOW_DETACHED);
    cr_assert_eq(uow_unit_depth(no_context), 0);
    cr_assert_eq(uow_error_status(uow_context_error(no_context)), UOW_MISUSE);
    cr_assert_not_null(uow_context_message(no_context));
    cr_assert_eq(uow_close(no_context), UOW_OK);
}

static void null_context_of_queries(const uow_entity *entity)
{
    void *row = NULL;
    uow_list *list = NULL;
    uow_rows *rows = NULL;
    uow_cursor *cursor = NULL;
    uow_statement *statement = NULL;
    int64_t count = 0;
    int exists = 0;

    REFUSED(uow_find(no_context, entity, uow_key_int64(1), &row));
    REFUSED(uow_add(no_context, entity, NULL, &row));
    REFUSED(uow_query(no_context, entity, NULL, NULL, 0, NULL, &list));
    REFUSED(uow_query_sql(no_context, entity, "SELECT 1", NULL, 0, NULL, &list));
    REFUSED(uow_first(no_context, entity, NULL, NULL, 0, &row));
    REFUSED(uow_single(no_context, entity, NULL, NULL, 0, &row));
    REFUSED(uow_count(no_context, entity, NULL, NULL, 0, &count));
    REFUSED(uow_exists(no_context, entity, NULL, NULL, 0, &exists));
    REFUSED(uow_cursor_open(no_context, entity, NULL, NULL, 0, NULL, &cursor));
    REFUSED(uow_execute(no_context, "SELECT 1", NULL, 0, &count));
    REFUSED(uow_statement_prepare(no_context, "SELECT 1", &statement));
    REFUSED(uow_rows_open(no_context, "SELECT 1", NULL, 0, &rows));
}

static void null_entities_and_outputs(uow_context *ctx, const uow_entity *entity)
{
    void *row = NULL;
    uow_list *list = NULL;
    uow_cursor *cursor = NULL;
    int64_t count = 0;
    int exists = 0;

    REFUSED(uow_find(ctx, NULL, uow_key_int64(1), &row));
    REFUSED(uow_find(ctx, entity, uow_key_int64(1), NULL));
    REFUSED(uow_find(ctx, entity, uow_key_args(NULL, 2), &row));
    REFUSED(uow_add(ctx, NULL, NULL, &row));
    REFUSED(uow_query(ctx, NULL, NULL, NULL, 0, NULL, &list));
    REFUSED(uow_query(ctx, entity, NULL, NULL, 0, NULL, NULL));
    REFUSED(uow_query(ctx, entity, NULL, NULL, 1, NULL, &list));
    REFUSED(uow_query_sql(ctx, entity, NULL, NULL, 0, NULL, &list));
    REFUSED(uow_query_sql(ctx, NULL, "SELECT 1", NULL, 0, NULL, &list));
    REFUSED(uow_query_sql(ctx, entity, "SELECT 1", NULL, 0, NULL, NULL));
    REFUSED(uow_first(ctx, NULL, NULL, NULL, 0, &row));
    REFUSED(uow_first(ctx, entity, NULL, NULL, 0, NULL));
    REFUSED(uow_single(ctx, NULL, NULL, NULL, 0, &row));
    REFUSED(uow_single(ctx, entity, NULL, NULL, 0, NULL));
    REFUSED(uow_count(ctx, NULL, NULL, NULL, 0, &count));
    REFUSED(uow_count(ctx, entity, NULL, NULL, 0, NULL));
    REFUSED(uow_exists(ctx, NULL, NULL, NULL, 0, &exists));
    REFUSED(uow_exists(ctx, entity, NULL, NULL, 0, NULL));
    REFUSED(uow_cursor_open(ctx, NULL, NULL, NULL, 0, NULL, &cursor));
    REFUSED(uow_cursor_open(ctx, entity, NULL, NULL, 0, NULL, NULL));
    REFUSED(uow_remove(ctx, NULL));
    REFUSED(uow_detach(ctx, NULL));
    REFUSED(uow_revert(ctx, NULL));
    REFUSED(uow_changes(ctx, NULL));
    REFUSED(uow_has_changes(ctx, NULL));
    cr_assert_eq(uow_state(ctx, NULL), UOW_DETACHED);
    REFUSED(uow_context_facts(ctx, NULL));
    REFUSED(uow_context_counters(ctx, NULL));
}

/* What belongs to related rows: no context, then no rows. */
static void null_relations(uow_context *ctx, const uow_entity *entity)
{
    static struct nulled values;
    void *const nobody[] = {NULL};
    uow_list *list = NULL;

    for (int i = 0; i < 2; i++) {
        uow_context *which = i ? ctx : no_context;
        void *instance = i ? NULL : &values;
        REFUSED(uow_link(which, instance, "id", instance));
        REFUSED(uow_unlink(which, instance, NULL));
        REFUSED(uow_load_collection(which, nobody, 1, entity, NULL, &list));
        REFUSED(uow_load_collection(which, NULL, 1, entity, NULL, &list));
        REFUSED(uow_load_collection(which, nobody, 1, NULL, NULL, &list));
        REFUSED(uow_load_reference(which, nobody, 1, NULL, &list));
        REFUSED(uow_load_reference(which, NULL, 1, NULL, NULL));
    }
    REFUSED(uow_cascade(no_context, NULL));
    cr_assert_eq(uow_cascade(ctx, NULL), UOW_OK);
}

/* What belongs to entries: no context, then no instance. */
static void null_entries(uow_context *ctx, const uow_entity *entity)
{
    static struct nulled values;
    void *const instances[] = {NULL};
    int modified = 0;

    for (int i = 0; i < 2; i++) {
        uow_context *which = i ? ctx : no_context;
        void *instance = i ? NULL : &values;
        REFUSED(uow_attach(which, entity, instance, UOW_UNCHANGED));
        REFUSED(uow_update(which, instance));
        REFUSED(uow_original(which, instance, &values));
        REFUSED(uow_set_original(which, instance, &values));
        REFUSED(uow_database(which, instance, &values));
        REFUSED(uow_is_modified(which, instance, "id", &modified));
        REFUSED(uow_refresh(which, instances, 1));
        REFUSED(uow_resolve(which, instance, UOW_CLIENT_WINS));
        REFUSED(uow_view(which, NULL, NULL));
    }
    REFUSED(uow_attach(ctx, NULL, &values, UOW_UNCHANGED));
    REFUSED(uow_refresh(ctx, NULL, 1));
    REFUSED(uow_accept(no_context));
    REFUSED(uow_reject(no_context));
}

static void null_sets(uow_context *ctx, const uow_entity *entity)
{
    static struct nulled values;
    int64_t affected = 0;

    for (int i = 0; i < 2; i++) {
        uow_context *which = i ? ctx : no_context;
        const uow_entity *none = i ? NULL : entity;
        REFUSED(uow_update_where(which, none, "id = 1", "", NULL, 0, &affected));
        REFUSED(uow_delete_where(which, none, "", NULL, 0, &affected));
        REFUSED(uow_upsert(which, none, &values, 1, NULL, &affected));
        REFUSED(uow_plan(which, NULL, NULL));
    }
    REFUSED(uow_update_where(ctx, entity, NULL, "", NULL, 0, &affected));
    REFUSED(uow_update_where(ctx, entity, "id = 1", NULL, NULL, 0, &affected));
    REFUSED(uow_delete_where(ctx, entity, NULL, NULL, 0, &affected));
    REFUSED(uow_delete_where(ctx, entity, "id = ?", NULL, 1, &affected));
    REFUSED(uow_upsert(ctx, entity, NULL, 1, NULL, &affected));
}

static void null_statements(uow_context *ctx, const uow_entity *entity)
{
    uow_list *list = NULL;
    uow_rows *rows = NULL;
    uow_statement *statement = NULL;

    REFUSED(uow_execute(ctx, NULL, NULL, 0, NULL));
    REFUSED(uow_execute(ctx, "SELECT ?", NULL, 1, NULL));
    REFUSED(uow_statement_prepare(ctx, NULL, &statement));
    REFUSED(uow_statement_prepare(ctx, "SELECT 1", NULL));
    REFUSED(uow_statement_execute(no_statement, NULL, 0, NULL));
    REFUSED(uow_statement_query(no_statement, entity, NULL, 0, NULL, &list));
    REFUSED(uow_rows_open(ctx, NULL, NULL, 0, &rows));
    REFUSED(uow_rows_open(ctx, "SELECT 1", NULL, 0, NULL));
    UOW_OK(uow_statement_prepare(ctx, "SELECT 1", &statement));
    REFUSED(uow_statement_query(statement, NULL, NULL, 0, NULL, &list));
    REFUSED(uow_statement_query(statement, entity, NULL, 0, NULL, NULL));
    uow_statement_free(statement);
    uow_statement_free(no_statement);
}

static void null_rows(uow_context *ctx)
{
    const char *text = NULL;
    int64_t number = 0;
    double real = 0;
    uow_decimal decimal;
    const void *data = NULL;
    size_t size = 0;
    uow_rows *rows = NULL;
    uow_column_info info = UOW_COLUMN_INFO_INIT;

    UOW_OK(uow_rows_open(ctx, "SELECT 1", NULL, 0, &rows));
    UOW_OK(uow_rows_next(rows));
    for (int i = 0; i < 2; i++) {
        uow_rows *which = i ? rows : no_rows;
        REFUSED(uow_rows_column(which, 0, i ? NULL : &info));
        REFUSED(uow_rows_text(which, 0, i ? NULL : &text, NULL));
        REFUSED(uow_rows_int64(which, 0, i ? NULL : &number));
        REFUSED(uow_rows_double(which, 0, i ? NULL : &real));
        REFUSED(uow_rows_decimal(which, 0, i ? NULL : &decimal));
        REFUSED(uow_rows_binary(which, 0, i ? NULL : &data, &size));
        REFUSED(uow_rows_binary(which, 0, &data, i ? NULL : &size));
        REFUSED(uow_rows_read(which, 0, i ? NULL : &number, 8, &size));
        REFUSED(uow_rows_read(which, 0, &number, i ? 0 : 8, &size));
        REFUSED(uow_rows_read(which, 0, &number, 8, i ? NULL : &size));
        cr_assert_eq(uow_rows_index(which, i ? NULL : "a"), -1);
    }
    uow_rows_close(rows);
    REFUSED(uow_rows_next(no_rows));
    REFUSED(uow_rows_next_result(no_rows));
    cr_assert_eq(uow_rows_column_count(no_rows), 0);
    cr_assert_eq(uow_rows_affected(no_rows), -1);
    cr_assert_eq(uow_rows_is_null(no_rows, 0), -1);
    cr_assert_eq(uow_error_status(uow_rows_error(no_rows)), UOW_MISUSE);
    uow_rows_close(no_rows);
}

static void null_cursors_and_lists(uow_context *ctx, const uow_entity *entity)
{
    uow_cursor *cursor = NULL;
    void *row = NULL;

    REFUSED(uow_cursor_next(no_cursor, &row));
    UOW_OK(uow_cursor_open(ctx, entity, NULL, NULL, 0, NULL, &cursor));
    REFUSED(uow_cursor_next(cursor, NULL));
    uow_cursor_close(cursor);
    uow_cursor_close(no_cursor);
    cr_assert_eq(uow_list_count(no_list), 0);
    cr_assert_null(uow_list_at(no_list, 0));
    cr_assert_null(uow_list_array(no_list));
    uow_list_free(no_list);
}

static void null_errors(void)
{
    uow_diagnostic diagnostic;

    cr_assert_eq(uow_context_id(no_context), 0);
    cr_assert_eq(uow_error_status(no_error), UOW_OK);
    cr_assert_str_eq(uow_error_operation(no_error), "");
    cr_assert_str_eq(uow_error_function(no_error), "");
    cr_assert_str_eq(uow_error_sqlstate(no_error), "");
    cr_assert_str_eq(uow_error_entity(no_error), "");
    cr_assert_str_eq(uow_error_column(no_error), "");
    cr_assert_str_eq(uow_error_key(no_error), "");
    cr_assert_str_eq(uow_error_statement(no_error), "");
    cr_assert_str_eq(uow_error_constraint(no_error), "");
    cr_assert_not_null(uow_error_message(no_error));
    cr_assert_eq(uow_error_native(no_error), 0);
    cr_assert_eq(uow_error_diagnostic_count(no_error), 0);
    cr_assert_eq(uow_error_diagnostic(no_error, 0, &diagnostic), 0);
    cr_assert_eq(uow_error_diagnostic(no_error, 0, NULL), 0);
    cr_assert_eq(uow_error_instance_count(no_error), 0);
    cr_assert_null(uow_error_instance(no_error, 0));
}

static void null_calls(uow_context *ctx)
{
    uow_rows *rows = NULL;
    uow_op *op = NULL;
    uow_result result = UOW_RESULT_SKIPPED;
    uow_arg args[] = {uow_arg_out(UOW_INT32, NULL, 4, NULL), uow_arg_affected(NULL)};

    for (int i = 0; i < 2; i++) {
        uow_context *which = i ? ctx : no_context;
        REFUSED(uow_call(which, i ? NULL : "p", NULL, 0, NULL, 0));
        REFUSED(uow_call_rows(which, i ? NULL : "p", NULL, 0, &rows));
    }
    REFUSED(uow_model_verify(no_context));
    REFUSED(uow_model_verify_start(no_context, &op));
    REFUSED(uow_model_verify_start(ctx, NULL));
    REFUSED(uow_call_rows_start(no_context, "p", NULL, 0, &rows, &op));
    REFUSED(uow_call_rows_start(ctx, NULL, NULL, 0, &rows, &op));
    REFUSED(uow_call_rows_start(ctx, "p", NULL, 0, &rows, NULL));
    REFUSED(uow_call(ctx, "p", NULL, 1, NULL, 0));
    REFUSED(uow_call(ctx, "p", NULL, 0, NULL, 1));
    REFUSED(uow_call(ctx, "p", args, 1, NULL, 0));
    REFUSED(uow_call(ctx, "p", args + 1, 1, NULL, 0));
    REFUSED(uow_call_rows(ctx, "p", NULL, 0, NULL));
    result.struct_size = 0;
    REFUSED(uow_call(ctx, "p", NULL, 0, &result, 1));
}

static void null_environments(uow_env *env, const uow_entity *entity)
{
    uow_context *ctx = NULL;
    uow_model *model = NULL;
    uow_env_options half = UOW_ENV_OPTIONS_INIT;
    uow_env *other = NULL;

    half.allocator.alloc = (void *(*)(size_t, void *))(uintptr_t)1;
    REFUSED(uow_env_open(NULL, NULL));
    REFUSED(uow_env_open(&half, &other));
    REFUSED(uow_open(no_env, live_dsn(), NULL, NULL, &ctx));
    REFUSED(uow_open(env, NULL, NULL, NULL, &ctx));
    cr_assert_null(ctx);
    REFUSED(uow_open(env, live_dsn(), NULL, NULL, NULL));
    REFUSED(uow_model_create(no_env, &entity, 1, &model));
    REFUSED(uow_model_create(env, NULL, 1, &model));
    REFUSED(uow_model_create(env, &entity, 1, NULL));
    REFUSED(uow_model_build(no_env, &(uow_model_parts)UOW_MODEL_PARTS_INIT, &model));
    REFUSED(uow_model_build(env, NULL, &model));
    REFUSED(uow_model_build(env, &(uow_model_parts)UOW_MODEL_PARTS_INIT, NULL));
    cr_assert_eq(uow_error_status(uow_model_error(no_model)), UOW_OK);
    uow_model_free(no_model);
    cr_assert_eq(uow_env_close(no_env), UOW_OK);
}

static void null_values(void)
{
    uow_decimal decimal;
    char text[48];

    cr_assert_eq(uow_decimal_parse(NULL, &decimal), 0);
    cr_assert_eq(uow_decimal_parse("1", NULL), 0);
    cr_assert_eq(uow_decimal_format(NULL, text, sizeof text), 0);
    cr_assert_eq(uow_decimal_format(&(uow_decimal){1, 0, 0, 0}, NULL, 0), 0);
    cr_assert_not_null(uow_status_name((uow_status)12345));
    cr_assert_not_null(uow_status_text((uow_status)12345));
    cr_assert_not_null(uow_version());
}

/* NULL data is SQL NULL, by whatever function. */
static void null_arguments(uow_context *ctx)
{
    const uow_arg args[] = {
        uow_arg_text(NULL),
        uow_arg_text_n(NULL, 3),
        uow_arg_binary(NULL, 3),
        uow_arg_decimal(NULL),
        uow_arg_date(NULL),
        uow_arg_time(NULL),
        uow_arg_timestamp(NULL),
        uow_arg_timestamptz(NULL),
        uow_arg_guid(NULL),
        uow_arg_null(UOW_INT32),
        uow_arg_null(UOW_DOUBLE),
        uow_arg_null(UOW_BOOL),
        uow_arg_member(UOW_INT32, NULL, 4, NULL),
        uow_arg_member(UOW_INT32, &(int32_t){5}, 4, &(uow_ind){UOW_NULL}),
    };

    for (size_t i = 0; i < sizeof args / sizeof args[0]; i++)
        UOW_OK(uow_execute(ctx, "INSERT INTO misuse_nulls VALUES (?)", &args[i], 1, NULL));
}

Test(misuse, null_handles_and_pointers_are_refused_or_harmless_in_every_function)
{
    live l;
    live_open(&l, nulled_models, 1);
    live_table(&l, "misuse_rows", "id @int64 PRIMARY KEY");
    null_context();
    null_context_of_queries(&nulleds);
    null_entities_and_outputs(l.ctx, &nulleds);
    null_entries(l.ctx, &nulleds);
    null_relations(l.ctx, &nulleds);
    null_sets(l.ctx, &nulleds);
    null_statements(l.ctx, &nulleds);
    null_rows(l.ctx);
    null_calls(l.ctx);
    null_cursors_and_lists(l.ctx, &nulleds);
    null_errors();
    null_environments(l.env, &nulleds);
    null_values();
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM misuse_rows"), 0);
    live_close(&l);
}

/* A value of a newer header, or rubbish: neither is to be taken for the default. */
Test(misuse, unknown_values_of_options_are_refused)
{
    live l;
    uow_context_options context = UOW_CONTEXT_OPTIONS_INIT;
    uow_query_options query = UOW_QUERY_OPTIONS_INIT;
    uow_unit_options unit = UOW_UNIT_OPTIONS_INIT;
    uow_save_options save = UOW_SAVE_OPTIONS_INIT;
    uow_context *other = NULL;
    uow_list *list = NULL;

    live_open(&l, nulled_models, 1);
    const uow_entity *good = nulled_models[0];
    context.guard = (uow_guard_mode)77;
    UOW_IS(UOW_MISUSE, uow_open(l.env, live_dsn(), NULL, &context, &other));
    context.guard = UOW_GUARD_REFUSE;
    context.text_path = (uow_text_path)3;
    UOW_IS(UOW_MISUSE, uow_open(l.env, live_dsn(), NULL, &context, &other));
    query.tracking = (uow_tracking)99;
    UOW_IS(UOW_MISUSE, uow_query(l.ctx, good, NULL, NULL, 0, &query, &list));
    LIVE_CONTAINS(uow_context_message(l.ctx), "99");
    query.tracking = UOW_TRACKED;
    query.flags = 0x80;
    UOW_IS(UOW_MISUSE, uow_query(l.ctx, good, NULL, NULL, 0, &query, &list));
    LIVE_CONTAINS(uow_context_message(l.ctx), "0x80");
    unit.isolation = (uow_isolation)9;
    UOW_IS(UOW_MISUSE, uow_begin(l.ctx, &unit));
    save.flags = 0x10;
    UOW_IS(UOW_MISUSE, uow_save_with(l.ctx, &save, NULL));
    cr_assert_null(other);
    live_close(&l);
}

Test(misuse, an_argument_of_nothing_is_null)
{
    live l;
    live_open(&l, NULL, 0);
    live_table(&l, "misuse_nulls", "v varchar(10)");
    null_arguments(l.ctx);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM misuse_nulls WHERE v IS NULL"), 14);
    live_close(&l);
}

static int nobody_counts(const uow_statement_statistics *statistics, void *user)
{
    (void)statistics;
    (void)user;
    return 1;
}

static int nobody_writes(const char *text, size_t length, void *user)
{
    (void)text;
    (void)length;
    (void)user;
    return 1;
}

Test(misuse, factories_parallel_runs_and_metrics_answer_null)
{
    live l;
    uow_factory *factory = NULL;
    uow_metrics *metrics = NULL;
    uow_context *context = NULL;
    uow_factory_counters counters = UOW_FACTORY_COUNTERS_INIT;

    live_env(&l);
    cr_assert_eq(uow_context_id(NULL), 0);
    cr_assert_eq(uow_trace_context(NULL, NULL, NULL), UOW_MISUSE);
    cr_assert_eq(uow_factory_open(l.env, NULL, NULL, NULL, &factory), UOW_MISUSE);
    cr_assert_eq(uow_factory_open(l.env, live_dsn(), NULL, NULL, NULL), UOW_MISUSE);
    cr_assert_eq(uow_factory_acquire(NULL, 0, &context), UOW_MISUSE);
    cr_assert_eq(uow_factory_release(NULL), UOW_OK);
    cr_assert_eq(uow_factory_close(NULL, 0, 0), UOW_OK);
    cr_assert_eq(uow_factory_read(NULL, &counters), UOW_MISUSE);
    cr_assert_eq(uow_error_status(uow_factory_error(NULL)), UOW_OK);
    cr_assert_eq(uow_wait_bucket(UOW_WAIT_BUCKETS), UINT64_MAX);
    cr_assert_eq(uow_parallel(NULL, NULL, 0, NULL), UOW_MISUSE);
    cr_assert_eq(uow_metrics_open(NULL, NULL, &metrics), UOW_MISUSE);
    cr_assert_eq(uow_metrics_open(l.env, NULL, NULL), UOW_MISUSE);
    cr_assert_eq(uow_metrics_factory(NULL, NULL, NULL), UOW_MISUSE);
    cr_assert_eq(uow_metrics_statements(NULL, nobody_counts, NULL), UOW_MISUSE);
    cr_assert_eq(uow_metrics_write(NULL, nobody_writes, NULL), UOW_MISUSE);
    uow_metrics_trace(NULL, NULL);
    uow_metrics_close(NULL);
    live_close(&l);
}

/* The functions that take no handle and no pointer, or are tried by value above. */
static const char *const without_handles[] = {"uow_arg_", "uow_key_", "uow_status_", "uow_version",
                                              "uow_decimal_make"};

static bool has_no_handle(const char *name)
{
    for (size_t i = 0; i < sizeof without_handles / sizeof without_handles[0]; i++)
        if (strncmp(name, without_handles[i], strlen(without_handles[i])) == 0)
            return true;
    return false;
}

static char *whole_file(const char *folder, const char *path)
{
    char name[512];
    snprintf(name, sizeof name, "%s/%s", folder, path);
    FILE *file = fopen(name, "rb");
    cr_assert_not_null(file, "%s", name);
    char *text = calloc(1, 1 << 18);
    cr_assert_not_null(text);
    cr_assert_gt(fread(text, 1, (1 << 18) - 1, file), 0);
    fclose(file);
    return text;
}

/* So that a new function cannot forget its NULLs: each of the exports' list is called somewhere
 * above. */
Test(misuse, no_exported_function_is_left_out_of_these_tests)
{
    const char *folder = getenv("UOW_SRCDIR");
    cr_assert_not_null(folder, "UOW_SRCDIR is set by tests/run/suite");
    char *exports = whole_file(folder, "tests/structure/exports.txt");
    static const char *const files[] = {"test_misuse.c", "test_op_misuse.c", "test_misuse_lent.c",
                                        "test_misuse_distributed.c", "test_misuse_adopt.c"};
    char *tests[sizeof files / sizeof files[0]];
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[80];
        snprintf(path, sizeof path, "tests/live/%s", files[i]);
        tests[i] = whole_file(folder, path);
    }
    for (char *name = strtok(exports, "\n"); name; name = strtok(NULL, "\n")) {
        char call[80];
        size_t length = strlen(name);
        if (length > 3 && strcmp(name + length - 3, "_at") == 0)
            length -= 3;
        snprintf(call, sizeof call, "%.*s(", (int)length, name);
        if (!strncmp(name, "uow_list_at", 11))
            snprintf(call, sizeof call, "uow_list_at(");
        bool tried = strncmp(name, "uow_", 4) != 0 || has_no_handle(name);
        for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
            tried = tried || strstr(tests[i], call);
        cr_assert(tried, "%s is not tried with NULL", name);
    }
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        free(tests[i]);
    free(exports);
}
