#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "odbc/dialect.h"

static uowi_mem mem;
static uowi_buf out;
static const uowi_caps caps = {.quote = "\""};

static void setup(void)
{
    uowi_mem_init(&mem, NULL);
    uowi_buf_init(&out, &mem, 0);
}

static void teardown(void)
{
    uowi_buf_done(&out);
    cr_assert_eq(mem.bytes, 0);
}

TestSuite(odbc_dialect, .init = setup, .fini = teardown);

static void expect(const char *text)
{
    cr_expect_str_eq(uowi_buf_cstr(&out), text);
    uowi_buf_reset(&out);
}

Test(odbc_dialect, the_database_name_chooses)
{
    cr_expect_eq(uowi_dialect_for("SQLite", "x"), &uowi_dialect_sqlite);
    cr_expect_eq(uowi_dialect_for("PostgreSQL", "x"), &uowi_dialect_postgresql);
    cr_expect_eq(uowi_dialect_for("mariadb", "x"), &uowi_dialect_mariadb);
    cr_expect_eq(uowi_dialect_for("Microsoft SQL Server", "libtdsodbc.so"), &uowi_dialect_standard);
    cr_expect_eq(uowi_dialect_for("", "psqlodbcw.so"), &uowi_dialect_postgresql);
    cr_expect_eq(uowi_dialect_for(NULL, NULL), &uowi_dialect_standard);
}

Test(odbc_dialect, a_driver_file_tells_before_connecting)
{
    cr_expect_eq(uowi_dialect_of_driver("/usr/lib/odbc/libsqlite3odbc.so"), &uowi_dialect_sqlite);
    cr_expect_eq(uowi_dialect_of_driver("psqlodbca.so"), &uowi_dialect_postgresql);
    cr_expect_eq(uowi_dialect_of_driver("PostgreSQL Unicode"), &uowi_dialect_postgresql);
    cr_expect_eq(uowi_dialect_of_driver("libmaodbc.so"), &uowi_dialect_mariadb);
    cr_expect_eq(uowi_dialect_of_driver("libmyodbc8w.so"), &uowi_dialect_mysql);
    cr_expect_eq(uowi_dialect_for("MySQL", "libmaodbc.so"), &uowi_dialect_mysql, "it has no RETURNING");
    cr_expect_null(uowi_dialect_of_driver("libtdsodbc.so"));
    cr_expect_null(uowi_dialect_of_driver(NULL));
}

Test(odbc_dialect, names_are_quoted_and_quotes_inside_doubled)
{
    uowi_dialect_quote(&uowi_dialect_postgresql, &caps, "say \"order\"", &out);
    expect("\"say \"\"order\"\"\"");
    uowi_dialect_quote(&uowi_dialect_mariadb, &caps, "a`b \"c\"", &out);
    expect("`a``b \"c\"`");
    uowi_dialect_table(&uowi_dialect_sqlite, &caps, "main", "order", &out);
    expect("`main`.`order`");
    uowi_dialect_quote(&uowi_dialect_sqlite, &caps, "a`b", &out);
    expect("`a``b`");
    uowi_dialect_quote(&uowi_dialect_sqlite, &caps, "a\"b`c", &out);
    expect("\"a\"\"b`c\"");
    uowi_dialect_quote(&uowi_dialect_sqlite, &caps, "it's", &out);
    expect("\"it's\"");
    uowi_dialect_quote(&uowi_dialect_sqlite, &caps, "really?", &out);
    expect("\"really?\"");
    uowi_dialect_table(&uowi_dialect_sqlite, &caps, "", "order", &out);
    expect("`order`");
}

Test(odbc_dialect, the_standard_uses_the_drivers_quote_or_none)
{
    static const uowi_caps none = {.quote = " "}, brackets = {.quote = "["};
    uowi_dialect_quote(&uowi_dialect_standard, &caps, "order", &out);
    expect("\"order\"");
    uowi_dialect_quote(&uowi_dialect_standard, &none, "orders", &out);
    expect("orders");
    uowi_dialect_quote(&uowi_dialect_standard, &brackets, "a]b", &out);
    expect("[a]]b]");
}

