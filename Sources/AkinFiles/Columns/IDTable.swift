import AkinSupport
import AkinVectors

/// The ids of a table's rows, read in place, and the search for the row of an id.
///
/// The search is a binary search over the rows sorted by their ids: it always ends, needs nothing built at open, and
/// checks every row that it reads.
@safe public struct IDTable: Sendable {
  /// The number of rows.
  public let count: Int
  private let storage: Storage
  private let order: SectionView?

  private enum Storage: Sendable {
    case rowNumbers
    case numbers(SectionView)
    case texts(TextColumn)
  }

  /// Reads the ids of a table of `count` rows; the sections that are present say how the ids are stored.
  ///
  /// - Throws: ``FileError`` for sections that contradict each other or `count`.
  package init(in file: ContainerFile, _ names: IDSections, count: Int) throws(FileError) {
    self.count = count
    if let texts = try TextColumn(in: file, offsets: names.offsets, text: names.text, count: count) {
      try file.refuseSection(names.numbers)
      storage = .texts(texts)
    } else if file.entry(names.numbers) != nil {
      storage = .numbers(try file.requireSection(names.numbers, count: UInt64(count), elementBytes: 8))
    } else {
      try file.refuseSection(names.order)
      storage = .rowNumbers
      order = nil
      return
    }
    order = try file.requireSection(names.order, count: UInt64(count), elementBytes: 4)
  }

  /// How the ids are stored.
  package var kind: IDKind {
    switch storage {
    case .rowNumbers: .rowNumber
    case .numbers: .number
    case .texts: .text
    }
  }

  /// The id of a row. For a row that does not exist, or whose id is damaged: the text `(no id for row …)`.
  ///
  /// - Parameter row: The row.
  public func id(of row: Row) -> ItemID {
    let index = Int(row.index)
    switch storage {
    case .rowNumbers: if index < count { return .number(UInt64(row.index)) }
    case .numbers(let numbers): if let number = numbers.u64(at: index) { return .number(number) }
    case .texts(let texts): if let text = texts[row] { return .text(text) }
    }
    return .text("(no id for row \(row.index))")
  }

  /// A copy of all ids, for building another file; `nil` when one is damaged.
  package func column() -> IDColumn? {
    switch storage {
    case .rowNumbers: return .rowNumbers(count: count)
    case .numbers(let numbers): return .numbers((0..<count).compactMap { numbers.u64(at: $0) })
    case .texts(let texts): return texts.copy().map { .texts($0) }
    }
  }

  /// The row of an id, or `nil` when no row has it.
  ///
  /// A number finds the text that spells it, and a text the number, so that a typed id is found however it is stored.
  ///
  /// - Parameter id: The id.
  /// - Complexity: O(log *rows*) comparisons.
  public func row(of id: ItemID) -> Row? {
    switch storage {
    case .rowNumbers:
      guard case .number(let number) = id.asNumber, number < UInt64(count) else { return nil }
      return Row(UInt32(number))
    case .numbers(let numbers):
      guard case .number(let number) = id.asNumber else { return nil }
      return search { row in
        guard let found = numbers.u64(at: row) else { return nil }
        return found < number ? -1 : found > number ? 1 : 0
      }
    case .texts(let texts):
      var text = id.description
      return text.withUTF8 { wanted in
        let wanted = UnsafeRawBufferPointer(wanted)
        return search { row in
          guard let found = unsafe texts.bytes(at: row) else { return nil }
          return unsafe compareBytes(found, wanted)
        }
      }
    }
  }

  /// Binary search over the sorted rows; `comparison` gives the sign of (id of row − wanted id), or `nil` for damage.
  private func search(_ comparison: (Int) -> Int?) -> Row? {
    guard let order else { return nil }
    var low = 0
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      guard let row = order.u32(at: middle), row < UInt32(clamping: count), let sign = comparison(Int(row)) else {
        return nil
      }
      if sign == 0 { return Row(row) }
      if sign < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// Adds what is wrong: rows out of range, ids out of order (hence also equal ids), damaged texts.
  package func check(_ list: inout DamageList) {
    if case .texts(let texts) = storage { texts.check(&list, limit: UInt64(FileLimits.idBytes)) }
    guard let order else { return }
    var previous: Int?
    for position in 0..<order.count {
      guard let row = order.u32(at: position) else { continue }
      let bytes = position * 4..<position * 4 + 4
      guard row < UInt32(clamping: count) else {
        list.add(
          order, bytes, .outOfRange(position: UInt64(position), found: UInt64(row), limit: UInt64(count)))
        previous = nil
        continue
      }
      if let previous, !ascends(previous, Int(row)) { list.add(order, bytes, .order(position: UInt64(position))) }
      previous = Int(row)
    }
  }

  /// Whether the id of row `a` is below the id of row `b`.
  private func ascends(_ a: Int, _ b: Int) -> Bool {
    switch storage {
    case .rowNumbers: return a < b
    case .numbers(let numbers): return (numbers.u64(at: a) ?? 0) < (numbers.u64(at: b) ?? 0)
    case .texts(let texts):
      // Damaged offsets and too long ids are reported elsewhere; long ids would cost too much here.
      guard let first = unsafe texts.bytes(at: a), let second = unsafe texts.bytes(at: b),
        max(first.count, second.count) <= FileLimits.idBytes
      else { return true }
      return unsafe compareBytes(first, second) < 0
    }
  }
}

extension ItemID {
  /// The number that this id is or spells; otherwise the id itself.
  fileprivate var asNumber: ItemID {
    if case .text(let text) = self { ItemID(parsing: text) } else { self }
  }
}

/// Compares by bytes, a prefix first: negative when `a` comes before `b`, 0 when they are equal, positive otherwise.
func compareBytes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
  let common = min(a.count, b.count)
  if common > 0, let first = a.baseAddress, let second = b.baseAddress {
    // Safe: both buffers hold `common` bytes.
    let sign = unsafe memcmp(first, second, common)
    if sign != 0 { return Int(sign) }
  }
  return a.count - b.count
}
