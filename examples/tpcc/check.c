/* The consistency conditions 1 to 4 and 10 (by district) of clause 3.3.2, and whether the orders told to have been taken are there. */
#include "tpcc.h"

#include <stdio.h>

static const struct condition {
    const char *what;
    const char *broken; /* counts what breaks it */
} conditions[] = {
    {"1: each warehouse's year to date is that of its districts",
     "SELECT COUNT(*) AS how_many FROM warehouse WHERE ABS(w_ytd - (SELECT SUM(d_ytd) FROM district WHERE d_w_id = w_id)) "
     "> 0.001"},
    {"2: the next order's number follows the last one's, open or not",
     "SELECT COUNT(*) AS how_many FROM district WHERE "
     "d_next_o_id - 1 <> (SELECT MAX(o_id) FROM oorder WHERE o_w_id = d_w_id AND o_d_id = d_id) OR "
     "d_next_o_id - 1 <> (SELECT MAX(no_o_id) FROM new_order WHERE no_w_id = d_w_id AND no_d_id = d_id)"},
    {"3: open orders are numbered without a gap",
     "SELECT COUNT(*) AS how_many FROM (SELECT no_w_id, no_d_id FROM new_order GROUP BY no_w_id, no_d_id "
     "HAVING MAX(no_o_id) - MIN(no_o_id) + 1 <> COUNT(*)) x"},
    {"4: as many order lines as the orders say",
     "SELECT COUNT(*) AS how_many FROM district WHERE "
     "(SELECT SUM(o_ol_cnt) FROM oorder WHERE o_w_id = d_w_id AND o_d_id = d_id) <> "
     "(SELECT COUNT(*) FROM order_line WHERE ol_w_id = d_w_id AND ol_d_id = d_id)"},
    {"10: what customers owe is what was delivered less what was paid",
     "SELECT COUNT(*) AS how_many FROM district WHERE ABS("
     "(SELECT SUM(c_balance) FROM customer WHERE c_w_id = d_w_id AND c_d_id = d_id) - "
     "(SELECT SUM(ol_amount) FROM order_line WHERE ol_w_id = d_w_id AND ol_d_id = d_id AND ol_delivery_d IS NOT NULL) + "
     "(SELECT SUM(h_amount) FROM history WHERE h_c_w_id = d_w_id AND h_c_d_id = d_id)) > 0.005"},
};

int64_t orders_taken(uow_context *ctx)
{
    return number_of(ctx, "SELECT COUNT(*) AS how_many FROM oorder");
}

static int judge(const char *what, int64_t broken)
{
    if (broken)
        say("condition %s: BROKEN in %lld places", what, (long long)broken);
    else
        say("condition %s: holds", what);
    return broken != 0;
}

int check_all(uow_context *ctx, int64_t orders_before, int64_t orders_told)
{
    int64_t taken = orders_taken(ctx) - orders_before;
    int broken = 0;

    for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++)
        broken += judge(conditions[i].what, number_of(ctx, conditions[i].broken));
    if (taken != orders_told)
        say("%lld orders were taken, and the terminals were told of %lld: BROKEN", (long long)taken, (long long)orders_told);
    else
        say("%lld orders were taken, as the terminals were told", (long long)taken);
    return broken + (taken != orders_told);
}
