/* What the programs with threads share: the fake driver made safe for threads, TAP, an allocator that counts. */
#ifndef THREADS_H
#define THREADS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context/env_open.h"
#include "threads/tap.h"
#include "uow.h"
#include "unit/fake_odbc.h"

#define THREADS 8u

extern const uowi_odbc_api locked_api;

/* Runs body on THREADS threads, each with its number from 0, and waits for all. */
void threads_run(void *(*body)(void *number));
/* Fewer rounds where everything is slow (UOW_SLOW=1). */
unsigned threads_rounds(unsigned usual);
/* An environment whose outstanding bytes are in *bytes. */
uow_env *threads_env(const uowi_odbc_api *api, _Atomic int64_t *bytes);

#endif
