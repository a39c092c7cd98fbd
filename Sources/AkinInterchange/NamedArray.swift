import AkinSupport
import AkinVectors

/// An array for a file of named arrays: how to make its bytes, row by row.
struct NamedArray: Sendable {
  /// The type of the components.
  enum Component: Equatable, Sendable {
    case float32, int64, uint64
    /// Texts of so many code points, 4 bytes each; zeros fill the rest.
    case codePoints(Int)

    var size: Int {
      switch self {
      case .float32: 4
      case .int64, .uint64: 8
      case .codePoints(let count): 4 * count
      }
    }

    /// The name of the type in `.npy` files.
    var descr: String {
      switch self {
      case .float32: "<f4"
      case .int64: "<i8"
      case .uint64: "<u8"
      case .codePoints(let count): "<U\(count)"
      }
    }

    /// The name of the type in safetensors files; `nil` for texts, which these cannot hold.
    var dtype: String? {
      switch self {
      case .float32: "F32"
      case .int64: "I64"
      case .uint64: "U64"
      case .codePoints: nil
      }
    }
  }

  let name: String
  let component: Component
  /// One or two sides.
  let shape: [Int]
  /// Appends the bytes of a row.
  private let append: @Sendable (_ row: Int, _ bytes: inout [UInt8]) -> Void

  var rows: Int { shape[0] }
  var byteCount: UInt64 { UInt64(shape.reduce(component.size, *)) }

  /// Calls `body` with all bytes, front to back, in blocks of about 256 KiB.
  func forEachBlock(_ execution: Execution, _ body: (_ bytes: [UInt8], _ rowsDone: Int) throws -> Void) throws {
    let rowBytes = max(1, Int(byteCount) / max(1, rows))
    let step = max(1, (1 << 18) / rowBytes)
    for start in stride(from: 0, to: rows, by: step) {
      try execution.checkCancellation()
      let end = min(start + step, rows)
      var bytes: [UInt8] = []
      bytes.reserveCapacity((end - start) * rowBytes)
      for row in start..<end { append(row, &bytes) }
      try body(bytes, end)
    }
  }
}

extension NamedArray {
  /// Vectors as float32, without padding.
  init(_ name: String, _ matrix: EmbeddingMatrix) {
    self.init(name: name, component: .float32, shape: [matrix.count, matrix.dimension]) { row, bytes in
      matrix.withRow(Row(row)) { components in
        // Safe: the components are copied while they are lent.
        unsafe components.bytes.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
      }
    }
  }

  /// A column of float32.
  init(_ name: String, _ numbers: [Float]) {
    self.init(name: name, component: .float32, shape: [numbers.count]) { row, bytes in
      appendLittleEndian(numbers[row].bitPattern, to: &bytes)
    }
  }

  /// Ids: numbers as int64, or as uint64 where one is 2⁶³ or more; else texts.
  init(_ name: String, _ ids: IDColumn) {
    switch ids {
    case .texts(let texts): self.init(name, texts)
    case .rowNumbers(let count):
      self.init(name: name, component: .int64, shape: [count]) { row, bytes in
        appendLittleEndian(UInt64(row), to: &bytes)
      }
    case .numbers(let numbers):
      let isWide = numbers.contains { $0 > UInt64(Int64.max) }
      self.init(name: name, component: isWide ? .uint64 : .int64, shape: [numbers.count]) { row, bytes in
        appendLittleEndian(numbers[row], to: &bytes)
      }
    }
  }

  /// Texts, each with as many code points as the longest.
  init(_ name: String, _ texts: [String]) {
    // NumPy has no texts of no length.
    let width = max(1, texts.lazy.map(\.unicodeScalars.count).max() ?? 1)
    self.init(name: name, component: .codePoints(width), shape: [texts.count]) { row, bytes in
      var count = 0
      for scalar in texts[row].unicodeScalars {
        appendLittleEndian(scalar.value, to: &bytes)
        count += 1
      }
      bytes.append(contentsOf: repeatElement(0, count: 4 * (width - count)))
    }
  }
}

/// Appends a number, the lowest byte first.
func appendLittleEndian(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
  var rest = number
  for _ in 0..<number.bitWidth / 8 {
    bytes.append(UInt8(truncatingIfNeeded: rest))
    rest >>= 8
  }
}

extension VectorTable {
  /// The arrays of the table: `item_factors`, `item_ids`, `item_titles`, `item_biases`, as far as there are any.
  var arrays: [NamedArray] {
    let name = role.rawValue
    var arrays = [NamedArray("\(name)_factors", vectors)]
    // Row numbers are what a reader without ids takes.
    if case .rowNumbers = ids {} else { arrays.append(NamedArray("\(name)_ids", ids)) }
    if let titles { arrays.append(NamedArray("\(name)_titles", titles)) }
    if let biases { arrays.append(NamedArray("\(name)_biases", biases)) }
    return arrays
  }
}
