/*
 * Random scripts over trees: folders in folders, files whose key is partly their folder's, labels whose key is their
 * file's and more. Subtrees move and go, keys are used again, unique slugs are handed on, saves fail, units are rolled
 * back to a savepoint, and somebody else changes and deletes rows: each conflict names just these, is resolved, and the save
 * goes through. A plain model in memory says what must be in the database. A failure prints seed and script:
 * UOW_PROPERTY_SEED and UOW_PROPERTY_SCRIPTS replay it.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdio.h>
#include <string.h>

#include "live/scripts.h"

#define FOLDERS 12
#define FILES   3
#define LABELS  2

typedef struct folder {
    int64_t id;
    int64_t up;
    uow_ind up_ind;
    char slug[16];
    char name[16];
    int32_t version;
    struct folder *in;
    uow_collection folders;
    uow_collection files;
} folder;

typedef struct file {
    int64_t folder;
    int32_t no;
    int32_t size;
    int32_t version;
    struct folder *in;
} file;

typedef struct label {
    int64_t folder;
    int32_t no;
    char word[8];
    int32_t weight;
} label;

static const uow_entity folders;
static const uow_column folder_columns[] = {
    UOW_COLUMN(folder, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN_NULL(folder, up, up_ind, "up_id", UOW_INT64, 0),
    UOW_COLUMN(folder, slug, "slug", UOW_TEXT, UOW_UNIQUE),
    UOW_COLUMN(folder, name, "name", UOW_TEXT, 0),
    UOW_COLUMN(folder, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_column file_columns[] = {
    UOW_COLUMN(file, folder, "folder", UOW_INT64, UOW_KEY),
    UOW_COLUMN(file, no, "no", UOW_INT32, UOW_KEY),
    UOW_COLUMN(file, size, "size_v", UOW_INT32, 0),
    UOW_COLUMN(file, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_column label_columns[] = {
    UOW_COLUMN(label, folder, "folder", UOW_INT64, UOW_KEY),
    UOW_COLUMN(label, no, "no", UOW_INT32, UOW_KEY),
    UOW_COLUMN(label, word, "word", UOW_TEXT, UOW_KEY),
    UOW_COLUMN(label, weight, "weight", UOW_INT32, 0),
};
static const uow_relation folder_relations[] = {
    UOW_REFERENCE_BOTH("up_id", &folders, UOW_CASCADE, folder, in, folder, folders)};
static const uow_entity folders = UOW_ENTITY_RELATED(folder, "property_folders", folder_columns, folder_relations);
static const uow_relation file_relations[] = {
    UOW_REFERENCE_BOTH("folder", &folders, UOW_CASCADE, file, in, folder, files)};
static const uow_entity files = UOW_ENTITY_RELATED(file, "property_files", file_columns, file_relations);
static const uow_relation label_relations[] = {
    UOW_RELATION(UOW_ON2("folder", "no"), &files, UOW_PRIMARY_KEY, UOW_CASCADE, UOW_NO_MEMBER, UOW_NO_MEMBER)};
static const uow_entity labels = UOW_ENTITY_RELATED(label, "property_labels", label_columns, label_relations);
static const uow_entity *const entities[] = {&labels, &files, &folders};

typedef struct plain_file {
    file *row;
    int32_t size;
    label *labels[LABELS];
    int32_t weights[LABELS];
} plain_file;

/* NULL row: not there. */
static struct plain_folder {
    folder *row;
    int up; /* -1 none */
    char slug[16];
    char name[16];
    plain_file files[FILES];
} plain[FOLDERS];

static const char *const words[LABELS] = {"red", "blue"};
static live l;
static uow_context *other;
static int serial;

static int a_folder(void)
{
    int start = (int)script_pick(FOLDERS);

    for (int i = 0; i < FOLDERS; i++)
        if (plain[(start + i) % FOLDERS].row)
            return (start + i) % FOLDERS;
    return -1;
}

static plain_file *a_file(int *out_folder)
{
    int f = a_folder();
    plain_file *it = f < 0 ? NULL : &plain[f].files[script_pick(FILES)];

    *out_folder = f;
    return it && it->row ? it : NULL;
}

static void fresh(char *text, char *row)
{
    snprintf(text, 16, "t%d", ++serial);
    memcpy(row, text, 16);
}

static bool below(int f, int root)
{
    for (; f >= 0; f = plain[f].up)
        if (f == root)
            return true;
    return false;
}

/* --- rows come */

