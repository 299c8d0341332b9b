/* Lists and reports from step 1 on: rows come as structs, and nothing is bound by hand. */
#include <stdio.h>

#include "legacy.h"
#include "model.h"

/* The old code writes the same tables, so nothing is kept. */
static uow_list *read_all(const uow_entity *entity, const char *condition, const uow_arg *args, size_t count)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *list = NULL;

    options.tracking = UOW_NO_TRACKING;
    if (uow_query(legacy, entity, condition, args, count, &options, &list) != UOW_OK)
        complain("query");
    return list;
}

int list_customers(void)
{
    uow_list *list = read_all(&customers, "1 = 1 ORDER BY custno", NULL, 0);

    for (size_t i = 0; i < uow_list_count(list); i++) {
        const struct customer *c = uow_list_at(list, i);
        printf("%5d %-30s limit %8d.%02d  owes %8d.%02d\n", (int)c->no, c->name, (int)c->credit_limit / 100,
               (int)c->credit_limit % 100, (int)c->balance / 100, (int)c->balance % 100);
    }
    uow_list_free(list);
    return list != NULL;
}

int list_items(void)
{
    uow_list *list = read_all(&items, "1 = 1 ORDER BY itemno", NULL, 0);

    for (size_t i = 0; i < uow_list_count(list); i++) {
        const struct item *it = uow_list_at(list, i);
        printf("%5d %-30s price %6d.%02d  on hand %6d\n", (int)it->no, it->description, (int)it->price / 100,
               (int)it->price % 100, (int)it->on_hand);
    }
    uow_list_free(list);
    return list != NULL;
}

static int show_lines(const uow_arg *number)
{
    static const char sql[] = "SELECT l.linno, l.itemno, i.descr, l.qty, l.price FROM lg_line l, lg_item i "
                              "WHERE l.itemno = i.itemno AND l.ordno = ? ORDER BY l.linno";
    uow_list *list = NULL;

    if (uow_query_sql(legacy, &shown_lines, sql, number, 1, NULL, &list) != UOW_OK)
        return complain("query");
    for (size_t i = 0; i < uow_list_count(list); i++) {
        const struct shown_line *l = uow_list_at(list, i);
        printf("   %2d  %5d %-30s %5d at %6d.%02d\n", (int)l->line_no, (int)l->item_no, l->description,
               (int)l->quantity, (int)l->price / 100, (int)l->price % 100);
    }
    uow_list_free(list);
    return 1;
}

int show_order(long ordno)
{
    uow_arg number = uow_arg_int64(ordno);
    uow_list *list = read_all(&orders, "ordno = ?", &number, 1);
    const struct order *o = uow_list_count(list) ? uow_list_at(list, 0) : NULL;

    if (o)
        printf("order %ld customer %d of %s shipped %s status %s total %d.%02d\n", ordno, (int)o->customer_no, o->date,
               o->ship_date_ind == UOW_NULL ? "-" : o->ship_date, o->status, (int)o->total / 100, (int)o->total % 100);
    else
        printf("no order %ld\n", ordno);
    uow_list_free(list);
    return o ? show_lines(&number) : 0;
}

int day_report(const char *date)
{
    static const char sql[] = "SELECT c.name AS name, COUNT(*) AS orders, SUM(o.total) AS total FROM lg_ord o, lg_cust c "
                              "WHERE o.custno = c.custno AND o.orddate = ? AND o.status <> 'C' GROUP BY c.name "
                              "ORDER BY c.name";
    uow_arg day = uow_arg_text(date);
    uow_list *list = NULL;

    printf("--- %s\n", date);
    if (uow_query_sql(legacy, &day_totals, sql, &day, 1, NULL, &list) != UOW_OK)
        return complain("query");
    for (size_t i = 0; i < uow_list_count(list); i++) {
        const struct day_total *t = uow_list_at(list, i);
        printf("%-30s %3d orders %10d.%02d\n", t->name, (int)t->orders, (int)(t->total / 100), (int)(t->total % 100));
    }
    uow_list_free(list);
    return 1;
}
