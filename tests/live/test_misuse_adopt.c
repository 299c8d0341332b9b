/* Every function about adopted and lent connections, called wrongly. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/live.h"

Test(misuse, adopted_and_lent_connections_check_what_they_are_given)
{
    live l;
    live_open(&l, NULL, 0);
    uow_context *ctx = NULL;
    uow_loan *loan = NULL;
    int no_handle = 0;
    UOW_IS(UOW_MISUSE, uow_adopt(NULL, &no_handle, NULL, NULL, &ctx));
    cr_assert_null(ctx);
    UOW_IS(UOW_MISUSE, uow_adopt(l.env, NULL, NULL, NULL, &ctx));
    UOW_OK(uow_close(ctx)); /* it says why */
    UOW_IS(UOW_MISUSE, uow_adopt(l.env, &no_handle, NULL, NULL, NULL));
    UOW_IS(UOW_MISUSE, uow_give_back(NULL, NULL));
    UOW_IS(UOW_MISUSE, uow_give_back(l.ctx, NULL)); /* of uow_open */
    UOW_IS(UOW_MISUSE, uow_borrow(NULL, &loan));
    UOW_IS(UOW_MISUSE, uow_borrow(l.ctx, NULL));
    cr_assert_null(loan);
    cr_assert_null(uow_loan_hdbc(NULL));
    cr_assert_null(uow_loan_hstmt(NULL));
    UOW_OK(uow_loan_end(NULL, NULL));
    UOW_IS(UOW_MISUSE, uow_refresh_all(NULL));
    UOW_OK(uow_refresh_all(l.ctx));
    live_close(&l);
}

Test(misuse, polled_adopted_and_lent_connections_check_what_they_are_given)
{
    live l;
    live_open(&l, NULL, 0);
    uow_context *ctx = NULL;
    uow_loan *loan = NULL;
    uow_op *op = NULL;
    int no_handle = 0;
    UOW_IS(UOW_MISUSE, uow_adopt_start(NULL, &no_handle, NULL, NULL, &ctx, &op));
    UOW_IS(UOW_MISUSE, uow_adopt_start(l.env, &no_handle, NULL, NULL, NULL, &op));
    UOW_IS(UOW_MISUSE, uow_adopt_start(l.env, &no_handle, NULL, NULL, &ctx, NULL));
    UOW_IS(UOW_MISUSE, uow_give_back_start(NULL, NULL, &op));
    UOW_IS(UOW_MISUSE, uow_give_back_start(l.ctx, NULL, &op)); /* of uow_open */
    UOW_IS(UOW_MISUSE, uow_give_back_start(l.ctx, NULL, NULL));
    UOW_IS(UOW_MISUSE, uow_borrow_start(NULL, &loan, &op));
    UOW_IS(UOW_MISUSE, uow_borrow_start(l.ctx, NULL, &op));
    UOW_IS(UOW_MISUSE, uow_borrow_start(l.ctx, &loan, NULL));
    UOW_IS(UOW_MISUSE, uow_loan_end_start(NULL, NULL, &op));
    cr_assert_null(op);
    cr_assert_null(ctx);
    cr_assert_null(loan);
    UOW_OK(uow_adopt_start(l.env, NULL, NULL, NULL, &ctx, &op)); /* it says why when it is finished */
    UOW_IS(UOW_MISUSE, uow_op_finish(op));
    LIVE_CONTAINS(uow_context_message(ctx), "NULL");
    UOW_OK(uow_close(ctx));
    live_close(&l);
}

Test(misuse, a_polled_refresh_of_all_checks_what_it_is_given)
{
    live l;
    live_open(&l, NULL, 0);
    uow_op *op = NULL;
    UOW_IS(UOW_MISUSE, uow_refresh_all_start(NULL, &op));
    UOW_IS(UOW_MISUSE, uow_refresh_all_start(l.ctx, NULL));
    cr_assert_null(op);
    live_close(&l);
}
