/// The members of a zip archive (PKWARE's APPNOTE 6.3), as `numpy.savez` writes it: uncompressed ones can be read in place.
enum ZipArchive {
  static let magic: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

  /// One member.
  struct Member {
    var name: String
    /// The bytes in the file; `nil` for a compressed or encrypted member.
    var range: Range<UInt64>?
  }

  /// The limits of the central directory and of its members.
  private static let longestDirectory: UInt64 = 1 << 24
  private static let mostMembers = 65_536

  /// Reads the central directory at the end of the archive.
  static func members(of file: InputFile) throws(VectorFileError) -> [Member] {
    func wrong(_ expected: String, _ found: String) -> VectorFileError {
      .malformed(path: file.path, place: .file, expected: expected, found: found)
    }
    // The end record is 22 bytes, and a comment of up to 64 KiB follows.
    let tailCount = Int(min(file.byteCount, 22 + 65_535))
    let tailStart = file.byteCount - UInt64(tailCount)
    let tail = try file.bytes(at: tailStart, count: tailCount)
    guard tailCount >= 22,
      let end = (0...tailCount - 22).reversed().first(where: { tail[$0...].starts(with: [0x50, 0x4B, 0x05, 0x06]) })
    else { throw wrong("the end of a zip archive", "none: the file was cut short") }
    var size = UInt64(littleEndian(tail, at: end + 12, as: UInt32.self))
    var start = UInt64(littleEndian(tail, at: end + 16, as: UInt32.self))
    // Archives beyond 4 GiB have a larger record, which a locator before the end record finds.
    if size == 0xFFFF_FFFF || start == 0xFFFF_FFFF, end >= 20,
      tail[(end - 20)...].starts(with: [0x50, 0x4B, 0x06, 0x07])
    {
      let place = littleEndian(tail, at: end - 20 + 8, as: UInt64.self)
      guard place <= file.byteCount, file.byteCount - place >= 56 else { throw wrong("a zip64 record", "none") }
      let record = try file.bytes(at: place, count: 56)
      guard record.starts(with: [0x50, 0x4B, 0x06, 0x06]) else { throw wrong("a zip64 record", "other bytes") }
      size = littleEndian(record, at: 40, as: UInt64.self)
      start = littleEndian(record, at: 48, as: UInt64.self)
    }
    guard size <= longestDirectory, start <= file.byteCount, size <= file.byteCount - start else {
      throw wrong(
        "a directory inside the file, of at most \(longestDirectory) bytes", "one of \(size) at byte \(start)")
    }
    let directory = try file.bytes(at: start, count: Int(size))
    var members: [Member] = []
    var place = 0
    while place + 46 <= directory.count, members.count < mostMembers {
      guard directory[place...].starts(with: [0x50, 0x4B, 0x01, 0x02]) else {
        throw wrong("an entry of the directory", "other bytes")
      }
      func short(_ offset: Int) -> Int { Int(littleEndian(directory, at: place + offset, as: UInt16.self)) }
      func long(_ offset: Int) -> UInt64 { UInt64(littleEndian(directory, at: place + offset, as: UInt32.self)) }
      let (nameCount, extraCount, commentCount) = (short(28), short(30), short(32))
      let next = place + 46 + nameCount + extraCount + commentCount
      guard next <= directory.count else { throw wrong("an entry of the directory", "the end of the directory") }
      let nameEnd = place + 46 + nameCount
      let name = String(decoding: directory[place + 46..<nameEnd], as: UTF8.self)
      let extra = Array(directory[nameEnd..<nameEnd + extraCount])
      let (packed, plain, offset) = try sizes([long(20), long(24), long(42)], extra, file)
      var member = Member(name: name, range: nil)
      // Bit 0 is encryption; method 0 is storing.
      if short(8) & 1 == 0, short(10) == 0 {
        guard packed == plain else { throw wrong("equal sizes of the stored member '\(name.prefix(80))'", "others") }
        member.range = try range(of: name, at: offset, count: plain, file)
      }
      members.append(member)
      place = next
    }
    return members
  }

  /// Compressed size, size and offset of a member; where they do not fit 32 bits, from the zip64 field.
  private static func sizes(
    _ plain: [UInt64], _ extra: [UInt8], _ file: InputFile
  ) throws(VectorFileError) -> (packed: UInt64, plain: UInt64, offset: UInt64) {
    var place = 0
    var wide: ArraySlice<UInt8> = []
    while place + 4 <= extra.count {
      let count = Int(littleEndian(extra, at: place + 2, as: UInt16.self))
      guard place + 4 + count <= extra.count else { break }
      if littleEndian(extra, at: place, as: UInt16.self) == 1 { wide = extra[place + 4..<place + 4 + count] }
      place += 4 + count
    }
    // The field holds the size, the compressed size and the offset, in this order, each only where 32 bits are too few.
    var sizes = [plain[1], plain[0], plain[2]]
    for index in sizes.indices where sizes[index] == 0xFFFF_FFFF {
      guard wide.count >= 8 else {
        throw .malformed(path: file.path, place: .file, expected: "a zip64 field with 8 bytes more", found: "its end")
      }
      sizes[index] = littleEndian(Array(wide.prefix(8)), at: 0, as: UInt64.self)
      wide = wide.dropFirst(8)
    }
    return (sizes[1], sizes[0], sizes[2])
  }

  /// The bytes of a stored member, behind its local header.
  private static func range(
    of name: String, at offset: UInt64, count: UInt64, _ file: InputFile
  ) throws(VectorFileError) -> Range<UInt64> {
    func wrong(_ found: String) -> VectorFileError {
      .malformed(
        path: file.path, place: .file, expected: "the member '\(name.prefix(80))' inside the file", found: found)
    }
    guard offset <= file.byteCount, file.byteCount - offset >= 30 else { throw wrong("its end") }
    let header = try file.bytes(at: offset, count: 30)
    guard header.starts(with: magic) else { throw wrong("other bytes") }
    let names =
      UInt64(littleEndian(header, at: 26, as: UInt16.self)) + UInt64(littleEndian(header, at: 28, as: UInt16.self))
    let start = offset + 30 + names
    guard start <= file.byteCount, count <= file.byteCount - start else { throw wrong("its end") }
    return start..<start + count
  }
}
