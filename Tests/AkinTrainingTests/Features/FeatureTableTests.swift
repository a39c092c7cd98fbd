import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Files of features")
struct FeatureTableTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// The rows of a table as text: id, then features that are not 0.
  private func rows(_ table: FeatureTable) -> [String] {
    (0..<table.rowCount).map { row in
      let features = (table.offsets[row]..<table.offsets[row + 1]).map {
        "\(table.names[Int(table.columns[$0])]):\(table.values[$0])"
      }
      return ([table.ids[Row(row)].description] + features).joined(separator: " ")
    }
  }

  private func failure(_ text: String, id: ColumnChoice? = nil, columns: [ColumnChoice]? = nil) -> String? {
    do {
      _ = try FeatureTable.read(path: scratch.file(text), id: id, columns: columns)
      return nil
    } catch {
      let words = "\(error)".split(separator: "rows.csv:", maxSplits: 1)
      return words.last.map { String($0).trimmingPrefix(" ").description }
    }
  }

  @Test("Numbers, words and lists of words")
  func kinds() throws {
    let table = try FeatureTable.read(
      path: scratch.file(
        """
        movieId,title,year,genres,adult
        10,Ten,1999,Drama|Comedy,no
        2,Two,,(no genres listed),yes
        3,Three, -0.5 ,Comedy|Comedy,
        """))
    #expect(table.ids == .numbers([10, 2, 3]))
    #expect(table.names == ["year", "genres=Comedy", "genres=Drama", "adult=no", "adult=yes"])
    #expect(
      rows(table) == [
        "10 year:1999.0 genres=Comedy:1.0 genres=Drama:1.0 adult=no:1.0", "2 adult=yes:1.0",
        "3 year:-0.5 genres=Comedy:1.0",
      ])
  }

  @Test("Columns that the caller chooses; ids that are not first; tabs")
  func choice() throws {
    let path = scratch.file("a\tb\tuser\tlabel\n1\tx\tu1\tp\n2\ty\tu2\tp\n")
    #expect(rows(try .read(path: path)) == ["u1 a:1.0 b=x:1.0", "u2 a:2.0 b=y:1.0"])
    #expect(
      rows(try .read(path: path, columns: [.name("LABEL"), .number(1)])) == [
        "u1 a:1.0 label=p:1.0", "u2 a:2.0 label=p:1.0",
      ])
    #expect(rows(try .read(path: path, id: .name("b"), columns: [.name("a")])) == ["x a:1.0", "y a:2.0"])
  }

  @Test("The order of rows changes no name")
  func order() throws {
    let one = try FeatureTable.read(path: scratch.file("id,g\n1,b\n2,a|10\n3,9\n"))
    let other = try FeatureTable.read(path: scratch.file("id,g\n3,9\n2,10|a\n1,b\n"))
    #expect(one.names == ["g=10", "g=9", "g=a", "g=b"] && other.names == one.names)
    #expect(other.aligned(to: one.ids) == one)
  }

  @Test(
    "What is refused, with its place",
    arguments: [
      ("", "expected at least one row, found none"),
      ("id,year\n", "1: expected at least one row, found none"),
      ("id,year\n1,2,3\n", "2: expected 2 columns as in the first row, found 3"),
      ("id,year\n1,2\n1,3\n", "3: expected each id once, found '1' as on line 2"),
      ("id,year\n,2\n", "2: expected an id in the id column, found nothing"),
      ("id,year\n1,nan\n", "2: column 'year': expected a finite number, found 'nan'"),
      ("id,year\n1,2\n2,inf\n", "3: column 'year': expected a finite number, found 'inf'"),
      ("id,year\n1,1e60\n", "2: column 'year': expected a finite number, found '1e60'"),
      ("id,title\n1,One\n", "1: expected a column of features besides the ids, found 'id', 'title'"),
      ("id\n1\n", "1: expected a column of features besides the ids, found 'id'"),
      ("7,0.5,3\n8,0.25,1\n", "1: expected a header that names the columns, found the numbers 0.5, 3"),
      ("id,a,a\n1,2,3\n", "expected each feature once, found 'a' twice"),
      ("id,a,a=x\n1,x,3\n2,y,4\n", "expected each feature once, found 'a=x' twice"),
    ])
  func refused(text: String, sentence: String) {
    #expect(failure(text) == sentence)
  }

  @Test("A slip in a column of numbers is an error, a column of mostly words is of words")
  func slips() throws {
    let numbers = (1...20).map { "\($0),\($0).5" }.joined(separator: "\n")
    #expect(
      failure("id,x\n" + numbers + "\n21,4,5\n") == "22: expected 2 columns as in the first row, found 3")
    #expect(
      failure("id,x\n" + numbers + "\n21,few\n")
        == "22: column 'x': expected a number as in most of its rows, found 'few'")
    #expect(failure("id,x\n" + numbers + "\n21,n/a\n") == nil)
    #expect(try FeatureTable.read(path: scratch.file("id,age\n1,18\n2,45+\n")).names == ["age=18", "age=45+"])
  }

  @Test("Words that tell rows apart are refused, and the sentence names the column")
  func notShared() throws {
    let text = "id,title,x\n" + (1...200).map { "\($0),Film \($0),\($0)" }.joined(separator: "\n")
    #expect(
      failure(text, columns: [.name("title")])
        == "column 'title': expected words that rows share, found 200 different words among 200")
    #expect(try FeatureTable.read(path: scratch.file(text)).names == ["x"])
    #expect(failure(text, columns: [.name("id")]) == "expected columns other than that of the ids, found 'id'")
    #expect(failure("id,x\n1,\(String(repeating: "w", count: 5000))\n")?.contains("found one of 5000") == true)
    let many =
      "id,x\n"
      + (0..<3000).map { row in
        "\(row)," + (0..<50).map { "w\(row * 25 + $0)" }.joined(separator: "|")
      }.joined(separator: "\n")
    #expect(failure(many)?.hasSuffix("column 'x': expected at most 65536 different values, found more") == true)
  }

  @Test("Rows are put in the order of ids; ids and rows without a match are counted")
  func alignment() throws {
    let table = try FeatureTable.read(path: scratch.file("id,x\n10,1\n7,2\n30,3\n"))
    let numbers = IDColumn.numbers([7, 8, 10])
    #expect(rows(table.aligned(to: numbers)) == ["7 x:2.0", "8", "10 x:1.0"])
    #expect(table.coverage(of: numbers) == FeatureCoverage(withoutFeatures: 1, unknown: 1))
    let texts = IDColumn.texts(["10", "7", "z"])
    #expect(rows(table.aligned(to: texts)) == ["10 x:1.0", "7 x:2.0", "z"])
    let mixed = try FeatureTable.read(path: scratch.file("id,x\n10,1\nabc,2\n"))
    #expect(rows(mixed.aligned(to: numbers)) == ["7", "8", "10 x:1.0"])
  }

  @Test("Categories of a catalogue are features")
  func catalogue() {
    let catalogue = ItemTable(
      ids: .numbers([5, 6]), titles: ["", ""], categories: [["b", "a", "b"], []])
    #expect(rows(FeatureTable(catalogue: catalogue)) == ["5 category=a:1.0 category=b:1.0", "6"])
  }

  @Test("Users and items of whom only features are known join the interactions", arguments: [1, 2, 3])
  func including(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var lines: Set<String> = []
    for _ in 0..<200 { lines.insert("\(random.next() % 40),\(random.next() % 30)") }
    let rated = lines.sorted().enumerated().map { "\($1),\($0 % 5 + 1),\($0)" }
    var format = InteractionFormat()
    format.readsTimes = true
    let x = try scratch.read(rated.joined(separator: "\n"), format)
    func pairs(_ x: Interactions) -> Set<String> {
      var out: Set<String> = []
      for user in 0..<x.byUser.rowCount {
        for place in x.byUser.offsets[user]..<x.byUser.offsets[user + 1] {
          let item = x.itemIDs[Row(x.byUser.others[place])]
          out.insert("\(x.userIDs[Row(user)]) \(item) \(x.byUser.values[place]) \(x.times?[place] ?? -1)")
        }
      }
      return out
    }
    let users = IDColumn.texts(["ann", "3"])
    let items = IDColumn.numbers([29, 1000, 31])
    for (users, items) in [(users, items), (users, nil), (nil, items), (nil, nil)] {
      let y = try x.including(users: users, items: items)
      #expect(pairs(y) == pairs(x), "seed \(seed)")
      #expect(y.byItem == y.byUser.transposed(rowCount: y.itemIDs.count), "seed \(seed)")
      #expect(y.byUser == y.byItem.transposed(rowCount: y.userIDs.count), "seed \(seed)")
      let known = Set((0..<y.userIDs.count).map { y.userIDs[Row($0)].description })
      #expect(known.contains("ann") == (users != nil))
      #expect(y.userIDs.count == known.count)
    }
  }
}
