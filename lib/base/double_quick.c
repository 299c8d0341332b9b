#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/double_quick.h"

#include <float.h>
#include <stdint.h>
#include <string.h>

#include "base/usual.h"
#include "base/utf.h"

#define QUICK_ROOM     (UINT64_C(1000000000000000000)) /* below which 64 bits hold one digit more */
#define QUICK_ROOM_8   (UINT64_C(100000000000))        /* and eight more */
#define QUICK_EIGHT    (UINT64_C(100000000))
#define QUICK_BYTES(x) ((x) * UINT64_C(0x0101010101010101))
#define QUICK_INTEGER  (UINT64_C(1) << 53)
#define QUICK_EXACT    22  /* powers of ten a double holds exactly */
#define QUICK_FIVES    27  /* powers of five 63 bits hold */
#define QUICK_EXPONENT 400 /* beyond which nobody is in a hurry */

/* digits * 10^exponent, and less than one unit of digits more if `more`; they are those of whole and one behind them. */
typedef struct quick_number {
    uint64_t whole;
    int exponent;
    bool more;
    bool longer;   /* the one more is there: the twentieth */
    uint8_t digit; /* it */
} quick_number;

/* "e-12" up to the end. */
static bool quick_exponent(const char *at, const char *end, int *exponent)
{
    bool negative = ++at < end && *at == '-';
    int value = 0;

    if (at < end && (*at == '-' || *at == '+'))
        at++;
    if (at == end)
        return false;
    for (; at < end && uowi_ascii_digit(*at) && value < QUICK_EXPONENT; at++)
        value = value * 10 + (*at - '0');
    *exponent += negative ? -value : value;
    return at == end;
}

/* The number of eight digits, unless there is something else among them: neighbours are joined three times. */
static inline bool quick_eight(const char *at, uint64_t *out)
{
    uint64_t text;

    memcpy(&text, at, sizeof text);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    text = __builtin_bswap64(text);
#endif
    if (((text & QUICK_BYTES(0xf0)) | ((text + QUICK_BYTES(0x06)) & QUICK_BYTES(0xf0)) >> 4) != QUICK_BYTES(0x33))
        return false;
    text = (text & QUICK_BYTES(0x0f)) * 10 + ((text & QUICK_BYTES(0x0f)) >> 8);
    text = (text & UINT64_C(0x00ff00ff00ff00ff)) * 100 + ((text & UINT64_C(0x00ff00ff00ff00ff)) >> 16);
    text = (text & UINT64_C(0x0000ffff0000ffff)) * 10000 + ((text & UINT64_C(0x0000ffff0000ffff)) >> 32);
    *out = text & UINT64_C(0xffffffff);
    return true;
}

/* Takes digits as long as 64 bits have room for them, and one more. */
static inline const char *quick_take(const char *at, const char *end, quick_number *out)
{
    uint64_t whole = out->whole;
    uint64_t eight;

    for (; end - at >= 8 && whole < QUICK_ROOM_8 && quick_eight(at, &eight); at += 8)
        whole = whole * QUICK_EIGHT + eight;
    for (; at < end && whole < QUICK_ROOM && uowi_ascii_digit(*at); at++)
        whole = whole * 10 + (uint64_t)(*at - '0');
    out->whole = whole;
    if (at < end && !out->longer && uowi_ascii_digit(*at)) {
        out->longer = true;
        out->digit = (uint8_t)(*at++ - '0');
    }
    return at;
}

/* The digits behind those. */
static const char *quick_drop(const char *at, const char *end, quick_number *out)
{
    for (; at < end && uowi_ascii_digit(*at); at++)
        out->more = out->more || *at != '0';
    return at;
}

static bool quick_scan(const char *text, size_t length, quick_number *out)
{
    const char *end = text + length;
    const char *full = quick_take(text, end, out);
    const char *at = quick_drop(full, end, out);

    if (at == text || length > QUICK_EXPONENT)
        return false;
    out->exponent = (int)(at - full);
    if (at < end && *at == '.') {
        const char *fraction = at + 1;
        at = out->exponent == 0 ? quick_take(fraction, end, out) : fraction;
        out->exponent -= (int)(at - fraction);
        at = quick_drop(at, end, out);
    }
    return at == end || ((*at == 'e' || *at == 'E') && quick_exponent(at, end, &out->exponent));
}

