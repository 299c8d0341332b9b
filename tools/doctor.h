/* uow doctor: why does a data source not work? What its parts share. */
#ifndef UOW_TOOLS_DOCTOR_H
#define UOW_TOOLS_DOCTOR_H

#include "cli.h"
#include "ini.h"
#include "pool.h"

extern const cli_command doctor_command;

/* Each has a name for scripts, a weight and an exit status: doctor_finding.c. */
typedef enum doctor_code {
    DOCTOR_FILE_ABSENT,
    DOCTOR_FILE_UNREADABLE,
    DOCTOR_FILE_INVALID,
    DOCTOR_FILE_BOM,
    DOCTOR_FILE_SHARED,
    DOCTOR_LINE_UNDERSTOOD_OTHERWISE,
    DOCTOR_SECTION_TWICE,
    DOCTOR_SECTION_HIDDEN,
    DOCTOR_TRACE_ON,
    DOCTOR_POOLING_ON,
    DOCTOR_TEXT_MALFORMED,
    DOCTOR_SOURCE_UNKNOWN,
    DOCTOR_SOURCE_NAME_LONG,
    DOCTOR_SOURCE_NO_DRIVER,
    DOCTOR_DRIVER_UNKNOWN,
    DOCTOR_DRIVER_NO_FILE,
    DOCTOR_DRIVER_FILE_MISSING,
    DOCTOR_DRIVER_FILE_UNREADABLE,
    DOCTOR_DRIVER_NOT_LIBRARY,
    DOCTOR_DRIVER_CLASS,
    DOCTOR_DRIVER_MACHINE,
    DOCTOR_DRIVER_LIBRARY_MISSING,
    DOCTOR_DRIVER_NOT_LOADABLE,
    DOCTOR_DRIVER_NOT_ODBC,
    DOCTOR_DRIVER_CRASHES,
    DOCTOR_KEY_UNKNOWN,
    DOCTOR_KEY_RISKY,
    DOCTOR_DATABASE_FILE_MISSING,
    DOCTOR_DATABASE_FILE_WRONG,
    DOCTOR_HOST_UNKNOWN,
    DOCTOR_SERVER_REFUSES,
    DOCTOR_SERVER_SILENT,
    DOCTOR_SERVER_UNREACHABLE,
    DOCTOR_SERVER_FULL,
    DOCTOR_LOGIN_REFUSED,
    DOCTOR_RIGHTS_MISSING,
    DOCTOR_DATABASE_MISSING,
    DOCTOR_CONNECT_FAILED,
    DOCTOR_CODES
} doctor_code;

typedef enum doctor_weight { DOCTOR_NOTE, DOCTOR_WARNING, DOCTOR_ERROR } doctor_weight;

typedef struct doctor_finding {
    doctor_code code;
    const char *text;   /* what is wrong */
    const char *remedy; /* what to do, or NULL */
} doctor_finding;

/* A file, a driver or a data source, and what was found about it. */
typedef struct doctor_subject {
    const char *name;
    const char *detail;      /* the driver's file, the source's driver */
    const char *driver_file; /* of a source, as far as it is known */
    const char *result; /* of connecting, when it went well; or NULL */
    const ini_section *section;
    doctor_finding *findings;
    size_t finding_count;
} doctor_subject;

typedef struct doctor {
    pool memory;
    ini_setup setup;
    const char *asked; /* the data source or connection string, or NULL: all */
    unsigned timeout_s;
    bool connects;
    doctor_subject files[INI_FILES];
    doctor_subject *drivers, *sources;
    size_t driver_count, source_count;
} doctor;

/* --- doctor_finding.c */

const char *doctor_code_name(doctor_code code);
doctor_weight doctor_code_weight(doctor_code code);
/* What the program ends with because of it; CLI_OK for those that are no error. */
int doctor_code_exit(doctor_code code);
/* Adds one. remedy may be NULL. */
void doctor_find(doctor *d, doctor_subject *subject, doctor_code code, const char *text, const char *remedy);
bool doctor_has_error(const doctor_subject *subject);
/* Every subject in order: files, drivers, sources; NULL past the end. */
const doctor_subject *doctor_subject_at(const doctor *d, size_t index);

/* --- doctor_files.c, doctor_library.c, doctor_keys.c, doctor_connect.c: each looks at one kind of thing */

void doctor_check_files(doctor *d);
void doctor_check_library(doctor *d, doctor_subject *subject, const char *file);
void doctor_check_keys(doctor *d, doctor_subject *source, const char *driver_file);
void doctor_connect(doctor *d, doctor_subject *source, const char *connection);

/* What is known of a driver by its file's name. */
typedef struct doctor_family {
    const char *in_file;    /* part of the file's name */
    const char *host, *port, *database, *user; /* spellings of the keys */
    unsigned usual_port;    /* 0: no server */
    const char *const *keys; /* ends with NULL */
} doctor_family;

/* NULL: none of those we know. */
const doctor_family *doctor_family_of(const char *driver_file);

/* --- doctor_subjects.c: drivers and data sources */

void doctor_check_all(doctor *d);
/* The library of a driver's section, as a 64-bit driver manager looks for it; NULL: none. */
const char *doctor_driver_file(const ini_section *driver);

/* --- doctor_report.c */

void doctor_print(FILE *out, const doctor *d);
void doctor_json(FILE *out, const doctor *d);

#endif
