/*
 * The same procedures as bodies of the model, for a database that has none: SQLite. Each step is one statement;
 * a loop becomes a set. What writes comes first, so that nobody has to turn a read lock into a write lock.
 */
#include "tpcc.h"

#define IN_DISTRICT(prefix) prefix "_w_id = :p_w AND " prefix "_d_id = :p_d"
#define OF_ORDER            "ol_w_id = :p_w AND ol_d_id = :p_d AND ol_o_id = :o_id"
#define ITEMS               "json_each(:p_items) t JOIN item ON i_id = t.value ->> 'i'"
#define DIST_INFO                                                                                                      \
    "CASE :p_d WHEN 1 THEN s_dist_01 WHEN 2 THEN s_dist_02 WHEN 3 THEN s_dist_03 WHEN 4 THEN s_dist_04 "               \
    "WHEN 5 THEN s_dist_05 WHEN 6 THEN s_dist_06 WHEN 7 THEN s_dist_07 WHEN 8 THEN s_dist_08 WHEN 9 THEN s_dist_09 "   \
    "ELSE s_dist_10 END"
/* The customer in the middle of those of that name. */
#define BY_NAME(w, d)                                                                                                  \
    UOW_STEP_INTO("SELECT c_id AS p_c FROM customer WHERE :p_c IS NULL AND c_w_id = " w " AND c_d_id = " d             \
                  " AND c_last = :p_last ORDER BY c_first LIMIT 1 OFFSET (SELECT (COUNT(*) + 1) / 2 - 1 FROM customer " \
                  "WHERE c_w_id = " w " AND c_d_id = " d " AND c_last = :p_last)"),                                    \
        UOW_STEP_RAISE_IF("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM customer WHERE c_w_id = " w " AND c_d_id = " d     \
                          " AND c_id = :p_c)",                                                                         \
                          "45001", "no such customer")

/* clang-format off */
static const uow_parameter new_order_parameters[] = {
    {"p_w", UOW_INT32, UOW_PARAMETER_IN}, {"p_d", UOW_INT32, UOW_PARAMETER_IN}, {"p_c", UOW_INT32, UOW_PARAMETER_IN},
    {"p_items", UOW_LONGTEXT, UOW_PARAMETER_IN}, {"p_ts", UOW_TIMESTAMP, UOW_PARAMETER_IN},
    {"o_id", UOW_INT32, UOW_PARAMETER_OUT}, {"o_total", UOW_DECIMAL, UOW_PARAMETER_OUT},
    {"o_w_tax", UOW_DECIMAL, UOW_PARAMETER_OUT}, {"o_d_tax", UOW_DECIMAL, UOW_PARAMETER_OUT},
    {"o_discount", UOW_DECIMAL, UOW_PARAMETER_OUT}, {"o_last", UOW_TEXT, UOW_PARAMETER_OUT},
    {"o_credit", UOW_TEXT, UOW_PARAMETER_OUT},
};
static const uow_step new_order_steps[] = {
    UOW_STEP("UPDATE district SET d_next_o_id = d_next_o_id + 1 WHERE d_w_id = :p_w AND d_id = :p_d"),
    UOW_STEP_INTO("SELECT d_next_o_id - 1 AS o_id, d_tax AS o_d_tax, w_tax AS o_w_tax FROM district "
                  "JOIN warehouse ON w_id = d_w_id WHERE d_w_id = :p_w AND d_id = :p_d"),
    UOW_STEP_RAISE_IF("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM customer WHERE " IN_DISTRICT("c") " AND c_id = :p_c)",
                      "45001", "no such customer"),
    UOW_STEP_INTO("SELECT c_discount AS o_discount, c_last AS o_last, c_credit AS o_credit FROM customer "
                  "WHERE " IN_DISTRICT("c") " AND c_id = :p_c"),
    UOW_STEP("INSERT INTO oorder (o_w_id, o_d_id, o_id, o_c_id, o_carrier_id, o_ol_cnt, o_all_local, o_entry_d) "
             "SELECT :p_w, :p_d, :o_id, :p_c, NULL, COUNT(*), MIN(value ->> 'w' = :p_w), :p_ts FROM json_each(:p_items)"),
    UOW_STEP("INSERT INTO new_order (no_w_id, no_d_id, no_o_id) VALUES (:p_w, :p_d, :o_id)"),
    UOW_STEP_RAISE_IF("SELECT 1 FROM json_each(:p_items) WHERE value ->> 'i' NOT IN (SELECT i_id FROM item)",
                      "45002", "Item number is not valid"),
    UOW_STEP("INSERT INTO order_line (ol_w_id, ol_d_id, ol_o_id, ol_number, ol_i_id, ol_supply_w_id, ol_quantity, "
             "ol_amount, ol_dist_info, ol_delivery_d) SELECT :p_w, :p_d, :o_id, t.key + 1, i_id, s_w_id, "
             "t.value ->> 'q', ROUND((t.value ->> 'q') * i_price, 2), " DIST_INFO ", NULL FROM " ITEMS
             " JOIN stock ON s_w_id = t.value ->> 'w' AND s_i_id = i_id"),
    UOW_STEP("UPDATE stock SET s_quantity = CASE WHEN s_quantity - x.q >= 10 THEN s_quantity - x.q "
             "ELSE s_quantity - x.q + 91 END, s_ytd = s_ytd + x.q, s_order_cnt = s_order_cnt + x.c, "
             "s_remote_cnt = s_remote_cnt + CASE WHEN x.w <> :p_w THEN x.c ELSE 0 END FROM (SELECT value ->> 'i' AS i, "
             "value ->> 'w' AS w, SUM(value ->> 'q') AS q, COUNT(*) AS c FROM json_each(:p_items) GROUP BY 1, 2) x "
             "WHERE s_w_id = x.w AND s_i_id = x.i"),
    UOW_STEP_INTO("SELECT ROUND(SUM(ol_amount) * (1 - d.disc) * (1 + d.tax), 2) AS o_total FROM order_line, "
                  "(SELECT CAST(:o_discount AS REAL) AS disc, CAST(:o_w_tax AS REAL) + CAST(:o_d_tax AS REAL) AS tax) d "
                  "WHERE " OF_ORDER),
    UOW_STEP_GIVE("SELECT ol_number, ol_i_id, i_name, ol_quantity, s_quantity, i_price, ol_amount FROM order_line "
                  "JOIN item ON i_id = ol_i_id JOIN stock ON s_w_id = ol_supply_w_id AND s_i_id = ol_i_id "
                  "WHERE " OF_ORDER " ORDER BY ol_number"),
};

