#!/bin/bash
# Every C snippet of the README and the guide compiles against the public headers.
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

for doc in README.md doc/guide.md; do
  extract "$source_dir/$doc" "$work/$(basename "$doc" .md)"
  report "the code of $doc compiles" "$(complaints "$work/$(basename "$doc" .md)")"
done
finish
