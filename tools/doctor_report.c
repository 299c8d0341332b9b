/* What was found: for people and for programs. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "doctor.h"

#include <string.h>

#include "json.h"

#define REPORT_WIDTH 100
#define REPORT_INDENT 10

static const char *const report_colours[] = {"\033[36m", "\033[33m", "\033[31m"};
static const char *const report_weights[] = {"note", "warning", "error"};

static doctor_weight report_worst(const doctor_subject *subject)
{
    doctor_weight worst = DOCTOR_NOTE;

    for (size_t i = 0; i < subject->finding_count; i++)
        if (doctor_code_weight(subject->findings[i].code) > worst)
            worst = doctor_code_weight(subject->findings[i].code);
    return worst;
}

/* On lines of REPORT_WIDTH letters at most, all but the first indented. */
static void report_wrapped(FILE *out, const char *before, const char *text)
{
    int width = cli_width(out);

    cli_wrap(out, fprintf(out, "%s", before), REPORT_INDENT, width < REPORT_WIDTH ? width : REPORT_WIDTH, text);
    fputc('\n', out);
}

static void report_findings(FILE *out, const doctor_subject *subject)
{
    bool colours = cli_colours(out);

    for (size_t i = 0; i < subject->finding_count; i++) {
        const doctor_finding *finding = &subject->findings[i];
        doctor_weight weight = doctor_code_weight(finding->code);

        fprintf(out, "        %s%s: %s%s\n", colours ? report_colours[weight] : "", report_weights[weight],
                doctor_code_name(finding->code), colours ? "\033[0m" : "");
        report_wrapped(out, "          ", finding->text);
        if (finding->remedy)
            report_wrapped(out, "          -> ", finding->remedy);
    }
}

static void report_subject(FILE *out, const doctor_subject *subject, int width)
{
    bool colours = cli_colours(out);
    bool wrong = doctor_has_error(subject);
    char detail[3000];
    doctor_weight worst = report_worst(subject);
    const char *mark = wrong ? "WRONG" : subject->finding_count && worst == DOCTOR_WARNING ? "look" : "ok";
    const char *colour = wrong ? report_colours[DOCTOR_ERROR] : *mark == 'l' ? report_colours[DOCTOR_WARNING] : "\033[32m";

    snprintf(detail, sizeof detail, "%s%s%s", subject->detail ? subject->detail : "", subject->result ? ": " : "",
             subject->result ? subject->result : "");
    width = width > cli_letters(subject->name) ? width : cli_letters(subject->name);
    fprintf(out, "  %s%-5s%s %s%*s ", colours ? colour : "", mark, colours ? "\033[0m" : "", subject->name,
            width - cli_letters(subject->name), "");
    cli_wrap(out, REPORT_INDENT - 1 + width, REPORT_INDENT, cli_width(out), detail);
    fputc('\n', out);
    report_findings(out, subject);
}

static int report_width(const doctor_subject *subjects, size_t count)
{
    int width = 0;

    for (size_t i = 0; i < count; i++)
        if (cli_letters(subjects[i].name) > width)
            width = cli_letters(subjects[i].name);
    return width < 48 ? width : 48;
}

static void report_part(FILE *out, const char *title, const doctor_subject *subjects, size_t count)
{
    int width = report_width(subjects, count);

    fprintf(out, "%s%s\n", title, count ? "" : ": none");
    for (size_t i = 0; i < count; i++)
        report_subject(out, &subjects[i], width);
}

static void report_files(FILE *out, const doctor *d)
{
    int width = report_width(d->files, INI_FILES);

    fprintf(out, "Files, in the order in which they are read\n");
    for (int i = 0; i < INI_FILES; i++) {
        const ini_file *file = &d->setup.files[i];
        doctor_subject shown = d->files[i];
        char detail[200];

        snprintf(detail, sizeof detail, "%s%s%s%s", shown.detail, file->said_by ? ", by " : "",
                 file->said_by ? file->said_by : "", file->state == INI_ABSENT ? " (not there)" : "");
        shown.detail = detail;
        report_subject(out, &shown, width);
    }
}

static void report_counts(FILE *out, const doctor *d)
{
    size_t counts[DOCTOR_ERROR + 1] = {0};
    const doctor_subject *subject;

    for (size_t i = 0; (subject = doctor_subject_at(d, i)) != NULL; i++)
        for (size_t k = 0; k < subject->finding_count; k++)
            counts[doctor_code_weight(subject->findings[k].code)]++;
    if (counts[DOCTOR_ERROR] + counts[DOCTOR_WARNING] == 0)
        fprintf(out, "\nNothing is wrong.\n");
    else
        fprintf(out, "\n%zu error%s, %zu warning%s.\n", counts[DOCTOR_ERROR], counts[DOCTOR_ERROR] == 1 ? "" : "s",
                counts[DOCTOR_WARNING], counts[DOCTOR_WARNING] == 1 ? "" : "s");
}

void doctor_print(FILE *out, const doctor *d)
{
    report_files(out, d);
    fputc('\n', out);
    report_part(out, "Drivers", d->drivers, d->driver_count);
    fputc('\n', out);
    report_part(out, "Data sources", d->sources, d->source_count);
    report_counts(out, d);
}

/* --- JSON */

static void report_json_findings(FILE *out, const doctor_subject *subject)
{
    fprintf(out, "\"findings\": [");
    for (size_t i = 0; i < subject->finding_count; i++) {
        const doctor_finding *finding = &subject->findings[i];

        json_member(out, i ? ", {" : "{", "code", doctor_code_name(finding->code));
        json_member(out, ", ", "weight", report_weights[doctor_code_weight(finding->code)]);
        json_member(out, ", ", "text", finding->text);
        json_member(out, ", ", "remedy", finding->remedy);
        fputc('}', out);
    }
    fputc(']', out);
}

static void report_json_part(FILE *out, const char *name, const char *detail, const doctor_subject *subjects, size_t count)
{
    fprintf(out, ",\n  \"%s\": [", name);
    for (size_t i = 0; i < count; i++) {
        json_member(out, i ? ",\n    {" : "\n    {", "name", subjects[i].name);
        json_member(out, ", ", detail, subjects[i].detail);
        fprintf(out, ", \"ok\": %s, ", doctor_has_error(&subjects[i]) ? "false" : "true");
        if (subjects[i].result) {
            json_member(out, "", "connected", subjects[i].result);
            fprintf(out, ", ");
        }
        report_json_findings(out, &subjects[i]);
        fputc('}', out);
    }
    fprintf(out, "\n  ]");
}

void doctor_json(FILE *out, const doctor *d)
{
    fprintf(out, "{\n  \"files\": [");
    for (int i = 0; i < INI_FILES; i++) {
        const ini_file *file = &d->setup.files[i];

        json_member(out, i ? ",\n    {" : "\n    {", "path", file->path);
        json_member(out, ", ", "kind", d->files[i].detail);
        json_member(out, ", ", "said_by", file->said_by);
        fprintf(out, ", \"exists\": %s, ", file->state == INI_ABSENT ? "false" : "true");
        report_json_findings(out, &d->files[i]);
        fputc('}', out);
    }
    fprintf(out, "\n  ]");
    report_json_part(out, "drivers", "file", d->drivers, d->driver_count);
    report_json_part(out, "sources", "driver", d->sources, d->source_count);
    fprintf(out, "\n}\n");
}
