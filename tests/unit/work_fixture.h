/* A context on the fake driver, with the shop as its model. */
#ifndef WORK_FIXTURE_H
#define WORK_FIXTURE_H

#include <stdlib.h>

#include "context/context.h"
#include "context/env_open.h"
#include "fake_odbc.h"
#include "track_fixture.h"
#include "uow.h"

typedef struct desk {
    uow_env *env;
    uow_model *model;
    uow_context *ctx;
    int64_t bytes; /* held through the allocator */
} desk;

static inline void *desk_alloc(size_t size, void *user)
{
    ((desk *)user)->bytes += (int64_t)size;
    return malloc(size);
}

static inline void *desk_resize(void *block, size_t old_size, size_t new_size, void *user)
{
    ((desk *)user)->bytes += (int64_t)new_size - (int64_t)old_size;
    return realloc(block, new_size);
}

static inline void desk_release(void *block, size_t size, void *user)
{
    ((desk *)user)->bytes -= (int64_t)size;
    free(block);
}

/* An environment and a model; fake_begin comes before. */
static inline bool desk_prepare(desk *d, const uowi_odbc_api *api)
{
    uow_env_options options = UOW_ENV_OPTIONS_INIT;

    memset(d, 0, sizeof *d);
    options.allocator = (uow_allocator){desk_alloc, desk_resize, desk_release, d};
    return uowi_env_open_with(api, &options, &d->env) == UOW_OK &&
           uow_model_create(d->env, shop_entities(), SHOP_ENTITIES, &d->model) == UOW_OK;
}

static inline bool desk_open_with(desk *d, const char *dbms, const uow_context_options *options)
{
    fake_begin(dbms);
    return desk_prepare(d, &fake_api) && uow_open(d->env, "Driver=fake", d->model, options, &d->ctx) == UOW_OK;
}

static inline bool desk_open(desk *d, const char *dbms)
{
    return desk_open_with(d, dbms, NULL);
}

/* What is left behind: bytes, handles of the driver, and refusals to close; all must be 0. */
static inline int64_t desk_close(desk *d)
{
    int64_t refused = uow_close(d->ctx) != UOW_OK;

    uow_model_free(d->model);
    refused += uow_env_close(d->env) != UOW_OK;
    return refused * 1000000000 + d->bytes + (int64_t)fake_handles();
}

static inline const char *desk_says(const desk *d)
{
    return uow_context_message(d->ctx);
}

static const fake_column desk_customer_columns[] = {
    {"customer_id", SQL_BIGINT, 19, 0, SQL_NO_NULLS}, {"name", SQL_VARCHAR, 40, 0, SQL_NO_NULLS},
    {"balance", SQL_DOUBLE, 15, 0, SQL_NO_NULLS},     {"email", SQL_VARCHAR, 60, 0, SQL_NULLABLE},
    {"version", SQL_INTEGER, 10, 0, SQL_NO_NULLS},
};

/* Two customers for every select on their table. */
static inline void desk_two_customers(void)
{
    static const char *const cells[] = {"1", "Ann", "12.5", NULL, "3", "2", "Bob", "0", "bob@x", "1"};

    static const char *const but_key[] = {"Ann", "12.5", NULL, "3", "Bob", "0", "bob@x", "1"};

    fake_rows("SELECT \"name\"", desk_customer_columns + 1, 4, but_key, 2); /* find: the key is known */
    fake_rows("SELECT `name`", desk_customer_columns + 1, 4, but_key, 2);
    fake_rows("FROM \"customers\"", desk_customer_columns, 5, cells, 2);
    fake_rows("FROM `customers`", desk_customer_columns, 5, cells, 2);
}

#endif
