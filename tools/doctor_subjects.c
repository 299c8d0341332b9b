/* Drivers and data sources: each looked at without connecting first, and then connected to. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "doctor.h"

#include <string.h>
#include <strings.h>

#define LONGEST_SOURCE 32 /* SQL_MAX_DSN_LENGTH: IM012 beyond */

const char *doctor_driver_file(const ini_section *driver)
{
    const char *file = sizeof(void *) == 8 ? ini_value(driver, "Driver64") : NULL;

    return file ? file : ini_value(driver, "Driver");
}

/* The name of a section in two files that is the nearest to one that is none. */
static const char *subjects_nearest(const doctor *d, const char *name, int first)
{
    const char *names[200];
    size_t count = 0;

    for (int i = first; i < first + 2; i++)
        for (size_t k = 0; k < d->setup.files[i].section_count && count < 200; k++)
            if (!ini_reserved(d->setup.files[i].sections[k].name))
                names[count++] = d->setup.files[i].sections[k].name;
    return cli_nearest(name, names, count);
}

static void subjects_driver(doctor *d, doctor_subject *subject)
{
    const char *file = doctor_driver_file(subject->section);

    subject->detail = file;
    if (file)
        doctor_check_library(d, subject, file);
    else
        doctor_find(d, subject, DOCTOR_DRIVER_NO_FILE,
                    pool_format(&d->memory, "[%s] of odbcinst.ini has no Driver", subject->name),
                    "Driver = the path of its library");
}

static doctor_subject *subjects_known(const doctor *d, const char *name)
{
    for (size_t i = 0; i < d->driver_count; i++)
        if (strcasecmp(d->drivers[i].name, name) == 0)
            return &d->drivers[i];
    return NULL;
}

static doctor_subject *subjects_add(pool *p, doctor_subject **list, size_t *count, const char *name,
                                    const ini_section *section)
{
    doctor_subject *subject;

    *list = pool_more(p, *list, *count, sizeof **list);
    subject = &(*list)[(*count)++];
    *subject = (doctor_subject){.name = name, .section = section};
    return subject;
}

/* What keeps a data source from a driver that works; the file of the driver is its detail. False: it is hopeless. */
static bool subjects_find_driver(doctor *d, doctor_subject *source)
{
    pool *p = &d->memory;
    const char *name = doctor_driver_file(source->section);
    const ini_section *section;
    const doctor_subject *driver;
    const char *nearest;

    if (!name) {
        doctor_find(d, source, DOCTOR_SOURCE_NO_DRIVER, "it has no Driver", "Driver = a name from odbcinst.ini");
        return false;
    }
    source->detail = name;
    source->driver_file = name;
    section = ini_driver(&d->setup, name);
    if (!section && strchr(name, '/')) {
        doctor_check_library(d, source, name);
        return !doctor_has_error(source);
    }
    if (!section) {
        nearest = subjects_nearest(d, name, INI_SYSTEM_DRIVERS);
        doctor_find(d, source, DOCTOR_DRIVER_UNKNOWN, pool_format(p, "no driver \"%s\" is in odbcinst.ini", name),
                    nearest ? pool_format(p, "perhaps \"%s\" is meant", nearest) : "install it, or add its section");
        return false;
    }
    driver = subjects_known(d, section->name);
    if (!driver) { /* asked for one source only */
        doctor_subject *added = subjects_add(p, &d->drivers, &d->driver_count, section->name, section);

        subjects_driver(d, added);
        driver = added;
    }
    if (driver->detail)
        source->driver_file = driver->detail;
    for (size_t i = 0; i < driver->finding_count; i++)
        if (doctor_code_weight(driver->findings[i].code) == DOCTOR_ERROR)
            doctor_find(d, source, driver->findings[i].code,
                        pool_format(p, "its driver \"%s\": %s", driver->name, driver->findings[i].text),
                        driver->findings[i].remedy);
    return !doctor_has_error(driver);
}

static void subjects_source(doctor *d, doctor_subject *source, const char *connection)
{
    if (!subjects_find_driver(d, source))
        return;
    doctor_check_keys(d, source, source->driver_file);
    if (d->connects)
        doctor_connect(d, source, connection);
}

/* A data source by name. */
static void subjects_named(doctor *d, const char *name)
{
    pool *p = &d->memory;
    const ini_section *section = ini_source(&d->setup, name);
    doctor_subject *source = subjects_add(p, &d->sources, &d->source_count, name, section);
    const char *nearest;

    if (strlen(name) > LONGEST_SOURCE)
        doctor_find(d, source, DOCTOR_SOURCE_NAME_LONG,
                    pool_format(p, "the name has %zu characters; unixODBC takes %d", strlen(name), LONGEST_SOURCE),
                    "shorten it");
    else if (section)
        subjects_source(d, source, name);
    else {
        nearest = subjects_nearest(d, name, INI_USER_SOURCES);
        doctor_find(d, source, DOCTOR_SOURCE_UNKNOWN,
                    pool_format(p, "no data source \"%s\" is in %s or %s", name, d->setup.files[INI_USER_SOURCES].path,
                                d->setup.files[INI_SYSTEM_SOURCES].path),
                    nearest ? pool_format(p, "perhaps \"%s\" is meant", nearest) : "add its section");
    }
}

/* What the string leaves out is the data source's. */
static void subjects_text(doctor *d, const char *text)
{
    pool *p = &d->memory;
    ini_section *section = pool_alloc(p, sizeof *section);
    bool good = ini_of_text(p, text, section);
    doctor_subject *source = subjects_add(p, &d->sources, &d->source_count, "connection string", section);
    const char *name = ini_value(section, "DSN");
    const ini_section *named = name ? ini_source(&d->setup, name) : NULL;

    if (!good) {
        doctor_find(d, source, DOCTOR_TEXT_MALFORMED, "it is malformed: Key=Value pairs with ; between are expected",
                    "values with ; or = in them go into {braces}");
        return;
    }
    if (name && !named) {
        d->source_count--;
        subjects_named(d, name);
        return;
    }
    for (size_t i = 0; named && i < named->key_count; i++) {
        section->keys = pool_more(p, section->keys, section->key_count, sizeof *section->keys);
        section->keys[section->key_count++] = named->keys[i];
    }
    subjects_source(d, source, text);
}

static bool subjects_shown(const doctor *d, int file, size_t index)
{
    const ini_section *section = &d->setup.files[file].sections[index];

    if (ini_reserved(section->name))
        return false;
    return section == (file < INI_USER_SOURCES ? ini_driver(&d->setup, section->name) : ini_source(&d->setup, section->name));
}

static void subjects_all(doctor *d)
{
    for (int i = 0; i < INI_FILES; i++)
        for (size_t k = 0; k < d->setup.files[i].section_count; k++) {
            const ini_section *section = &d->setup.files[i].sections[k];

            if (!subjects_shown(d, i, k))
                continue;
            if (i < INI_USER_SOURCES)
                subjects_driver(d, subjects_add(&d->memory, &d->drivers, &d->driver_count, section->name, section));
            else
                subjects_named(d, section->name);
            cli_progress(section->name, 0, 1);
        }
    cli_progress("", 1, 1);
}

void doctor_check_all(doctor *d)
{
    ini_read(&d->memory, &d->setup);
    doctor_check_files(d);
    if (!d->asked)
        subjects_all(d);
    else if (strchr(d->asked, '='))
        subjects_text(d, d->asked);
    else
        subjects_named(d, d->asked);
}
