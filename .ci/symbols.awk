# Reads symbol graphs as `swift-symbolgraph-extract -pretty-print` writes them, and prints each public symbol without a doc
# comment and each parameter that a function's doc comment does not describe. What a protocol asks for is documented there:
# symbols that meet a requirement are passed over. The layout is that of the printer: a key's depth is its indentation.
function value(line) {
  sub(/^ *"[A-Za-z]+": "/, "", line)
  sub(/",?$/, "", line)
  return line
}
FNR == 1 { part = ""; key = "" }
/^  "[a-zA-Z]+":/ { part = $1 }
part == "\"symbols\":" && /^    \{/ { id = "" }
part == "\"symbols\":" && /^      "[a-zA-Z]+":/ { key = $1 }
part == "\"symbols\":" {
  if (key == "\"identifier\":" && /^        "precise":/) { id = value($0); ids[++count] = id }
  else if (key == "\"pathComponents\":" && /^        "/) {
    name = $0; sub(/^ *"/, "", name); sub(/",?$/, "", name)
    path[id] = path[id] (path[id] == "" ? "" : ".") name
  }
  else if (key == "\"docComment\":" && /^            "text":/) {
    text = value($0)
    # A line of blanks documents nothing.
    if (text ~ /[^ ]/) isDocumented[id] = 1
    if (match(text, /^ *- (Parameter )?[A-Za-z_`][A-Za-z0-9_`]*:/)) {
      text = substr(text, RSTART, RLENGTH); gsub(/^ *- (Parameter )?|[`:]/, "", text)
      described[id, text] = 1
    }
  }
  else if (key == "\"functionSignature\":" && /^            "name":/) { parameter[id, ++parameters[id]] = value($0) }
  else if (key == "\"functionSignature\":" && /^            "internalName":/) { parameter[id, parameters[id]] = value($0) }
  else if (key == "\"location\":" && /"uri":/) { file[id] = value($0); sub(/^file:\/\//, "", file[id]) }
  else if (key == "\"location\":" && /"line":/) { number = $2; sub(/,/, "", number); line[id] = number + 1 }
}
part == "\"relationships\":" {
  if (/^      "source":/) source = value($0)
  if (/^      "sourceOrigin":/) meetsRequirement[source] = 1
}
END {
  for (n = 1; n <= count; n++) {
    id = ids[n]
    if (id ~ /::SYNTHESIZED::/ || id in meetsRequirement || id in seen) continue
    seen[id] = 1
    checked++
    where = file[id] ":" line[id] ": "
    sub(root, "", where)
    if (!(id in isDocumented)) { print where path[id] " has no doc comment"; wrong++ }
    else for (p = 1; p <= parameters[id]; p++) if (parameter[id, p] != "_" && !((id, parameter[id, p]) in described)) {
      print where path[id] ": parameter '" parameter[id, p] "' is not described"
      wrong++
    }
  }
  if (checked == 0) { print "no symbols were found"; exit 1 }
  if (wrong == 0) print "all of " checked " public symbols are documented"
  exit wrong > 0
}
