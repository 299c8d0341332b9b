/* Statements that differ in nothing but values become one text. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include <string.h>

#include "work/normal.h"

static void becomes(const char *sql, const char *wanted)
{
    uowi_mem mem;
    uowi_buf out;

    uowi_mem_init(&mem, NULL);
    uowi_buf_init(&out, &mem, 0);
    uowi_buf_text(&out, "before ");
    uowi_normal_text(sql, strlen(sql), &out);
    cr_assert_eq(strncmp(uowi_buf_cstr(&out), "before ", 7), 0);
    cr_assert_str_eq(uowi_buf_cstr(&out) + 7, wanted, "%s gave %s", sql, uowi_buf_cstr(&out) + 7);
    uowi_buf_done(&out);
    cr_assert_eq(mem.bytes, 0);
}

Test(normal, values_become_question_marks)
{
    becomes("SELECT * FROM t WHERE a = 5 AND b = 'it''s' AND c = ?", "SELECT * FROM t WHERE a = ? AND b = ? AND c = ?");
    becomes("SELECT 1.5e-3, .5", "SELECT ?, ..");
    becomes("SELECT t1.c2 FROM t1", "SELECT t1.c2 FROM t1");
    becomes("SELECT \"a 1\", `b 2`", "SELECT \"a 1\", `b 2`");
    becomes("SELECT a FROM t WHERE b = $1", "SELECT a FROM t WHERE b = $1");
    becomes("SELECT $$x$$ || 'y'", "SELECT ? || ?");
}

Test(normal, white_space_and_comments_do_not_count)
{
    becomes("SELECT  a ,\n\tb  -- why\nFROM t /* x */ WHERE ( a = 1 ) ; ", "SELECT a, b FROM t WHERE (a = ?)");
}

Test(normal, lists_of_any_length_are_one)
{
    becomes("SELECT a FROM t WHERE b IN (?, ?, ?, ?)", "SELECT a FROM t WHERE b IN (?, ..)");
    becomes("SELECT a FROM t WHERE b IN (1,2)", "SELECT a FROM t WHERE b IN (?, ..)");
    becomes("SELECT a FROM t WHERE b IN (1)", "SELECT a FROM t WHERE b IN (?)");
    becomes("INSERT INTO t (a, b) VALUES (?, ?), (?, ?), (?, ?), (?, ?)", "INSERT INTO t (a, b) VALUES (?, ..), ..");
    becomes("INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y')", "INSERT INTO t (a, b) VALUES (?, ..), ..");
    becomes("INSERT INTO t (a, b) VALUES (?, ?)", "INSERT INTO t (a, b) VALUES (?, ..)");
}
