import AkinSupport
import AkinVectors

// Lines of programs: statements, graphs, answers, logs and listings.

extension TextOpening {
  /// Statements of SQL, as a dump of a database has them.
  var isSQL: Bool { first == "--" || TextOpening.statements.contains { words.hasPrefix($0) } }

  /// The beginnings of a dump, in small letters.
  private static let statements = [
    "insert into ", "create table ", "drop table ", "begin transaction;", "pragma foreign_keys", "copy public.", "/*!",
    "-- mysql", "-- mariadb", "-- postgresql", "-- phpmyadmin", "-- dumped", "-- host:",
  ]

  /// Statements of Cypher: `CREATE (:User {id: 1})-[:RATED]->(:Item {id: 10})`.
  var isCypher: Bool { ["create (", "merge (", "match ("].contains { words.hasPrefix($0) } && first.contains(")") }

  /// A graph in GML or Pajek format.
  var isGraph: Bool {
    ["graph [", "*vertices ", "*network "].contains { words.hasPrefix($0) }
      || words == "graph" && lines.count > 1 && lines[1] == "["
  }

  /// Edges in Pajek's format, or lists of them.
  var areEdgesOfPajek: Bool {
    ["*arcs", "*edges", "*arcslist", "*edgeslist"].contains(words.prefix { $0 != " " && $0 != ":" }) && lines.count > 1
  }

  /// A network in UCINET's format DL: `dl n=3 format=edgelist1`, and a line `data:`.
  var isUCINET: Bool {
    (words == "dl" || words.hasPrefix("dl ")) && lines.contains { $0.lowercased().hasPrefix("data:") }
  }