/* Both numbers are exact, and the hardware rounds once (Clinger 1990). */
static bool quick_exact(const quick_number *number, double *out)
{
    static const double powers[QUICK_EXACT + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    double value = (double)number->whole;

    if (FLT_EVAL_METHOD != 0 || number->more || number->longer || number->whole > QUICK_INTEGER)
        return false;
    if (number->exponent < -QUICK_EXACT || number->exponent > QUICK_EXACT)
        return false;
    *out = number->exponent < 0 ? value / powers[-number->exponent] : value * powers[number->exponent];
    return true;
}

#ifdef __SIZEOF_INT128__

__extension__ typedef unsigned __int128 quick_wide;

/* 2^exponent, of a normal double. */
static double quick_power(int exponent)
{
    uint64_t bits = (uint64_t)(1023 + exponent) << 52;
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

/* 53 of the bits, the rest rounded half to even; a bit more than quotient if `more`. */
static double quick_round(quick_wide quotient, int exponent, bool more)
{
    uint64_t high = (uint64_t)(quotient >> 64); /* never zero */
    int drop = 128 - __builtin_clzll(high) - 53;
    uint64_t mantissa = (uint64_t)(quotient >> drop);
    quick_wide rest = quotient & (((quick_wide)1 << drop) - 1);
    quick_wide half = (quick_wide)1 << (drop - 1);

    if (rest > half || (rest == half && (more || mantissa & 1)))
        mantissa++;
    return (double)mantissa * quick_power(exponent + drop);
}

static int quick_zeros(quick_wide number)
{
    uint64_t high = (uint64_t)(number >> 64);

    return high != 0 ? __builtin_clzll(high) : 64 + __builtin_clzll((uint64_t)number);
}

/* digits / 10^tens, by one division of integers: 2^shift * digits / 5^tens has at least 65 bits. */
static double quick_divide(quick_wide digits, int tens, bool more)
{
    static const uint64_t fives[QUICK_FIVES + 1] = {
        UINT64_C(1), UINT64_C(5), UINT64_C(25), UINT64_C(125), UINT64_C(625), UINT64_C(3125), UINT64_C(15625),
        UINT64_C(78125), UINT64_C(390625), UINT64_C(1953125), UINT64_C(9765625), UINT64_C(48828125),
        UINT64_C(244140625), UINT64_C(1220703125), UINT64_C(6103515625), UINT64_C(30517578125),
        UINT64_C(152587890625), UINT64_C(762939453125), UINT64_C(3814697265625), UINT64_C(19073486328125),
        UINT64_C(95367431640625), UINT64_C(476837158203125), UINT64_C(2384185791015625),
        UINT64_C(11920928955078125), UINT64_C(59604644775390625), UINT64_C(298023223876953125),
        UINT64_C(1490116119384765625), UINT64_C(7450580596923828125)};
    int shift = quick_zeros(digits);
    quick_wide numerator = digits << shift;
    quick_wide quotient = numerator / fives[tens];

    more = more || quotient * fives[tens] != numerator;
    return quick_round(quotient, -shift - tens, more);
}

/* Of a number that goes on both neighbours must agree. */
static bool quick_rational(const quick_number *number, double *out)
{
    quick_wide digits = number->whole;
    int tens = -number->exponent;
    double low;

    if (tens < 1 || tens > QUICK_FIVES || digits == 0)
        return false;
    if (number->longer)
        digits = digits * 10 + number->digit;
    low = quick_divide(digits, tens, number->more);
    if (number->more && quick_divide(digits + 1, tens, false) > low)
        return false;
    *out = low;
    return true;
}

#else

static bool quick_rational(const quick_number *number, double *out)
{
    (void)number;
    (void)out;
    return false;
}

#endif

UOWI_HOT bool uowi_double_quick(const char *text, size_t length, double *out)
{
    quick_number number = {0, 0, false, false, 0};

    return quick_scan(text, length, &number) && (quick_exact(&number, out) || quick_rational(&number, out));
}
