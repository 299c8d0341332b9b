#!/bin/sh
# Man pages of every public function, type and macro, from the comments of the headers: no tool but sh and awk.
#
#   doc/man3.sh HEADERS OUT        HEADERS: the folder of the headers, OUT: a folder that is there
#
# For each function a page NAME.3; for each header uow/X.h a page uow_X.h.3 with its types, its macros and a list of
# its functions; and for each type NAME.3, which leads to that page.
set -eu
headers=$1
out=$2
version=$(sed -n 's/^#define UOW_VERSION_STRING "\(.*\)"/\1/p' "$headers/version.h")

# here.h has call sites only: its macros are the functions of the others.
list=$(ls "$headers"/*.h | grep -v '/here\.h$')

# What <uow.h> brings along; the others are included by themselves.
brought=$(sed -n 's|^#include "uow/\(.*\)"|\1|p' "$headers/../uow.h" | tr '\n' ' ')

# shellcheck disable=SC2086 # one word for each header
LC_ALL=C awk -v out="$out" -v version="$version" -v brought=" $brought" '
# --- text

function escape(text) {
  gsub(/\\/, "\\e", text)
  gsub(/-/, "\\-", text)
  return text
}

# A line of running text: names in bold, nothing at its start that groff would take for a request.
function prose(text,    done, name) {
  text = escape(text)
  done = ""
  while (match(text, /[uU][oO][wW]_[A-Za-z0-9_]+/)) {
    name = substr(text, RSTART, RLENGTH)
    done = done substr(text, 1, RSTART - 1)
    done = done (name !~ /_$/ ? "\\fB" name "\\fR" : name)
    text = substr(text, RSTART + RLENGTH)
  }
  text = done text
  return (text ~ /^[.\047]/ ? "\\&" : "") text
}

function put(line) { print line > page }

function code(text) {
  put(".EX")
  put((text ~ /^[.\047]/ ? "\\&" : "") escape(text))
  put(".EE")
}

# first(TEXT): its first sentence, small at the start, for the list of names.
function first(text) {
  sub(/\001.*/, "", text)
  if (match(text, /[.:;]( |$)/)) text = substr(text, 1, RSTART - 1)
  if (text ~ /^[A-Z][a-z]* ?[a-z]*/ && text !~ /^[A-Z][A-Z]/ && text !~ /^EF /)
    text = tolower(substr(text, 1, 1)) substr(text, 2)
  return text
}

# --- pages

function open_page(name, summary) {
  page = out "/" name ".3"
  title = name
  put(".\\\" Made by doc/man3.sh from the header.")
  put(".TH " toupper(name) " 3 \"\" \"libuow " version "\" \"libuow\"")
  put(".SH NAME")
  put(name " \\- " escape(summary))
}

function close_page() { close(page) }

# The parts of a docstring: what stands before the first label, then label by label.
function sections(text,    label, before) {
  put(".SH DESCRIPTION")
  while (match(text, LABEL)) {
    label = substr(text, RSTART, RLENGTH)
    before = substr(text, 1, RSTART - 1)
    text = substr(text, RSTART + RLENGTH)
    paragraphs(before)
    sub(/^[. \001]*/, "", label)
    sub(/: $/, "", label)
    put(".SH " toupper(label))
  }
  paragraphs(text)
}

function paragraphs(text,    n, i, piece) {
  n = split(text, piece, "\001")
  for (i = 1; i <= n; i++) {
    gsub(/^ +| +$/, "", piece[i])
    if (piece[i] == "") continue
    if (piece[i] ~ /^\002/) { code(lines_of(piece[i])); continue }
    if (i > 1) put(".PP")
    put(prose(piece[i] (piece[i] ~ /[.;:)]$/ ? "" : ".")))
  }
}

# Lines of code in a comment are kept apart by \002, which also begins them.
function lines_of(text) {
  sub(/^\002/, "", text)
  gsub(/\002/, "\n", text)
  return text
}

# --- reading

