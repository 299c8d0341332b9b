/* Statements that differ in nothing but values are one text. */
#ifndef UOWI_WORK_NORMAL_H
#define UOWI_WORK_NORMAL_H

#include "base/buf.h"

/* Appends sql with literals as "?", lists of them as "?, ..", rows of lists as "(..), ..", and single blanks. */
void uowi_normal_text(const char *sql, size_t length, uowi_buf *out);

#endif
