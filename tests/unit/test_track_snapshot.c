#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "track_fixture.h"

static shop s;

static uowi_entry *open_customer(shop_customer **out)
{
    shop_customer ann = shop_ann(42);
    cr_assert(shop_open(&s, 0));
    uowi_entry *entry = shop_attach(&s, &shop_customers, &ann, UOW_UNCHANGED);
    cr_assert_not_null(entry);
    *out = uowi_tracker_row(&s.tracker, entry);
    return entry;
}

static uowi_entry *open_note(shop_note **out, const char *body)
{
    shop_note note;
    memset(&note, 0, sizeof note);
    note.id = 1;
    note.body.data = (char *)(uintptr_t)body;
    note.body.length = body ? strlen(body) : 0;
    note.body_ind = body ? 0 : UOW_NULL;
    note.image_ind = UOW_NULL;
    note.mark_ind = 2;
    memcpy(note.mark, "ab", 2);
    cr_assert(shop_open(&s, 0));
    uowi_entry *entry = shop_attach(&s, &shop_notes, &note, UOW_UNCHANGED);
    cr_assert_not_null(entry);
    *out = uowi_tracker_row(&s.tracker, entry);
    return entry;
}

/* The changed columns as "1001": column 0 first. */
static const char *changed(const uowi_entry *entry)
{
    static char text[16];
    uowi_columns columns;
    bool any = uowi_snapshot_changed(uowi_tracker_slab(&s.tracker, entry->entity), entry, &columns);

    for (size_t i = 0; i < entry->entity->column_count; i++)
        text[i] = uowi_columns_has(&columns, i) ? '1' : '0';
    text[entry->entity->column_count] = '\0';
    cr_assert_eq(any, uowi_columns_any(&columns));
    cr_assert_eq(any, uowi_tracker_state(&s.tracker, entry) == UOW_MODIFIED);
    return text;
}

static void end(void)
{
    cr_assert_eq(shop_close(&s), 0);
}

Test(snapshot, only_the_columns_that_differ_are_changed)
{
    shop_customer *c;
    uowi_entry *entry = open_customer(&c);
    cr_assert_str_eq(changed(entry), "00000");
    c->balance = 13;
    cr_assert_str_eq(changed(entry), "00100");
    memcpy(c->name, "Bob", 4);
    cr_assert_str_eq(changed(entry), "01100");
    end();
}

Test(snapshot, a_value_set_back_to_its_original_is_no_change)
{
    shop_customer *c;
    uowi_entry *entry = open_customer(&c);
    c->balance = 13;
    memcpy(c->name, "Bob", 4);
    c->balance = 12.5;
    memcpy(c->name, "Ann", 4);
    cr_assert_str_eq(changed(entry), "00000");
    end();
}

Test(snapshot, bytes_behind_the_nul_of_text_are_no_change)
{
    shop_customer *c;
    uowi_entry *entry = open_customer(&c);
    memset(c->name + 4, 'x', sizeof c->name - 5);
    cr_assert_str_eq(changed(entry), "00000");
    c->name[3] = 'a';
    cr_assert_str_eq(changed(entry), "01000");
    end();
}

Test(snapshot, bytes_between_the_members_are_no_change)
{
    shop_customer *c;
    uowi_entry *entry = open_customer(&c);
    memset((char *)c + offsetof(shop_customer, email) + sizeof c->email, 0x55,
           offsetof(shop_customer, email_ind) - offsetof(shop_customer, email) - sizeof c->email);
    memset((char *)c + offsetof(shop_customer, version) + 4, 0x55,
           sizeof *c - offsetof(shop_customer, version) - 4);
    cr_assert_str_eq(changed(entry), "00000");
    end();
}

Test(snapshot, null_and_a_value_differ_but_what_lies_under_a_null_does_not_count)
{
    shop_customer *c;
    uowi_entry *entry = open_customer(&c);
    memcpy(c->email, "a@b", 4);
    cr_assert_str_eq(changed(entry), "00000");
    c->email_ind = 0;
    cr_assert_str_eq(changed(entry), "00010");
    c->email_ind = UOW_NULL;
    cr_assert_str_eq(changed(entry), "00000");
    c->email[0] = '\0';
    c->email_ind = 0;
    cr_assert_str_eq(changed(entry), "00010", "an empty text is not NULL");
    end();
}

