import AkinTestSupport
import Testing

@testable import AkinTraining

@Suite("Lists for people, answers of programs and rows of items alone")
struct ListContentTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Expects that no text is taken for what it only looks like.
  private func expectUnknown(_ texts: [String]) {
    for text in texts {
      if case .notText(let found, _)? = scratch.refusal(text)?.problem { Issue.record("\(text) is taken for \(found)") }
    }
  }

  @Test("Lists, answers and tables for people are known by their first lines, and what only looks like them is read")
  func contents() throws {
    let long = (1...40).map { "\($0). user\($0) item\($0)\n" }.joined()
    let cases: [(text: String, content: ForeignContent, help: String)] = [
      ("1) \"u1\"\n2) \"10\"\n3) \"u1\"\n4) \"11\"\n", .redis, "--raw"),
      ("1) 1) \"a\"\n   2) (integer) 3\n", .redis, "paste -d,"),
      ("1) (integer) 3\n2) (integer) 4\n", .redis, "sed 's/^/u1,/'"),
      ("1 & 10 & 5 \\\\\n1 & 11 & 4 \\\\\n", .latex, "grep '&'"),
      ("\\begin{tabular}{ll}\nuser & item \\\\\n\\end{tabular}\n", .latex, "grep '&'"),
      ("u1: a, b\nu2: c\n", .keyedLists, "--layout lists"), ("u1 -> a, b\nu2 -> c\n", .keyedLists, "--layout lists"),
      ("u1: [a, b]\nu2: [c]\n", .keyedLists, "--layout lists"), ("1: 10,11\n2: 10\n", .keyedLists, "--layout lists"),
      ("u1:\n- a\n- b\nu2:\n- a\n", .yamlLists, "explode()"), ("u1:\n  - a\nu2:\n  - a\n", .yamlLists, "explode()"),
      ("- a\n- b\n", .bullets, "sed -E"), ("* u1, 10\n* u2, 11\n", .bullets, "sed -E"),
      ("1. u1 10\n2. u1 11\n", .bullets, "sed -E"), (long, .bullets, "sed -E"),
      ("- [u1, a]\n- [u2, a]\n", .bullets, "sed -E"),
      ("digraph G {\n  u1 -> i1;\n}\n", .dot, "[->]"), ("graph{\nu1 -- i1\n}\n", .dot, "[->]"),
      ("<?xml version=\"1.0\"?>\n<graphml xmlns=\"x\"><graph/></graphml>\n", .graphML, "edgedefault=\"directed\""),
      ("<?xml version=\"1.0\"?>\n<gexf><graph/></gexf>\n", .gexf, "defaultedgetype=\"directed\""),
      ("1 | u1 i1\n0 | u1 i2\n", .vowpalPlain, "first word behind the bar"),
      ("1 |u1 i1\n-1 |u1 i2\n", .vowpalPlain, "first word"),
      ("1 1.0 tag| user_u1 item_i1\n-1 1.0 tag| user_u2 item_i1\n", .vowpalPlain, "sed"),
    ]
    try scratch.expectKnown(cases)
    expectUnknown([
      "u1: a,5\nu2: a,4\n", "1),u1\n2),u2\n", "u1,a & b\nu2,c & d\n", "a:1,x\nb:2,x\n", "http://a, 1\nhttp://b, 1\n",
      "Alien: Covenant,5\nAlien: Romulus,4\n",
      "1 | Toy Story\n0 | Toy Story\n", "1.,u1,10\n2.,u1,11\n", "- u1 10\n- u1 11\n", "u1: a\nu2: a\n",
      "1. u1 10\n3. u1 11\n",
      "graph,1\ngraph,2\n", "u1 -> a\nu2 -> a\n",
    ])
  }

  @Test("Objects that R has saved are known by the name of the packed file")
  func objectsOfR() throws {
    let packed = scratch.write([0x1F, 0x8B, 8, 0, 0, 0], to: "ratings.rds")
    func problem(_ path: String) -> InteractionError? {
      do {
        _ = try Interactions.read(path: path)
        return nil
      } catch {
        return error as? InteractionError
      }
    }
    #expect(problem(packed)?.problem == .notText(found: .objectsOfR))
    #expect(problem(packed)?.help?.contains("readRDS('\(packed)')") == true)
    #expect(problem(scratch.write([0x1F, 0x8B, 8, 0, 0, 0], to: "ratings.csv.gz"))?.problem == .notText(found: .gzip))
  }

  @Test("Comments behind marks of programs are refused with the line that leaves them out; an empty first name is none")
  func comments() throws {
    for mark in [";", "//", "--"] {
      let error = try #require(scratch.refusal("\(mark) made in 2020-01-01\n1,10,5\n1,11,4\n"))
      #expect(error.problem == .comments(mark: mark) && error.line == 1)
      #expect(error.help?.hasPrefix("leave comments out: grep -v '^\(mark)'") == true)
    }
    #expect(scratch.refusal(";user;item\n1;u1;10\n2;u1;11\n") == nil)
    #expect(scratch.refusal("-- a,10\n-- a,11\n") == nil)
  }

  @Test("Rows of items alone are refused; triples, friends and lists of users are not baskets")
  func baskets() throws {
    for text in [
      "milk,bread\nbread,butter,milk\nbeer\n",
      "citrus,bread,wine\nmilk,yogurt,coffee\nyogurt,milk,wine\ncoffee,citrus,bread\n",
      "a b\nb c d\nc\n",
    ] {
      let error = try #require(scratch.refusal(text), "\(text)")
      guard case .baskets = error.problem else {
        Issue.record("\(text): \(error)")
        continue
      }
      #expect(error.help?.contains("awk '{print NR\",\"$0}'") == true)
    }
    // Friends of two columns, and edges with a kind.
    for text in [
      "ann,bob\nbob,cid\ncid,ann\n", "u1,a,x\nu2,b,y\nu3,a,y\n", "ann,bob,friend\nbob,cid,friend\ncid,ann,enemy\n",
    ] {
      if case .baskets? = scratch.refusal(text)?.problem { Issue.record("\(text)") }
    }
  }

  @Test("Baskets that are read as lists of users are noted; lists of users are not")
  func basketLists() throws {
    var format = InteractionFormat()
    format.layout = .lists
    func warnings(_ text: String) throws -> [String] {
      try scratch.warnings(text, format).filter { $0.contains("NR") }
    }
    #expect(try warnings("milk,bread\nbread,butter\nbutter,milk\n").count == 1)
    #expect(try warnings("1 3 9\n2 9 13\n1 13 15\n").count == 1)
    for text in ["u1,a,b\nu2,b\nu3,a\n", "0 5 9\n1 2 4\n2 3 8\n", "0 9 5\n1 4 2\n0 8 3\n", "u1,u2\nu2,a,b\nu3,a\n"] {
      #expect(try warnings(text) == [], "\(text)")
    }
  }

  @Test("Events are no items where another column follows, however few rows there are; nor are rows of Last.fm pairs")
  func events() throws {
    #expect(
      scratch.refusal("u1 likes i1\nu2 views i1\n")?.problem == .eventsAsItems(found: "likes", next: "i1", column: 2))
    #expect(
      scratch.refusal("1\tview\t10\n2\tview\t11\n")?.problem == .eventsAsItems(found: "view", next: "10", column: 2))
    #expect(scratch.refusal("1\tview\t10\n2\tview\t11\n")?.help == "name the column behind it: --item-column 3")
    #expect(
      scratch.refusal("u1,view\nu2,click\n") == nil
        || scratch.refusal("u1,view\nu2,click\n")?.problem != .eventsAsItems(found: "view", next: "", column: 2))
    #expect(scratch.refusal("1,10,view\n1,11,click\n2,10,view\n") == nil)
    let scrobble = "Blur,Parklife,Girls,01 Jan 2023 10:00\nBlur,Parklife,Badhead,01 Jan 2023 10:05\n"
    #expect(scratch.refusal(scrobble)?.problem == .scrobbles(found: "Blur"))
    #expect(scratch.refusal(scrobble)?.help?.contains("sed 's/^/u1,/'") == true)
    #expect(scratch.refusal("u1,a,x,2023-01-01 10:00\nu2,a,y,2023-01-02 10:00\n") == nil)
  }

  @Test("Blocks, metrics, programs and documents are known, with what makes rows of them")
  func otherTexts() throws {
    let cases: [(text: String, content: ForeignContent, help: String)] = [
      ("user: u1\nitem: 10\n\nuser: u2\nitem: 10\n", .fieldBlocks, "RS=\"\""),
      ("user=1\nitem=10\n\nuser=2\nitem=10\n", .fieldBlocks, "awk"),
      ("user   u1\nitem   10\n\nuser   u2\nitem   10\n", .fieldBlocks, "awk"),
      ("dn: cn=u1\nuser: u1\n\ndn: cn=u2\nuser: u2\n", .fieldBlocks, "awk"),
      ("plays{user=\"u1\",item=\"10\"} 5\nplays{user=\"u1\",item=\"11\"} 4\n", .prometheus, "sed"),
      (
        "r,user=u1,item=10 value=5 1465839830100400200\nr,user=u1,item=11 value=4 1465839830100400300\n", .lineProtocol,
        "sed"
      ),
      ("var r = [[1,10,5],[1,11,4]];\n", .program, "writerows"),
      ("r = [\n (1,10,5),\n (1,11,4),\n]\n", .program, "writerows"),
      ("structure(list(user = c(1, 1), item = c(10, 11)))\n", .program, "write.csv"),
      ("rating {\n  user: 1\n}\n", .program, "rows"),
      ("@prefix ex: <http://e/> .\nex:u1 ex:likes ex:i1 .\n", .turtle, "rdflib"),
      ("2023-01-01T10:00:00Z INFO u1 saw i1\n2023-01-01T10:00:01Z INFO u2 saw i1\n", .programLog, "user=([^ ]+)"),
      ("Jan  1 10:00:00 host app[1]: user=u1\nJan  1 10:00:01 host app[1]: user=u2\n", .programLog, "sed"),
      ("||user||item||\n|1|10|\n", .drawing, "s/ *[|]+ */,/g"),
      ("|===\n|user |item\n|1 |10\n|===\n", .drawing, "s/ *[|]+ */,/g"), ("> 1,10,5\n> 1,11,4\n", .bullets, "sed -E"),
      ("==>[u1,i1,5]\n==>[u1,i2,4]\n", .bullets, "sed -E"),
      ("%PDF-1.4\n1 0 obj\n", .document, "CSV"), ("{\\rtf1\\ansi 1,10\\par\n}\n", .document, "CSV"),
      ("$FL2@(#) SPSS DATA FILE\n", .spss, "read_spss"),
      ("<stata_dta><header></header>\n", .stata, "read_stata"),
    ]
    try scratch.expectKnown(cases)
    expectUnknown([
      "user item\n1 10\n\n2 11\n", "1 10\n1 11\n\n2 10\n3 10\n", "a,b=1 5\nc,d 5\n", "var,1\nlet,2\n", "r = 5\nr = 6\n",
      "> a,1\nb,2\n",
    ])
  }

  @Test("Archives and data sets of other programs are known by their first bytes")
  func binaries() throws {
    func content(_ bytes: [UInt8]) -> ForeignContent? {
      let path = scratch.write(bytes + [UInt8](repeating: 0x10, count: 64), to: "r.dat")
      do {
        _ = try Interactions.read(path: path)
        return nil
      } catch {
        guard case .notText(let found, _)? = (error as? InteractionError)?.problem else { return nil }
        return found
      }
    }
    #expect(
      content([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) == .oldExcel && content([0x71, 2, 1, 0]) == .stata)
    #expect(content([UInt8](repeating: 0, count: 12) + [0xC2, 0xEA, 0x81, 0x60]) == .sas)
    #expect(
      content([0, 1, 0, 0] + Array("Standard ACE DB".utf8)) == .access
        && content([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]) == .sevenZip)
    #expect(content(Array("Rar!".utf8) + [0x1A]) == .rar && content([0x04, 0x22, 0x4D, 0x18]) == .lz4)
    #expect(
      content([0x1F, 0x9D]) == .compress && content([0x5D, 0, 0, 0x80, 0]) == .lzma
        && content([0x89, 0x50, 0x4E, 0x47]) == .document)
    #expect(content(Array("r.csv".utf8) + [UInt8](repeating: 0, count: 252) + Array("ustar".utf8)) == .tar)
    let header: [UInt8] = [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 26)
    #expect(content(header + Array("[Content_Types].xml".utf8)) == .excel)
    #expect(content(header + Array("[Content_Types].xml..word/document.xml".utf8)) == .document)
  }

  @Test(
    "An index without a name, tables with a column for each user, line numbers as items and events as users are said")
  func tables() throws {
    #expect(
      scratch.refusal(",country,points,title\n0,IT,87,x\n1,PT,85,y\n2,US,90,y\n")?.problem
        == .unknownColumn(role: "user", present: ["", "country", "points", "title"]))
    #expect(scratch.refusal(",10,5\n1,11,4\n2,12,3\n")?.problem == .emptyID(column: "user"))
    for text in ["title,1,2,3\nHeat,5,,3\nCasino,,4,1\n", "game,ann,bob\nPandemic,8,7\nCatan,,6\n"] {
      let error = try #require(scratch.refusal(text))
      guard case .itemColumns = error.problem else {
        Issue.record("\(text): \(error)")
        continue
      }
      #expect(error.description.contains("a column for each user") && error.help?.contains("var_name='user'") == true)
    }
    for text in ["star,ann,a/b\nfork,bob,c/d\nstar,bob,a/b\n", "view,ann,a\nview,bob,b\nview,cid,a\n"] {
      #expect(scratch.refusal(text)?.problem == .eventsAsUsers(found: String(text.prefix(4)), column: 1), "\(text)")
    }
    let lines = "item_id,sku,user\n101,a,1\n102,b,2\n103,b,1\n104,a,3\n"
    #expect(
      try scratch.warnings(lines).contains {
        $0.contains("column item_id counts the rows; if it is no item: --item-column sku")
      })
    #expect(try scratch.warnings("user,item_id,rating\n1,1,3\n1,2,4\n1,3,5\n") == [])
  }
}
