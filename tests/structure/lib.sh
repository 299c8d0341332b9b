# What the checks of the structure share: reports in TAP, and the list of layers.
# shellcheck shell=bash
set -eu

source_dir=${UOW_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
build_dir=${UOW_BUILDDIR:-$PWD}
include_dir=$source_dir/include
library_dir=${UOW_LIBRARY_DIR:-$source_dir/lib}
object_dir=${UOW_OBJECT_DIR:-$build_dir/lib}
CC=${CC:-cc}
CXX=${CXX:-c++}
NM=${NM:-nm}

# Lowest first: each may use those before it.
layers="base diag odbc flow track work context"

number=0
failures=0

# report NAME [FINDINGS]: passed when there are no findings.
report() {
  number=$((number + 1))
  if [ -z "${2:-}" ]; then
    echo "ok $number - $1"
    return
  fi
  failures=$((failures + 1))
  echo "not ok $number - $1"
  printf '%s\n' "$2" | sed 's/^/#   /'
}

skip() {
  number=$((number + 1))
  echo "ok $number - $1 # SKIP $2"
}

finish() {
  echo "1..$number"
  [ "$failures" = 0 ]
}

# without_comments FILE: the C source with comments blanked and strings emptied, each
# line where it was.
without_comments() {
  awk '
    {
      line = $0; text = ""
      while (line != "") {
        if (inside) {
          end = index(line, "*/")
          if (!end) { line = ""; break }
          line = substr(line, end + 2); inside = 0
        } else if (match(line, /\/\*|\/\/|"|\047/)) {
          text = text substr(line, 1, RSTART - 1)
          mark = substr(line, RSTART, RLENGTH)
          line = substr(line, RSTART + RLENGTH)
          if (mark == "/*") inside = 1
          else if (mark == "//") line = ""
          else {
            # to the closing quote, over escaped characters
            while (line != "" && substr(line, 1, 1) != mark)
              line = substr(line, substr(line, 1, 1) == "\\" ? 3 : 2)
            line = substr(line, 2)
            text = text mark mark
          }
        } else { text = text line; line = "" }
      }
      print text
    }' "$1"
}

# public_headers: paths below include/.
public_headers() {
  (cd "$include_dir" && find . -name '*.h' | sed 's|^\./||' | sort)
}
