/* Chapter 2: the model. Types, NULL, a key the database makes, defaults, a converter, and what a mistake is told as. */
#include <stdio.h>
#include <string.h>

#include "library.h"

enum shelf { SHELF_NOVEL, SHELF_SCIENCE };

struct title {
    int64_t id;
    char name[41];
    enum shelf shelf;       /* a word in the database */
    uow_date bought_on;
    uow_ind bought_ind;     /* UOW_NULL: nobody knows */
    uow_text blurb;         /* of any length */
    char state[9];          /* left empty, the database's default comes back */
};

static int shelf_to_text(const void *member, void *db_value, void *user)
{
    (void)user;
    strcpy(db_value, *(const enum shelf *)member == SHELF_NOVEL ? "novel" : "science");
    return 1; /* 0: this value cannot be kept; the operation fails with UOW_TYPE */
}

static int shelf_from_text(const void *db_value, void *member, void *user)
{
    (void)user;
    *(enum shelf *)member = strcmp(db_value, "novel") == 0 ? SHELF_NOVEL : SHELF_SCIENCE;
    return 1;
}

static const uow_converter shelf_as_text = {
    .struct_size = sizeof(uow_converter),
    .db_type = UOW_TEXT,
    .db_size = 8, /* "science" and its NUL */
    .to_db = shelf_to_text,
    .from_db = shelf_from_text,
};

static const uow_column title_columns[] = {
    UOW_COLUMN     (struct title, id,        "title_id", UOW_INT64, UOW_KEY),
    UOW_COLUMN     (struct title, name,      "name",     UOW_TEXT, 0),
    UOW_COLUMN_AS  (struct title, shelf,     "shelf",    &shelf_as_text, 0),
    UOW_COLUMN_NULL(struct title, bought_on, bought_ind, "bought_on", UOW_DATE, 0),
    UOW_COLUMN     (struct title, blurb,     "blurb",    UOW_LONGTEXT, 0),
    UOW_COLUMN     (struct title, state,     "state",    UOW_TEXT, UOW_DEFAULT),
};
static const uow_entity titles = UOW_ENTITY(struct title, "titles", title_columns);

/* A mistake: an int64_t member cannot be a 32-bit column, and there is no key. */
static const uow_column wrong_columns[] = {
    UOW_COLUMN(struct title, id, "title_id", UOW_INT32, 0),
};
static const uow_entity wrong = UOW_ENTITY(struct title, "titles", wrong_columns);

static void show_mistakes(uow_env *env)
{
    static const uow_entity *const entities[] = {&wrong};
    uow_model *model = NULL;

    if (uow_model_create(env, entities, 1, &model) == UOW_MODEL)
        printf("%s\n", uow_error_message(uow_model_error(model)));
    uow_model_free(model);
}

static void write_and_read(uow_context *ctx)
{
    char text[] = "A desert, a spice, a duke.";
    struct title dune = {.id = 1, .name = "Dune", .shelf = SHELF_SCIENCE, .bought_ind = UOW_NULL,
                         .blurb = {text, sizeof text - 1}};
    struct title *t;
    void *row = NULL;

    must(ctx, uow_add(ctx, &titles, &dune, NULL), "add a title");
    must(ctx, uow_save(ctx, NULL), "save it");
    must(ctx, uow_clear(ctx), "forget it"); /* so that the next find asks the database */
    must(ctx, uow_find(ctx, &titles, uow_key_int64(1), &row), "find it");
    t = row;
    printf("%s: shelf %d, %s, %zu bytes of blurb, state \"%s\"\n", t->name, (int)t->shelf,
           t->bought_ind == UOW_NULL ? "bought nobody knows when" : "bought", t->blurb.length, t->state);
}

int main(int argc, char **argv)
{
    static const uow_entity *const entities[] = {&titles};
    uow_env *env = NULL;
    uow_model *model = NULL;
    uow_context *ctx = NULL;
    uow_status st;

    if (argc != 2)
        return 2;
    must(NULL, uow_env_open(NULL, &env), "open an environment");
    show_mistakes(env);
    must(NULL, uow_model_create(env, entities, 1, &model), "make the model");
    st = uow_open(env, argv[1], model, NULL, &ctx);
    must(ctx, st, "connect");
    must(ctx, uow_execute(ctx, "DROP TABLE IF EXISTS titles", NULL, 0, NULL), "drop the table");
    st = uow_model_verify(ctx); /* the model beside the catalog */
    printf("before the table is made: %s\n", uow_status_name(st));
    must(ctx, uow_execute(ctx, "CREATE TABLE titles (title_id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(40) NOT NULL, "
                               "shelf VARCHAR(7) NOT NULL, bought_on DATE, blurb TEXT NOT NULL, "
                               "state VARCHAR(8) DEFAULT 'new' NOT NULL)", NULL, 0, NULL), "create the table");
    must(ctx, uow_model_verify(ctx), "compare the model with the catalog");
    printf("afterwards: model and table agree\n");
    write_and_read(ctx);
    must(ctx, uow_execute(ctx, "DROP TABLE titles", NULL, 0, NULL), "drop the table");
    must(ctx, uow_close(ctx), "close the context");
    uow_model_free(model);
    must(NULL, uow_env_close(env), "close the environment");
    return 0;
}
