extension ForeignContent {
  /// How to get rows of text out of such a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - frame: The data frame of JSON, or of dictionaries, if it is known.
  func remedy(_ path: String, frame: JSONFrame?) -> String {
    func text(_ frame: String) -> String { "write it as text: pandas.\(frame).to_csv('rows.csv', index=False)" }
    // All digits of an id count.
    func sparse(_ matrix: String) -> String {
      "write it as text: m = \(matrix).tocoo(); "
        + "numpy.savetxt('rows.tsv', numpy.c_[m.row, m.col, m.data], fmt='%.17g', delimiter='\\t')"
    }
    // Interactions can come through a pipe, side files cannot.
    func unpacked(by program: String) -> String {
      path == "/dev/stdin"
        ? "unpack it on the way: … | \(program) | akin train - …"
        : "unpack it: \(program) \(path) > rows.csv; interactions also on the way: \(program) \(path) | akin train - …"
    }
    if let frame { return "write it as text: \(frame.expression(path)).to_csv('rows.csv', \(frame.options))" }
    switch self {
    case .utf32: return "convert it: iconv -f utf-32 -t utf-8 \(path) > utf8.csv"
    case .markup:
      return
        "download the file itself: this may be the page of a link, or of an error; of XML with an element for each row, "
        + text("read_xml('\(path)', dtype=str, parser='etree')")
    case .brackets:
      return
        "take brackets and quotes away: sed -E \"s/^[A-Za-z]*[({[]//; s/[])}][,;. ]*$//; s/(^|, *)[({[]([^])}]*)[])}]/\\1\\2/g; s/['\\\"]//g; "
        + "s/(^|,) *[A-Za-z_]+=([^=,])/\\1\\2/g; s/, +/,/g\" \(path) > rows.csv"
    case .sql:
      return "load it into its database and write rows: psql --csv -c 'SELECT user, item, value FROM …' > rows.csv, "
        + "mysql --batch -e '…' > rows.tsv, or sqlite3 new.db < \(path) and sqlite3 -csv -header new.db '…' > rows.csv; "
        + "of statements INSERT alone: grep -i '^insert' \(path) | sed 's/.*VALUES//' | grep -oE '[(][^()]*[)]' | tr -d \"()'\" > rows.csv"
    case .tuples:
      return
        "write a row a line: grep -oE '[(][^()]*[)]' \(path) | tr -d \"()' \" | sed -E 's/(^|,)[A-Za-z_]+=/\\1/g' > rows.csv"
    case .toml: return text("DataFrame(tomllib.load(open('\(path)', 'rb'))['NAME'])") + ", by the name in brackets"
    case .yaml: return text("DataFrame(yaml.safe_load(open('\(path)')))")
    case .graph: return ForeignContent.edgesOfGML(path)
    case .trivialGraph: return ForeignContent.edgesOfTrivialGraph(path)
    case .pajekEdges: return ForeignContent.edgesOfPajek(path)
    case .ucinet: return ForeignContent.edgesOfUCINET(path)
    case .stataList: return ForeignContent.rowsOfStata(path)
    case .juliaFrame: return ForeignContent.rowsOfJulia(path)
    case .notebook: return ForeignContent.rowsOfNotebook(path)
    case .series:
      return "let pandas write rows, with its index as columns: s.reset_index().to_csv('rows.csv', index=False)"
    case .namedRecords: return ForeignContent.rowsOfNamedRecords(path)
    case .braceLists: return "write a row a line: grep -oE '[{][^{}]*[}]' \(path) | tr -d '{} \"' > rows.csv"
    case .printedArray: return ForeignContent.rowsOfPrintedArray(path)
    case .printedMatrix:
      return "write a row a line: sed -nE 's/^ *[(]([0-9]+), *([0-9]+)[)][ \\t]+/\\1,\\2,/p' \(path) > rows.csv"
    case .namedValue: return ForeignContent.rowsOfNamedValue(path)
    case .contingency: return ForeignContent.rowsOfContingency(path)
    case .hbase: return ForeignContent.rowsOfHBase(path)
    case .keyedArrays: return ForeignContent.rowsOfKeyedArrays(path)
    case .graphML: return ForeignContent.edgesOfGraphML(path)
    case .gexf: return ForeignContent.edgesOfGEXF(path)
    case .dot: return ForeignContent.edgesOfDOT(path)
    case .edges: return ForeignContent.edgesOfNetworkX(path)
    case .vowpal:
      return "if the user is in the first namespace and the item in the second: "
        + "sed -E 's/^([^ |]*)[^|]*[|][^ |]* +([^ |]+)[^|]*[|][^ |]* +([^ |]+).*/\\2,\\3,\\1/' \(path) > rows.csv"
    case .vowpalPlain:
      return "if the user is the first word behind the bar and the item the second: "
        + "sed -E 's/^([^ |]*)[^|]*[|] *([^ ]+) +([^ ]+).*/\\2,\\3,\\1/' \(path) > rows.csv"
    case .redis:
      return
        "let redis-cli write plain lines (--raw), or take the numbers away: sed -E 's/^ *([0-9]+[)] +)+//; "
        + "s/^([(]integer[)] )?\"?([^\"]*)\"?$/\\2/' \(path) > lines.txt; of items with their scores by turns: "
        + "paste -d, - - < lines.txt | sed 's/^/u1,/' > rows.csv"
    case .latex:
      return
        "keep the cells: grep '&' \(path) | sed -E 's/ *\\\\\\\\.*$//; s/ *& */,/g; s/^ +//; s/\\\\_/_/g' > rows.csv"
    case .bullets:
      return
        "take the marks away: sed -E 's/^ *(([-*+•>]|[0-9]+[.)]) +|==>)?([[][ xX][]] +)?//; s/[*][*]//g' \(path) > rows.txt"
    case .keyedLists:
      return
        "write commas between: sed -E \"s/ *(:|->|=>|→)[ \\t]+/,/; s/[][{}'\\\"]//g; s/, +/,/g; :a; s/([0-9]) +([0-9])/\\1,\\2/; ta\" \(path) > lists.csv, and read lines of a "
        + "user and all items of this user with --layout lists"
    case .spmf:
      return "number the lines in place of users, and read the items with --layout lists: "
        + "grep -v '^@' \(path) | sed -E 's/ -[12]//g' | awk '{print NR,$0}' > lists.txt"
    case .yamlLists:
      return
        "write a row for each: pandas.Series(yaml.safe_load(open('\(path)'))).explode().to_csv('rows.csv', header=False)"
    case .objectsOfR:
      return
        "write them in R, as text: t <- readRDS('\(path)'), or print(load('\(path)')) to see the names in an .RData; then "
        + "write.csv(t, 'rows.csv', row.names = FALSE)"
    case .matlab:
      return
        "read it with Python: m = scipy.io.loadmat('\(path)'); numpy.savetxt('rows.tsv', m['NAME'], fmt='%.17g', delimiter='\\t'), by the "
        + "name that list(m) shows; of version 7.3: m = h5py.File('\(path)'), and m['NAME'][()].T"
    case .avro: return text("DataFrame(fastavro.reader(open('\(path)', 'rb')))")
    case .orc: return text("read_orc('\(path)')")
    case .programLog:
      return
        "write user and item of its lines, by the names in them: sed -nE 's/.*user=([^ ]+) item=([^ ]+).*/\\1,\\2/p' \(path) > rows.csv"
    case .fieldBlocks: return ForeignContent.rowsOfFieldBlocks(path)
    case .records: return ForeignContent.rowsOfRecords(path)
    case .cypher:
      return "let the database write rows: cypher-shell --format plain 'MATCH (u:User)-[r:RATED]->(i:Item) "
        + "RETURN u.id AS user, i.id AS item, r.rating AS rating' > rows.csv, by the names of the graph"
    case .heldOut:
      return "keep the pairs: sed -E 's/^[(]([^,]+),([^)]+)[)].*/\\1,\\2/' \(path) > rows.csv"
    case .program:
      return
        "let the program write rows, such as R's write.csv(t, 'rows.csv', row.names = FALSE), Python's "
        + "csv.writer(file).writerows(list), PHP's fputcsv, or Julia's CSV.write('rows.csv', t)"
    case .turtle:
      return "write N-Triples, whose rows have the user in column 1 and the item in column 3: "
        + "rdflib.Graph().parse('\(path)').serialize('rows.nt', format='nt')"
    case .prometheus:
      return
        "keep what is between quotes, and the number: sed -E '/^#/d; s/^[^{]*[{]//; s/[}] */,/; s/[A-Za-z_]+=\"([^\"]*)\"/\\1/g' \(path) > rows.csv"
    case .lineProtocol:
      return "take the names away: sed -E 's/^[^,]*,//; s/(^|[, ])[A-Za-z_]+=/\\1/g; s/ /,/g' \(path) > rows.csv"
    case .oldExcel: return text("read_excel('\(path)', dtype=str)") + ", with xlrd"
    case .stata: return text("read_stata('\(path)')")
    case .spss: return text("read_spss('\(path)')") + ", with pyreadstat"
    case .sas: return text("read_sas('\(path)', encoding='utf-8')")
    case .access: return "let mdbtools write a table: mdb-tables -1 \(path), and mdb-export \(path) TABLE > rows.csv"
    case .document: return "save the table as CSV in the program that made it"
    case .tar: return unpacked(by: "tar -xOf")
    case .sevenZip: return unpacked(by: "7z x -so")
    case .rar: return unpacked(by: "unrar p -inul")
    case .lz4: return unpacked(by: "lz4 -dc")
    case .compress: return unpacked(by: "gunzip -c")
    case .lzma: return unpacked(by: "xz -dc --format=lzma")
    case .predictions:
      return "keep user, item and value: sed -nE 's/^user: *([^ ]+) +item: *([^ ]+) +r_ui = *([^ ]+).*/\\1,\\2,\\3/p' "
        + "\(path) > rows.csv"
    case .blocks:
      return
        "write the user into each row: awk -F'\\t' '/[|]/{split($1,a,\"|\");u=a[1];next}{print u\",\"$1\",\"$2}' \(path) > rows.csv"
    case .labelled: return ForeignContent.rowsOfLabelled(path)
    case .requests:
      return
        "write a row of visitor and page: awk 'match($0,/[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+/){v=substr($0,RSTART,RLENGTH);"
        + "match($0,/\"[A-Z]+ [^ \"]+/);split(substr($0,RSTART+1,RLENGTH-1),a,\" \");print v\" \"a[2]}' \(path) > rows.txt; pages that one "
        + "has seen twice: --duplicates sum"
    case .gitLog:
      return "if files are the items of those who change them: git log --format=@%ae --name-only | "
        + "awk '/^@/{u=substr($0,2);next}NF{print u\"\\t\"$0}' > rows.tsv, with --duplicates sum"
    case .listing: return "give one of these files"
    case .hexadecimal:
      return "make bytes of it: xxd -r \(path) > rows.csv; of hexdump -C: "
        + "sed -E 's/^[0-9a-f]+ +//; s/ *[|].*//' \(path) | xxd -r -p > rows.csv"
    case .log:
      return
        "write a row of visitor and page: awk '{print $1\" \"$7}' \(path) > rows.txt; pages that one has seen twice: "
        + "--duplicates sum"
    case .documents:
      return
        "let the database write rows: mongoexport --type=csv --fields=user,item,value -d DATABASE -c COLLECTION -o rows.csv"
    case .drawing:
      return
        "let the program write rows: psql --csv, mysql --batch, duckdb -csv, sqlite3 -csv -header, or a frame's write_csv; of rows between "
        + "bars: sed -E '/^│ ---/,/^╞/d; s/│|┆|┃|║/|/g; /^ *[-+|=: ]*$|^ *(┌|├|╞|└|╒|╘|╔|╠|╚|┏|┡|┗|╭|╰|─)/d; "
        + "/^shape: |^[(]?[0-9]+ rows?|^only showing/d; /^([|] *(u?(big|small|tiny|huge)?int(eger)?|varchar|double|float|date|timestamp|boolean)[0-9]* *)+[|]$/d; "
        + "s/^ *[|]* *//; s/ *[|]* *$//; s/ *[|]+ */,/g' \(path) > rows.csv"
    case .columns:
      return
        "let the program write rows, such as sqlite3 -csv -header; of this table: grep -vE '^[-= ]*$|^[(]?[0-9]+ row' \(path) > table.txt; "
        + "pandas.read_fwf('table.txt', dtype=str).to_csv('rows.csv', index=False)"
    case .tibble:
      return
        "let R write rows, write.csv(t, 'rows.csv', row.names = FALSE), since a tibble shows its first rows alone; of those: "
        + "grep -vE '^#|^ *<' \(path) | sed '1s/^ */row /' > rows.txt"
    case .wikiTable:
      return
        "write a row a line: awk '/^[|][-}+]/{if(r)print r;r=\"\";next}/^[|!]/{sub(/^[|!] */,\"\");gsub(/ *([|][|]|!!) */,\",\");"
        + "r=r (r?\",\":\"\") $0}' \(path) > rows.csv"
    case .bbCode:
      return
        "write a row a line: tr -d '\\n' < \(path) | awk '{gsub(/[[][/]t[dh][]] *[[]t[dh][]]/,\",\");gsub(/[[][/]tr[]]/,\"\\n\");"
        + "gsub(/[[][/]?[a-z]+[]]/,\"\");print}' | grep . > rows.csv"
    case .edn:
      return
        "write a row of each map: grep -oE '[{][^{}]*[}]' \(path) | sed -E 's/^[{] *:[^ ]+ +//; s/,? +:[^ ]+ +/,/g; s/ *[}]$//; "
        + "s/\"//g' > rows.csv"
    case .keyedJSON:
      return text(
        "json_normalize([{'key': x[:x.index('{')].strip(' \\t:,;|'), **json.loads(x[x.index('{'):])} for x in open('\(path)')])"
      )
    case .keyedDictionaries:
      return text(
        "DataFrame(ast.literal_eval(x[x.index('{'):x.rindex('}') + 1]) for x in open('\(path)') if \"{'\" in x)")
    case .htmlRows:
      return
        "write a row a line: tr -d '\\n' < \(path) | awk '{gsub(/<[/][tT][dDhH]> *<[tT][dDhH][^>]*>/,\",\");gsub(/<[/][tT][rR]>/,\"\\n\");"
        + "gsub(/<[^>]*>/,\"\");print}' | grep . > rows.csv"
    case .arff: return "keep its rows: grep -vE '^[%@]' \(path) > rows.csv"
    case .elements:
      return
        "keep what is in them: sed -E 's/<[/]t[dh]> *<t[dh][^>]*>/,/g; s/\" +[A-Za-z_:.-]+=\"/,/g; "
        + "s/^ *<[A-Za-z]+ +[A-Za-z_:.-]+=\"//; s/\" *[/]?>.*$//; s/<[^>]*>//g' \(path) > rows.csv"
    case .armour: return "unpack it: gpg -d \(path) > rows.csv"
    case .netCDF:
      return text(
        "DataFrame({k: v[:].tolist() for k, v in scipy.io.netcdf_file('\(path)', mmap=False).variables.items()})")
    case .idx:
      return "such files hold pictures and their labels, and no interactions: give rows of user, item and value"
    case .otherPointer: return "get the file: dvc pull, or git annex get FILE"
    case .pointer: return "get the file: git lfs pull"
    case .utf16BigEndian: return "convert it: iconv -f utf-16be -t utf-8 \(path) > utf8.csv"
    case .utf16: return "convert it: iconv -f utf-16 -t utf-8 \(path) > utf8.csv"
    case .gzip: return unpacked(by: "gunzip -c")
    case .bzip2: return unpacked(by: "bunzip2 -c")
    case .xz: return unpacked(by: "xz -dc")
    case .zstandard: return unpacked(by: "zstd -dc")
    case .zip: return unpacked(by: "unzip -p")
    case .numpyArchive:
      return
        "if it is a sparse matrix, \(sparse("scipy.sparse.load_npz('\(path)')")); of an array with a row for each pair: "
        + "numpy.savetxt('rows.tsv', numpy.load('\(path)')['arr_0'], fmt='%.17g', delimiter='\\t'), by the name of the array"
    case .matrixMarket: return sparse("scipy.io.mmread('\(path)')")
    case .excel: return text("read_excel('\(path)', dtype=str)")
    case .parquet: return text("read_parquet('\(path)')")
    case .arrow: return text("read_feather('\(path)')")
    case .hdf5: return text("read_hdf('\(path)')")
    case .pickle: return "if you trust it, \(text("read_pickle('\(path)')"))"
    case .sqlite: return "write it as text: sqlite3 -csv -header \(path) 'SELECT user, item, value FROM …' > rows.csv"
    case .numpy:
      return "write it as text: numpy.savetxt('rows.tsv', numpy.load('\(path)'), fmt='%.17g', delimiter='\\t')"
    case .akin: return "give the file of interactions that it was made from"
    case .json:
      return text("read_json('\(path)', lines=True, dtype=False)")
        + "; without lines=True for one array; lists of objects: "
        + "pandas.json_normalize([json.loads(x) for x in open('\(path)')], 'LIST', ['USER']).to_csv('rows.csv', index=False); "
        + "objects of users and items: pandas.DataFrame(json.load(open('\(path)'))).T.stack().dropna().reset_index()"
        + ".to_csv('rows.csv', index=False, header=['user', 'item', 'value'])"
    case .dictionaries:
      return text("DataFrame(ast.literal_eval(line) for line in open('\(path)'))")
        + "; lists of dictionaries: pandas.json_normalize([ast.literal_eval(x) for x in open('\(path)')], 'LIST', ['USER'])"
        + ".to_csv('rows.csv', index=False)"
    case .binary: return "give a file of text: rows of user, item and value with separators between"
    }
  }
}
