/*
 * What unixODBC does (2.3.11, ini/ and odbcinst/): lines of at most 1,000 bytes, without the blanks before them; a file
 * that does not begin with a section is not read at all; sections and keys are looked for without regard to case and the
 * first one counts, the user's data sources before the system's and the system's drivers before the user's.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "ini.h"

#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define INI_LINE 1000 /* INI_MAX_LINE */

static void ini_remark_on(pool *p, ini_file *file, ini_fault fault, unsigned line, const char *name)
{
    file->remarks = pool_more(p, file->remarks, file->remark_count, sizeof *file->remarks);
    file->remarks[file->remark_count++] = (ini_remark){fault, line, name};
}

/* Without the blanks at both ends. */
static const char *ini_trimmed(pool *p, const char *from, size_t length)
{
    while (length > 0 && isspace((unsigned char)*from)) {
        from++;
        length--;
    }
    while (length > 0 && isspace((unsigned char)from[length - 1]))
        length--;
    return pool_copy(p, from, length);
}

static ini_section *ini_of(const ini_file *file, const char *name)
{
    for (size_t i = 0; i < file->section_count; i++)
        if (strcasecmp(file->sections[i].name, name) == 0)
            return &file->sections[i];
    return NULL;
}

static void ini_begin(pool *p, ini_file *file, const char *text, unsigned line)
{
    size_t length = strcspn(text + 1, "]");
    const char *name = ini_trimmed(p, text + 1, length);

    if (text[1 + length] != ']')
        ini_remark_on(p, file, INI_NO_BRACKET, line, name);
    if (ini_of(file, name))
        ini_remark_on(p, file, INI_SECTION_TWICE, line, name);
    file->sections = pool_more(p, file->sections, file->section_count, sizeof *file->sections);
    file->sections[file->section_count++] = (ini_section){.name = name, .file = file, .line = line};
}

static void ini_add(pool *p, ini_section *section, const char *name, const char *value, unsigned line)
{
    section->keys = pool_more(p, section->keys, section->key_count, sizeof *section->keys);
    section->keys[section->key_count++] = (ini_key){name, value, line};
}

static bool ini_has_comment(const char *name, const char *value)
{
    if (strcasecmp(name, "Password") == 0 || strcasecmp(name, "PWD") == 0)
        return false;
    for (const char *at = value; *at; at++)
        if ((*at == ' ' || *at == '\t') && (at[1] == ';' || at[1] == '#'))
            return true;
    return false;
}

static void ini_key_line(pool *p, ini_file *file, const char *text, unsigned line)
{
    ini_section *section = &file->sections[file->section_count - 1];
    size_t length = strcspn(text, "=");
    const char *name = ini_trimmed(p, text, length);
    const char *value = text[length] == '=' ? ini_trimmed(p, text + length + 1, strlen(text + length + 1)) : "";

    if (text[length] != '=')
        ini_remark_on(p, file, INI_NO_EQUALS, line, section->name);
    for (size_t i = 0; i < section->key_count; i++)
        if (strcasecmp(section->keys[i].name, name) == 0)
            ini_remark_on(p, file, INI_KEY_TWICE, line, name);
    if (ini_has_comment(name, value))
        ini_remark_on(p, file, INI_COMMENT, line, name);
    ini_add(p, section, name, value, line);
}

static bool ini_blank(const char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    return *text == '\0' || *text == '#' || *text == ';';
}

/* False: the file is none. */
static bool ini_line(pool *p, ini_file *file, const char *text, unsigned line)
{
    if (ini_blank(text))
        return true;
    while (isspace((unsigned char)*text))
        text++;
    if (text[0] == '[') {
        ini_begin(p, file, text, line);
        return true;
    }
    if (file->section_count == 0) {
        ini_remark_on(p, file, strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? INI_BOM : INI_BEFORE, line, "");
        return false;
    }
    ini_key_line(p, file, text, line);
    return true;
}

static void ini_lines(pool *p, ini_file *file, FILE *in)
{
    char text[INI_LINE];
    unsigned line = 1;

    file->state = INI_READ;
    while (fgets(text, sizeof text, in)) {
        size_t length = strlen(text);
        bool whole = length > 0 && text[length - 1] == '\n';

        if (!whole && length == sizeof text - 1)
            ini_remark_on(p, file, INI_LONG, line, "");
        if (!ini_line(p, file, text, line)) {
            file->state = INI_INVALID;
            return;
        }
        line += whole;
    }
    if (ferror(in)) { /* a directory can be opened */
        file->state = INI_UNREADABLE;
        file->why = pool_format(p, "%s", strerror(errno));
    }
}

