/* Hooks: the program's say before and after a save, for each change, and for each statement. */
#ifndef UOW_HOOK_H
#define UOW_HOOK_H

#include "uow/track.h"

UOW_BEGIN_DECLS

/* What a hook says. */
typedef enum uow_hook_answer {
    UOW_HOOK_GO = 0,
    UOW_HOOK_SUPPRESS = 1, /* not this one, without an error */
    UOW_HOOK_VETO = 2,     /* the operation fails with UOW_CANCELLED, the error names the hook, nothing is written */
    UOW_HOOK_ANSWER_FORCE_INT = 0x7fffffff
} uow_hook_answer;

/* A row about to be written. Valid during the callback only. */
typedef struct uow_change {
    size_t struct_size;
    const uow_entity *entity;
    uow_state state; /* UOW_ADDED, UOW_MODIFIED or UOW_DELETED */
    int32_t reserved;
    void *instance;       /* the tracked struct */
    const void *original; /* a struct with the values as they were read; NULL for UOW_ADDED */
} uow_change;

/*
 * One hook. Missing callbacks (NULL) mean "go". Hooks are asked in the order given; the first answer that is not
 * UOW_HOOK_GO counts.
 *
 * In callbacks: no call on the same context. The guard refuses it with UOW_BUSY (under UOW_GUARD_WAIT after the whole
 * wait, under UOW_GUARD_OFF nothing protects the program). Other contexts are fine. Callbacks run on the
 * thread that runs the operation.
 *
 * before_save: what save finds is not looked for yet, so members of tracked structs may be set here (a time stamp, a
 *   user's name) and are saved. changes counts what there is to save so far; save asks only when that is not 0.
 *   UOW_HOOK_SUPPRESS: nothing is saved, the call succeeds with 0 rows.
 * change: once for each row to be written, entity by entity; members of this instance other than its key may be
 *   set. UOW_HOOK_SUPPRESS: this row is not written. Its change stays tracked as it is, and the next save asks
 *   again; to drop it, revert or detach the instance after the save. A row that refers to a new row
 *   which is suppressed makes the save fail with UOW_CONSTRAINT before anything is sent.
 * after_save: when all is done, also after a failure: the status of the save and the rows written. Not called when
 *   before_save said no.
 * statement: before any statement of the context is sent: those of queries, saves, the program's own; not
 *   begin, commit, rollback and savepoints. Anything but UOW_HOOK_GO is a veto.
 */
typedef struct uow_hook {
    size_t struct_size;
    const char *name; /* for messages; must outlive the context */
    uow_hook_answer (*before_save)(size_t changes, void *user);
    uow_hook_answer (*change)(const uow_change *change, void *user);
    void (*after_save)(uow_status status, size_t saved, void *user);
    uow_hook_answer (*statement)(const char *sql, void *user);
    void *user;
} uow_hook;
/* All defaults, with struct_size set. */
#define UOW_HOOK_INIT { sizeof(uow_hook), NULL, NULL, NULL, NULL, NULL, NULL }

UOW_END_DECLS

#endif