static const uow_parameter payment_parameters[] = {
    {"p_w", UOW_INT32, UOW_PARAMETER_IN}, {"p_d", UOW_INT32, UOW_PARAMETER_IN}, {"p_cw", UOW_INT32, UOW_PARAMETER_IN},
    {"p_cd", UOW_INT32, UOW_PARAMETER_IN}, {"p_c", UOW_INT32, UOW_PARAMETER_INOUT},
    {"p_last", UOW_TEXT, UOW_PARAMETER_INOUT}, {"p_amount", UOW_DECIMAL, UOW_PARAMETER_IN},
    {"p_ts", UOW_TIMESTAMP, UOW_PARAMETER_IN}, {"o_balance", UOW_DECIMAL, UOW_PARAMETER_OUT},
    {"o_credit", UOW_TEXT, UOW_PARAMETER_OUT}, {"o_first", UOW_TEXT, UOW_PARAMETER_OUT},
    {"o_data", UOW_TEXT, UOW_PARAMETER_OUT},
};
static const uow_step payment_steps[] = {
    UOW_STEP("UPDATE warehouse SET w_ytd = w_ytd + :p_amount WHERE w_id = :p_w"),
    UOW_STEP("UPDATE district SET d_ytd = d_ytd + :p_amount WHERE d_w_id = :p_w AND d_id = :p_d"),
    BY_NAME(":p_cw", ":p_cd"),
    UOW_STEP("UPDATE customer SET c_balance = c_balance - :p_amount, c_ytd_payment = c_ytd_payment + :p_amount, "
             "c_payment_cnt = c_payment_cnt + 1, c_data = CASE WHEN c_credit = 'BC' THEN substr(:p_c || ' ' || :p_cd || ' ' "
             "|| :p_cw || ' ' || :p_d || ' ' || :p_w || ' ' || :p_amount || ' | ' || c_data, 1, 500) ELSE c_data END "
             "WHERE c_w_id = :p_cw AND c_d_id = :p_cd AND c_id = :p_c"),
    UOW_STEP_INTO("SELECT c_balance AS o_balance, c_credit AS o_credit, c_first AS o_first, c_last AS p_last, "
                  "CASE WHEN c_credit = 'BC' THEN substr(c_data, 1, 200) END AS o_data FROM customer "
                  "WHERE c_w_id = :p_cw AND c_d_id = :p_cd AND c_id = :p_c"),
    UOW_STEP("INSERT INTO history (h_c_d_id, h_c_w_id, h_c_id, h_d_id, h_w_id, h_date, h_amount, h_data) "
             "SELECT :p_cd, :p_cw, :p_c, :p_d, :p_w, :p_ts, :p_amount, w_name || '    ' || d_name FROM district "
             "JOIN warehouse ON w_id = d_w_id WHERE d_w_id = :p_w AND d_id = :p_d"),
};

