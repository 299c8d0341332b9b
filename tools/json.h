/* JSON, written as it comes. */
#ifndef UOW_TOOLS_JSON_H
#define UOW_TOOLS_JSON_H

#include <stdio.h>

/* A string with its quotes; NULL is null. */
void json_text(FILE *out, const char *text);
/* "name": "text", with what stands before it. */
void json_member(FILE *out, const char *before, const char *name, const char *text);

#endif
