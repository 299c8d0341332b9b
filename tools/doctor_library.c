/*
 * A driver's library. unixODBC says "file not found" of whatever cannot be loaded, also where the file is there and one
 * it needs is not; so it is loaded here, in a process of its own, and the loader's own words are read.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "doctor.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"

#define LOAD_MS 10000u

typedef struct library_head {
    unsigned char bits; /* ELFCLASS32, ELFCLASS64 */
    unsigned char order; /* ELFDATA2LSB, ELFDATA2MSB */
    unsigned type, machine;
} library_head;

/* The parts that are alike in both classes. False: not ELF. */
static bool library_head_of(const char *file, library_head *head)
{
    unsigned char bytes[20] = {0};
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, bytes, sizeof bytes) : -1;
    bool big;

    if (fd >= 0)
        close(fd);
    if (got != (ssize_t)sizeof bytes || memcmp(bytes, ELFMAG, SELFMAG) != 0)
        return false;
    big = bytes[EI_DATA] == ELFDATA2MSB;
    head->bits = bytes[EI_CLASS];
    head->order = bytes[EI_DATA];
    head->type = big ? (unsigned)bytes[16] << 8 | bytes[17] : (unsigned)bytes[17] << 8 | bytes[16];
    head->machine = big ? (unsigned)bytes[18] << 8 | bytes[19] : (unsigned)bytes[19] << 8 | bytes[18];
    return true;
}

/* Sections end the file, so one that was cut off ends before them; loading it would be a bus error. */
static bool library_cut(const char *file)
{
    ElfW(Ehdr) head = {0};
    struct stat about;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    bool cut = fd >= 0 && fstat(fd, &about) == 0 &&
               (read(fd, &head, sizeof head) != (ssize_t)sizeof head ||
                head.e_shoff + (size_t)head.e_shnum * head.e_shentsize > (size_t)about.st_size);

    if (fd >= 0)
        close(fd);
    return cut;
}

static const char *library_machine(unsigned machine)
{
    static const struct {
        unsigned number;
        const char *name;
    } machines[] = {
        {EM_386, "x86"},     {EM_X86_64, "x86-64"},   {EM_ARM, "ARM"},   {EM_AARCH64, "ARM64"},  {EM_PPC64, "PowerPC 64"},
        {EM_S390, "s390"},   {EM_RISCV, "RISC-V"},    {EM_MIPS, "MIPS"}, {EM_SPARCV9, "SPARC"}, {EM_PPC, "PowerPC"},
    };

    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        if (machines[i].number == machine)
            return machines[i].name;
    return "another machine";
}

static int library_bits(const library_head *head)
{
    return head->bits == ELFCLASS32 ? 32 : 64;
}

/* False: it is none for this program, which has been said. */
static bool library_fits(doctor *d, doctor_subject *subject, const char *file)
{
    pool *p = &d->memory;
    library_head it, we;

    if (!library_head_of(file, &it)) {
        doctor_find(d, subject, DOCTOR_DRIVER_NOT_LIBRARY, pool_format(p, "%s is no shared library", file),
                    "name the driver's .so file; a text file of that name is a linker script or a broken download");
        return false;
    }
    if (!library_head_of("/proc/self/exe", &we))
        return true;
    if (it.machine == we.machine && it.bits == we.bits && it.order == we.order && it.type == ET_DYN && !library_cut(file))
        return true;
    if (it.machine == we.machine && it.bits == we.bits && it.order == we.order && it.type == ET_DYN)
        doctor_find(d, subject, DOCTOR_DRIVER_NOT_LIBRARY, pool_format(p, "%s is cut off: its end is missing", file),
                    "install the driver again");
    else if (it.type != ET_DYN)
        doctor_find(d, subject, DOCTOR_DRIVER_NOT_LIBRARY, pool_format(p, "%s is no shared library", file),
                    "name the driver's .so file");
    else if (it.bits != we.bits)
        doctor_find(d, subject, DOCTOR_DRIVER_CLASS,
                    pool_format(p, "%s is a %d-bit library, but this is a %d-bit program", file, library_bits(&it),
                                library_bits(&we)),
                    pool_format(p, "install the %d-bit driver", library_bits(&we)));
    else
        doctor_find(d, subject, DOCTOR_DRIVER_MACHINE,
                    pool_format(p, "%s is made for %s, but this machine is %s", file, library_machine(it.machine),
                                library_machine(we.machine)),
                    pool_format(p, "install the driver for %s", library_machine(we.machine)));
    return false;
}

