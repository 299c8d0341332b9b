/* As much of odbcinst as the unit tests need: a key of a section of $ODBCINI. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <odbcinst.h>

static int starts(const char *line, const char *word, char end)
{
    size_t length = strlen(word);

    return strncasecmp(line, word, length) == 0 && line[length + strspn(line + length, " ")] == end;
}

int INSTAPI SQLGetPrivateProfileString(LPCSTR section, LPCSTR key, LPCSTR otherwise, LPSTR out, int size, LPCSTR file)
{
    const char *path = getenv("ODBCINI");
    FILE *ini = path && strcmp(file, "odbc.ini") == 0 ? fopen(path, "r") : NULL;
    const char *value = otherwise;
    char line[256];
    int inside = 0, found = 0;

    while (ini && !found && fgets(line, sizeof line, ini)) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] == '[')
            inside = starts(line + 1, section, ']');
        else if (inside && (!key || starts(line, key, '=')))
            found = 1;
    }
    if (ini)
        fclose(ini);
    if (found)
        value = key ? strchr(line, '=') + 1 : line;
    value += strspn(value, " ");
    return snprintf(out, (size_t)size, "%s", value);
}
