import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Graphs, and what programs show of tables")
struct GraphTextTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// The warnings of a file that is read.
  private func warnings(_ text: String) throws -> [String] {
    let notices = Notices()
    var format = InteractionFormat()
    format.duplicates = .last
    _ = try Interactions.read(path: scratch.file(text), format: format, execution: notices.execution)
    return notices.warnings
  }

  @Test("Graphs, listings and cells of other programs are known by their first lines")
  func known() throws {
    try scratch.expectKnown([
      ("1 Ann\n2 Alien\n#\n1 2 rated\n", .trivialGraph, "sed '1,/^ *#/d'"),
      ("*Arcs\n1 2 5\n1 3 4\n", .pajekEdges, "grep -v '^[*]'"), ("*Edges :1 \"x\"\n1 2\n", .pajekEdges, "grep -v"),
      ("*Arcslist\n1 2 3\n", .pajekEdges, "--layout lists"),
      ("dl n=3 format=edgelist1\nlabels:\na b c\ndata:\n1 2 5\n", .ucinet, "[Dd][Aa][Tt][Aa]"),
      ("Out[3]: \n   user  item\n0     1    10\n", .notebook, "t.to_csv"),
      ("user  item\n1     10      3\n2     10      1\nName: count, dtype: int64\n", .series, "s.reset_index()"),
      ("10    3\n11    1\ndtype: int64\n", .series, "reset_index"),
      ("ROW    COLUMN+CELL\n u1    column=i:10, timestamp=1, value=5\n", .hbase, "value="),
      ("[1, {\"item\": 10}]\n[2, {\"item\": 11}]\n", .keyedArrays, "json_normalize"),
      ("[[\"u1\",{\"item\": 10}],[\"u2\",{\"item\": 11}]]\n", .keyedArrays, "json.load(open"),
      (
        "  +---------------+\n  | user   item |\n  |-------------|\n  1. |    1     10 |\n  2. |    2     10 |\n  +---------------+\n",
        .stataList, "export delimited"
      ),
    ])
    // Rows that only look alike.
    for text in [
      "1 10\n2 11\n# end\n", "#\n1 2\n1 3\n", "dl 5\ned 6\n", "Out,[3]\nIn,[4]\n", "Name: x,1\nName: y,2\n",
      "[1,10]\n[2,11]\n", "[1] {a}\n[2] {b}\n", "1 2\n#\n3 4\n",
    ] {
      switch scratch.refusal(text)?.problem {
      case .notText(let found, _)? where found != .brackets && found != .json: Issue.record("\(text): \(found)")
      default: break
      }
    }
  }

  @Test("Values that Python, R and Julia print are known, and rows that begin alike are not")
  func printed() throws {
    try scratch.expectKnown([
      ("array([[ 1, 10,  5],\n       [ 2, 10,  4]])\n", .printedArray, "s/[]].*$//"),
      ("tensor([[ 1, 10,  5],\n        [ 2, 10,  4]])\n", .printedArray, "numpy.savetxt"),
      ("[[ 1 10  5]\n [ 2 10  4]]\n", .printedArray, "s/ +/ /g"), ("[[1. 10.]\n [2. 10.]]\n", .printedArray, "sed"),
      ("  (0, 1)\t5\n  (0, 3)\t2\n  (1, 0)\t4\n", .printedMatrix, "[(]([0-9]+), *([0-9]+)[)]"),
      (
        "<Compressed Sparse Row sparse matrix of dtype 'int64'\n\twith 2 stored elements and shape (2, 4)>\n  Coords\tValues\n  (0, 1)\t5\n  (0, 3)\t2\n",
        .printedMatrix, "sed -nE"
      ),
      ("Counter({('u1', 'i1'): 3, ('u2', 'i1'): 2})\n", .namedValue, "counter.items()"),
      ("defaultdict(<class 'list'>, {'u1': ['i1', 'i2'], 'u2': ['i1']})\n", .namedValue, "explode()"),
      ("    item\nuser a b c\n  u1 1 0 2\n  u2 0 1 1\n", .contingency, "Freq > 0"),
      ("[[1]]\n[1] \"a\" \"b\"\n\n[[2]]\n[1] \"c\"\n", .program, "write.csv"),
      (
        "3\u{D7}2 DataFrame\n Row \u{2502} user   item\n\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{253C}\u{2500}\n",
        .drawing, "write"
      ),
    ])
    for text in [
      "[[1,10],[2,11]]\n", "[[ 1, 10],\n [2, 11]]\n", "(0,25)\t1064\t174\n(0,26)\t5\t6\n", "Counter,1\nArray,2\n",
      "  user item\n1 1 10\n2 2 11\n",
    ] {
      switch scratch.refusal(text)?.problem {
      case .notText(.printedArray, _)?, .notText(.printedMatrix, _)?, .notText(.namedValue, _)?,
        .notText(.contingency, _)?:
        Issue.record("\(text)")
      default: break
      }
    }
  }

  @Test("Records and lists in braces, and dumps of programs, are known; JSON, maps and rows are what they were")
  func braces() throws {
    let names = "s/(^|, *| +):?[A-Za-z_0-9]+ *(=>|[:=]) */,/g"
    try scratch.expectKnown([
      ("Row { user: 1, item: 10 }\nRow { user: 2, item: 11 }\n", .namedRecords, names),
      ("Rating { User = 1, Item = 10 }\nRating { User = 2, Item = 11 }\n", .namedRecords, names),
      ("{user: 1, item: \"a b\"}\n{user: 2, item: \"c\"}\n", .namedRecords, names),
      ("{User:1 Item:10}\n{User:2 Item:11}\n", .namedRecords, names),
      ("{:user=>1, :item=>10}\n{:user=>2, :item=>11}\n", .namedRecords, names),
      ("Rating{user=1, item=10, value=5.0}\nRating{user=2, item=10, value=4.0}\n", .namedRecords, names),
      ("{{1, 10, 5}, {2, 10, 4}}\n", .braceLists, "grep -oE"),
      ("$VAR1 = {\n          'u1' => [\n", .program, "rows.csv"), ("Array\n(\n    [0] => Array\n", .program, "fputcsv"),
      ("array (\n  0 => \n  array (\n", .program, "fputcsv"), ("s =\n\n  (1, 1) -> 5\n", .program, "let the program"),
      ("{:user 1 :item 10}\n{:user 2 :item 11}\n", .edn, "[{]"),
      ("{1,10,5}.\n{1,11,4}.\n", .brackets, "sed -E"),
    ])
    guard
      case .notText(.json, _)? = scratch.refusal("{\"user\": 1, \"item\": 10}\n{\"user\": 2, \"item\": 11}\n")?.problem
    else {
      Issue.record("JSON")
      return
    }
    for text in ["u1 {a: 1}\nu2 {b: 2}\n", "x =,1\ny =,2\n", "Array,(\nB,1\n", "{a},1\n{b},2\n"] {
      if case .notText? = scratch.refusal(text)?.problem { Issue.record("\(text)") }
    }
  }

  @Test("A line without separators above rows is left out, and numbers of items with times are lists of pairs")
  func above() throws {
    let error = try #require(scratch.refusal("BEGINDATA\n1,10,5\n2,10,4\n"))
    #expect(error.problem == .lineAbove(found: "BEGINDATA") && error.help?.contains("tail -n +2") == true)
    if case .headerBelow? = scratch.refusal("Report\nuser,item\n1,10\n2,11\n")?.problem {
    } else {
      Issue.record("header")
    }
    if case .lineAbove? = scratch.refusal("user;item\n1,10\n2,11\n3,12\n")?.problem { Issue.record("separators") }
    let pairs = try #require(scratch.refusal("1\t10:1600000000 11:1600000001\n2\t10:1600000002\n"))
    #expect(pairs.problem == .pairLists(found: "10:1600000000"))
    #expect(scratch.refusal("user,item,value\n1,10,\"12,5%\"\n2,10,\"7,5%\"\n")?.help?.contains("s#([0-9])%#") == true)
  }

  @Test("Where all lines agree on tabs, double colons stand in ids")
  func tabs() throws {
    let read = try Interactions.read(path: scratch.file("Gene::1\tA::7::x\nGene::2\tB::8::y\nGene::1\tB::8::y\n"))
    #expect(read.count == 3 && read.userIDs[Row(0)] == .text("Gene::1"))
    let films = try Interactions.read(path: scratch.file("1::10::5::978300760\n2::11::4::978302109\n"))
    #expect(films.count == 2 && films.itemIDs[Row(1)] == .number(11))
  }

  @Test("Lines of a word and numbers, more of them in some, are lists of items")
  func circles() throws {
    let error = try #require(scratch.refusal("circle0\t71\t215\t54\ncircle1\t173\ncircle2\t155\t99\t327\t140\n"))
    #expect(error.help?.contains("--layout lists") == true, "\(error)")
    // A row that was cut by one field is no list.
    #expect(scratch.refusal("u1,10,5\nu2,11\n")?.problem == .ragged(expected: 3, found: 2))
  }

  @Test("Numbers of rows that are not one after the other still are numbers of rows")
  func rowNames() throws {
    let error = try #require(
      scratch.refusal("     user item rating\n1     u1   i1      5\n2     u2   i1      4\n10    u2   i2      3\n"))
    #expect(error.problem == .unnamedColumn(names: 3, countsBefore: " "))
    let words = try #require(scratch.refusal("item rating\nu1 i1 5\nu2 i1 4\n"))
    #expect(words.problem == .unnamedColumn(names: 2, countsBefore: nil))
  }

  @Test("Rows of Stata's list, clean, are told to name the column that counts them")
  func cleanList() throws {
    let error = try #require(
      scratch.refusal("       user   item\n  1.      1     10\n  2.      2     10\n  3.      2     11\n"))
    #expect(error.problem == .unnamedColumn(names: 2, countsBefore: " "))
  }

  @Test(
    "Whole numbers behind few relations are noted as what these may lead to",
    arguments: [
      "0 0 100\n0 1 101\n1 0 102\n2 1 100\n",
      "0\t0\t12\n0\t0\t13\n1\t0\t12\n",
      "7,1,250\n7,1,251\n9,2,250\n",
    ])
  func triples(text: String) throws {
    let notices = Notices()
    _ = try? Interactions.read(path: scratch.file(text), execution: notices.execution)
    let found = notices.warnings
    #expect(
      found.contains { $0.contains("if these are triples of a graph: --item-column 3 --value none") }, "\(found)")
  }

  @Test(
    "Pairs that are said to recur show no triples",
    arguments: ["0\t0\t12\n0\t0\t13\n1\t0\t12\n", "7,1,50\n7,1,51\n9,2,50\n"])
  func recurring(text: String) throws {
    #expect(try !warnings(text).contains { $0.contains("triples") })
  }

  @Test(
    "Ratings, counts of plays, times, and zero-based rows are no triples",
    arguments: [
      "1,10,5\n1,11,4\n2,10,3\n", "0 0 5\n0 1 4\n1 0 3\n", "0\t0\t1\n0\t1\t1\n1\t0\t1\n",
      "1\t1193\t128\n1\t661\t3\n2\t1193\t7\n2\t914\t250\n", "1,10,978300760\n1,11,978302109\n2,10,978301968\n",
      "1 1 80\n1 2 90\n2 1 70\n", "u1,10,300\nu2,10,200\n",
    ])
  func noTriples(text: String) throws {
    let found = try warnings(text)
    #expect(!found.contains { $0.contains("triples") }, "\(found)")
  }

  @Test("A name of items such as track_id counts nothing; item_id may count the lines of an order")
  func counts() throws {
    let text = "user_id\ttrack_id\talbum_id\n42\t1\t7\n42\t2\t7\n43\t1\t7\n"
    let read = try Interactions.read(path: scratch.file(text))
    #expect(read.itemColumn == "track_id" && read.count == 3)
    for name in ["item_id", "item"] {
      let lines = try Interactions.read(path: scratch.file("order_id,\(name),product_id\n7,1,A\n7,2,B\n8,1,C\n8,2,A\n"))
      #expect(lines.itemColumn == "product_id", "\(name)")
    }
  }
}
