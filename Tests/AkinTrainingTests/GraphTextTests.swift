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
    let found = try warnings(text)
    #expect(
      found.contains { $0.contains("if these are triples of a graph: --item-column 3 --value none") }, "\(found)")
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
