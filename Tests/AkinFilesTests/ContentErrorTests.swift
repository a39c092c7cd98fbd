import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Embeddings that no reader would accept are not written")
struct ContentErrorTests {
  private func error(_ change: (inout Embeddings) -> Void) -> ContentError? {
    var embeddings = Sample.numbers.embeddings
    change(&embeddings)
    do {
      _ = try encoded(embeddings)
      return nil
    } catch {
      return error as? ContentError
    }
  }

  @Test("Numbers that are not finite are named by row")
  func finite() {
    func matrix(_ value: Float) -> EmbeddingMatrix {
      EmbeddingMatrix(uniformRows: [[1, 2, 3], [4, 5, value], [7, 8, value], [0, 0, 0], [0, 0, 0]], dimension: 3)
    }
    for value in [Float.nan, .infinity, -.infinity, .signalingNaN] {
      #expect(error { $0.items = matrix(value) } == .notFinite(what: "item", row: 1, component: 2))
      #expect(error { $0.globalMean = value } == .numberNotFinite(what: "the global mean"))
      #expect(error { $0.itemBiases?[3] = value } == .numberNotFinite(what: "the bias of item 3"))
      #expect(error { $0.userBiases?[0] = value } == .numberNotFinite(what: "the bias of user 0"))
      #expect(error { $0.objective?.w0 = Double(value) } == .numberNotFinite(what: "a number of the objective"))
    }
    #expect(error { $0.items = matrix(.greatestFiniteMagnitude) } == nil)
    #expect(error { $0.items = matrix(.leastNonzeroMagnitude) } == nil)
  }

  @Test("Counts must agree")
  func counts() {
    #expect(error { $0.itemIDs = .numbers([1]) } == .countMismatch(what: "item ids", expected: 5, found: 1))
    #expect(error { $0.itemBiases = [] } == .countMismatch(what: "item biases", expected: 5, found: 0))
    #expect(error { $0.titles = ["a"] } == .countMismatch(what: "titles", expected: 5, found: 1))
    #expect(error { $0.userBiases = [1] } == .countMismatch(what: "user biases", expected: 3, found: 1))
    #expect(error { $0.userIDs = .texts(["a"]) } == .countMismatch(what: "user ids", expected: 3, found: 1))
    #expect(error { $0.userIDs = nil } == .usersWithoutIDs)
    #expect(error { $0.users = normalMatrix(rows: 3, dimension: 4, seed: 1) } == .dimensionMismatch(items: 3, users: 4))
    #expect(error { $0.users = nil } == .withoutUsers(what: "user ids"))
  }

  @Test("Lists must ascend, stay in range and fill their table")
  func lists() {
    func history(_ offsets: [UInt64], _ rows: [UInt32]) -> ContentError? {
      error { $0.history = History(offsets: offsets, rows: rows) }
    }
    #expect(history([0, 1], [0]) == .countMismatch(what: "history, lists", expected: 3, found: 1))
    #expect(history([], []) == .countMismatch(what: "history, lists", expected: 3, found: -1))
    #expect(history([1, 1, 1, 1], [0]) == .badOffsets(what: "history", row: 0))
    #expect(history([0, 2, 1, 2], [0, 1]) == .badOffsets(what: "history", row: 1))
    #expect(history([0, .max, 1, 2], [0, 1]) == .badOffsets(what: "history", row: 0))
    #expect(history([0, 1, 1, 1], [0, 1]) == .badOffsets(what: "history", row: 2))
    #expect(history([0, 2, 2, 2], [1, 1]) == .badList(what: "history", row: 0, value: 1))
    #expect(history([0, 1, 1, 1], [5]) == .badList(what: "history", row: 0, value: 5))
    #expect(history([0, 1, 1, 2], [4, 4]) == nil)
    #expect(
      error { $0.categories = Categories(names: ["a"], members: History(offsets: [0, 0, 0, 0, 0, 1], rows: [1])) }
        == .badList(what: "categories", row: 4, value: 1))
  }

  @Test("Provenance must be readable again")
  func provenance() {
    func refused(_ value: JSONValue) -> Bool {
      if case .unreadableJSON? = error({ $0.provenance = ["a": value] }) { true } else { false }
    }
    #expect(refused(.string(String(repeating: "x", count: 256 << 10))))
    #expect(refused((0..<16).reduce(.null) { value, _ in .array([value]) }))
    #expect(!refused((0..<15).reduce(.null) { value, _ in .array([value]) }))
  }

  @Test("The sentences name rows and next steps")
  func sentences() {
    let duplicate = ContentError.duplicateID(what: "item", id: .text("a"), first: 3, second: 9)
    #expect(duplicate.description == "items 3 and 9 have the same id a; ids must differ")
    #expect(duplicate.help == "give every row an id of its own")
    #expect(
      ContentError.notFinite(what: "user", row: 3, component: 7).description
        == "user 3: component 7 is NaN or infinite; every component must be finite")
  }
}
