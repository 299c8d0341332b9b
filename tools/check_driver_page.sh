#!/bin/bash
# doc/drivers.md says of the three drivers what "uow probe --try" says of them today, but for versions and times.
#
#   tests/run/servers -- env UOW_SRCDIR=. UOW_BUILDDIR=build tools/check_driver_page.sh
#
# UOW_DRIVER_PAGE=write writes the page anew (make driver-page).
set -u -o pipefail

uow=${UOW_BUILDDIR:-build}/uow
page=${UOW_SRCDIR:?}/doc/drivers.md
out=${UOW_TEST_DIR:?run me under tests/run/servers}/driver_page
. "${UOW_SRCDIR}/tools/tap.sh"

# The scratch table has the process's number in its name.
ask() { "$uow" probe "uow_$1" --json --try "$out/profile" 2>&1 | sed -E 's/uow_try_[0-9]+/uow_try/g' > "$out/$1.json"; }

# Versions and times are those of the machine the page was written on; how soon a cancel is heard is one of them.
steady() {
  sed -E '/^\| cancel \| (at once|late|not tried)/d; /^\| (product|driver|driver manager|round trip) \|/s/[0-9]+(\.[0-9]+)*/N/g; s/[0-9.]+ ms/N ms/g' "$1"
}

# tables FILE...: a table for each group of facts, the drivers side by side.
tables() {
  awk '
    # Of a line as "uow probe --json" writes it: a fact is a line.
    function member(name,    text) {
      if (!match($0, "\"" name "\": \"([^\"\\\\]|\\\\.)*\"")) return ""
      text = substr($0, RSTART, RLENGTH)
      sub(/^[^:]*: "/, "", text)
      sub(/"$/, "", text)
      gsub(/\\"/, "\"", text)
      gsub(/\\\\/, "\\", text)
      gsub(/\|/, "\\|", text)
      return text
    }
    # What a fact means: once if the drivers that have it agree, else each with its own.
    function meaning(f,    d, k, who, seen, texts, all) {
      for (d = 1; d <= 3; d++) if (value[f, d] != "" && !((k = means[f, d]) in seen)) {
        seen[k] = 1
        if (texts++) all = all (all == "" ? "" : "; ")
        who = ""
        for (k = d; k <= 3; k++)
          if (value[f, k] != "" && means[f, k] == means[f, d]) who = who (who == "" ? "" : ", ") label[k]
        if (means[f, d] != "") all = all who ": " means[f, d]
      }
      sub(/; $/, "", all)
      if (texts == 1) sub(/^[^:]*: /, "", all)
      return all
    }
    BEGIN { label[1] = "SQLite"; label[2] = "PostgreSQL"; label[3] = "MariaDB" }
    FNR == 1 { file++ }
    # Which column types become a C type, rather than the other way round.
    /"group": "types"/ {
      type = member("value")
      fact = "types" SUBSEP type
      if (!(fact in facts)) { facts[fact] = 1; of["types"] = of["types"] SUBSEP SUBSEP type }
      if (!("types" in groups)) { groups["types"] = 1; order[++count] = "types" }
      value[fact, file] = value[fact, file] (value[fact, file] == "" ? "" : ", ") tolower(member("name"))
      means[fact, file] = member("meaning")
      next
    }
    /"group":/ {
      group = member("group")
      if (!(group in groups)) { groups[group] = 1; order[++count] = group }
      fact = group SUBSEP member("name")
      if (!(fact in facts)) { facts[fact] = 1; of[group] = of[group] SUBSEP SUBSEP member("name") }
      value[fact, file] = member("value")
      means[fact, file] = member("meaning")
    }
    END {
      for (g = 1; g <= count; g++) {
        print "\n## " order[g] "\n"
        print "| " (order[g] == "types" ? "C type" : "fact") " | SQLite | PostgreSQL | MariaDB | what it means |\n|---|---|---|---|---|"
        n = split(substr(of[order[g]], 3), name, SUBSEP SUBSEP)
        for (i = 1; i <= n; i++) {
          f = order[g] SUBSEP name[i]
          printf "| %s |", name[i]
          for (d = 1; d <= 3; d++) printf " %s |", (value[f, d] == "" ? "-" : value[f, d])
          print " " meaning(f) " |"
        }
      }
    }' "$@"
}

whole_page() {
  cat << 'END'
# What the drivers really do

Made by `make driver-page` from what `uow probe --try` says of the three drivers the tests run on; `make check` compares it
with what it says today, but for versions and times. A dash: there is no such fact for this driver. Ask your own data
source by `uow probe DSN`; [driver notes](driver-notes.md) say where the facts were measured and what each has cost,
[switching drivers](switching-drivers.md) what to look at when a program moves. `types` says which columns of the
database become which C type, `quirks` is where a driver differs from ODBC or from the others and what libuow does about it, `tried` was
written, read and provoked in a scratch table.
END
  tables "$out/sqlite.json" "$out/postgresql.json" "$out/mariadb.json"
}

# A sanitizer or valgrind sees in a driver what nobody else does.
if [ -n "${UOW_SLOW:-}" ]; then
  skip "doc/drivers.md says what the drivers do" "compared in a plain build"
  finish
fi
rm -rf "$out"
mkdir -p "$out"
for database in sqlite postgresql mariadb; do
  case " $UOW_TEST_DSNS " in
    *" uow_$database "*) ask "$database" ;;
    *) skip "doc/drivers.md says what the drivers do" "no data source uow_$database"; finish ;;
  esac
done
whole_page > "$out/page"
[ "${UOW_DRIVER_PAGE:-}" != write ] || cp "$out/page" "$page"
if diff <(steady "$page") <(steady "$out/page") > "$out/said"; then
  ok "doc/drivers.md says what the drivers do"
else
  not_ok "doc/drivers.md says what the drivers do" "it differs: run make driver-page, and look at what has changed"
fi
finish
