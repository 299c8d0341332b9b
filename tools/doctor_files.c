/* The four files: there, readable, and understood as they were meant? */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "doctor.h"

#include <string.h>
#include <strings.h>

static void files_remark(doctor *d, doctor_subject *subject, const ini_remark *remark)
{
    pool *p = &d->memory;
    const char *name = remark->name;
    const char *text = NULL;
    const char *remedy = NULL;
    doctor_code code = DOCTOR_LINE_UNDERSTOOD_OTHERWISE;

    switch (remark->fault) {
    case INI_BEFORE:
        code = DOCTOR_FILE_INVALID;
        text = "there is text before the first [section], and so unixODBC reads nothing of the file";
        remedy = "begin it with a section, or make the line a comment with #";
        break;
    case INI_BOM:
        code = DOCTOR_FILE_BOM;
        text = "it begins with a byte order mark, and so unixODBC reads nothing of the file";
        remedy = "save it as UTF-8 without a byte order mark";
        break;
    case INI_NO_BRACKET:
        text = pool_format(p, "the section \"%s\" lacks its ]", name);
        break;
    case INI_NO_EQUALS:
        text = pool_format(p, "in [%s] is a line without =, which says nothing", name);
        remedy = "a comment begins with # or ;";
        break;
    case INI_SECTION_TWICE:
        code = DOCTOR_SECTION_TWICE;
        text = pool_format(p, "[%s] is there a second time: only the first one counts", name);
        break;
    case INI_KEY_TWICE: text = pool_format(p, "%s is there a second time: only the first one counts", name); break;
    case INI_COMMENT:
        text = pool_format(p, "the comment behind the value of %s is part of the value", name);
        remedy = "give the comment a line of its own";
        break;
    case INI_LONG: text = "it is longer than 999 bytes: unixODBC takes the rest for a line of its own"; break;
    default: return;
    }
    doctor_find(d, subject, code, pool_format(p, "line %u: %s", remark->line, text), remedy);
}

/* That of the drivers must be there, and one that somebody named; ODBCSYSINI names a folder. */
static void files_state(doctor *d, doctor_subject *subject, const ini_file *file)
{
    pool *p = &d->memory;
    bool drivers = file == &d->setup.files[INI_SYSTEM_DRIVERS];
    bool named = file->said_by && (drivers || file == &d->setup.files[INI_USER_SOURCES]);

    if (file->state == INI_UNREADABLE)
        doctor_find(d, subject, DOCTOR_FILE_UNREADABLE, pool_format(p, "it cannot be read: %s", file->why),
                    "give whoever runs the program the right to read it");
    if (file->state == INI_ABSENT && (named || drivers))
        doctor_find(d, subject, DOCTOR_FILE_ABSENT,
                    named ? pool_format(p, "it does not exist, but %s says it should%s", file->said_by,
                                        drivers ? ": there are no drivers" : "")
                          : "it does not exist, and so there are no drivers",
                    named ? pool_format(p, "mend or unset %s", file->said_by)
                          : "install a driver, or copy a template of odbcinst.ini there");
}

static bool files_has_password(const ini_file *file)
{
    for (size_t i = 0; i < file->section_count; i++)
        if (ini_value(&file->sections[i], "Password|PWD"))
            return true;
    return false;
}

static bool files_on(const char *value)
{
    return value && (value[0] == '1' || strcasecmp(value, "yes") == 0 || strcasecmp(value, "on") == 0 ||
                     strcasecmp(value, "true") == 0);
}

/* [ODBC] is about unixODBC itself. */
static void files_manager(doctor *d, doctor_subject *subject, const ini_file *file)
{
    for (size_t i = 0; i < file->section_count; i++) {
        const ini_section *section = &file->sections[i];

        if (strcasecmp(section->name, "ODBC") != 0)
            continue;
        if (files_on(ini_value(section, "Trace")))
            doctor_find(d, subject, DOCTOR_TRACE_ON,
                        "Trace is on: every call is written down, with the values, and waits for that",
                        "Trace = No");
        if (files_on(ini_value(section, "Pooling")))
            doctor_find(d, subject, DOCTOR_POOLING_ON,
                        "Pooling is on: unixODBC's pool hands connections on as they were left, and crashes with threads",
                        "Pooling = No; libuow's factory keeps connections");
        return;
    }
}

static void files_hidden(doctor *d, int file, int by)
{
    const ini_file *hidden = &d->setup.files[file];
    const ini_file *first = &d->setup.files[by];

    if (strcmp(hidden->path, first->path) == 0)
        return;
    for (size_t i = 0; i < hidden->section_count; i++)
        for (size_t k = 0; k < first->section_count; k++)
            if (strcasecmp(hidden->sections[i].name, first->sections[k].name) == 0 &&
                !ini_reserved(hidden->sections[i].name)) {
                doctor_find(d, &d->files[file], DOCTOR_SECTION_HIDDEN,
                            pool_format(&d->memory, "[%s] is in %s too, which counts", hidden->sections[i].name,
                                        first->path),
                            NULL);
                break;
            }
}

void doctor_check_files(doctor *d)
{
    static const char *const kinds[INI_FILES] = {"drivers", "drivers of the user", "data sources of the user",
                                                 "data sources of all"};

    for (int i = 0; i < INI_FILES; i++) {
        const ini_file *file = &d->setup.files[i];
        doctor_subject *subject = &d->files[i];

        *subject = (doctor_subject){.name = file->path, .detail = kinds[i]};
        files_state(d, subject, file);
        for (size_t k = 0; k < file->remark_count; k++)
            files_remark(d, subject, &file->remarks[k]);
        if (file->shared && files_has_password(file))
            doctor_find(d, subject, DOCTOR_FILE_SHARED, "everybody may read it, and there is a password in it",
                        pool_format(&d->memory, "chmod o-r %s, or give the password to uow_open", file->path));
        files_manager(d, subject, file);
    }
    files_hidden(d, INI_USER_DRIVERS, INI_SYSTEM_DRIVERS);
    files_hidden(d, INI_SYSTEM_SOURCES, INI_USER_SOURCES);
}
