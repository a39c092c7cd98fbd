import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Splits")
struct SplitTests {
  /// Drawn interactions; every pair has a time of its own.
  private func world(users: Int = 30, items: Int = 40, seed: UInt64) throws -> Interactions {
    var random = SeededGenerator(seed: seed)
    var rows: [String] = []
    for user in 0..<users {
      let count = Int.random(in: 1...12, using: &random)
      for item in Array(0..<items).shuffled(using: &random).prefix(count) {
        rows.append("\(user),\(item),\(Int.random(in: 1...5, using: &random)),\(rows.count * 7 % 1009)")
      }
    }
    rows.shuffle(using: &random)
    var format = InteractionFormat()
    format.readsTimes = true
    return try Scratch().read("userId,itemId,rating,timestamp\n" + rows.joined(separator: "\n"), format)
  }

  /// The pairs of a table, by ids.
  private func pairs(_ table: InteractionTable) -> Set<[UInt32]> {
    var all: Set<[UInt32]> = []
    for row in 0..<table.rowCount {
      for place in table.offsets[row]..<table.offsets[row + 1] {
        all.insert([UInt32(row), table.others[place], table.values[place].bitPattern])
      }
    }
    return all
  }

  private static let rules: [SplitRule] = [
    .folds(count: 4), .leaveOut(count: 2, order: .random), .leaveOut(count: 1, order: .last), .time(share: 0.25),
    .strong(folds: 3, known: 0.7), .coldItems(folds: 3),
  ]

  @Test("Parts share no pair and are the whole together", arguments: rules)
  func partition(rule: SplitRule) throws {
    for seed in UInt64(1)...3 {
      let whole = try world(seed: seed)
      let splits = try whole.splits(rule, seed: seed)
      #expect(splits.count == rule.count)
      for split in splits {
        let parts = [split.train.byUser, split.known, split.test].map { pairs($0) }
        #expect(parts.map(\.count).reduce(0, +) == whole.count, "seed \(seed)")
        #expect(parts[0].union(parts[1]).union(parts[2]) == pairs(whole.byUser), "seed \(seed)")
        #expect(split.train.byItem == split.train.byUser.transposed(rowCount: whole.itemIDs.count))
        #expect(split.train.userIDs == whole.userIDs && split.train.itemIDs == whole.itemIDs)
      }
    }
  }

  @Test("Every item is held out whole once, in folds of equal size, and nothing is known of it")
  func coldItems() throws {
    let whole = try world(seed: 5)
    let splits = try whole.splits(.coldItems(folds: 4), seed: 2)
    var timesHeld = [Int](repeating: 0, count: whole.itemIDs.count)
    for split in splits {
      let held = Set(split.test.others)
      #expect(held.isDisjoint(with: split.train.byUser.others))
      #expect(split.known.others.isEmpty)
      for item in held { timesHeld[Int(item)] += 1 }
    }
    let active = (0..<whole.itemIDs.count).filter { whole.byItem.count(ofRow: $0) > 0 }
    #expect(active.allSatisfy { timesHeld[$0] == 1 })
    let sizes = splits.map { Set($0.test.others).count }
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    let few = try Interactions(rows: [(.number(1), .number(1), 1), (.number(2), .number(2), 1)])
    #expect(throws: SplitError.tooFewItems(needed: 3, found: 2)) { try few.splits(.coldItems(folds: 3)) }
  }

  @Test("The same seed splits alike, another one in another way, and the file's order changes nothing")
  func seeds() throws {
    let rows = (0..<60).map {
      (user: UserID.number(UInt64($0 % 9)), item: ItemID.number(UInt64($0 / 9)), value: Float(1))
    }
    let whole = try Interactions(rows: rows)
    let turned = try Interactions(rows: rows.reversed())
    for rule in [SplitRule.folds(count: 3), .leaveOut(count: 1, order: .random), .strong(folds: 3, known: 0.5)] {
      let tests = { (x: Interactions, seed: UInt64) in try x.splits(rule, seed: seed).map(\.test) }
      #expect(try tests(whole, 1) == tests(whole, 1))
      #expect(try tests(whole, 1) == tests(turned, 1))
      #expect(try tests(whole, 1) != tests(whole, 2))
      #expect(try whole.split(rule, fold: 0, seed: 1).test == tests(whole, 1)[0])
    }
  }

