#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "track_fixture.h"

static shop s;

/* The message of a model of one entity that must be refused. */
static const char *refused(const uow_entity *def)
{
    uow_model *model = NULL;
    static char text[1024];

    memset(text, 0, sizeof text);
    uowi_mem_init(&s.mem, NULL);
    cr_assert_eq(uowi_model_create(&s.mem, &def, 1, &model), UOW_MODEL);
    strncpy(text, uow_error_message(&model->error), sizeof text - 1);
    uowi_model_destroy(model);
    cr_assert_eq(s.mem.bytes, 0);
    return text;
}

static void refused_with(const uow_entity *def, const char *part)
{
    const char *text = refused(def);

    cr_assert(strstr(text, part), "\"%s\" does not say \"%s\"", text, part);
}

Test(model, entities_are_found_by_descriptor_and_columns_by_name_without_case)
{
    cr_assert(shop_open(&s, 0));
    const uowi_entity *customers = shop_entity(&s, &shop_customers);
    cr_assert_str_eq(customers->name, "customers");
    cr_assert_eq(uowi_entity_column(customers, "NAME"), 1);
    cr_assert_eq(uowi_entity_column(customers, "surname"), UOWI_NO_COLUMN);
    cr_assert_eq(customers->generated_key, 0);
    cr_assert_eq(customers->version, 4);
    cr_assert(customers->tracked && !customers->has_long);
    cr_assert(shop_entity(&s, &shop_notes)->has_long);
    uow_entity other = shop_customers;
    cr_assert_null(uowi_model_entity(s.model, &other));
    cr_assert_null(uowi_model_entity(NULL, &shop_customers));
    cr_assert_eq(shop_close(&s), 0);
}

Test(model, composite_keys_keep_the_order_of_declaration)
{
    cr_assert(shop_open(&s, 0));
    const uowi_entity *lines = shop_entity(&s, &shop_lines);
    cr_assert_eq(lines->key_count, 2);
    cr_assert_eq(lines->key[0], 0);
    cr_assert_eq(lines->key[1], 1);
    cr_assert_eq(lines->generated_key, UOWI_NO_COLUMN);
    cr_assert_eq(shop_close(&s), 0);
}

Test(model, principals_have_lower_ranks_than_their_dependents)
{
    cr_assert(shop_open(&s, 0));
    size_t customers = shop_entity(&s, &shop_customers)->rank;
    size_t orders = shop_entity(&s, &shop_orders)->rank;
    size_t lines = shop_entity(&s, &shop_lines)->rank;
    cr_assert_lt(customers, orders);
    cr_assert_lt(orders, lines);
    cr_assert_eq(shop_entity(&s, &shop_nodes)->rank, 0, "a table that refers to itself is its own principal");
    cr_assert_eq(shop_close(&s), 0);
}

Test(model, relations_lead_to_compiled_principals)
{
    cr_assert(shop_open(&s, 0));
    const uowi_relation *relation = &shop_entity(&s, &shop_lines)->relations[0];
    cr_assert_eq(relation->principal, shop_entity(&s, &shop_orders));
    cr_assert_eq(relation->count, 1);
    cr_assert_eq(relation->columns[0], 0);
    cr_assert_eq(relation->on_delete, UOW_CASCADE);
    cr_assert_eq(shop_close(&s), 0);
}

typedef struct circle_row {
    int32_t id;
    int32_t other;
} circle_row;
static const uow_column circle_columns[] = {
    UOW_COLUMN(circle_row, id, "id", UOW_INT32, UOW_KEY),
    UOW_COLUMN(circle_row, other, "other", UOW_INT32, 0),
};
static const uow_entity circle_b;
static const uow_relation circle_a_relations[] = {UOW_REFERENCE("other", &circle_b, UOW_RESTRICT)};
static const uow_entity circle_a = UOW_ENTITY_RELATED(circle_row, "a", circle_columns, circle_a_relations);
static const uow_relation circle_b_relations[] = {UOW_REFERENCE("other", &circle_a, UOW_RESTRICT)};
static const uow_entity circle_b = UOW_ENTITY_RELATED(circle_row, "b", circle_columns, circle_b_relations);