# What a comment says: paragraphs apart by \001, lines of code by \002.
function add_comment_line(line) {
  sub(/^ \* ?/, "", line)
  if (line ~ /^[ \t]*$/) { comment = comment "\001"; was_code = 0; return }
  if (line ~ /^    /) {
    comment = comment (was_code ? "" : "\001") "\002" substr(line, 5)
    was_code = 1
    return
  }
  if (was_code) { comment = comment "\001"; was_code = 0 }
  sub(/^ +/, "", line)
  comment = comment (comment == "" || comment ~ /\001$/ ? "" : " ") line
}

function end_comment() {
  sub(/[ \001]+$/, "", comment)
  if (!seen_summary) { summary[header] = comment; seen_summary = 1; comment = "" }
}

# A comment that nothing follows is about what comes after it as a whole.
function flush() {
  if (comment != "") add_item("text", "", "", comment)
  comment = ""
}

function add_item(kind, name, text, doc) {
  items[header]++
  kind_of[header, items[header]] = kind
  name_of[header, items[header]] = name
  text_of[header, items[header]] = text
  doc_of[header, items[header]] = doc
  comment = ""
}

function add_function(declaration,    name) {
  sub(/^UOW_(API|INLINE) /, "", declaration)
  if (declaration !~ /;/) declaration = declaration ";"
  gsub(/[ \t\n]+/, " ", declaration)
  if (declaration ~ /\(const char \*where, /) {
    sub(/_at\(const char \*where, /, "(", declaration)
  } else if (declaration ~ /\(const char \*where\)/)
    sub(/_at\(const char \*where\)/, "(void)", declaration)
  match(declaration, /uow_[a-z0-9_]+\(/)
  name = substr(declaration, RSTART, RLENGTH - 1)
  functions[name] = header
  add_item("function", name, declaration, comment)
}

function add_block(text,    name, line) {
  if (text ~ /^#define/) {
    if (match(text, /^#define uow_[a-z0-9_]+\(/)) types[substr(text, 9, RLENGTH - 9)] = header
    # A macro that no comment leads to belongs to the ones above it.
    if (comment == "" && kind_of[header, items[header]] == "macro") {
      text_of[header, items[header]] = text_of[header, items[header]] "\n" text
      return
    }
    add_item("macro", "", text, comment)
    return
  }
  line = text
  sub(/.*\n/, "", line)
  if (text ~ /^typedef [^{]*\(\*/) { match(text, /\(\*[a-z0-9_]+\)/); name = substr(text, RSTART + 2, RLENGTH - 3) }
  else if (text ~ /^struct/) { name = text; sub(/^struct /, "", name); sub(/[ {].*/, "", name) }
  else { name = line; sub(/;.*/, "", name); sub(/.*[ }]/, "", name) }
  if (!(name in types)) types[name] = header
  else if (text ~ /\{/) types[name] = header
  add_item("type", name, text, comment)
}

BEGIN { LABEL = "(^|[. \001])(Parameters|Blocks|Threads|Returns|Lifetime|Since|Source|In callbacks|Shape)(, [a-z]+)*: " }

FNR == 1 {
  flush()
  header = FILENAME
  sub(/.*\//, "", header)
  order[++headers] = header
  seen_summary = 0; state = ""; comment = ""; was_code = 0
}
state == "comment" {
  if ($0 ~ /\*\/[ \t]*$/) { sub(/[ ]*\*\/[ \t]*$/, ""); if ($0 != "") add_comment_line($0); end_comment(); state = "" }
  else add_comment_line($0)
  next
}
state == "block" {
  block = block "\n" $0
  if ((block ~ /^#define/ && $0 !~ /\\$/) || (block !~ /^#define/ && block !~ /\{/ && $0 ~ /;/) ||
      (block !~ /^#define/ && $0 ~ /^\}.*;/)) { state = ""; add_block(block) }
  next
}
state == "function" {
  declaration = declaration " " $0
  if ($0 ~ /;/) { state = ""; add_function(declaration) }
  next
}
/^\/\*/ {
  flush()
  was_code = 0
  sub(/^\/\*+ ?/, " * ")
  if ($0 ~ /\*\/[ \t]*$/) { sub(/[ ]*\*\/[ \t]*$/, ""); add_comment_line($0); end_comment() }
  else { if ($0 !~ /^ \* *$/) add_comment_line($0); state = "comment" }
  next
}
/^UOW_API/ {
  declaration = $0
  if ($0 ~ /;/) add_function(declaration); else state = "function"
  next
}
# A function that is in the header as a whole.
state == "body" { if ($0 ~ /^}/) state = ""; next }
/^UOW_INLINE/ { add_function($0); state = "body"; next }
/^#define UOW_[A-Z_]*_H$/ { next }
/^#define UOW_(BEGIN_DECLS|END_DECLS|API|INLINE)/ { comment = ""; next }
/^#define/ { block = $0; if ($0 ~ /\\$/) state = "block"; else add_block(block); next }
/^(typedef|struct)/ {
  block = $0
  if ($0 ~ /;/ && $0 !~ /\{/) add_block(block); else state = "block"
  next
}
/^(#|UOW_|$)/ { next }

END {
  flush()
  for (h = 1; h <= headers; h++) header_page(order[h])
  for (name in types) if (!(name in functions)) {
    page = out "/" name ".3"
    put(".so man3/uow_" types[name] ".3")
    close_page()
  }
}

# --- writing

function include(header) {
  return "#include <" (index(brought, " " header " ") ? "uow.h" : "uow/" header) ">"
}

function header_page(header,    i, n, name, kind) {
  n = items[header]
  for (i = 1; i <= n; i++) if (kind_of[header, i] == "function") function_page(header, i)
  open_page("uow_" header, first(summary[header]))
  put(".SH SYNOPSIS")
  code(include(header))
  put(".SH DESCRIPTION")
  put(prose(summary[header]))
  for (i = 1; i <= n; i++) {
    kind = kind_of[header, i]
    if (kind == "function") continue
    if (kind != "text") { put(".PP"); code(text_of[header, i]) }
    if (doc_of[header, i] != "") { put(".PP"); paragraphs(doc_of[header, i]) }
  }
  name = 0
  for (i = 1; i <= n; i++) if (kind_of[header, i] == "function") {
    if (!name++) put(".SH FUNCTIONS")
    put(".TP")
    put(".BR " name_of[header, i] " (3)")
    put(escape(first(doc_of[header, i])))
  }
  put(".SH SEE ALSO")
  put(".BR libuow (7)")
  close_page()
}

function function_page(header, i,    doc, text, seen, name) {
  doc = doc_of[header, i]
  open_page(name_of[header, i], first(doc))
  put(".SH SYNOPSIS")
  code(include(header) "\n\n" wrapped(text_of[header, i]))
  sections(doc)
  put(".SH SEE ALSO")
  text = doc
  while (match(text, /uow_[a-z0-9_]+/)) {
    name = substr(text, RSTART, RLENGTH)
    text = substr(text, RSTART + RLENGTH)
    if (name in functions && name != name_of[header, i] && !(name in seen)) {
      seen[name] = 1
      put(".BR " name " (3),")
    }
  }
  put(".BR uow_" header " (3),")
  put(".BR libuow (7)")
  close_page()
}

# A declaration in lines that fit a terminal.
function wrapped(declaration,    line, result, piece, n, i, margin) {
  margin = index(declaration, "(")
  n = split(declaration, piece, ", ")
  line = ""
  for (i = 1; i <= n; i++) {
    if (line != "" && length(line) + length(piece[i]) > 76) {
      result = result line "\n"
      line = ""
      while (length(line) < margin) line = line " "
    }
    line = line piece[i] (i < n ? ", " : "")
  }
  gsub(/ \n/, "\n", result)
  return result line
}
' $list
