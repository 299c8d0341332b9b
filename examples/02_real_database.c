/*
 * A day's work on Chinook, a database of a music shop that nobody here made.
 *
 *     02_real_database DSN
 *
 * Everything this program changes is put back at the end, and the sums are compared.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "example.h"

/* --- the model -------------------------------------------------------------------- */

struct artist {
    int32_t id;
    char name[481]; /* 120 characters of up to four bytes */
    uow_ind name_ind;
};

struct album {
    int32_t id;
    int32_t artist_id;
    char title[641];
};

struct track {
    int32_t id;
    char name[801];
    char composer[881];
    uow_ind composer_ind;
    int32_t milliseconds;
    uow_decimal price;
};

struct customer {
    int32_t id;
    char first_name[161];
    char last_name[81];
    char country[161];
    uow_ind country_ind;
    char email[241];
    int32_t support_rep_id;
    uow_ind support_rep_ind;
};

struct invoice {
    int32_t id;
    int32_t customer_id;
    uow_timestamp date;
    uow_decimal total;
};

struct invoice_line {
    int32_t id;
    int32_t invoice_id;
    int32_t track_id;
    int32_t quantity;
    uow_decimal price;
};

struct employee {
    int32_t id;
    char first_name[81];
    char last_name[81];
    char title[121];
    uow_ind title_ind;
    int32_t reports_to;
    uow_ind reports_to_ind;
};

struct playlist {
    int32_t id;
    char name[481];
    uow_ind name_ind;
    int32_t revision;
};

/* A row of a report: no table, no key, never tracked. */
struct best_seller {
    char artist[481];
    int64_t units;
    uow_decimal revenue;
};

