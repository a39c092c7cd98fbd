import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Sets of rows and filters over them")
struct RowFilterTests {
  @Test("and, or and not are those of the rows' truth values", arguments: 1...8 as ClosedRange<UInt64>)
  func laws(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let count = [0, 1, 63, 64, 65, 128, 200, 7][Int(seed - 1)]
    func bits() -> [Bool] { (0..<count).map { _ in .random(using: &random) } }
    func filter(_ bits: [Bool], letsIn: Bool) -> RowFilter {
      let rows = RowSet(capacity: count) { bits[Int($0.index)] == letsIn }
      return letsIn ? .only(rows) : .excluding(rows)
    }
    func allowed(_ filter: RowFilter) -> [Bool] { (0..<count).map { filter.allows(Row($0)) } }
    let (a, b) = (bits(), bits())
    for (left, right) in [(true, true), (true, false), (false, true), (false, false)] {
      let (x, y) = (filter(a, letsIn: left), filter(b, letsIn: right))
      #expect(allowed(x) == a && allowed(y) == b, "seed \(seed)")
      #expect(allowed(x.and(y)) == zip(a, b).map { $0 && $1 }, "seed \(seed)")
      #expect(allowed(x.or(y)) == zip(a, b).map { $0 || $1 }, "seed \(seed)")
      #expect(allowed(x.not) == a.map { !$0 }, "seed \(seed)")
      // De Morgan.
      #expect(allowed(x.and(y).not) == allowed(x.not.or(y.not)), "seed \(seed)")
      for one in [x, x.and(y), x.or(y), x.not] {
        #expect(one.allowedCount == allowed(one).count { $0 } && one.allowedCount + one.excludedCount == count)
        #expect(one.allowedRows.rows == (0..<count).map { Row($0) }.filter { one.allows($0) })
      }
    }
  }

  @Test("A set of words, of a predicate and of rows are one set; bits behind the last row are no rows")
  func sets() {
    let rows = [0, 3, 63, 64, 69].map { Row($0) }
    let set = RowSet(rows, capacity: 70)
    #expect(set == RowSet(capacity: 70) { rows.contains($0) })
    #expect(set == RowSet(words: [1 << 63 | 0b1001, UInt64.max << 7 | 0b100001], capacity: 70))
    #expect(set.rows == rows && set.complement.rows == (0..<70).map { Row($0) }.filter { !rows.contains($0) })
    #expect(set.complement.complement == set && set.complement.count == 65)
    var both = set
    both.formIntersection(RowSet([3, 4, 64].map { Row($0) }, capacity: 70))
    #expect(both.rows == [Row(3), Row(64)] && both.count == 2)
    #expect(RowSet(capacity: 0).complement.rows == [])
  }
}