Test(odbc_dialect, pages_are_cut_in_each_way)
{
    uowi_dialect_page(uowi_dialect_sqlite.paging, 10, 0, true, &out);
    expect(" LIMIT 10");
    uowi_dialect_page(uowi_dialect_mariadb.paging, 10, 20, true, &out);
    expect(" LIMIT 10 OFFSET 20");
    uowi_dialect_page(uowi_dialect_postgresql.paging, 0, 20, true, &out);
    expect(" LIMIT 9223372036854775807 OFFSET 20");
    uowi_dialect_page(UOWI_PAGING_OFFSET_FETCH, 10, 20, true, &out);
    expect(" OFFSET 20 ROWS FETCH NEXT 10 ROWS ONLY");
    uowi_dialect_page(UOWI_PAGING_OFFSET_FETCH, 10, 0, false, &out);
    expect(" ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 10 ROWS ONLY");
    uowi_dialect_page(UOWI_PAGING_OFFSET_FETCH, 0, 0, false, &out);
    expect("");
    uowi_dialect_page(UOWI_PAGING_NONE, 10, 20, true, &out);
    expect("");
}

static void expect_constraint(const uowi_dialect *dialect, const char *message, const char *name)
{
    bool found = dialect->constraint_name(message, &out);
    cr_expect_eq(found, name[0] != '\0', "%s", message);
    expect(name);
}

Test(odbc_dialect, constraints_are_named_from_messages)
{
    expect_constraint(&uowi_dialect_sqlite, "UNIQUE constraint failed: t.a, t.b (19)", "t.a, t.b");
    expect_constraint(&uowi_dialect_sqlite, "CHECK constraint failed: positive (19)", "positive");
    expect_constraint(&uowi_dialect_sqlite, "FOREIGN KEY constraint failed (19)", "");
    expect_constraint(&uowi_dialect_postgresql,
                      "ERROR: duplicate key value violates unique constraint \"uq_e\"", "uq_e");
    expect_constraint(&uowi_dialect_postgresql,
                      "ERROR: null value in column \"n\" violates not-null constraint", "");
    expect_constraint(&uowi_dialect_mariadb, "Duplicate entry '***' for key 'uq_e'", "uq_e");
    expect_constraint(&uowi_dialect_mariadb,
                      "a foreign key constraint fails (`s`.`c`, CONSTRAINT `fk_p` FOREIGN KEY",
                      "fk_p");
    expect_constraint(&uowi_dialect_mariadb, "CONSTRAINT `chk` failed for `s`.`c`", "chk");
    expect_constraint(&uowi_dialect_mariadb, "Column 'n' cannot be null", "");
}

Test(odbc_dialect, values_quoted_by_the_database_are_masked)
{
    uowi_dialect_mask(&uowi_dialect_mariadb, "Duplicate entry 'bob' for key 'x' for key 'uq'",
                      &out);
    expect("Duplicate entry '***' for key 'uq'");
    uowi_dialect_mask(&uowi_dialect_mariadb,
                      "Incorrect integer value: 'abc' for column `s`.`c`.`id` at row 1", &out);
    expect("Incorrect integer value: '***' for column `s`.`c`.`id` at row 1");
    uowi_dialect_mask(&uowi_dialect_postgresql,
                      "violates \"uq\"\nDETAIL: Key (a, b)=(bob, 3) already exists.\nmore (x)",
                      &out);
    expect("violates \"uq\"\nDETAIL: Key (a, b)=(***) already exists.\nmore (x)");
    uowi_dialect_mask(&uowi_dialect_postgresql, "invalid input syntax for type integer: \"abc\"",
                      &out);
    expect("invalid input syntax for type integer: \"***\"");
    uowi_dialect_mask(&uowi_dialect_standard, "as it is 'x'", &out);
    expect("as it is 'x'");
}
