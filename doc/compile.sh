#!/bin/bash
# Every C snippet of the README and of doc/ compiles against the public headers; links and names in all documents are right.
#
#   doc/compile.sh        UOW_SRCDIR: the source tree; CC: the compiler
#
# A block opened by ```c is the body of a function that has env, model, ctx, st, saved
# and now; one opened by ```c file stands by itself and sees uow.h and string.h only.
UOW_SRCDIR=${UOW_SRCDIR:-$(cd "$(dirname "$0")/.." && pwd)}
# shellcheck source=../tests/structure/lib.sh
. "$UOW_SRCDIR/tests/structure/lib.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/uow-docs.XXXXXX")
trap 'rm -rf "$work"' EXIT

# extract FILE PREFIX: each block into its own .c file, with #line for the messages.
extract() {
  awk -v source="$1" -v prefix="$2" '
    /^```c( file)?$/ {
      out = sprintf("%s_%03d.c", prefix, NR)
      body = ($0 == "```c")
      if (body) {
        print "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>" > out
        print "#include \"shop/shop_model.h\"" > out
        print "void snippet(uow_env *env, uow_model *model, uow_context *ctx, uow_status st," > out
        print "             size_t saved, uow_timestamp now);" > out
        print "void snippet(uow_env *env, uow_model *model, uow_context *ctx, uow_status st," > out
        print "             size_t saved, uow_timestamp now)\n{" > out
      } else
        print "#include <uow.h>\n#include <string.h>" > out
      printf "#line %d \"%s\"\n", NR + 1, source > out
      inside = 1
      next
    }
    /^```/ && inside { if (body) print "}" > out; close(out); inside = 0; next }
    inside { print > out }' "$1"
}

# complaints PREFIX: what the compiler says about the blocks of one document.
complaints() {
  local file
  for file in "$1"_*.c; do
    [ -e "$file" ] || { echo "no block of C found"; return; }
    $CC -std=c11 -Wall -Wextra -Wpedantic -Werror -Wno-unused-parameter \
      -Wno-unused-but-set-variable -Wno-unused-but-set-parameter \
      -I"$include_dir" -I"$source_dir/examples" -fsyntax-only "$file" 2>&1 || true
  done
}

# The documents there are.
documents() { (cd "$source_dir" && ls README.md CONTRIBUTING.md CHANGELOG.md doc/*.md doc/guide/*.md bench/README.md examples/*.md examples/*/*.md 2> /dev/null || true); }

# dead_links: links to files or headings that are not there.
dead_links() {
  local doc target file heading
  for doc in $(documents); do
    grep -oE '\]\([^)]+\)' "$source_dir/$doc" | sed 's/^](//; s/)$//' | grep -vE '^(https?|mailto):' | while read -r target; do
      file=${target%%#*}
      heading=${target#"$file"}
      file=$source_dir/$(dirname "$doc")/$file
      [ "$target" != "${target#\#}" ] && file=$source_dir/$doc
      if [ ! -e "$file" ]; then
        echo "$doc: $target is not there"
      elif [ -n "$heading" ] && ! headings "$file" | grep -qxF "${heading#\#}"; then
        echo "$doc: $target: no such heading"
      fi
    done
  done
}

# headings FILE: as links name them.
headings() { grep -E '^#+ ' "$1" | sed -E 's/^#+ //' | tr '[:upper:]' '[:lower:]' | sed -E 's/[^a-z0-9 _-]//g; s/ /-/g'; }

# unknown_names: names of the library's that no public header has.
unknown_names() {
  local known=$work/known
  { cat "$include_dir"/uow.h "$include_dir"/uow/*.h | grep -oE '\b(uow|UOW)_[A-Za-z0-9_]+'
    grep -oE '\buow_[a-z0-9_]+' "$source_dir/tests/structure/exports.txt" | sed 's/_at$//'; } | sort -u > "$known"
  for doc in $(documents); do
    grep -oE '`(uow|UOW)_[A-Za-z0-9_]+' "$source_dir/$doc" | tr -d '\140' | grep -vE '_$|^UOW_(PG|MARIADB|TEST|DB|SAMPLE|SLOW|FILTER|BUILD|SRC|TIMEOUT|ROUNDS|VALGRIND|SEED|SERVER|SQLITE|TOTALS)|^uow_(test|bench)_' |
      sort -u | comm -23 - "$known" | sed "s|^|$doc: |"
  done
}

# uncatalogued: statuses that doc/errors.md does not explain.
uncatalogued() {
  grep -oE '^ +UOW_[A-Z_]+ =' "$include_dir/uow/status.h" | grep -oE 'UOW_[A-Z_]+' | grep -v FORCE_INT | while read -r name; do
    grep -q "^| .$name. |" "$source_dir/doc/errors.md" || echo "$name"
  done
}

# ill_formed: what groff finds wrong with the man pages.
ill_formed() {
  groff -man -ww -Tutf8 -z "$source_dir"/doc/*.7 "$source_dir"/tools/*.1 $(grep -L '^\.so' "$work"/man3/*.3) 2>&1 < /dev/null |
    sed "s|$source_dir/||; s|$work/||"
}

# unpaged: public functions without a man page, pages that lead to none, names in SEE ALSO that have none.
unpaged() {
  sed 's/^\(uow_list\)_at$/\1_AT/; s/_at$//; s/_AT$/_at/' "$source_dir/tests/structure/exports.txt" | while read -r name; do
    grep -qs '^\.SH SYNOPSIS' "$work/man3/$name.3" || echo "$name has no page"
  done
  grep -hoE '^\.so .*|^\.BR uow_[a-z_0-9.]+ \(3\)' "$work"/man3/*.3 | sed 's/^\.so man3.//; s/^\.BR //; s/ (3)/.3/' | sort -u | while read -r page; do
    [ -e "$work/man3/$page" ] || echo "$page is named and not there"
  done
}

mkdir "$work/man3"
sh "$source_dir/doc/man3.sh" "$include_dir/uow" "$work/man3"
report "every function has a man page" "$(unpaged)"
if command -v groff > /dev/null; then
  report "man pages are well formed" "$(ill_formed)"
else
  skip "man pages are well formed" "no groff"
fi
report "links lead somewhere" "$(dead_links)"
report "names in the documents are the headers'" "$(unknown_names)"
report "the catalogue has every status" "$(uncatalogued)"
for doc in $(cd "$source_dir" && grep -lE '^```c( file)?$' README.md doc/*.md); do
  extract "$source_dir/$doc" "$work/$(basename "$doc" .md)"
  report "the code of $doc compiles" "$(complaints "$work/$(basename "$doc" .md)")"
done
finish
