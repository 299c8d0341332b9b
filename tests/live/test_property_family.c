/*
 * Random scripts over rows that lead to each other: parents, children that go with them and guests that only lose
 * them, edited by pointers, by foreign keys and by calls; cascades, orphans, rows removed and added again, saves that
 * fail and units that are rolled back. A plain model in memory says what must be in the database, in the pointers and
 * in the collections. A failure prints seed and script: UOW_PROPERTY_SEED and UOW_PROPERTY_SCRIPTS replay it.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdio.h>
#include <string.h>

#include "live/scripts.h"

#define PARENTS 6
#define OTHERS 10

typedef struct parent {
    int64_t id;
    char tag[16];
    int32_t version;
    uow_collection children;
    uow_collection guests;
} parent;

typedef struct child {
    int64_t id;
    int64_t parent;
    char tag[16];
    int32_t n;
    struct parent *of;
} child;

typedef struct guest {
    int64_t id;
    int64_t parent;
    uow_ind parent_ind;
    char tag[16];
    struct parent *of;
} guest;

static const uow_column parent_columns[] = {
    UOW_COLUMN(parent, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(parent, tag, "tag", UOW_TEXT, UOW_UNIQUE),
    UOW_COLUMN(parent, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_column child_columns[] = {
    UOW_COLUMN(child, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(child, parent, "parent", UOW_INT64, 0),
    UOW_COLUMN(child, tag, "tag", UOW_TEXT, UOW_UNIQUE),
    UOW_COLUMN(child, n, "n", UOW_INT32, 0),
};
static const uow_column guest_columns[] = {
    UOW_COLUMN(guest, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN_NULL(guest, parent, parent_ind, "parent", UOW_INT64, 0),
    UOW_COLUMN(guest, tag, "tag", UOW_TEXT, UOW_UNIQUE),
};
static const uow_entity parents = UOW_ENTITY(parent, "property_parents", parent_columns);
static const uow_relation child_relations[] = {
    UOW_REFERENCE_BOTH("parent", &parents, UOW_CASCADE, child, of, parent, children)};
static const uow_relation guest_relations[] = {
    UOW_REFERENCE_BOTH("parent", &parents, UOW_SET_NULL, guest, of, parent, guests)};
static const uow_entity children = UOW_ENTITY_RELATED(child, "property_children", child_columns, child_relations);
static const uow_entity guests = UOW_ENTITY_RELATED(guest, "property_guests", guest_columns, guest_relations);
static const uow_entity *const entities[] = {&children, &parents, &guests};

/* The plain model. NULL row: not there. */
static struct {
    parent *row;
    char tag[16];
} plain_parents[PARENTS];
static struct {
    child *row;
    int parent;
    char tag[16];
    int32_t n;
} plain_children[OTHERS];
static struct {
    guest *row;
    int parent; /* -1 none */
    char tag[16];
} plain_guests[OTHERS];

static live l;
static uow_context *reader;
static uow_save_options later = UOW_SAVE_OPTIONS_INIT;
static int serial;

static int a_parent(void)
{
    SCRIPT_PICK(plain_parents, PARENTS);
}

static int a_child(void)
{
    SCRIPT_PICK(plain_children, OTHERS);
}

static int a_guest(void)
{
    SCRIPT_PICK(plain_guests, OTHERS);
}

static void fresh_tag(char *tag)
{
    snprintf(tag, 16, "t%d", ++serial);
}

/* --- rows come */

static void add_parent(void)
{
    parent values;
    int p = 0;

    while (p < PARENTS && plain_parents[p].row)
        p++;
    if (p == PARENTS)
        return;
    memset(&values, 0, sizeof values);
    fresh_tag(values.tag);
    memcpy(plain_parents[p].tag, values.tag, 16);
    UOW_OK(uow_add(l.ctx, &parents, &values, (void **)&plain_parents[p].row));
}

