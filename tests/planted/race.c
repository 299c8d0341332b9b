/* A data race planted on purpose: ThreadSanitizer must see it. */
#include "config.h"

#include <pthread.h>
#include <stdio.h>

static int shared;

static void *add(void *unused)
{
    (void)unused;
    for (int i = 0; i < 1000; i++)
        shared++;
    return NULL;
}

int main(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, add, NULL) != 0)
        return 1;
    add(NULL);
    pthread_join(thread, NULL);
    printf("%d\n", shared);
    return 0;
}