  @Test("Folds are of equal size, and every pair is tested once", arguments: 1...3)
  func folds(seed: UInt64) throws {
    let whole = try world(seed: seed)
    let splits = try whole.splits(.folds(count: 7), seed: seed)
    let sizes = splits.map { $0.test.others.count }
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1, "seed \(seed): \(sizes)")
    #expect(splits.map { pairs($0.test) }.reduce(Set()) { $0.union($1) } == pairs(whole.byUser))
  }

  @Test("Leave-out takes as many of each user as it says, or none", arguments: 1...3)
  func leaveOut(seed: UInt64) throws {
    let whole = try world(seed: seed)
    let split = try whole.splits(.leaveOut(count: 3, order: .random), seed: seed)[0]
    for user in 0..<whole.byUser.rowCount {
      #expect(split.test.count(ofRow: user) == (whole.byUser.count(ofRow: user) > 3 ? 3 : 0), "seed \(seed)")
    }
  }

  @Test("The last in time are the last in time; of the same time, the larger ids")
  func last() throws {
    var format = InteractionFormat()
    format.readsTimes = true
    let text = "u,5,1,100\nu,6,1,300\nu,7,1,200\nv,1,1,50\nv,2,1,50\nw,9,1,1"
    let whole = try Scratch().read(text, format)
    #expect(whole.times == [100, 300, 200, 50, 50, 1])
    let split = try whole.splits(.leaveOut(count: 1, order: .last))[0]
    #expect(split.test.offsets == [0, 1, 2, 2])
    #expect(split.test.others.map { whole.itemIDs[Row($0)] } == [.number(6), .number(2)])
  }

  @Test("A cut in time has the past on one side and the future on the other", arguments: 1...3)
  func time(seed: UInt64) throws {
    let whole = try world(seed: seed)
    let times = try #require(whole.times)
    let split = try whole.splits(.time(share: 0.3))[0]
    let test = pairs(split.test)
    var past = -Double.infinity
    var future = Double.infinity
    for user in 0..<whole.byUser.rowCount {
      for place in whole.byUser.offsets[user]..<whole.byUser.offsets[user + 1] {
        let pair = [UInt32(user), whole.byUser.others[place], whole.byUser.values[place].bitPattern]
        if test.contains(pair) { future = min(future, times[place]) } else { past = max(past, times[place]) }
      }
    }
    #expect(past < future, "seed \(seed)")
    let share = Double(test.count) / Double(whole.count)
    #expect((share - 0.3).magnitude < 0.03, "seed \(seed): \(share)")
  }

  @Test("Users who are held out are unknown to training, and have something known and something held out")
  func strong() throws {
    for seed in UInt64(1)...3 {
      let whole = try world(seed: seed)
      var tested: Set<Int> = []
      for split in try whole.splits(.strong(folds: 4, known: 0.6), seed: seed) {
        for user in 0..<whole.byUser.rowCount where split.test.count(ofRow: user) > 0 {
          let all = whole.byUser.count(ofRow: user)
          #expect(split.train.byUser.count(ofRow: user) == 0)
          #expect(split.known.count(ofRow: user) == max(1, Int(0.6 * Double(all))))
          #expect(tested.insert(user).inserted, "seed \(seed), user \(user) twice")
        }
      }
      let able = (0..<whole.byUser.rowCount).filter { whole.byUser.count(ofRow: $0) > 1 }
      #expect(tested == Set(able), "seed \(seed)")
    }
  }

  @Test("Questions hold positives that are held out, and leave out all that is known")
  func questions() throws {
    for seed in UInt64(1)...3 {
      let whole = try world(seed: seed)
      for rule in SplitTests.rules {
        for split in try whole.splits(rule, seed: seed) {
          let questions = split.questions(threshold: 4)
          let seen = pairs(split.train.byUser).union(pairs(split.known)).map { [$0[0], $0[1]] }
          let held = pairs(split.test)
          for (place, user) in questions.users.enumerated() {
            let relevant = questions.relevant.rows[
              Int(questions.relevant.offsets[place])..<Int(questions.relevant.offsets[place + 1])]
            let left = questions.seen.rows[Int(questions.seen.offsets[place])..<Int(questions.seen.offsets[place + 1])]
            #expect(Set(left) == Set(seen.filter { $0[0] == user }.map { $0[1] }), "\(rule), seed \(seed)")
            let expected = held.filter { $0[0] == user && Float(bitPattern: $0[2]) >= 4 }.map { $0[1] }
            #expect(Set(relevant) == Set(expected) && !relevant.isEmpty)
            #expect(Set(left).isDisjoint(with: relevant))
          }
          #expect(questions.users.count + questions.skipped == split.test.activeRows)
        }
      }
    }
  }

  @Test("Files that are parts already keep their pairs, under common ids")
  func files() throws {
    func table(_ rows: [(UInt64, UInt64, Float)]) throws -> Interactions {
      try Interactions(rows: rows.map { (user: .number($0.0), item: .number($0.1), value: $0.2) })
    }
    let split = try Split(
      train: table([(1, 10, 3), (2, 30, 4)]), known: table([(5, 10, 2)]), test: table([(1, 20, 5), (5, 40, 1)]))
    #expect(split.train.userIDs == .numbers([1, 2, 5]) && split.train.itemIDs == .numbers([10, 20, 30, 40]))
    #expect(split.train.byUser == InteractionTable(offsets: [0, 1, 2, 2], others: [0, 2], values: [3, 4]))
    #expect(split.known == InteractionTable(offsets: [0, 0, 0, 1], others: [0], values: [2]))
    #expect(split.test == InteractionTable(offsets: [0, 1, 1, 2], others: [1, 3], values: [5, 1]))
    #expect(throws: SplitError.shared(user: "1", item: "10")) {
      try Split(train: table([(1, 10, 3)]), test: table([(1, 10, 3)]))
    }
  }

  @Test("Ids that are texts in one file and numbers in the other are the same ids")
  func mixedIDs() throws {
    let split = try Split(
      train: Interactions(rows: [(user: .number(1), item: .number(10), value: 1)]),
      test: Interactions(rows: [(user: .number(1), item: .text("b"), value: 1)]))
    #expect(split.train.userIDs == .numbers([1]) && split.train.itemIDs == .texts(["10", "b"]))
    #expect(split.train.byUser.others == [0] && split.test.others == [1])
  }

  @Test("What cannot be split says so in a sentence")
  func errors() throws {
    func one(_ user: UInt64, _ item: UInt64) -> (user: UserID, item: ItemID, value: Float) {
      (.number(user), .number(item), 1)
    }
    let lonely = try Interactions(rows: [one(1, 1), one(1, 2)])
    let cases: [(SplitRule, SplitError, String)] = [
      (
        .folds(count: 3), .tooFewPairs(needed: 3, found: 2),
        "expected at least 3 interactions, one for each fold, found 2"
      ),
      (
        .folds(count: 1), .option(name: "folds", expected: "2 to 1000000", found: "1"),
        "folds: expected 2 to 1000000, found 1"
      ),
      (
        .strong(folds: 2, known: 0.5), .tooFewUsers(needed: 2, found: 1),
        "expected at least 2 users, one for each fold, found 1"
      ),
      (
        .strong(folds: 2, known: .nan), .option(name: "known", expected: "a share above 0 and below 1", found: "nan"),
        "known: expected a share above 0 and below 1, found nan"
      ),
      (
        .leaveOut(count: 2, order: .random), .empty(part: "test on", why: "the split holds out none of them"),
        "expected interactions to test on, found none: the split holds out none of them"
      ),
      (
        .leaveOut(count: 1, order: .last), .noTimes,
        "expected a time for each interaction, found none: this rule splits by time"
      ),
      (.time(share: 0.5), .noTimes, "expected a time for each interaction, found none: this rule splits by time"),
      (
        .time(share: 1), .option(name: "share", expected: "a share above 0 and below 1", found: "1.0"),
        "share: expected a share above 0 and below 1, found 1.0"
      ),
    ]
    for (rule, error, sentence) in cases {
      #expect(throws: error, "\(rule)") { try lonely.splits(rule) }
      #expect(error.description == sentence)
    }
    // All at one time: nothing is later than the cut.
    var format = InteractionFormat()
    format.readsTimes = true
    let still = try Scratch().read("a,1,1,5\na,2,1,5\nb,1,1,5", format)
    #expect(throws: SplitError.empty(part: "test on", why: "all have the same time")) {
      try still.splits(.time(share: 0.5))
    }
    #expect(SplitError.shared(user: "u", item: "i").description.contains("user 'u' with item 'i' in two"))
  }
}

