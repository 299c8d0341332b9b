/* A page that a forked child finds empty. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/platform.h"

#include <sys/mman.h>
#include <unistd.h>

void uowi_birthmark_init(uowi_birthmark *mark)
{
    mark->page = NULL;
    mark->process = (int64_t)getpid();
#if defined(MADV_WIPEONFORK) && defined(MAP_ANONYMOUS)
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (page == MAP_FAILED)
        return;
    if (madvise(page, size, MADV_WIPEONFORK) != 0) { /* Linux before 4.14, valgrind */
        munmap(page, size);
        return;
    }
    mark->page = page;
    *mark->page = 1;
#endif
}

void uowi_birthmark_done(uowi_birthmark *mark)
{
#if defined(MADV_WIPEONFORK) && defined(MAP_ANONYMOUS)
    if (mark->page != NULL)
        munmap((void *)(uintptr_t)mark->page, (size_t)sysconf(_SC_PAGESIZE));
#endif
    mark->page = NULL;
}

bool uowi_birthmark_holds(const uowi_birthmark *mark)
{
    return mark->page != NULL ? *mark->page == 1 : mark->process == (int64_t)getpid();
}
