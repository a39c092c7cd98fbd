import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Columns that look like others")
struct ColumnDoubtTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// The problem of a file and its help; `nil` for a file that is read.
  private func failure(_ text: String) -> InteractionError? {
    do {
      _ = try Interactions.read(path: scratch.file(text))
      return nil
    } catch {
      return error as? InteractionError
    }
  }

  /// The users and items of a file, and what was said of it.
  private func read(_ text: String) throws -> (users: [String], items: [String], notes: String) {
    let notices = Notices()
    let read = try Interactions.read(path: scratch.file(text), execution: notices.execution)
    return (
      (0..<read.userIDs.count).map { read.userIDs[Row($0)].description },
      (0..<read.itemIDs.count).map { read.itemIDs[Row($0)].description }, notices.warnings.joined(separator: " ")
    )
  }

  @Test("A column named item_id that counts the lines of orders gives way to another with ids of items")
  func lines() throws {
    let found = try read("order_id,item_id,product_id,quantity\n7,1,A,2\n7,2,B,1\n8,1,C,1\n8,2,A,1\n")
    #expect(found.items == ["A", "B", "C"] && found.notes.contains("column item_id counts 1, 2"), "\(found)")
    let named = try read("order_id,item_id,product_id\n7,1,A\n7,3,B\n8,1,C\n8,2,A\n")
    #expect(named.items == ["1", "2", "3"])
  }

  @Test("A known name above numbers is a header, whatever stands beside it")
  func stacked() throws {
    let found = try read("userId,level_1,0\n1,m1,5\n1,m2,4\n2,m1,3\n".replacing("level_1", with: "movieId"))
    #expect(found.users == ["1", "2"] && found.items == ["m1", "m2"])
    #expect(
      failure("userId,level_1,0\n1,m1,5\n1,m2,4\n2,m1,3\n")?.problem
        == .unknownColumn(role: "item", present: ["userId", "level_1", "0"]))
  }

  @Test("Products of Amazon before reviewers are items")
  func amazon() throws {
    let found = try read("0005019281,A1EE2E3N7PW666,5.0,1133740800\nB000012345,AGZ8SM1BGK3CK,4.0,1134432000\n")
    #expect(found.users == ["A1EE2E3N7PW666", "AGZ8SM1BGK3CK"] && found.items == ["0005019281", "B000012345"])
    #expect(found.notes.contains("value=column 3 time=column 4") && found.notes.contains("products of Amazon"))
    let usual = try read("A1EE2E3N7PW666,0005019281,5.0,1133740800\nAGZ8SM1BGK3CK,B000012345,4.0,1134432000\n")
    #expect(usual.items == ["0005019281", "B000012345"])
  }

  @Test(
    "Numbers in unusual places are noted: ratings before items, times before users, ratings behind numbers of reviews",
    arguments: [
      ("1,5,258\n2,4,4081\n2,5,260\n3,3,258\n", "if so, --item-column 3 --value-column 2"),
      (
        "1260759144,1,31,2.5\n1260759179,1,1029,3.0\n835355493,2,31,3.5\n",
        "column 1 looks like times; if it is no user"
      ),
      (
        "1,1,4,1,3,2003-05-12\n1,2,4,2,5,2003-05-12\n2,1,4,3,2,2003-05-13\n3,2,7,4,4,2003-05-14\n",
        "column 5 may hold the values, too: --value-column 5"
      ),
      // Counts of few items, and users whose numbers are large.
      ("1,5,258\n2,4,3\n2,5,26\n3,3,2\n", nil), ("1260759144,1,4\n1260759179,1,3\n835355493,2,5\n", nil),
    ])
  func unusualPlaces(text: String, note: String?) throws {
    let notes = try read(text).notes
    #expect(note.map(notes.contains) ?? notes.isEmpty, "\(notes)")
  }

  /// Rows of 12 users and 9 items, each pair once, and a third field.
  private func rows(_ third: (_ row: Int, _ user: Int, _ item: Int) -> Int, _ more: (Int) -> String = { _ in "" })
    -> String
  {
    let pairs = (0..<12).flatMap { user in (0..<9).compactMap { (user + $0) % 3 == 0 ? nil : (user, $0) } }
    return pairs.enumerated().map { row, pair in
      "\(pair.0),\(pair.1 + 100),\(third(row, pair.0, pair.1))\(more(row))\n"
    }.joined()
  }

  @Test("Values that describe items or users, and those that never fall, are noted; ratings and counts are not")
  func described() throws {
    func notes(_ text: String) throws -> String { try read(text).notes }
    #expect(try notes(rows { _, _, item in item % 4 }).contains("is the same in all rows of an item"))
    #expect(try notes(rows { _, user, _ in 18 + user % 5 }).contains("is the same in all rows of a user"))
    let named = "user,item,views\n" + rows { _, _, item in item % 4 }
    #expect(
      try notes(named).contains("column views is the same in all rows of an item: if it describes items, --value none"))
    #expect(try notes("user,item,views\n" + rows { row, _, _ in 1 + row * 37 % 83 }) == "")
    #expect(try notes(rows { row, _, _ in row / 2 }).contains("column 3 never falls from row to row"))
    #expect(
      try notes(rows({ _, _, item in item }, { ",\(1 + $0 * 7 % 5)" })).contains("column 4 may hold the values, too"))
    let price = { (row: Int) in ".\(10 + row * 37 % 83),\(1 + row * 7 % 5)" }
    #expect(try notes(rows({ row, _, _ in 3 + row * 11 % 40 }, price)).contains("column 4 may hold the values, too"))
    for third in [{ row, _, _ in 1 + row * 7 % 5 }, { row, _, _ in 1 + row * 37 % 83 }, { _, _, _ in 1 }]
      as [(Int, Int, Int) -> Int]
    {
      #expect(try notes(rows(third)) == "")
    }
    #expect(try notes(rows({ row, _, _ in 1 + row * 7 % 5 }, { ",\(1 + $0 * 3 % 5)" })) == "")
  }

  @Test("Rows that are counted in the place of items, and years in the place of users, are noted")
  func counted() throws {
    let counted = "7,1,10,5\n7,2,11,4\n8,3,10,3\n9,4,12,5\n"
    #expect(try read(counted).notes.contains("column 2 counts the rows; if it is no item"))
    #expect(try read("7,1,5,5\n7,2,4,4\n7,3,3,3\n7,4,5,5\n").notes == "")
    let years = "1995,1,10,5\n1999,2,11,4\n1997,1,12,3\n1994,3,10,5\n1991,2,10,4\n"
    #expect(try read(years).notes.contains("column 1 holds years; if it is no user"))
  }

  @Test("Degrees and differences of a zone of time are not offered as values")
  func places() throws {
    let notes = try read("470\tv1\tBridge\t40.7198\t-74.0025\t-240\n979\tv2\tCafe\t40.6067\t-74.0441\t-300\n").notes
    #expect(notes.contains("column 3 holds no numbers") && !notes.contains("--value-column"), "\(notes)")
  }

  @Test("Two columns of words, of which the second has more different ones, are refused: the first may be a relation")
  func triples() throws {
    let text = "u1\tknows\ti1\nu1\tsees\ti2\nu2\tknows\ti1\nu2\tsees\ti3\n"
    let refused = try #require(failure(text))
    #expect(refused.problem == .twoOfWords(first: "knows", second: "i1", column: 2))
    #expect(refused.help == "name it: --item-column 2, or --item-column 3")
    var format = InteractionFormat()
    format.item = .number(3)
    #expect(try scratch.read(text, format).itemIDs.count == 3)
    // As many words, and texts with spaces, are no ids.
    #expect(try read("u1,i1,view\nu1,i2,cart\nu2,i1,view\n").items == ["i1", "i2"])
    #expect(try read("u1,i1,so good\nu2,i1,not bad\nu3,i2,fine\n").items == ["i1", "i2"])
  }

  @Test(
    "Rows of a user and several items, fields with their names, and a column for each item are refused with what reads them"
  )
  func shapes() throws {
    let lists = try #require(failure("u1,v10,v11,v12\nu2,v10,v13,v14\nu3,v11,v12,v14\n"))
    #expect(lists.problem == .itemsInRow(found: "v10", next: "v11") && lists.help?.contains("--layout lists") == true)
    for (text, mark) in [
      ("user=1 item=10 rating=5\nuser=1 item=11 rating=4\n", "="),
      ("user:1,item:10,rating:5\nuser:2,item:11,rating:4\n", ":"),
    ] {
      let named = try #require(failure(text))
      #expect(named.problem == .namedFields(found: "user\(mark)1", mark: mark))
      #expect(named.help?.contains("[A-Za-z_]+\(mark)/") == true)
    }
    let tskv = failure("tskv\tuser=1\titem=10\ntskv\tuser=2\titem=11\n")
    #expect(tskv?.problem == .namedFields(found: "user=1", mark: "=") && tskv?.help?.contains("s/^tskv\\t//") == true)
    let whole = failure("\"u1;10;5\"\n\"u1;11;4\"\n")
    #expect(
      whole?.problem == .separatorsInField(found: "u1;10;5") && whole?.help?.contains("around whole lines") == true)
    #expect(failure("http://a,10,5\nhttp://b,11,4\n") == nil)
    #expect(failure("a:1,a:10,5\na:2,a:11,4\n") == nil)
    let wide = try #require(failure("user,Toy Story,Heat,Casino\nAnn,5,,3\nBob,,4,\n"))
    #expect(wide.problem == .itemColumns(user: "user") && wide.help?.contains("melt('user'") == true)
    #expect(
      failure("user,age,height\nAnn,5,1\nBob,6,4\n")?.problem
        == .unknownColumn(role: "item", present: ["user", "age", "height"]))
  }

  @Test(
    "Rows that end with a separator below a header that does not, and a header in no encoding that is read, are named")
  func headers() throws {
    let ended = try #require(failure("user,item,rating\nu1,10,5,\nu1,11,4,\n"))
    #expect(ended.problem == .separatorAtEnd(names: 3) && ended.help?.contains("sed -E") == true)
    let path = scratch.file([0xD3, 0xC3, 0x2C, 0xCE, 0xEF, 0x0A] + Array("1,2\n3,4\n".utf8))
    let error = #expect(throws: InteractionError.self) { try Interactions.read(path: path) }
    #expect(error?.help?.contains("iconv -f gbk") == true, "\(String(describing: error?.help))")
  }
}
