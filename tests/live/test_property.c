/*
 * Random scripts: a graph of nodes and items is edited through the tracker and, beside it, in a plain model in
 * memory; whatever the script did, the database ends with the model's rows. A failure prints seed and script number:
 * UOW_PROPERTY_SEED and UOW_PROPERTY_SCRIPTS (how many) replay it.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdio.h>
#include <string.h>

#include "live/scripts.h"

#define MAX_NODES 24
#define MAX_ITEMS 6

typedef struct node {
    int64_t id;
    int64_t parent;
    uow_ind parent_ind;
    char code[16]; /* unique */
    int32_t seat;  /* unique, nullable */
    uow_ind seat_ind;
    int32_t version;
} node;

typedef struct item {
    int64_t node;
    int32_t no;
    char text[32];
    int32_t amount;
    uow_ind amount_ind;
} item;

static const uow_column node_columns[] = {
    UOW_COLUMN(node, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN_NULL(node, parent, parent_ind, "parent", UOW_INT64, 0),
    UOW_COLUMN(node, code, "code", UOW_TEXT, UOW_UNIQUE),
    UOW_COLUMN_NULL(node, seat, seat_ind, "seat", UOW_INT32, UOW_UNIQUE),
    UOW_COLUMN(node, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_column item_columns[] = {
    UOW_COLUMN(item, node, "node", UOW_INT64, UOW_KEY),
    UOW_COLUMN(item, no, "no", UOW_INT32, UOW_KEY),
    UOW_COLUMN(item, text, "txt", UOW_TEXT, 0),
    UOW_COLUMN_NULL(item, amount, amount_ind, "amount", UOW_INT32, 0),
};
static const uow_entity node_entity;
static const uow_relation node_relations[] = {UOW_REFERENCE("parent", &node_entity, UOW_NO_ACTION)};
static const uow_relation item_relations[] = {UOW_REFERENCE("node", &node_entity, UOW_NO_ACTION)};
static const uow_entity node_entity = UOW_ENTITY_RELATED(node, "property_nodes", node_columns, node_relations);
static const uow_entity item_entity = UOW_ENTITY_RELATED(item, "property_items", item_columns, item_relations);
static const uow_entity *const entities[] = {&node_entity, &item_entity};

/* The plain model: what the rows should be. live: in the tracker now; NULL instance: nothing there. */
typedef struct plain_item {
    item *row;
    char text[32];
    int32_t amount;
    int null;
} plain_item;

typedef struct plain_node {
    node *row;
    int parent; /* index, -1 none */
    char code[16];
    int32_t seat; /* 0 none */
    plain_item items[MAX_ITEMS];
} plain_node;

static live l;
static uow_context *reader;
static plain_node nodes[MAX_NODES];
static int serial;

static int pick_node(void)
{
    int start = (int)script_pick(MAX_NODES);

    for (int i = 0; i < MAX_NODES; i++)
        if (nodes[(start + i) % MAX_NODES].row)
            return (start + i) % MAX_NODES;
    return -1;
}

static void set_parent(int n, int parent)
{
    nodes[n].parent = parent;
    nodes[n].row->parent_ind = parent < 0 ? UOW_NULL : 0;
    nodes[n].row->parent = parent < 0 ? 0 : nodes[parent].row->id;
}

static void set_code(int n, const char *code)
{
    snprintf(nodes[n].code, sizeof nodes[n].code, "%s", code);
    snprintf(nodes[n].row->code, sizeof nodes[n].row->code, "%s", code);
}

static void set_seat(int n, int32_t seat)
{
    nodes[n].seat = seat;
    nodes[n].row->seat = seat;
    nodes[n].row->seat_ind = seat ? 0 : UOW_NULL;
}

/* Whether making parent the parent of n would close a circle. */
static bool circular(int n, int parent)
{
    for (; parent >= 0; parent = nodes[parent].parent)
        if (parent == n)
            return true;
    return false;
}

static void fresh_code(int n)
{
    char code[16];

    snprintf(code, sizeof code, "c%d", ++serial);
    set_code(n, code);
}

static void do_add_node(void)
{
    int parent = script_pick(2) ? pick_node() : -1;
    node values;
    void *row = NULL;
    int n = 0;

    while (n < MAX_NODES && nodes[n].row)
        n++;
    if (n == MAX_NODES)
        return;
    memset(&values, 0, sizeof values);
    values.parent_ind = UOW_NULL;
    values.seat_ind = UOW_NULL;
    snprintf(values.code, sizeof values.code, "c%d", ++serial);
    UOW_OK(uow_add(l.ctx, &node_entity, &values, &row));
    memset(&nodes[n], 0, sizeof nodes[n]);
    nodes[n].row = row;
    snprintf(nodes[n].code, sizeof nodes[n].code, "%s", values.code);
    set_parent(n, parent);
}

static void do_add_item(void)
{
    int n = pick_node();
    int i = (int)script_pick(MAX_ITEMS);
    item values;
    void *row = NULL;

    if (n < 0 || nodes[n].items[i].row)
        return;
    memset(&values, 0, sizeof values);
    values.node = nodes[n].row->id;
    values.no = i;
    snprintf(values.text, sizeof values.text, "t%d '\"\\,{}", ++serial);
    values.amount = (int32_t)script_pick(1000);
    values.amount_ind = script_pick(3) ? 0 : UOW_NULL;
    UOW_OK(uow_add(l.ctx, &item_entity, &values, &row));
    nodes[n].items[i].row = row;
    snprintf(nodes[n].items[i].text, sizeof values.text, "%s", values.text);
    nodes[n].items[i].amount = values.amount;
    nodes[n].items[i].null = values.amount_ind == UOW_NULL;
}

static void do_edit_item(void)
{
    int n = pick_node();
    plain_item *it = n < 0 ? NULL : &nodes[n].items[script_pick(MAX_ITEMS)];

    if (!it || !it->row)
        return;
    it->amount = (int32_t)script_pick(1000);
    it->null = script_pick(4) == 0;
    it->row->amount = it->amount;
    it->row->amount_ind = it->null ? UOW_NULL : 0;
    if (script_pick(2)) {
        snprintf(it->text, sizeof it->text, "e%d", ++serial);
        snprintf(it->row->text, sizeof it->row->text, "%s", it->text);
    }
}

static void do_remove_item(void)
{
    int n = pick_node();
    plain_item *it = n < 0 ? NULL : &nodes[n].items[script_pick(MAX_ITEMS)];

    if (!it || !it->row)
        return;
    UOW_OK(uow_remove(l.ctx, it->row));
    it->row = NULL;
}

/* Children lose their parent, items go with their node. */
static void do_remove_node(void)
{
    int n = pick_node();

    if (n < 0)
        return;
    for (int i = 0; i < MAX_NODES; i++)
        if (nodes[i].row && nodes[i].parent == n)
            set_parent(i, nodes[n].parent >= 0 && script_pick(2) ? nodes[n].parent : -1);
    for (int i = 0; i < MAX_ITEMS; i++)
        if (nodes[n].items[i].row)
            UOW_OK(uow_remove(l.ctx, nodes[n].items[i].row));
    UOW_OK(uow_remove(l.ctx, nodes[n].row));
    memset(&nodes[n], 0, sizeof nodes[n]);
}

static void do_reparent(void)
{
    int n = pick_node();
    int parent = pick_node();

    if (n >= 0 && parent >= 0 && !circular(n, parent))
        set_parent(n, parent);
}

/* A code handed on: the holder takes a new one, another takes the old. */
static void do_hand_on(void)
{
    int a = pick_node();
    int b = pick_node();
    char code[16];

    if (a < 0 || a == b)
        return;
    snprintf(code, sizeof code, "%s", nodes[a].code);
    fresh_code(a);
    set_code(b, code);
}

static void do_swap_seats(void)
{
    int a = pick_node();
    int b = pick_node();
    int32_t seat;

    if (a < 0 || a == b)
        return;
    if (!nodes[a].seat)
        set_seat(a, ++serial);
    seat = nodes[a].seat;
    set_seat(a, nodes[b].seat);
    set_seat(b, seat);
}

static void do_back_and_forth(void)
{
    int n = pick_node();
    int32_t seat = n < 0 ? 0 : nodes[n].seat;

    if (n < 0)
        return;
    set_seat(n, ++serial);
    set_seat(n, seat);
}

static void do_save(void)
{
    size_t left = 1;

    UOW_OK(uow_save(l.ctx, NULL));
    UOW_OK(uow_changes(l.ctx, &left));
    cr_assert_eq(left, 0, "nothing is left to save");
}

/* A save that fails must change nothing: then mended, it goes through. */
static void do_failing_save(void)
{
    int a = pick_node();
    int b = pick_node();
    char code[16];

    do_save();
    if (a < 0 || a == b)
        return;
    snprintf(code, sizeof code, "%s", nodes[b].code);
    snprintf(nodes[b].row->code, sizeof nodes[b].row->code, "%s", nodes[a].code);
    UOW_IS(UOW_CONSTRAINT, uow_save(l.ctx, NULL));
    snprintf(nodes[b].row->code, sizeof nodes[b].row->code, "%s", code);
    do_save();
}

/* Everything forgotten and read again. */
static void do_reload(void)
{
    do_save();
    int64_t ids[MAX_NODES];

    for (int n = 0; n < MAX_NODES; n++)
        ids[n] = nodes[n].row ? nodes[n].row->id : 0;
    UOW_OK(uow_clear(l.ctx));
    for (int n = 0; n < MAX_NODES; n++) {
        if (!ids[n])
            continue;
        UOW_OK(uow_find(l.ctx, &node_entity, uow_key_int64(ids[n]), (void **)&nodes[n].row));
        for (int i = 0; i < MAX_ITEMS; i++) {
            uow_arg key[2];

            if (!nodes[n].items[i].row)
                continue;
            key[0] = uow_arg_int64(ids[n]);
            key[1] = uow_arg_int64(i);
            UOW_OK(uow_find(l.ctx, &item_entity, uow_key_args(key, 2), (void **)&nodes[n].items[i].row));
        }
    }
}

static void do_save_in_a_unit(void)
{
    UOW_OK(uow_begin(l.ctx, NULL));
    do_save();
    UOW_OK(uow_commit(l.ctx));
}

typedef void (*deed)(void);
static const deed deeds[] = {
    do_add_node, do_add_node,  do_add_node,   do_add_item,    do_add_item,  do_add_item,       do_edit_item,
    do_edit_item, do_reparent, do_reparent,   do_remove_item, do_remove_node, do_hand_on,      do_swap_seats,
    do_back_and_forth, do_save, do_failing_save, do_reload,   do_save_in_a_unit,
};

static void check_node(const node *stored, const plain_node *plain)
{
    cr_assert_str_eq(stored->code, plain->code);
    cr_assert_eq(stored->seat_ind == UOW_NULL, plain->seat == 0);
    cr_assert(plain->seat == 0 || stored->seat == plain->seat);
    cr_assert_eq(stored->parent_ind == UOW_NULL, plain->parent < 0);
    cr_assert(plain->parent < 0 || stored->parent == nodes[plain->parent].row->id);
}

/* The database against the model, read by another context without tracking. */
static void check(void)
{
    uow_query_options plain = UOW_QUERY_OPTIONS_INIT;
    uow_list *found = NULL;
    size_t expected_nodes = 0;
    size_t expected_items = 0;

    plain.tracking = UOW_NO_TRACKING;
    for (int n = 0; n < MAX_NODES; n++) {
        expected_nodes += nodes[n].row != NULL;
        for (int i = 0; nodes[n].row && i < MAX_ITEMS; i++)
            expected_items += nodes[n].items[i].row != NULL;
    }
    UOW_OK(uow_query(reader, &node_entity, NULL, NULL, 0, &plain, &found));
    cr_assert_eq(uow_list_count(found), expected_nodes);
    for (size_t f = 0; f < uow_list_count(found); f++) {
        const node *stored = uow_list_at(found, f);
        int n = 0;

        while (n < MAX_NODES && !(nodes[n].row && nodes[n].row->id == stored->id))
            n++;
        cr_assert_lt(n, MAX_NODES, "a node nobody added");
        check_node(stored, &nodes[n]);
    }
    uow_list_free(found);
    UOW_OK(uow_query(reader, &item_entity, NULL, NULL, 0, &plain, &found));
    cr_assert_eq(uow_list_count(found), expected_items);
    for (size_t f = 0; f < uow_list_count(found); f++) {
        const item *stored = uow_list_at(found, f);
        int n = 0;

        while (n < MAX_NODES && !(nodes[n].row && nodes[n].row->id == stored->node))
            n++;
        cr_assert_lt(n, MAX_NODES, "an item of no node");
        cr_assert_str_eq(stored->text, nodes[n].items[stored->no].text);
        cr_assert_eq(stored->amount_ind == UOW_NULL, nodes[n].items[stored->no].null);
        cr_assert(nodes[n].items[stored->no].null || stored->amount == nodes[n].items[stored->no].amount);
    }
    uow_list_free(found);
}

static void empty(void)
{
    UOW_OK(uow_clear(l.ctx));
    UOW_OK(uow_execute(l.ctx, "DELETE FROM property_items", NULL, 0, NULL));
    UOW_OK(uow_execute(l.ctx, "UPDATE property_nodes SET parent = NULL", NULL, 0, NULL));
    UOW_OK(uow_execute(l.ctx, "DELETE FROM property_nodes", NULL, 0, NULL));
    memset(nodes, 0, sizeof nodes);
}

static void script_end(void)
{
    do_save();
    check();
    empty();
}

Test(property, random_scripts_leave_the_rows_of_the_plain_model)
{
    static const script_play play = {20261121u, 10000, 500, deeds, sizeof deeds / sizeof *deeds, script_end};

    live_open(&l, entities, 2);
    live_table(&l, "property_nodes",
               "id @id, parent bigint, code varchar(20) not null unique, seat integer unique, version integer, "
               "foreign key (parent) references property_nodes (id)");
    live_table(&l, "property_items",
               "node bigint not null, no integer not null, txt varchar(40), amount integer, primary key (node, no), "
               "foreign key (node) references property_nodes (id)");
    if (l.database == LIVE_SQLITE)
        UOW_OK(uow_execute(l.ctx, "PRAGMA synchronous = OFF", NULL, 0, NULL));
    reader = live_another(&l);
    scripts_run(&l, &play);
    live_close(&l);
}
