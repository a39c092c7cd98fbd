import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Ids that do not meet, and rows that do")
struct IDMeetingTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test(
    "Words for nothing among numbers are refused by line, in every column of ids",
    arguments: ["NaN", "None", "null", "NULL", "nan", "<NA>", "N/A", "\\N", "nil"])
  func words(word: String) throws {
    let user = try #require(try scratch.failure("user,item,rating\n1,10,3\n\(word),11,4\n"))
    #expect(user == (3, .nullID(column: "user", found: word)))
    let item = try #require(try scratch.failure("user,item,rating\na,10,3\nb,\(word),4\n"))
    #expect(item == (3, .nullID(column: "item", found: word)))
    // Among names it may be one.
    let notices = Notices()
    let path = scratch.file("user,item\nann,10\n\(word),11\n")
    #expect(try Interactions.read(path: path, execution: notices.execution).userIDs.count == 2)
    #expect(notices.warnings == ["\(path): 1 user id like '\(word)', which other programs write for nothing"])
    let catalogue = scratch.file("id,title\n1,One\n\(word),Two\n")
    #expect(throws: InteractionError(path: catalogue, line: 3, .nullID(column: "item", found: word))) {
      try ItemTable.read(path: catalogue)
    }
  }

  @Test(
    "White space around an id is refused where another id is the same without, else noted",
    arguments: [" ", "  ", "\u{A0}"])
  func padded(space: String) throws {
    for padded in ["11\(space)", "\(space)11", "\(space)11\(space)"] {
      let found = try #require(try scratch.failure("user,item,rating\n1,10,3\n1,\(padded),4\n2,11,2\n"))
      #expect(found == (3, .paddedID(column: "item", found: padded)))
      let notices = Notices()
      let path = scratch.file("user,item,rating\n1,10,3\n1,\(padded),4\n")
      _ = try Interactions.read(path: path, execution: notices.execution)
      #expect(notices.warnings == ["\(path): 1 item id with white space around, like '\(padded)'"])
    }
  }

  @Test("Whole numbers with a fraction are noted, and do not meet whole numbers")
  func fractions() throws {
    let notices = Notices()
    let path = scratch.file("user,item,rating\n1,10.0,3\n1,11.0,4\n2,10.0,2\n")
    let read = try Interactions.read(path: path, execution: notices.execution)
    #expect(notices.warnings == ["\(path): 2 item ids like '10.0', which are other ids than whole numbers"])
    let meeting = Meeting("items", of: .numbers([10, 11]), in: read.itemIDs)
    #expect(meeting.isEmpty && meeting.examples == ["10", "10.0"])
    #expect(throws: InteractionError(path: "i.csv", .noneMeet(meeting))) { try meeting.warning("i.csv") }
    #expect(
      InteractionError(path: "i.csv", .noneMeet(meeting)).description
        == "i.csv: expected items that occur in the interactions, found none among 2 "
        + "(the interactions: 2 items; ids like '10' here, like '10.0' there; they differ by a fraction of zeros)")
  }

  @Test("Long numbers as spreadsheets write them are a warning", arguments: ["4.7102E+12", "5e+9", "1.00E+05"])
  func exponents(id: String) throws {
    let notices = Notices()
    let path = scratch.file("user,item\n1,\(id)\n1,abc\n2,C++\n2,1E5\n")
    _ = try Interactions.read(path: path, execution: notices.execution)
    #expect(
      notices.warnings.count == 1 && notices.warnings[0].contains("1 item id like '\(id)', as spreadsheets write"))
  }

  @Test(
    "Ids that differ by their spelling alone: how, and what makes them meet",
    arguments: [
      ("0541518023", "541518023", IDDifference.zeros, "dtype=str"), ("10.0", "10", .fraction, "dtype=str"),
      ("B00X ", "B00X", .space, "white space"), ("b00x", "B00X", .letterCase, "case"),
      ("caf\u{E9}", "cafe\u{301}", .unicode, "normalize"),
    ])
  func differences(one: String, other: String, difference: IDDifference, words: String) throws {
    for (side, known) in [(one, other), (other, one)] {
      func column(_ id: String) -> IDColumn { UInt64(canonical: id).map { .numbers([$0]) } ?? .texts([id]) }
      let meeting = Meeting("items", of: column(side), in: column(known))
      #expect(meeting.isEmpty && meeting.difference == difference && meeting.examples == [side, known], "\(side)")
      #expect(InteractionError(path: "x", .noneMeet(meeting)).help?.contains(words) == true)
      // A few such ids among many that meet are a warning, but for upper and lower case, which tell ids apart.
      let ids = (0..<20).map { "id\($0)" }
      let few = Meeting("items", of: .texts(ids + [side]), in: .texts(ids + [known]))
      #expect(try (few.warning("x") == nil) == (difference == .letterCase), "\(side)")
    }
  }

  @Test("Meetings are counted as sets say", arguments: 1...4)
  func meetings(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<30 {
      let side = Set(
        (0..<Int.random(in: 1...20, using: &random)).map { _ in UInt64.random(in: 0..<40, using: &random) })
      let known = Set(
        (0..<Int.random(in: 1...20, using: &random)).map { _ in UInt64.random(in: 0..<40, using: &random) })
      // Numbers and their texts are the same ids.
      let column: IDColumn =
        Bool.random(using: &random) ? .numbers(known.sorted()) : .texts(known.map(String.init).sorted())
      let meeting = Meeting("items", of: .numbers(side.sorted()), in: column)
      let met = side.intersection(known).count
      #expect(meeting.met == met && meeting.isEmpty == (met == 0), "seed \(seed)")
      #expect(meeting.isSmall == (2 * met < min(side.count, known.count)), "seed \(seed)")
    }
  }

  @Test("Each rule for rows of one pair, by time and by place, against the obvious code", arguments: 1...4)
  func duplicates(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let rows = (0..<60).map { row in
      (
        user: Int.random(in: 0..<4, using: &random), item: Int.random(in: 0..<5, using: &random),
        value: Double(Int.random(in: 0..<40, using: &random)) / 4, time: Int.random(in: 0..<30, using: &random),
        row: row
      )
    }
    for rule in [DuplicateRule.first, .last, .mean, .sum] {
      for hasTimes in [true, false] {
        var format = InteractionFormat()
        format.duplicates = rule
        let text = rows.map { "\($0.user),\($0.item),\($0.value)" + (hasTimes ? ",\($0.time)" : "") }
        let header = "user,item,rating" + (hasTimes ? ",timestamp" : "")
        let read = try scratch.read(header + "\n" + text.joined(separator: "\n"), format)
        for (key, group) in Dictionary(grouping: rows, by: { [$0.user, $0.item] }) {
          // Stable orders: of equal times the rows keep their order.
          let ordered = hasTimes ? group.sorted { ($0.time, $0.row) < ($1.time, $1.row) } : group
          let values = ordered.map(\.value)
          let expected: Double =
            switch rule {
            case .first: values.first ?? 0
            case .last, .refuse: values.last ?? 0
            case .sum: values.reduce(0, +)
            case .mean: values.reduce(0, +) / Double(values.count)
            }
          let user = try #require((0..<read.userIDs.count).first { "\(read.userIDs[Row($0)])" == "\(key[0])" })
          let item = try #require((0..<read.itemIDs.count).first { "\(read.itemIDs[Row($0)])" == "\(key[1])" })
          let place = try #require(read.byUser.place(row: user, other: UInt32(item)))
          #expect(abs(Double(read.byUser.values[place]) - expected) < 1e-5, "seed \(seed) \(rule) \(key)")
          if hasTimes, rule == .first || rule == .last {
            let time = rule == .first ? ordered.first?.time : ordered.last?.time
            #expect(read.times?[place] == time.map { Double($0) }, "seed \(seed) \(rule) \(key)")
          }
        }
      }
    }
  }
}
