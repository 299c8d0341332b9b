/* Version, linkage and the forward names of every handle. */
#ifndef UOW_VERSION_H
#define UOW_VERSION_H

/* Of this header; uow_version() tells the library's. */
#define UOW_VERSION_MAJOR 0
#define UOW_VERSION_MINOR 1
#define UOW_VERSION_PATCH 0
#define UOW_VERSION_STRING "0.1.0"

#ifdef __cplusplus
#define UOW_BEGIN_DECLS extern "C" {
#define UOW_END_DECLS }
#else
#define UOW_BEGIN_DECLS
#define UOW_END_DECLS
#endif

#if defined(__GNUC__)
#define UOW_API __attribute__((visibility("default")))
#else
#define UOW_API
#endif

UOW_BEGIN_DECLS

/* An environment: one ODBC environment handle, an allocator, trace sinks. */
typedef struct uow_env uow_env;
/* A frozen, checked set of entities that any number of contexts may share. */
typedef struct uow_model uow_model;
/* One ODBC connection and its change tracker; one operation at a time. */
typedef struct uow_context uow_context;
/* Contexts lent to many threads over a few connections. */
typedef struct uow_factory uow_factory;
/* What statements cost and factories did, counted. */
typedef struct uow_metrics uow_metrics;
/* What went wrong, read by accessors. */
typedef struct uow_error uow_error;
/* The rows of a query, all in memory. */
typedef struct uow_list uow_list;
/* The rows of a query, streamed. */
typedef struct uow_cursor uow_cursor;
/* A statement prepared once and run many times. */
typedef struct uow_statement uow_statement;
/* The results of a statement whose columns are not known at compile time. */
typedef struct uow_rows uow_rows;
/* A unit over several contexts. */
typedef struct uow_distributed uow_distributed;
/* A call that was started and is polled: see uow/op.h. */
typedef struct uow_op uow_op;

/*
 * The version of the library that is running, as "MAJOR.MINOR.PATCH".
 * Blocks: never. Threads: any. Lifetime: static. Since: 0.1.
 */
UOW_API const char *uow_version(void);

UOW_END_DECLS

#endif
