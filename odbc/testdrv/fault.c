/* Counting calls, and which of them are to fail. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "call.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool td_when_hit(const td_when *when, uint64_t *seen)
{
    ++*seen;
    return *seen >= when->first && *seen <= when->last;
}

/* With TestOnce a fault happens to the one that makes the file, whatever connection it is. */
static bool fault_allowed(const td_keys *keys)
{
    if (keys->once[0] == '\0')
        return true;
    int fd = open(keys->once, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* A step of splitmix64: the draw number and the seed give the value, so a storm can be repeated. */
static uint64_t fault_draw(uint64_t seed, uint64_t draw)
{
    uint64_t z = seed + draw * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void fault_random(td_call *call)
{
    td_keys *keys = &call->dbc->keys;
    td_record *record = &call->fault.record;

    if (keys->random_per_mille == 0 || !keys->random_function[call->fn])
        return;
    uint64_t draw = ++keys->random_draws;
    if (fault_draw(keys->random_seed, draw) % 1000 >= keys->random_per_mille)
        return;
    bool link = strcmp(keys->random_state, "08S01") == 0;
    call->fault.action = link ? TD_LOSE_BEFORE : TD_FAIL;
    memcpy(record->state, keys->random_state, sizeof record->state);
    record->native = 0;
    snprintf(record->text, sizeof record->text,
             "TestRandom: %s failed by chance, seed %" PRIu64 ", draw %" PRIu64,
             td_functions[call->fn].name, keys->random_seed, draw);
}

void td_fault_decide(td_call *call)
{
    td_keys *keys = &call->dbc->keys;
    bool commits = td_commits(call);

    call->fault.action = TD_NOTHING;
    atomic_fetch_add(&call->dbc->calls[call->fn], 1);
    fault_random(call);
    for (td_rule *rule = keys->rules; rule->action != TD_NOTHING; rule++) {
        bool meant = rule->what == (unsigned)call->fn || (rule->what == TD_COMMIT && commits);
        if (!meant || !td_when_hit(&rule->when, &rule->seen) || !fault_allowed(keys))
            continue;
        if (rule->action == TD_CRASH)
            (void)raise(SIGSEGV);
        call->fault = *rule;
    }
}
