import AkinSupport

extension HeaderPage {
  /// Returns the registered kind of the file that starts with these bytes; throws what they look like instead.
  static func kind(of page: [UInt8]) throws(FileProblem) -> FileKind {
    let start = Array(page.prefix(8))
    let kinds = ContainerFormat.allRegistered.map(\.kind)
    if let kind = kinds.first(where: { start == magic(of: $0) }) { return kind }
    // A file cut inside its magic is a cut file, not a foreign one.
    if start.count < 8, kinds.contains(where: { magic(of: $0).starts(with: start) }) {
      throw .truncated(section: nil, needed: UInt64(byteCount), present: UInt64(page.count))
    }
    throw .notAkin(resemblance(of: page))
  }

  /// What a file that is not one of ours looks like.
  private static func resemblance(of page: [UInt8]) -> Resemblance {
    func isLike(_ signature: FileSignature) -> Bool { signature.marks.contains { page.starts(with: $0) } }
    if isLike(.akin) {
      let tail = page.dropFirst(4)
      if tail.starts(with: [0x0D, 0x0A, 0x1A, 0x0A]) { return .unknownKind(page[3]) }
      if tail.starts(with: [0x0A, 0x1A]) || tail.starts(with: [0x0D, 0x0D, 0x0A]) { return .textModeCopy }
    }
    if isLike(.numpy) { return .npy }
    if page.starts(with: Array("version https://git-lfs".utf8)) { return .gitLFSPointer }
    if isLike(.zip) { return .zip }
    if isLike(.gzip) { return .gzip }
    if page.allSatisfy({ $0 == 0 }) { return .zeros }
    let isText = page.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
    return isText ? .text : .nothingKnown
  }

  /// Checks the page but for the kind block, and returns it with its section table.
  ///
  /// - Parameters:
  ///   - first: The first page, or the whole file where that is shorter.
  ///   - format: The kind that the caller expects, registered.
  ///   - present: The file's length.
  static func check(
    _ first: [UInt8], expecting format: ContainerFormat, present: UInt64
  ) throws(FileProblem) -> (page: HeaderPage, sections: [SectionEntry]) {
    let kind = try kind(of: first)
    guard kind == format.kind else { throw .wrongKind(expected: format.kind, found: kind) }
    guard let page = HeaderPage(bytes: first) else {
      throw .truncated(section: nil, needed: UInt64(byteCount), present: present)
    }
    let tag = page.u32(at: Field.endianTag)
    if tag == endianTag.byteSwapped { throw .bigEndian }
    guard page.u32(at: Field.headerCRC) == page.computedCRC else { throw .headerChecksum }
    try page.checkFields(format)
    try page.checkLength(present: present)
    return (page, try SectionTable(page: page, format: format).entries())
  }

  /// Checks the fields before the kind block, but for the file's length.
  private func checkFields(_ format: ContainerFormat) throws(FileProblem) {
    try expect("endian tag", u32(at: Field.endianTag), HeaderPage.endianTag)
    let version = FormatVersion(major: u16(at: Field.major), minor: u16(at: Field.minor))
    guard version.major == FormatVersion.current.major else {
      throw .unsupportedVersion(found: version, supported: .current)
    }
    try expect("header bytes", u32(at: Field.headerBytes), UInt32(HeaderPage.byteCount))
    try expect("section entry bytes", u32(at: Field.entryBytes), UInt32(HeaderPage.entryBytes))
    try expect("checksum kind", u32(at: Field.checksumKind), 1)
    let chunkLog2 = u32(at: Field.chunkLog2)
    guard FileLimits.chunkLog2.contains(Int(chunkLog2)) else {
      throw .badField(name: "chunk log2", found: String(chunkLog2), expected: "16 to 24")
    }
    guard isZero(Field.zero..<KindBlock.range.lowerBound) else {
      throw .badField(name: "reserved bytes 112 to 127", found: "others", expected: "zeros")
    }
    let fileBytes = u64(at: Field.fileBytes)
    guard fileBytes <= FileLimits.fileBytes else {
      throw .aboveLimit(name: "file bytes", found: fileBytes, limit: FileLimits.fileBytes)
    }
    let sections = u32(at: Field.sectionCount)
    guard sections >= 1, sections <= UInt32(FileLimits.sections) else {
      throw .badField(name: "section count", found: String(sections), expected: "1 to \(FileLimits.sections)")
    }
    let unknown = u64(at: Field.required) & ~format.requiredFeatures
    if unknown != 0 { throw .unknownFeature(bit: unknown.trailingZeroBitCount) }
  }

  /// Compares the length that the header declares with the file's.
  private func checkLength(present: UInt64) throws(FileProblem) {
    let declared = u64(at: Field.fileBytes)
    if declared == present { return }
    if declared < present { throw .extended(declared: declared, present: present) }
    throw .truncated(section: firstSection(endingAfter: present), needed: declared, present: present)
  }

  /// The first section that a file of this length cannot hold whole; the table is not checked yet.
  private func firstSection(endingAfter length: UInt64) -> SectionName? {
    for index in 0..<Int(u32(at: Field.sectionCount)) {
      let entry = SectionEntry(page: self, index: index)
      let (end, overflow) = entry.offset.addingReportingOverflow(entry.byteCount)
      if overflow || end > length { return entry.name.isWellFormed ? entry.name : nil }
    }
    return nil
  }

  /// Throws unless a field has the one value that is allowed.
  private func expect(_ name: String, _ found: UInt32, _ expected: UInt32) throws(FileProblem) {
    guard found == expected else { throw .badField(name: name, found: String(found), expected: String(expected)) }
  }
}
