/*
 * OPEN.C   Start and end of the program.    R.H. 03/98
 */
#include "legacy.h"

int program_open(const char *dsn)
{
    return db_open(dsn) && setup_tables();
}

void program_close(void)
{
    db_close();
}