static void add_folder(void)
{
    int up = script_pick(3) ? a_folder() : -1;
    folder values;
    int f = 0;

    while (f < FOLDERS && plain[f].row)
        f++;
    if (f == FOLDERS)
        return;
    memset(&plain[f], 0, sizeof plain[f]);
    memset(&values, 0, sizeof values);
    fresh(plain[f].slug, values.slug);
    fresh(plain[f].name, values.name);
    plain[f].up = up;
    values.up_ind = UOW_NULL;
    if (up >= 0 && script_pick(2)) {
        values.in = plain[up].row;
    } else if (up >= 0) {
        values.up = plain[up].row->id;
        values.up_ind = 0;
    }
    UOW_OK(uow_add(l.ctx, &folders, &values, (void **)&plain[f].row));
}

static void add_file(void)
{
    int f = a_folder();
    int no = (int)script_pick(FILES);
    file values;

    if (f < 0 || plain[f].files[no].row)
        return;
    memset(&plain[f].files[no], 0, sizeof plain[f].files[no]);
    memset(&values, 0, sizeof values);
    values.no = no;
    values.size = plain[f].files[no].size = (int32_t)script_pick(1000);
    if (script_pick(2))
        values.in = plain[f].row;
    else
        values.folder = plain[f].row->id;
    UOW_OK(uow_add(l.ctx, &files, &values, (void **)&plain[f].files[no].row));
}

static void add_label(void)
{
    int f;
    plain_file *it = a_file(&f);
    int w = (int)script_pick(LABELS);
    label values;

    if (!it || it->labels[w])
        return;
    memset(&values, 0, sizeof values);
    values.folder = it->row->folder;
    values.no = it->row->no;
    snprintf(values.word, sizeof values.word, "%s", words[w]);
    values.weight = it->weights[w] = (int32_t)script_pick(100);
    UOW_OK(uow_add(l.ctx, &labels, &values, (void **)&it->labels[w]));
}

/* --- rows change */

static void move_folder(void)
{
    int f = a_folder();
    int up = script_pick(4) ? a_folder() : -1;

    if (f < 0 || below(up, f))
        return;
    plain[f].up = up;
    switch (script_pick(3)) {
    case 0: plain[f].row->in = up < 0 ? NULL : plain[up].row; break;
    case 1:
        plain[f].row->up_ind = up < 0 ? UOW_NULL : 0;
        plain[f].row->up = up < 0 ? 0 : plain[up].row->id;
        break;
    default:
        UOW_OK(up < 0 ? uow_unlink(l.ctx, plain[f].row, NULL) : uow_link(l.ctx, plain[f].row, NULL, plain[up].row));
        break;
    }
    (void)uow_state(l.ctx, plain[f].row);
}

/* Parent and child change places. */
static void turn_over(void)
{
    int f = a_folder();
    int up = f < 0 ? -1 : plain[f].up;

    if (up < 0)
        return;
    plain[f].up = plain[up].up;
    plain[up].up = f;
    plain[f].row->in = plain[f].up < 0 ? NULL : plain[plain[f].up].row;
    plain[up].row->in = plain[f].row;
    (void)uow_state(l.ctx, plain[f].row); /* a row that is pointed at may be forgotten next */
    (void)uow_state(l.ctx, plain[up].row);
}

static void edit(void)
{
    int f = a_folder(), of;
    plain_file *it = a_file(&of);

    if (f >= 0 && script_pick(2))
        fresh(plain[f].name, plain[f].row->name);
    if (!it)
        return;
    it->row->size = it->size = (int32_t)script_pick(1000);
    for (int w = 0; w < LABELS; w++)
        if (it->labels[w] && script_pick(2))
            it->labels[w]->weight = it->weights[w] = (int32_t)script_pick(100);
}

static void hand_on(void)
{
    int a = a_folder(), b = a_folder();

    if (a < 0 || a == b)
        return;
    memcpy(plain[b].slug, plain[a].slug, 16);
    memcpy(plain[b].row->slug, plain[b].slug, 16);
    fresh(plain[a].slug, plain[a].row->slug);
}

/* --- rows go */

static void forget_file(plain_file *it)
{
    memset(it, 0, sizeof *it);
}

static void forget_folder(int f)
{
    struct plain_folder gone[1] = {plain[f]};

    memset(&plain[f], 0, sizeof plain[f]);
    for (int i = 0; gone->row && i < FOLDERS; i++)
        if (plain[i].row && plain[i].up == f)
            forget_folder(i);
}

