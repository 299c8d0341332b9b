#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/view.h"

#include "track/key.h"

static const char *view_state(uow_state state)
{
    switch (state) {
    case UOW_ADDED: return "added";
    case UOW_DELETED: return "deleted";
    case UOW_MODIFIED: return "modified";
    case UOW_UNCHANGED: return "unchanged";
    default: return "detached";
    }
}

static void view_columns(const uowi_tracker *tracker, const uowi_entry *entry, uowi_buf *out)
{
    const uowi_entity *entity = entry->entity;
    const char *before = ": ";
    uowi_columns changed;

    (void)uowi_snapshot_changed(uowi_tracker_slab(tracker, entity), entry, &changed);
    for (size_t i = 0; i < entity->column_count; i++) {
        if (!uowi_columns_has(&changed, i))
            continue;
        uowi_buf_fmt(out, "%s%s", before, entity->columns[i].name);
        before = ", ";
    }
}

void uowi_view_entry(const uowi_tracker *tracker, const uowi_entry *entry, uowi_buf *out)
{
    uow_state state = uowi_tracker_state(tracker, entry);

    uowi_buf_fmt(out, "%s %s(", view_state(state), entry->entity->name);
    uowi_key_text(entry->entity, uowi_tracker_row(tracker, entry), out);
    uowi_buf_char(out, ')');
    if (entry->temporary)
        uowi_buf_text(out, " temporary key");
    if (state == UOW_MODIFIED)
        view_columns(tracker, entry, out);
    uowi_buf_char(out, '\n');
}
