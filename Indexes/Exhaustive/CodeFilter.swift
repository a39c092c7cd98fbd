import AkinVectors
import CAkinKernels

/// Which items of a block may be in the answers of some queries, a bit an item: scratch of one ``QueryBlock``.
@unsafe final class CodeFilter {
  /// 16-bit words of marks from one query to the next.
  private static let stride = EncodedItems.blockRows / 16

  /// The queries asked about, by place.
  let queries: UnsafeMutablePointer<Int>
  private(set) var count = 0
  private let width: Int
  private let codes: UnsafeMutablePointer<Int8>
  private let asks: UnsafeMutablePointer<akin_code_query>
  private let words: UnsafeMutablePointer<UInt16>

  /// Room for `queries` queries of `width` bytes.
  init(queries: Int, width: Int) {
    unsafe self.width = width
    let room = max(1, queries)
    unsafe self.queries = .allocate(capacity: room)
    unsafe codes = .allocate(capacity: room * width)
    unsafe asks = .allocate(capacity: room)
    unsafe words = .allocate(capacity: room * Self.stride)
    unsafe words.initialize(repeating: 0, count: room * Self.stride)
  }

  deinit {
    unsafe queries.deallocate()
    unsafe codes.deallocate()
    unsafe asks.deallocate()
    unsafe words.deallocate()
  }

  func clear() { unsafe count = 0 }

  /// Adds a query; at most as many as there is room for.
  @inline(__always)
  func add(_ query: Int, _ ask: akin_code_query, code: UnsafePointer<Int8>) {
    let place = unsafe count
    unsafe queries[place] = query
    unsafe asks[place] = ask
    unsafe (codes + place &* width).update(from: code, count: width)
    unsafe count = place &+ 1
  }

  /// Marks the items `range` of one block, for all queries added.
  func find(in items: EncodedItems, _ range: Range<Int>, _ kernels: UnsafePointer<akin_kernels>) {
    let (panels, starts, tails) = unsafe items.panels(from: range.lowerBound)
    let count = (range.count + 15) / 16
    // Safe: the items' panels reach to the end of the last one, and a query has a word for each panel of a block.
    unsafe kernels.pointee.code_filter(
      codes, width, asks, self.count, panels, count, width, starts, tails, words, Self.stride)
    if range.count & 15 != 0 {
      // The lanes past the last item are no items.
      let real = UInt16(1) << UInt16(range.count & 15) - 1
      for place in unsafe 0..<self.count { unsafe words[place * Self.stride + count - 1] &= real }
    }
    for place in unsafe 0..<self.count {
      for word in unsafe count..<Self.stride { unsafe words[place * Self.stride + word] = 0 }
    }
  }

  /// Writes the positions that the query at a place has marks at, ascending, and returns how many.
  @inline(__always)
  func positions(of place: Int, into positions: UnsafeMutablePointer<UInt32>) -> Int {
    // Safe: the rows of words are 64 bytes long, and `positions` has room for a block.
    let row = unsafe UnsafeRawPointer(words + place &* Self.stride)
    var found = 0
    for word in unsafe 0..<Self.stride / 4 {
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

/// Whether codes pay, as it turns out: where many items pass them, the whole product is cheaper.
struct FilterPace {
  private var skip = 0
  private var pause = 1

  /// Says whether the next block is worth a try.
  mutating func isWorthTrying() -> Bool {
    if skip == 0 { return true }
    skip -= 1
    return false
  }

  /// Takes note of a block: after one where more than a tenth passed the next few are not tried, ever more of them.
  mutating func note(kept: Int, of total: Int) {
    if kept * 10 > total {
      skip = pause
      pause = min(2 * pause, 64)
    } else {
      pause = 1
    }
  }
}
