/*
 * Connecting, by libuow and in a process of its own: a driver may crash or never come back. Where the server is not
 * reached, its name and port are tried without the driver, whose words do not tell the cases apart.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "uow.h"

typedef struct connect_try {
    const char *connection;
    unsigned timeout_s;
} connect_try;

static double connect_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* In the child: what the database is, or the message. */
static int connect_child(FILE *out, void *user)
{
    const connect_try *it = user;
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    uow_facts facts = UOW_FACTS_INIT;
    uow_context *context = NULL;
    uow_env *env = NULL;
    double start;

    if (uow_env_open(NULL, &env) != UOW_OK) {
        fprintf(out, "there is no driver manager");
        return 1;
    }
    options.login_timeout_ms = it->timeout_s * 1000;
    start = connect_now();
    if (uow_open(env, it->connection, NULL, &options, &context) != UOW_OK) {
        fprintf(out, "%s", uow_context_message(context));
        return 1;
    }
    (void)uow_context_facts(context, &facts);
    fprintf(out, "%s %s, %.0f ms", facts.dbms_name, facts.dbms_version, (connect_now() - start) * 1e3);
    (void)uow_close(context);
    (void)uow_env_close(env);
    return 0;
}

/* --- the server, without the driver */

/* 0: somebody listens; else errno. */
static int connect_socket(const struct addrinfo *at, unsigned timeout_s)
{
    int fd = socket(at->ai_family, at->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, at->ai_protocol);
    int error = fd < 0 ? errno : 0;
    socklen_t size = sizeof error;

    if (fd < 0)
        return error;
    if (connect(fd, at->ai_addr, at->ai_addrlen) != 0) {
        struct pollfd wait = {.fd = fd, .events = POLLOUT};

        error = errno;
        if (error == EINPROGRESS)
            error = poll(&wait, 1, (int)timeout_s * 1000) == 1 ? 0 : ETIMEDOUT;
        if (error == 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
            error = errno;
    }
    close(fd);
    return error;
}

static void connect_server(doctor *d, doctor_subject *source, const doctor_family *family, const char *message)
{
    pool *p = &d->memory;
    const char *host = family && family->host ? ini_value(source->section, family->host) : NULL;
    const char *port = family && family->port ? ini_value(source->section, family->port) : NULL;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    int error = 0;

    if (family && !host)
        host = "localhost";
    if (family && !port)
        port = pool_format(p, "%u", family->usual_port);
    if (!host || host[0] == '/' || ini_value(source->section, "Socket")) {
        doctor_find(d, source, DOCTOR_SERVER_UNREACHABLE, message, "start the server, or mend its address");
        return;
    }
    if (getaddrinfo(host, port, &hints, &found) != 0) {
        doctor_find(d, source, DOCTOR_HOST_UNKNOWN, pool_format(p, "no machine is called \"%s\", port %s", host, port),
                    "mend the server's name or port, or the name service");
        return;
    }
    for (const struct addrinfo *at = found; at; at = at->ai_next) {
        error = connect_socket(at, d->timeout_s);
        if (error == 0)
            break;
    }
    freeaddrinfo(found);
    if (error == ECONNREFUSED)
        doctor_find(d, source, DOCTOR_SERVER_REFUSES, pool_format(p, "nobody listens on port %s of %s", port, host),
                    "start the server, or mend host and port");
    else if (error == ETIMEDOUT)
        doctor_find(d, source, DOCTOR_SERVER_SILENT, pool_format(p, "%s does not answer on port %s", host, port),
                    "is there a firewall between? is the machine up?");
    else
        doctor_find(d, source, DOCTOR_SERVER_UNREACHABLE, message, "start the server, or mend its address");
}

/* --- what the library found */

/* Its sentences tell the cases apart; tools/check.sh meets each. */
static const struct {
    const char *sentence;
    doctor_code code;
    const char *remedy;
} connect_cases[] = {
    {"refused the login", DOCTOR_LOGIN_REFUSED, "mend user and password"},
    {"cannot be reached", DOCTOR_SERVER_UNREACHABLE, NULL},
    {"did not answer within", DOCTOR_SERVER_SILENT, NULL},
    {"there is no such database", DOCTOR_DATABASE_MISSING, "mend Database, or create it"},
    {"takes no more connections", DOCTOR_SERVER_FULL, "close some, or raise the server's limit"},
    {"may not use this database", DOCTOR_RIGHTS_MISSING, "grant the user the right, or mend Database"},
    {"database file cannot be opened", DOCTOR_DATABASE_FILE_WRONG, "mend the path or its permissions"},
};

static void connect_failed(doctor *d, doctor_subject *source, const doctor_family *family, const char *message)
{
    for (size_t i = 0; i < sizeof connect_cases / sizeof *connect_cases; i++) {
        if (!strstr(message, connect_cases[i].sentence))
            continue;
        if (connect_cases[i].remedy)
            doctor_find(d, source, connect_cases[i].code, message, connect_cases[i].remedy);
        else
            connect_server(d, source, family, message);
        return;
    }
    doctor_find(d, source, DOCTOR_CONNECT_FAILED, message, NULL);
}

/* SQLite makes the file it does not find; we are to change nothing. False: it is not to be opened. */
static bool connect_file(doctor *d, doctor_subject *source, const char *path)
{
    pool *p = &d->memory;
    char head[16] = "";
    struct stat about;
    ssize_t got;
    int fd;

    if (!path || strcmp(path, ":memory:") == 0 || strncmp(path, "file:", 5) == 0)
        return true;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        doctor_find(d, source, errno == ENOENT ? DOCTOR_DATABASE_FILE_MISSING : DOCTOR_DATABASE_FILE_WRONG,
                    pool_format(p, "the database file %s: %s", path, strerror(errno)),
                    errno == ENOENT ? "mend Database; SQLite makes an empty file where there is a folder for it"
                                    : "mend the path or its permissions");
        return false;
    }
    got = read(fd, head, sizeof head);
    if (fstat(fd, &about) == 0 && (!S_ISREG(about.st_mode) || (got > 0 && memcmp(head, "SQLite format 3", sizeof head) != 0))) {
        doctor_find(d, source, DOCTOR_DATABASE_FILE_WRONG, pool_format(p, "%s is no database of SQLite", path),
                    "mend Database");
        close(fd);
        return false;
    }
    close(fd);
    return true;
}

void doctor_connect(doctor *d, doctor_subject *source, const char *connection)
{
    const doctor_family *family = doctor_family_of(source->driver_file);
    connect_try it = {connection, d->timeout_s};
    char said[2000];
    child_result result;

    if (family && !family->host && !connect_file(d, source, ini_value(source->section, family->database)))
        return;
    if (!child_run(connect_child, &it, (d->timeout_s + 5) * 2000, said, sizeof said, &result))
        return;
    if (result.signal)
        doctor_find(d, source, DOCTOR_DRIVER_CRASHES,
                    pool_format(&d->memory, "the driver ends the program while it connects: %s", strsignal(result.signal)),
                    "take another version of the driver");
    else if (result.late)
        connect_server(d, source, family, "connecting does not come to an end");
    else if (result.status == 0)
        source->result = pool_format(&d->memory, "%s", said);
    else
        connect_failed(d, source, family, pool_format(&d->memory, "%s", said));
}
