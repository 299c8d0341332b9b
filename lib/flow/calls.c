#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "flow/calls.h"

const uowi_call_row uowi_calls[UOWI_CALL_COUNT] = {
#define UOWI_ROW(id, name, does) [UOWI_CALL_ID_##id] = {name, does},
    UOWI_CALLS(UOWI_ROW)
#undef UOWI_ROW
};