/* By the pointer or by the foreign key. */
static void add_child(void)
{
    child values;
    int p = a_parent();
    int c = 0;

    while (c < OTHERS && plain_children[c].row)
        c++;
    if (p < 0 || c == OTHERS)
        return;
    memset(&values, 0, sizeof values);
    fresh_tag(values.tag);
    values.n = (int32_t)script_pick(9);
    if (script_pick(2))
        values.of = plain_parents[p].row;
    else
        values.parent = plain_parents[p].row->id;
    memcpy(plain_children[c].tag, values.tag, 16);
    plain_children[c].n = values.n;
    plain_children[c].parent = p;
    UOW_OK(uow_add(l.ctx, &children, &values, (void **)&plain_children[c].row));
}

static void add_guest(void)
{
    guest values;
    int p = script_pick(3) ? a_parent() : -1;
    int g = 0;

    while (g < OTHERS && plain_guests[g].row)
        g++;
    if (g == OTHERS)
        return;
    memset(&values, 0, sizeof values);
    fresh_tag(values.tag);
    values.parent_ind = UOW_NULL;
    if (p >= 0 && script_pick(2))
        values.of = plain_parents[p].row;
    else if (p >= 0) {
        values.parent = plain_parents[p].row->id;
        values.parent_ind = 0;
    }
    memcpy(plain_guests[g].tag, values.tag, 16);
    plain_guests[g].parent = p;
    UOW_OK(uow_add(l.ctx, &guests, &values, (void **)&plain_guests[g].row));
}

/* --- rows move */

static void move_child(void)
{
    int c = a_child(), p = a_parent();

    if (c < 0)
        return;
    plain_children[c].parent = p;
    switch (script_pick(3)) {
    case 0: plain_children[c].row->of = plain_parents[p].row; break;
    case 1: plain_children[c].row->parent = plain_parents[p].row->id; break;
    default: UOW_OK(uow_link(l.ctx, plain_children[c].row, "parent", plain_parents[p].row)); break;
    }
    (void)uow_state(l.ctx, plain_children[c].row);
}

static void move_guest(void)
{
    int g = a_guest(), p = script_pick(3) ? a_parent() : -1;
    unsigned how = script_pick(3);
    guest *row;

    if (g < 0)
        return;
    row = plain_guests[g].row;
    plain_guests[g].parent = p;
    if (how == 0)
        row->of = p < 0 ? NULL : plain_parents[p].row;
    else if (how == 1)
        row->parent_ind = p < 0 ? UOW_NULL : 0;
    else if (p < 0)
        UOW_OK(uow_unlink(l.ctx, row, "parent"));
    else
        UOW_OK(uow_link(l.ctx, row, "parent", plain_parents[p].row));
    if (how == 1 && p >= 0)
        row->parent = plain_parents[p].row->id;
    (void)uow_state(l.ctx, row);
}

/* --- rows go */

static void cascade_now_or_later(void)
{
    if (script_pick(2))
        UOW_OK(uow_cascade(l.ctx, NULL));
}

static void remove_parent(void)
{
    int p = a_parent();

    if (p < 0)
        return;
    for (int i = 0; i < OTHERS; i++) {
        if (plain_children[i].row && plain_children[i].parent == p)
            plain_children[i].row = NULL;
        if (plain_guests[i].row && plain_guests[i].parent == p)
            plain_guests[i].parent = -1;
    }
    UOW_OK(uow_remove(l.ctx, plain_parents[p].row));
    plain_parents[p].row = NULL;
    cascade_now_or_later();
}

static void remove_child(void)
{
    int c = a_child();

    if (c < 0)
        return;
    UOW_OK(uow_remove(l.ctx, plain_children[c].row));
    plain_children[c].row = NULL;
}

/* A child without its parent is an orphan, and its relation cascades. */
static void orphan_child(void)
{
    int c = a_child();

    if (c < 0)
        return;
    if (script_pick(2))
        plain_children[c].row->of = NULL;
    else
        UOW_OK(uow_unlink(l.ctx, plain_children[c].row, "parent"));
    plain_children[c].row = NULL;
    cascade_now_or_later();
}

/* --- rows removed and added again under their key */