static void remove_labels(plain_file *it)
{
    for (int w = 0; w < LABELS; w++)
        if (it->labels[w])
            UOW_OK(uow_remove(l.ctx, it->labels[w]));
}

static void remove_all_labels(int root)
{
    for (int f = 0; f < FOLDERS; f++)
        for (int i = 0; plain[f].row && below(f, root) && i < FILES; i++)
            remove_labels(&plain[f].files[i]);
}

static void remove_folder(void)
{
    int f = a_folder();

    if (f < 0)
        return;
    if (script_pick(4) == 0)
        remove_all_labels(f);
    UOW_OK(uow_remove(l.ctx, plain[f].row));
    forget_folder(f);
    if (script_pick(2))
        UOW_OK(uow_cascade(l.ctx, NULL));
}

static void remove_file(void)
{
    bool by_hand;
    int f;
    plain_file *it = a_file(&f);

    if (!it)
        return;
    /* A new file whose key is none of the tracker's is known by nobody once it is gone. */
    by_hand = (it->row->folder > 0 && uow_state(l.ctx, it->row) == UOW_ADDED) || script_pick(2);
    if (by_hand)
        remove_labels(it);
    UOW_OK(uow_remove(l.ctx, it->row));
    forget_file(it);
    if (!by_hand) /* a file that comes under this key next is another one */
        UOW_OK(uow_cascade(l.ctx, NULL));
}

/* The same key in the same breath. */
static void again_file(void)
{
    int f;
    plain_file *it = a_file(&f);
    file values;

    if (!it || it->row->folder < 0)
        return;
    values = *it->row;
    values.in = NULL;
    values.size = it->size = (int32_t)script_pick(1000);
    UOW_OK(uow_remove(l.ctx, it->row));
    UOW_OK(uow_add(l.ctx, &files, &values, (void **)&it->row));
}

/* --- saves */

static void save(void)
{
    script_save(&l);
}

static void failing_save(void)
{
    int a = a_folder(), b = a_folder();

    if (a < 0 || a == b)
        return;
    memcpy(plain[b].row->slug, plain[a].slug, 16);
    UOW_IS(UOW_CONSTRAINT, uow_save(l.ctx, NULL));
    memcpy(plain[b].row->slug, plain[b].slug, 16);
    if (script_pick(2))
        save();
}

static void unit(void)
{
    UOW_OK(uow_begin(l.ctx, NULL));
    save();
    edit();
    UOW_OK(uow_begin(l.ctx, NULL));
    move_folder();
    save();
    UOW_OK(script_pick(2) ? uow_commit(l.ctx) : uow_rollback(l.ctx));
    failing_save();
    UOW_OK(script_pick(2) ? uow_commit(l.ctx) : uow_rollback(l.ctx));
}

/* --- somebody else */

static bool names(const void *row)
{
    for (size_t i = 0; i < uow_error_instance_count(uow_context_error(l.ctx)); i++)
        if (uow_error_instance(uow_context_error(l.ctx), i) == row)
            return true;
    return false;
}

/* Its name is all that was changed, there and here. */
static void resolve(int f)
{
    static const uow_resolution ways[] = {UOW_CLIENT_WINS, UOW_MERGE, UOW_STORE_WINS};
    uow_resolution way = ways[script_pick(3)];

    UOW_OK(uow_resolve(l.ctx, plain[f].row, way));
    if (way == UOW_STORE_WINS)
        snprintf(plain[f].name, sizeof plain[f].name, "theirs%d", f);
}

/* Two rows that somebody else renames are renamed here, too, while others change. */
static void conflict(void)
{
    int hit[2] = {a_folder(), a_folder()};

    save();
    if (hit[0] < 0 || hit[0] == hit[1])
        return;
    edit();
    for (int i = 0; i < 2; i++) {
        char sql[160];

        fresh(plain[hit[i]].name, plain[hit[i]].row->name);
        snprintf(sql, sizeof sql, "UPDATE property_folders SET name = 'theirs%d', version = version + 1 WHERE id = %lld",
                 hit[i], (long long)plain[hit[i]].row->id);
        UOW_OK_ON(other, uow_execute(other, sql, NULL, 0, NULL));
    }
    UOW_IS(UOW_CONFLICT, uow_save(l.ctx, NULL));
    cr_assert_eq(uow_error_instance_count(uow_context_error(l.ctx)), 2);
    cr_assert(names(plain[hit[0]].row) && names(plain[hit[1]].row));
    for (int i = 0; i < 2; i++)
        resolve(hit[i]);
    save();
}

