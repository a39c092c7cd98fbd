import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Files as the field's data sets have them pass every guard")
struct OrdinaryFilesTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Some rows of a layout, its users and items, and its column of items where a header names it.
  struct Sample: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let users: Int
    let items: Int
    var item: String?
    /// What is said of it rightly.
    var warning: String?
    var testDescription: String { name }
  }

  static let samples = [
    Sample(
      name: "MovieLens CSV",
      text: "userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n1,1029,3.0,1260759179\n2,31,3.5,835355493\n",
      users: 2, items: 2, item: "movieId"),
    Sample(
      name: "MovieLens 100k", text: "196\t242\t3\t881250949\n186\t302\t3\t891717742\n22\t242\t1\t878887116\n", users: 3,
      items: 2),
    Sample(
      name: "MovieLens 1M", text: "1::1193::5::978300760\n1::661::3::978302109\n2::1193::4::978298413\n", users: 2,
      items: 2),
    Sample(name: "zero-based rows", text: "0 0 5\n0 1 4\n1 0 3\n1 1 1\n", users: 2, items: 2),
    Sample(name: "NCF training", text: "0\t0\t1\n0\t1\t1\n1\t0\t1\n2\t1\t1\n", users: 3, items: 2),
    Sample(
      name: "NCF with ratings", text: "0\t32\t4\t978824330\n0\t34\t4\t978824330\n1\t32\t5\t978824291\n", users: 2,
      items: 2),
    Sample(name: "pairs of words", text: "ann,heat\nbob,heat\nbob,alien\n", users: 2, items: 2),
    Sample(name: "pairs of numbers", text: "1 10\n1 11\n2 10\n", users: 2, items: 2),
    Sample(name: "pairs named as users", text: "user1 item1\nuser1 item2\nuser2 item1\n", users: 2, items: 2),
    Sample(
      name: "Book-Crossing",
      text: "\"User-ID\";\"ISBN\";\"Book-Rating\"\n\"276725\";\"034545104X\";\"0\"\n\"276726\";\"0155061224\";\"5\"\n",
      users: 2, items: 2,
      item: "ISBN", warning: "1 of 2 values are 0, which tell as little as no row"),
    Sample(
      name: "LFM-2b",
      text:
        "user_id\ttrack_id\talbum_id\ttimestamp\n42\t1\t7\t2013-01-24 19:08:30\n42\t2\t7\t2013-01-24 19:12:30\n43\t1\t7\t2013-01-25 10:00:00\n",
      users: 2, items: 2, item: "track_id", warning: "every value is 1; name values with --value-column"),
    Sample(
      name: "Last.fm 360K",
      text:
        "00000c28\t3bd73256\tbetty blowtorch\t2137\n00000c28\tf2fb0ff0\tdie Ärzte\t1099\n00001411\tf2fb0ff0\tdie Ärzte\t691\n",
      users: 2,
      items: 2),
    Sample(name: "counts of plays", text: "1\t10\t128\n1\t11\t3\n2\t10\t7\n2\t12\t250\n", users: 2, items: 3),
    Sample(
      name: "reviews of Amazon",
      text: "A1EE2E3N7PW666,0005019281,5.0,1133740800\nAGZ8SM1BGK3CK,B000012345,4.0,1134432000\n", users: 2, items: 2),
    Sample(
      name: "reviews of Yelp",
      text: "user_id,business_id,stars,text\nu1,b1,5,\"Great, really {good}\"\nu2,b1,4,(ok) x = 1\n", users: 2,
      items: 1, item: "business_id"),
    Sample(
      name: "RecBole", text: "user_id:token\titem_id:token\trating:float\n1\t10\t5\n2\t10\t4\n2\t11\t3\n", users: 2,
      items: 2,
      item: "item_id:token"),
    Sample(
      name: "GUIDs",
      text: "user,item\n{0f8fad5b-d9cb-469f-a165-70867728950e},a\n{7c9e6679-7425-40de-944b-e07fc1f90ae7},a\n",
      users: 2, items: 1, item: "item"),
    Sample(
      name: "repositories", text: "user,repo_id\nann,vuejs/vue\nbob,apache/spark\nann,apache/kafka\n", users: 2,
      items: 3,
      item: "repo_id"),
    Sample(
      name: "hashes below 0", text: "user,item,rating\n-5,-91,4\n7,12,5\n-8,-3,1\n", users: 3, items: 3, item: "item"),
    Sample(
      name: "sizes and colours", text: "user,item,rating\n1,\"S;red\",4\n2,\"S;blue\",5\n1,\"M;red\",1\n", users: 2,
      items: 3,
      item: "item", warning: "all 3 item ids hold ';'"),
    Sample(
      name: "albums and tracks", text: "user,item\n1,12|345\n2,12|346\n1,13|345\n", users: 2, items: 3, item: "item"),
    Sample(
      name: "RetailRocket",
      text:
        "timestamp,visitorid,event,itemid,transactionid\n1433221332117,257597,view,355908,\n1433224214164,992329,addtocart,248676,\n",
      users: 2, items: 2, item: "itemid"),
    Sample(
      name: "votes of users on answers", text: "user,item,rating,is_click\n1,10,5,0\n2,10,4,1\n2,11,3,1\n", users: 2,
      items: 2,
      item: "item"),
    Sample(
      name: "two rows of words", text: "user,item,rating\nguest,Pizza,5\nguest,Pasta,4\n12,7,3\n13,8,2\n", users: 3,
      items: 4, item: "item"),
    Sample(
      name: "two rows of flags",
      text: "user,item,rating,helpful,funny\n1,10,4,n,n\n1,11,5,n,n\n2,10,4,1,2\n2,11,1,3,1\n3,10,1,3,1\n", users: 3,
      items: 2, item: "item"),
    Sample(
      name: "pairs of currencies", text: "user,item\nu1,BTC/USDT\nu1,ETH/USDT\nu2,ETH/BTC\n", users: 2, items: 3,
      item: "item"),
    Sample(
      name: "addresses of the internet", text: "user,item\n10.100.200.101,1\n10.100.200.102,1\n", users: 2, items: 1,
      item: "item"),
    Sample(name: "codes with points", text: "user,item\n1,4.103\n1,7.106\n2,8.107\n", users: 2, items: 3, item: "item"),
    Sample(
      name: "films named missing", text: "user,item\n1,missing\n2,heat\n2,alien\n", users: 2, items: 3, item: "item"),
    Sample(
      name: "titles behind a number sign", text: "user,item\n1,\"# 1 Cheerleader Camp\"\n2,Heat\n", users: 2, items: 2,
      item: "item"),
    Sample(name: "counts and a constant", text: "1 3 150 1\n1 6 395 1\n2 7 232 1\n2 14 369 1\n", users: 2, items: 4),
    Sample(name: "three rows of marks", text: "0 0 1\n0 1 1\n1 0 1\n", users: 2, items: 2),
    Sample(name: "tagged names", text: "user,item\n1,#love\n2,#pop\n1,rock\n", users: 2, items: 3, item: "item"),
    Sample(
      name: "ids in names' spaces", text: "user:1\titem::10\t5\nuser:2\titem::10\t4\nuser:2\titem::11\t3\n", users: 2,
      items: 2),
  ]

  @Test("They are read, with their users and items", arguments: samples)
  func read(sample: Sample) throws {
    let namesIDs = sample.name == "ids in names' spaces"
    var format = InteractionFormat()
    if namesIDs { (format.user, format.item, format.value) = (.number(1), .number(2), .number(3)) }
    let path = scratch.file(sample.text)
    let notices = Notices()
    let read = try Interactions.read(path: path, format: format, execution: notices.execution)
    #expect(read.userIDs.count == sample.users && read.itemIDs.count == sample.items)
    #expect(read.itemColumn == sample.item)
    // Columns by position are said of words; whatever else is said would be a false alarm.
    let warnings = notices.warnings.filter { warning in
      !["; no header; line 1 is data: ", "(by position; no header; line 1 is data: "].contains { warning.contains($0) }
        && !(sample.warning.map { warning.contains($0) } ?? false)
    }
    #expect(warnings == [])
    if let warning = sample.warning {
      #expect(notices.warnings.contains { $0.contains(warning) }, "\(notices.warnings)")
    }
  }

  @Test("Lists of LightGCN are read as lists, and refused as rows with the option that reads them")
  func lists() throws {
    let text = "0 10 11 12\n1 10\n2 11 13\n"
    var format = InteractionFormat()
    format.layout = .lists
    let read = try Interactions.read(path: scratch.file(text), format: format)
    #expect(read.count == 6 && read.userIDs.count == 3 && read.itemIDs.count == 4)
    #expect(scratch.refusal(text)?.help?.contains("--layout lists") == true)
  }
}
