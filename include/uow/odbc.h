/*
 * For programs that mix libuow with ODBC of their own: uow/adopt.h with ODBC's types. The one public header that
 * includes <sql.h>, which brings macros and types with it; uow.h leaves it out. "pkg-config --cflags --libs uow odbc"
 * compiles and links both.
 */
#ifndef UOW_ODBC_H
#define UOW_ODBC_H

#include <sql.h>

#include "uow/adopt.h"
#include "uow/here.h"

/* Old C has it under this name only. */
#if defined(__cplusplus)
#define UOW_INLINE inline
#elif defined(__GNUC__)
#define UOW_INLINE static __inline__ __attribute__((unused))
#else
#define UOW_INLINE static
#endif

UOW_BEGIN_DECLS

/* A connection handle as uow_adopt takes it: nothing else converts. Since: 0.1. */
UOW_INLINE void *uow_of_hdbc(SQLHDBC hdbc)
{
    return (void *)hdbc;
}

/* uow_loan_hdbc with its type. Since: 0.1. */
UOW_INLINE SQLHDBC uow_loan_sqlhdbc(const uow_loan *loan)
{
    return (SQLHDBC)uow_loan_hdbc(loan);
}

/* uow_loan_hstmt with its type. Since: 0.1. */
UOW_INLINE SQLHSTMT uow_loan_sqlhstmt(const uow_loan *loan)
{
    return (SQLHSTMT)uow_loan_hstmt(loan);
}

UOW_END_DECLS

/*
 * uow_adopt and its polled twin for an SQLHDBC: (env, hdbc, model, options, out_context[, out_op]).
 * uow_borrow_stmt lends a context's connection and gives the loan's statement at once: (context, out_loan, out_hstmt).
 */
#if (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L) || (defined(__cplusplus) && __cplusplus >= 201103L)
#define uow_adopt_hdbc(env, hdbc, ...) uow_adopt_at(UOW_HERE, env, uow_of_hdbc(hdbc), __VA_ARGS__)
#define uow_adopt_hdbc_start(env, hdbc, ...) uow_adopt_start_at(UOW_HERE, env, uow_of_hdbc(hdbc), __VA_ARGS__)
#else
#define uow_adopt_hdbc(a, b, c, d, e) uow_adopt_at(UOW_HERE, a, uow_of_hdbc(b), c, d, e)
#define uow_adopt_hdbc_start(a, b, c, d, e, f) uow_adopt_start_at(UOW_HERE, a, uow_of_hdbc(b), c, d, e, f)
#endif
#define uow_borrow_stmt(a, b, c) uow_borrow_stmt_from(UOW_HERE, a, b, c)

UOW_BEGIN_DECLS

/* What uow_borrow_stmt calls: as uow_borrow; out_hstmt, which may be NULL, receives the loan's statement. Since: 0.1. */
UOW_INLINE uow_status uow_borrow_stmt_from(const char *where, uow_context *context, uow_loan **out_loan, SQLHSTMT *out_hstmt)
{
    uow_status st = uow_borrow_at(where, context, out_loan);

    if (st == UOW_OK && out_hstmt)
        *out_hstmt = uow_loan_sqlhstmt(*out_loan);
    return st;
}

UOW_END_DECLS

#endif