/* A row that somebody else deletes while it is changed or removed here, and what it is in the plain model. */
typedef struct gone {
    void *row;
    bool removed;
    int f;
    plain_file *it;
    int w;
} gone;

/* The row is not there for anybody else; here it is still. */
static void delete_elsewhere(gone *g, const char *sql)
{
    UOW_OK_ON(other, uow_execute(other, sql, NULL, 0, NULL));
    g->removed = script_pick(3) == 0;
    if (g->removed)
        UOW_OK(uow_remove(l.ctx, g->row));
}

static void label_goes(gone *g)
{
    char sql[160];

    g->it = a_file(&g->f);
    g->w = (int)script_pick(LABELS);
    if (!g->it || !g->it->labels[g->w])
        return;
    g->row = g->it->labels[g->w];
    snprintf(sql, sizeof sql, "DELETE FROM property_labels WHERE folder = %lld AND no = %d AND word = '%s'",
             (long long)g->it->row->folder, (int)g->it->row->no, words[g->w]);
    delete_elsewhere(g, sql);
    if (!g->removed)
        g->it->labels[g->w]->weight = g->it->weights[g->w] = 1000 + ++serial;
}

static void file_goes(gone *g)
{
    char sql[160];

    g->it = a_file(&g->f);
    g->w = -1;
    if (!g->it || g->it->labels[0] || g->it->labels[1])
        return;
    g->row = g->it->row;
    snprintf(sql, sizeof sql, "DELETE FROM property_files WHERE folder = %lld AND no = %d", (long long)g->it->row->folder,
             (int)g->it->row->no);
    delete_elsewhere(g, sql);
    if (!g->removed)
        g->it->row->size = g->it->size = 1000 + ++serial;
}

static void folder_goes(gone *g)
{
    char sql[160];

    g->it = NULL;
    g->f = a_folder();
    if (g->f < 0 || plain[g->f].row->folders.count + plain[g->f].row->files.count > 0)
        return;
    g->row = plain[g->f].row;
    snprintf(sql, sizeof sql, "DELETE FROM property_folders WHERE id = %lld", (long long)plain[g->f].row->id);
    delete_elsewhere(g, sql);
    if (!g->removed)
        fresh(plain[g->f].name, plain[g->f].row->name);
}

/* Written once more, or given up. */
static void resolve_gone(const gone *g)
{
    static const uow_resolution ways[] = {UOW_CLIENT_WINS, UOW_MERGE, UOW_STORE_WINS};
    uow_resolution way = ways[script_pick(3)];

    UOW_OK(uow_resolve(l.ctx, g->row, way));
    if (!g->removed && way != UOW_STORE_WINS)
        return;
    if (g->it && g->w >= 0)
        g->it->labels[g->w] = NULL;
    else if (g->it)
        forget_file(g->it);
    else
        forget_folder(g->f);
}

/* Somebody else deletes up to three rows, none of which leads to another. */
static void vanish(void)
{
    gone all[3] = {{0}, {0}, {0}};
    size_t count = 0;

    save();
    folder_goes(&all[0]);
    file_goes(&all[1]);
    label_goes(&all[2]);
    for (int i = 0; i < 3; i++)
        count += all[i].row != NULL;
    if (count == 0)
        return;
    UOW_IS(UOW_CONFLICT, uow_save(l.ctx, NULL));
    cr_assert_eq(uow_error_instance_count(uow_context_error(l.ctx)), count);
    for (int i = 0; i < 3; i++)
        cr_assert(!all[i].row || names(all[i].row));
    for (int i = 0; i < 3; i++)
        if (all[i].row)
            resolve_gone(&all[i]);
    save();
}

typedef void (*deed)(void);
static const deed deeds[] = {
    add_folder, add_folder, add_folder, add_file,    add_file,    add_file,   add_label, add_label,    move_folder,
    move_folder, turn_over, edit,       edit,        hand_on,     remove_folder, remove_file, again_file, save,
    failing_save, unit,     conflict,   vanish,
};

/* --- what must be */

static uow_list *all_of(const uow_entity *entity)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *found = NULL;

    options.tracking = UOW_NO_TRACKING;
    UOW_OK_ON(other, uow_query(other, entity, NULL, NULL, 0, &options, &found));
    return found;
}

