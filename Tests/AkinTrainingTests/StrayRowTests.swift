import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Rows behind prefixes, between other separators, and of other things than interactions")
struct StrayRowTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("Lines as grep shows them are refused with the line that takes the prefix away; ids with colons are read")
  func foundLines() throws {
    for (text, prefix) in [
      ("12:u1,i1,5\n13:u2,i1,4\n", "[0-9]+:"), ("12:1,10,5\n13:2,10,4\n15:3,11,4\n", "[0-9]+:"),
      ("1:userId,movieId,rating\n2:1,10,5\n7:2,10,4\n", "[0-9]+:"), ("a.csv:1,10\na.csv:2,10\n", "[^:]*:"),
      ("a.csv:3:1,10\nb.csv:1:2,10\n", "[^:]*:[0-9]+:"),
    ] {
      let error = try #require(scratch.refusal(text), "\(text)")
      guard case .foundLines(_, prefix) = error.problem else {
        Issue.record("\(text): \(error)")
        continue
      }
      #expect(error.help?.contains("sed -E 's/^\(prefix)//'") == true)
    }
    for text in [
      "spotify:1,a\nspotify:2,b\n", "9:05,a\n9:06,b\n10:07,c\n", "2:u1,a\n1:u2,b\n", "12:u1\t1\n12:u2\t1\n",
      "http://x.csv,1\nhttp://y.csv,2\n",
    ] {
      if case .foundLines? = scratch.refusal(text)?.problem { Issue.record("\(text)") }
    }
    // Whoever names the column means it.
    var format = InteractionFormat()
    format.user = .number(1)
    #expect(try scratch.read("12:u1,i1\n13:u2,i1\n", format).userIDs == .texts(["12:u1", "13:u2"]))
  }

  @Test(
    "Separators of several characters are found where all lines agree; bars with empty columns between stay bars",
    arguments: ["|~|", "||", "~|~", "@@", "##", ":::", "^^", "<|>", "\\t"])
  func longSeparators(separator: String) throws {
    let text = [["u1", "i1", "5"], ["u1", "i 2", "4"], ["u2", "i1", "3"]].map { $0.joined(separator: separator) }
    let read = try scratch.read(text.joined(separator: "\n") + "\n")
    #expect(read.userIDs == .texts(["u1", "u2"]) && read.itemIDs == .texts(["i 2", "i1"]))
    #expect(read.byUser.values == [4, 5, 3])
  }

  @Test("Bars, double colons and commas are read as before")
  func usualSeparators() throws {
    #expect(try scratch.read("u1||i1|5\nu1||i2|4\nu2||i1|3\n").itemIDs == .texts(["i1", "i2"]))
    #expect(try scratch.read("1::10::5\n1::11::4\n").itemIDs == .numbers([10, 11]))
    #expect(try scratch.read("u1,a@@b\nu2,a@@c\n").itemIDs == .texts(["a@@b", "a@@c"]))
  }

  @Test("Another character that all rows hold is named as the separator; rows without one are not")
  func likelySeparators() throws {
    for (mark, help) in [
      ("/", "--delimiter '/'"), (":", "--delimiter ':'"), ("=", "--delimiter '='"), ("\u{B}", "--delimiter $'\\xB'"),
      ("\u{FF0C}", "awk '{gsub(/\\357\\274\\214/,\",\")}1'"), ("\u{A0}", "gsub(/\\302\\240/"),
    ] {
      let error = try #require(scratch.refusal("u1\(mark)i1\(mark)5\nu2\(mark)i1\(mark)4\n"))
      #expect(error.problem == .tooFewColumns(needed: 2, found: 1, separator: Character(mark)))
      #expect(error.help?.contains(help) == true, "\(error.help ?? "")")
    }
    #expect(scratch.refusal("ab=\ncd=\n")?.problem == .tooFewColumns(needed: 2, found: 1))
    #expect(scratch.refusal("a/b\nc\n")?.problem == .tooFewColumns(needed: 2, found: 1))
    let query = try #require(scratch.refusal("user=1&item=10\nuser=2&item=11\n"))
    #expect(query.problem == .namedFields(found: "user=1&item=10", mark: "=", separator: "&"))
    #expect(query.help?.contains("sed -E 's/[^&=]+=//g; s/&/,/g'") == true)
  }

  @Test("Fields with names among others are refused by the names of user and item")
  func namedFields() throws {
    let error = try #require(scratch.refusal("ts=1 user=1 item=10 msg=\"a b\"\nts=2 user=2 item=10 msg=\"a b\"\n"))
    #expect(error.problem == .namedFields(found: "user=1", mark: "="))
    #expect(scratch.refusal("a=1,b\na=2,c\n") == nil)
    // Names in front of ids, in columns that are chosen.
    var format = InteractionFormat()
    (format.user, format.item) = (.number(1), .number(2))
    let chosen = try scratch.read("user:1,movie:12,5\nuser:2,movie:12,4\n", format)
    #expect(chosen.userIDs.count == 2 && chosen.itemIDs.count == 1)
  }

  @Test("Such an end inside a field is text where other rows follow")
  func ends() throws {
    let read = try scratch.read("1,a\u{2028}b,5\n2,c,4\n")
    #expect(read.userIDs.count == 2 && read.itemIDs.count == 2)
  }

  @Test("Other ends of lines are refused with the line that replaces them", arguments: [0x1E, 0x85, 0x2028, 0x2029])
  func lineEnds(value: UInt32) throws {
    let end = try #require(Unicode.Scalar(value))
    let error = try #require(scratch.refusal("1,10,5\(end)1,11,4\(end)"))
    #expect(error.problem == .otherLineEnds(found: end) && error.help?.contains("gsub(/\\") == true)
  }

  @Test("A row of types below the header, and the header again in other letters, are refused with their line")
  func headers() throws {
    let typed = try #require(scratch.refusal("user,item,rating\nint,int,float\n1,10,5\n2,11,4\n"))
    #expect(typed.line == 2 && typed.problem == .types(found: ["int", "int", "float"]))
    #expect(typed.help?.contains("sed '2d'") == true)
    #expect(
      scratch.refusal("user,item,rating\nann,NA,5\n2,11,4\n3,12,1\n")?.problem != .types(found: ["ann", "NA", "5"]))
    #expect(scratch.refusal("user,item\nann,x\nbob,y\n") == nil)
    for again in ["User,Item", "USER,ITEM", "user,item"] {
      let error = try #require(scratch.refusal("user,item\n1,10\n\(again)\n2,11\n"))
      #expect(error == InteractionError(path: error.path, line: 3, .repeatedHeader(user: "user", item: "item")))
      #expect(error.help?.contains("sed '3d'") == true)
    }
  }

  @Test("What stands behind the last row is left out by its line, and quotes between spaces are named")
  func leftovers() throws {
    for rest in ["\u{1A}", "\0\0"] {
      let error = try #require(scratch.refusal("1,10\n2,11\n\(rest)"))
      #expect(error.problem == .ragged(expected: 2, found: 1) && error.help?.contains("sed '3d'") == true)
    }
    #expect(scratch.refusal("1 \"Toy Story\" 5\n2 \"Heat\" 4\n")?.help == "if quotes enclose fields: --quote double")
  }

  @Test("Pairs of items and values in one line are refused; features and times are not taken for them")
  func pairLists() throws {
    for text in ["u1 i1:5 i2:4\nu2 i1:3\n", "u1\ti1:5,i2:4\nu2\ti1:3\n"] {
      let error = try #require(scratch.refusal(text))
      #expect(error.problem == .pairLists(found: "i1:5") && error.help?.contains("split($i,a,\":\")") == true)
    }
    for text in ["u1,a:1\nu2,a:2\n", "5 1:1 20:1\n3 2:1 20:1\n", "u1,Alien: 3,5\nu2,Alien: 3,4\n"] {
      if case .pairLists? = scratch.refusal(text)?.problem { Issue.record("\(text)") }
    }
  }

  @Test("The commands of a help do not write into the file that they read")
  func sparedInput() throws {
    for (path, output) in [
      ("rows.csv", "new-rows.csv"), ("./rows.csv", "new-rows.csv"), ("a/rows.csv", "new-rows.csv"),
      ("r.csv", "rows.csv"),
    ] {
      let help = InteractionError(path: path, line: 4, .ragged(expected: 3, found: 1)).help
      #expect(help == "complete the row, or leave it out: sed '4d' \(path) > \(output)")
    }
    let lists = InteractionError(path: "lists.txt", .raggedSpaces(expected: 2, found: 3)).help
    #expect(lists?.contains("lists.txt > new-lists.txt") == true)
  }

  @Test("Judgements of TREC have documents in column 3; values further on are named")
  func places() throws {
    let judged = try scratch.read("301\t0\t7\t1\n301\t0\t16\t1\n302\t0\t49\t1\n")
    #expect(judged.itemIDs == .numbers([7, 16, 49]))
    #expect(try scratch.read("1,0,5\n2,0,4\n3,0,3\n").itemIDs == .numbers([0]))
    let plays = try scratch.warnings("u1\ta1\tThe Band\t21\nu1\ta2\tOthers\t9\nu2\ta1\tThe Band\t1\n")
    #expect(plays.first?.contains("column 4 holds numbers; if these are the values: --value-column 4") == true)
    #expect(try scratch.warnings("u1\ta1\tThe Band\nu2\ta1\tThe Band\n").first?.contains("--value-column") == false)
  }

  @Test(
    "Relations between users and items are noted in two rows, and refused where users recur; times in words are no scrobbles"
  )
  func relations() throws {
    #expect(
      try scratch.warnings("ann,knows,x\nbob,knows,y\n").first?.contains("if the items are behind it: --item-column 3")
        == true)
    #expect(
      scratch.refusal("ann,knows,bob\nbob,knows,cid\n")
        == InteractionError(
          path: scratch["rows.csv"], line: 1, .relationAsItem(found: "knows", next: "bob", column: 2)))
    #expect(scratch.refusal("ann,knows,bob\nbob,knows,cid\n")?.help == "name the column behind it: --item-column 3")
    #expect(try scratch.warnings("u1,Portal,purchase\nu2,Portal,play\n").first?.contains("--item-column") == false)
    #expect(
      scratch.refusal("<http://u/1> <http://r> <http://i/1> .\n<http://u/2> <http://r> <http://i/1> .\n")?.problem
        == .relationAsItem(found: "<http://r>", next: "<http://i/1>", column: 2))
    #expect(try scratch.read("u1 -> i1\nu2 -> i1\n").itemIDs == .texts(["i1"]))
    let rated = try scratch.read("u1,10,5,01 Jan 2023 10:00\nu1,11,4,02 Jan 2023 10:00\nu2,10,4,02 Jan 2023 11:00\n")
    #expect(rated.itemIDs == .numbers([10, 11]) && rated.byUser.values == [5, 4, 4])
    // A dash before each row is no name of a table.
    #expect(try scratch.read("- 1 10\n- 1 11\n- 2 11\n").userIDs == .numbers([1, 2]))
  }

  @Test("A printed frame without a name above its count is refused with the line that names it")
  func countedRows() throws {
    for (text, names) in [
      ("   user item rating\n1:   u1   i1      5\n2:   u2   i1      4\n", 3),
      ("  user item\n0   1   10\n1   2   10\n", 2),
    ] {
      let error = try #require(scratch.refusal(text))
      #expect(error.problem == .unnamedColumn(names: names, countsBefore: " "))
      #expect(error.help?.contains("sed '1s/^ */row /'") == true)
    }
    #expect(scratch.refusal("user,item\na,1,2\nb,2,3\n")?.problem == .unnamedColumn(names: 2))
  }

  @Test("Ids that are lists with values, have half a bracket, a plus, or name a sum are noted; plain ones are not")
  func ids() throws {
    func note(_ items: [String]) throws -> String {
      try scratch.warnings("user,item\n" + items.enumerated().map { "u\($0),\"\($1)\"\n" }.joined()).joined()
    }
    #expect(try note(["i1(5) i2(4)", "i1(3) i3(1)"]).contains("may be lists"))
    #expect(try note(["a b", "b c d"]).contains("may be lists of others"))
    #expect(try note([" i1)", "i2)"]).contains("2 item ids with a bracket that is not closed or opened"))
    #expect(try note(["+1", "+2"]).contains("a number in another spelling"))
    #expect(try note(["+0000000010", "+0000000011"]).contains("a number in another spelling"))
    #expect(try note(["+a", "-b", "+c"]).contains("as lines of a list begin, or of a diff"))
    #expect(try note(["1", "2", "Total"]).contains("1 item id 'Total' among numbers"))
    for plain in [
      ["Alien (1979)", "Heat (1995)"], ["+491701234567", "+491701234568"], ["Total", "Partial"],
      ["Toy Story", "Toy Story 2"], ["Ocean's 11", "Apollo 13"],
    ] {
      #expect(try note(plain) == "", "\(plain)")
    }
  }
}
