import Akin
import AkinInterchange
import AkinSupport

/// The format of a file of lists, by the end of its name.
enum ListFormat: String, CaseIterable, Sendable {
  /// An array of positions or ids, a row an owner.
  case npy
  /// A line an entry: owner, rank, id, score.
  case tsv
  /// An object an owner.
  case jsonl

  init?(path: String) {
    guard let format = ListFormat.allCases.first(where: { path.lowercased().hasSuffix(".\($0.rawValue)") }) else {
      return nil
    }
    self = format
  }
}

/// A file of lists, one for each user or item (the owner), which is written block by block and appears when all are there.
struct ListFile: ~Copyable {
  /// What a file of lists says.
  struct Content: Sendable {
    /// The word for an owner: `user` or `item`.
    let owner: String
    /// The ids of the owners.
    let owners: @Sendable (Row) -> ItemID
    /// The number of owners.
    let count: Int
    /// The longest list.
    let k: Int
    /// The ids and titles of the listed items.
    let catalog: any ItemCatalog
    /// Whether an `.npy` has ids in place of positions.
    let hasIDs: Bool
    /// Whether text has titles.
    let hasTitles: Bool
  }

  private let format: ListFormat
  private let content: Content
  private var main: AtomicOutput
  private var scores: AtomicOutput?

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - format: Its format.
  ///   - scores: A file for the scores of an `.npy`, or `nil`.
  ///   - content: What the file says.
  ///   - overwrite: Whether existing files are replaced.
  init(_ path: String, _ format: ListFormat, scores: String?, _ content: Content, overwrite: Bool) throws(OutputError) {
    var table: AtomicOutput?
    if let scores, format == .npy {
      table = try ListFile.array(scores, "<f4", elementSize: 4, content, overwrite)
    }
    main = try ListFile.begin(path, format, content, overwrite)
    self.scores = table
    self.format = format
    self.content = content
  }

  /// The file with what comes before the lists.
  private static func begin(
    _ path: String, _ format: ListFormat, _ content: Content, _ overwrite: Bool
  ) throws(OutputError) -> AtomicOutput {
    if format == .npy {
      let descr = content.hasIDs ? (content.hasWideIDs ? "<u8" : "<i8") : "<i4"
      return try array(path, descr, elementSize: content.hasIDs ? 8 : 4, content, overwrite)
    }
    var output = try AtomicOutput(path: path, overwrite: overwrite)
    if format == .tsv {
      let names = [content.owner, "rank", "id", "score"] + (content.hasTitles ? ["title"] : [])
      try output.write(names.joined(separator: "\t") + "\n")
    }
    return output
  }

  private static func array(
    _ path: String, _ descr: String, elementSize: Int, _ content: Content, _ overwrite: Bool
  ) throws(OutputError) -> AtomicOutput {
    let header = NpyWriter.header(descr, [content.count, content.k])
    var output = try AtomicOutput(
      path: path, byteCount: UInt64(header.count) + UInt64(content.count * content.k * elementSize),
      overwrite: overwrite)
    try output.write(header)
    return output
  }

  /// Writes the lists of the next owners.
  ///
  /// - Parameters:
  ///   - lists: The lists, with scores as they are shown.
  ///   - first: The row of the first owner.
  ///   - execution: Threads; cancellation.
  mutating func write(_ lists: NeighborTable, from first: Int, _ execution: Execution) throws {
    let content = content
    switch format {
    case .npy:
      if content.hasIDs {
        try main.write(rows: lists.queryCount, execution) { query, bytes in
          lists.append(query, content.k, empty: UInt64.max, to: &bytes) { content.number(of: $0.row) }
        }
      } else {
        try main.write(rows: lists.queryCount, execution) { query, bytes in
          lists.append(query, content.k, empty: UInt32.max, to: &bytes) { $0.row.index }
        }
      }
      if scores != nil {
        try scores?.write(rows: lists.queryCount, execution) { query, bytes in
          lists.append(query, content.k, empty: (-Float.infinity).bitPattern, to: &bytes) { $0.score.bitPattern }
        }
      }
    case .tsv:
      try main.write(rows: lists.queryCount, execution) { query, text in
        content.appendLines(lists[query], of: Row(first + query), to: &text)
      }
    case .jsonl:
      try main.write(rows: lists.queryCount, execution) { query, text in
        content.appendObject(lists[query], of: Row(first + query), to: &text)
      }
    }
  }

  /// Gives the files their names.
  consuming func commit() throws(OutputError) {
    if let scores = scores.take() { try scores.commit() }
    try main.commit()
  }
}

extension NeighborTable {
  /// Appends the numbers of a list, padded to `k` numbers.
  fileprivate func append<Number: FixedWidthInteger>(
    _ query: Int, _ k: Int, empty: Number, to bytes: inout [UInt8], _ number: (Neighbor) -> Number
  ) {
    var numbers = [Number](repeating: empty, count: k)
    for (place, one) in self[query].prefix(k).enumerated() { numbers[place] = number(one).littleEndian }
    // Safe: the bytes of the numbers are copied while they are lent.
    unsafe numbers.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }
}

extension ListFile.Content {
  /// Whether a listed item has an id of 2⁶³ or more.
  fileprivate var hasWideIDs: Bool {
    (0..<catalog.itemCount).contains { number(of: Row($0)) > UInt64(Int64.max) }
  }

  /// The id of an item as a number; text ids are refused before.
  fileprivate func number(of row: Row) -> UInt64 {
    if case .number(let number) = catalog.id(of: row) { number } else { .max }
  }

  fileprivate func appendLines(_ list: ArraySlice<Neighbor>, of owner: Row, to text: inout [UInt8]) {
    let name = Cell.id(owners(owner)).field
    for (place, one) in list.enumerated() {
      text.append(contentsOf: name.utf8)
      text.append(0x09)
      text.append(contentsOf: String(place + 1).utf8)
      text.append(0x09)
      text.append(contentsOf: Cell.id(catalog.id(of: one.row)).field.utf8)
      text.append(0x09)
      text.append(contentsOf: one.score.description.utf8)
      if hasTitles {
        text.append(0x09)
        text.append(contentsOf: TextField.escaped(catalog.title(of: one.row) ?? "").utf8)
      }
      text.append(0x0A)
    }
  }

  fileprivate func appendObject(_ list: ArraySlice<Neighbor>, of owner: Row, to text: inout [UInt8]) {
    text.append(contentsOf: "{\"\(self.owner)\":".utf8)
    text.append(contentsOf: (Cell.id(owners(owner)).json ?? .null).text.utf8)
    text.append(contentsOf: ",\"items\":[".utf8)
    for (place, one) in list.enumerated() {
      text.append(contentsOf: (place > 0 ? ",{\"id\":" : "{\"id\":").utf8)
      text.append(contentsOf: (Cell.id(catalog.id(of: one.row)).json ?? .null).text.utf8)
      text.append(contentsOf: ",\"score\":".utf8)
      text.append(contentsOf: one.score.description.utf8)
      if hasTitles, let title = catalog.title(of: one.row) {
        text.append(contentsOf: ",\"title\":".utf8)
        text.append(contentsOf: JSONValue.string(title).shownText.utf8)
      }
      text.append(0x7D)
    }
    text.append(contentsOf: "]}\n".utf8)
  }
}
