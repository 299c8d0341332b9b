# Templates for odbcinst.ini (drivers) and odbc.ini (data sources), and the test driver.
EXTRA_DIST += odbc/odbcinst.ini.in odbc/odbc.ini.in

include odbc/testdrv/local.mk
