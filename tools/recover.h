#ifndef UOW_TOOLS_RECOVER_H
#define UOW_TOOLS_RECOVER_H

#include "cli.h"

extern const cli_command recover_command;

#endif
