#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/failing.h"
#include "live/routines.h"

/* Rows saved by procedures alone: the tests' context may read the table and call, and nothing else. */

typedef struct card {
    int64_t id;
    char owner[41];
    uow_decimal limit;
    char note[21];
    uow_ind note_ind;
    int32_t made; /* by the database: 2 * id */
    int32_t version;
} card;

static char cards_table[40];
static const uow_column card_columns[] = {
    UOW_COLUMN(card, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(card, owner, "owner", UOW_TEXT, 0),
    UOW_COLUMN(card, limit, "credit", UOW_DECIMAL, 0),
    UOW_COLUMN_NULL(card, note, note_ind, "note", UOW_TEXT, 0),
    UOW_COLUMN(card, made, "made", UOW_INT32, UOW_READONLY),
    UOW_COLUMN(card, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_entity cards = UOW_ENTITY(card, cards_table, card_columns);

static const uow_parameter insert_parameters[] = {
    {"new_owner", UOW_TEXT, UOW_PARAMETER_IN},
    {"new_credit", UOW_DECIMAL, UOW_PARAMETER_IN},
    {"new_note", UOW_TEXT, UOW_PARAMETER_IN},
    {"new_version", UOW_INT32, UOW_PARAMETER_IN},
    {"new_id", UOW_INT64, UOW_PARAMETER_OUT},
};
static uow_step insert_steps[] = {
    UOW_STEP("INSERT INTO cards_# (owner, credit, note, version) VALUES (:new_owner, :new_credit, :new_note, :new_version)"),
    UOW_STEP_INTO("SELECT last_insert_rowid() AS new_id"),
    UOW_STEP("UPDATE cards_# SET made = 2 * id WHERE id = :new_id"),
};
static const uow_parameter update_parameters[] = {
    {"old_id", UOW_INT64, UOW_PARAMETER_IN},     {"old_version", UOW_INT32, UOW_PARAMETER_IN},
    {"new_owner", UOW_TEXT, UOW_PARAMETER_IN},   {"new_credit", UOW_DECIMAL, UOW_PARAMETER_IN},
    {"new_note", UOW_TEXT, UOW_PARAMETER_IN},    {"new_version", UOW_INT32, UOW_PARAMETER_IN},
    {"met", UOW_INT32, UOW_PARAMETER_OUT},
};
static uow_step update_steps[] = {
    UOW_STEP("UPDATE cards_# SET owner = :new_owner, credit = :new_credit, note = :new_note, version = :new_version "
             "WHERE id = :old_id AND version = :old_version"),
    UOW_STEP_INTO("SELECT changes() AS met"),
};
static const uow_parameter delete_parameters[] = {
    {"old_id", UOW_INT64, UOW_PARAMETER_IN},
    {"old_version", UOW_INT32, UOW_PARAMETER_IN},
    {"met", UOW_INT32, UOW_PARAMETER_OUT},
};
static uow_step delete_steps[] = {
    UOW_STEP("DELETE FROM cards_# WHERE id = :old_id AND version = :old_version"),
    UOW_STEP_INTO("SELECT changes() AS met"),
};
static uow_procedure inserts = UOW_PROCEDURE_PORTABLE("cards_insert_#", insert_parameters, insert_steps);
static uow_procedure updates = UOW_PROCEDURE_PORTABLE("cards_update_#", update_parameters, update_steps);
static uow_procedure deletes = UOW_PROCEDURE_PORTABLE("cards_delete_#", delete_parameters, delete_steps);
static uow_procedure *const all[] = {&inserts, &updates, &deletes};

static const uow_write_argument insert_arguments[] = {
    UOW_PASS("owner"), UOW_PASS("credit"), UOW_PASS("note"), UOW_PASS("version"), UOW_PASS_BACK("id"),
};
static const uow_write_argument update_arguments[] = {
    UOW_PASS_BEFORE("id"), UOW_PASS_BEFORE("version"), UOW_PASS("owner"), UOW_PASS("credit"),
    UOW_PASS("note"),      UOW_PASS("version"),        UOW_PASS_ROWS,
};
static const uow_write_argument delete_arguments[] = {
    UOW_PASS_NAMED("met", NULL, UOW_WRITE_ROWS),
    UOW_PASS_NAMED("old_version", "version", UOW_WRITE_BEFORE),
    UOW_PASS_NAMED("old_id", "id", UOW_WRITE_BEFORE),
};
static uow_writing writing = UOW_WRITING(&cards, UOW_WRITE_BY("", insert_arguments), UOW_WRITE_BY("", update_arguments),
                                         UOW_WRITE_BY("", delete_arguments));

static const char *const natives[][2] = {
    {"PROCEDURE cards_insert_#(IN new_owner varchar, IN new_credit numeric, IN new_note varchar, IN new_version integer, "
     "OUT new_id bigint) LANGUAGE plpgsql SECURITY DEFINER AS $$BEGIN INSERT INTO cards_# (owner, credit, note, version) "
     "VALUES (new_owner, new_credit, new_note, new_version) RETURNING id INTO new_id; "
     "UPDATE cards_# SET made = 2 * id WHERE id = new_id; END$$",
     "PROCEDURE cards_insert_#(IN new_owner VARCHAR(40), IN new_credit DECIMAL(12,2), IN new_note VARCHAR(20), "
     "IN new_version INT, OUT new_id BIGINT) BEGIN INSERT INTO cards_# (owner, credit, note, version) VALUES (new_owner, "
     "new_credit, new_note, new_version); SET new_id = LAST_INSERT_ID(); UPDATE cards_# SET made = 2 * id WHERE id = new_id; "
     "END"},
    {"PROCEDURE cards_update_#(IN old_id bigint, IN old_version integer, IN new_owner varchar, IN new_credit numeric, "
     "IN new_note varchar, IN new_version integer, OUT met integer) LANGUAGE plpgsql SECURITY DEFINER AS $$BEGIN "
     "UPDATE cards_# SET owner = new_owner, credit = new_credit, note = new_note, version = new_version "
     "WHERE id = old_id AND version = old_version; GET DIAGNOSTICS met = ROW_COUNT; END$$",
     "PROCEDURE cards_update_#(IN old_id BIGINT, IN old_version INT, IN new_owner VARCHAR(40), IN new_credit DECIMAL(12,2), "
     "IN new_note VARCHAR(20), IN new_version INT, OUT met INT) BEGIN UPDATE cards_# SET owner = new_owner, "
     "credit = new_credit, note = new_note, version = new_version WHERE id = old_id AND version = old_version; "
     "SET met = ROW_COUNT(); END"},
    {"PROCEDURE cards_delete_#(IN old_id bigint, IN old_version integer, OUT met integer) LANGUAGE plpgsql SECURITY DEFINER "
     "AS $$BEGIN DELETE FROM cards_# WHERE id = old_id AND version = old_version; GET DIAGNOSTICS met = ROW_COUNT; END$$",
     "PROCEDURE cards_delete_#(IN old_id BIGINT, IN old_version INT, OUT met INT) BEGIN "
     "DELETE FROM cards_# WHERE id = old_id AND version = old_version; SET met = ROW_COUNT(); END"},
};

static live l;

static void name_everything(void)
{
    snprintf(cards_table, sizeof cards_table, "%s", own("cards_#"));
    for (size_t i = 0; i < 3; i++) {
        all[i]->name = own(all[i]->name);
        for (size_t k = 0; k < all[i]->step_count; k++) {
            uow_step *step = (uow_step *)(uintptr_t)&all[i]->steps[k];
            step->sql = own(step->sql);
        }
    }
    writing.insert.name = inserts.name;
    writing.update.name = updates.name;
    writing.remove.name = deletes.name;
}

/* From here on somebody who may not write. */
static void become_reader(void)
{
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;

    if (l.database == LIVE_SQLITE)
        return;
    options.user = getenv("UOW_READER_USER");
    options.password = getenv("UOW_READER_PASSWORD");
    live_reopen(&l, &options);
    UOW_IS(UOW_SQL, uow_execute(l.ctx, own("DELETE FROM cards_#"), NULL, 0, NULL));
}

static uow_model_parts parts_of_cards(void)
{
    static const uow_entity *const entities[] = {&cards};
    static const uow_procedure *const procedures[] = {&inserts, &updates, &deletes};
    static const uow_writing *const writings[] = {&writing};
    uow_model_parts parts = UOW_MODEL_PARTS_INIT;

    parts.entities = entities;
    parts.entity_count = 1;
    parts.procedures = procedures;
    parts.procedure_count = 3;
    parts.writings = writings;
    parts.writing_count = 1;
    return parts;
}

static void make_cards(void)
{
    name_everything();
    uow_model_parts parts = parts_of_cards();
    live_open_parts(&l, &parts);
    live_table(&l, cards_table,
               "id @id, owner varchar(40) NOT NULL UNIQUE, credit @decimal(12,2) NOT NULL, note varchar(20), made @int32, "
               "version @int32 NOT NULL");
    for (size_t i = 0; i < 3; i++)
        routine_make(&l, natives[i][0], natives[i][1]);
}

static void open_cards(void)
{
    make_cards();
    become_reader();
}

static void close_cards(void)
{
    live_reopen(&l, NULL);
    for (size_t i = 0; i < 3; i++)
        routine_drop(&l, all[i]->name);
    live_close(&l);
}

static card *add(const char *owner)
{
    card row = {.limit = uow_decimal_make(12550, 2), .note_ind = UOW_NULL};
    void *instance = NULL;

    snprintf(row.owner, sizeof row.owner, "%s", owner);
    UOW_OK(uow_add(l.ctx, &cards, &row, &instance));
    return instance;
}

Test(call_write, rows_are_inserted_updated_and_deleted_by_procedures)
{
    size_t saved = 0;
    open_cards();
    card *ann = add("ann"), *bob = add("bob");
    UOW_OK(uow_save(l.ctx, &saved));
    cr_assert_eq(saved, 2);
    cr_assert_gt(ann->id, 0);
    cr_assert_eq(bob->id, ann->id + 1);
    cr_assert_eq(ann->made, 2 * ann->id, "what the database made is read");
    cr_assert_eq(ann->version, 1);
    strcpy(ann->note, "é");
    ann->note_ind = 0;
    ann->limit = uow_decimal_make(1, 2);
    UOW_OK(uow_remove(l.ctx, bob));
    UOW_OK(uow_save(l.ctx, &saved));
    cr_assert_eq(saved, 2);
    cr_assert_eq(ann->version, 2);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE note = 'é' AND version = 2 AND credit = '0.01'", cards_table), 1);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", cards_table), 1);
    UOW_OK(uow_save(l.ctx, &saved));
    cr_assert_eq(saved, 0);
    close_cards();
}

static void somebody_else_changes(int64_t id)
{
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    uow_context *other = NULL;

    UOW_OK_ON(other, uow_open(l.env, live_dsn(), NULL, &options, &other));
    uow_arg arg = uow_arg_int64(id);
    UOW_OK_ON(other, uow_execute(other, own("UPDATE cards_# SET version = version + 1 WHERE id = ?"), &arg, 1, NULL));
    UOW_OK_ON(other, uow_close(other));
}

Test(call_write, a_row_that_was_not_met_is_a_conflict)
{
    open_cards();
    card *ann = add("ann"), *bob = add("bob");
    UOW_OK(uow_save(l.ctx, NULL));
    somebody_else_changes(ann->id);
    strcpy(ann->owner, "anna");
    strcpy(bob->owner, "bobby");
    UOW_IS(UOW_CONFLICT, uow_save(l.ctx, NULL));
    cr_assert_eq(uow_error_instance_count(uow_context_error(l.ctx)), 1);
    cr_assert_eq(uow_error_instance(uow_context_error(l.ctx), 0), ann);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE owner IN ('ann', 'bob')", cards_table), 2, "nothing is saved");
    UOW_OK(uow_resolve(l.ctx, ann, UOW_CLIENT_WINS));
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(ann->version, 3);
    somebody_else_changes(bob->id);
    UOW_OK(uow_remove(l.ctx, bob));
    UOW_IS(UOW_CONFLICT, uow_save(l.ctx, NULL));
    close_cards();
}

Test(call_write, a_failure_names_the_row_and_leaves_nothing_behind)
{
    open_cards();
    add("ann");
    UOW_OK(uow_save(l.ctx, NULL));
    card *carl = add("carl"), *again = add("ann");
    UOW_IS(UOW_CONSTRAINT, uow_save(l.ctx, NULL));
    cr_assert_str_eq(uow_error_entity(uow_context_error(l.ctx)), cards_table);
    LIVE_CONTAINS(uow_context_message(l.ctx), "cards_insert_");
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", cards_table), 1);
    cr_assert_lt(carl->id, 0, "still new");
    strcpy(again->owner, "dan");
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", cards_table), 3);
    close_cards();
}

static int keep_line(const char *line, size_t length, void *user)
{
    char *text = user;

    cr_assert_lt(strlen(text) + length, 4000);
    strncat(text, line, length);
    return 1;
}

Test(call_write, a_plan_shows_the_procedure)
{
    char text[4096] = "";
    open_cards();
    add("ann");
    UOW_OK(uow_plan(l.ctx, keep_line, text));
    LIVE_CONTAINS(text, "CALL cards_insert_");
    LIVE_CONTAINS(text, "(owner, credit, note, version, id)");
    close_cards();
}

/* --- memory running out */

static uow_env *tight_env;
static uow_model *tight_model;
static uow_context *tight;

static void tight_open_env(void)
{
    uow_env_options options = UOW_ENV_OPTIONS_INIT;
    uow_model_parts parts = parts_of_cards();

    options.allocator = failing_allocator();
    cr_assert_eq(uow_env_open(&options, &tight_env), UOW_OK);
    cr_assert_eq(uow_model_build(tight_env, &parts, &tight_model), UOW_OK);
}

enum { ANN, BOB, CID, DAN, EVE, CARDS };

static card *hand[CARDS];
static card before[CARDS];
static const uow_state states[CARDS] = {UOW_MODIFIED, UOW_MODIFIED, UOW_DELETED, UOW_ADDED, UOW_ADDED};

/* Two cards change, one goes, two are new. */
static void tight_deal(void)
{
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    const char *const owners[CARDS] = {"ann", "bob", "cid", "dan", "eve"};

    live_run(&l, "DELETE FROM %s", cards_table);
    live_run(&l, "INSERT INTO %s (id, owner, credit, made, version) VALUES (901, 'ann', 1, 2, 1), (902, 'bob', 1, 2, 1), "
                 "(903, 'cid', 1, 2, 1)", cards_table);
    if (l.database != LIVE_SQLITE) {
        options.user = getenv("UOW_READER_USER");
        options.password = getenv("UOW_READER_PASSWORD");
    }
    cr_assert_eq(uow_open(tight_env, live_dsn(), tight_model, &options, &tight), UOW_OK);
    for (int i = 0; i < CARDS; i++) {
        card row = {.limit = uow_decimal_make(7, 0), .note_ind = UOW_NULL};

        snprintf(row.owner, sizeof row.owner, "%s", owners[i]);
        if (i < DAN)
            UOW_OK_ON(tight, uow_find(tight, &cards, uow_key_int64(901 + i), (void **)&hand[i]));
        else
            UOW_OK_ON(tight, uow_add(tight, &cards, &row, (void **)&hand[i]));
    }
    strcpy(hand[ANN]->note, "once more");
    hand[ANN]->note_ind = 0;
    hand[BOB]->limit = uow_decimal_make(7, 0);
    UOW_OK_ON(tight, uow_remove(tight, hand[CID]));
    for (int i = 0; i < CARDS; i++)
        before[i] = *hand[i];
}

static void tight_is_as_before(int64_t n)
{
    cr_assert_eq(uow_unit_depth(tight), 0);
    for (int i = 0; i < CARDS; i++) {
        cr_assert_eq(uow_state(tight, hand[i]), states[i], "card %d at %d", i, (int)n);
        cr_assert_eq(memcmp(&before[i], hand[i], sizeof before[i]), 0, "card %d at %d", i, (int)n);
    }
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE version = 1 AND note IS NULL", cards_table), 3);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", cards_table), 3);
}

