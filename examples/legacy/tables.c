/* The model of steps 1 and 2: tables only. */
#include "model.h"

uow_status make_legacy_model(uow_env *env, uow_model **out_model)
{
    static const uow_entity *const entities[] = {&customers, &items,       &orders,    &order_lines,
                                                 &counters,  &shown_lines, &day_totals};

    return uow_model_create(env, entities, UOW_COUNT(entities), out_model);
}
