/* What was measured: for people, for programs, as a picture. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "bench.h"

#include <string.h>

#include "json.h"

#define BAR_WIDTH 32
#define BAR_COLUMN 54

static const char *const report_waits[BENCH_WAITS] = {"runs", "waits for a lock", "sleeps", "reads"};

/* "12.3 ms" */
static const char *report_time(double seconds, char *text, size_t size)
{
    if (seconds < 0.001)
        snprintf(text, size, "%.0f us", seconds * 1e6);
    else if (seconds < 1)
        snprintf(text, size, "%.1f ms", seconds * 1e3);
    else
        snprintf(text, size, "%.2f s", seconds);
    return text;
}

/* As long as there is room behind the figures. */
static void report_bar(FILE *out, double part, bool colours)
{
    int room = cli_width(out) - BAR_COLUMN;
    int most = room < 0 ? 0 : room < BAR_WIDTH ? room : BAR_WIDTH;
    int width = part >= 1 ? most : part <= 0 ? 0 : (int)(part * most + 0.5);

    fprintf(out, "%s%.*s%s", colours ? "\033[32m" : "", width, "################################", colours ? "\033[0m" : "");
}

static void report_seen(FILE *out, const bench_level *level)
{
    uint64_t all = 0;

    for (int i = 0; i < BENCH_WAITS; i++)
        all += level->seen[i];
    for (int i = 0; all > 0 && i < BENCH_WAITS; i++)
        if (level->seen[i] * 100 / all > 0)
            fprintf(out, " %s %u%%", report_waits[i], (unsigned)(level->seen[i] * 100 / all));
    if (level->conflicts)
        fprintf(out, " run again %llu", (unsigned long long)level->conflicts);
}

static void report_level(FILE *out, const bench_result *result, const bench_level *level, double most)
{
    bench_statistics round = bench_statistics_of(level->seconds, level->rounds);
    bench_statistics task = bench_statistics_of(level->task_seconds, level->tasks);
    char a[24], b[24];
    int spread = round.median > 0 ? (int)((round.high - round.low) / round.median * 50 + 0.5) : 0;

    fprintf(out, "  %8u  %9s  +-%3d%%  %9s  %6.2f  ", level->contexts, report_time(round.median, a, sizeof a), spread,
            report_time(task.median, b, sizeof b), bench_speed_up(result, level));
    report_bar(out, bench_speed_up(result, level) / most, cli_colours(out));
    report_seen(out, level);
    fputc('\n', out);
}

void bench_print(FILE *out, const bench_result *result)
{
    const bench_plan *plan = result->plan;
    char text[500], time[24];
    double most = 1;

    for (size_t i = 0; i < plan->levels; i++)
        if (result->levels[i].rounds > 0 && bench_speed_up(result, &result->levels[i]) > most)
            most = bench_speed_up(result, &result->levels[i]);
    if (result->database[0]) {
        cli_wrap(out, fprintf(out, "%s: ", plan->dsn), 2, cli_width(out), result->database);
        fputc('\n', out);
        snprintf(text, sizeof text, "%u task%s a round, %zu of %u rounds measured; opening a context takes %s", plan->tasks,
                 plan->tasks == 1 ? "" : "s", result->levels[plan->levels - 1].rounds, plan->rounds,
                 report_time(result->connect_seconds, time, sizeof time));
        cli_wrap(out, 0, 2, cli_width(out), text);
        fputs("\n\n", out);
        if (result->levels[0].rounds > 0)
            fprintf(out, "  contexts      round  spread       task  faster\n");
    }
    for (size_t i = 0; i < plan->levels; i++)
        if (result->levels[i].rounds > 0)
            report_level(out, result, &result->levels[i], most);
    if (result->database[0] && !result->shows_waits)
        fprintf(out, "\nThis database does not show what its sessions wait for.\n");
    if (result->interrupted)
        fprintf(out, "\nInterrupted: this is what was measured until then.\n");
    if (result->error[0])
        fprintf(out, "\nStopped: %s\n", result->error);
    (void)bench_judge(result, text, sizeof text);
    fputc('\n', out);
    cli_wrap(out, 0, 0, cli_width(out), text);
    fputc('\n', out);
}

/* --- JSON */

static void json_list(FILE *out, const char *name, const double *values, size_t count)
{
    fprintf(out, "\"%s\": [", name);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%.9f", i ? ", " : "", values[i]);
    fputc(']', out);
}