Test(snapshot, a_length_in_the_indicator_of_text_is_no_change)
{
    shop_customer ann = shop_ann(1);
    memcpy(ann.email, "a@b", 4);
    ann.email_ind = 3;
    cr_assert(shop_open(&s, 0));
    uowi_entry *entry = shop_attach(&s, &shop_customers, &ann, UOW_UNCHANGED);
    ((shop_customer *)uowi_tracker_row(&s.tracker, entry))->email_ind = 0;
    cr_assert_str_eq(changed(entry), "00000");
    end();
}

Test(snapshot, long_text_edited_in_place_is_a_change)
{
    shop_note *note;
    uowi_entry *entry = open_note(&note, "hello");
    cr_assert_str_eq(changed(entry), "0000");
    note->body.data[0] = 'H';
    cr_assert_str_eq(changed(entry), "0100");
    note->body.data[0] = 'h';
    cr_assert_str_eq(changed(entry), "0000");
    note->body.length = 4;
    cr_assert_str_eq(changed(entry), "0100");
    end();
}

Test(snapshot, long_text_at_another_address_is_compared_by_its_bytes)
{
    char same[] = "hello";
    char other[] = "jello";
    shop_note *note;
    uowi_entry *entry = open_note(&note, "hello");
    note->body = (uow_text){same, 5};
    cr_assert_str_eq(changed(entry), "0000");
    note->body = (uow_text){other, 5};
    cr_assert_str_eq(changed(entry), "0100");
    end();
}

Test(snapshot, the_tracker_keeps_long_values_of_its_own_with_a_nul_behind)
{
    char body[] = "hello";
    shop_note *note;
    uowi_entry *entry = open_note(&note, body);
    body[0] = 'x';
    cr_assert_str_eq(note->body.data, "hello");
    cr_assert_str_eq(changed(entry), "0000");
    end();
}

Test(snapshot, a_long_null_becoming_a_value_is_a_change)
{
    char body[] = "now";
    shop_note *note;
    uowi_entry *entry = open_note(&note, NULL);
    cr_assert_str_eq(changed(entry), "0000");
    note->body = (uow_text){body, 3};
    cr_assert_str_eq(changed(entry), "0000", "the indicator still says NULL");
    note->body_ind = 0;
    cr_assert_str_eq(changed(entry), "0100");
    end();
}

Test(snapshot, binary_is_compared_up_to_the_length_in_its_indicator)
{
    shop_note *note;
    uowi_entry *entry = open_note(&note, NULL);
    note->mark[3] = 9;
    cr_assert_str_eq(changed(entry), "0000");
    note->mark_ind = 3;
    cr_assert_str_eq(changed(entry), "0001");
    note->mark_ind = 2;
    note->mark[1] = 'x';
    cr_assert_str_eq(changed(entry), "0001");
    end();
}

Test(snapshot, revert_gives_back_every_value_long_ones_too)
{
    char other[] = "something else";
    shop_note *note;
    uowi_entry *entry = open_note(&note, "hello");
    char *own = note->body.data;
    memset(own, 'x', 5);
    note->body = (uow_text){other, 14};
    note->mark[0] = 'z';
    cr_assert_eq(uowi_tracker_revert(&s.tracker, entry, &s.error), UOW_OK);
    cr_assert_str_eq(note->body.data, "hello");
    cr_assert_eq(note->body.length, 5);
    cr_assert_str_eq(changed(entry), "0000");
    end();
}

Test(snapshot, memory_running_out_between_two_long_values_keeps_neither)
{
    char text[] = "abc";
    shop_note note;
    memset(&note, 0, sizeof note);
    note.body = (uow_text){text, 3};
    note.image = (uow_blob){text, 3};
    cr_assert(shop_open(&s, 0));
    const uowi_slab *slab = uowi_tracker_slab(&s.tracker, shop_entity(&s, &shop_notes));
    uowi_long longs[2];
    int64_t before = s.mem.bytes;
    atomic_store(&s.mem.fail_at, 1);
    cr_assert_not(uowi_longs_prepare(slab, &s.mem, &note, &note, longs));
    atomic_store(&s.mem.fail_at, -1);
    cr_assert_eq(s.mem.bytes, before);
    end();
}
