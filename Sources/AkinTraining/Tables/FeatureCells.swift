import AkinVectors

/// The fields of one column as bytes. The kind of the column is known only after the last field.
struct FeatureCells {
  let name: String
  private var bytes: [UInt8] = []
  private var ends: [Int] = [0]

  init(name: String) { self.name = name }

  /// The number of rows.
  var count: Int { ends.count - 1 }

  /// Adds the field of the next row, without spaces and tabs around it.
  mutating func append(_ field: UnsafeBufferPointer<UInt8>) {
    // Safe: both ends stay inside the field.
    var start = 0
    var end = field.count
    while start < end, unsafe field[start] == blank || field[start] == tab { start += 1 }
    while end > start, unsafe field[end - 1] == blank || field[end - 1] == tab { end -= 1 }
    unsafe bytes.append(contentsOf: field[start..<end])
    ends.append(bytes.count)
  }

  /// Calls `body` with the field of a row.
  func withField<R, E: Error>(_ row: Int, _ body: (UnsafeBufferPointer<UInt8>) throws(E) -> R) throws(E) -> R {
    let range = ends[row]..<ends[row + 1]
    return try unsafe bytes.span.extracting(range).withUnsafeBufferPointer { buffer throws(E) in
      try unsafe body(buffer)
    }
  }

  /// The first 40 bytes of a field, for messages.
  func text(_ row: Int) -> String {
    let text = unsafe withField(row) { unsafe String(decoding: $0.prefix(40), as: UTF8.self) }
    return ends[row + 1] - ends[row] > 40 ? text + "…" : text
  }
}

private let blank = UInt8(ascii: " ")
private let tab = UInt8(ascii: "\t")
