/* Random numbers as clause 2.1.6 and 4.3.2 want them. */
#include "tpcc.h"

#include <string.h>

static uint64_t draw(chance *c)
{
    c->state = c->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return c->state >> 33;
}

int32_t pick(chance *c, int32_t from, int32_t to)
{
    return from + (int32_t)(draw(c) % (uint64_t)(to - from + 1));
}

/* NURand: some rows are wanted more than others. The constants are those of this program's load and runs alike. */
static int32_t pick_uneven(chance *c, int32_t a, int32_t constant, int32_t from, int32_t to)
{
    int32_t mixed = (pick(c, 0, a) | pick(c, from, to)) + constant;

    return mixed % (to - from + 1) + from;
}

int32_t pick_customer(chance *c, const struct sizes *sizes)
{
    return pick_uneven(c, 1023, 259, 1, sizes->customers);
}

int32_t pick_item(chance *c, const struct sizes *sizes)
{
    return pick_uneven(c, 8191, 7911, 1, sizes->items);
}

/* Among the names that the first thousand customers of a district have. */
int32_t pick_name(chance *c, const struct sizes *sizes)
{
    return pick_uneven(c, 255, 223, 0, (sizes->customers < 1000 ? sizes->customers : 1000) - 1);
}

void pick_text(chance *c, char *out, int32_t shortest, int32_t longest)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    int32_t length = pick(c, shortest, longest);

    for (int32_t i = 0; i < length; i++)
        out[i] = letters[draw(c) % (sizeof letters - 1)];
    out[length] = '\0';
}

void pick_digits(chance *c, char *out, int32_t length)
{
    for (int32_t i = 0; i < length; i++)
        out[i] = (char)('0' + pick(c, 0, 9));
    out[length] = '\0';
}

/* Clause 4.3.2.3: three syllables, one for each digit. */
void last_name(int32_t number, char *out)
{
    static const char *const syllables[] = {"BAR",  "OUGHT", "ABLE",  "PRI",   "PRES",
                                            "ESE",  "ANTI",  "CALLY", "ATION", "EING"};

    strcpy(out, syllables[number / 100 % 10]);
    strcat(out, syllables[number / 10 % 10]);
    strcat(out, syllables[number % 10]);
}