static void ini_file_read(pool *p, ini_file *file)
{
    FILE *in = fopen(file->path, "r");
    struct stat about;

    if (!in) {
        file->state = errno == ENOENT || errno == ENOTDIR ? INI_ABSENT : INI_UNREADABLE;
        file->why = pool_format(p, "%s", strerror(errno));
        return;
    }
    file->shared = fstat(fileno(in), &about) == 0 && (about.st_mode & S_IROTH) != 0;
    ini_lines(p, file, in);
    fclose(in);
}

/* Where this unixODBC was built to look: its own function tells, and does so for ODBCSYSINI, too. */
static const char *ini_system_folder(pool *p)
{
    char *(*ask)(char *) = NULL;
    char buffer[4096] = "";
    const char *answer = NULL;

    *(void **)&ask = dlsym(RTLD_DEFAULT, "odbcinst_system_file_path");
    if (getenv("ODBCSYSINI"))
        answer = getenv("ODBCSYSINI");
    else if (ask)
        answer = ask(buffer);
    return pool_format(p, "%s", answer && *answer ? answer : "/etc");
}

/* By the password file, not by $HOME. */
static const char *ini_home(void)
{
    const struct passwd *me = getpwuid(getuid());

    return me && me->pw_dir ? me->pw_dir : "/home";
}

void ini_read(pool *p, ini_setup *setup)
{
    const char *folder = ini_system_folder(p);
    const char *folder_by = getenv("ODBCSYSINI") ? "ODBCSYSINI" : NULL;
    const char *drivers = getenv("ODBCINSTINI");
    const char *sources = getenv("ODBCINI");
    const char *home = getenv("HOME");

    memset(setup, 0, sizeof *setup);
    setup->files[INI_SYSTEM_DRIVERS] = (ini_file){
        .path = pool_format(p, "%s/%s", folder, drivers ? drivers : "odbcinst.ini"),
        .said_by = drivers ? "ODBCINSTINI" : folder_by,
    };
    setup->files[INI_USER_DRIVERS] = (ini_file){.path = pool_format(p, "%s/.odbcinst.ini", home ? home : "/home")};
    setup->files[INI_USER_SOURCES] = (ini_file){
        .path = sources && *sources ? pool_format(p, "%s", sources) : pool_format(p, "%s/.odbc.ini", ini_home()),
        .said_by = sources && *sources ? "ODBCINI" : NULL,
    };
    setup->files[INI_SYSTEM_SOURCES] = (ini_file){.path = pool_format(p, "%s/odbc.ini", folder), .said_by = folder_by};
    for (int i = 0; i < INI_FILES; i++)
        ini_file_read(p, &setup->files[i]);
}

const ini_section *ini_driver(const ini_setup *setup, const char *name)
{
    const ini_section *section = ini_of(&setup->files[INI_SYSTEM_DRIVERS], name);

    return section ? section : ini_of(&setup->files[INI_USER_DRIVERS], name);
}

const ini_section *ini_source(const ini_setup *setup, const char *name)
{
    const ini_section *section = ini_of(&setup->files[INI_USER_SOURCES], name);

    return section ? section : ini_of(&setup->files[INI_SYSTEM_SOURCES], name);
}

const char *ini_value(const ini_section *section, const char *names)
{
    for (;;) {
        size_t length = strcspn(names, "|");

        for (size_t i = 0; section && i < section->key_count; i++) {
            const ini_key *key = &section->keys[i];

            if (strlen(key->name) == length && strncasecmp(key->name, names, length) == 0 && *key->value)
                return key->value;
        }
        if (names[length] == '\0')
            return NULL;
        names += length + 1;
    }
}

bool ini_of_text(pool *p, const char *text, ini_section *out)
{
    *out = (ini_section){.name = ""};
    while (*text) {
        size_t name = strcspn(text, "=;");
        const char *value = text + name + 1;
        size_t length;

        if (text[name] != '=')
            return text[name] == '\0' && ini_blank(text);
        if (*value == '{') {
            length = strcspn(value, "}");
            if (value[length] != '}')
                return false;
            ini_add(p, out, ini_trimmed(p, text, name), pool_copy(p, value + 1, length - 1), 0);
            length++;
        } else {
            length = strcspn(value, ";");
            ini_add(p, out, ini_trimmed(p, text, name), ini_trimmed(p, value, length), 0);
        }
        text = value + length;
        text += strcspn(text, ";");
        text += *text == ';';
    }
    return true;
}

bool ini_reserved(const char *name)
{
    return strcasecmp(name, "ODBC") == 0 || strcasecmp(name, "ODBC Data Sources") == 0 ||
           strcasecmp(name, "ODBC Drivers") == 0;
}
