/* Following foreign keys among tracked rows. */
#ifndef UOWI_TRACK_RELATION_H
#define UOWI_TRACK_RELATION_H

#include "track/tracker.h"

/*
 * The tracked principal that row refers to by a relation, or NULL (NULL foreign key, or not tracked).
 * scratch holds at least the principal's row_size bytes.
 */
uowi_entry *uowi_relation_principal(const uowi_tracker *tracker, const uowi_entity *entity,
                                    const uowi_relation *relation, const void *row, void *scratch);
/*
 * Writes the principal's key (from key_row, a row of its entity) into the foreign key of row, which is not NULL
 * afterwards. False: it does not fit.
 */
bool uowi_relation_point(const uowi_entity *entity, const uowi_relation *relation, void *row, const void *key_row);
/* Is a column of the foreign key NULL? */
bool uowi_relation_null(const uowi_relation *relation, const void *row);
/* Makes every column of it NULL that may be. */
void uowi_relation_clear(const uowi_relation *relation, void *row);
/* The principal's key columns as this foreign key gives them, in a row of key_bytes. False: NULL, or it cannot fit. */
bool uowi_relation_image(const uowi_relation *relation, const void *row, void *image);
/* Does the foreign key in row name the key in key_row? */
bool uowi_relation_matches(const uowi_relation *relation, const void *row, const void *key_row);

/* The largest row of the model: what scratch must hold. */
size_t uowi_model_widest(const uow_model *model);

#endif
