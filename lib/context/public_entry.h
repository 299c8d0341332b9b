/* What calls about one instance share. */
#ifndef UOWI_CONTEXT_PUBLIC_ENTRY_H
#define UOWI_CONTEXT_PUBLIC_ENTRY_H

#include "context/context.h"

/* The entry of an instance; UOW_MISUSE through the error record. */
uow_status uowi_entry_of(uowi_session *s, const void *instance, uowi_entry **out);
void uowi_count_tracked(uowi_session *s);

#endif
