import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Values that halve with age")
struct TimeDecayTests {
  private let day = 86_400.0

  /// Random interactions over about a hundred days, in units of which a second has `unit`.
  private func timed(_ seed: UInt64, unit: Double = 1) throws -> Interactions {
    var random = SeededGenerator(seed: seed)
    var x = try Interactions.few(seed: seed)
    x.times = (0..<x.count).map { _ in (1_600_000_000 + random.uniform() * 100 * day).rounded() * unit }
    return x
  }

  private func close(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-6 * max(abs($0), abs($1)) }
  }

  @Test(
    "A value is halved once for each half-life before the newest, in any unit of Unix times",
    arguments: [1.0, 1e3, 1e6, 1e9])
  func formula(unit: Double) throws {
    let x = try timed(1, unit: unit)
    let times = try #require(x.times)
    let newest = try #require(times.max())
    let (aged, decay) = try x.decayed(halfLife: 10)
    #expect(decay == (try TimeDecay(days: 10, newest: newest / unit)))
    for place in times.indices {
      var expected = Double(x.byUser.values[place])
      let days = (newest - times[place]) / unit / day
      for _ in 0..<Int(days / 10) { expected /= 2 }
      expected *= exp(-log(2) * (days / 10 - Double(Int(days / 10))))
      #expect(abs(Double(aged.byUser.values[place]) - expected) < 1e-6 * expected, "\(days) days, unit \(unit)")
    }
    #expect(aged.byItem == aged.byUser.transposed(rowCount: x.itemIDs.count) && aged.times == nil)
    #expect(aged.byUser.others == x.byUser.others && aged.userIDs == x.userIDs)
  }

  @Test("Numbers that are no Unix times are seconds, and what comes after the newest time counts in full")
  func seconds() throws {
    var x = try Interactions(rows: [
      (.number(1), .number(1), 8), (.number(1), .number(2), 8), (.number(2), .number(1), 8),
    ])
    x.times = [0, 2 * day, 3 * day]
    #expect(try x.decayed(halfLife: 1).interactions.byUser.values == [1, 4, 8])
    #expect(try x.decayed(halfLife: 1, newestAtLeast: 5 * day).interactions.byUser.values == [0.25, 1, 2])
    #expect(try TimeDecay(days: 1, newest: 0).factor(at: day) == 1)
  }

  @Test("Old values brought to a later time are those that the later time gives", arguments: [1, 2])
  func later(seed: UInt64) throws {
    let x = try timed(seed)
    let (before, decay) = try x.decayed(halfLife: 7)
    let (after, later) = try x.decayed(halfLife: 7, newestAtLeast: decay.newest + 30 * day)
    let factor = later.factor(at: decay.newest)
    #expect(close(before.byUser.values.map { Float(Double($0) * factor) }, after.byUser.values), "seed \(seed)")
  }

  @Test(
    "A split lets its training and its known pairs age alike, up to the newest pair that is trained on",
    arguments: [3, 4])
  func splits(seed: UInt64) throws {
    let x = try timed(seed)
    let times = try #require(x.times)
    for threshold in [nil, 3] as [Float?] {
      let split = try x.split(.strong(folds: 4, known: 0.5), fold: 1, seed: seed)
      let (train, known) = try split.learned(atLeast: threshold, halfLife: 20)
      // All that was trained on, user by user, and what a user is known for.
      var (newest, rest) = (0.0, 0)
      for learned in [true, false] {
        for user in 0..<x.byUser.rowCount {
          for place in x.byUser.offsets[user]..<x.byUser.offsets[user + 1] {
            let (item, value) = (x.byUser.others[place], x.byUser.values[place])
            if let threshold, value < threshold { continue }
            if learned, split.train.byUser.place(row: user, other: item) != nil { newest = max(newest, times[place]) }
            guard !learned else { continue }
            let table = split.known.place(row: user, other: item) != nil ? known : train.byUser
            guard let found = table.place(row: user, other: item) else { continue }
            let expected = Double(value) * exp2(min(0, times[place] - newest) / (20 * day))
            #expect(abs(Double(table.values[found]) - expected) < 1e-6 * expected, "seed \(seed)")
            rest += 1
          }
        }
      }
      #expect(rest == train.count + known.others.count && known.others.count > 0, "seed \(seed)")
      let whole = try split.learned(atLeast: threshold)
      #expect(whole.train.byUser.others == train.byUser.others && whole.known.others == known.others)
    }
  }

  @Test(
    "An update goes on ageing: all values are those of one training at the newest time", arguments: [5, 6],
    TimeDecay.Age.allCases)
  func update(seed: UInt64, age: TimeDecay.Age) throws {
    let x = try timed(seed)
    let times = try #require(x.times)
    let cut = times.sorted()[x.count / 2]
    func part(_ isEarly: Bool) throws -> Interactions {
      var rows: [(user: UserID, item: ItemID, value: Float)] = []
      var moments: [Double] = []
      for user in 0..<x.byUser.rowCount {
        for place in x.byUser.offsets[user]..<x.byUser.offsets[user + 1] where (times[place] <= cut) == isEarly {
          rows.append((x.userIDs[Row(user)], x.itemIDs[Row(Int(x.byUser.others[place]))], x.byUser.values[place]))
          moments.append(times[place])
        }
      }
      var result = try Interactions(rows: rows)
      result.times = moments
      return result
    }
    var options = WALSOptions()
    (options.dimensions, options.epochs) = (4, 3)
    let (early, decay) = try part(true).decayed(halfLife: 15, age: age)
    var old = try options.train(early).embeddings(for: early)
    old.provenance[TimeDecay.fact] = decay.json
    let (new, _) = try Update.folding(part(false), into: old)
    let (whole, last) = try x.decayed(halfLife: 15, age: age)
    #expect(new.history?.rows == whole.byUser.others)
    #expect(close(new.historyValues ?? [], whole.byUser.values), "seed \(seed)")
    #expect(TimeDecay(in: .object(new.provenance)) == last)
    // The users are solved with these values.
    let fold = try UserFoldIn(new)
    let users = try #require(new.users)
    let late = Set(try part(false).userIDs.all)
    for user in 0..<whole.byUser.rowCount where late.contains(whole.userIDs[Row(user)]) {
      let pairs = whole.byUser.offsets[user]..<whole.byUser.offsets[user + 1]
      let solved = try fold.user(
        history: Array(whole.byUser.others[pairs]), values: Array((new.historyValues ?? [])[pairs]))
      let vector = users[Row(user)]
      #expect(zip(solved.vector, vector).allSatisfy { abs($0 - $1) < 1e-4 }, "seed \(seed), user \(user)")
    }
    var timeless = try part(false)
    timeless.times = nil
    #expect(throws: TimeDecayError.noTimes) { try Update.folding(timeless, into: old) }
  }

  @Test("By interactions a value is halved once for each half-life of later ones of its user", arguments: [8, 9])
  func byInteractions(seed: UInt64) throws {
    var x = try timed(seed)
    // Few different times, so that some are equal.
    x.times = x.times.map { $0.map { ($0 / (20 * day)).rounded() } }
    let times = try #require(x.times)
    let (aged, decay) = try x.decayed(halfLife: 1.5, age: .interactions)
    #expect(decay == (try TimeDecay(interactions: 1.5)) && TimeDecay(in: .object(["halfLife": decay.json])) == decay)
    for user in 0..<x.byUser.rowCount {
      let places = x.byUser.offsets[user]..<x.byUser.offsets[user + 1]
      for place in places {
        let newer = places.count { times[$0] > times[place] }
        let expected = Double(x.byUser.values[place]) * exp(-log(2) * Double(newer) / 1.5)
        #expect(abs(Double(aged.byUser.values[place]) - expected) < 1e-6 * expected, "seed \(seed)")
      }
    }
    #expect(aged.byItem == aged.byUser.transposed(rowCount: x.itemIDs.count) && aged.times == nil)
  }

  @Test("A value that is not 0 stays so, however old it is")
  func smallest() throws {
    var x = try Interactions(rows: (0..<400).map { (.number(1), .number(UInt64($0)), $0 == 5 ? 0 : 3) })
    x.times = (0..<400).map { Double($0) * day }
    for age in TimeDecay.Age.allCases {
      let values = try x.decayed(halfLife: 1, age: age).interactions.byUser.values
      #expect(values[0] == .leastNormalMagnitude && values[5] == 0 && values[399] == 3 && values[398] == 1.5)
    }
    #expect(Float(-3).aged(by: 1e-200) == -.leastNormalMagnitude)
  }

  @Test("A split lets known pairs age by those of the same user", arguments: [10, 11])
  func splitsByInteractions(seed: UInt64) throws {
    let x = try timed(seed)
    let times = try #require(x.times)
    let split = try x.split(.strong(folds: 4, known: 0.5), fold: 1, seed: seed)
    let (train, known) = try split.learned(halfLife: 2, age: .interactions)
    #expect(known.others.count > 0)
    for (part, aged) in [(split.known, known), (split.train.byUser, train.byUser)] {
      for user in 0..<part.rowCount {
        let pairs = (part.offsets[user]..<part.offsets[user + 1]).map { place in
          (place, times[x.byUser.place(row: user, other: part.others[place]) ?? 0])
        }
        for (place, time) in pairs {
          let expected = Double(part.values[place]) * exp2(-Double(pairs.count { $0.1 > time }) / 2)
          #expect(abs(Double(aged.values[place]) - expected) < 1e-6 * expected, "seed \(seed)")
        }
      }
    }
  }

  @Test("A half-life that is no number above 0, and missing times, are errors that name the option")
  func refusals() throws {
    var x = try timed(7)
    for bad in [0, -1, .nan, .infinity] {
      #expect(throws: TimeDecayError.option(found: "\(bad)")) { try x.decayed(halfLife: bad) }
    }
    x.times = nil
    #expect(throws: TimeDecayError.noTimes) { try x.decayed(halfLife: 1) }
    let sentences: [(TimeDecayError, String)] = [
      (.option(found: "0.0"), "half-life: expected a number above 0, found 0.0"),
      (.noTimes, "half-life: expected a time for each interaction, found none"),
      (
        .noColumn(path: "a.csv", present: ["u", "i"]),
        "a.csv: half-life: expected a column of times (timestamp, time or date), found u, i"
      ),
    ]
    for (error, sentence) in sentences { #expect(error.description == sentence) }
    #expect(TimeDecayError.noTimes.help == "name the column of times (--time-column), or train without --half-life")
  }
}

extension IDColumn {
  fileprivate var all: [ItemID] { (0..<count).map { self[Row($0)] } }
}
