/// SHA-256 (FIPS 180-4), hashed piece by piece.
///
/// It covers only headers, checksum tables and provenance: the code is plain, and reads by pointers so that unoptimised builds
/// are not slow.
package struct SHA256 {
  private var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  private var block: [UInt8] = []
  private var byteCount: UInt64 = 0

  /// Starts the hash of no bytes.
  package init() { block.reserveCapacity(64) }

  /// Adds bytes.
  package mutating func add(_ bytes: [UInt8]) {
    byteCount &+= UInt64(bytes.count)
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(64 - block.count)
      block.append(contentsOf: piece)
      rest = rest.dropFirst(piece.count)
      if block.count == 64 { compress() }
    }
  }

  /// The 32 bytes of the hash of all bytes added.
  package consuming func finish() -> [UInt8] {
    let bits = byteCount &* 8
    block.append(0x80)
    if block.count > 56 {
      block.append(contentsOf: repeatElement(0, count: 64 - block.count))
      compress()
    }
    block.append(contentsOf: repeatElement(0, count: 56 - block.count))
    for shift in stride(from: UInt64(56), through: 0, by: -8) { block.append(UInt8(truncatingIfNeeded: bits >> shift)) }
    compress()
    return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) } }
  }

  /// The first 16 bytes of the hash of all bytes added.
  package consuming func digest() -> Digest {
    let hash = finish()
    return Digest(low: SHA256.littleEndian(hash[0..<8]), high: SHA256.littleEndian(hash[8..<16]))
  }

  /// The first 8 bytes of the hash of some bytes, as a little-endian number.
  package static func prefix64(of bytes: [UInt8]) -> UInt64 {
    var hash = SHA256()
    hash.add(bytes)
    return littleEndian(hash.finish()[0..<8])
  }

  private static func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var number: UInt64 = 0
    for byte in bytes.reversed() { number = number << 8 | UInt64(byte) }
    return number
  }

  /// Adds the block of 64 bytes to the state. By pointers, which unoptimised builds read without a call.
  private mutating func compress() {
    precondition(block.count == 64, "a whole block")
    let block = block
    // Safe: the state has 8 words, the block 64 bytes, and there are 64 words and 64 constants.
    unsafe block.withUnsafeBufferPointer { block in
      unsafe SHA256.constants.withUnsafeBufferPointer { constants in
        unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
          unsafe SHA256.mix(block.baseAddress!, constants.baseAddress!, words.baseAddress!, into: &state)
        }
      }
    }
    self.block.removeAll(keepingCapacity: true)
  }

  @unsafe private static func mix(
    _ block: UnsafePointer<UInt8>, _ constants: UnsafePointer<UInt32>, _ w: UnsafeMutablePointer<UInt32>,
    into state: UnsafeMutablePointer<UInt32>
  ) {
    var t = 0
    while t < 16 {
      unsafe w[t] =
        UInt32(block[4 &* t]) << 24 | UInt32(block[4 &* t &+ 1]) << 16
        | UInt32(block[4 &* t &+ 2]) << 8 | UInt32(block[4 &* t &+ 3])
      t &+= 1
    }
    while t < 64 {
      let x = unsafe w[t &- 15]
      let y = unsafe w[t &- 2]
      let small0 = (x &>> 7 | x &<< 25) ^ (x &>> 18 | x &<< 14) ^ (x &>> 3)
      let small1 = (y &>> 17 | y &<< 15) ^ (y &>> 19 | y &<< 13) ^ (y &>> 10)
      unsafe w[t] = w[t &- 16] &+ small0 &+ w[t &- 7] &+ small1
      t &+= 1
    }
    var (a, b, c, d) = unsafe (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = unsafe (state[4], state[5], state[6], state[7])
    t = 0
    while t < 64 {
      let big1 = (e &>> 6 | e &<< 26) ^ (e &>> 11 | e &<< 21) ^ (e &>> 25 | e &<< 7)
      let choose = (e & f) ^ (~e & g)
      let first = unsafe h &+ big1 &+ choose &+ constants[t] &+ w[t]
      let big0 = (a &>> 2 | a &<< 30) ^ (a &>> 13 | a &<< 19) ^ (a &>> 22 | a &<< 10)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      h = g
      g = f
      f = e
      e = d &+ first
      d = c
      c = b
      b = a
      a = first &+ big0 &+ majority
      t &+= 1
    }
    unsafe state[0] &+= a
    unsafe state[1] &+= b
    unsafe state[2] &+= c
    unsafe state[3] &+= d
    unsafe state[4] &+= e
    unsafe state[5] &+= f
    unsafe state[6] &+= g
    unsafe state[7] &+= h
  }

  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}
