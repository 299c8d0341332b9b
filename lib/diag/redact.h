/* Secrets out of text before anybody sees it. */
#ifndef UOWI_DIAG_REDACT_H
#define UOWI_DIAG_REDACT_H

#include "base/buf.h"

/*
 * Appends a connection string with the values of PWD, Password, AccessToken, SSLKey... replaced by ***.
 * Values may be in {braces}, with "}}" for "}". Keys are compared without case and blanks.
 */
void uowi_redact_connection(uowi_buf *out, const char *connection);
/*
 * Appends text (a driver's message) in which each occurrence of secret (when it has at least
 * 3 characters) is replaced by ***. secret may be NULL.
 */
void uowi_redact_secret(uowi_buf *out, const char *text, size_t length, const char *secret);

#endif
