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
