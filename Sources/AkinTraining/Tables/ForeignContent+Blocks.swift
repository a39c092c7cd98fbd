// Rows of blocks of fields, written by awk.

extension ForeignContent {
  /// Rows of blocks of lines with a name and a value, with empty lines between.
  static func rowsOfFieldBlocks(_ path: String) -> String {
    "write a row of each block: awk '\(ForeignContent.writer) BEGIN{RS=\"\";FS=\"\\n\"}{split(\"\",r);for(i=1;i<=NF;i++){x=$i;"
      + "sub(/^ +/,\"\",x);if(match(x,/ *[:=] *|[ \\t]+/)){f=substr(x,1,RSTART-1);if(NR==1){c[++k]=f;h[f]=f}"
      + "r[f]=substr(x,RSTART+RLENGTH)}}if(NR==1)w(h);w(r)}' \(path) > rows.tsv"
  }

  /// Rows of records whose fields stand below each other, each behind a line of its number.
  static func rowsOfRecords(_ path: String) -> String {
    "let the program write rows, such as psql --csv, mysql --batch; of these: awk '\(ForeignContent.writer) "
      + "/^ *[*]+ [0-9]+[.] row|^-[[] RECORD|^Row [0-9]+:/{if(n==1)w(h);if(n++)w(r);split(\"\",r);next} "
      + "match($0,/ *[|:] */){f=substr($0,1,RSTART-1);sub(/^ +/,\"\",f);if(n==1){c[++k]=f;h[f]=f}r[f]=substr($0,RSTART+RLENGTH)} "
      + "END{if(n==1)w(h);w(r)}' \(path) > rows.tsv"
  }

  /// Rows of blocks whose names have a part before a slash, which is left out.
  static func rowsOfLabelled(_ path: String) -> String {
    "write a row of each block, and name the columns where their names are unknown: awk '\(ForeignContent.writer) "
      + "BEGIN{RS=\"\";FS=\"\\n\"}{split(\"\",r);for(i=1;i<=NF;i++){p=index($i,\": \");f=substr($i,1,p-1);sub(/.*[/]/,\"\",f);"
      + "if(NR==1){c[++k]=f;h[f]=f}r[f]=substr($i,p+2)}if(NR==1)w(h);w(r)}' \(path) > rows.tsv"
  }

  /// A function of awk that writes a row between tabs: the fields of the first block, in its order.
  private static let writer = "function w(v){s=v[c[1]];for(j=2;j<=k;j++)s=s\"\\t\"v[c[j]];print s}"
}
