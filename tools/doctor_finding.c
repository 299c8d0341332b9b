/* What can be found: names for scripts, weights, exit statuses. They are written down in uow-doctor(1). */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "doctor.h"

enum { EXIT_SETUP = 10, EXIT_DRIVER = 11, EXIT_SERVER = 12, EXIT_LOGIN = 13, EXIT_DATABASE = 14 };

static const struct {
    const char *name;
    doctor_weight weight;
    int exit;
} finding_kinds[DOCTOR_CODES] = {
    [DOCTOR_FILE_ABSENT] = {"file-absent", DOCTOR_ERROR, EXIT_SETUP},
    [DOCTOR_FILE_UNREADABLE] = {"file-unreadable", DOCTOR_ERROR, EXIT_SETUP},
    [DOCTOR_FILE_INVALID] = {"file-invalid", DOCTOR_ERROR, EXIT_SETUP},
    [DOCTOR_FILE_BOM] = {"file-byte-order-mark", DOCTOR_ERROR, EXIT_SETUP},
    [DOCTOR_FILE_SHARED] = {"password-readable", DOCTOR_WARNING, CLI_OK},
    [DOCTOR_LINE_UNDERSTOOD_OTHERWISE] = {"line-misread", DOCTOR_WARNING, CLI_OK},
    [DOCTOR_SECTION_TWICE] = {"section-twice", DOCTOR_WARNING, CLI_OK},
    [DOCTOR_SECTION_HIDDEN] = {"section-hidden", DOCTOR_NOTE, CLI_OK},
    [DOCTOR_TRACE_ON] = {"trace-on", DOCTOR_WARNING, CLI_OK},
    [DOCTOR_POOLING_ON] = {"pooling-on", DOCTOR_WARNING, CLI_OK},
    [DOCTOR_TEXT_MALFORMED] = {"connection-string-malformed", DOCTOR_ERROR, EXIT_SETUP},
    [DOCTOR_SOURCE_UNKNOWN] = {"source-unknown", DOCTOR_ERROR, EXIT_SETUP},
    [DOCTOR_SOURCE_NAME_LONG] = {"source-name-long", DOCTOR_ERROR, EXIT_SETUP},
    [DOCTOR_SOURCE_NO_DRIVER] = {"source-without-driver", DOCTOR_ERROR, EXIT_SETUP},
    [DOCTOR_DRIVER_UNKNOWN] = {"driver-unknown", DOCTOR_ERROR, EXIT_DRIVER},
    [DOCTOR_DRIVER_NO_FILE] = {"driver-without-file", DOCTOR_ERROR, EXIT_DRIVER},
    [DOCTOR_DRIVER_FILE_MISSING] = {"driver-file-missing", DOCTOR_ERROR, EXIT_DRIVER},
    [DOCTOR_DRIVER_FILE_UNREADABLE] = {"driver-file-unreadable", DOCTOR_ERROR, EXIT_DRIVER},
    [DOCTOR_DRIVER_NOT_LIBRARY] = {"driver-not-library", DOCTOR_ERROR, EXIT_DRIVER},
    [DOCTOR_DRIVER_CLASS] = {"driver-wrong-bits", DOCTOR_ERROR, EXIT_DRIVER},
    [DOCTOR_DRIVER_MACHINE] = {"driver-wrong-machine", DOCTOR_ERROR, EXIT_DRIVER},
    [DOCTOR_DRIVER_LIBRARY_MISSING] = {"driver-needs-library", DOCTOR_ERROR, EXIT_DRIVER},
    [DOCTOR_DRIVER_NOT_LOADABLE] = {"driver-not-loadable", DOCTOR_ERROR, EXIT_DRIVER},
    [DOCTOR_DRIVER_NOT_ODBC] = {"driver-not-odbc", DOCTOR_ERROR, EXIT_DRIVER},
    [DOCTOR_DRIVER_CRASHES] = {"driver-crashes", DOCTOR_ERROR, EXIT_DRIVER},
    [DOCTOR_KEY_UNKNOWN] = {"key-unknown", DOCTOR_WARNING, CLI_OK},
    [DOCTOR_KEY_RISKY] = {"key-risky", DOCTOR_WARNING, CLI_OK},
    [DOCTOR_DATABASE_FILE_MISSING] = {"database-file-missing", DOCTOR_ERROR, EXIT_DATABASE},
    [DOCTOR_DATABASE_FILE_WRONG] = {"database-file-wrong", DOCTOR_ERROR, EXIT_DATABASE},
    [DOCTOR_HOST_UNKNOWN] = {"host-unknown", DOCTOR_ERROR, EXIT_SERVER},
    [DOCTOR_SERVER_REFUSES] = {"server-refuses", DOCTOR_ERROR, EXIT_SERVER},
    [DOCTOR_SERVER_SILENT] = {"server-silent", DOCTOR_ERROR, EXIT_SERVER},
    [DOCTOR_SERVER_UNREACHABLE] = {"server-unreachable", DOCTOR_ERROR, EXIT_SERVER},
    [DOCTOR_SERVER_FULL] = {"server-full", DOCTOR_ERROR, EXIT_SERVER},
    [DOCTOR_LOGIN_REFUSED] = {"login-refused", DOCTOR_ERROR, EXIT_LOGIN},
    [DOCTOR_RIGHTS_MISSING] = {"rights-missing", DOCTOR_ERROR, EXIT_LOGIN},
    [DOCTOR_DATABASE_MISSING] = {"database-missing", DOCTOR_ERROR, EXIT_DATABASE},
    [DOCTOR_CONNECT_FAILED] = {"connect-failed", DOCTOR_ERROR, CLI_FAILED},
};

const char *doctor_code_name(doctor_code code)
{
    return finding_kinds[code].name;
}

doctor_weight doctor_code_weight(doctor_code code)
{
    return finding_kinds[code].weight;
}

int doctor_code_exit(doctor_code code)
{
    return finding_kinds[code].exit;
}

void doctor_find(doctor *d, doctor_subject *subject, doctor_code code, const char *text, const char *remedy)
{
    subject->findings = pool_more(&d->memory, subject->findings, subject->finding_count, sizeof *subject->findings);
    subject->findings[subject->finding_count++] = (doctor_finding){code, text, remedy};
}

bool doctor_has_error(const doctor_subject *subject)
{
    for (size_t i = 0; i < subject->finding_count; i++)
        if (doctor_code_weight(subject->findings[i].code) == DOCTOR_ERROR)
            return true;
    return false;
}

const doctor_subject *doctor_subject_at(const doctor *d, size_t index)
{
    if (index < INI_FILES)
        return &d->files[index];
    index -= INI_FILES;
    if (index < d->driver_count)
        return &d->drivers[index];
    index -= d->driver_count;
    return index < d->source_count ? &d->sources[index] : NULL;
}
