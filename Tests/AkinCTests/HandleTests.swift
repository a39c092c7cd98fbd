import Akin
import CAkin
import Testing

@testable import AkinC

@Suite("Handles of C")
struct HandleTests {
  private static let some = Held.filter(.excluding(RowSet(capacity: 3)))

  @Test("stand for what they were opened for until they are closed, and for nothing afterwards")
  func turns() throws {
    var closed: Set<akin_handle> = []
    for turn in 0..<200 {
      let handle = Handles.open(Self.some)
      #expect(!closed.contains(handle) && handle != 0, "turn \(turn)")
      #expect(try Handles.filter(handle).rows.capacity == 3)
      try Handles.close(handle)
      closed.insert(handle)
      for old in closed { #expect(Handles.find(old) == nil, "handle \(old) after turn \(turn)") }
      #expect(throws: CallError.closed(handle)) { try Handles.close(handle) }
    }
  }

  @Test("of another kind are told apart")
  func kinds() throws {
    let handle = Handles.open(Self.some)
    defer { try? Handles.close(handle) }
    let found = "a filter"
    #expect(throws: CallError.otherKind(expected: "an index", found: found)) { try Handles.index(handle) }
    #expect(throws: CallError.otherKind(expected: "embeddings", found: found)) { try Handles.embeddings(handle) }
    #expect(throws: CallError.otherKind(expected: "a recommender", found: found)) { try Handles.recommender(handle) }
    #expect(throws: CallError.otherKind(expected: "a cancellation", found: found)) {
      try Handles.cancellation(handle)
    }
  }
}