static void again_child(void)
{
    int c = a_child(), p = a_parent();
    child values;

    if (c < 0 || plain_children[c].row->id < 0)
        return;
    values = *plain_children[c].row;
    UOW_OK(uow_remove(l.ctx, plain_children[c].row));
    values.of = NULL;
    values.parent = plain_parents[p].row->id;
    values.n = (int32_t)script_pick(9);
    plain_children[c].parent = p;
    plain_children[c].n = values.n;
    UOW_OK(uow_add(l.ctx, &children, &values, (void **)&plain_children[c].row));
}

static void again_parent(void)
{
    int p = a_parent();
    parent values;

    if (p < 0 || plain_parents[p].row->id < 0)
        return;
    values = *plain_parents[p].row;
    memset(&values.children, 0, sizeof values.children);
    memset(&values.guests, 0, sizeof values.guests);
    fresh_tag(values.tag);
    memcpy(plain_parents[p].tag, values.tag, 16);
    UOW_OK(uow_remove(l.ctx, plain_parents[p].row));
    UOW_OK(uow_add(l.ctx, &parents, &values, (void **)&plain_parents[p].row));
}

/* --- values */

static void edit(void)
{
    int c = a_child(), p = a_parent();

    if (c >= 0)
        plain_children[c].row->n = plain_children[c].n = (int32_t)script_pick(9);
    if (p < 0)
        return;
    fresh_tag(plain_parents[p].tag);
    memcpy(plain_parents[p].row->tag, plain_parents[p].tag, 16);
}

/* A unique tag handed on. */
static void hand_on(void)
{
    int a = a_parent(), b = a_parent();

    if (a < 0 || a == b)
        return;
    memcpy(plain_parents[b].tag, plain_parents[a].tag, 16);
    memcpy(plain_parents[b].row->tag, plain_parents[b].tag, 16);
    fresh_tag(plain_parents[a].tag);
    memcpy(plain_parents[a].row->tag, plain_parents[a].tag, 16);
}

/* --- saves */

static void save(void)
{
    int has = 9;

    UOW_OK(uow_save(l.ctx, NULL));
    UOW_OK(uow_has_changes(l.ctx, &has));
    cr_assert_eq(has, 0, "nothing is left to save");
}

static void failing_save(void)
{
    int a = a_child(), b = a_child();

    if (a < 0 || a == b)
        return;
    memcpy(plain_children[b].row->tag, plain_children[a].tag, 16);
    UOW_IS(UOW_CONSTRAINT, uow_save(l.ctx, NULL));
    memcpy(plain_children[b].row->tag, plain_children[b].tag, 16);
}

static void unit_rolled_back(void)
{
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_save_with(l.ctx, &later, NULL));
    if (script_pick(2))
        edit();
    if (script_pick(2))
        add_child(); /* of a row that may be rolled back */
    if (script_pick(2)) {
        UOW_OK(uow_begin(l.ctx, NULL));
        UOW_OK(uow_save_with(l.ctx, &later, NULL));
        UOW_OK(script_pick(2) ? uow_rollback(l.ctx) : uow_commit(l.ctx));
    }
    UOW_OK(uow_rollback(l.ctx));
}

static void unit_committed(void)
{
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_save_with(l.ctx, &later, NULL));
    if (script_pick(2)) {
        edit();
        move_child();
        UOW_OK(uow_save_with(l.ctx, &later, NULL));
    }
    UOW_OK(uow_commit(l.ctx));
}

typedef void (*deed)(void);
static const deed deeds[] = {
    add_parent, add_parent,   add_child,    add_child,  add_child,    add_guest,    add_guest, move_child,
    move_child, move_guest,   remove_parent, remove_child, orphan_child, again_child, again_parent, edit,
    hand_on,    save,         failing_save, unit_rolled_back, unit_committed,
};

/* --- what must be */

static void check_collections(int p)
{
    size_t c = 0, g = 0;

    for (int i = 0; i < OTHERS; i++) {
        c += plain_children[i].row && plain_children[i].parent == p;
        g += plain_guests[i].row && plain_guests[i].parent == p;
    }
    cr_assert_eq(plain_parents[p].row->children.count, c);
    cr_assert_eq(plain_parents[p].row->guests.count, g);
}

