/* Polled operations in a program whose loop is GLib's. */
#include "loops/loop.h"

#include <glib-unix.h>
#include <glib.h>

enum { CONTEXTS = 8 };

typedef struct glib_loop {
    loop l;
    GMainLoop *main;
} glib_loop;

static gboolean ready(gint fd, GIOCondition condition, gpointer user)
{
    glib_loop *g = user;

    (void)fd;
    (void)condition;
    must(NULL, uow_env_dispatch(g->l.env, NULL), "dispatch");
    if (g->l.over == g->l.count)
        g_main_loop_quit(g->main);
    return G_SOURCE_CONTINUE;
}

int main(int argc, char **argv)
{
    glib_loop g;
    guint source;

    headline("GLib: the environment's descriptor as a source of the main loop");
    loop_open(&g.l, loop_source(argc, argv), CONTEXTS);
    g.main = g_main_loop_new(NULL, FALSE);
    source = g_unix_fd_add(uow_env_fd(g.l.env), G_IO_IN, ready, &g);
    loop_start(&g.l, 50);
    g_main_loop_run(g.main);
    g_source_remove(source);
    g_main_loop_unref(g.main);
    return loop_report(&g.l, "GLib");
}