Test(model, tables_that_refer_to_each_other_still_make_a_model, .timeout = 5)
{
    const uow_entity *const entities[] = {&circle_a, &circle_b};
    uow_model *model = NULL;
    uowi_mem_init(&s.mem, NULL);
    cr_assert_eq(uowi_model_create(&s.mem, entities, 2, &model), UOW_OK);
    uowi_model_destroy(model);
    cr_assert_eq(s.mem.bytes, 0);
}

typedef struct bad_row {
    int64_t id;
    int64_t also;
    float ratio;
    char text[8];
    uow_ind ind;
} bad_row;

Test(model, no_key_is_said_with_what_to_do)
{
    static const uow_column columns[] = {UOW_COLUMN(bad_row, id, "id", UOW_INT64, 0)};
    static const uow_entity def = UOW_ENTITY(bad_row, "things", columns);
    refused_with(&def, "things: no column has UOW_KEY; mark the key, or make the entity UOW_KEYLESS");
}

Test(model, a_type_that_does_not_fit_its_member_names_both_sizes)
{
    static const uow_column columns[] = {UOW_COLUMN(bad_row, id, "id", UOW_INT32, UOW_KEY)};
    static const uow_entity def = UOW_ENTITY(bad_row, "things", columns);
    refused_with(&def, "things.id: UOW_INT32 needs a member of 4 bytes, but id has 8");
}

Test(model, a_converter_that_is_null_is_said)
{
    static const uow_column columns[] = {UOW_COLUMN(bad_row, id, "id", UOW_INT64, UOW_KEY),
                                         UOW_COLUMN_AS(bad_row, also, "also", NULL, 0)};
    static const uow_entity def = UOW_ENTITY(bad_row, "things", columns);
    refused_with(&def, "things.also: the converter is NULL, and there is no type");
}

typedef struct model_guarded {
    int64_t id;
    int32_t counter;
    char stamp[20];
    double weight;
    uow_text note;
} model_guarded;

Test(model, a_version_of_the_databases_is_a_computed_column_that_is_checked)
{
    static const uow_column columns[] = {
        UOW_COLUMN(model_guarded, stamp, "stamp", UOW_TEXT, UOW_VERSION | UOW_GENERATED),
        UOW_COLUMN(model_guarded, id, "id", UOW_INT64, UOW_KEY),
        UOW_COLUMN(model_guarded, counter, "counter", UOW_INT32, UOW_VERSION),
    };
    static const uow_entity def = UOW_ENTITY(model_guarded, "guarded", columns);
    const uow_entity *const defs[] = {&def};
    uow_model *model = NULL;

    uowi_mem_init(&s.mem, NULL);
    cr_assert_eq(uowi_model_create(&s.mem, defs, 1, &model), UOW_OK);
    cr_assert_eq(model->entities[0].columns[0].flags, UOW_READONLY | UOW_TOKEN);
    cr_assert_eq(model->entities[0].version, 2);
    cr_assert_eq(model->entities[0].check_count, 2);
    cr_assert(model->entities[0].checks[0] == 2 && model->entities[0].checks[1] == 0);
    cr_assert(model->entities[0].has_made_token);
    uowi_model_destroy(model);
    cr_assert_eq(s.mem.bytes, 0);
}

Test(model, a_token_that_is_a_key_a_floating_number_or_long_is_refused)
{
    static const uow_column columns[] = {
        UOW_COLUMN(model_guarded, id, "id", UOW_INT64, UOW_KEY | UOW_TOKEN),
        UOW_COLUMN(model_guarded, weight, "weight", UOW_DOUBLE, UOW_TOKEN),
        UOW_COLUMN(model_guarded, note, "note", UOW_LONGTEXT, UOW_VERSION | UOW_GENERATED),
    };
    static const uow_entity def = UOW_ENTITY(model_guarded, "guarded", columns);

    refused_with(&def, "id: a key column cannot be a token");
    refused_with(&def, "weight: a floating-point token");
    refused_with(&def, "note: a token must be a member of fixed size");
}

