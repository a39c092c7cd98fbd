import AkinSupport
import AkinVectors

/// Numbers the different ids of one column in the order of their first use, and sorts them at the end.
///
/// Canonical numbers are stored as numbers. If any id of the column is not one, all ids become texts.
@safe struct IDInterner: ~Copyable {
  // Safe: `slots` holds `mask + 1` slots, a power of two, and `deinit` alone frees them. A slot's `place` is 0 (empty) or
  // 1 + an index into `ids`. Less than half of the slots are taken, so every probe ends.

  private struct Slot {
    var key: UInt64
    var place: UInt32
    var isText: Bool
  }

  private enum Known {
    case number(UInt64)
    case text(start: Int, count: Int)
  }

  private var slots: UnsafeMutablePointer<Slot>
  private var mask: Int
  private var ids: [Known] = []
  private var arena: [UInt8] = []
  private var hasTexts = false
  /// Differs from run to run, so that no input can be made whose ids all collide. No result depends on it.
  private let salt = UInt64.random(in: .min ... .max)

  /// The number of different ids.
  var count: Int { ids.count }

  init() {
    mask = (1 << 12) - 1
    unsafe slots = .allocate(capacity: mask + 1)
    unsafe slots.initialize(repeating: Slot(key: 0, place: 0, isText: false), count: mask + 1)
  }

  deinit { unsafe slots.deallocate() }

  /// Why an id is refused.
  enum Refusal: Error, Equatable { case empty, notUTF8, tooMany, tooLong(bytes: Int) }

  /// The number of an id, which is new or known.
  mutating func index(of bytes: UnsafeBufferPointer<UInt8>) throws(Refusal) -> UInt32 {
    if let number = unsafe bytes.canonicalNumber { return try index(of: number) }
    return try unsafe index(ofText: bytes)
  }

  /// The number of an id, which is new or known. The text of a canonical number is that number, as in a file.
  mutating func index(of id: ItemID) throws(Refusal) -> UInt32 {
    switch id {
    case .number(let number): return try index(of: number)
    case .text(var text):
      let result: Result<UInt32, Refusal> = text.withUTF8 { bytes in
        do throws(Refusal) { return .success(try unsafe index(of: bytes)) } catch { return .failure(error) }
      }
      return try result.get()
    }
  }

  private mutating func index(of number: UInt64) throws(Refusal) -> UInt32 {
    var place = Int(truncatingIfNeeded: mix(number ^ salt)) & mask
    while true {
      let slot = unsafe slots[place]
      if slot.place == 0 { break }
      if slot.key == number, !slot.isText { return slot.place &- 1 }
      place = (place &+ 1) & mask
    }
    return try insert(.number(number), key: number, at: place)
  }

  private mutating func index(ofText bytes: UnsafeBufferPointer<UInt8>) throws(Refusal) -> UInt32 {
    if bytes.isEmpty { throw .empty }
    let key = unsafe hash(bytes, salt)
    var place = Int(truncatingIfNeeded: mix(key ^ salt)) & mask
    while true {
      let slot = unsafe slots[place]
      if slot.place == 0 { break }
      if slot.key == key, slot.isText, unsafe isText(at: Int(slot.place) - 1, equalTo: bytes) { return slot.place &- 1 }
      place = (place &+ 1) & mask
    }
    // Checked once per id, not once per row.
    guard bytes.count <= VectorLimits.idBytes else { throw .tooLong(bytes: bytes.count) }
    guard unsafe String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
    hasTexts = true
    let start = arena.count
    unsafe arena.append(contentsOf: bytes)
    return try insert(.text(start: start, count: bytes.count), key: key, at: place)
  }

  private func isText(at index: Int, equalTo bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard case .text(let start, let count) = ids[index], count == bytes.count else { return false }
    for offset in 0..<count where unsafe arena[start + offset] != bytes[offset] { return false }
    return true
  }

  private mutating func insert(_ id: Known, key: UInt64, at place: Int) throws(Refusal) -> UInt32 {
    guard ids.count < Int(UInt32.max) - 1 else { throw .tooMany }
    let index = UInt32(ids.count)
    ids.append(id)
    var isText = false
    if case .text = id { isText = true }
    unsafe slots[place] = Slot(key: key, place: index + 1, isText: isText)
    if ids.count * 2 > mask { grow() }
    return index
  }

