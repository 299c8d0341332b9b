/* The trace that statements belong to, as a comment behind each: what sqlcommenter made a habit. */
#ifndef UOWI_WORK_COMMENT_H
#define UOWI_WORK_COMMENT_H

#include "work/session.h"

/* Both as in W3C's trace context; traceparent NULL: no comment any more. UOW_MISUSE: it is none. */
uow_status uowi_comment_set(uowi_session *s, const char *traceparent, const char *tracestate);
/* The statement with its comment, in the scratch arena; left as it is where no comment is wanted. */
uow_status uowi_comment_add(uowi_session *s, const char **sql, size_t *length);

#endif
