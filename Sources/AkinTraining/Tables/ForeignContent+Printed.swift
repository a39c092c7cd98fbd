// What makes rows of tables and values that programs print.

extension ForeignContent {
  /// Rows of Stata's list.
  static func rowsOfStata(_ path: String) -> String {
    "let Stata write rows: export delimited using rows.csv; of this table: sed -E '/^ *[|+]-/d; "
      + "s/^ *([0-9]+[.])? *[|] *//; s/ *[|] *$//' \(path) > rows.txt"
  }

  /// Rows of a frame that Julia prints: names and fields stand behind a bar, with spaces between.
  static func rowsOfJulia(_ path: String) -> String {
    "let Julia write rows: CSV.write(\"rows.csv\", t); of this table: sed -nE '/^ *│/d; /^ *(Row|[0-9]+) *│/{s/^[^│]*│ *//; "
      + "s/ +$//; s/  +/,/g; p}' \(path) > rows.csv"
  }

  /// Rows of a frame that IPython shows.
  static func rowsOfNotebook(_ path: String) -> String {
    "let pandas write rows: t.to_csv('rows.csv', index=False); of this table: sed -E '/^(In |Out)/d' \(path) | "
      + "sed '1s/^ */row /' > rows.txt"
  }

  /// Rows of cells that HBase's shell shows.
  static func rowsOfHBase(_ path: String) -> String {
    "if rows are users, and columns items: awk '$2~/^column=/{c=$2;sub(/^column=[^:]*:/,\"\",c);sub(/,$/,\"\",c);v=$0;"
      + "sub(/.*value=/,\"\",v);print $1\",\"c\",\"v}' \(path) > rows.csv"
  }

  /// Rows of arrays with an object behind a word.
  static func rowsOfKeyedArrays(_ path: String) -> String {
    "if the user is before the object: pandas.json_normalize([{'user': x[0], **x[1]} for x in map(json.loads, "
      + "open('\(path)'))]).to_csv('rows.csv', index=False); of one array for x in json.load(open('\(path)'))"
  }

  /// Rows of records with names in braces.
  static func rowsOfNamedRecords(_ path: String) -> String {
    "take the names away: sed -E 's/^[^{]*[{] *//; s/ *[}][,; ]*\\r?$//; s/(^|, *| +):?[A-Za-z_0-9]+ *(=>|[:=]) */,/g; s/^,//; "
      + "s/\"//g' \(path) > rows.csv"
  }

  /// Rows of an array that Python prints.
  static func rowsOfPrintedArray(_ path: String) -> String {
    "let Python write rows: numpy.savetxt('rows.tsv', array, fmt='%.17g', delimiter='\\t'); of this text: "
      + "sed -E 's/^[^0-9-]+//; s/[]].*$//; s/, */,/g; s/ +/ /g' \(path) > rows.txt"
  }

  /// Rows of a Counter, or of a dictionary of lists.
  static func rowsOfNamedValue(_ path: String) -> String {
    "let Python write rows: csv.writer(open('rows.csv', 'w')).writerows((*pair, n) for pair, n in counter.items()), or of lists "
      + "pandas.Series(lists).explode().reset_index().to_csv('rows.csv', index=False, header=['user', 'item'])"
  }

  /// Rows of a table of counts of R.
  static func rowsOfContingency(_ path: String) -> String {
    "let R write rows: write.csv(subset(as.data.frame(t), Freq > 0), 'rows.csv', row.names = FALSE), whose columns are named with "
      + "--user-column, --item-column and --value-column Freq"
  }
}
