import AkinSupport
import AkinVectors

/// The layout of a table in a file whose rows have equal sizes.
struct RowLayout {
  /// The order of the components in the file.
  enum Order {
    /// Row after row, each after a prefix of `prefix` bytes; a prefix of 4 bytes holds the dimension.
    case rows(prefix: Int)
    /// Component 0 of all rows, then component 1, …: Fortran order.
    case columns
  }

  var element: Element
  var count: Int
  var dimension: Int
  /// The offset of the table in the file.
  var offset: UInt64
  var order: Order
  /// Whether the bytes of components are in big-endian order.
  let isSwapped: Bool

  /// Creates a layout and checks the limits.
  init(
    _ element: Element, count: UInt64, dimension: UInt64, offset: UInt64, order: Order = .rows(prefix: 0),
    isSwapped: Bool = false, in file: InputFile, place: FilePlace = .header
  ) throws(VectorFileError) {
    guard let dimension = Int(exactly: dimension), (1...VectorLimits.dimension).contains(dimension) else {
      throw .malformed(
        path: file.path, place: place, expected: "1 to \(VectorLimits.dimension) dimensions", found: "\(dimension)")
    }
    guard let count = Int(exactly: count), count <= VectorLimits.rows else {
      throw .malformed(path: file.path, place: place, expected: "at most \(VectorLimits.rows) rows", found: "\(count)")
    }
    self.element = element
    self.count = count
    self.dimension = dimension
    self.offset = offset
    self.order = order
    self.isSwapped = isSwapped
  }

  /// The size of the table in bytes, which fits because rows and dimension are within the limits.
  var byteCount: UInt64 {
    var rowBytes = dimension * element.size
    if case .rows(let prefix) = order { rowBytes += prefix }
    return UInt64(count) * UInt64(rowBytes)
  }

  /// Reads the table on all threads, each through a buffer that fits the cache.
  func load(_ file: InputFile, _ execution: Execution) throws -> EmbeddingMatrix {
    try checkEnd(file)
    try checkMemory(rows: count, dimension: dimension, file)
    return try unsafe EmbeddingMatrix(count: count, dimension: dimension) { (floats, stride) throws(any Error) in
      guard count > 0, let base = floats.baseAddress else { return }
      switch order {
      case .rows(let prefix): try unsafe loadRows(file, execution, base, stride, prefix)
      case .columns: try unsafe loadColumns(file, execution, base, stride)
      }
    }
  }

  /// Reads a table with one column as an array.
  func loadColumn(_ file: InputFile, _ execution: Execution) throws -> [Float] {
    try checkEnd(file)
    return try unsafe [Float](unsafeUninitializedCapacity: count) { floats, initialized in
      // Safe: the array has space for `count` floats, and all are written unless an error is thrown.
      if count > 0, let base = floats.baseAddress { try unsafe loadRows(file, execution, base, 1, 0) }
      initialized = count
    }
  }

  /// Checks that the table lies inside the file, so that allocations do not exceed the file's size.
  private func checkEnd(_ file: InputFile) throws(VectorFileError) {
    let (end, overflow) = offset.addingReportingOverflow(byteCount)
    guard !overflow, end <= file.byteCount else {
      throw .wrongSize(
        path: file.path, expected: overflow ? .max : end, found: file.byteCount,
        reason: "a table of \(count) × \(dimension)")
    }
  }