@Suite("Times of interactions")
struct TimeTests {
  private var format: InteractionFormat {
    var format = InteractionFormat()
    format.readsTimes = true
    return format
  }

  @Test("They follow their pairs, and of joined rows the latest stands")
  func joined() throws {
    var format = format
    format.duplicates = .sum
    let x = try Scratch().read("user,item,timestamp\nb,x,9\na,y,5\nb,x,3\na,x,7", format)
    #expect(x.times == [7, 5, 9])
    format.duplicates = .last
    #expect(try Scratch().read("user,item,timestamp\nb,x,9\na,y,5\nb,x,3\na,x,7", format).times == [7, 5, 9])
  }

  @Test("They are not read unless asked for, and then the file may hold anything there")
  func unasked() throws {
    #expect(try Scratch().read("user,item,rating,timestamp\na,b,1,never").times == nil)
  }

  @Test("The column is named, known, chosen, or the fourth")
  func columns() throws {
    #expect(try Scratch().read("1\t2\t3\t40\n1\t3\t3\t50", format).times == [40, 50])
    #expect(
      try Scratch().read("userId,itemId,date\n1,2,2020-01-02\n1,3,2020-01-01", format).times == [
        1577923200, 1577836800,
      ])
    var chosen = format
    chosen.time = .name("when")
    #expect(try Scratch().read("userId,itemId,when\n1,2,8", chosen).times == [8])
    chosen.time = .number(1)
    #expect(try Scratch().read("8,1,2", chosen).times == [8])
  }

  @Test("What is no time, or no column of times, is named with its line")
  func errors() throws {
    let bad = try #require(try Scratch().failure("userId,itemId,time\n1,2,3\n1,3,soon", format))
    #expect(bad == (3, .notATime(found: "soon")))
    for text in ["nan", "inf", "1e999", "2020-13-01", "2021-02-29", "2020-1-1", ""] {
      #expect(try Scratch().failure("userId,itemId,time\n1,2,\(text)", format)?.1 == .notATime(found: text), "\(text)")
    }
    let none = try #require(try Scratch().failure("userId,itemId,rating\n1,2,3", format))
    #expect(none == (1, .noTimes(present: ["userId", "itemId", "rating"])))
    #expect(
      InteractionError(path: "x.csv", line: 1, none.1).description
        == "x.csv:1: expected a column of times (timestamp, time or date), found 'userId', 'itemId', 'rating'")
  }

  @Test(
    "Dates are seconds since 1970",
    arguments: [
      ("1970-01-01", 0.0), ("1970-01-02T00:00:01Z", 86_401), ("2000-02-29 12:30", 951_827_400),
      ("2026-11-21 05:06:45.5", 1_795_237_605.5), ("1969-12-31", -86_400), ("0001-01-01", -62_135_596_800),
      ("2100-03-01", 4_107_542_400),
    ])
  func dates(text: String, seconds: Double) {
    #expect(secondsOfDate(text) == seconds)
  }
}
