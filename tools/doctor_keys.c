/*
 * Keys of data sources. No driver complains of a key it does not know, so a misspelt one is a setting that is not made.
 * The lists are what the drivers' own sources read: psqlodbc 13.02, libsqliteodbc 0.9998, MariaDB Connector/ODBC 3.1,
 * FreeTDS 1.3.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "doctor.h"

#include <string.h>
#include <strings.h>

static const char *const keys_manager[] = {
    "DSN",        "Driver",     "Driver64",    "Description", "Setup",    "Trace",        "TraceFile",
    "Threading",  "FileUsage",  "UsageCount",  "CPTimeout",   "CPReuse",  "CPTimeToLive", "DontDLClose",
    "DMEnvAttr",  "DMConnAttr", "DMStmtAttr",  "IconvEncoding", "DisableGetFunctions", "UowProfile", NULL,
};

static const char *const keys_sqlite[] = {
    "Database",  "Timeout",  "StepAPI",   "SyncPragma",  "NoTXN",   "NoWCHAR", "ShortNames", "LongNames", "NoCreat",
    "FKSupport", "LoadExt",  "JDConv",    "JournalMode", "BigInt",  "OEMCP",   "Tracefile",  "PWD",       "AttachMem", NULL,
};

static const char *const keys_postgresql[] = {
    "Database", "Servername", "Server", "Port", "Username", "UID", "User", "Password", "PWD", "ReadOnly", "ShowOidColumn",
    "FakeOidIndex", "RowVersioning", "ShowSystemTables", "Protocol", "ConnSettings", "Fetch", "UniqueIndex",
    "UnknownSizes", "MaxVarcharSize", "MaxLongVarcharSize", "Debug", "CommLog", "Optimizer", "Ksqo", "UseDeclareFetch",
    "TextAsLongVarchar", "UnknownsAsLongVarchar", "BoolsAsChar", "Parse", "ExtraSysTablePrefixes", "LFConversion",
    "UpdatableCursors", "TrueIsMinus1", "BI", "NumericAs", "ByteaAsLongVarBinary", "UseServerSidePrepare",
    "LowerCaseIdentifier", "SSLmode", "GssAuthUseGSS", "XaOpt", "KeepaliveTime", "KeepaliveInterval", "BatchSize",
    "OptionalErrors", "FetchRefcursors", "IgnoreTimeout", "pqopt", "Lie", "CancelAsFreeStmt", "DisallowPremature",
    "A0", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "AB", "B0", "B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8",
    "B9", "C0", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "CA", "CX", "D1", "D2", "D3", "D4", "D5", "D6", "D7",
    "D8", "D9", "DA", "DX", NULL,
};

static const char *const keys_mariadb[] = {
    "Server", "ServerName", "Port", "Database", "DB", "User", "UID", "Password", "PWD", "Socket", "Option", "Options",
    "NamedPipe", "TCPIP", "InitStmt", "Conn_Timeout", "Auto_Reconnect", "No_Prompt", "Charset", "Plugin_Dir", "SSLKey",
    "SSLCert", "SSLCA", "SSLCAPath", "SSLCipher", "SSLVerify", "SSLCRL", "SSLCRLPath", "SSLFP", "SSLFPList", "TLSPeerFP",
    "TLSPeerFPList", "TLSVersion", "TLSKeyPwd", "ForceTLS", "ServerKey", "Interactive", "ForwardOnly", "SchemaNoError",
    "Read_Timeout", "Write_Timeout", "Use_Mycnf", "SaveFile", NULL,
};

static const char *const keys_freetds[] = {
    "Server", "Servername", "Address", "Port", "Database", "UID", "PWD", "User", "Password", "TDS_Version", "ClientCharset",
    "Language", "WSID", "APP", "Trusted_Connection", "ReportInteger", "REALM", "ServerSPN", "Encrypt", "Encryption",
    "MARS_Connection", "ApplicationIntent", "AttachDbFilename", "DumpFile", "DumpFileAppend", "DebugFlags", "PacketSize",
    "Enable_Quoted_Identifiers", "HostNameInCertificate", "Timeout", "Collection", NULL,
};

static const doctor_family keys_families[] = {
    {"sqlite3odbc", NULL, NULL, "Database", NULL, 0, keys_sqlite},
    {"psqlodbc", "Servername|Server", "Port", "Database", "Username|UID|User", 5432, keys_postgresql},
    {"libmaodbc", "Server|ServerName", "Port", "Database|DB", "User|UID", 3306, keys_mariadb},
    {"libtdsodbc", "Server|Address", "Port", "Database", "UID|User", 1433, keys_freetds},
};

const doctor_family *doctor_family_of(const char *driver_file)
{
    for (size_t i = 0; driver_file && i < sizeof keys_families / sizeof *keys_families; i++)
        if (strstr(driver_file, keys_families[i].in_file))
            return &keys_families[i];
    return NULL;
}

static bool keys_has(const char *const *keys, const char *name)
{
    for (; *keys; keys++)
        if (strcasecmp(*keys, name) == 0)
            return true;
    return false;
}

static void keys_unknown(doctor *d, doctor_subject *source, const doctor_family *family, const ini_key *key)
{
    pool *p = &d->memory;
    const char *nearest;
    size_t count = 0;

    while (family->keys[count])
        count++;
    nearest = cli_nearest(key->name, family->keys, count);
    doctor_find(d, source, DOCTOR_KEY_UNKNOWN,
                key->line ? pool_format(p, "line %u: the driver knows no key %s and says nothing of it", key->line, key->name)
                          : pool_format(p, "the driver knows no key %s and says nothing of it", key->name),
                nearest ? pool_format(p, "perhaps %s is meant", nearest) : NULL);
}

/* Settings that make a database lose or hide things. */
static void keys_risky(doctor *d, doctor_subject *source, const doctor_family *family)
{
    const ini_section *section = source->section;
    const char *value;

    if (family->keys == keys_postgresql) {
        value = ini_value(section, "Protocol|A1");
        if (value && strcmp(value, "7.4-1") == 0)
            doctor_find(d, source, DOCTOR_KEY_RISKY,
                        "Protocol = 7.4-1: after an error the driver rolls the transaction back in silence and goes on",
                        "Protocol = 7.4-0");
    } else if (family->keys == keys_sqlite) {
        value = ini_value(section, "FKSupport");
        if (value && strcmp(value, "0") == 0)
            doctor_find(d, source, DOCTOR_KEY_RISKY, "FKSupport = 0: foreign keys are not checked", "FKSupport = 1");
    }
}

void doctor_check_keys(doctor *d, doctor_subject *source, const char *driver_file)
{
    const doctor_family *family = doctor_family_of(driver_file);

    if (!family)
        return;
    for (size_t i = 0; i < source->section->key_count; i++) {
        const ini_key *key = &source->section->keys[i];

        if (!keys_has(keys_manager, key->name) && !keys_has(family->keys, key->name))
            keys_unknown(d, source, family, key);
    }
    keys_risky(d, source, family);
}
