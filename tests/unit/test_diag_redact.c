#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "diag/redact.h"

#include <string.h>

static uowi_mem redact_test_mem;
static uowi_buf out;

static void redact_open(void)
{
    uowi_mem_init(&redact_test_mem, NULL);
    uowi_buf_init(&out, &redact_test_mem, 0);
}

static void redact_close(void)
{
    uowi_buf_done(&out);
    cr_assert_eq(atomic_load(&redact_test_mem.bytes), 0);
}

TestSuite(redact, .init = redact_open, .fini = redact_close);

static const char *const redact_connections[][2] = {
    {"", ""},
    {"DSN=shop", "DSN=shop"},
    {"DSN=shop;UID=app;PWD=geheim", "DSN=shop;UID=app;PWD=***"},
    {"PWD=geheim;DSN=shop;", "PWD=***;DSN=shop;"},
    {"DSN=shop;pwd = geheim ;UID=app", "DSN=shop;pwd =***;UID=app"},
    {"PWD={a;b=c};UID=app", "PWD=***;UID=app"},
    {"PWD={a}};b};UID=app", "PWD=***;UID=app"},
    {"PWD={a}tail;UID=app", "PWD=***;UID=app"},
    {"PWD={never closed;UID=app", "PWD=***"},
    {"UID={never closed;PWD=geheim", "UID=***"},
    {"DRIVER={PostgreSQL Unicode};Password=x", "DRIVER={PostgreSQL Unicode};Password=***"},
    {"DRIVER={a;PWD=b};UID=c", "DRIVER={a;PWD=b};UID=c"},
    {"UID=a{b;PWD=c}", "UID=a{b;PWD=***"},
    {"Access Token=x;AccessToken=y;access_token=z",
     "Access Token=***;AccessToken=***;access_token=***"},
    {"SSLKey=/k;sslpassword=x;SSLCert=/c", "SSLKey=***;sslpassword=***;SSLCert=/c"},
    {"pqopt={password=x sslmode=require}", "pqopt=***"},
    {"PWD=half\"a;b\";UID=app", "PWD=***;***;UID=app"},
    {"PWD=;UID=app", "PWD=***;UID=app"},
    {";;DSN=a;;", ";;DSN=a;;"},
    {"shop", "shop"},
    {"PWD", "PWD"},
    {"=x;PWD==y", "=x;PWD=***"},
    {"postgresql://app:geheim@db/shop", "postgresql://***"},
    {"mysql://app:ge;he=im@db/shop?x=1", "mysql://***"},
    {"host=db user=app password=geheim dbname=shop", "host=db user=app password=***"},
    {"host = db passwd = geheim", "host = db passwd =***"},
    {"Server=tcp://app:geheim@db;UID=app", "Server=tcp://***;UID=app"},
    {"Database=file:///tmp/a;UID=app", "Database=file:///tmp/a;UID=app"},
};

Test(redact, hides_the_secrets_of_a_connection_string)
{
    for (size_t i = 0; i < sizeof redact_connections / sizeof redact_connections[0]; i++) {
        uowi_buf_reset(&out);
        uowi_redact_connection(&out, redact_connections[i][0]);
        cr_assert_str_eq(uowi_buf_cstr(&out), redact_connections[i][1]);
    }
}

Test(redact, a_key_without_end_is_no_way_out)
{
    char connection[300];
    memset(connection, 'k', sizeof connection);
    memcpy(connection + 230, "password", 8);
    strcpy(connection + 250, "=geheim");
    uowi_redact_connection(&out, connection);
    cr_assert_null(strstr(uowi_buf_cstr(&out), "geheim"));
}

static const char *redact_in(const char *text, const char *secret)
{
    uowi_buf_reset(&out);
    uowi_redact_secret(&out, text, strlen(text), secret);
    return uowi_buf_cstr(&out);
}

Test(redact, hides_a_secret_wherever_a_driver_repeats_it)
{
    cr_assert_str_eq(redact_in("login 'geheim' failed: geheim", "geheim"),
                     "login '***' failed: ***");
    cr_assert_str_eq(redact_in("geheimgeheim", "geheim"), "******");
    cr_assert_str_eq(redact_in("gegeheim gehei", "geheim"), "ge*** gehei");
    cr_assert_str_eq(redact_in("geheim", "geheim"), "***");
    cr_assert_str_eq(redact_in("abc", "abcd"), "abc");
    cr_assert_str_eq(redact_in("", "abc"), "");
}

Test(redact, without_a_real_secret_text_stays_as_it_is)
{
    cr_assert_str_eq(redact_in("a text", NULL), "a text");
    cr_assert_str_eq(redact_in("a text", ""), "a text");
    cr_assert_str_eq(redact_in("a text", "te"), "a text");
    cr_assert_str_eq(redact_in("a text", "tex"), "a ***t");
}

Test(redact, the_length_is_trusted_not_a_nul)
{
    uowi_redact_secret(&out, "xgeheimgeheim", 10, "geheim");
    cr_assert_str_eq(uowi_buf_cstr(&out), "x***geh");
}
