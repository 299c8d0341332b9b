#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "work/planview.h"

static void text_columns(const uowi_entity *entity, const size_t *columns, size_t count, uowi_buf *out)
{
    for (size_t i = 0; i < count; i++)
        uowi_buf_fmt(out, "%s%s", i ? ", " : "", entity->columns[columns[i]].name);
}

void uowi_planview_verb(const uowi_change *change, uowi_buf *out)
{
    static const char *const verbs[] = {"insert ", "update ", "delete "};
    const uowi_entity *entity = change->entity;
    const char *before = " (";

    if (change->patch == UOWI_PATCH_NONE) {
        uowi_buf_fmt(out, "%s%s", verbs[change->write], entity->name);
        return;
    }
    uowi_buf_fmt(out, "%s%s", change->patch == UOWI_PATCH_BEFORE ? "set NULL first " : "give its value ", entity->name);
    for (size_t i = 0; i < entity->column_count; i++) {
        if (!uowi_columns_has(change->columns, i))
            continue;
        uowi_buf_fmt(out, "%s%s", before, entity->columns[i].name);
        before = ", ";
    }
    uowi_buf_char(out, ')');
}

void uowi_planview_reason(const uowi_plan *plan, const uowi_edge *edge, uowi_buf *out)
{
    const uowi_change *before = &plan->changes[edge->before];
    const uowi_change *after = &plan->changes[edge->after];
    const uowi_relation *relation;

    uowi_buf_fmt(out, edge->cut ? "circle broken, not after #%zu: " : "after #%zu: ", (size_t)edge->before + 1);
    switch ((uowi_reason)edge->reason) {
    case UOWI_PRINCIPAL_INSERTED:
        relation = &after->entity->relations[edge->detail];
        text_columns(after->entity, relation->columns, relation->count, out);
        uowi_buf_text(out, " refers to it");
        break;
    case UOWI_DEPENDENT_GONE:
        relation = &before->entity->relations[edge->detail];
        uowi_buf_text(out, "its ");
        text_columns(before->entity, relation->columns, relation->count, out);
        uowi_buf_text(out, " refers to this row");
        break;
    case UOWI_UNIQUE_RELEASED:
        uowi_buf_text(out, "it lets go of this row's unique ");
        text_columns(after->entity, after->entity->uniques[edge->detail].columns,
                     after->entity->uniques[edge->detail].count, out);
        break;
    case UOWI_PATCHED:
    default:
        uowi_buf_text(out, "the circle is broken in this order");
        break;
    }
}

/* How long the piece at text is that may come again and again: ", (..)" or " UNION ALL SELECT ?, ?"; 0: none. */
static size_t text_unit(const char *text)
{
    static const char row[] = ", (";
    static const char select[] = " UNION ALL SELECT ";
    size_t n;

    if (strncmp(text, row, sizeof row - 1) == 0) {
        n = sizeof row - 1 + strspn(text + sizeof row - 1, "?, ");
        return text[n] == ')' ? n + 1 : 0;
    }
    if (strncmp(text, select, sizeof select - 1) == 0)
        return sizeof select - 1 + strspn(text + sizeof select - 1, "?, ");
    return 0;
}

void uowi_planview_sql(const char *sql, uowi_buf *out)
{
    while (*sql) {
        size_t unit = text_unit(sql);

        if (unit == 0) {
            uowi_buf_char(out, *sql++);
            continue;
        }
        uowi_buf_text(out, *sql == ',' ? ", .." : " ..");
        for (const char *first = sql; strncmp(sql, first, unit) == 0; sql += unit)
            ;
    }
}