/* Not const: on PostgreSQL the names are turned to snake_case first, see use_snake_case. */
/* clang-format off */
static uow_column artist_columns[] = {
    UOW_COLUMN     (struct artist, id,   "ArtistId", UOW_INT32, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN_NULL(struct artist, name, name_ind, "Name", UOW_TEXT, 0),
};
static uow_column album_columns[] = {
    UOW_COLUMN(struct album, id,        "AlbumId",  UOW_INT32, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(struct album, artist_id, "ArtistId", UOW_INT32, 0),
    UOW_COLUMN(struct album, title,     "Title",    UOW_TEXT,  0),
};
static uow_column track_columns[] = {
    UOW_COLUMN     (struct track, id,           "TrackId",      UOW_INT32,   UOW_KEY | UOW_GENERATED),
    UOW_COLUMN     (struct track, name,         "Name",         UOW_TEXT,    0),
    UOW_COLUMN_NULL(struct track, composer, composer_ind, "Composer", UOW_TEXT, 0),
    UOW_COLUMN     (struct track, milliseconds, "Milliseconds", UOW_INT32,   0),
    UOW_COLUMN     (struct track, price,        "UnitPrice",    UOW_DECIMAL, 0),
};
static uow_column customer_columns[] = {
    UOW_COLUMN     (struct customer, id,             "CustomerId",   UOW_INT32, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN     (struct customer, first_name,     "FirstName",    UOW_TEXT,  0),
    UOW_COLUMN     (struct customer, last_name,      "LastName",     UOW_TEXT,  0),
    UOW_COLUMN_NULL(struct customer, country, country_ind, "Country", UOW_TEXT, 0),
    UOW_COLUMN     (struct customer, email,          "Email",        UOW_TEXT,  0),
    UOW_COLUMN_NULL(struct customer, support_rep_id, support_rep_ind, "SupportRepId", UOW_INT32, 0),
};
static uow_column invoice_columns[] = {
    UOW_COLUMN(struct invoice, id,          "InvoiceId",   UOW_INT32,     UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(struct invoice, customer_id, "CustomerId",  UOW_INT32,     0),
    UOW_COLUMN(struct invoice, date,        "InvoiceDate", UOW_TIMESTAMP, 0),
    UOW_COLUMN(struct invoice, total,       "Total",       UOW_DECIMAL,   0),
};
static uow_column invoice_line_columns[] = {
    UOW_COLUMN(struct invoice_line, id,         "InvoiceLineId", UOW_INT32,   UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(struct invoice_line, invoice_id, "InvoiceId",     UOW_INT32,   0),
    UOW_COLUMN(struct invoice_line, track_id,   "TrackId",       UOW_INT32,   0),
    UOW_COLUMN(struct invoice_line, quantity,   "Quantity",      UOW_INT32,   0),
    UOW_COLUMN(struct invoice_line, price,      "UnitPrice",     UOW_DECIMAL, 0),
};
static uow_column employee_columns[] = {
    UOW_COLUMN     (struct employee, id,         "EmployeeId", UOW_INT32, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN     (struct employee, first_name, "FirstName",  UOW_TEXT,  0),
    UOW_COLUMN     (struct employee, last_name,  "LastName",   UOW_TEXT,  0),
    UOW_COLUMN_NULL(struct employee, title, title_ind, "Title", UOW_TEXT, 0),
    UOW_COLUMN_NULL(struct employee, reports_to, reports_to_ind, "ReportsTo", UOW_INT32, 0),
};
static uow_column playlist_columns[] = {
    UOW_COLUMN     (struct playlist, id,       "PlaylistId", UOW_INT32, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN_NULL(struct playlist, name, name_ind, "Name", UOW_TEXT,  0),
    UOW_COLUMN     (struct playlist, revision, "Revision",   UOW_INT32, UOW_VERSION),
};
static const uow_column best_seller_columns[] = {
    UOW_COLUMN(struct best_seller, artist,  "artist",  UOW_TEXT,    0),
    UOW_COLUMN(struct best_seller, units,   "units",   UOW_INT64,   0),
    UOW_COLUMN(struct best_seller, revenue, "revenue", UOW_DECIMAL, 0),
};
/* clang-format on */

static uow_entity artists = UOW_ENTITY(struct artist, "Artist", artist_columns);
static uow_entity customers = UOW_ENTITY(struct customer, "Customer", customer_columns);
static uow_entity playlists = UOW_ENTITY(struct playlist, "Playlist", playlist_columns);
static uow_entity tracks = UOW_ENTITY(struct track, "Track", track_columns);
static uow_entity employees; /* defined below: it refers to itself */

static uow_relation album_relations[] = {
    UOW_REFERENCE("ArtistId", &artists, UOW_RESTRICT),
};
static uow_relation invoice_relations[] = {
    UOW_REFERENCE("CustomerId", &customers, UOW_RESTRICT),
};
static uow_entity albums =
    UOW_ENTITY_RELATED(struct album, "Album", album_columns, album_relations);
static uow_entity invoices =
    UOW_ENTITY_RELATED(struct invoice, "Invoice", invoice_columns, invoice_relations);
static uow_relation invoice_line_relations[] = {
    UOW_REFERENCE("InvoiceId", &invoices, UOW_RESTRICT),
    UOW_REFERENCE("TrackId", &tracks, UOW_RESTRICT),
};
static uow_relation employee_relations[] = {
    UOW_REFERENCE("ReportsTo", &employees, UOW_RESTRICT),
};
static uow_entity employees =
    UOW_ENTITY_RELATED(struct employee, "Employee", employee_columns, employee_relations);
static uow_entity invoice_lines = UOW_ENTITY_RELATED(struct invoice_line, "InvoiceLine",
                                                     invoice_line_columns, invoice_line_relations);
static const uow_entity best_sellers =
    UOW_ENTITY_KEYLESS(struct best_seller, NULL, best_seller_columns);

static uow_entity *const tables[] = {
    &artists, &albums, &tracks, &customers, &invoices, &invoice_lines, &employees, &playlists,
};

/* --- names ------------------------------------------------------------------------ */

/*
 * Chinook's makers spelled it InvoiceLine everywhere but on PostgreSQL, where it is
 * invoice_line. A model is data and SQL is text, so both are put right here, once.
 */
static int snake_case;

/* Copy one word; a capital inside it becomes "_" and a small letter. */
static size_t put_snake(const char *word, size_t length, char *out)
{
    size_t used = 0;

    for (size_t i = 0; i < length; i++) {
        int capital = word[i] >= 'A' && word[i] <= 'Z';
        if (capital && i > 0)
            out[used++] = '_';
        out[used++] = capital ? (char)(word[i] - 'A' + 'a') : word[i];
    }
    return used;
}

/* Length of a CamelCase word at text, or 0: SELECT and aliases like t are left alone. */
static size_t camel_word(const char *text)
{
    size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
    size_t capitals = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");

    return capitals > 0 && capitals < length ? length : 0;
}

/* The length of a quoted text with its quotes, or 0. */
static size_t quoted(const char *text)
{
    return *text == '\'' ? strcspn(text + 1, "'") + 2 : 0;
}

/* The database's spelling of a text; valid until the next call. */
static const char *local(const char *text)
{
    static char out[2048];
    size_t used = 0;

    if (!snake_case)
        return text;
    while (*text && used < sizeof out - 200) {
        size_t word = camel_word(text);
        size_t length = word > 0 ? word : quoted(text) > 0 ? quoted(text) : 1;
        if (word > 0)
            used += put_snake(text, length, out + used);
        else
            used += (size_t)snprintf(out + used, sizeof out - used, "%.*s", (int)length, text);
        text += length;
    }
    out[used] = '\0';
    return out;
}

/* Names of the model live as long as the program. */
static const char *keep_local(const char *name)
{
    static char pool[2048];
    static size_t used;
    const char *spelled = local(name);
    char *kept = pool + used;

    if (strlen(spelled) + 1 > sizeof pool - used)
        abort();
    used += strlen(spelled) + 1;
    return strcpy(kept, spelled);
}

static void rename_columns(uow_column *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        columns[i].name = keep_local(columns[i].name);
}

static void rename_relations(uow_relation *relations, size_t count)
{
    for (size_t i = 0; i < count; i++)
        relations[i].columns[0] = keep_local(relations[i].columns[0]);
}

static void use_snake_case(void)
{
    snake_case = 1;
    for (size_t i = 0; i < UOW_COUNT(tables); i++)
        tables[i]->table = keep_local(tables[i]->table);
    rename_columns(artist_columns, UOW_COUNT(artist_columns));
    rename_columns(album_columns, UOW_COUNT(album_columns));
    rename_columns(track_columns, UOW_COUNT(track_columns));
    rename_columns(customer_columns, UOW_COUNT(customer_columns));
    rename_columns(invoice_columns, UOW_COUNT(invoice_columns));
    rename_columns(invoice_line_columns, UOW_COUNT(invoice_line_columns));
    rename_columns(employee_columns, UOW_COUNT(employee_columns));
    rename_columns(playlist_columns, UOW_COUNT(playlist_columns));
    rename_relations(album_relations, UOW_COUNT(album_relations));
    rename_relations(invoice_relations, UOW_COUNT(invoice_relations));
    rename_relations(invoice_line_relations, UOW_COUNT(invoice_line_relations));
    rename_relations(employee_relations, UOW_COUNT(employee_relations));
}

/* A context without a model is enough to learn which database it is. */
static uow_model *make_chinook_model(uow_env *env, const char *connection)
{
    const uow_entity *entities[UOW_COUNT(tables) + 1];
    uow_facts facts = UOW_FACTS_INIT;
    uow_context *peek = open_context(env, connection, NULL);

    must(peek, uow_context_facts(peek, &facts), "ask for the connection's facts");
    if (strcmp(facts.dialect, "postgresql") == 0)
        use_snake_case();
    say_database(peek);
    must(peek, uow_close(peek), "close a context");
    for (size_t i = 0; i < UOW_COUNT(tables); i++)
        entities[i] = tables[i];
    entities[UOW_COUNT(tables)] = &best_sellers;
    return make_model(env, entities, UOW_COUNT(entities));
}

/* --- the sums --------------------------------------------------------------------- */

struct sums {
    int64_t tracks;
    int64_t lines;
    int64_t customers;
    double total;
};

static struct sums take_sums(uow_context *chinook)
{
    struct sums s = {0, 0, 0, 0};
    uow_rows *rows;

    must(chinook, uow_count(chinook, &tracks, NULL, NULL, 0, &s.tracks), "count tracks");
    must(chinook, uow_count(chinook, &invoice_lines, NULL, NULL, 0, &s.lines), "count lines");
    must(chinook, uow_count(chinook, &customers, NULL, NULL, 0, &s.customers), "count customers");
    must(chinook, uow_rows_open(chinook, local("SELECT SUM(Total) FROM Invoice"), NULL, 0, &rows),
         "add up the invoices");
    must(chinook, uow_rows_next(rows), "read the sum");
    must(chinook, uow_rows_double(rows, 0, &s.total), "read the sum");
    uow_rows_close(rows);
    return s;
}

static int same_sums(const struct sums *a, const struct sums *b)
{
    double off = a->total - b->total;

    return a->tracks == b->tracks && a->lines == b->lines && a->customers == b->customers &&
           off < 0.005 && off > -0.005;
}

static void say_sums(const struct sums *s)
{
    say("Track %lld, InvoiceLine %lld, Customer %lld, sum of Invoice.Total %.2f",
        (long long)s->tracks, (long long)s->lines, (long long)s->customers, s->total);
}

/* --- the day ---------------------------------------------------------------------- */

static struct artist *step_artist(uow_context *chinook, const char *name)
{
    uow_arg by_name = uow_arg_text(name);
    uow_arg by_artist;
    struct artist *a;
    uow_list *list;
    void *row;

    title("An artist's albums");
    must(chinook, uow_single(chinook, &artists, local("Name = ?"), &by_name, 1, &row),
         "find the artist");
    a = row;
    by_artist = uow_arg_int64(a->id);
    must(chinook,
         uow_query(chinook, &albums, local("ArtistId = ? ORDER BY AlbumId"), &by_artist, 1, NULL,
                   &list),
         "query the albums");
    say("%s has %zu album%s:", a->name, uow_list_count(list),
        uow_list_count(list) == 1 ? "" : "s");
    for (size_t i = 0; i < uow_list_count(list); i++)
        say("  %s", ((const struct album *)uow_list_at(list, i))->title);
    uow_list_free(list);
    return a;
}

/* printf's %-30s counts bytes; names here are not all ASCII, so pad by characters. */
static void say_track(const struct track *t)
{
    int width = 34;

    for (const char *p = t->name; *p; p++)
        if (((unsigned char)*p & 0xc0) == 0x80)
            width++;
    say("  %5d  %-*s %2d:%02d  %s", t->id, width, t->name, t->milliseconds / 60000,
        t->milliseconds / 1000 % 60, t->composer_ind == UOW_NULL ? "(unknown)" : t->composer);
}

static void step_pages(uow_context *chinook, const struct artist *a)
{
    const char *condition =
        "AlbumId IN (SELECT AlbumId FROM Album WHERE ArtistId = ?) ORDER BY TrackId";
    uow_query_options page = UOW_QUERY_OPTIONS_INIT;
    uow_arg by_artist = uow_arg_int64(a->id);
    uow_list *list;

    title("The tracks, page by page");
    page.tracking = UOW_NO_TRACKING;
    page.limit = 6;
    for (page.offset = 0; page.offset < 2 * page.limit; page.offset += page.limit) {
        must(chinook,
             uow_query(chinook, &tracks, local(condition), &by_artist, 1, &page, &list),
             "query a page");
        say("page %d:", (int)(page.offset / page.limit) + 1);
        for (size_t i = 0; i < uow_list_count(list); i++)
            say_track(uow_list_at(list, i));
        uow_list_free(list);
    }
}

/* What was added in the morning, to be removed in the evening. */
struct sale {
    struct customer *customer;
    struct invoice *invoice;
    struct invoice_line *lines[3];
    size_t line_count;
};

static void add_customer(uow_context *chinook, struct sale *sale)
{
    struct customer c = {
        .first_name = "Jiří",
        .last_name = "Žáček",
        .country = "Czech Republic",
        .email = "jiri.zacek@example.com",
        .support_rep_id = 3,
    };
    void *row;

    must(chinook, uow_add(chinook, &customers, &c, &row), "add a customer");
    sale->customer = row;
}

/* The foreign keys are temporary keys; the save puts the real ones in. */
static void add_invoice(uow_context *chinook, const uow_list *bought, struct sale *sale)
{
    struct invoice invoice = {.customer_id = sale->customer->id, .date = time_now()};
    int64_t total = 0;
    void *row;

    must(chinook, uow_add(chinook, &invoices, &invoice, &row), "add an invoice");
    sale->invoice = row;
    for (size_t i = 0; i < uow_list_count(bought); i++) {
        const struct track *t = uow_list_at(bought, i);
        struct invoice_line line = {
            .invoice_id = sale->invoice->id,
            .track_id = t->id,
            .quantity = 1,
            .price = t->price,
        };
        total += cents(&t->price);
        must(chinook, uow_add(chinook, &invoice_lines, &line, &row), "add a line");
        sale->lines[sale->line_count++] = row;
    }
    sale->invoice->total = from_cents(total);
}

static struct sale step_sale(uow_context *chinook)
{
    struct sale sale = {.line_count = 0};
    uow_query_options three = UOW_QUERY_OPTIONS_INIT;
    uow_list *bought;
    size_t saved;
    char money[32];

    title("A new customer buys three tracks: five rows, one unit");
    three.tracking = UOW_NO_TRACKING;
    three.limit = 3;
    must(chinook,
         uow_query(chinook, &tracks, local("Composer LIKE '%Jobim%' ORDER BY TrackId"), NULL, 0,
                   &three, &bought),
         "choose tracks");
    add_customer(chinook, &sale);
    add_invoice(chinook, bought, &sale);
    show_sql = 1;
    must(chinook, uow_save(chinook, &saved), "save the sale");
    show_sql = 0;
    say("%zu rows saved: %s %s is customer %d, invoice %d over %s, first line %d", saved,
        sale.customer->first_name, sale.customer->last_name, sale.customer->id, sale.invoice->id,
        show_money(&sale.invoice->total, money), sale.lines[0]->id);
    say("Foreign keys patched: %s",
        sale.invoice->customer_id == sale.customer->id &&
                sale.lines[0]->invoice_id == sale.invoice->id
            ? "yes"
            : "NO");
    uow_list_free(bought);
    return sale;
}

static void step_report(uow_context *chinook)
{
    const char *sql = "SELECT ar.Name AS artist, SUM(l.Quantity) AS units,"
                      " ROUND(SUM(l.UnitPrice * l.Quantity), 2) AS revenue"
                      " FROM InvoiceLine l JOIN Track t ON t.TrackId = l.TrackId"
                      " JOIN Album al ON al.AlbumId = t.AlbumId"
                      " JOIN Artist ar ON ar.ArtistId = al.ArtistId"
                      " GROUP BY ar.ArtistId, ar.Name ORDER BY units DESC, artist LIMIT 5";
    uow_list *list;

    title("A report: raw SQL onto a struct without a table");
    must(chinook, uow_query_sql(chinook, &best_sellers, local(sql), NULL, 0, NULL, &list),
         "run the report");
    for (size_t i = 0; i < uow_list_count(list); i++) {
        const struct best_seller *b = uow_list_at(list, i);
        char money[32];
        say("  %-24s %4lld sold %9s", b->artist, (long long)b->units,
            show_money(&b->revenue, money));
    }
    uow_list_free(list);
}

/* Those who report to boss (0: to nobody), each with their own people below. */
static void say_people(const uow_list *list, int32_t boss, int depth)
{
    for (size_t i = 0; i < uow_list_count(list); i++) {
        const struct employee *e = uow_list_at(list, i);
        int32_t their_boss = e->reports_to_ind == UOW_NULL ? 0 : e->reports_to;
        if (their_boss != boss)
            continue;
        say("  %*s%s %s, %s", depth * 3, "", e->first_name, e->last_name,
            e->title_ind == UOW_NULL ? "no title" : e->title);
        say_people(list, e->id, depth + 1);
    }
}

static void step_employees(uow_context *chinook)
{
    uow_list *list;

    title("Who reports to whom");
    must(chinook,
         uow_query(chinook, &employees, local("ORDER BY EmployeeId"), NULL, 0, NULL, &list),
         "query the employees");
    say_people(list, 0, 0);
    uow_list_free(list);
}

/* One line of a result of any shape: names first, then a call for each row. */
static void say_row(uow_rows *rows, int names)
{
    for (size_t i = 0; i < uow_rows_column_count(rows); i++) {
        uow_column_info info = UOW_COLUMN_INFO_INIT;
        const char *text = NULL;
        if (names && uow_rows_column(rows, i, &info) == UOW_OK)
            text = info.name;
        else if (!names && uow_rows_text(rows, i, &text, NULL) != UOW_OK)
            text = "NULL";
        printf(i == 0 ? "     %-16s" : "%10s", text ? text : "?");
    }
    putchar('\n');
}

static void step_dynamic(uow_context *chinook)
{
    const char *sql = "SELECT BillingCountry AS country, COUNT(*) AS invoices,"
                      " ROUND(SUM(Total), 2) AS total FROM Invoice WHERE Total > :least"
                      " GROUP BY BillingCountry ORDER BY COUNT(*) DESC, BillingCountry LIMIT 5";
    uow_decimal five = from_cents(500);
    uow_arg least = uow_arg_named("least", uow_arg_decimal(&five));
    uow_rows *rows;
    uow_status st;

    title("An ad-hoc query: rows whose columns nobody declared");
    must(chinook, uow_rows_open(chinook, local(sql), &least, 1, &rows), "run the query");
    say_row(rows, 1);
    while ((st = uow_rows_next(rows)) == UOW_OK)
        say_row(rows, 0);
    if (st != UOW_END)
        must(chinook, st, "read the rows");
    uow_rows_close(rows);
}

/* Chinook has no version columns, so one is added for the day: what a conflict is seen by. */
static void add_revision(uow_context *chinook)
{
    uow_status st;

    st = uow_execute(chinook,
                     local("ALTER TABLE Playlist ADD COLUMN Revision INTEGER DEFAULT 1 NOT NULL"),
                     NULL, 0, NULL);
    if (st != UOW_SQL) /* there already: an earlier run did not reach its end */
        must(chinook, st, "add a column");
}

static void change_behind_our_back(uow_env *env, const char *connection, int32_t id)
{
    uow_context *colleague = open_context(env, connection, NULL);
    uow_arg key = uow_arg_int64(id);

    must(colleague,
         uow_execute(colleague,
                     local("UPDATE Playlist SET Name = 'Road trip', Revision = Revision + 1"
                           " WHERE PlaylistId = ?"),
                     &key, 1, NULL),
         "change the playlist");
    must(colleague, uow_close(colleague), "close a context");
}

/* Read the row again over the tracked struct: our change is gone, theirs is there. */
static void reload_playlist(uow_context *chinook, const struct playlist *p)
{
    uow_query_options fresh = UOW_QUERY_OPTIONS_INIT;
    uow_arg key = uow_arg_int64(p->id);
    uow_list *list;

    fresh.flags = UOW_REFRESH;
    must(chinook, uow_query(chinook, &playlists, local("PlaylistId = ?"), &key, 1, &fresh, &list),
         "reload the playlist");
    uow_list_free(list);
}

static struct playlist *step_conflict(uow_env *env, const char *connection, uow_context *chinook)
{
    struct playlist *p;
    uow_status st;
    void *row;

    title("A conflict: somebody changed the row we changed");
    must(chinook, uow_find(chinook, &playlists, uow_key_int64(18), &row), "find a playlist");
    p = row;
    say("We rename \"%s\"; before we save, a colleague does the same.", p->name);
    snprintf(p->name, sizeof p->name, "%s", "Evening");
    change_behind_our_back(env, connection, p->id);
    show_sql = 1;
    st = uow_save(chinook, NULL);
    show_sql = 0;
    quote(uow_status_name(st), uow_context_message(chinook));
    if (st != UOW_CONFLICT || uow_error_instance(uow_context_error(chinook), 0) != p)
        exit(1);
    reload_playlist(chinook, p);
    say("Reloaded, it says \"%s\". We add our name to theirs and save again:", p->name);
    snprintf(p->name, sizeof p->name, "%s", "Road trip, evening");
    must(chinook, uow_save(chinook, NULL), "save again");
    say("\"%s\", revision %d", p->name, p->revision);
    return p;
}

/* Rows are removed in any order; the save deletes lines, then the invoice, then the customer. */
static void put_back(uow_context *chinook, const struct sale *sale, struct playlist *p)
{
    size_t saved;

    title("Everything back as it was");
    must(chinook, uow_remove(chinook, sale->customer), "remove the customer");
    must(chinook, uow_remove(chinook, sale->invoice), "remove the invoice");
    for (size_t i = 0; i < sale->line_count; i++)
        must(chinook, uow_remove(chinook, sale->lines[i]), "remove a line");
    snprintf(p->name, sizeof p->name, "%s", "On-The-Go 1");
    must(chinook, uow_save(chinook, &saved), "save the removal");
    must(chinook,
         uow_execute(chinook, local("ALTER TABLE Playlist DROP COLUMN Revision"), NULL, 0, NULL),
         "drop the column");
    say("%zu rows written in one unit, the column dropped.", saved);
}

static int whole_day(uow_env *env, const char *connection, uow_context *chinook)
{
    struct sums before = take_sums(chinook);
    struct sums after;
    struct playlist *p;
    struct sale sale;

    step_pages(chinook, step_artist(chinook, "Legião Urbana"));
    sale = step_sale(chinook);
    step_report(chinook);
    step_employees(chinook);
    step_dynamic(chinook);
    add_revision(chinook);
    p = step_conflict(env, connection, chinook);
    put_back(chinook, &sale, p);
    after = take_sums(chinook);
    say_sums(&after);
    say("%s", same_sums(&before, &after) ? "The sums are what they were: ok"
                                         : "THE SUMS HAVE CHANGED");
    say_counters(chinook);
    return same_sums(&before, &after) ? 0 : 1;
}

int main(int argc, char **argv)
{
    uow_env *env;
    uow_model *model;
    uow_context *chinook;
    int result;

    if (argc != 2 || argv[1][0] == '-') {
        fprintf(stderr, "usage: %s DSN\n", argv[0]);
        return 2;
    }
    env = open_environment();
    headline("A day's work on Chinook");
    model = make_chinook_model(env, argv[1]);
    chinook = open_context(env, argv[1], model);
    result = whole_day(env, argv[1], chinook);
    must(chinook, uow_close(chinook), "close the context");
    uow_model_free(model);
    must(NULL, uow_env_close(env), "close the environment");
    return result;
}
