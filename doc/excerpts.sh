#!/bin/bash
# What the guide and other pages show of a program is that program: each block opened by ```c FILE or ```text FILE is in FILE word for
# word. A line "..." in a block stands for lines left out. Each chapter has a program of its own, and shows it and what
# it prints.
#
#   doc/excerpts.sh        UOW_SRCDIR: the source tree
UOW_SRCDIR=${UOW_SRCDIR:-$(cd "$(dirname "$0")/.." && pwd)}
# shellcheck source=../tests/structure/lib.sh
. "$UOW_SRCDIR/tests/structure/lib.sh"

# strangers CHAPTER: pieces of its blocks that are not in the file they name.
strangers() {
  awk -v root="$source_dir" '
    function load(name,    line) {
      lines = 0
      while ((getline line < (root "/" name)) > 0) text[++lines] = line
      close(root "/" name)
      return lines
    }
    function found(    i, k) {
      for (i = 1; i <= lines - size + 1; i++) {
        for (k = 1; k <= size && text[i + k - 1] == piece[k]; k++) ;
        if (k > size) return 1
      }
      return 0
    }
    function look() {
      if (size && !found()) print at ": not in " file ": " piece[1]
      size = 0
    }
    /^```(c|text) [^ ]*[.\/]/ {
      file = $2
      inside = 1
      if (!load(file)) print FNR ": no such file: " file
      at = FNR + 1
      next
    }
    inside && /^```/ { if ($0 != "```") print FNR ": the block does not end"; look(); inside = 0; next }
    inside && $0 == "..." { look(); at = FNR + 1; next }
    inside { if (size || $0 != "") piece[++size] = $0 }' "$1"
}

# unshown PROGRAM: what the chapter of that number lacks.
unshown() {
  local name=$1 chapter
  chapter=$(ls "$source_dir/doc/guide/${name%%_*}"-*.md 2> /dev/null)
  if [ -z "$chapter" ]; then
    echo "$name has no chapter"
    return
  fi
  grep -q "^\`\`\`c examples/guide/$name.c\$" "$chapter" || echo "$chapter shows nothing of $name.c"
  grep -q "^\`\`\`text examples/guide/expected/$name.txt\$" "$chapter" || echo "$chapter does not say what $name prints"
}

for page in $(cd "$source_dir" && grep -lE '^```(c|text) [^ ]*[./]' doc/*.md doc/guide/*.md); do
  report "what $page shows is in the program" "$(strangers "$source_dir/$page")"
done
for program in "$source_dir"/examples/guide/[0-9][0-9]_*.c; do
  name=$(basename "$program" .c)
  report "$name has a chapter that shows it and what it prints" "$(unshown "$name")"
done
finish