static void tight_is_saved(void)
{
    int has = 9;

    UOW_OK_ON(tight, uow_has_changes(tight, &has));
    cr_assert_eq(has, 0);
    cr_assert_eq(hand[EVE]->made, 2 * hand[EVE]->id);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE owner IN ('ann', 'bob') AND version = 2", cards_table), 2);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE owner IN ('dan', 'eve') AND made = 2 * id", cards_table), 2);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", cards_table), 4);
}

static uow_status save_blocking(void)
{
    return uow_save(tight, NULL);
}

static uow_status save_polled(void)
{
    uow_op *op = NULL;
    uow_status st = uow_save_start(tight, NULL, &op);

    if (st != UOW_OK)
        return st;
    while (uow_op_wait(op, 1000) == UOW_PENDING)
        continue;
    return uow_op_finish(op);
}

static void torture(uow_status (*save)(void), int64_t step)
{
    uow_status st = UOW_NO_MEMORY;
    int64_t n = 0;

    make_cards();
    tight_open_env();
    if (getenv("UOW_SLOW"))
        step = 7 * step;
    for (; st != UOW_OK; n += step) {
        tight_deal();
        memory.fail_at = n;
        st = save();
        memory.fail_at = -1;
        cr_assert(st == UOW_OK || st == UOW_NO_MEMORY, "at %d: %s: %s", (int)n, uow_status_name(st),
                  uow_context_message(tight));
        if (st != UOW_OK) {
            tight_is_as_before(n);
            UOW_OK_ON(tight, uow_save(tight, NULL));
        }
        tight_is_saved();
        cr_assert_eq(uow_close(tight), UOW_OK);
    }
    fprintf(stderr, "call_write: a save by procedures allocates %d times\n", (int)n - 1);
    cr_assert_gt(n, 20);
    uow_model_free(tight_model);
    cr_assert_eq(uow_env_close(tight_env), UOW_OK);
    cr_assert_eq(memory.bytes, 0);
    close_cards();
}

Test(call_write, a_save_by_procedures_fails_cleanly_at_every_allocation, .timeout = 120)
{
    torture(save_blocking, 1);
}

Test(call_write, a_polled_save_by_procedures_fails_cleanly_at_every_third_allocation, .timeout = 120)
{
    torture(save_polled, 3);
}
