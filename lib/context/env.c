#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/options.h"
#include "context/context.h"
#include "context/env_open.h"

#define ENV_MAGIC 0x756f7765u
#define ENV_IDLE_MS 10000u
#define ENV_DRAIN_MS 2000u

static uow_status env_options(const uow_env_options *given, uow_env_options *out)
{
    static const uow_env_options defaults = UOW_ENV_OPTIONS_INIT;
    const uow_allocator *a = &out->allocator;
    int given_functions;

    *out = defaults;
    if (!given)
        return UOW_OK;
    if (!uowi_options_copy(out, sizeof *out, given, given->struct_size))
        return UOW_MISUSE;
    given_functions = (a->alloc != NULL) + (a->resize != NULL) + (a->release != NULL);
    return given_functions == 0 || given_functions == 3 ? UOW_OK : UOW_MISUSE;
}

static bool env_threads(uow_env *env, const uow_env_options *options)
{
    uint32_t idle_ms = options->worker_idle_ms ? options->worker_idle_ms : ENV_IDLE_MS;

    if (!uowi_mutex_init(&env->mutex))
        return false;
    if (uowi_cond_init(&env->cancelled)) {
        if (uowi_hub_init(&env->hub)) {
            if (uowi_workers_init(&env->workers, &env->mem, options->max_workers, idle_ms))
                return true;
            uowi_hub_done(&env->hub);
        }
        uowi_cond_done(&env->cancelled);
    }
    uowi_mutex_done(&env->mutex);
    return false;
}

static uow_env *env_alloc(const uow_env_options *options)
{
    uowi_mem mem;
    uow_env *env;

    uowi_mem_init(&mem, &options->allocator);
    env = mem.fn.alloc(sizeof *env, mem.fn.user);
    if (!env)
        return NULL;
    memset(env, 0, sizeof *env);
    uowi_mem_init(&env->mem, &options->allocator);
    env->trace = options->trace;
    env->trace_user = options->trace_user;
    env->deadline_ms = options->deadline_ms;
    env->drain_ms = options->drain_ms ? options->drain_ms : ENV_DRAIN_MS;
    if (!env_threads(env, options)) {
        mem.fn.release(env, sizeof *env, mem.fn.user);
        return NULL;
    }
    uowi_birthmark_init(&env->birthmark);
    return env;
}

static void env_free(uow_env *env)
{
    uow_allocator fn = env->mem.fn;

    /* A forked child has none of its parent's threads, and cannot use the locks they may have held. */
    if (uowi_birthmark_holds(&env->birthmark))
        uowi_workers_done(&env->workers);
    uowi_hub_done(&env->hub);
    uowi_ops_free(env);
    uowi_cond_done(&env->cancelled);
    uowi_odbc_env_close(env->odbc);
    uowi_shells_free(env);
    uowi_mutex_done(&env->mutex);
    uowi_birthmark_done(&env->birthmark);
    env->magic = 0;
    fn.release(env, sizeof *env, fn.user);
}

uow_status uowi_env_open_with(const struct uowi_odbc_api *api, const uow_env_options *given, uow_env **out_env)
{
    uow_env_options options;
    uow_error error;
    uow_env *env;
    uow_status st;

    if (!out_env)
        return UOW_MISUSE;
    st = env_options(given, &options);
    if (st != UOW_OK)
        return st;
    env = env_alloc(&options);
    if (!env)
        return UOW_NO_MEMORY;
    uowi_error_init(&error, &env->mem);
    st = uowi_odbc_env_open(api, &env->mem, &error, &env->odbc);
    uowi_error_done(&error);
    if (st != UOW_OK) {
        env_free(env);
        return st;
    }
    env->magic = ENV_MAGIC;
    *out_env = env;
    return UOW_OK;
}

uow_status uow_env_open(const uow_env_options *options, uow_env **out_env)
{
    return uowi_env_open_with(NULL, options, out_env);
}

uow_status uow_env_close(uow_env *env)
{
    size_t open;

    if (!env)
        return UOW_OK;
    if (env->magic != ENV_MAGIC)
        return UOW_MISUSE;
    uowi_mutex_lock(&env->mutex);
    open = env->open_contexts;
    uowi_mutex_unlock(&env->mutex);
    if (open > 0)
        return UOW_BUSY;
    env_free(env);
    return UOW_OK;
}

bool uowi_env_usable(const uow_env *env)
{
    return env && env->magic == ENV_MAGIC;
}

uow_status uow_model_create(uow_env *env, const uow_entity *const *entities, size_t count, uow_model **out_model)
{
    if (!uowi_env_usable(env) || !entities || count == 0 || !out_model)
        return UOW_MISUSE;
    return uowi_model_create(&env->mem, entities, count, out_model);
}

uow_status uow_model_build(uow_env *env, const uow_model_parts *given, uow_model **out_model)
{
    static const uow_model_parts nothing = UOW_MODEL_PARTS_INIT;
    uow_model_parts parts = nothing;

    if (!uowi_env_usable(env) || !given || !out_model || !uowi_options_copy(&parts, sizeof parts, given, given->struct_size))
        return UOW_MISUSE;
    if ((parts.entity_count > 0 && !parts.entities) || (parts.procedure_count > 0 && !parts.procedures) ||
        (parts.writing_count > 0 && !parts.writings))
        return UOW_MISUSE;
    return uowi_model_build(&env->mem, &parts, out_model);
}

const uow_error *uow_model_error(const uow_model *model)
{
    return model ? &model->error : &uowi_error_none;
}

void uow_model_free(uow_model *model)
{
    uowi_model_destroy(model);
}
