/* The model compared with the database's catalog. */
#ifndef UOWI_WORK_VERIFY_H
#define UOWI_WORK_VERIFY_H

#include "work/session.h"

/* See uow_model_verify_at. */
uow_status uowi_verify(uowi_session *s);

#endif