static int by_id(int64_t id)
{
    int f = 0;

    while (f < FOLDERS && !(plain[f].row && plain[f].row->id == id))
        f++;
    cr_assert_lt(f, FOLDERS, "nobody has a folder %lld", (long long)id);
    return f;
}

static void check_folders(void)
{
    uow_list *found = all_of(&folders);
    size_t expected = 0;

    for (int f = 0; f < FOLDERS; f++) {
        size_t children = 0;

        expected += plain[f].row != NULL;
        for (int i = 0; i < FOLDERS; i++)
            children += plain[i].row && plain[f].row && plain[i].up == f;
        cr_assert(!plain[f].row || plain[f].row->folders.count == children);
    }
    cr_assert_eq(uow_list_count(found), expected);
    for (size_t i = 0; i < uow_list_count(found); i++) {
        const folder *stored = uow_list_at(found, i);
        const struct plain_folder *p = &plain[by_id(stored->id)];

        cr_assert_str_eq(stored->slug, p->slug);
        cr_assert_str_eq(stored->name, p->name);
        cr_assert_eq(stored->version, p->row->version);
        cr_assert_eq(stored->up_ind == UOW_NULL, p->up < 0);
        cr_assert(p->up < 0 || (stored->up == plain[p->up].row->id && p->row->in == plain[p->up].row));
    }
    uow_list_free(found);
}

static void check_files(void)
{
    uow_list *found = all_of(&files);
    size_t expected = 0;

    for (int f = 0; f < FOLDERS; f++)
        for (int i = 0; plain[f].row && i < FILES; i++)
            expected += plain[f].files[i].row != NULL;
    cr_assert_eq(uow_list_count(found), expected);
    for (size_t i = 0; i < uow_list_count(found); i++) {
        const file *stored = uow_list_at(found, i);
        const plain_file *p = &plain[by_id(stored->folder)].files[stored->no];

        cr_assert_not_null(p->row);
        cr_assert_eq(stored->size, p->size);
        cr_assert_eq(stored->version, p->row->version);
    }
    uow_list_free(found);
}

static void check_labels(void)
{
    uow_list *found = all_of(&labels);
    size_t expected = 0;

    for (int f = 0; f < FOLDERS; f++)
        for (int i = 0; plain[f].row && i < FILES; i++)
            for (int w = 0; plain[f].files[i].row && w < LABELS; w++)
                expected += plain[f].files[i].labels[w] != NULL;
    cr_assert_eq(uow_list_count(found), expected);
    for (size_t i = 0; i < uow_list_count(found); i++) {
        const label *stored = uow_list_at(found, i);
        const plain_file *p = &plain[by_id(stored->folder)].files[stored->no];

        cr_assert_eq(stored->weight, p->weights[strcmp(stored->word, words[0]) == 0 ? 0 : 1]);
    }
    uow_list_free(found);
}

static void empty(void)
{
    UOW_OK(uow_clear(l.ctx));
    live_run(&l, "DELETE FROM property_labels");
    live_run(&l, "DELETE FROM property_files");
    live_run(&l, "UPDATE property_folders SET up_id = NULL");
    live_run(&l, "DELETE FROM property_folders");
    memset(plain, 0, sizeof plain);
}

static void begin(void)
{
    live_open(&l, entities, 3);
    live_table(&l, "property_folders",
               "id @id, up_id bigint, slug varchar(16) not null unique, name varchar(16) not null, version integer, "
               "foreign key (up_id) references property_folders (id)");
    live_table(&l, "property_files",
               "folder bigint not null, no integer not null, size_v integer, version integer, primary key (folder, no), "
               "foreign key (folder) references property_folders (id)");
    live_table(&l, "property_labels",
               "folder bigint not null, no integer not null, word varchar(8) not null, weight integer, "
               "primary key (folder, no, word), foreign key (folder, no) references property_files (folder, no)");
    other = live_another(&l);
    if (l.database == LIVE_SQLITE) {
        live_run(&l, "PRAGMA synchronous = OFF");
        UOW_OK_ON(other, uow_execute(other, "PRAGMA synchronous = OFF", NULL, 0, NULL));
    }
}

static void script_end(void)
{
    save();
    check_folders();
    check_files();
    check_labels();
    empty();
}

Test(property, random_scripts_over_trees_leave_those_of_the_plain_model)
{
    static const script_play play = {20261126u, 3000, 300, deeds, sizeof deeds / sizeof *deeds, script_end};

    begin();
    scripts_run(&l, &play);
    live_close(&l);
}
