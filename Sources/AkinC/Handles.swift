import Akin
import CAkin
import Synchronization

/// What a handle stands for.
enum Held: Sendable {
  case embeddings(EmbeddingFile)
  case index(any ItemIndex)
  case recommender(Recommender)
  case filter(RowFilter)
  case categoryLimit(CategoryLimit)
  case cancellation(Cancellation)

  /// The kind, as messages name it.
  var noun: String {
    switch self {
    case .embeddings: "embeddings"
    case .index: "an index"
    case .recommender: "a recommender"
    case .filter: "a filter"
    case .categoryLimit: "a category limit"
    case .cancellation: "a cancellation"
    }
  }
}

/// The open handles. A handle is the number of a slot and how often the slot was taken, so a closed one is never taken for another.
///
/// Cost of a look: one lock and one count of references.
enum Handles {
  private struct Slot {
    var turn: UInt32 = 0
    var held: Held?
  }

  private struct Table: Sendable {
    var slots: [Slot] = []
    var free: [Int] = []
  }

  private static let table = Mutex(Table())

  /// The handle of something new.
  static func open(_ held: Held) -> akin_handle {
    table.withLock { table in
      let place: Int
      if let last = table.free.popLast() {
        place = last
      } else {
        place = table.slots.count
        table.slots.append(Slot())
      }
      table.slots[place].turn &+= 1
      table.slots[place].held = held
      return UInt64(table.slots[place].turn) << 32 | UInt64(place)
    }
  }

  /// What a handle stands for, or `nil`.
  static func find(_ handle: akin_handle) -> Held? {
    table.withLock { table in
      let place = Int(handle & 0xFFFF_FFFF)
      guard place < table.slots.count, table.slots[place].turn == UInt32(handle >> 32) else { return nil }
      return table.slots[place].held
    }
  }

  /// Closes a handle; what it stood for goes when the calls that use it have ended.
  static func close(_ handle: akin_handle) throws(CallError) {
    let held = table.withLock { table -> Held? in
      let place = Int(handle & 0xFFFF_FFFF)
      guard place < table.slots.count, table.slots[place].turn == UInt32(handle >> 32) else { return nil }
      let held = table.slots[place].held
      table.slots[place].held = nil
      // A slot whose turns are used up is not taken again.
      if held != nil, table.slots[place].turn < .max { table.free.append(place) }
      return held
    }
    if held == nil { throw .closed(handle) }
  }

  /// The embeddings of a handle.
  static func embeddings(_ handle: akin_handle) throws(CallError) -> EmbeddingFile {
    let held = try any(handle)
    guard case .embeddings(let file) = held else { throw .otherKind(expected: "embeddings", found: held.noun) }
    return file
  }

  /// The index of a handle.
  static func index(_ handle: akin_handle) throws(CallError) -> any ItemIndex {
    let held = try any(handle)
    guard case .index(let index) = held else { throw .otherKind(expected: "an index", found: held.noun) }
    return index
  }

  /// The recommender of a handle.
  static func recommender(_ handle: akin_handle) throws(CallError) -> Recommender {
    let held = try any(handle)
    guard case .recommender(let recommender) = held else {
      throw .otherKind(expected: "a recommender", found: held.noun)
    }
    return recommender
  }

  /// The filter of a handle.
  static func filter(_ handle: akin_handle) throws(CallError) -> RowFilter {
    let held = try any(handle)
    guard case .filter(let filter) = held else { throw .otherKind(expected: "a filter", found: held.noun) }
    return filter
  }

  /// The category limit of a handle.
  static func categoryLimit(_ handle: akin_handle) throws(CallError) -> CategoryLimit {
    let held = try any(handle)
    guard case .categoryLimit(let limit) = held else {
      throw .otherKind(expected: "a category limit", found: held.noun)
    }
    return limit
  }

  /// The cancellation of a handle; one of its own for 0.
  static func cancellation(_ handle: akin_handle) throws(CallError) -> Cancellation {
    if handle == 0 { return Cancellation() }
    let held = try any(handle)
    guard case .cancellation(let cancellation) = held else {
      throw .otherKind(expected: "a cancellation", found: held.noun)
    }
    return cancellation
  }

  /// What an open handle stands for.
  static func any(_ handle: akin_handle) throws(CallError) -> Held {
    guard let held = find(handle) else { throw .closed(handle) }
    return held
  }
}
