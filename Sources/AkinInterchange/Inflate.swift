/// Unpacks bytes in the format DEFLATE (RFC 1951), as zip archives have them.
///
/// The caller says how many bytes there must be, so that damaged input can make no more. Cost: about ten nanoseconds a byte.
struct Inflate {
  /// What is wrong with packed bytes.
  enum Failure: Error, Equatable {
    /// The packed bytes end within a block.
    case end
    /// A block has the type 3, which stands for none.
    case type
    /// The length of a stored block and its complement differ.
    case storedLength
    /// The lengths of the codes of a block make no code.
    case codes
    /// Bits that stand for no symbol.
    case symbol
    /// A copy from before the first byte.
    case distance
    /// There are more bytes than there must be, or fewer.
    case size

    /// The failure in words.
    var sentence: String {
      switch self {
      case .end: "the end of the packed bytes"
      case .type: "a block of an unknown type"
      case .storedLength: "a stored block with two lengths"
      case .codes: "lengths that make no code"
      case .symbol: "bits that stand for no symbol"
      case .distance: "a copy from before the first byte"
      case .size: "another number of bytes"
      }
    }
  }

  private let packed: [UInt8]
  /// The next packed byte.
  private var place = 0
  /// Bits that are read ahead, the next one lowest, and their number.
  private var bits: UInt64 = 0
  private var bitCount = 0
  private var bytes: [UInt8]
  /// The number of bytes that are unpacked.
  private var done = 0

  private init(_ packed: [UInt8], count: Int) {
    self.packed = packed
    bytes = [UInt8](repeating: 0, count: count)
  }

  /// Unpacks all bytes.
  ///
  /// - Parameters:
  ///   - packed: The packed bytes, and nothing behind them.
  ///   - count: The number of bytes that they make.
  ///   - check: Called before each block.
  /// - Throws: ``Failure``, or what `check` throws.
  static func bytes(of packed: [UInt8], count: Int, check: () throws -> Void) throws -> [UInt8] {
    var state = Inflate(packed, count: count)
    var isLast = false
    while !isLast {
      try check()
      isLast = try state.take(1) == 1
      try state.block(type: try state.take(2))
    }
    guard state.done == count, state.place - state.bitCount / 8 == packed.count else { throw Failure.size }
    return state.bytes
  }

  private mutating func block(type: Int) throws(Failure) {
    switch type {
    case 0: try storedBlock()
    case 1: try codedBlock(Inflate.fixedSymbols, Inflate.fixedDistances)
    case 2:
      let (symbols, distances) = try codes()
      try codedBlock(symbols, distances)
    default: throw .type
    }
  }

  /// Bytes as they are, from the next whole byte on.
  private mutating func storedBlock() throws(Failure) {
    _ = try take(bitCount % 8)
    let length = try take(16)
    guard try take(16) == length ^ 0xFFFF else { throw .storedLength }
    guard length <= bytes.count - done else { throw .size }
    for _ in 0..<length {
      bytes[done] = UInt8(try take(8))
      done += 1
    }
  }

  /// Symbols below 256 are bytes, 256 ends the block, and others are lengths of copies, which a distance follows.
  private mutating func codedBlock(_ symbols: PrefixCode, _ distances: PrefixCode) throws(Failure) {
    while true {
      let symbol = try next(symbols)
      if symbol < 256 {
        guard done < bytes.count else { throw .size }
        bytes[done] = UInt8(symbol)
        done += 1
        continue
      }
      if symbol == 256 { return }
      guard symbol - 257 < Inflate.lengths.count else { throw .symbol }
      let length = Inflate.lengths[symbol - 257] + (try take(Inflate.lengthBits[symbol - 257]))
      let code = try next(distances)
      guard code < Inflate.distances.count else { throw .symbol }
      let distance = Inflate.distances[code] + (try take(max(0, code / 2 - 1)))
      guard distance <= done else { throw .distance }
      guard length <= bytes.count - done else { throw .size }
      // The copy may read what it writes.
      for _ in 0..<length {
        bytes[done] = bytes[done - distance]
        done += 1
      }
    }
  }

  /// The codes of symbols and of distances at the beginning of a block.
  private mutating func codes() throws(Failure) -> (symbols: PrefixCode, distances: PrefixCode) {
    let symbolCount = try take(5) + 257
    let distanceCount = try take(5) + 1
    let orderCount = try take(4) + 4
    guard symbolCount <= 286, distanceCount <= 30 else { throw .codes }
    var ordered = [UInt8](repeating: 0, count: 19)
    for index in 0..<orderCount { ordered[Inflate.order[index]] = UInt8(try take(3)) }
    let code = try PrefixCode(ordered[...])
    var lengths: [UInt8] = []
    while lengths.count < symbolCount + distanceCount {
      let symbol = try next(code)
      switch symbol {
      case 16:
        guard let last = lengths.last else { throw .codes }
        lengths += repeatElement(last, count: try take(2) + 3)
      case 17: lengths += repeatElement(0, count: try take(3) + 3)
      case 18: lengths += repeatElement(0, count: try take(7) + 11)
      default: lengths.append(UInt8(symbol))
      }
    }
    // A block needs its end.
    guard lengths.count == symbolCount + distanceCount, lengths[256] > 0 else { throw .codes }
    return (try PrefixCode(lengths[..<symbolCount]), try PrefixCode(lengths[symbolCount...]))
  }

