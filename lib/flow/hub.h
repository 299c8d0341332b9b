/*
 * Where engines say that an operation has come back: one per environment. What
 * came back stays in a list until its owner looks, and whoever waits is woken.
 */
#ifndef UOWI_FLOW_HUB_H
#define UOWI_FLOW_HUB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/platform.h"

typedef struct uowi_waiter uowi_waiter;
typedef struct uowi_post uowi_post;

/* Embedded in what comes back. */
struct uowi_post {
    _Atomic bool back;        /* posted and not yet taken */
    uowi_post *next, *before; /* of the hub's list */
    uowi_waiter *waiter;      /* somebody sleeps on it */
    uowi_wake wake;           /* readable while it is back; open once somebody asked */
    void *owner;
};

typedef struct uowi_hub {
    uowi_mutex mutex; /* guards what follows, and the posts but for back */
    uowi_post *first, *last;
    uowi_wake wake; /* readable while the list is not empty; open once somebody asked */
} uowi_hub;

bool uowi_hub_init(uowi_hub *hub);
void uowi_hub_done(uowi_hub *hub);

void uowi_post_init(uowi_post *post, void *owner);
void uowi_post_done(uowi_post *post);
/* Nothing of the post may be used by the caller afterwards: its owner may have freed it. */
void uowi_hub_post(uowi_hub *hub, uowi_post *post);
/* Whether it had come back; it then has not any more. */
bool uowi_hub_take(uowi_hub *hub, uowi_post *post);
/* Sleeps until one of them is back, or the time (uowi_now_ns clock) has come: false. NULLs among them are passed over. */
bool uowi_hub_wait(uowi_hub *hub, uowi_post *const *posts, size_t count, uint64_t until_ns);
/* Wakes whoever sleeps on it, to look again. */
void uowi_hub_nudge(uowi_hub *hub, const uowi_post *post);
/* The owners of at most `most` posts of the list, oldest first. */
size_t uowi_hub_list(uowi_hub *hub, void **owners, size_t most);
/* Descriptors, opened when they are asked for; -1: none to be had. */
int uowi_hub_descriptor(uowi_hub *hub);
int uowi_post_descriptor(uowi_hub *hub, uowi_post *post);

#endif
