#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/landing.h"

#include <string.h>

#include "flow/step.h"
#include "work/query.h"

uow_status uowi_landing_open(uowi_landing *landing, uowi_session *s, uowi_stmt *stmt, const uow_result *want)
{
    uowi_target targets[UOWI_MAX_COLUMNS];
    const uowi_entity *entity = uowi_session_entity(s, want->entity);
    uow_status st;

    memset(landing, 0, sizeof *landing);
    landing->s = s;
    landing->entity = entity;
    landing->each = want->each;
    landing->user = want->user;
    landing->refresh = (want->flags & UOW_REFRESH) != 0;
    if (!entity)
        return UOW_MISUSE;
    landing->tracking = entity->tracked ? want->tracking : UOW_NO_TRACKING;
    st = uowi_reader_named(s, stmt, entity, targets);
    if (st == UOW_OK)
        st = uowi_rowset_open(stmt, entity->name, targets, entity->column_count, entity->row_size, 0, &landing->rowset);
    if (st == UOW_OK && !want->each)
        st = uowi_list_create(s, entity, landing->tracking, &landing->list);
    return st;
}

static uow_status landing_hand(uowi_landing *landing, void *image)
{
    void *row = image;
    uow_status st = UOW_OK;

    if (landing->tracking != UOW_NO_TRACKING)
        st = uowi_track_row(landing->s, landing->entity, image, landing->refresh, &row);
    if (st == UOW_OK && !landing->each(row, landing->user))
        st = uowi_error_set(&landing->s->error, UOW_CANCELLED, "the program wants no more rows of %s", landing->entity->name);
    return st;
}

static uow_status landing_block(uowi_landing *landing)
{
    uow_status st = UOW_OK;

    for (size_t i = 0; st == UOW_OK && i < landing->block; i++) {
        void *image = uowi_rowset_row(landing->rowset, i);

        st = landing->each ? landing_hand(landing, image)
                           : uowi_list_append(landing->s, landing->list, image, landing->refresh);
    }
    landing->rows += (int64_t)landing->block;
    return st;
}

/* Tracker and callbacks belong to the thread that polls. */
static bool landing_visits(const uowi_landing *landing)
{
    return landing->s->polled && (landing->each || landing->tracking == UOW_TRACKED);
}

uow_status uowi_landing_step(uowi_landing *landing)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(landing->at);
    while (st == UOW_OK) {
        if (landing_visits(landing))
            UOWI_TURN(landing->at, UOWI_TURN_ENGINE);
        UOWI_AWAIT(landing->at, st, uowi_rowset_fetch(landing->rowset, &landing->block));
        if (st == UOW_OK && landing_visits(landing))
            UOWI_TURN(landing->at, UOWI_TURN_CALLER);
        if (st == UOW_OK)
            st = landing_block(landing);
    }
    UOWI_STEP_END
    return st == UOW_END ? UOW_OK : st;
}

uow_status uowi_landing_end(uowi_landing *landing, uow_status st, uow_list **out_list)
{
    uowi_rowset_free(landing->rowset);
    landing->rowset = NULL;
    if (st != UOW_OK) {
        uow_list_free(landing->list);
        landing->list = NULL;
    }
    *out_list = landing->list;
    return st;
}
