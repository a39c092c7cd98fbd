import AkinSupport

/// The members of a zip archive (PKWARE's APPNOTE 6.3), as `numpy.savez` writes it: stored ones can be read in place, those of
/// `numpy.savez_compressed` are unpacked.
enum ZipArchive {
  static let magic: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

  /// One member.
  struct Member {
    var name: String
    /// The bytes in the file; `nil` for a compressed or encrypted member.
    var range: Range<UInt64>?
    /// The bytes that DEFLATE has packed; `nil` for other members.
    var packed: Packed?
  }

  /// The packed bytes of a member, what they make, and its checksum.
  struct Packed {
    var range: Range<UInt64>
    var byteCount: UInt64
    var checksum: UInt32
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
      } else if short(8) & 1 == 0, short(10) == 8 {
        let range = try range(of: name, at: offset, count: packed, file)
        member.packed = Packed(range: range, byteCount: plain, checksum: UInt32(long(16)))
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

  /// The bytes of a member, behind its local header.
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

  /// Unpacks members, whose bytes follow those of the file.
  ///
  /// - Parameters:
  ///   - members: The members; those that were packed get the range of their bytes.
  ///   - file: The archive.
  ///   - execution: Cancellation.
  /// - Returns: The file with the bytes behind it; the same file if no member is packed.
  /// - Throws: ``VectorFileError`` for bytes that are damaged, or more than the memory holds; `Cancelled`.
  static func unpack(_ members: inout [Member], of file: InputFile, _ execution: Execution) throws -> InputFile {
    // A copy of 258 bytes takes two bits or more, so a packed byte makes 1,032 bytes at most.
    var (needed, largest) = (UInt64(0), UInt64(0))
    for member in members {
      guard let packed = member.packed else { continue }
      let most = (packed.range.upperBound - packed.range.lowerBound).multipliedReportingOverflow(by: 1_032)
      guard most.overflow || packed.byteCount <= most.partialValue else {
        throw damaged(member, file, "at most 1,032 bytes for each packed one", "\(packed.byteCount)")
      }
      // Sums of 65,536 members fit.
      needed += min(packed.byteCount, 1 << 46)
      largest = max(largest, min(packed.byteCount, 1 << 46) + packed.range.upperBound - packed.range.lowerBound)
    }
    // A member is unpacked beside its packed bytes and those that were unpacked before.
    needed += largest
    let free = availableMemory
    guard needed <= free else { throw VectorFileError.memory(path: file.path, needed: needed, present: free) }
    var unpacked: [UInt8] = []
    unpacked.reserveCapacity(Int(needed - largest))
    for index in members.indices {
      guard let packed = members[index].packed else { continue }
      let bytes = try file.bytes(
        at: packed.range.lowerBound, count: Int(packed.range.upperBound - packed.range.lowerBound))
      let plain: [UInt8]
      do {
        plain = try Inflate.bytes(of: bytes, count: Int(packed.byteCount)) { try execution.checkCancellation() }
      } catch let failure as Inflate.Failure {
        throw damaged(members[index], file, "\(packed.byteCount) bytes packed by DEFLATE", failure.sentence)
      }
      var checksum = CRC32()
      checksum.add(plain)
      guard checksum.value == packed.checksum else {
        throw damaged(members[index], file, "bytes with their checksum", "others")
      }
      let start = file.byteCount + UInt64(unpacked.count)
      members[index].range = start..<start + packed.byteCount
      unpacked += plain
    }
    return unpacked.isEmpty ? file : InputFile(file, followedBy: unpacked)
  }

  private static func damaged(
    _ member: Member, _ file: InputFile, _ expected: String, _ found: String
  ) -> VectorFileError {
    .malformed(path: file.path, place: .tensor(String(member.name.prefix(80))), expected: expected, found: found)
  }
}
