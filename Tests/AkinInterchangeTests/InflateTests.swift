import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinInterchange

@Suite("Bytes that DEFLATE has packed")
struct InflateTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func unpacked(_ packed: [UInt8], _ count: Int) throws -> [UInt8] {
    try Inflate.bytes(of: packed, count: count) {}
  }

  /// Writes bits as RFC 1951 has them: numbers from their lowest bit, codes from their highest.
  private struct Bits {
    private(set) var bytes: [UInt8] = []
    private var count = 0

    mutating func add(_ number: Int, _ width: Int) {
      for place in 0..<width {
        if count % 8 == 0 { bytes.append(0) }
        bytes[bytes.count - 1] |= UInt8(number >> place & 1) << UInt8(count % 8)
        count += 1
      }
    }

    mutating func addCode(_ code: Int, _ width: Int) {
      for place in (0..<width).reversed() { add(code >> place & 1, 1) }
    }

    /// A symbol of the fixed code.
    mutating func addSymbol(_ symbol: Int) {
      switch symbol {
      case 0..<144: addCode(0x30 + symbol, 8)
      case 144..<256: addCode(0x190 + symbol - 144, 9)
      case 256..<280: addCode(symbol - 256, 7)
      default: addCode(0xC0 + symbol - 280, 8)
      }
    }
  }

  /// Stored blocks of at most `size` bytes.
  private func stored(_ bytes: [UInt8], _ size: Int) -> [UInt8] {
    var packed: [UInt8] = []
    for start in stride(from: 0, through: max(0, bytes.count - 1), by: size) {
      let block = bytes[start..<min(start + size, bytes.count)]
      let (low, high) = (UInt8(block.count & 255), UInt8(block.count >> 8))
      packed += [start + size >= bytes.count ? 1 : 0, low, high, ~low, ~high] + block
    }
    return packed
  }

  /// One block of the fixed code, with a copy of three to ten bytes wherever the bytes before hold one.
  private func fixed(_ bytes: [UInt8]) -> [UInt8] {
    var bits = Bits()
    bits.add(1, 1)
    bits.add(1, 2)
    var place = 0
    while place < bytes.count {
      // Distances 1 to 4 are the codes 0 to 3, without further bits.
      let copy = (1...4).lazy.compactMap { distance -> (distance: Int, length: Int)? in
        var length = 0
        while distance <= place, length < 10, place + length < bytes.count,
          bytes[place + length] == bytes[place + length - distance]
        {
          length += 1
        }
        return length > 2 ? (distance, length) : nil
      }.first
      if let copy {
        bits.addSymbol(254 + copy.length)
        bits.addCode(copy.distance - 1, 5)
        place += copy.length
      } else {
        bits.addSymbol(Int(bytes[place]))
        place += 1
      }
    }
    bits.addSymbol(256)
    return bits.bytes
  }

  /// Letters by a small generator, which zlib 1.3.1 packs at level 9 into one block with codes of its own: ``dynamic``.
  private static let letters: [UInt8] = {
    let alphabet = Array("aaaaabbbcdeeeeeeefgh  \n".utf8)
    var state = 12_345
    return (0..<400).map { _ in
      state = (state * 1_103_515_245 + 12_345) & 0x7FFF_FFFF
      return alphabet[(state >> 16) % alphabet.count]
    }
  }()

  private static let dynamic: [UInt8] = {
    let digits = Array(
      ("1d90cb1580400803ef54416b01b2bbfd57e0a0077df249264c59e19225d55379527af6a1a64eca5745c7ca53374b39974969"
        + "4cc7c9a7d93f5966b6cbe1aba19b7ae14030ae0b9d8384ec7bd84831945e0bab46cd3f0baa2870fcfe773403a3aa59b6f4cd"
        + "3bf974d188e37d1ea3cffdebbab1da871a50f093abf5978e2ae7ef92041fc3954514100c5a905a3ea04ec72155bb2aa1d9d5"
        + "fc6325b5ad22a5f9f15c2e0881db233cff37048cce6be47e6b4c166c4dd72f1430c726d858a7979ebb6e9f5bb3531f").utf8)
    return stride(from: 0, to: digits.count, by: 2).map { place in
      UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16) ?? 0
    }
  }()

  @Test("Stored blocks and the fixed code give the bytes back, of any kind and number", arguments: [1, 2, 3])
  func roundTrips(seed: UInt64) throws {
    let random = CounterRandom(seed: seed)
    for count in [0, 1, 2, 255, 300, 1_000] {
      for range in [UInt64(2), 5, 256] {
        let bytes = (0..<count).map { UInt8(random.bits(at: UInt64($0)) % range) }
        #expect(try unpacked(stored(bytes, 97), count) == bytes, "seed \(seed)")
        #expect(try unpacked(fixed(bytes), count) == bytes, "seed \(seed), \(count) of \(range)")
      }
    }
  }

  @Test("A block with codes of its own, as zlib writes it, gives the letters")
  func dynamicBlock() throws {
    #expect(try unpacked(InflateTests.dynamic, 400) == InflateTests.letters)
  }

  @Test("Cut bytes, other counts and bytes behind the end are refused; flipped bits give an error or as many bytes")
  func damage() throws {
    let packed = InflateTests.dynamic
    for count in [0, 1, 399, 401] {
      #expect(throws: Inflate.Failure.size) { try unpacked(packed, count) }
    }
    #expect(throws: Inflate.Failure.size) { try unpacked(packed + [0], 400) }
    for length in 0..<packed.count {
      #expect(throws: Inflate.Failure.self) { try unpacked(Array(packed[..<length]), 400) }
    }
    for samples in [packed, fixed(Array(InflateTests.letters.prefix(60))), stored([1, 2, 3], 2)] {
      let count = samples == packed ? 400 : samples.count < 20 ? 3 : 60
      for bit in 0..<8 * samples.count {
        var flipped = samples
        flipped[bit / 8] ^= 1 << UInt8(bit % 8)
        do {
          #expect(try unpacked(flipped, count).count == count)
        } catch {
          #expect(error is Inflate.Failure)
        }
      }
    }
  }

  @Test("Each way in which bytes are no packed ones has its failure")
  func failures() {
    func failure(_ fill: (inout Bits) -> Void) -> Inflate.Failure? {
      var bits = Bits()
      fill(&bits)
      do {
        _ = try unpacked(bits.bytes + [0, 0], 3)
        return nil
      } catch {
        return error as? Inflate.Failure
      }
    }
    #expect(failure { $0.add(0b111, 3) } == .type)
    #expect(
      failure { bits in for number in [(1, 3), (0, 5), (2, 16), (2, 16)] { bits.add(number.0, number.1) } }
        == .storedLength)
    // A copy before the first byte, by the fixed code.
    #expect(
      failure { bits in
        bits.add(0b011, 3)
        bits.addSymbol(257)
        bits.addCode(0, 5)
      } == .distance)
    // Symbols 286 and 287, and distances 30 and 31, stand for nothing.
    #expect(
      failure { bits in
        bits.add(0b011, 3)
        bits.addSymbol(286)
      } == .symbol)
    #expect(
      failure { bits in
        bits.add(0b011, 3)
        bits.addSymbol(1)
        bits.addSymbol(257)
        bits.addCode(30, 5)
      } == .symbol)
    // 287 codes of symbols; and a code of lengths in which three codes have one bit.
    #expect(
      failure { bits in for number in [(0b101, 3), (30, 5), (0, 5), (0, 4)] { bits.add(number.0, number.1) } } == .codes
    )
    #expect(
      failure { bits in
        for number in [(0b101, 3), (0, 5), (0, 5), (0, 4), (1, 3), (1, 3), (1, 3), (0, 3)] {
          bits.add(number.0, number.1)
        }
      } == .codes)
  }

  @Test("Packed members of an archive read as stored ones; their checksum and their number of bytes are checked")
  func members() throws {
    let table = npy(npyHeader("<f4", "(2, 3)"), le([1, 2, 3, 4, 5, 6] as [Float]))
    let ids = npy(npyHeader("<U2", "(2,)"), le(UInt32(97), 98, 99, 0))
    func archive(_ packed: [UInt8], _ size: Int, _ checksum: UInt32) -> [UInt8] {
      deflatedNpz([("item_factors", packed, size, checksum), ("item_ids", fixed(ids), ids.count, sum(ids))])
    }
    func sum(_ bytes: [UInt8]) -> UInt32 {
      var checksum = CRC32()
      checksum.add(bytes)
      return checksum.value
    }
    for packed in [fixed(table), stored(table, 50)] {
      let (read, warnings) = try scratch.imported(archive(packed, table.count, sum(table)), "m.npz")
      #expect(read.ids == .texts(["ab", "c"]) && warnings == [])
      #expect(rows(read.vectors) == [[1, 2, 3], [4, 5, 6]])
    }
    for (bytes, words) in [
      (archive(fixed(table), table.count, sum(table) ^ 1), "bytes with their checksum"),
      (archive(fixed(table), table.count - 1, sum(table)), "another number of bytes"),
      (archive(Array(fixed(table).dropLast()), table.count, sum(table)), "the end of the packed bytes"),
      (archive(fixed(table), 1 << 30, sum(table)), "at most 1,032 bytes for each packed one"),
    ] {
      let error = try #require(trouble(scratch, bytes, as: "m.npz"))
      #expect("\(error)".contains(words) && "\(error)".contains("item_factors"), "\(error)")
    }
    // Another way of packing is not read, and says how to store it.
    let other = try #require(trouble(scratch, npz([("v", table)], method: 14), as: "m.npz"))
    #expect("\(other)".contains("not packed by DEFLATE") && other.help?.contains("numpy.savez(") == true)
  }
}
