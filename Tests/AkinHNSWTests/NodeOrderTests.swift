import AkinSupport
import AkinVectors
import Testing

@testable import AkinHNSW

@Suite("The order of items in an index")
struct NodeOrderTests {
  @Test("Sorting hears of a cancellation at any comparison, and gives the largest first, equal ones by row")
  func cancellation() throws {
    let squares = (0..<1000).map { Double($0 * 7 % 100) }
    var compared = 0
    let order = try NodeOrder.order(squares, nil, .innerProduct) { compared += 1 }
    #expect(order == (0..<1000).sorted { (squares[$1], $0) < (squares[$0], $1) }.map(UInt32.init))
    #expect(compared > 1000)
    for limit in [1, 500, compared] {
      var left = limit
      #expect(throws: Cancelled.self) {
        try NodeOrder.order(squares, [Float](repeating: 1, count: 1000), .innerProduct) {
          left -= 1
          if left == 0 { throw Cancelled() }
        }
      }
    }
  }
}