static void check_parents(const uow_list *found)
{
    size_t expected = 0;

    for (int p = 0; p < PARENTS; p++) {
        const parent *stored;

        if (!plain_parents[p].row)
            continue;
        expected++;
        check_collections(p);
        stored = script_stored(found, plain_parents[p].row->id);
        cr_assert_str_eq(stored->tag, plain_parents[p].tag);
        cr_assert_eq(stored->version, plain_parents[p].row->version);
    }
    cr_assert_eq(uow_list_count(found), expected);
}

static void check_children(const uow_list *found)
{
    size_t expected = 0;

    for (int c = 0; c < OTHERS; c++) {
        const child *stored;

        if (!plain_children[c].row)
            continue;
        expected++;
        cr_assert_eq(plain_children[c].row->of, plain_parents[plain_children[c].parent].row);
        stored = script_stored(found, plain_children[c].row->id);
        cr_assert_str_eq(stored->tag, plain_children[c].tag);
        cr_assert_eq(stored->n, plain_children[c].n);
        cr_assert_eq(stored->parent, plain_parents[plain_children[c].parent].row->id);
    }
    cr_assert_eq(uow_list_count(found), expected);
}

static void check_guests(const uow_list *found)
{
    size_t expected = 0;

    for (int g = 0; g < OTHERS; g++) {
        const guest *stored;

        if (!plain_guests[g].row)
            continue;
        expected++;
        stored = script_stored(found, plain_guests[g].row->id);
        cr_assert_str_eq(stored->tag, plain_guests[g].tag);
        cr_assert_eq(stored->parent_ind == UOW_NULL, plain_guests[g].parent < 0);
        cr_assert(plain_guests[g].parent < 0 || stored->parent == plain_parents[plain_guests[g].parent].row->id);
    }
    cr_assert_eq(uow_list_count(found), expected);
}

static void check_with(const uow_entity *entity, void (*check)(const uow_list *found))
{
    uow_query_options plain = UOW_QUERY_OPTIONS_INIT;
    uow_list *found = NULL;

    plain.tracking = UOW_NO_TRACKING;
    UOW_OK_ON(reader, uow_query(reader, entity, NULL, NULL, 0, &plain, &found));
    check(found);
    uow_list_free(found);
}

static void empty(void)
{
    UOW_OK(uow_clear(l.ctx));
    UOW_OK(uow_execute(l.ctx, "DELETE FROM property_children", NULL, 0, NULL));
    UOW_OK(uow_execute(l.ctx, "DELETE FROM property_guests", NULL, 0, NULL));
    UOW_OK(uow_execute(l.ctx, "DELETE FROM property_parents", NULL, 0, NULL));
    memset(plain_parents, 0, sizeof plain_parents);
    memset(plain_children, 0, sizeof plain_children);
    memset(plain_guests, 0, sizeof plain_guests);
}

static void begin(void)
{
    later.flags = UOW_ACCEPT_ON_COMMIT;
    live_open(&l, entities, 3);
    live_table(&l, "property_parents", "id @id, tag varchar(16) not null unique, version integer");
    live_table(&l, "property_children",
               "id @id, parent bigint not null, tag varchar(16) not null unique, n integer, "
               "foreign key (parent) references property_parents (id)");
    live_table(&l, "property_guests",
               "id @id, parent bigint, tag varchar(16) not null unique, "
               "foreign key (parent) references property_parents (id)");
    if (l.database == LIVE_SQLITE)
        UOW_OK(uow_execute(l.ctx, "PRAGMA synchronous = OFF", NULL, 0, NULL));
    reader = live_another(&l);
}

static void script_end(void)
{
    save();
    check_with(&parents, check_parents);
    check_with(&children, check_children);
    check_with(&guests, check_guests);
    empty();
}

Test(property, random_scripts_over_linked_rows_leave_those_of_the_plain_model)
{
    static const script_play play = {20261125u, 10000, 500, deeds, sizeof deeds / sizeof *deeds, script_end};

    begin();
    scripts_run(&l, &play);
    live_close(&l);
}
