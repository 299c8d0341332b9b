/* Decimals in a database that has none: refused where the column would make another number of them. */
#ifndef UOWI_WORK_EXACT_H
#define UOWI_WORK_EXACT_H

#include "track/model.h"
#include "uow/arg.h"
#include "work/session.h"

/* Only decimals can be stored as another number. */
static inline bool uowi_exact_matters(const uowi_param *param)
{
    return param->type == UOW_DECIMAL || param->type == UOW_DECIMAL_TEXT;
}

/* param is about to go into, or be looked for in, this column. UOW_TYPE: the column would not keep its digits. */
uow_status uowi_exact_check(uowi_session *s, const uowi_entity *entity, const uow_column *column,
                            const uowi_param *param);
/* The same for a statement of the program's on the entity's table: which column is meant is not known. */
uow_status uowi_exact_check_args(uowi_session *s, const uowi_entity *entity, const uow_arg *args, size_t count);

#endif
