/* Exact decimals and locale-free numbers as text. */
#ifndef UOWI_BASE_DECIMAL_H
#define UOWI_BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uow/types.h"

#define UOWI_DECIMAL_TEXT_SIZE 48
#define UOWI_DOUBLE_TEXT_SIZE 32

/* length bytes, no NUL needed; exponent forms refused. */
bool uowi_decimal_parse_n(const char *text, size_t length, uow_decimal *out);
/* Plain decimal text such as "-12.50" and nothing else (no exponent, no blanks)? */
bool uowi_decimal_is_text(const char *text, size_t length);
/*
 * "1.25e+22" as "12500000000000000000000", which is the same number: databases without exact decimals show large ones
 * that way. Plain text is copied. Returns the length without NUL; 0 when it is no number or longer than size.
 */
size_t uowi_decimal_plain(const char *text, size_t length, char *out, size_t size);
/* Digits from the first to the last that is not 0: what a number without a scale has to keep. */
size_t uowi_decimal_digits(const char *text, size_t length);

/* The same number, whatever the scales: 12.5 and 12.50. */
bool uowi_decimal_same(const uow_decimal *a, const uow_decimal *b);
/* Equal for equal numbers, whatever their scale. */
uint64_t uowi_decimal_hash(const uow_decimal *value);

/* Locale-free, no blanks; *out is written on success only; false when the text is not wholly a number or out of range. Integers also accept ".000". */
bool uowi_parse_int64(const char *text, size_t length, int64_t *out);
bool uowi_parse_uint64(const char *text, size_t length, uint64_t *out);
/* Accepts exponents, "NaN", "Infinity", "-Infinity", "inf". Exact (correctly rounded) whatever LC_NUMERIC says. */
bool uowi_parse_double(const char *text, size_t length, double *out);
/* These return the length without NUL, or 0 when size is too small. */
/* Shortest text that reads back the same (or 17 digits); NaN and infinities spelled as above. */
size_t uowi_format_double(double value, char *out, size_t size);
size_t uowi_format_int64(int64_t value, char *out, size_t size);
size_t uowi_format_uint64(uint64_t value, char *out, size_t size);

#endif
