/* Which driver is wrapped, and what it is connected with. */
#ifndef TD_TARGET_H
#define TD_TARGET_H

#include "keys.h"

/* What a connection string comes to. */
typedef struct td_target {
    td_connstr cs;
    char dsn[256];    /* whose section the Test keys are in; may be empty */
    char file[512];   /* the wrapped driver's library */
    char *connection; /* what it is connected with */
} td_target;

/* Fill in the rest from t->cs. */
bool td_target_find(td_target *t, td_complaint *complaint);
void td_target_free(td_target *t);

#endif