  /// A graph in the Trivial Graph Format: nodes with their names, a line `#`, and edges.
  var isTrivialGraph: Bool {
    let parts = lines.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return false }
    let nodes = Set(parts[0].compactMap { $0.split(separator: " ").first })
    return nodes.count == parts[0].count
      && parts[1].allSatisfy { edge in
        let ends = edge.split(separator: " ").prefix(2)
        return ends.count == 2 && ends.allSatisfy(nodes.contains)
      }
  }

  /// A graph in DOT.
  var isDOT: Bool {
    words.contains("{") && ["digraph ", "graph ", "strict ", "digraph{", "graph{"].contains { words.hasPrefix($0) }
  }

  /// Triples of RDF in Turtle.
  var isTurtle: Bool { first.hasPrefix("@prefix ") }

  /// An answer of redis-cli: `1) "a"`, `1) 1) "a"`, `1) (integer) 3`.
  var isAnswer: Bool {
    var rest = first[...]
    guard rest.hasPrefix("1) ") else { return false }
    while rest.hasPrefix("1) ") { rest = rest.dropFirst(3).drop { $0 == " " } }
    return rest.first == "\"" && rest.last == "\"" && rest.count > 1 || rest.hasPrefix("(integer) ") || rest == "(nil)"
  }

  /// What IPython shows, behind the number of the question: `Out[3]:`.
  var isOfNotebook: Bool {
    ["In [", "Out["].contains { mark in
      first.hasPrefix(mark) && first.dropFirst(mark.count).drop(while: \.isNumber).hasPrefix("]:")
    }
  }

  /// An array or a tensor of Python: `array([[ 1, 10], …`, `tensor([[1., 10.], …`.
  var isNamedArray: Bool {
    ["array([[", "tensor([[", "matrix([["].contains(where: first.hasPrefix)
      && first.contains { $0.isNumber } && !first.contains { "'\"".contains($0) }
  }

  /// Places and numbers of a sparse matrix of SciPy, perhaps below its description: `(0, 1)<tab>5`.
  var isPrintedMatrix: Bool {
    let rows = lines.drop { $0.hasPrefix("<") || $0.hasPrefix("Coords") || $0.hasPrefix("with ") }
    return rows.count > 1
      && rows.allSatisfy { line in
        guard line.hasPrefix("("), let close = line.firstIndex(of: ")"), line.hasSuffix("]") == false else {
          return false
        }
        let places = line[..<close].dropFirst().split(separator: ",")
        let value = line[line.index(after: close)...]
        return places.count == 2 && places.allSatisfy { UInt64($0.drop { $0 == " " }) != nil }
          && value.first.map { " \t".contains($0) } ?? false && Double(value.drop { " \t".contains($0) }) != nil
      }
  }

  /// A value of Python behind the name of its kind: `Counter({…`, `defaultdict(<class …`, `OrderedDict([…`, `dict_items([…`.
  var isNamedValue: Bool {
    ["Counter({", "defaultdict(<", "OrderedDict(", "dict_items(", "dict_keys(", "frozenset({", "deque(["].contains(
      where: first.hasPrefix)
  }

  /// A table of counts of R: the name of its columns, the name of its rows and those of the columns, and counts.
  var isContingency: Bool {
    guard lines.count > 2, raw[0].first == " ", !lines[0].contains(" ") else { return false }
    let names = lines[1].split(separator: " ")
    return names.count > 1
      && lines[2...].allSatisfy { line in
        let cells = line.split(separator: " ")
        return cells.count == names.count && cells.dropFirst().allSatisfy { UInt64(canonical: String($0)) != nil }
      }
  }

  /// Cells as the shell of HBase shows them, below the names `ROW` and `COLUMN+CELL`.
  var isOfHBase: Bool { first.split(separator: " ") == ["ROW", "COLUMN+CELL"] }

  /// What Redis sends: the number of parts and the bytes of the first, `*2` and `$4`.
  var isProtocolOfRedis: Bool { lines.count > 1 && RedisProtocol.begins(first, lines[1]) }

  /// Numbers as Prometheus shows them: `plays{user="u1",item="10"} 5`.
  var areMetrics: Bool {
    let labelled = lines.filter { !$0.hasPrefix("#") }
    return labelled.count > 1
      && labelled.allSatisfy { line in
        guard let open = line.firstIndex(of: "{"), let close = line.lastIndex(of: "}"), open < close else {
          return false
        }
        return line[..<open].allSatisfy { $0.isLetter || "_:".contains($0) } && line[open...].contains("=\"")
          && line[line.index(after: close)...].split(separator: " ").first.map { Double($0) != nil } ?? false
      }
  }

  /// Points in the line protocol of InfluxDB: `rating,user=u1,item=10 value=5 146583`.
  var arePoints: Bool {
    all { line in
      let parts = line.split(separator: " ")
      let tags = parts.first?.split(separator: ",").dropFirst() ?? []
      return (2...3).contains(parts.count) && !tags.isEmpty && tags.allSatisfy { $0.contains("=") }
        && parts[1].contains("=")
    }
  }

  /// A request of a web server: `1.2.3.4 - - [10/Oct/2026:13:55:36 +0000] "GET / HTTP/1.0" 200 2326`.
  var isLogOfWebServer: Bool {
    let fields = first.split(separator: " ", omittingEmptySubsequences: false)
    guard fields.count > 6, fields[3].hasPrefix("["), fields[4].hasSuffix("]"), fields[5].hasPrefix("\"") else {
      return false
    }
    let date = fields[3].dropFirst().split(separator: "/")
    return date.count == 3 && date[0].count == 2 && date[1].count == 3 && date[2].split(separator: ":").count == 4
  }

  /// Requests among other fields, as load balancers and stores of objects log them: `2023-01-01T00:00:00Z elb 1.2.3.4:80 … "GET / HTTP/1.1"`.
  var areRequests: Bool {
    lines.allSatisfy { line in
      ["GET", "POST", "PUT", "HEAD", "DELETE"].contains { line.contains("\"\($0) ") }
        && (line.contains(" HTTP/1.") || line.contains(" HTTP/2"))
    }
  }

  /// A time and a level or a process in each line: `2023-01-01T10:00:00Z INFO …`, `Jan  1 10:00:00 host app[1]: …`,
  /// `<34>1 2023-10-11T22:14:15.003Z host app …`.
  var isLogged: Bool { all(TextOpening.isLogged) }

  private static func isLogged(_ line: String) -> Bool {
    let words = line.split(separator: " ", maxSplits: 6)
    guard words.count > 3 else { return false }
    // RFC 5424: <34>1 2023-10-11T22:14:15.003Z host app …
    if line.first == "<", words[0].drop(while: { $0 != ">" }).count > 1, String(words[1].prefix(10)).isDay {
      return true
    }
    let levels: Set<Substring> = [
      "INFO", "WARN", "WARNING", "ERROR", "DEBUG", "TRACE", "[INFO]", "[WARN]", "[ERROR]", "[DEBUG]",
    ]
    if words[..<3].contains(where: levels.contains), String(words[0].prefix(10)).isDay { return true }
    return words.count > 4 && words[0].count == 3 && words[0].allSatisfy(\.isLetter) && Int(words[1]) != nil
      && words[2].split(separator: ":").count == 3 && words[4].hasSuffix(":")
  }

  /// Commits as git shows them.
  var isGitLog: Bool {
    let words = first.split(separator: " ")
    return words.count > 1 && words[0] == "commit" && words[1].allSatisfy(\.isHexDigit) && lines.count > 1
      && ["Author: ", "Merge: ", "tree "].contains(where: lines[1].hasPrefix)
  }

  /// A listing of files: `-rw-r--r-- 1 root root 10 Jan  1 10:00 a.csv`.
  var isListing: Bool {
    let files = first.hasPrefix("total ") ? lines.dropFirst() : lines[...]
    return !files.isEmpty
      && files.allSatisfy { line in
        let mode = line.prefix(10)
        return mode.count == 10 && "-dlbcps".contains(mode.first ?? " ") && line.dropFirst(10).contains(" ")
          && mode.dropFirst().allSatisfy { "-rwxsStT".contains($0) } && line.split(separator: " ").count > 7
      }
  }

  /// Bytes in hexadecimal digits, behind their places: `00000000  75 31 2c`, `00000000: 7531 2c69`.
  var isHexDump: Bool {
    lines.allSatisfy { line in
      let fields = line.split(separator: " ")
      guard fields.count > 2, let place = fields.first else { return false }
      let digits = place.last == ":" ? place.dropLast() : place
      return (7...8).contains(digits.count) && digits.allSatisfy(\.isHexDigit)
        && fields[1...2].allSatisfy { [2, 4].contains($0.count) && $0.allSatisfy(\.isHexDigit) }
    }
      && first.prefix { $0 == "0" }.count > 6
  }

  /// Lines of a program: `var r = [[1,10,5]]`, `r = [`, `structure(list(`, `rating {`.
  var isProgram: Bool {
    // Perl and PHP; Octave names what it shows.
    if first.hasPrefix("$VAR1 = ") || first == "array (" || first == "array("
      || lines.count > 1 && first == "Array" && lines[1] == "("
    {
      return true
    }
    if lines.count > 1, first.hasSuffix(" ="), first.dropLast(2).allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
    {
      return true
    }
    if first.hasSuffix(" DataFrame"), first.contains("\u{D7}") { return true }
    if ["structure(", "library(", "#include ", "module.exports", "#!"].contains(where: first.hasPrefix) { return true }
    if first.hasSuffix(" {"), first.dropLast(2).allSatisfy({ $0.isLetter || $0 == "_" }) { return true }
    let words = first.split(separator: " ", maxSplits: 3)
    let named =
      words.count > 1 && ["var", "let", "const", "export"].contains(words[0]) ? words.dropFirst() : words[...]
    guard named.count > 1, named[named.startIndex].allSatisfy({ $0.isLetter || $0 == "_" }) else { return false }
    let rest = named.dropFirst()
    return ["=", "<-"].contains(rest[rest.startIndex]) && rest.count > 1
      && rest[rest.startIndex + 1].first.map { "[({".contains($0) || $0 == "c" || $0 == "d" } ?? false
  }
}

extension String {
  /// Whether the text is a date: `2023-01-01`.
  fileprivate var isDay: Bool { utf8.count == 10 && secondsOfDate(self) != nil }
}
