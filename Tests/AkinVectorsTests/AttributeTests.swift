import AkinSupport
import AkinTestSupport
import AkinVectors
import Synchronization
import Testing

@Suite("Attributes as columns")
struct AttributeTests {
  @Test("A column gives back its values, and those of other rows", arguments: [1, 2, 3] as [UInt64])
  func values(seed: UInt64) {
    let world = AttributeWorld(seed: seed, count: 100)
    var random = SeededGenerator(seed: seed + 50)
    for entry in world.table.entries {
      let attribute = world.table.position(of: entry.name).map { world.table[$0] } ?? world.table[0]
      let values = world.values[entry.name] ?? []
      func same(_ a: AttributeValue?, _ b: AttributeValue?) -> Bool {
        guard case .list(let a)? = a, case .list(let b)? = b else { return a == b }
        // A list has each word once, in the order of their bytes.
        return a == Set(b.map { ItemID.text($0) }).sorted().map(\.description)
      }
      for row in 0..<100 { #expect(same(attribute[Row(row)], values[row]), "seed \(seed), \(entry.name)") }
      #expect(attribute[Row(100)] == nil)
      let rows = (0..<150).map { _ in Int?.some(Int.random(in: 0..<120, using: &random)).flatMap { $0 < 100 ? $0 : nil }
      }
      let moved = attribute.gathered(rows)
      for (place, row) in rows.enumerated() {
        #expect(moved[Row(place)] == row.flatMap { attribute[Row($0)] }, "seed \(seed), \(entry.name)")
      }
      #expect(Set(moved.words).isSubset(of: attribute.words))
    }
  }

  @Test("A summary counts values, and sorts words by their counts")
  func summaries() {
    let numbers = Attribute.numbers("x", [5, nil, 1, 3, 100]).summary()
    #expect(numbers.presentCount == 4 && numbers.range == 1...100 && numbers.median == 4)
    #expect(Attribute.times("x", [7, 9, 8]).summary().median == 8)
    let lists = Attribute.lists("x", [["b", "a"], ["a", "a"], [], ["c", "b"]]).summary(words: 2)
    #expect(lists.presentCount == 3 && lists.wordCount == 3)
    #expect(lists.mostFrequent.map(\.word) == ["a", "b"] && lists.mostFrequent.map(\.count) == [2, 2])
    let flags = Attribute.flags("x", [true, false, true, nil]).summary()
    #expect(flags.mostFrequent.map(\.word) == ["true", "false"] && flags.presentCount == 3)
    let none = Attribute.numbers("x", [nil]).summary()
    #expect(none.presentCount == 0 && none.range == nil && none.median == nil)
    let large = Double.greatestFiniteMagnitude
    #expect(Attribute.numbers("x", [large, large]).summary().median == large)
  }

  @Test("A table reads a column once")
  func cached() {
    let reads = Counted()
    let table = AttributeTable(entries: [.init(name: "x", kind: .number)], itemCount: 1) { _ in
      reads.count.withLock { $0 += 1 }
      return .numbers("x", [1])
    }
    _ = (table.column(at: 0), table[0], table[0], table.column(at: 0))
    #expect(reads.count.withLock { $0 } == 2, "one without keeping it, one to keep")
  }

  @Test("Seconds are shown as the date that is read as them", arguments: [1, 2] as [UInt64])
  func dates(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<300 {
      let seconds = Double(Int.random(in: -62_167_219_200..<253_402_300_800, using: &random))
      #expect(secondsOfDate(dateOfSeconds(seconds)) == seconds, "\(dateOfSeconds(seconds))")
    }
    #expect(dateOfSeconds(0) == "1970-01-01" && dateOfSeconds(-1) == "1969-12-31T23:59:59Z")
    #expect(dateOfSeconds(951_782_400) == "2000-02-29" && dateOfSeconds(1e18) == "1e+18")
  }
}

private final class Counted: Sendable { let count = Mutex(0) }