  @unsafe private func loadRows(
    _ file: InputFile, _ execution: Execution, _ base: UnsafeMutablePointer<Float>, _ stride: Int, _ prefix: Int
  ) throws {
    let rowBytes = prefix + dimension * element.size
    try execution.forEachChunk(of: count, by: max(1, (1 << 20) / rowBytes)) { _, rows in
      // Safe: the buffer holds the rows of this chunk, and one chunk writes each row of the matrix.
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: rows.count * rowBytes, alignment: 64)
      defer { unsafe buffer.deallocate() }
      try unsafe file.read(into: buffer, at: offset + UInt64(rows.lowerBound) * UInt64(rowBytes))
      if isSwapped { unsafe reverseBytes(of: buffer, each: element.size) }
      guard var source = UnsafeRawPointer(buffer.baseAddress) else { return }
      for row in rows {
        if prefix > 0 {
          let found = unsafe Int32(littleEndian: source.loadUnaligned(as: Int32.self))
          guard Int(found) == dimension else {
            throw VectorFileError.ragged(path: file.path, place: .row(row), expected: dimension, found: Int(found))
          }
        }
        if let (component, failure) = unsafe element.convert(
          source + prefix, count: dimension, to: base + row * stride)
        {
          throw error(file, row, component, failure)
        }
        if element == .float64, unsafe isZero(base + row * stride),
          let component = unsafe Element.firstNonzero(source + prefix, count: dimension)
        {
          throw VectorFileError.vanished(path: file.path, place: .row(row), component: component)
        }
        unsafe source += rowBytes
      }
    }
  }

  @unsafe private func loadColumns(
    _ file: InputFile, _ execution: Execution, _ base: UnsafeMutablePointer<Float>, _ stride: Int
  ) throws {
    try execution.forEachChunk(of: count, by: 16_384) { _, rows in
      // Safe: as above; `column` holds one component of the rows of this chunk.
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: rows.count * element.size, alignment: 64)
      let column = UnsafeMutablePointer<Float>.allocate(capacity: rows.count)
      defer {
        unsafe buffer.deallocate()
        unsafe column.deallocate()
      }
      guard let source = UnsafeRawPointer(buffer.baseAddress) else { return }
      // The first component of each row that is not zero in the file.
      var nonzero = [Int?](repeating: nil, count: element == .float64 ? rows.count : 0)
      for component in 0..<dimension {
        let place = (UInt64(component) * UInt64(count) + UInt64(rows.lowerBound)) * UInt64(element.size)
        try unsafe file.read(into: buffer, at: offset + place)
        if isSwapped { unsafe reverseBytes(of: buffer, each: element.size) }
        if let (index, failure) = unsafe element.convert(source, count: rows.count, to: column) {
          throw error(file, rows.lowerBound + index, component, failure)
        }
        for index in 0..<rows.count {
          unsafe base[(rows.lowerBound + index) * stride + component] = column[index]
        }
        for index in nonzero.indices where nonzero[index] == nil {
          if unsafe Element.firstNonzero(source + 8 * index, count: 1) != nil { nonzero[index] = component }
        }
      }
      for (index, component) in nonzero.enumerated() {
        let row = rows.lowerBound + index
        if let component, unsafe isZero(base + row * stride) {
          throw VectorFileError.vanished(path: file.path, place: .row(row), component: component)
        }
      }
    }
  }

  /// Whether a row holds zeros alone.
  @unsafe private func isZero(_ row: UnsafePointer<Float>) -> Bool {
    for component in 0..<dimension where unsafe row[component] != 0 { return false }
    return true
  }

  private func error(
    _ file: InputFile, _ row: Int, _ component: Int, _ failure: Element.ConversionFailure
  ) -> VectorFileError {
    switch failure {
    case .notFinite: .notFinite(path: file.path, place: .row(row), component: component)
    case .notExact: .notExact(path: file.path, place: .row(row), component: component)
    }
  }
}

/// Turns big-endian components into little-endian ones; what is left behind the last whole component stays.
@unsafe func reverseBytes(of buffer: UnsafeMutableRawBufferPointer, each size: Int) {
  guard size > 1 else { return }
  for start in stride(from: 0, through: buffer.count - size, by: size) {
    // Safe: the component ends inside the buffer.
    for place in 0..<size / 2 { unsafe buffer.swapAt(start + place, start + size - 1 - place) }
  }
}

/// Checks that the padded table fits the memory that is free, before it is allocated.
func checkMemory(rows: Int, dimension: Int, _ file: InputFile) throws(VectorFileError) {
  // Fits 64 bits: at most 2³² rows of 2¹⁶ floats.
  let needed = UInt64(rows) * UInt64(EmbeddingMatrix.stride(forDimension: dimension)) * 4
  let free = availableMemory
  guard needed <= free else { throw .memory(path: file.path, needed: needed, present: free) }
}
