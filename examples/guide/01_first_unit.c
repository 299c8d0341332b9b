/* Chapter 1: connect, find a row, change it, save. Nothing but uow.h is used. */
#include <stdio.h>
#include <stdlib.h>

#include "uow.h"

/* The row, as this program likes it. */
struct reader {
    int64_t id;
    char name[41];
    uow_decimal fines;
    int32_t version;
};

/* Which member is which column. */
static const uow_column reader_columns[] = {
    UOW_COLUMN(struct reader, id,      "reader_id", UOW_INT64,   UOW_KEY),
    UOW_COLUMN(struct reader, name,    "name",      UOW_TEXT,    0),
    UOW_COLUMN(struct reader, fines,   "fines",     UOW_DECIMAL, 0),
    UOW_COLUMN(struct reader, version, "version",   UOW_INT32,   UOW_VERSION),
};
static const uow_entity readers = UOW_ENTITY(struct reader, "readers", reader_columns);

/* Every call answers with a status; what went wrong is kept by the context. */
static void must(uow_context *ctx, uow_status st, const char *doing)
{
    if (st == UOW_OK)
        return;
    fprintf(stderr, "could not %s: %s\n%s\n", doing, uow_status_name(st),
            ctx ? uow_context_message(ctx) : uow_status_text(st));
    exit(1);
}

/* Statements of the program's own run as they are. */
static void make_table(uow_context *ctx)
{
    static const char *const texts[] = {
        "DROP TABLE IF EXISTS readers",
        ("CREATE TABLE readers (reader_id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(40) NOT NULL, "
         "fines DECIMAL(8,2) NOT NULL, version INTEGER NOT NULL)"),
        "INSERT INTO readers VALUES (42, 'Ada', 1.25, 1)",
    };

    for (size_t i = 0; i < UOW_COUNT(texts); i++)
        must(ctx, uow_execute(ctx, texts[i], NULL, 0, NULL), "make the table");
}

static void change(uow_context *ctx)
{
    struct reader *ada;
    struct reader grace = {.id = 43, .name = "Grace"};
    void *row = NULL, *again = NULL;
    size_t saved = 0;

    must(ctx, uow_find(ctx, &readers, uow_key_int64(42), &row), "find reader 42"); /* a SELECT */
    ada = row;
    printf("%lld is %s, version %d\n", (long long)ada->id, ada->name, (int)ada->version);

    must(ctx, uow_find(ctx, &readers, uow_key_int64(42), &again), "find her again"); /* no SQL this time */
    printf("found again: %s\n", again == row ? "the same struct" : "another struct");

    ada->fines = uow_decimal_make(375, 2);                               /* a struct like any other */
    must(ctx, uow_add(ctx, &readers, &grace, NULL), "add a reader");      /* copied; no SQL yet */
    must(ctx, uow_save(ctx, &saved), "save");                             /* UPDATE and INSERT, one transaction */
    printf("%zu rows saved; Ada has version %d now\n", saved, (int)ada->version);

    must(ctx, uow_save(ctx, &saved), "save again");
    printf("saved again: %zu rows\n", saved);
}

static void look(uow_context *ctx)
{
    uow_list *list = NULL;

    must(ctx, uow_query(ctx, &readers, "fines < 100 ORDER BY reader_id", NULL, 0, NULL, &list), "query the readers");
    for (size_t i = 0; i < uow_list_count(list); i++) {
        const struct reader *r = uow_list_at(list, i);
        char fines[48] = "";
        uow_decimal_format(&r->fines, fines, sizeof fines);
        printf("  %lld  %-6s %s\n", (long long)r->id, r->name, fines);
    }
    uow_list_free(list);
}

int main(int argc, char **argv)
{
    static const uow_entity *const entities[] = {&readers};
    uow_env *env = NULL;
    uow_model *model = NULL;
    uow_context *ctx = NULL;
    uow_status st;

    if (argc != 2) {
        fprintf(stderr, "usage: %s DSN\n", argv[0]);
        return 2;
    }
    must(NULL, uow_env_open(NULL, &env), "open an environment");
    must(NULL, uow_model_create(env, entities, 1, &model), "make the model");
    st = uow_open(env, argv[1], model, NULL, &ctx); /* a context also on failure, to say why */
    must(ctx, st, "connect");
    make_table(ctx);
    change(ctx);
    look(ctx);
    must(ctx, uow_execute(ctx, "DROP TABLE readers", NULL, 0, NULL), "drop the table");
    must(ctx, uow_close(ctx), "close the context");
    uow_model_free(model);
    must(NULL, uow_env_close(env), "close the environment");
    return 0;
}