  /// Reads ahead as many bits as fit.
  private mutating func fill() {
    while bitCount <= 56, place < packed.count {
      bits |= UInt64(packed[place]) << UInt64(bitCount)
      place += 1
      bitCount += 8
    }
  }

  /// The next `count` bits as a number, at most 16.
  private mutating func take(_ count: Int) throws(Failure) -> Int {
    if bitCount < count { fill() }
    guard bitCount >= count else { throw .end }
    let value = Int(bits & (1 << UInt64(count) - 1))
    bits >>= UInt64(count)
    bitCount -= count
    return value
  }

  /// The next symbol of a code.
  private mutating func next(_ code: PrefixCode) throws(Failure) -> Int {
    if bitCount < 15 { fill() }
    guard let (symbol, length) = code.symbol(bits) else { throw bitCount < 15 ? .end : .symbol }
    guard length <= bitCount else { throw .end }
    bits >>= UInt64(length)
    bitCount -= length
    return symbol
  }

  /// The order in which the lengths of the code of lengths stand.
  private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
  /// The shortest copy of each symbol from 257 on, and the bits that add to it.
  private static let lengths =
    [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258]
  private static let lengthBits = lengths.indices.map { $0 < 8 || $0 == 28 ? 0 : $0 / 4 - 1 }
  /// The shortest distance of each symbol; bits that add to it are half its number less 1.
  private static let distances = (0..<30).map { $0 < 4 ? $0 + 1 : (2 + $0 % 2) << ($0 / 2 - 1) + 1 }
  /// The codes of blocks of type 1.
  private static let fixedSymbols = PrefixCode(
    complete: [UInt8](repeating: 8, count: 144) + [UInt8](repeating: 9, count: 112)
      + [UInt8](repeating: 7, count: 24) + [UInt8](repeating: 8, count: 8))
  private static let fixedDistances = PrefixCode(complete: [UInt8](repeating: 5, count: 32))
}

/// A prefix code with codes of 1 to 15 bits. Symbols of one length have codes that count on, and shorter codes come first.
private struct PrefixCode {
  /// The number of symbols of each length.
  private var counts = [Int](repeating: 0, count: 16)
  /// The symbols in the order of their codes.
  private var symbols: [UInt16] = []
  /// A symbol times 16 plus the length of its code, by the next bits; 0 where a longer code begins, or none. It is small, since every
  /// block has its own.
  private var table = [UInt16](repeating: 0, count: 1 << PrefixCode.tableBits)

  private static let tableBits = 9

  /// Creates a code.
  ///
  /// - Parameter lengths: The length of the code of each symbol; 0 for none.
  /// - Throws: ``Inflate/Failure/codes`` for lengths that make more codes than there are, or fewer, unless it is one code of one bit.
  init(_ lengths: ArraySlice<UInt8>) throws(Inflate.Failure) {
    let share = lengths.reduce(0) { $0 + ($1 > 0 ? 1 << (15 - Int($1)) : 0) }
    let isOneBit = !lengths.contains { $0 > 1 } && lengths.count { $0 > 0 } <= 1
    guard share == 1 << 15 || isOneBit else { throw .codes }
    self.init(complete: Array(lengths))
  }

  /// Creates a code of lengths that make a code.
  init(complete lengths: [UInt8]) {
    var code = 0
    for length in 1...15 {
      for symbol in lengths.indices where Int(lengths[symbol]) == length {
        symbols.append(UInt16(symbol))
        counts[length] += 1
        if length <= PrefixCode.tableBits {
          // Codes begin at their highest bit, and bits are read from the lowest.
          let start = (0..<length).reduce(0) { $0 | (code >> $1 & 1) << (length - 1 - $1) }
          for place in stride(from: start, to: table.count, by: 1 << length) {
            table[place] = UInt16(symbol << 4 | length)
          }
        }
        code += 1
      }
      code <<= 1
    }
  }

  /// The symbol whose code the next bits begin with, and the length of the code; `nil` if they begin with none.
  func symbol(_ bits: UInt64) -> (symbol: Int, length: Int)? {
    let entry = Int(table[Int(bits & UInt64(table.count - 1))])
    if entry > 0 { return (entry >> 4, entry & 15) }
    // The codes of a length are the `counts[length]` ones from `first` on.
    var (code, first, index) = (0, 0, 0)
    for length in 1...15 {
      code = code << 1 | Int(bits >> UInt64(length - 1) & 1)
      first <<= 1
      if code - first < counts[length] { return (Int(symbols[index + code - first]), length) }
      index += counts[length]
      first += counts[length]
    }
    return nil
  }
}
