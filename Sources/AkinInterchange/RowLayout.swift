import AkinSupport
import AkinVectors

/// Where the rows of a table lie in a file, when each takes the same number of bytes.
struct RowLayout {
  /// The order of the components in the file.
  enum Order {
    /// Row after row, each behind `prefix` bytes; a prefix of 4 repeats the dimension.
    case rows(prefix: Int)
    /// Component 0 of all rows, then component 1: Fortran's order.
    case columns
  }

  var element: Element
  var count: Int
  var dimension: Int
  /// The file's byte where the table begins.
  var offset: UInt64
  var order: Order

  /// Creates a layout after checking the limits.
  init(
    _ element: Element, count: UInt64, dimension: UInt64, offset: UInt64, order: Order = .rows(prefix: 0),
    in file: InputFile, place: FilePlace = .header
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
  }

  /// The bytes that the table takes; fits, as rows and dimension are within the limits.
  var byteCount: UInt64 {
    var rowBytes = dimension * element.size
    if case .rows(let prefix) = order { rowBytes += prefix }
    return UInt64(count) * UInt64(rowBytes)
  }

  /// Reads the table: one copy through a buffer that stays in the cache, on all threads.
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

  /// Reads a table of one dimension as an array.
  func loadColumn(_ file: InputFile, _ execution: Execution) throws -> [Float] {
    try checkEnd(file)
    return try unsafe [Float](unsafeUninitializedCapacity: count) { floats, initialized in
      // Safe: the array has room for `count` floats, and all are written when nothing is thrown.
      if count > 0, let base = floats.baseAddress { try unsafe loadRows(file, execution, base, 1, 0) }
      initialized = count
    }
  }

  /// The table lies inside the file, so that nothing larger than the file's own size is allocated.
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
      // Safe: the buffer holds this chunk's rows, and each row of the matrix is written by one chunk only.
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: rows.count * rowBytes, alignment: 64)
      defer { unsafe buffer.deallocate() }
      try unsafe file.read(into: buffer, at: offset + UInt64(rows.lowerBound) * UInt64(rowBytes))
      guard var source = UnsafeRawPointer(buffer.baseAddress) else { return }
      for row in rows {
        if prefix > 0 {
          let found = unsafe Int32(littleEndian: source.loadUnaligned(as: Int32.self))
          guard Int(found) == dimension else {
            throw VectorFileError.ragged(path: file.path, place: .row(row), expected: dimension, found: Int(found))
          }
        }
        if let (component, trouble) = unsafe element.convert(
          source + prefix, count: dimension, to: base + row * stride)
        {
          throw error(file, row, component, trouble)
        }
        unsafe source += rowBytes
      }
    }
  }

  @unsafe private func loadColumns(
    _ file: InputFile, _ execution: Execution, _ base: UnsafeMutablePointer<Float>, _ stride: Int
  ) throws {
    try execution.forEachChunk(of: count, by: 16_384) { _, rows in
      // Safe: as above; `column` holds the same rows' floats of one component.
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: rows.count * element.size, alignment: 64)
      let column = UnsafeMutablePointer<Float>.allocate(capacity: rows.count)
      defer {
        unsafe buffer.deallocate()
        unsafe column.deallocate()
      }
      guard let source = UnsafeRawPointer(buffer.baseAddress) else { return }
      for component in 0..<dimension {
        let place = (UInt64(component) * UInt64(count) + UInt64(rows.lowerBound)) * UInt64(element.size)
        try unsafe file.read(into: buffer, at: offset + place)
        if let (index, trouble) = unsafe element.convert(source, count: rows.count, to: column) {
          throw error(file, rows.lowerBound + index, component, trouble)
        }
        for index in 0..<rows.count {
          unsafe base[(rows.lowerBound + index) * stride + component] = column[index]
        }
      }
    }
  }

  private func error(_ file: InputFile, _ row: Int, _ component: Int, _ trouble: Element.Trouble) -> VectorFileError {
    switch trouble {
    case .notFinite: .notFinite(path: file.path, place: .row(row), component: component)
    case .notExact: .notExact(path: file.path, place: .row(row), component: component)
    }
  }
}

/// Throws when the padded table would not fit this machine's memory, before anything is allocated.
func checkMemory(rows: Int, dimension: Int, _ file: InputFile) throws(VectorFileError) {
  // Fits 64 bits: at most 2³² rows of 2¹⁶ floats.
  let needed = UInt64(rows) * UInt64(EmbeddingMatrix.stride(forDimension: dimension)) * 4
  guard needed <= physicalMemory else { throw .memory(path: file.path, needed: needed, present: physicalMemory) }
}
