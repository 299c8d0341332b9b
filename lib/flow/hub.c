#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "flow/hub.h"

#include <string.h>

struct uowi_waiter {
    uowi_cond cond;
    bool woken;
};

bool uowi_hub_init(uowi_hub *hub)
{
    memset(hub, 0, sizeof *hub);
    hub->wake.descriptor = hub->wake.writer = -1;
    return uowi_mutex_init(&hub->mutex);
}

void uowi_hub_done(uowi_hub *hub)
{
    uowi_wake_close(&hub->wake);
    uowi_mutex_done(&hub->mutex);
}

void uowi_post_init(uowi_post *post, void *owner)
{
    memset(post, 0, sizeof *post);
    post->wake.descriptor = post->wake.writer = -1;
    post->owner = owner;
}

void uowi_post_done(uowi_post *post)
{
    uowi_wake_close(&post->wake);
}

static void hub_link(uowi_hub *hub, uowi_post *post)
{
    post->next = NULL;
    post->before = hub->last;
    if (hub->last)
        hub->last->next = post;
    else
        hub->first = post;
    hub->last = post;
}

static void hub_unlink(uowi_hub *hub, uowi_post *post)
{
    if (post->before)
        post->before->next = post->next;
    else
        hub->first = post->next;
    if (post->next)
        post->next->before = post->before;
    else
        hub->last = post->before;
    post->next = post->before = NULL;
}

/* Under the mutex. */
static void hub_rouse(const uowi_post *post)
{
    if (!post->waiter)
        return;
    post->waiter->woken = true;
    uowi_cond_signal(&post->waiter->cond);
}

void uowi_hub_nudge(uowi_hub *hub, const uowi_post *post)
{
    uowi_mutex_lock(&hub->mutex);
    hub_rouse(post);
    uowi_mutex_unlock(&hub->mutex);
}

void uowi_hub_post(uowi_hub *hub, uowi_post *post)
{
    uowi_mutex_lock(&hub->mutex);
    hub_link(hub, post);
    uowi_wake_raise(&hub->wake);
    uowi_wake_raise(&post->wake);
    hub_rouse(post);
    atomic_store_explicit(&post->back, true, memory_order_release);
    uowi_mutex_unlock(&hub->mutex);
}

bool uowi_hub_take(uowi_hub *hub, uowi_post *post)
{
    if (!atomic_load_explicit(&post->back, memory_order_acquire))
        return false;
    uowi_mutex_lock(&hub->mutex); /* and the poster has let go of it */
    hub_unlink(hub, post);
    atomic_store_explicit(&post->back, false, memory_order_relaxed);
    uowi_wake_lower(&post->wake);
    if (!hub->first)
        uowi_wake_lower(&hub->wake);
    uowi_mutex_unlock(&hub->mutex);
    return true;
}

/* Under the mutex: whether one is back already; otherwise all know whom to wake. */
static bool hub_register(uowi_post *const *posts, size_t count, uowi_waiter *waiter)
{
    for (size_t i = 0; i < count; i++) {
        if (!posts[i])
            continue;
        if (waiter && atomic_load_explicit(&posts[i]->back, memory_order_relaxed))
            return true;
        posts[i]->waiter = waiter;
    }
    return false;
}

bool uowi_hub_wait(uowi_hub *hub, uowi_post *const *posts, size_t count, uint64_t until_ns)
{
    uowi_waiter waiter = {.woken = false};
    bool in_time = true;

    if (!uowi_cond_init(&waiter.cond))
        return false;
    uowi_mutex_lock(&hub->mutex);
    waiter.woken = hub_register(posts, count, &waiter);
    while (!waiter.woken && in_time)
        in_time = uowi_cond_wait_until(&waiter.cond, &hub->mutex, until_ns);
    (void)hub_register(posts, count, NULL);
    uowi_mutex_unlock(&hub->mutex);
    uowi_cond_done(&waiter.cond);
    return waiter.woken;
}

size_t uowi_hub_list(uowi_hub *hub, void **owners, size_t most)
{
    size_t n = 0;

    uowi_mutex_lock(&hub->mutex);
    for (const uowi_post *post = hub->first; post && n < most; post = post->next)
        owners[n++] = post->owner;
    uowi_mutex_unlock(&hub->mutex);
    return n;
}

int uowi_hub_descriptor(uowi_hub *hub)
{
    uowi_mutex_lock(&hub->mutex);
    if (hub->wake.descriptor < 0 && uowi_wake_open(&hub->wake) && hub->first)
        uowi_wake_raise(&hub->wake);
    uowi_mutex_unlock(&hub->mutex);
    return hub->wake.descriptor;
}

int uowi_post_descriptor(uowi_hub *hub, uowi_post *post)
{
    uowi_mutex_lock(&hub->mutex);
    if (post->wake.descriptor < 0 && uowi_wake_open(&post->wake) && atomic_load(&post->back))
        uowi_wake_raise(&post->wake);
    uowi_mutex_unlock(&hub->mutex);
    return post->wake.descriptor;
}
