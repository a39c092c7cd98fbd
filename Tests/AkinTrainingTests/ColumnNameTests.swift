import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Columns by the names of a header")
struct ColumnNameTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// The columns of a header above rows that fit it: `user item value time`, each a number from 1 or `-`.
  private func columns(_ header: String, _ rows: [String], _ format: InteractionFormat = .init()) throws -> String {
    var reader = try RecordReader(path: scratch.file(([header] + rows).joined(separator: "\n")), format: format.text)
    var format = format
    // Times are reported only where they are read.
    format.duplicates = .last
    let found = try InteractionColumns(try reader.head(), format: format)
    let shown = [found.user, found.item, found.value, found.time].map { $0.map { "\($0 + 1)" } ?? "-" }
    return (found.hasHeader ? "" : "data ") + shown.joined(separator: " ")
  }

  @Test(
    "The headers of public data sets",
    arguments: [
      // MovieLens; its names with spaces, in another order and case.
      ("userId,movieId,rating,timestamp", "1,2,3,4", "1 2 3 4"),
      (" Movie ID , USER_ID , Rating ", "2,1,3", "2 1 3 -"),
      // Amazon: reviews of 2014, and of 2023 with both kinds of product.
      ("reviewerID,asin,reviewerName,overall,unixReviewTime,reviewTime", "A,B,n,5,1,\"01 2, 2014\"", "1 2 4 5"),
      ("rating,title,asin,parent_asin,user_id,timestamp", "5,t,B1,B0,u,1", "5 4 1 6"),
      ("asin,reviewerID,overall", "B,A,5", "2 1 3 -"),
      // Yelp, H&M, Instacart, RetailRocket, Steam.
      ("review_id,user_id,business_id,stars,date,text", "r,u,b,5,2018-01-01,t", "2 3 4 5"),
      ("t_dat,customer_id,article_id,price,sales_channel_id", "2018-09-20,c,663713001,0.05,2", "2 3 - 1"),
      ("order_id,product_id,add_to_cart_order,reordered", "1,49302,1,1", "1 2 - -"),
      ("timestamp,visitorid,event,itemid,transactionid", "1433221332117,257597,view,355908,", "2 4 - 1"),
      ("app_id,helpful,funny,date,is_recommended,hours,user_id,review_id", "9,0,0,2022-12-12,true,36.3,5,0", "7 1 6 4"),
      // Book-Crossing, Last.fm, Goodreads, Google, Foursquare, Online Retail.
      ("\"User-ID\";\"ISBN\";\"Book-Rating\"", "\"1\";\"034X\";\"5\"", "1 2 3 -"),
      ("userID\tartistID\tweight", "2\t51\t13883", "1 2 3 -"),
      ("user_id,book_id,is_read,rating,is_reviewed", "0,948,1,5,0", "1 2 4 -"),
      ("gmap_id,user_id,time,rating", "0x80:1,106,1609909927056,5", "2 1 4 3"),
      ("userId,venueId,venueCategory,utcTimestamp", "470,49bbd,Bar,x", "1 2 - -"),
      ("InvoiceNo,StockCode,Quantity,InvoiceDate,CustomerID", "536365,85123A,6,2010-12-01 08:26,17850", "5 2 3 4"),
      // RecBole, with types, and without a rating.
      ("user_id:token\titem_id:token\trating:float\ttimestamp:float", "1\t2\t3\t4", "1 2 3 4"),
      ("user_id:token\titem_id:token\ttimestamp:float", "1\t2\t881250949", "1 2 - 3"),
      // A row number of pandas, and a rating whose name is another.
      (",user,item,rating", "0,7,8,5", "2 3 4 -"), ("userId,movieId,overall", "1,2,5", "1 2 3 -"),
      ("session_id,track_id,plays", "s,t,4", "1 2 3 -"),
    ])
  func dataSets(header: String, row: String, expected: String) throws {
    #expect(try columns(header, [row]) == expected)
  }

  @Test("Case, spaces, underscores and hyphens make no difference", arguments: 1...3)
  func spellings(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<40 {
      let names = [["user", "id"], ["movie", "id"], ["rating"], ["time", "stamp"]].map { words in
        let joined = words.joined(separator: ["", " ", "_", "-", "."].randomElement(using: &random) ?? "")
        let cased = String(joined.map { Bool.random(using: &random) ? Character($0.uppercased()) : $0 })
        return ["", " ", "  "].randomElement(using: &random)! + cased + ["", " "].randomElement(using: &random)!
      }
      let order = Array(0..<4).shuffled(using: &random)
      let places = (0..<4).map { "\((order.firstIndex(of: $0) ?? 0) + 1)" }.joined(separator: " ")
      let header = order.map { names[$0] }.joined(separator: ",")
      #expect(try columns(header, ["1,2,3,4"]) == places, "seed \(seed): \(header)")
    }
  }

  @Test("A column that is not found is an error with the header and the option; nothing falls back on places")
  func notFound() throws {
    for (header, role) in [
      ("review_id,user_id,stars", "item"), ("movieId,rating,x", "user"), ("when,what,who", "user"),
    ] {
      let found = try #require(try scratch.failure("\(header)\n1,2,3\n"))
      #expect(found == (1, .unknownColumn(role: role, present: header.split(separator: ",").map(String.init))))
      let error = InteractionError(path: "x.csv", line: 1, found.1)
      #expect(error.help?.hasPrefix("name it by its name or number: --\(role)-column COLUMN") == true)
      #expect(error.help?.contains("sed '1s/^/user,/; 1!s/^/u1,/' x.csv") == (role == "user"))
    }
    #expect(
      InteractionError(path: "x.csv", line: 1, .unknownColumn(role: "item", present: ["a", "b"])).description
        == "x.csv:1: expected a header with a known name of the item column, found 'a', 'b'")
    let twice = try #require(try scratch.failure("user_id,userId,item\n1,2,3\n"))
    #expect(twice == (1, .ambiguousColumn(names: ["user_id", "userId"])))
    var format = InteractionFormat()
    format.user = .name("userId")
    #expect(try columns("user_id,userId,item", ["1,2,3"], format) == "2 3 - -")
    format.item = .number(2)
    let same = try #require(try scratch.failure("user_id,userId,item\n1,2,3\n", format))
    #expect(same == (1, .sameColumn(first: "user", second: "item", column: "userId")))
  }

  @Test("The report names every column and how it was found; unclaimed numbers are worth a warning")
  func report() throws {
    func report(_ text: String, _ format: InteractionFormat = .init()) throws -> (all: [String], warnings: [String]) {
      let notices = Notices()
      let path = scratch.file(text)
      _ = try Interactions.read(path: path, format: format, execution: notices.execution)
      return (notices.texts.map { $0.replacing(path, with: "f") }, notices.warnings)
    }
    let plain = try report("userId,movieId,rating\n1,2,3\n")
    #expect(plain.all == ["f: user=userId item=movieId value=rating time=none (by name)"] && plain.warnings.isEmpty)
    var format = InteractionFormat()
    format.item = .name("thing")
    let mixed = try report("userId,thing,timestamp\n1,2,3\n", format)
    #expect(
      mixed.all == ["f: user=userId (by name) item=thing (as chosen) value=none time=timestamp (by name)"])
    let unclaimed = try report("user,item,joy\n1,2,3\n")
    #expect(
      unclaimed.warnings.count == 1 && unclaimed.all[0].contains("value=none")
        && unclaimed.all[0].contains("--value none"))
    format = InteractionFormat()
    format.ignoresValues = true
    #expect(try report("user,item,joy\n1,2,3\n", format).warnings.isEmpty)
    #expect(try report("user,item,rating\n1,2,3\n", format).all[0].contains("value=none"))
  }

  @Test("A catalogue takes the name of the interactions' item column first, and needs two columns")
  func catalogues() throws {
    func read(_ text: String, _ format: ItemFormat = .init()) throws -> String {
      let table = try ItemTable.read(path: scratch.file(text), format: format)
      return (0..<table.ids.count).map { "\(table.ids[Row($0)]) \(table.titles[$0]) \(table.categories[$0])" }
        .joined(separator: "; ")
    }
    #expect(try read("business_id,name,city\nb1,Cafe,X\nb2,Bar,Y\n") == "b1 Cafe []; b2 Bar []")
    #expect(try read("\"ISBN\";\"Book-Title\";\"Author\"\n\"03X\";\"Flesh\";\"R\"\n") == "03X Flesh []")
    #expect(
      try read("movie_id:token\tmovie_title:token_seq\tgenre:token_seq\n5\tHeat\tCrime\n") == "5 Heat [\"Crime\"]")
    #expect(
      try read("10|Heat (1995)|01-Jan-1995||http://x|0|1\n20|Up|02-Jan-1995||http://y|1|0\n")
        == "10 Heat (1995) []; 20 Up []")
    var format = ItemFormat()
    format.itemColumn = "thing"
    #expect(try read("id,thing,title\n1,7,Seven\n", format) == "7 Seven []")
    format = ItemFormat()
    format.id = .name("code")
    #expect(try read("code,title\nx,One\n", format) == "x One []")
    #expect(
      throws: InteractionError(
        path: scratch["rows.csv"], line: 1, .unknownColumn(role: "id", present: ["code", "title"]))
    ) { try read("code,title\nx,One\n") }
  }
}