static const uow_parameter order_status_parameters[] = {
    {"p_w", UOW_INT32, UOW_PARAMETER_IN}, {"p_d", UOW_INT32, UOW_PARAMETER_IN}, {"p_c", UOW_INT32, UOW_PARAMETER_INOUT},
    {"p_last", UOW_TEXT, UOW_PARAMETER_INOUT}, {"o_first", UOW_TEXT, UOW_PARAMETER_OUT},
    {"o_balance", UOW_DECIMAL, UOW_PARAMETER_OUT}, {"o_id", UOW_INT32, UOW_PARAMETER_OUT},
    {"o_entry", UOW_TIMESTAMP, UOW_PARAMETER_OUT}, {"o_carrier", UOW_INT32, UOW_PARAMETER_OUT},
};
static const uow_step order_status_steps[] = {
    BY_NAME(":p_w", ":p_d"),
    UOW_STEP_INTO("SELECT c_first AS o_first, c_last AS p_last, c_balance AS o_balance FROM customer "
                  "WHERE " IN_DISTRICT("c") " AND c_id = :p_c"),
    UOW_STEP_INTO("SELECT o_id, o_entry_d AS o_entry, o_carrier_id AS o_carrier FROM oorder "
                  "WHERE " IN_DISTRICT("o") " AND o_c_id = :p_c ORDER BY o_id DESC LIMIT 1"),
    UOW_STEP_GIVE("SELECT ol_number, ol_i_id, i_name, ol_quantity, 0 AS s_quantity, i_price, ol_amount FROM order_line "
                  "JOIN item ON i_id = ol_i_id WHERE " OF_ORDER " ORDER BY ol_number"),
};

#define OLDEST "(SELECT no_d_id AS d_id, MIN(no_o_id) AS o_id FROM new_order WHERE no_w_id = :p_w GROUP BY no_d_id)"

static const uow_parameter delivery_parameters[] = {
    {"p_w", UOW_INT32, UOW_PARAMETER_IN}, {"p_carrier", UOW_INT32, UOW_PARAMETER_IN},
    {"p_ts", UOW_TIMESTAMP, UOW_PARAMETER_IN}, {"o_count", UOW_INT32, UOW_PARAMETER_OUT},
};
static const uow_step delivery_steps[] = {
    UOW_STEP("UPDATE oorder SET o_carrier_id = :p_carrier WHERE o_w_id = :p_w AND (o_d_id, o_id) IN " OLDEST),
    UOW_STEP("UPDATE order_line SET ol_delivery_d = :p_ts WHERE ol_w_id = :p_w AND (ol_d_id, ol_o_id) IN " OLDEST),
    UOW_STEP("UPDATE customer SET c_balance = c_balance + x.amount, c_delivery_cnt = c_delivery_cnt + 1 FROM "
             "(SELECT n.d_id, o.o_c_id, SUM(ol_amount) AS amount FROM " OLDEST " n JOIN oorder o ON o.o_w_id = :p_w AND "
             "o.o_d_id = n.d_id AND o.o_id = n.o_id JOIN order_line ON ol_w_id = :p_w AND ol_d_id = n.d_id AND "
             "ol_o_id = n.o_id GROUP BY n.d_id, o.o_c_id) x WHERE c_w_id = :p_w AND c_d_id = x.d_id AND c_id = x.o_c_id"),
    UOW_STEP_INTO("SELECT COUNT(*) AS o_count FROM " OLDEST),
    UOW_STEP_GIVE("SELECT n.d_id, n.o_id, SUM(ol_amount) AS amount FROM " OLDEST " n JOIN order_line ON ol_w_id = :p_w "
                  "AND ol_d_id = n.d_id AND ol_o_id = n.o_id GROUP BY n.d_id, n.o_id ORDER BY n.d_id"),
    UOW_STEP("DELETE FROM new_order WHERE no_w_id = :p_w AND (no_d_id, no_o_id) IN " OLDEST),
};

static const uow_parameter stock_level_parameters[] = {
    {"p_w", UOW_INT32, UOW_PARAMETER_IN}, {"p_d", UOW_INT32, UOW_PARAMETER_IN},
    {"p_threshold", UOW_INT32, UOW_PARAMETER_IN}, {"o_low", UOW_INT32, UOW_PARAMETER_OUT},
};
static const uow_step stock_level_steps[] = {
    UOW_STEP_INTO("SELECT COUNT(DISTINCT s_i_id) AS o_low FROM district JOIN order_line ON ol_w_id = d_w_id AND "
                  "ol_d_id = d_id AND ol_o_id < d_next_o_id AND ol_o_id >= d_next_o_id - 20 JOIN stock ON s_w_id = ol_w_id "
                  "AND s_i_id = ol_i_id WHERE d_w_id = :p_w AND d_id = :p_d AND s_quantity < :p_threshold"),
};
/* clang-format on */

static const uow_procedure new_order = UOW_PROCEDURE_PORTABLE("new_order", new_order_parameters, new_order_steps);
static const uow_procedure payment = UOW_PROCEDURE_PORTABLE("payment", payment_parameters, payment_steps);
static const uow_procedure order_status = UOW_PROCEDURE_PORTABLE("order_status", order_status_parameters, order_status_steps);
static const uow_procedure delivery = UOW_PROCEDURE_PORTABLE("delivery", delivery_parameters, delivery_steps);
static const uow_procedure stock_level = UOW_PROCEDURE_PORTABLE("stock_level", stock_level_parameters, stock_level_steps);

const uow_procedure *const tpcc_procedures[] = {&new_order, &payment, &order_status, &delivery, &stock_level};
const size_t tpcc_procedure_count = sizeof tpcc_procedures / sizeof tpcc_procedures[0];