  private mutating func grow() {
    let larger = (mask + 1) * 4 - 1
    let fresh = UnsafeMutablePointer<Slot>.allocate(capacity: larger + 1)
    unsafe fresh.initialize(repeating: Slot(key: 0, place: 0, isText: false), count: larger + 1)
    for index in 0...mask {
      let slot = unsafe slots[index]
      if slot.place == 0 { continue }
      var place = Int(truncatingIfNeeded: mix(slot.key ^ salt)) & larger
      while unsafe fresh[place].place != 0 { place = (place + 1) & larger }
      unsafe fresh[place] = slot
    }
    unsafe slots.deallocate()
    unsafe slots = fresh
    mask = larger
  }

  /// The id with a number.
  func id(at index: Int) -> ItemID {
    switch ids[index] {
    case .number(let number): hasTexts ? .text(String(number)) : .number(number)
    case .text(let start, let count): .text(String(decoding: arena[start..<start + count], as: UTF8.self))
    }
  }

  /// The ids that are no canonical numbers, with their numbers.
  var texts: [(index: UInt32, text: String)] { texts { _ in true } }

  /// The ids that are no numbers, and whose bytes pass a test, with their numbers.
  func texts(where isWanted: (ArraySlice<UInt8>) -> Bool) -> [(index: UInt32, text: String)] {
    guard hasTexts else { return [] }
    var found: [(index: UInt32, text: String)] = []
    for index in ids.indices {
      if case .text(let start, let count) = ids[index], isWanted(arena[start..<start + count]) {
        found.append((UInt32(index), String(decoding: arena[start..<start + count], as: UTF8.self)))
      }
    }
    return found
  }

  /// Whether an id is known.
  func contains(_ id: String) -> Bool {
    var id = id
    return id.withUTF8 { bytes in
      let number = unsafe bytes.canonicalNumber
      let key = unsafe number ?? hash(bytes, salt)
      var place = Int(truncatingIfNeeded: mix(key ^ salt)) & mask
      while true {
        let slot = unsafe slots[place]
        if slot.place == 0 { return false }
        if slot.key == key, slot.isText == (number == nil) {
          if unsafe number != nil || isText(at: Int(slot.place) - 1, equalTo: bytes) { return true }
        }
        place = (place &+ 1) & mask
      }
    }
  }

  /// All ids in the order of their numbers.
  var inOrder: IDColumn {
    if hasTexts { return .texts(ids.indices.map { id(at: $0).description }) }
    return .numbers(
      ids.map { id in
        if case .number(let number) = id { number } else { 0 }
      })
  }

  /// All ids in ascending order, and the place of each number in that order.
  func sorted() -> (column: IDColumn, rank: [UInt32]) {
    var rank = [UInt32](repeating: 0, count: ids.count)
    if !hasTexts {
      var pairs: [(id: UInt64, index: UInt32)] = []
      pairs.reserveCapacity(ids.count)
      for (index, id) in ids.enumerated() {
        if case .number(let number) = id { pairs.append((number, UInt32(index))) }
      }
      pairs.sort { $0.id < $1.id }
      for (place, pair) in pairs.enumerated() { rank[Int(pair.index)] = UInt32(place) }
      return (.numbers(pairs.map(\.id)), rank)
    }
    var pairs: [(id: String, index: UInt32)] = []
    pairs.reserveCapacity(ids.count)
    for index in ids.indices {
      if case .text(let text) = id(at: index) { pairs.append((text, UInt32(index))) }
    }
    pairs.sort { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    for (place, pair) in pairs.enumerated() { rank[Int(pair.index)] = UInt32(place) }
    return (.texts(pairs.map(\.id)), rank)
  }
}

/// Spreads a key over all 64 bits (the finaliser of SplitMix64).
func mix(_ value: UInt64) -> UInt64 {
  var z = value &+ 0x9E37_79B9_7F4A_7C15
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}

private func hash(_ bytes: UnsafeBufferPointer<UInt8>, _ salt: UInt64) -> UInt64 {
  // Safe: every index is below `count`.
  var state = UInt64(bytes.count) ^ salt
  var word: UInt64 = 0
  for index in 0..<bytes.count {
    word = unsafe word << 8 | UInt64(bytes[index])
    if index & 7 == 7 {
      state = mix(state ^ word)
      word = 0
    }
  }
  return mix(state ^ word)
}
