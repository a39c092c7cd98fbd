import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Columns of events and marks beside users and items")
struct EventColumnTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Reads a text, and gives what is said of its columns, and whether it is a warning.
  private func said(_ text: String) throws -> (sentence: String, isWarning: Bool) {
    let notices = Notices()
    _ = try Interactions.read(path: scratch.file(text), execution: notices.execution)
    let sentence = notices.texts.first ?? ""
    return (sentence, notices.warnings.contains(sentence))
  }

  @Test("Several kinds of events are said, and a kind that takes an interaction back is a warning")
  func events() throws {
    let kinds = try said("user,item,event\n1,10,view\n1,11,addtocart\n2,10,transaction\n")
    #expect(
      kinds.sentence.contains("column event holds several kinds of events, which count alike") && !kinds.isWarning)
    let undone = try said("user_id,product_id,event_type\n1,10,view\n1,11,remove_from_cart\n2,10,purchase\n")
    #expect(
      undone.isWarning
        && undone.sentence.contains("column event_type holds 'remove_from_cart', too; all rows count as interactions"))
    #expect(undone.sentence.contains("to leave these out: grep -vw 'remove_from_cart' "))
    for text in [
      "user,item,event,rating\n1,10,view,1\n1,11,remove_from_cart,2\n2,10,buy,5\n",
      "user,item,event\n1,10,impression\n1,11,impression\n2,10,impression\n",
    ] {
      let weighed = try said(text)
      #expect(!weighed.sentence.contains("column event") && !weighed.isWarning, "\(weighed)")
    }
    let opposites = try said("user,item,vote\n1,10,like\n1,11,dislike\n2,10,like\n")
    #expect(opposites.sentence.contains("is true in some rows") && !opposites.sentence.contains("holds 'dislike'"))
    let one = try said("user,item,event\n1,10,view\n1,11,view\n2,10,view\n")
    #expect(!one.sentence.contains("event,") && !one.isWarning)
    let words = try said("user,item,kind\n1,10,film\n1,11,book\n2,10,film\n")
    #expect(!words.sentence.contains("kind") && !words.isWarning)
  }

  @Test(
    "A mark that is 0 in some rows is a warning by its name",
    arguments: ["click", "is_click", "liked", "Purchased", "long_view"])
  func marks(name: String) throws {
    let found = try said("user,item,\(name)\n1,10,1\n1,11,0\n2,10,1\n")
    #expect(found.isWarning)
    #expect(
      found.sentence.contains(
        "column \(name) is 0 in some rows; all count as interactions, unless --value-column \(name)"))
    let all = try said("user,item,\(name)\n1,10,1\n1,11,1\n2,10,1\n")
    #expect(!all.sentence.contains("is 0 in some rows"))
    let other = try said("user,item,gender\n1,10,1\n1,11,0\n2,10,1\n")
    #expect(!other.sentence.contains("is 0 in some rows"))
  }

  @Test("Names behind that of one table are names of columns")
  func qualified() throws {
    let read = try scratch.read("log.user_id\tlog.item_id\tlog.rating\n1\t10\t4\n2\t11\t5\n")
    #expect(read.userIDs == .numbers([1, 2]) && read.itemIDs == .numbers([10, 11]) && read.byUser.values == [4, 5])
    #expect(scratch.refusal("a.user_id\tb.item_id\n1\t10\n")?.problem != nil)
    #expect(try scratch.read("1.5\t1.7\n1.6\t1.8\n", numbers).count == 2)
  }

  private var numbers: InteractionFormat {
    var format = InteractionFormat()
    (format.user, format.item) = (.number(1), .number(2))
    return format
  }

  @Test("Quadruples of a graph whose times are small are noted as triples are, unless pairs are said to recur")
  func quadruples() throws {
    let text = "9\t0\t12\t0\n1\t1\t16\t0\n1\t2\t13\t0\n1\t1\t17\t24\n4\t3\t16\t24\n"
    var format = InteractionFormat()
    format.duplicates = .last
    let notices = Notices()
    #expect(throws: InteractionError.self) {
      try Interactions.read(path: scratch.file(text), execution: notices.execution)
    }
    #expect(notices.warnings.contains { $0.contains("if these are triples of a graph: --item-column 3 --value none") })
    #expect(try scratch.warnings("1 10 50\n1 10 70\n2 11 80\n2 12 90\n", format) == [])
    #expect(try scratch.warnings("1\t10\t4\t881250949\n1\t11\t5\t881250950\n2\t10\t3\t881250951\n") == [])
  }

  @Test("As many rows of marks as columns may be a matrix")
  func square() throws {
    let found = try scratch.warnings("0 1 1 0\n1 0 0 1\n1 1 0 0\n0 0 1 0\n")
    #expect(found.contains { $0.contains("4 rows of 4 marks: if they are a matrix, write a row for each pair with 1") })
    #expect(try scratch.warnings("0 0 1\n0 1 1\n1 0 1\n2 1 1\n") == [])
    #expect(try scratch.warnings("0 0 1\n0 1 1\n1 0 1\n") == [])
  }

  @Test("A second column of ratings among more than four is named")
  func otherRatings() throws {
    let found = try scratch.warnings("1 100 3 5 0 1000000000\n1 101 2 4 1 1000000001\n2 100 3 1 2 1000000002\n")
    #expect(found.contains { $0.contains("column 4 may hold the values, too: --value-column 4") }, "\(found)")
    let category = try scratch.warnings("1 100 28 5 0 1000000000\n1 101 2 4 1 1000000001\n2 100 3 1 2 1000000002\n")
    #expect(category.contains { $0.contains("column 4 may hold the values, too") }, "\(category)")
    // Flags, counts of votes, and folds.
    for column in [["0", "1", "1"], ["0", "5", "2"], ["1", "2", "3"]] {
      let rows = zip(["1,100,5", "1,101,4", "2,100,1"], column).map { "\($0),\($1),9,1000000000\n" }.joined()
      #expect(try !scratch.warnings(rows).contains { $0.contains("may hold the values, too") }, "\(column)")
    }
  }

  @Test("Different fractions close to each other are noted as times; scores are values")
  func scaledTimes() throws {
    let times = (0..<6).map { "\($0 % 3),\(10 + 2 * $0),0.98376\(3 + $0)000\n" }.joined()
    #expect(try scratch.warnings(times).contains { $0.contains("as times that were scaled: if so, --value none") })
    let scores = (0..<6).map { "\($0 % 3),\(10 + 2 * $0),0.\(3 + $0)13763\n" }.joined()
    #expect(try scratch.warnings(scores) == [])
    let close = (0..<6).map { "\($0 % 3),\(10 + 2 * $0),0.9\(3 + $0)3763\n" }.joined()
    #expect(try scratch.warnings(close) == [])
  }

  @Test("Names that programs give to columns are no data")
  func generated() throws {
    for text in ["\"V1\",\"V2\"\n\"u1\",\"i1\"\n\"u2\",\"i2\"\n", "_c0,_c1\nann,heat\nbob,heat\n"] {
      if case .unknownColumn("user", _)? = scratch.refusal(text)?.problem {
        let names = text.hasPrefix("_") ? ["_c0", "_c1"] : ["V1", "V2"]
        #expect(scratch.refusal(text)?.help?.contains("--user-column \(names[0]) --item-column \(names[1])") == true)
        continue
      }
      Issue.record("\(text): \(scratch.refusal(text)?.description ?? "read")")
    }
    #expect(try scratch.read("v1,v2\nv3,v4\nv2,v5\n").count == 3)
  }

  @Test("Names of SPARQL and Elasticsearch are known")
  func marked() throws {
    let read = try scratch.read("?user\t?item\n<http://u/1>\t<http://i/1>\n<http://u/2>\t<http://i/1>\n")
    #expect(read.userIDs.count == 2 && read.itemIDs.count == 1)
    #expect(try said("user,item,@timestamp\n1,10,2021-01-01\n2,10,2021-01-02\n").sentence.contains("time=@timestamp"))
  }

  @Test("Rows of two questions below the header, another separator and questions of forms are refused with what helps")
  func headers() {
    let questions = scratch.refusal(
      "id,user,item,rating\nID,Who?,Which?,How many?\n{a},{b},{c},{d}\nR1,1,10,5\nR2,2,11,4\nR3,2,12,4\nR4,2,13,4\nR5,3,10,1\n"
    )
    #expect(questions?.help?.hasPrefix("leave them out: sed '2,3d' ") == true)
    #expect(questions?.help?.contains("if this is data") == true)
    let other = scratch.refusal("user,item,rating\n1;10;4,5\n2;11;3,5\n3;11;2,0\n")
    #expect(other?.problem == .otherSeparator(header: ",", rows: ";"))
    #expect(other?.help?.hasPrefix("write that of the rows into the header: sed '1s/,/;/g'") == true)
    let form = scratch.refusal(
      "Timestamp,Email Address,Rate [Heat],Rate [Alien]\n1/1/2021,a@x.org,5,3\n1/2/2021,b@x.org,4,3\n")
    #expect(form?.problem == .itemColumns(user: "Email Address", stem: "Rate "))
    #expect(form?.help?.contains("t.melt('Email Address', [c for c in t if c.startswith('Rate ')]") == true)
    #expect(form?.description.contains("a column for each item behind 'Email Address'") == true)
    let units = scratch.refusal("customer,goods,price [USD],price [EUR]\n1,10,5,4\n1,11,6,5\n")
    #expect(
      units?.problem == .unknownColumn(role: "item", present: ["customer", "goods", "price [USD]", "price [EUR]"]))
    let ranked = scratch.refusal("user,top1,top2,top3\nu1,i1,i2,i3\nu2,i2,i3,i4\n")
    #expect(ranked?.problem == .itemsInRow(found: "i1", next: "i2") && ranked?.help?.contains("--layout lists") == true)
    let weeks = scratch.refusal("user,week1,week2,week3\nu1,11,12,13\nu2,12,13,14\n")
    #expect(weeks?.help?.contains("--layout lists") == false)
    let scores = scratch.refusal("user,q1,q2\nu1,4,5\nu2,5,4\n")
    #expect(scores?.problem == .unknownColumn(role: "item", present: ["user", "q1", "q2"]))
  }

  @Test("Pairs of Mahout and features of LETOR are known")
  func pairs() throws {
    let mahout = scratch.refusal("1\t[10:4.5,11:3.2]\n2\t[11:4.5,12:3.2]\n3\t[10:1.5]\n")
    #expect(mahout?.problem == .pairLists(found: "10:4.5") && mahout?.help?.contains("awk -F'[][ ") == true)
    let letor = scratch.refusal("0 qid:4 1:0.5 2:0.4 3:1.0\n1 qid:6 1:0.1 2:0.8 3:1.0\n")
    #expect(letor?.problem == .featurePairs(found: "1:0.5", count: 3))
  }

  @Test("Two rows of names above a column for each item are refused, with the line that makes rows")
  func twoHeaders() throws {
    for text in [
      ",rating,rating,rating\nitem_id,10,20,30\nuser_id,,,\n1,5,,3\n2,4,2,\n",
      ",rating,rating,rating\n,10,20,30\n1,5,,3\n2,4,2,\n",
    ] {
      let error = scratch.refusal(text)
      #expect(error?.problem == .twoHeaders(name: "rating"))
      #expect(error?.help?.contains("header=[0, 1], index_col=0)['rating']") == true)
    }
  }
}