static void json_level(FILE *out, const bench_result *result, const bench_level *level)
{
    static const char *const names[BENCH_WAITS] = {"runs", "locked", "sleeps", "reads"};
    bench_statistics round = bench_statistics_of(level->seconds, level->rounds);
    bench_statistics task = bench_statistics_of(level->task_seconds, level->tasks);

    fprintf(out, "    {\"contexts\": %u, \"median_s\": %.9f, \"quartiles_s\": [%.9f, %.9f], \"task_median_s\": %.9f, ",
            level->contexts, round.median, round.low, round.high, task.median);
    fprintf(out, "\"speed_up\": %.3f, \"run_again\": %llu, \"seen\": {", bench_speed_up(result, level),
            (unsigned long long)level->conflicts);
    for (int i = 0; i < BENCH_WAITS; i++)
        fprintf(out, "%s\"%s\": %llu", i ? ", " : "", names[i], (unsigned long long)level->seen[i]);
    fprintf(out, "}, ");
    json_list(out, "rounds_s", level->seconds, level->rounds);
    fputc('}', out);
}

bool bench_json(const char *file, const bench_result *result)
{
    const bench_plan *plan = result->plan;
    FILE *out = fopen(file, "w");
    char text[500];
    bench_verdict verdict = bench_judge(result, text, sizeof text);
    bool first = true;

    if (!out)
        return false;
    fprintf(out, "{\n  \"database\": ");
    json_text(out, result->database);
    fprintf(out, ",\n  \"tasks\": %u, \"rounds\": %u, \"connect_s\": %.9f,\n  \"statements\": [", plan->tasks, plan->rounds,
            result->connect_seconds);
    for (size_t i = 0; i < plan->sql_count; i++) {
        fputs(i ? ", " : "", out);
        json_text(out, plan->sql[i]);
    }
    fprintf(out, "],\n  \"levels\": [\n");
    for (size_t i = 0; i < plan->levels; i++) {
        if (result->levels[i].rounds == 0)
            continue;
        fputs(first ? "" : ",\n", out);
        first = false;
        json_level(out, result, &result->levels[i]);
    }
    fprintf(out, "\n  ],\n  \"interrupted\": %s,\n  \"error\": ", result->interrupted ? "true" : "false");
    json_text(out, result->error);
    fprintf(out, ",\n  \"verdict\": ");
    json_text(out, bench_verdict_name(verdict));
    fprintf(out, ",\n  \"sentence\": ");
    json_text(out, text);
    fprintf(out, "\n}\n");
    return fclose(out) == 0;
}

/* --- SVG */

static void svg_text(FILE *out, int x, int y, const char *text)
{
    fprintf(out, "<text x=\"%d\" y=\"%d\">", x, y);
    for (; *text; text++)
        fputs(*text == '<' ? "&lt;" : *text == '&' ? "&amp;" : (char[]){*text, '\0'}, out);
    fprintf(out, "</text>\n");
}

/* On lines of at most 100 letters. */
static void svg_sentence(FILE *out, int y, char *text)
{
    while (*text) {
        size_t length = strlen(text);
        size_t cut = length;

        for (size_t i = 0; length > 100 && i < 100; i++)
            if (text[i] == ' ')
                cut = i;
        if (cut < length)
            text[cut++] = '\0';
        svg_text(out, 20, y, text);
        text += cut;
        y += 18;
    }
}

bool bench_svg(const char *file, const bench_result *result)
{
    FILE *out = fopen(file, "w");
    char text[500];
    double most = 1;
    int y = 60;

    if (!out)
        return false;
    for (size_t i = 0; i < result->plan->levels; i++)
        if (result->levels[i].contexts > most)
            most = result->levels[i].contexts;
    fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"%d\" font-family=\"sans-serif\" "
                 "font-size=\"13\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
            140 + 30 * (int)result->plan->levels);
    svg_text(out, 20, 30, result->database);
    for (size_t i = 0; i < result->plan->levels; i++) {
        const bench_level *level = &result->levels[i];
        double gain = level->rounds ? bench_speed_up(result, level) : 0;

        snprintf(text, sizeof text, "%u", level->contexts);
        svg_text(out, 20, y + 14, text);
        fprintf(out, "<rect x=\"60\" y=\"%d\" width=\"%.0f\" height=\"18\" fill=\"none\" stroke=\"#bbb\"/>\n", y,
                560 * level->contexts / most);
        fprintf(out, "<rect x=\"60\" y=\"%d\" width=\"%.0f\" height=\"18\" fill=\"#3b7dd8\"/>\n", y, 560 * gain / most);
        snprintf(text, sizeof text, "%.2f", gain);
        svg_text(out, 70 + (int)(560 * level->contexts / most), y + 14, text);
        y += 30;
    }
    (void)bench_judge(result, text, sizeof text);
    svg_sentence(out, y + 20, text);
    fprintf(out, "</svg>\n");
    return fclose(out) == 0;
}
