/*
 * Random scripts over rows that are known by a unique code instead of their key: members that go with their club and
 * passes, without members of their own, that only lose it. Clubs are renamed when nobody names them, codes are used
 * again in the same save, clubs are removed and others come under their codes, somebody else deletes rows. A plain model
 * in memory says what must be in the database. A failure prints seed and script: UOW_PROPERTY_SEED and
 * UOW_PROPERTY_SCRIPTS replay it.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdio.h>
#include <string.h>

#include "live/scripts.h"

#define CLUBS  6
#define OTHERS 10

typedef struct club {
    int64_t id;
    char code[16];
    int32_t seat; /* unique, nullable */
    uow_ind seat_ind;
    int32_t version;
    uow_collection members;
} club;

typedef struct member {
    int64_t id;
    char code[16];
    int32_t n;
    struct club *of;
} member;

typedef struct pass {
    int64_t id;
    char code[16];
    uow_ind code_ind;
    int32_t n;
} pass;

static const uow_column club_columns[] = {
    UOW_COLUMN(club, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(club, code, "code", UOW_TEXT, UOW_UNIQUE),
    UOW_COLUMN_NULL(club, seat, seat_ind, "seat", UOW_INT32, UOW_UNIQUE),
    UOW_COLUMN(club, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_column member_columns[] = {
    UOW_COLUMN(member, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(member, code, "club_code", UOW_TEXT, 0),
    UOW_COLUMN(member, n, "n", UOW_INT32, 0),
};
static const uow_column pass_columns[] = {
    UOW_COLUMN(pass, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN_NULL(pass, code, code_ind, "club_code", UOW_TEXT, 0),
    UOW_COLUMN(pass, n, "n", UOW_INT32, 0),
};
static const uow_entity clubs = UOW_ENTITY(club, "property_clubs", club_columns);
static const uow_relation member_relations[] = {
    UOW_RELATION(UOW_ON("club_code"), &clubs, UOW_ON("code"), UOW_CASCADE, UOW_MEMBER(member, of),
                 UOW_MEMBER(club, members))};
static const uow_relation pass_relations[] = {
    UOW_RELATION(UOW_ON("club_code"), &clubs, UOW_ON("code"), UOW_SET_NULL, UOW_NO_MEMBER, UOW_NO_MEMBER)};
static const uow_entity members = UOW_ENTITY_RELATED(member, "property_members", member_columns, member_relations);
static const uow_entity passes = UOW_ENTITY_RELATED(pass, "property_passes", pass_columns, pass_relations);
static const uow_entity *const entities[] = {&members, &clubs, &passes};

/* NULL row: not there. */
static struct plain_club {
    club *row;
    char code[16];
    int32_t seat; /* 0 none */
    bool renamed; /* since the save: rows that have its old code in the database, NULL not allowed, come in a circle */
    bool second;  /* its code is another club's in the database: rows that have it there cannot stay and come */
} plain_clubs[CLUBS];
static struct plain_member {
    member *row;
    int club;
    int32_t n;
} plain_members[OTHERS];
static struct plain_pass {
    pass *row;
    int club; /* -1 none */
    int32_t n;
} plain_passes[OTHERS];

static live l;
static uow_context *other;
static int serial;

static int a_club(void)
{
    SCRIPT_PICK(plain_clubs, CLUBS);
}

static int a_member(void)
{
    SCRIPT_PICK(plain_members, OTHERS);
}

static int a_pass(void)
{
    SCRIPT_PICK(plain_passes, OTHERS);
}

static int no_club(void)
{
    SCRIPT_FREE(plain_clubs, CLUBS);
}

static int no_member(void)
{
    SCRIPT_FREE(plain_members, OTHERS);
}

static int no_pass(void)
{
    SCRIPT_FREE(plain_passes, OTHERS);
}

/* One that rows may come to that are in the database; nullable: their code may be NULL. */
static int a_home(bool nullable)
{
    int c = a_club();

    return c >= 0 && (plain_clubs[c].second || (plain_clubs[c].renamed && !nullable)) ? -1 : c;
}

/* --- rows come */

static void put_club_at(int c, const char *code)
{
    club values;

    memset(&values, 0, sizeof values);
    snprintf(values.code, sizeof values.code, "%s", code);
    values.seat = (int32_t)script_pick(2) ? ++serial : 0;
    values.seat_ind = values.seat ? 0 : UOW_NULL;
    memset(&plain_clubs[c], 0, sizeof plain_clubs[c]);
    memcpy(plain_clubs[c].code, values.code, sizeof values.code);
    plain_clubs[c].seat = values.seat;
    UOW_OK(uow_add(l.ctx, &clubs, &values, (void **)&plain_clubs[c].row));
}

static int put_club(const char *code)
{
    int c = no_club();

    if (c >= 0)
        put_club_at(c, code);
    return c;
}

static void add_club(void)
{
    char code[16];

    snprintf(code, sizeof code, "c%d", ++serial);
    (void)put_club(code);
}

static void add_member(void)
{
    int m = no_member(), c = a_club();
    member values;

    if (m < 0 || c < 0)
        return;
    memset(&values, 0, sizeof values);
    values.n = (int32_t)script_pick(9);
    if (script_pick(2))
        values.of = plain_clubs[c].row;
    else
        memcpy(values.code, plain_clubs[c].code, sizeof values.code);
    plain_members[m].club = c;
    plain_members[m].n = values.n;
    UOW_OK(uow_add(l.ctx, &members, &values, (void **)&plain_members[m].row));
}

static void add_pass(void)
{
    int p = no_pass(), c = script_pick(3) ? a_club() : -1;
    pass values;

    if (p < 0)
        return;
    memset(&values, 0, sizeof values);
    values.n = (int32_t)script_pick(9);
    values.code_ind = c < 0 ? UOW_NULL : 0;
    if (c >= 0)
        memcpy(values.code, plain_clubs[c].code, sizeof values.code);
    plain_passes[p].club = c;
    plain_passes[p].n = values.n;
    UOW_OK(uow_add(l.ctx, &passes, &values, (void **)&plain_passes[p].row));
}

/* --- rows move */

static void move_member(int m, int c)
{
    member *row = plain_members[m].row;

    plain_members[m].club = c;
    switch (script_pick(3)) {
    case 0: row->of = plain_clubs[c].row; break;
    case 1: memcpy(row->code, plain_clubs[c].code, sizeof row->code); break;
    default: UOW_OK(uow_link(l.ctx, row, "club_code", plain_clubs[c].row)); break;
    }
    (void)uow_state(l.ctx, row);
}

static void move_pass(int p, int c)
{
    pass *row = plain_passes[p].row;

    plain_passes[p].club = c;
    if (c < 0 && script_pick(2)) {
        UOW_OK(uow_unlink(l.ctx, row, NULL));
    } else if (c >= 0 && script_pick(2)) {
        UOW_OK(uow_link(l.ctx, row, NULL, plain_clubs[c].row));
    } else {
        row->code_ind = c < 0 ? UOW_NULL : 0;
        if (c >= 0)
            memcpy(row->code, plain_clubs[c].code, sizeof row->code);
    }
    (void)uow_state(l.ctx, row);
}

static void move_one(void)
{
    int m = a_member(), p = a_pass(), c = a_home(false);

    if (m >= 0 && c >= 0)
        move_member(m, c);
    if (p >= 0 && script_pick(2))
        move_pass(p, script_pick(3) ? a_home(true) : -1);
}

static void edit(void)
{
    int m = a_member(), p = a_pass(), c = a_club();

    if (m >= 0)
        plain_members[m].row->n = plain_members[m].n = (int32_t)script_pick(100);
    if (p >= 0)
        plain_passes[p].row->n = plain_passes[p].n = (int32_t)script_pick(100);
    if (c < 0)
        return;
    plain_clubs[c].row->seat = plain_clubs[c].seat = script_pick(3) ? ++serial : 0;
    plain_clubs[c].row->seat_ind = plain_clubs[c].seat ? 0 : UOW_NULL;
}

/* --- codes */

/* Everybody leaves the club: to another one, or for good. */
static void leave(int from)
{
    int to = a_home(false);

    to = to == from ? -1 : to;
    for (int i = 0; i < OTHERS; i++) {
        if (plain_passes[i].row && plain_passes[i].club == from)
            move_pass(i, to);
        if (!plain_members[i].row || plain_members[i].club != from)
            continue;
        if (to >= 0) {
            move_member(i, to);
            continue;
        }
        UOW_OK(uow_remove(l.ctx, plain_members[i].row));
        plain_members[i].row = NULL;
    }
}

static void recode(int c, const char *code, bool second)
{
    plain_clubs[c].renamed = true;
    snprintf(plain_clubs[c].code, sizeof plain_clubs[c].code, "%s", code);
    memcpy(plain_clubs[c].row->code, plain_clubs[c].code, sizeof plain_clubs[c].code);
    plain_clubs[c].second = second;
    (void)uow_state(l.ctx, plain_clubs[c].row);
}

/*
 * A new code for a club that is left; its old one may go to another that is, too, or to a new club. Not to one that has
 * given up its own: two clubs that trade codes, NULL not allowed, are a circle.
 */
static void rename_club(void)
{
    int a = a_club(), b = a_club();
    char old[16], code[16];

    if (a < 0)
        return;
    memcpy(old, plain_clubs[a].code, sizeof old);
    snprintf(code, sizeof code, "c%d", ++serial);
    leave(a);
    recode(a, code, false);
    if (a != b && !plain_clubs[b].renamed && script_pick(2)) {
        leave(b);
        recode(b, old, true);
    } else if (script_pick(2)) {
        b = put_club(old);
        if (b >= 0)
            plain_clubs[b].second = true;
    }
    if (script_pick(2))
        move_one();
}

/* --- rows go */

/* Has a row come to its club since it was read? Then another club under the same code keeps it. */
static bool member_came(const member *row)
{
    member before;

    UOW_OK(uow_original(l.ctx, row, &before));
    return uow_state(l.ctx, row) == UOW_ADDED || strcmp(before.code, row->code) != 0;
}

static bool pass_came(const pass *row)
{
    pass before;

    UOW_OK(uow_original(l.ctx, row, &before));
    return uow_state(l.ctx, row) == UOW_ADDED || before.code_ind == UOW_NULL || strcmp(before.code, row->code) != 0;
}

/* keeps: those that came since stay under the code, of a new club in the place of the old. */
static void empty_club(int c, bool keeps)
{
    for (int i = 0; i < OTHERS; i++) {
        if (plain_members[i].row && plain_members[i].club == c && !(keeps && member_came(plain_members[i].row)))
            plain_members[i].row = NULL;
        if (plain_passes[i].row && plain_passes[i].club == c && !(keeps && pass_came(plain_passes[i].row)))
            plain_passes[i].club = -1;
    }
}

static void remove_club(void)
{
    int c = a_club();
    bool at_once = script_pick(2), again = script_pick(2);
    char code[16];

    if (c < 0)
        return;
    memcpy(code, plain_clubs[c].code, sizeof code);
    empty_club(c, !at_once && again && plain_clubs[c].row->id > 0);
    UOW_OK(uow_remove(l.ctx, plain_clubs[c].row));
    plain_clubs[c].row = NULL;
    if (at_once)
        UOW_OK(uow_cascade(l.ctx, NULL));
    if (!again)
        return;
    put_club_at(c, code);
    plain_clubs[c].second = true;
}

static void remove_member(void)
{
    int m = a_member();

    if (m < 0)
        return;
    UOW_OK(uow_remove(l.ctx, plain_members[m].row));
    plain_members[m].row = NULL;
}

/* --- saves */

static void save(void)
{
    script_save(&l);
    for (int c = 0; uow_unit_depth(l.ctx) == 0 && c < CLUBS; c++)
        plain_clubs[c].renamed = plain_clubs[c].second = false;
}

static void unit(void)
{
    UOW_OK(uow_begin(l.ctx, NULL));
    save();
    edit();
    save();
    UOW_OK(script_pick(2) ? uow_commit(l.ctx) : uow_rollback(l.ctx));
    save();
}

static void failing_save(void)
{
    int a = a_club(), b = a_club();
    int32_t seat;

    if (a < 0 || a == b || !plain_clubs[a].seat)
        return;
    seat = plain_clubs[b].seat;
    plain_clubs[b].row->seat = plain_clubs[a].seat;
    plain_clubs[b].row->seat_ind = 0;
    UOW_IS(UOW_CONSTRAINT, uow_save(l.ctx, NULL));
    plain_clubs[b].row->seat = seat;
    plain_clubs[b].row->seat_ind = seat ? 0 : UOW_NULL;
}

/* --- somebody else deletes */

static void delete_elsewhere(const char *table, int64_t id)
{
    char sql[100];

    snprintf(sql, sizeof sql, "DELETE FROM %s WHERE id = %lld", table, (long long)id);
    UOW_OK_ON(other, uow_execute(other, sql, NULL, 0, NULL));
}

static bool resolved_as_gone(void *row, bool removed)
{
    static const uow_resolution ways[] = {UOW_CLIENT_WINS, UOW_MERGE, UOW_STORE_WINS};
    uow_resolution way = ways[script_pick(3)];

    UOW_OK(uow_resolve(l.ctx, row, way));
    return removed || way == UOW_STORE_WINS;
}

/* A member and a pass are gone: one is changed here, the other removed or moved. */
static void vanish(void)
{
    int m = a_member(), p = a_pass(), c = a_home(true);
    bool removed = script_pick(2) == 0;

    save();
    if (m < 0 || p < 0)
        return;
    delete_elsewhere("property_members", plain_members[m].row->id);
    delete_elsewhere("property_passes", plain_passes[p].row->id);
    plain_members[m].row->n = plain_members[m].n = 1000 + ++serial;
    if (removed)
        UOW_OK(uow_remove(l.ctx, plain_passes[p].row));
    else
        plain_passes[p].row->n = plain_passes[p].n = 1000 + ++serial;
    if (!removed && c >= 0 && script_pick(2))
        move_pass(p, c);
    UOW_IS(UOW_CONFLICT, uow_save(l.ctx, NULL));
    cr_assert_eq(uow_error_instance_count(uow_context_error(l.ctx)), 2);
    if (resolved_as_gone(plain_members[m].row, false))
        plain_members[m].row = NULL;
    if (resolved_as_gone(plain_passes[p].row, removed))
        plain_passes[p].row = NULL;
    save();
}

typedef void (*deed)(void);
static const deed deeds[] = {
    add_club,    add_club,    add_member, add_member,   add_member,    add_pass, add_pass, move_one,     move_one,
    rename_club, rename_club, edit,       remove_club,  remove_member, save,     unit,     failing_save, vanish,
};

/* --- what must be */

static uow_list *all_of(const uow_entity *entity)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *found = NULL;

    options.tracking = UOW_NO_TRACKING;
    UOW_OK_ON(other, uow_query(other, entity, "1 = 1 ORDER BY id", NULL, 0, &options, &found));
    return found;
}

static void check_clubs(void)
{
    uow_list *found = all_of(&clubs);
    size_t expected = 0;

    for (int c = 0; c < CLUBS; c++) {
        const club *stored;
        size_t count = 0;

        if (!plain_clubs[c].row)
            continue;
        expected++;
        stored = script_stored(found, plain_clubs[c].row->id);
        cr_assert_str_eq(stored->code, plain_clubs[c].code);
        cr_assert_eq(stored->seat_ind == UOW_NULL, plain_clubs[c].seat == 0);
        cr_assert(plain_clubs[c].seat == 0 || stored->seat == plain_clubs[c].seat);
        cr_assert_eq(stored->version, plain_clubs[c].row->version);
        for (int m = 0; m < OTHERS; m++)
            count += plain_members[m].row && plain_members[m].club == c;
        cr_assert_eq(plain_clubs[c].row->members.count, count);
    }
    cr_assert_eq(uow_list_count(found), expected);
    uow_list_free(found);
}

static void check_members(void)
{
    uow_list *found = all_of(&members);
    size_t expected = 0;

    for (int m = 0; m < OTHERS; m++) {
        const member *stored;

        if (!plain_members[m].row)
            continue;
        expected++;
        cr_assert_eq(plain_members[m].row->of, plain_clubs[plain_members[m].club].row);
        stored = script_stored(found, plain_members[m].row->id);
        cr_assert_eq(stored->n, plain_members[m].n);
        cr_assert_str_eq(stored->code, plain_clubs[plain_members[m].club].code);
    }
    cr_assert_eq(uow_list_count(found), expected);
    uow_list_free(found);
}

static void check_passes(void)
{
    uow_list *found = all_of(&passes);
    size_t expected = 0;

    for (int p = 0; p < OTHERS; p++) {
        const pass *stored;

        if (!plain_passes[p].row)
            continue;
        expected++;
        stored = script_stored(found, plain_passes[p].row->id);
        cr_assert_eq(stored->n, plain_passes[p].n);
        cr_assert_eq(stored->code_ind == UOW_NULL, plain_passes[p].club < 0);
        cr_assert(plain_passes[p].club < 0 || strcmp(stored->code, plain_clubs[plain_passes[p].club].code) == 0);
    }
    cr_assert_eq(uow_list_count(found), expected);
    uow_list_free(found);
}

static void script_end(void)
{
    save();
    check_clubs();
    check_members();
    check_passes();
    UOW_OK(uow_clear(l.ctx));
    live_run(&l, "DELETE FROM property_members");
    live_run(&l, "DELETE FROM property_passes");
    live_run(&l, "DELETE FROM property_clubs");
    memset(plain_clubs, 0, sizeof plain_clubs);
    memset(plain_members, 0, sizeof plain_members);
    memset(plain_passes, 0, sizeof plain_passes);
}

static void begin(void)
{
    live_open(&l, entities, 3);
    live_run(&l, "DROP TABLE IF EXISTS property_members"); /* left behind by a script that failed, and held by keys */
    live_run(&l, "DROP TABLE IF EXISTS property_passes");
    live_table(&l, "property_clubs", "id @id, code varchar(16) not null unique, seat integer unique, version integer");
    live_table(&l, "property_members",
               "id @id, club_code varchar(16) not null, n integer, "
               "foreign key (club_code) references property_clubs (code)");
    live_table(&l, "property_passes",
               "id @id, club_code varchar(16), n integer, foreign key (club_code) references property_clubs (code)");
    other = live_another(&l);
    if (l.database == LIVE_SQLITE) {
        live_run(&l, "PRAGMA synchronous = OFF");
        UOW_OK_ON(other, uow_execute(other, "PRAGMA synchronous = OFF", NULL, 0, NULL));
    }
}

Test(property, random_scripts_over_rows_known_by_their_codes_leave_those_of_the_plain_model)
{
    static const script_play play = {20261127u, 2000, 150, deeds, sizeof deeds / sizeof *deeds, script_end};

    begin();
    scripts_run(&l, &play);
    live_close(&l);
}
