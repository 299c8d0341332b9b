/*
 * The rules of an order as procedures of the database, where it has them: other programs can call them, too. The bodies of
 * enter_unit.c do the same where it has none. In a real shop somebody else runs this, once.
 */
#include <string.h>

#include "model.h"

static const char *const drops[] = {
    "DROP PROCEDURE IF EXISTS lg_open_order",
    "DROP PROCEDURE IF EXISTS lg_add_line",
    "DROP PROCEDURE IF EXISTS lg_close_order",
};

static const char *const postgresql[] = {
    "CREATE PROCEDURE lg_open_order(IN customer integer, IN day text, OUT number integer) LANGUAGE plpgsql AS $$\n"
    "BEGIN\n"
    "  IF NOT EXISTS (SELECT 1 FROM lg_cust WHERE custno = customer) THEN\n"
    "    RAISE EXCEPTION 'no such customer' USING ERRCODE = '45001';\n"
    "  END IF;\n"
    "  UPDATE lg_next SET nextno = nextno + 1 WHERE name = 'ORD' RETURNING nextno - 1 INTO number;\n"
    "  INSERT INTO lg_ord (ordno, custno, orddate, status, total) VALUES (number, customer, day, 'O', 0);\n"
    "END $$",
    "CREATE PROCEDURE lg_add_line(IN number integer, IN line integer, IN item integer, IN pieces integer,\n"
    "  OUT was_on_hand integer) LANGUAGE plpgsql AS $$\n"
    "DECLARE cents integer;\n"
    "BEGIN\n"
    "  SELECT onhand, price INTO was_on_hand, cents FROM lg_item WHERE itemno = item FOR UPDATE;\n"
    "  IF NOT FOUND THEN RAISE EXCEPTION 'no such item' USING ERRCODE = '45002'; END IF;\n"
    "  UPDATE lg_item SET onhand = onhand - pieces WHERE itemno = item AND onhand >= pieces;\n"
    "  INSERT INTO lg_line (ordno, linno, itemno, qty, price) VALUES (number, line, item, pieces, cents);\n"
    "  UPDATE lg_ord SET total = total + pieces * cents WHERE ordno = number;\n"
    "END $$",
    "CREATE PROCEDURE lg_close_order(IN number integer) LANGUAGE plpgsql AS $$\n"
    "DECLARE too_much boolean;\n"
    "BEGIN\n"
    "  UPDATE lg_cust c SET balance = balance + o.total FROM lg_ord o WHERE o.ordno = number AND c.custno = o.custno\n"
    "    RETURNING balance > credlim INTO too_much;\n"
    "  IF too_much THEN RAISE EXCEPTION 'over the credit limit' USING ERRCODE = '45003'; END IF;\n"
    "END $$",
};

static const char *const mariadb[] = {
    "CREATE PROCEDURE lg_open_order(IN customer int, IN day char(8), OUT number int) MODIFIES SQL DATA\n"
    "BEGIN\n"
    "  IF NOT EXISTS (SELECT 1 FROM lg_cust WHERE custno = customer) THEN\n"
    "    SIGNAL SQLSTATE '45001' SET MESSAGE_TEXT = 'no such customer';\n"
    "  END IF;\n"
    "  UPDATE lg_next SET nextno = nextno + 1 WHERE name = 'ORD';\n"
    "  SELECT nextno - 1 INTO number FROM lg_next WHERE name = 'ORD';\n"
    "  INSERT INTO lg_ord (ordno, custno, orddate, status, total) VALUES (number, customer, day, 'O', 0);\n"
    "END",
    "CREATE PROCEDURE lg_add_line(IN number int, IN line int, IN item int, IN pieces int, OUT was_on_hand int)\n"
    "  MODIFIES SQL DATA\n"
    "BEGIN\n"
    "  DECLARE cents int;\n"
    "  SELECT onhand, price INTO was_on_hand, cents FROM lg_item WHERE itemno = item FOR UPDATE;\n"
    "  IF cents IS NULL THEN SIGNAL SQLSTATE '45002' SET MESSAGE_TEXT = 'no such item'; END IF;\n"
    "  UPDATE lg_item SET onhand = onhand - pieces WHERE itemno = item AND onhand >= pieces;\n"
    "  INSERT INTO lg_line (ordno, linno, itemno, qty, price) VALUES (number, line, item, pieces, cents);\n"
    "  UPDATE lg_ord SET total = total + pieces * cents WHERE ordno = number;\n"
    "END",
    "CREATE PROCEDURE lg_close_order(IN number int) MODIFIES SQL DATA\n"
    "BEGIN\n"
    "  UPDATE lg_cust c JOIN lg_ord o ON o.custno = c.custno SET c.balance = c.balance + o.total WHERE o.ordno = number;\n"
    "  IF EXISTS (SELECT 1 FROM lg_cust c JOIN lg_ord o ON o.custno = c.custno WHERE o.ordno = number\n"
    "      AND c.balance > c.credlim) THEN\n"
    "    SIGNAL SQLSTATE '45003' SET MESSAGE_TEXT = 'over the credit limit';\n"
    "  END IF;\n"
    "END",
};

static uow_status run_all(const char *const *texts, size_t count)
{
    uow_status st = UOW_OK;

    for (size_t i = 0; i < count && st == UOW_OK; i++)
        st = uow_execute(legacy, texts[i], NULL, 0, NULL);
    return st;
}

uow_status make_procedures(void)
{
    uow_facts facts = UOW_FACTS_INIT;
    uow_status st = uow_context_facts(legacy, &facts);
    const char *const *texts = NULL;

    if (st != UOW_OK)
        return st;
    if (strcmp(facts.dialect, "postgresql") == 0)
        texts = postgresql;
    else if (strcmp(facts.dialect, "mariadb") == 0)
        texts = mariadb;
    else
        return UOW_OK;
    st = run_all(drops, UOW_COUNT(drops));
    return st == UOW_OK ? run_all(texts, UOW_COUNT(drops)) : st;
}
