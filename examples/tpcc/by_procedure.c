/*
 * The five transactions by calling procedures: one call each. Where the database has procedures
 * they are its own, elsewhere the model's bodies run under the same call.
 */
#include "tpcc.h"

#include <string.h>

static uow_status new_order(uow_context *ctx, const struct input *in, struct output *out)
{
    uow_result lines = UOW_RESULT_UNTRACKED(&sold_lines);
    uow_decimal w_tax, d_tax, discount;
    char last[17], credit[3];
    uow_arg args[] = {
        uow_arg_int32(in->w), uow_arg_int32(in->d), uow_arg_int32(in->c), uow_arg_text(in->json),
        uow_arg_timestamp(&in->now), UOW_OUT(UOW_INT32, out->o_id), UOW_OUT(UOW_DECIMAL, out->total),
        UOW_OUT(UOW_DECIMAL, w_tax), UOW_OUT(UOW_DECIMAL, d_tax), UOW_OUT(UOW_DECIMAL, discount),
        UOW_OUT(UOW_TEXT, last), UOW_OUT(UOW_TEXT, credit)};
    uow_status st = uow_call(ctx, "new_order", args, 12, &lines, 1);

    if (st != UOW_OK)
        return st;
    out->lines = (int32_t)lines.rows;
    uow_list_free(lines.list);
    return UOW_OK;
}

static uow_status payment(uow_context *ctx, const struct input *in, struct output *out)
{
    int32_t c = in->c;
    uow_ind c_ind = in->c ? 0 : UOW_NULL, last_ind = in->c ? UOW_NULL : 0, data_ind = 0;
    char last[17], credit[3], first[17], data[201];
    uow_arg args[] = {
        uow_arg_int32(in->w), uow_arg_int32(in->d), uow_arg_int32(in->c_w), uow_arg_int32(in->c_d),
        UOW_INOUT_NULL(UOW_INT32, c, c_ind), UOW_INOUT_NULL(UOW_TEXT, last, last_ind), uow_arg_decimal(&in->amount),
        uow_arg_timestamp(&in->now), UOW_OUT(UOW_DECIMAL, out->balance), UOW_OUT(UOW_TEXT, credit),
        UOW_OUT(UOW_TEXT, first), UOW_OUT_NULL(UOW_TEXT, data, data_ind)};

    memcpy(last, in->last, sizeof last);
    return uow_call(ctx, "payment", args, 12, NULL, 0);
}

static uow_status order_status(uow_context *ctx, const struct input *in, struct output *out)
{
    uow_result lines = UOW_RESULT_UNTRACKED(&sold_lines);
    int32_t c = in->c, carrier;
    uow_ind c_ind = in->c ? 0 : UOW_NULL, last_ind = in->c ? UOW_NULL : 0, carrier_ind;
    char last[17], first[17];
    uow_timestamp entry;
    uow_arg args[] = {
        uow_arg_int32(in->w), uow_arg_int32(in->d), UOW_INOUT_NULL(UOW_INT32, c, c_ind),
        UOW_INOUT_NULL(UOW_TEXT, last, last_ind), UOW_OUT(UOW_TEXT, first), UOW_OUT(UOW_DECIMAL, out->balance),
        UOW_OUT(UOW_INT32, out->o_id), UOW_OUT(UOW_TIMESTAMP, entry), UOW_OUT_NULL(UOW_INT32, carrier, carrier_ind)};
    uow_status st;

    memcpy(last, in->last, sizeof last);
    st = uow_call(ctx, "order_status", args, 9, &lines, 1);
    if (st != UOW_OK)
        return st;
    out->lines = (int32_t)lines.rows;
    uow_list_free(lines.list);
    return UOW_OK;
}

static uow_status delivery(uow_context *ctx, const struct input *in, struct output *out)
{
    uow_result done = UOW_RESULT_UNTRACKED(&delivered_orders);
    uow_arg args[] = {uow_arg_int32(in->w), uow_arg_int32(in->carrier), uow_arg_timestamp(&in->now),
                      UOW_OUT(UOW_INT32, out->lines)};
    uow_status st = uow_call(ctx, "delivery", args, 4, &done, 1);

    if (st != UOW_OK)
        return st;
    uow_list_free(done.list);
    return UOW_OK;
}

static uow_status stock_level(uow_context *ctx, const struct input *in, struct output *out)
{
    uow_arg args[] = {uow_arg_int32(in->w), uow_arg_int32(in->d), uow_arg_int32(in->threshold),
                      UOW_OUT(UOW_INT64, out->low)};

    return uow_call(ctx, "stock_level", args, 4, NULL, 0);
}

/* Each procedure locks what it will write, so the everyday isolation is enough. */
const struct way by_procedure = {
    "procedures", {new_order, payment, order_status, delivery, stock_level}, UOW_READ_COMMITTED, UOW_READ_COMMITTED};
