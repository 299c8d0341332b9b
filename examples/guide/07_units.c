/* Chapter 7: several saves, statements and procedures as one unit; a savepoint; a unit that is run again when it must be. */
#include <stdio.h>
#include <string.h>

#include "library.h"

/* lend(reader, book, left): take a copy off the shelf and note the loan, or raise 45001. */
static const uow_parameter lend_parameters[] = {
    {"who", UOW_INT64, UOW_PARAMETER_IN},
    {"what", UOW_INT64, UOW_PARAMETER_IN},
    {"copies_left", UOW_INT32, UOW_PARAMETER_OUT},
};
/* Its body for databases that have no procedure of that name: always SQLite. */
static const uow_step lend_steps[] = {
    UOW_STEP_RAISE_IF("SELECT 1 FROM books WHERE book_id = :what AND copies = 0", "45001", "no copy is left"),
    UOW_STEP("UPDATE books SET copies = copies - 1 WHERE book_id = :what"),
    UOW_STEP("INSERT INTO loans (reader_id, book_id, lent_on) VALUES (:who, :what, '2024-05-03')"),
    UOW_STEP_INTO("SELECT copies AS copies_left FROM books WHERE book_id = :what"),
};
static const uow_procedure lend = UOW_PROCEDURE_PORTABLE("lend", lend_parameters, lend_steps);

/* The database's own, where it has procedures; a program usually finds them there. */
static const char *const own_texts[][2] = {
    {"postgresql", "CREATE OR REPLACE PROCEDURE lend(IN who bigint, IN what bigint, OUT copies_left integer) "
     "LANGUAGE plpgsql AS $$BEGIN UPDATE books SET copies = copies - 1 WHERE book_id = what AND copies > 0 "
     "RETURNING copies INTO copies_left; IF NOT FOUND THEN RAISE EXCEPTION 'no copy is left' USING ERRCODE = '45001'; "
     "END IF; INSERT INTO loans (reader_id, book_id, lent_on) VALUES (who, what, '2024-05-03'); END$$"},
    {"mariadb", "CREATE OR REPLACE PROCEDURE lend(IN who BIGINT, IN what BIGINT, OUT copies_left INT) "
     "BEGIN UPDATE books SET copies = copies - 1 WHERE book_id = what AND copies > 0; IF ROW_COUNT() = 0 THEN "
     "SIGNAL SQLSTATE '45001' SET MESSAGE_TEXT = 'no copy is left'; END IF; "
     "INSERT INTO loans (reader_id, book_id, lent_on) VALUES (who, what, '2024-05-03'); "
     "SELECT copies INTO copies_left FROM books WHERE book_id = what; END"},
};

/* The database's own lend, or NULL: the portable body runs then. */
static const char *own_text(uow_context *ctx)
{
    uow_facts facts = UOW_FACTS_INIT;

    must(ctx, uow_context_facts(ctx, &facts), "ask which database it is");
    for (size_t i = 0; i < UOW_COUNT(own_texts); i++)
        if (strcmp(own_texts[i][0], facts.dialect) == 0)
            return own_texts[i][1];
    return NULL;
}

static void show_shelf(uow_context *ctx, const char *when)
{
    uow_arg titles[] = {uow_arg_text("Dune"), uow_arg_text("Emma")};
    uow_query_options plain = UOW_QUERY_OPTIONS_INIT;
    uow_list *list = NULL;
    int64_t out = 0;

    plain.tracking = UOW_NO_TRACKING;
    must(ctx, uow_query(ctx, &books, "title IN (?, ?) ORDER BY title", titles, 2, &plain, &list), "query the shelf");
    must(ctx, uow_count(ctx, &loans, NULL, NULL, 0, &out), "count the loans");
    printf("%s: %d and %d copies, %lld loans\n", when, (int)((const struct book *)uow_list_at(list, 0))->copies,
           (int)((const struct book *)uow_list_at(list, 1))->copies, (long long)out);
    uow_list_free(list);
}

static void savepoint(uow_context *ctx)
{
    must(ctx, uow_begin(ctx, NULL), "begin");
    must(ctx, uow_execute(ctx, "UPDATE books SET copies = copies + 1 WHERE title = 'Dune'", NULL, 0, NULL), "update");
    must(ctx, uow_begin(ctx, NULL), "begin a savepoint");
    must(ctx, uow_execute(ctx, "UPDATE books SET copies = 0", NULL, 0, NULL), "update all by mistake");
    printf("%u units are open\n", (unsigned)uow_unit_depth(ctx));
    must(ctx, uow_rollback(ctx), "undo the second update only");
    must(ctx, uow_commit(ctx), "commit the first");
}

struct errand {
    int64_t reader;
    int64_t books[2];
    int32_t left;
};

/* The work of a unit. It may be called again, so it keeps nothing from an attempt that failed. */
static uow_status borrow_both(uow_context *ctx, void *user)
{
    struct errand *e = user;
    uow_status st = UOW_OK;

    for (int i = 0; i < 2 && st == UOW_OK; i++) {
        uow_arg args[] = {UOW_IN(UOW_INT64, e->reader), UOW_IN(UOW_INT64, e->books[i]), UOW_OUT(UOW_INT32, e->left)};
        st = uow_call(ctx, "lend", args, 3, NULL, 0);
    }
    return st; /* UOW_OK commits both calls, anything else rolls both back */
}

static void run(uow_context *ctx, struct errand errand)
{
    uow_unit_run_options options = UOW_UNIT_RUN_OPTIONS_INIT;
    uow_status st;

    options.isolation = UOW_SERIALIZABLE;
    options.deadline_ms = 5000; /* all attempts and pauses together */
    st = uow_unit_run(ctx, &options, borrow_both, &errand);
    if (st == UOW_OK)
        printf("borrowed; %d left of the second\n", (int)errand.left);
    else
        printf("not borrowed: %s %s\n", uow_status_name(st), uow_error_sqlstate(uow_context_error(ctx)));
}

int main(int argc, char **argv)
{
    static const uow_procedure *const procedures[] = {&lend};
    uow_model_parts parts = UOW_MODEL_PARTS_INIT;
    struct library l;

    parts.procedures = procedures;
    parts.procedure_count = 1;
    l = library_open_with(argc, argv, &parts);
    if (own_text(l.ctx))
        must(l.ctx, uow_execute(l.ctx, own_text(l.ctx), NULL, 0, NULL), "create the procedure");
    show_shelf(l.ctx, "at first");
    savepoint(l.ctx);
    show_shelf(l.ctx, "after the savepoint");
    run(l.ctx, (struct errand){.reader = 2, .books = {1, 2}});
    show_shelf(l.ctx, "after two calls");
    run(l.ctx, (struct errand){.reader = 3, .books = {1, 2}}); /* the second book is out now */
    show_shelf(l.ctx, "after two calls, one of which failed");
    if (own_text(l.ctx))
        must(l.ctx, uow_execute(l.ctx, "DROP PROCEDURE lend", NULL, 0, NULL), "drop the procedure");
    library_close(&l);
    return 0;
}
