/* odbcinst.ini and odbc.ini, read as unixODBC reads them, with what it passes over in silence. */
#ifndef UOW_TOOLS_INI_H
#define UOW_TOOLS_INI_H

#include <stdbool.h>
#include <stddef.h>

#include "pool.h"

typedef struct ini_key {
    const char *name, *value;
    unsigned line;
} ini_key;

typedef struct ini_section {
    const char *name;
    const struct ini_file *file; /* NULL: made of a connection string */
    unsigned line;
    ini_key *keys;
    size_t key_count;
} ini_section;

typedef enum ini_fault {
    INI_BEFORE,     /* text before the first section: the file is not read */
    INI_BOM,        /* the same, by three bytes that an editor put there */
    INI_NO_BRACKET, /* [section without its end */
    INI_NO_EQUALS,  /* a line that is neither section nor key */
    INI_SECTION_TWICE,
    INI_KEY_TWICE, /* the first one counts */
    INI_COMMENT,   /* a comment behind a value belongs to the value */
    INI_LONG       /* a line is cut at 1,000 bytes */
} ini_fault;

typedef struct ini_remark {
    ini_fault fault;
    unsigned line;
    const char *name; /* of the section or key concerned, never a value */
} ini_remark;

typedef enum ini_state { INI_READ, INI_ABSENT, INI_UNREADABLE, INI_INVALID } ini_state;

typedef struct ini_file {
    const char *path;
    const char *said_by; /* what made it this path: "ODBCINI", or NULL: the usual place */
    ini_state state;
    const char *why; /* it cannot be read */
    bool shared;     /* others may read it */
    ini_section *sections;
    size_t section_count;
    ini_remark *remarks;
    size_t remark_count;
} ini_file;

/* In the order in which unixODBC looks: the first section of a name counts. */
enum { INI_SYSTEM_DRIVERS, INI_USER_DRIVERS, INI_USER_SOURCES, INI_SYSTEM_SOURCES, INI_FILES };

typedef struct ini_setup {
    ini_file files[INI_FILES];
} ini_setup;

/* Finds and reads the four files. */
void ini_read(pool *p, ini_setup *setup);
/* The section of a driver or of a data source; NULL: there is none. */
const ini_section *ini_driver(const ini_setup *setup, const char *name);
const ini_section *ini_source(const ini_setup *setup, const char *name);
/* The value of a key, or of the first of several ("Server|Servername"); NULL: not there, or empty. */
const char *ini_value(const ini_section *section, const char *names);
/* A connection string as if it were a section. False: it is malformed. */
bool ini_of_text(pool *p, const char *text, ini_section *out);
/* Sections that are about unixODBC itself. */
bool ini_reserved(const char *name);

#endif
