/*
 * What nearly every call finds, and what nearly none does: the compiler lays the code out so that the usual way through
 * it is straight and the rest stands behind. For the paths of a find and of a save of one row, which are run between
 * two waits for a database and find the processor's caches cold: every line of code left out counts there.
 */
#ifndef UOWI_BASE_USUAL_H
#define UOWI_BASE_USUAL_H

#if defined(__GNUC__)
#define UOWI_USUAL(condition) __builtin_expect(!!(condition), 1)
#define UOWI_RARE(condition)  __builtin_expect(!!(condition), 0)
#define UOWI_HOT              __attribute__((hot)) /* a function on these paths: they lie together, on few pages */
#else
#define UOWI_USUAL(condition) (condition)
#define UOWI_RARE(condition)  (condition)
#define UOWI_HOT
#endif

#endif
