import CAkinKernels

/// The codes and facts of a selection of queries, for the kernels: scratch of a scan.
@unsafe package final class QueryBatch {
  /// The queries, by place.
  package let queries: UnsafeMutablePointer<Int>
  package let codes: UnsafeMutablePointer<Int8>
  package let about: UnsafeMutablePointer<akin_code_query>
  package private(set) var count = 0
  /// Bytes of a code.
  package let width: Int

  /// Room for `queries` queries of `width` bytes.
  package init(queries: Int, width: Int) {
    unsafe self.width = width
    let room = max(1, queries)
    unsafe self.queries = .allocate(capacity: room)
    unsafe codes = .allocate(capacity: room * width)
    unsafe about = .allocate(capacity: room)
  }

  deinit {
    unsafe queries.deallocate()
    unsafe codes.deallocate()
    unsafe about.deallocate()
  }

  package func removeAll() { unsafe count = 0 }

  /// Adds a query, within the capacity.
  package func add(_ query: Int, _ ask: akin_code_query, code: UnsafePointer<Int8>) {
    let place = unsafe count
    unsafe queries[place] = query
    unsafe about[place] = ask
    unsafe (codes + place &* width).update(from: code, count: width)
    unsafe count = place &+ 1
  }
}

/// The items of a block that may be in the answers of a batch of queries, one bit an item.
@unsafe package final class CodeFilter {
  /// The queries.
  package let batch: QueryBatch
  /// 16-bit words of bits for one query.
  private let stride: Int
  private let words: UnsafeMutablePointer<UInt16>

  /// Room for `queries` queries over blocks of `items`.
  package convenience init(queries: Int, over items: EncodedItems) {
    unsafe self.init(queries: queries, width: items.width, blockRows: items.blockRows)
  }

  /// Room for `queries` queries over blocks of so many items, with codes of `width` bytes.
  package init(queries: Int, width: Int, blockRows: Int) {
    unsafe batch = unsafe QueryBatch(queries: queries, width: width)
    unsafe stride = blockRows / 16
    let room = unsafe max(1, queries) * stride
    unsafe words = .allocate(capacity: room)
    unsafe words.initialize(repeating: 0, count: room)
  }

  deinit { unsafe words.deallocate() }

  /// Marks the items `range` of one block, for all queries of the batch.
  package func find(in items: EncodedItems, _ range: Range<Int>) {
    let (panels, starts, tails) = unsafe items.panels(from: range.lowerBound)
    let count = (range.count + 15) / 16
    let (batch, stride, words) = unsafe (batch, stride, words)
    // Safe: the items' panels reach to the end of the last one, and a query has a word for each panel of a block.
    unsafe items.kernels.pointee.code_filter(
      batch.codes, batch.width, batch.about, batch.count, panels, count, batch.width, starts, tails, words, stride)
    if range.count & 15 != 0 {
      // Lanes past the last item hold no items.
      let real = UInt16(1) << UInt16(range.count & 15) - 1
      for place in unsafe 0..<batch.count { unsafe words[place * stride + count - 1] &= real }
    }
    for place in unsafe 0..<batch.count {
      for word in count..<stride { unsafe words[place * stride + word] = 0 }
    }
  }

  /// Clears the marks of items that a mask lacks, for all queries of the batch.
  ///
  /// - Parameter mask: One bit an item of the block, in words of 64; words past its end keep nothing.
  package func keep(only mask: UnsafeBufferPointer<UInt64>) {
    for place in unsafe 0..<batch.count {
      // Safe: the rows of words are whole 64-bit words.
      let row = unsafe UnsafeMutableRawPointer(words + place &* stride)
      for word in unsafe 0..<stride / 4 {
        let bits = unsafe row.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
        unsafe row.storeBytes(of: word < mask.count ? bits & mask[word] : 0, toByteOffset: word &* 8, as: UInt64.self)
      }
    }
  }

  /// Writes the positions of the set bits of the query at a place, ascending, and returns their number.
  package func positions(of place: Int, into positions: UnsafeMutablePointer<UInt32>) -> Int {
    // Safe: the rows of words are whole 64-bit words, and `positions` has room for a block.
    let row = unsafe UnsafeRawPointer(words + place &* stride)
    var found = 0
    for word in unsafe 0..<stride / 4 {
      var bits = unsafe row.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
      while bits != 0 {
        unsafe positions[found] = UInt32(truncatingIfNeeded: word &* 64 &+ bits.trailingZeroBitCount)
        found &+= 1
        bits &= bits &- 1
      }
    }
    return found
  }
}
