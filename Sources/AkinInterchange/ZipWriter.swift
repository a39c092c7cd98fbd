import AkinSupport

/// Writes a zip archive of stored members (PKWARE's APPNOTE 6.3), all with zip64 sizes, so that any size takes the same way.
///
/// Equal members give equal bytes: the time of each is the first that the format knows.
struct ZipWriter: ~Copyable {
  private var output: AtomicOutput
  private var directory: [UInt8] = []
  private var members: UInt64 = 0
  private var offset: UInt64 = 0

  init(to output: consuming AtomicOutput) { self.output = output }

  /// Begins a member, whose `byteCount` bytes the caller writes next.
  mutating func begin(_ name: String, byteCount: UInt64, checksum: UInt32) throws(OutputError) {
    let start = offset
    let path = Array(name.utf8)
    var common: [UInt8] = []
    // Version 4.5 to read; bit 11: the name is UTF-8; stored; 1 January 1980, 0:00.
    for field: UInt16 in [45, 1 << 11, 0, 0, 1 << 5 | 1] { appendLittleEndian(field, to: &common) }
    for field: UInt32 in [checksum, .max, .max] { appendLittleEndian(field, to: &common) }
    appendLittleEndian(UInt16(path.count), to: &common)
    var local: [UInt8] = [0x50, 0x4B, 0x03, 0x04] + common
    appendLittleEndian(UInt16(20), to: &local)
    local += path
    for field: UInt16 in [1, 16] { appendLittleEndian(field, to: &local) }
    for size in [byteCount, byteCount] { appendLittleEndian(size, to: &local) }
    try output.write(local)
    offset += UInt64(local.count) + byteCount

    directory += [0x50, 0x4B, 0x01, 0x02, 45, 0] + common
    for field: UInt16 in [28, 0, 0, 0] { appendLittleEndian(field, to: &directory) }
    for field: UInt32 in [0, .max] { appendLittleEndian(field, to: &directory) }
    directory += path
    for field: UInt16 in [1, 24] { appendLittleEndian(field, to: &directory) }
    for field in [byteCount, byteCount, start] { appendLittleEndian(field, to: &directory) }
    members += 1
  }

  /// Adds bytes of the member.
  mutating func write(_ bytes: [UInt8]) throws(OutputError) { try output.write(bytes) }

  /// Writes the directory, and returns the complete output.
  consuming func finish() throws(OutputError) -> AtomicOutput {
    var end: [UInt8] = [0x50, 0x4B, 0x06, 0x06]
    appendLittleEndian(UInt64(44), to: &end)
    for field: UInt16 in [45, 45] { appendLittleEndian(field, to: &end) }
    for field: UInt32 in [0, 0] { appendLittleEndian(field, to: &end) }
    for field in [members, members, UInt64(directory.count), offset] { appendLittleEndian(field, to: &end) }
    end += [0x50, 0x4B, 0x06, 0x07]
    appendLittleEndian(UInt32(0), to: &end)
    appendLittleEndian(offset + UInt64(directory.count), to: &end)
    appendLittleEndian(UInt32(1), to: &end)
    end += [0x50, 0x4B, 0x05, 0x06]
    for field: UInt16 in [0, 0, .max, .max] { appendLittleEndian(field, to: &end) }
    for field: UInt32 in [.max, .max] { appendLittleEndian(field, to: &end) }
    appendLittleEndian(UInt16(0), to: &end)
    var output = output
    try output.write(directory)
    try output.write(end)
    return output
  }
}

/// The checksum of zip archives: CRC-32 of IEEE 802.3, a byte a step by eight tables.
struct CRC32 {
  private var state: UInt32 = .max

  /// The checksum of all bytes so far.
  var value: UInt32 { ~state }

  mutating func add(_ bytes: [UInt8]) {
    let tables = CRC32.tables
    var state = state
    var place = 0
    while place + 8 <= bytes.count {
      let low = state ^ (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
      state =
        tables[7 << 8 | Int(low & 0xFF)] ^ tables[6 << 8 | Int(low >> 8 & 0xFF)]
        ^ tables[5 << 8 | Int(low >> 16 & 0xFF)] ^ tables[4 << 8 | Int(low >> 24)]
        ^ tables[3 << 8 | Int(bytes[place + 4])] ^ tables[2 << 8 | Int(bytes[place + 5])]
        ^ tables[1 << 8 | Int(bytes[place + 6])] ^ tables[Int(bytes[place + 7])]
      place += 8
    }
    while place < bytes.count {
      state = tables[Int((state ^ UInt32(bytes[place])) & 0xFF)] ^ state >> 8
      place += 1
    }
    self.state = state
  }

  /// Table `t` has the checksum of a byte that `t` bytes of zeros follow.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 << 8)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
      tables[byte] = value
    }
    for place in 256..<8 << 8 {
      let last = tables[place - 256]
      tables[place] = last >> 8 ^ tables[Int(last & 0xFF)]
    }
    return tables
  }()
}
