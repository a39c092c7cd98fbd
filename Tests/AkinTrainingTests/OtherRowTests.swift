import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTraining

@Suite("Rows of other programs that could be read, and would be misread")
struct OtherRowTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("Records, listings, logs and statements are known by their first lines")
  func contents() throws {
    try scratch.expectKnown([
      ("Row 1:\n──────\nuser: 1\nitem: 10\n\nRow 2:\n──────\nuser: 2\nitem: 10\n", .records, "awk"),
      ("*************************** 1. row ***************************\nuser: 1\nitem: 10\n", .records, "awk"),
      ("<TR><TD>1</TD>\n<TD>10</TD>\n</TR>\n", .htmlRows, "grep ."),
      (
        "(('1', {'stars': 3.5, 'user': 'a'}))\n(('2', {'stars': 4, 'user': 'b'}))\n", .keyedDictionaries, "literal_eval"
      ),
      ("reviews = {}\nreviews[('1', 'a')] = {'stars': 3.5}\n", .keyedDictionaries, "literal_eval"),
      ("CREATE (:User {id:1})-[:RATED]->(:Item {id:10});\n", .cypher, "cypher-shell"),
      ("commit 1a2b3c\nAuthor: a <a@x>\n\n    text\n", .gitLog, "git log"),
      ("total 8\n-rw-r--r-- 1 root root 10 Jan  1 10:00 a.csv\n", .listing, "give one"),
      ("00000000  75 31 2c 69  |u1,i|\n00000004  31 0a 75 32  |1.u2|\n", .hexadecimal, "xxd -r -p"),
      ("00000000: 7531 2c69 310a  u1,i1.\n", .hexadecimal, "xxd -r"),
      ("*2\r\n$1\r\na\r\n$1\r\nb\r\n", .redis, "--raw"),
      ("2023-01-01T00:00:00Z elb 1.2.3.4:80 - 200 \"GET http://x/i/10 HTTP/1.1\"\n", .requests, "visitor and page"),
      ("(0,25)\t1064\t174\n(1,133)\t1072\t3154\n", .heldOut, "keep the pairs"),
      ("(1,'a',5),(2,'b',4)", .tuples, "grep -oE"), ("- **u1**: a, b\n- **u2**: a\n", .bullets, "[*][*]"),
      ("[x] u1 i1\n[ ] u2 i1\n", .bullets, "[ xX]"), ("1 -1 2 3 -1 -2\n2 -1 -2\n", .spmf, "awk '{print NR,$0}'"),
      ("u1: 496 1631 23\nu2: 16 13\n", .keyedLists, "--layout lists"),
    ])
    // What looks like them.
    var format = InteractionFormat()
    format.header = .absent
    for text in [
      "commit,Author: 1\ncommit,Author: 2\n", "[x] [y]\n[x] [z]\n", "(a,b)\t1\n(a,b)\t2\n", "create,1\ncreate,2\n",
      "total,8\nsum,9\n", "*2,$1\n*3,$1\n", "Row 1:,a\nRow 2:,a\n", "00000000 75\n00000001 76\n",
      "u1: 10 5\nu2: 10 4\n", "1 -1\n2 -2\n",
    ] {
      do { #expect(try scratch.read(text, format).rowsRead == 2, "\(text)") } catch {
        Issue.record("\(text): \(error)")
      }
    }
  }

  @Test("A line that is cut tells nothing, and one that ends the file is whole")
  func openings() throws {
    let cut = TextOpening(Array((String(repeating: "a,b\n", count: 3) + String(repeating: "c", count: 500)).utf8))
    #expect(cut?.lines == ["a,b", "a,b", "a,b"])
    #expect(TextOpening(Array("a\n \n b ".utf8))?.lines == ["a", "b"] && TextOpening(Array(" \n".utf8)) == nil)
    #expect(TextOpening(Array((1...20).map { "\($0)\n" }.joined().utf8))?.lines.count == 12)
  }

  @Test(
    "Sequences with zeros before them, rows of ratings, lists behind users and fixed widths are refused with what helps"
  )
  func sequences() throws {
    func failure(_ text: String) -> (problem: InteractionError.Problem?, help: String) {
      let error = scratch.refusal(text)
      return (error?.problem, error?.help ?? "")
    }
    let padded = failure("1,0,0,10,11\n2,0,10,11,12\n3,0,0,0,12\n")
    #expect(padded.problem == .paddedLists(found: "1,0,0,10,11", separator: ","))
    #expect(padded.help.contains("--layout lists: awk -F','"))
    let matrix = failure("24,7.82,99,8.79\n3,99,99.0,8.16\n44,-7.82,3.5,99\n")
    #expect(matrix.problem == .ratingMatrix(found: "24,7.82,99,8.79", separator: ",", isCounted: true))
    #expect(matrix.help.contains(".drop(columns=0).melt(") && matrix.help.contains("!= 99"))
    let lists = failure(
      "1\tU1\t11/11/2019 9:05\tN1 N2\tN3-1\n2\tU9\t11/12/2019 9:06\tN2 N4\tN5-0\n3\tU2\t\tN1 N4\tN3-0\n")
    #expect(lists.problem == .listsInRow(user: 1, column: 3, found: "N1 N2", separator: "\t"))
    #expect(lists.help.contains("t.explode(3)[[1, 3]]"))
    #expect(failure("u0001i0010005\nu0001i0011004\n").problem == .fixedWidth(found: "u0001i0010005"))
    let quotes = failure("user, item\n1, \"a, b\"\n2, \"c\"\n")
    #expect(quotes.problem == .spacedQuotes(found: " \"a") && quotes.help.contains("sed"))
    // Zeros that are values, ratings of few columns, degrees, and text.
    for text in [
      "1,10,0,0\n2,11,5,0\n3,12,4,1\n", "1,5,3,0\n2,3,0,0\n3,9,5,0\n", "1,10,0.5\n2,11,1.5\n3,10,9.5\n",
      "0,0,5,964982703\n0,3,4,964981247\n1,2,3,964982224\n",
      "0\t32\t4\t978824330\n0\t34\t4\t978824331\n1\t0\t5\t978824332\n", "1,10,5,2,0\n1,11,7,0,0\n2,12,9,4,2\n",
      "1,10,3.5,0.5\n2,11,1.5,0.25\n3,10,9.5,0.5\n", "u1\ta\tSome words here\nu2\tb\tOther words too\nu1\tc\tx\n",
    ] {
      #expect(try scratch.read(text).count == 3, "\(text)")
    }
  }

  @Test("Marks between thousands are told as such, and days with spaces are no lists")
  func spaced() throws {
    let thousands = try #require(scratch.refusal("u1;i1;1 000\nu2;i2;2 500\nu3;i1;900\n"))
    #expect(thousands.problem == .notANumber(found: "1 000") && thousands.help?.contains("thousands") == true)
    let days = scratch.refusal("u1;i1;2023 01 05\nu2;i2;2023 02 07\nu3;i1;2023 03 01\n")?.problem
    if case .listsInRow? = days { Issue.record("days are taken for lists") }
    for lists in [
      "u1\ti5\t101 205 306\nu2\ti6\t102 101\nu3\ti7\t205 306\n", "u1\t3\t10 11 12\nu2\t3\t11 14 12\nu3\t3\t10 14 15\n",
    ] {
      guard case .listsInRow? = scratch.refusal(lists)?.problem else { Issue.record("\(lists)"); continue }
    }
    #expect(try scratch.read("u1,i1,12_345\nu2,i2,7_120\nu3,i1,3_408\n").count == 3)
    #expect(Misspelling.hasThousands("-1 000,5") && Misspelling.hasThousands("12'345'678"))
    #expect(
      !Misspelling.hasThousands("1 20") && !Misspelling.hasThousands("1234 567") && !Misspelling.hasThousands("123"))
  }

  @Test("Pairs of words that are names of columns are ids among words")
  func words() throws {
    var format = InteractionFormat()
    format.header = .absent
    for text in [
      "cat,dog\nmovie,film\nsun,moon\n", "day,night\ndate,time\nold,new\n", "red,blue\nbook,title\nup,down\n",
    ] {
      #expect(try scratch.read(text, format).rowsRead == 3, "\(text)")
    }
  }

  @Test("A second table, with another header, ends the first; the help takes the rows above it")
  func secondTable() throws {
    let found = try #require(scratch.refusal("user,item\n1,10\n2,11\n\nitem,title\n10,Alien\n11,Heat\n"))
    #expect(found.problem == .otherHeader(names: ["item", "title"]) && found.line == 5)
    #expect(found.help?.hasPrefix("take the rows above it: head -n 4 ") == true)
    let wide = try #require(scratch.refusal("user,item\n1,10\nitem,title,genre\n10,Alien,A\n"))
    #expect(wide.problem == .otherHeader(names: ["item", "title", "genre"]) && wide.line == 3)
    let plain = try #require(scratch.refusal("user,item\n1,10\n2,11\nid,title\n10,Alien\n11,Heat\n"))
    #expect(plain.problem == .otherHeader(names: ["id", "title"]) && plain.line == 4)
    // Names that are ids stand in several rows, or beside others.
    #expect(try scratch.read("user,item\nclient,video\nclient,book\n1,10\n").count == 3)
    #expect(try scratch.read("user,item\nmember,i1\nu2,song\nu3,i2\n").count == 3)
  }

  @Test("Items of a user below names of two columns are lists, a table of ratings and zeros has a column for each item")
  func shapes() throws {
    #expect(scratch.refusal("user\titem\n5\t1\t2\t3\n3\t1\n")?.help?.contains("--layout lists") == true)
    #expect(scratch.refusal("user,item\n1,a,b\n")?.help?.contains("between double quotes") == true)
    #expect(try scratch.failure("userId,A,B,C\n1,5,0,3\n2,0,4,0\n")?.1 == .itemColumns(user: "userId"))
    #expect(scratch.refusal("3\t10\t11\t12\n1\t10\n")?.help?.contains("--layout lists") == true)
    #expect(scratch.refusal("1,10,5\n2,11\n")?.help?.contains("complete the row") == true)
    #expect(scratch.refusal("user\titem\n1,10\n2,11\n")?.problem == .otherSeparator(header: "\t", rows: ","))
    #expect(scratch.refusal("user\titem\n1,10,3\n2,11,4\n")?.help?.contains("another separator") == true)
    // Words of one column in another are ids.
    #expect(try scratch.read("ann\tbob\nbob\tcid\ncid\tann\n").count == 3)
    let flags = try #require(scratch.refusal("userId,click,like,share\n1,1,0,1\n2,0,1,0\n"))
    #expect(flags.problem == .unknownColumn(role: "item", present: ["userId", "click", "like", "share"]))
  }

  @Test("One of many whole numbers is no value unless it is named, and a catalogue in place of rows is noted")
  func positions() throws {
    let many = try scratch.warnings("3288,3232,833,2882,2661\n3288,8444,1271,2882,2661\n2345,3232,833,2882,2662\n")
    #expect(many.first?.contains("value=none") == true && many.first?.contains("--value-column 3") == true)
    let few = try scratch.read("1 100 5 4 3\n1 101 5 3 4\n2 100 2 5 2\n")
    #expect(few.hasValues && few.valueRange == 2...5)
    let reviews = "u1,i1,5,I love this product\nu2,i1,4,Works very well here\nu3,i2,1,Broke after two days\n"
    #expect(try !scratch.warnings(reviews).contains { $0.contains("catalogue") })
    let comments = "u1,i1,a,I love this product\nu2,i1,b,Works very well here\nu3,i2,c,Broke after two days\n"
    #expect(try !scratch.warnings(comments).contains { $0.contains("catalogue") })
    let news =
      "N1\tnews\tworld\tThe Cost of Trump\nN2\tlife\troyal\tThe Brands Queen Swears By\nN3\tnews\tus\tFifty Worst Habits\n"
    #expect(try scratch.warnings(news).first?.contains("column 4 holds text: if the file is a catalogue") == true)
  }

  @Test("Ids that spreadsheets, shells and exports leave are noted")
  func ids() throws {
    for (text, words) in [
      ("user,item\n1,3-Mar\n1,4-Apr\n2,3-Mar\n", "as spreadsheets write ids that look like days"),
      ("user,item\n1,Mar-03\n2,Apr-04\n", "look like days"), ("user,item\n1,10\\\n2,11\n", "a backslash at the end"),
      ("user,item\n=\"001\",=\"A1\"\n=\"002\",=\"A1\"\n", "in quotes, which belong to them"),
      ("user,item\nu1,\"{\"\"id\"\":10}\"\nu2,\"{\"\"id\"\":11}\"\n", "which may be lists"),
      ("u1,i1\t5\nu1,i2\t4\nu2,i1\t3\n", "hold ','"),
    ] {
      let found = try scratch.warnings(text)
      #expect(found.contains { $0.contains(words) }, "\(text): \(found)")
    }
    for text in [
      "user,item\n1,May-B\n2,B-3\n", "user,item\n1,\"Doe, John\"\n2,\"Poe, Ann\"\n", "user,item\n1,3-march\n2,b\n",
    ] {
      #expect(try scratch.warnings(text) == [], "\(text)")
    }
    #expect(
      try scratch.failure("user,item\n####,1\n2,10\n3,11\n")?.1 == .nullID(column: "user", found: "####"))
  }

  @Test("Names with commas and compound values are no lists")
  func compounds() {
    func lists(_ texts: [String]) -> ListFields {
      var lists = ListFields()
      for text in texts { lists.add(text) }
      return lists
    }
    #expect(lists(["Clothing", "Clothing, Shoes & Jewelry", "Toys"]).likelyLists == nil)
    #expect(lists(["Food", "Food, Wine", "Toys", "Books"]).likelyLists?.example == "Food, Wine")
    for texts in [
      ["Austin, TX, USA", "Dallas, TX, USA", "Reno, NV, USA"], ["S/M", "M/L", "L/XL"],
      ["a,b,c,d", "e,b,c,d", "f,b,c,d"], ["Smith, John", "Smith, Anna", "Doe, John"], ["48.1; 16.3", "48.2; 16.4"],
      ["A+", "B+", "A", "B"], ["C", "C++", "Disney+"],
      ["#1 hit", "B #2"],
      ["James, Henry", "Henry, Ann", "Doe, Ann", "Poe, Ann", "James, Clive", "Poe, Clive", "Doe, Clive"],
    ] {
      #expect(lists(texts).explainedLists == nil, "\(texts)")
    }
    for texts in [
      ["red,green", "red", "green,red"], ["a,b,c,d", "b,a,c,d", "d,c,b,a"], ["S/M", "M/L/S", "L/M"],
      ["rock, pop", "pop, jazz", "jazz, rock", "pop, rock"], ["en;fr", "fr;de", "de;en"],
      ["rock+pop", "pop+jazz", "jazz+rock", "pop+rock"], ["#rock #pop", "#pop"],
      ["sad, slow, dark", "dark, sad, loud", "slow, loud, sad"],
      ["Action, Comedy", "Comedy, Drama", "Action, Drama", "Drama, War", "Comedy, War"],
    ] {
      #expect(lists(texts).explainedLists?.example == texts[0], "\(texts)")
    }
  }

  @Test("A rating out of some stars is a number with words behind it")
  func stars() throws {
    let help = scratch.refusal("user,item,rating\n1,10,4.5 out of 5 stars\n2,10,4.0 out of 5 stars\n")?.help
    #expect(help?.contains("out of 5 stars#\\1\\2#g") == true)
  }
}
