#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/relation.h"

#include <string.h>

#include "track/node.h"

size_t uowi_model_widest(const uow_model *model)
{
    size_t widest = 1;

    for (size_t i = 0; model && i < model->entity_count; i++)
        if (model->entities[i].row_size > widest)
            widest = model->entities[i].row_size;
    return widest;
}

static size_t relation_length(const uow_column *column, const void *row)
{
    if (column->type == UOW_TEXT || column->type == UOW_DECIMAL_TEXT)
        return strnlen((const char *)row + column->offset, column->size);
    return column->size;
}

/* Copies a value between members of compatible kinds; integers may differ in width. */
static bool relation_copy(const uow_column *from, const void *from_row, const uow_column *to, void *to_row)
{
    const char *source = (const char *)from_row + from->offset;
    char *target = (char *)to_row + to->offset;

    if (uowi_type_is_integer(from->type) && uowi_type_is_integer(to->type)) {
        (void)uowi_member_set_int64(to, to_row, uowi_member_int64(from, from_row));
        /* A temporary value of an unsigned member reads back wrapped: compare on the source's side. */
        return uowi_member_int64(to, to_row) == uowi_member_int64(from, from_row) || to->size < from->size;
    }
    if (from->type == UOW_TEXT || from->type == UOW_DECIMAL_TEXT) {
        size_t length = strnlen(source, from->size);

        if (to->type != from->type || length >= to->size)
            return false;
        memset(target, 0, to->size);
        memcpy(target, source, length);
        return true;
    }
    if (from->type != to->type || from->size != to->size)
        return false;
    memcpy(target, source, to->size);
    return true;
}

bool uowi_relation_null(const uowi_relation *relation, const void *row)
{
    for (size_t i = 0; i < relation->count; i++)
        if (uowi_member_is_null(&relation->dependent->columns[relation->columns[i]], row))
            return true;
    return false;
}

bool uowi_relation_image(const uowi_relation *relation, const void *row, void *image)
{
    memset(image, 0, relation->key_bytes);
    for (size_t i = 0; i < relation->count; i++) {
        const uow_column *own = &relation->dependent->columns[relation->columns[i]];
        const uow_column *key = &relation->principal->columns[relation->keys[i]];

        if (uowi_member_is_null(own, row) || !relation_copy(own, row, key, image))
            return false;
        if (uowi_type_is_integer(own->type) && uowi_member_int64(own, row) != uowi_member_int64(key, image))
            return false;
    }
    return true;
}

/* Integers are compared as numbers: the two members may differ in width. */
static bool relation_member_same(const uow_column *own, const void *row, const uow_column *key, const void *key_row)
{
    const char *at = (const char *)row + own->offset;
    const char *key_at = (const char *)key_row + key->offset;

    if (uowi_type_is_integer(own->type))
        return uowi_member_int64(own, row) == uowi_member_int64(key, key_row);
    if (own->type == UOW_TEXT || own->type == UOW_DECIMAL_TEXT) {
        size_t length = strnlen(at, own->size);

        return length == strnlen(key_at, key->size) && memcmp(at, key_at, length) == 0;
    }
    return memcmp(at, key_at, own->size) == 0;
}

bool uowi_relation_matches(const uowi_relation *relation, const void *row, const void *key_row)
{
    for (size_t i = 0; i < relation->count; i++) {
        const uow_column *own = &relation->dependent->columns[relation->columns[i]];

        if (uowi_member_is_null(own, row) ||
            !relation_member_same(own, row, &relation->principal->columns[relation->keys[i]], key_row))
            return false;
    }
    return true;
}

uowi_entry *uowi_relation_principal(const uowi_tracker *tracker, const uowi_entity *entity,
                                    const uowi_relation *relation, const void *row, void *scratch)
{
    const uowi_node *node;

    (void)entity;
    if (!uowi_relation_image(relation, row, scratch))
        return NULL;
    if (!relation->alternate)
        return uowi_tracker_find(tracker, relation->principal, scratch);
    node = uowi_node_find(tracker, relation, scratch);
    return node ? node->principal : NULL;
}

bool uowi_relation_point(const uowi_entity *entity, const uowi_relation *relation, void *row, const void *key_row)
{
    const uowi_entity *principal = relation->principal;

    for (size_t i = 0; i < relation->count; i++) {
        const uow_column *own = &entity->columns[relation->columns[i]];
        const uow_column *key = &principal->columns[relation->keys[i]];
        uow_ind *ind = uowi_member_ind(own, row);

        if (!relation_copy(key, key_row, own, row))
            return false;
        if (uowi_type_is_integer(own->type) && uowi_member_int64(own, row) != uowi_member_int64(key, key_row))
            return false;
        if (ind && *ind == UOW_NULL)
            *ind = (uow_ind)relation_length(own, row);
    }
    return true;
}

void uowi_relation_clear(const uowi_relation *relation, void *row)
{
    for (size_t i = 0; i < relation->count; i++) {
        uow_ind *ind = uowi_member_ind(&relation->dependent->columns[relation->columns[i]], row);

        if (ind)
            *ind = UOW_NULL;
    }
}
