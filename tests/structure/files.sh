#!/bin/bash
# Every source is listed in the local.mk that builds and distributes it, and the
# version is the same wherever it is written.
. "$(dirname "$0")/lib.sh"

# unlisted MAKEFILE FOLDER PATTERN...: files of the folder that the makefile lacks. A
# program of one file is listed without its .c.
unlisted() {
  local list=$source_dir/$1 folder=$2 file
  shift 2
  for pattern in "$@"; do
    (cd "$source_dir" && find "$folder" -name "$pattern" -type f | sort)
  done | while read -r file; do
    tr -s ' \\\t' '\n' < "$list" | grep -qxF -e "$file" -e "${file%.c}" || echo "$file"
  done
}

report "headers are listed" "$(unlisted include/local.mk include '*.h')"
for layer in $layers; do
  report "sources of $layer are listed" "$(unlisted "lib/$layer/local.mk" "lib/$layer" '*.[ch]')"
done
report "unit tests are listed" "$(unlisted tests/unit/local.mk tests/unit '*.[ch]')"
report "live tests are listed" "$(unlisted tests/live/local.mk tests/live '*.[ch]')"
report "the test driver and its tests are listed" "$(
  unlisted odbc/testdrv/local.mk odbc/testdrv '*.[ch]' '*.in'
  unlisted tests/testdrv/local.mk tests/testdrv '*.[ch]')"
report "scripts are listed" "$(unlisted tests/local.mk tests/structure '*.sh' '*.txt'
  unlisted tests/local.mk tests/planted '*'
  for script in servers suite process.sh; do unlisted tests/local.mk tests/run "$script"; done)"
report "examples are listed" "$(unlisted examples/local.mk examples '*.[ch]' '*.sh')"
report "tools are listed" "$(unlisted tools/local.mk tools '*.[ch]' '*.sh' '*.1' '*.bash' '*.txt')"
report "benchmarks are listed" "$(unlisted bench/local.mk bench '*.[ch]')"
# Of a checkout only what is kept in it: an editor may leave what it likes beside that.
report "no leftovers of merges are kept" "$(
  cd "$source_dir" && { git ls-files 2> /dev/null || find . -type f; } | grep -E '\.(orig|rej)$')"

package=$(sed -n 's/^AC_INIT(\[libuow\], \[\([^]]*\)\].*/\1/p' "$source_dir/configure.ac")
header=$(sed -n 's/^#define UOW_VERSION_STRING "\(.*\)"/\1/p' "$include_dir/uow/version.h")
numbers=$(sed -n 's/^#define UOW_VERSION_\(MAJOR\|MINOR\|PATCH\) \([0-9]*\)$/\2/p' "$include_dir/uow/version.h" | paste -sd .)
report "one version everywhere" "$(
  [ "$package" = "$header" ] || echo "configure.ac says $package, version.h says $header"
  [ "$numbers" = "$header" ] || echo "version.h says $numbers and $header")"
finish