/* In the child: "loaded", "not odbc", or what the loader says. */
static int library_load(FILE *out, void *user)
{
    void *library = dlopen(user, RTLD_LAZY | RTLD_LOCAL);

    if (!library) {
        fprintf(out, "%s", dlerror());
        return 1;
    }
    return dlsym(library, "SQLDriverConnect") || dlsym(library, "SQLDriverConnectW") || dlsym(library, "SQLConnect") ? 0 : 2;
}

/* "libfoo.so.1: cannot open shared object file: ...": the name at the beginning, when it is not the driver's own. */
static const char *library_lacks(pool *p, const char *file, const char *said)
{
    size_t length = strcspn(said, ":");

    if (!strstr(said, "cannot open shared object file") || strncmp(said, file, length) == 0)
        return NULL;
    return pool_copy(p, said, length);
}

static void library_refused(doctor *d, doctor_subject *subject, const char *file, const char *said)
{
    pool *p = &d->memory;
    const char *lacks = library_lacks(p, file, said);

    if (lacks)
        doctor_find(d, subject, DOCTOR_DRIVER_LIBRARY_MISSING,
                    pool_format(p, "%s is there, but it needs %s, which is not (unixODBC calls that \"file not found\")",
                                file, lacks),
                    pool_format(p, "install what has %s, or tell the loader where it is (ldconfig)", lacks));
    else if (strstr(said, "cannot open shared object file"))
        doctor_find(d, subject, DOCTOR_DRIVER_FILE_MISSING,
                    pool_format(p, "no library %s is where the loader looks", file), "give the whole path of the file");
    else
        doctor_find(d, subject, DOCTOR_DRIVER_NOT_LOADABLE, pool_format(p, "it cannot be loaded: %s", said), NULL);
}

static void library_try(doctor *d, doctor_subject *subject, const char *file)
{
    pool *p = &d->memory;
    char said[1000];
    child_result result;
    char *name = pool_format(p, "%s", file);

    if (!child_run(library_load, name, LOAD_MS, said, sizeof said, &result))
        return;
    if (result.signal || result.late)
        doctor_find(d, subject, DOCTOR_DRIVER_CRASHES,
                    result.late ? "loading it does not come to an end"
                                : pool_format(p, "loading it ends the program: %s", strsignal(result.signal)),
                    "take another version of the driver");
    else if (result.status == 1)
        library_refused(d, subject, file, said);
    else if (result.status == 2)
        doctor_find(d, subject, DOCTOR_DRIVER_NOT_ODBC,
                    pool_format(p, "%s is a library, but no ODBC driver: it has no SQLConnect", file),
                    "name the driver's own file; perhaps that of the database's client was taken");
}

/* A name without a folder is looked for by the loader. */
void doctor_check_library(doctor *d, doctor_subject *subject, const char *file)
{
    pool *p = &d->memory;
    struct stat about;

    if (strchr(file, '/')) {
        if (stat(file, &about) != 0 && errno != EACCES) {
            doctor_find(d, subject, DOCTOR_DRIVER_FILE_MISSING, pool_format(p, "%s does not exist", file),
                        "install the driver, or mend the path in odbcinst.ini");
            return;
        }
        if (access(file, R_OK) != 0 || !S_ISREG(about.st_mode)) {
            doctor_find(d, subject, DOCTOR_DRIVER_FILE_UNREADABLE,
                        pool_format(p, "%s cannot be read: %s", file,
                                    access(file, R_OK) != 0 ? strerror(errno) : "it is no file"),
                        "mend its permissions, or the path");
            return;
        }
        if (!library_fits(d, subject, file))
            return;
    }
    library_try(d, subject, file);
}
