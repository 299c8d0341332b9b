/* What can be wrong with a model, said so that it can be fixed. */
#ifndef UOWI_TRACK_MODEL_CHECK_H
#define UOWI_TRACK_MODEL_CHECK_H

#include "track/model.h"

/* Checks what must hold before a descriptor is read at all. False: the model's error is set. */
bool uowi_model_check_def(uow_model *model, const uow_entity *def, size_t position);
/* Checks everything else; the error lists every mistake. UOW_OK or UOW_MODEL. */
uow_status uowi_model_check(uow_model *model);
/* model_check_relation.c: the relations of one entity. */
void uowi_model_check_relations(uow_model *model, const uowi_entity *entity);
/* Adds a mistake to the error: one sentence; the first opens the record, the others follow. column may be NULL. */
void uowi_model_say(uow_model *model, const uowi_entity *entity, const char *column, const char *what);

#endif
