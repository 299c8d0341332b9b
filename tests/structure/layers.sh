#!/bin/bash
# The layers of lib/: includes and calls go down, never up; ODBC is named in one layer.
. "$(dirname "$0")/lib.sh"

rank() {
  local layer n=0
  for layer in $layers; do
    n=$((n + 1))
    [ "$layer" != "$1" ] || break
  done
  echo "$n"
}

sources() { find "$library_dir/$1" -name '*.[ch]' | sort; }

# Includes of LAYER that name a higher one. Quoted names begin with the layer's folder.
upward_includes() {
  local own higher
  own=$(rank "$1")
  higher=$(echo "$layers" | tr ' ' '\n' | awk -v own="$own" 'NR > own' | paste -sd '|')
  [ -n "$higher" ] || return 0
  sources "$1" | xargs -r grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[\"<](\.\./)*($higher)/" |
    sed "s|^$library_dir/||" || true
}

# objects LAYER: those of the shared build where there is one. Objects of sources that
# are gone may still lie in the build directory.
objects() {
  local object dir=$object_dir/$1
  [ ! -d "$dir/.libs" ] || dir=$dir/.libs
  for object in "$dir"/*.o; do
    [ ! -e "$library_dir/$1/$(source_of "$object")" ] || echo "$object"
  done
}

# Automake names an object after its library and its source; others name it after its source.
source_of() {
  local name
  name=$(basename "$1" .o)
  echo "${name#libuow_inner_la-}.c"
}

# symbols: "layer D|U name file" for each global symbol of the library's objects.
symbols() {
  local layer object
  for layer in $layers; do
    for object in $(objects "$layer"); do
      $NM -g "$object" | awk -v layer="$layer" -v file="$(source_of "$object")" '
        NF == 2 && $1 ~ /^[Uw]$/ { print layer, "U", $2, file }
        NF == 3                  { print layer, "D", $3, file }'
    done
  done
}

# Calls and data of LAYER that a higher layer defines.
upward_calls() {
  awk -v layer="$1" -v layers="$layers" '
    BEGIN { n = split(layers, names); for (i = 1; i <= n; i++) rank[names[i]] = i }
    $2 == "D" { home[$3] = $1 }
    $2 == "U" && $1 == layer { used[$3] = $4 }
    END {
      for (name in used)
        if (name in home && rank[home[name]] > rank[layer])
          print layer "/" used[name] " uses " name " of " home[name]
    }' "$table" | sort
}

# Functions of ODBC named in LAYER, in the text (comments apart) or by its objects.
odbc_names() {
  local file
  sources "$1" | while read -r file; do
    without_comments "$file" |
      awk -v file="${file#"$library_dir"/}" '
        /(^|[^A-Za-z0-9_])SQL[A-Z]+[a-z][A-Za-z]*/ ||
        /#[ \t]*include[ \t]*<(sql|sqlext|sqltypes|sqlucode|odbcinst)\.h>/ {
          print file ":" FNR ": " $0
        }'
  done
  awk -v layer="$1" '$1 == layer && $2 == "U" && $3 ~ /^SQL[A-Z]/ {
    print layer "/" $4 " calls " $3 }' "$table"
}

table=$(mktemp)
trap 'rm -f "$table"' EXIT
symbols > "$table"

report "the build has left objects to look at" "$([ -s "$table" ] || echo "none in $object_dir")"
for layer in $layers; do
  report "includes of $layer go down" "$(upward_includes "$layer")"
  report "calls of $layer go down" "$(upward_calls "$layer")"
  [ "$layer" = odbc ] || report "$layer names no ODBC function" "$(odbc_names "$layer")"
done
report "inner symbols are called uowi_" \
  "$(awk '$2 == "D" && $3 !~ /^uowi?_/ && $3 !~ /^(__|_GLOBAL_|\.)/ { print $1 "/" $4 " defines " $3 }' "$table" | sort -u)"
finish