Test(model, every_mistake_is_listed)
{
    static const uow_column columns[] = {
        UOW_COLUMN(bad_row, id, "id", UOW_INT32, UOW_KEY),
        UOW_COLUMN(bad_row, also, "ID", UOW_INT64, 0),
        UOW_COLUMN(bad_row, ratio, "ratio", UOW_FLOAT, UOW_KEY),
        UOW_COLUMN_NULL(bad_row, text, ind, "text", UOW_TEXT, UOW_KEY),
        UOW_COLUMN(bad_row, text, "strange", (uow_type)99, 0),
    };
    static const uow_entity def = UOW_ENTITY(bad_row, "things", columns);
    const char *const parts[] = {"needs a member of 4 bytes", "the column is mapped twice",
                                 "a floating-point key never compares reliably", "a key column cannot be nullable",
                                 "things.strange: unknown type"};
    const char *text = refused(&def);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        cr_assert(strstr(text, parts[i]), "\"%s\" does not say \"%s\"", text, parts[i]);
}

static const uow_column bad_self_columns[] = {
    UOW_COLUMN(bad_row, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(bad_row, also, "also", UOW_INT64, 0),
};
static const uow_entity bad_self;
static const uow_relation bad_self_relations[] = {UOW_REFERENCE("also", &bad_self, UOW_SET_NULL)};
static const uow_entity bad_self = UOW_ENTITY_RELATED(bad_row, "things", bad_self_columns, bad_self_relations);

Test(model, set_null_needs_a_nullable_column)
{
    refused_with(&bad_self, "things.also: UOW_SET_NULL needs a nullable column (an indicator member)");
}

Test(model, a_principal_outside_the_model_is_refused)
{
    static const uow_relation relations[] = {UOW_REFERENCE("also", &shop_customers, UOW_RESTRICT)};
    static const uow_entity def = UOW_ENTITY_RELATED(bad_row, "things", bad_self_columns, relations);
    refused_with(&def, "a relation's principal is not part of the model");
}

Test(model, a_relation_over_a_column_that_is_not_mapped_is_refused)
{
    static const uow_relation relations[] = {UOW_REFERENCE("nowhere", &bad_self, UOW_RESTRICT)};
    static const uow_entity def = UOW_ENTITY_RELATED(bad_row, "others", bad_self_columns, relations);
    const uow_entity *const entities[] = {&def, &bad_self};
    uow_model *model = NULL;
    uowi_mem_init(&s.mem, NULL);
    cr_assert_eq(uowi_model_create(&s.mem, entities, 2, &model), UOW_MODEL);
    cr_assert(strstr(uow_error_message(&model->error), "names a column that is not mapped: others has no nowhere"));
    uowi_model_destroy(model);
}

Test(model, the_same_descriptor_twice_is_refused)
{
    const uow_entity *const entities[] = {&shop_customers, &shop_customers};
    uow_model *model = NULL;
    uowi_mem_init(&s.mem, NULL);
    cr_assert_eq(uowi_model_create(&s.mem, entities, 2, &model), UOW_MODEL);
    cr_assert(strstr(uow_error_message(&model->error), "entity 1 of the model: the same descriptor is listed twice"));
    uowi_model_destroy(model);
}

Test(model, running_out_of_memory_at_any_point_leaves_nothing)
{
    int64_t n = 0;
    uow_status st;
    uowi_mem_init(&s.mem, NULL);
    do {
        uow_model *model = NULL;
        atomic_store(&s.mem.fail_at, n);
        st = uowi_model_create(&s.mem, shop_entities(), SHOP_ENTITIES, &model);
        atomic_store(&s.mem.fail_at, -1);
        cr_assert(st == UOW_OK || (st == UOW_NO_MEMORY && !model));
        uowi_model_destroy(model);
        cr_assert_eq(s.mem.bytes, 0);
        n++;
    } while (st != UOW_OK);
    cr_assert_gt(n, 3);
}
