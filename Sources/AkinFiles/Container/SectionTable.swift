/// The section table of a file, and its rules: no hole, no overlap, no byte after the last section.
struct SectionTable {
  /// The page that holds the table, its other fields checked.
  let page: HeaderPage
  /// What is known of the file's kind.
  let format: ContainerFormat

  private var chunkLog2: Int { Int(page.u32(at: HeaderPage.Field.chunkLog2)) }
  private var fileBytes: UInt64 { page.u64(at: HeaderPage.Field.fileBytes) }

  /// All entries, checked. `fileBytes` must be the file's length and within the limits.
  func entries() throws(FileProblem) -> [SectionEntry] {
    let count = Int(page.u32(at: HeaderPage.Field.sectionCount))
    var entries: [SectionEntry] = []
    var end = UInt64(HeaderPage.byteCount)
    var chunks: UInt64 = 0
    for index in 0..<count {
      let entry = SectionEntry(page: page, index: index)
      do throws(SectionProblem) {
        try check(entry, index: index, after: end, chunks: chunks)
        if entries.contains(where: { $0.name == entry.name }) { throw SectionProblem(.duplicate) }
      } catch {
        throw .badSection(entry.name, error.fault)
      }
      if entry.mustUnderstand && !format.knows(entry.name) { throw .unknownSection(entry.name) }
      end = entry.range.upperBound
      if entry.name != .checksums { chunks += entry.chunkCount(log2: chunkLog2) }
      entries.append(entry)
    }
    if let last = entries.last, end != fileBytes {
      throw .badSection(last.name, .beforeEnd(end: end, fileBytes: fileBytes))
    }
    let unused = HeaderPage.table + count * HeaderPage.entryBytes..<HeaderPage.byteCount
    guard page.isZero(unused) else {
      throw .badField(name: "unused section entries", found: "others", expected: "zeros")
    }
    guard let checksums = entries.first(where: { $0.name == .checksums }) else { throw .missingSection(.checksums) }
    guard checksums.elementBytes == 4 else {
      throw .badSection(.checksums, .elementBytes(expected: 4, found: checksums.elementBytes))
    }
    guard checksums.count == chunks else {
      throw .badSection(.checksums, .count(expected: chunks, found: checksums.count))
    }
    return entries
  }

  /// Checks an entry against the end of the section before it, and the number of chunks so far.
  private func check(
    _ entry: SectionEntry, index: Int, after end: UInt64, chunks: UInt64
  ) throws(SectionProblem) {
    let at = HeaderPage.table + index * HeaderPage.entryBytes
    guard entry.name.isWellFormed else { throw SectionProblem(.name) }
    let flags = page.u32(at: at + 4)
    guard flags & ~1 == 0 else { throw SectionProblem(.flags(flags)) }
    guard FileLimits.alignmentLog2.contains(Int(entry.alignmentLog2)) else {
      throw SectionProblem(.alignment(log2: entry.alignmentLog2))
    }
    let expected = SectionTable.roundUp(end, log2: entry.alignmentLog2)
    guard entry.offset == expected else { throw SectionProblem(.offset(expected: expected, found: entry.offset)) }
    guard entry.byteCount > 0 else { throw SectionProblem(.zeroLength) }
    let (sectionEnd, overflow) = entry.offset.addingReportingOverflow(entry.byteCount)
    guard !overflow, sectionEnd <= fileBytes else {
      throw SectionProblem(.pastEnd(end: overflow ? .max : sectionEnd, fileBytes: fileBytes))
    }
    let (size, tooLarge) = entry.count.multipliedReportingOverflow(by: UInt64(max(entry.elementBytes, 1)))
    guard !tooLarge, size == entry.byteCount else {
      throw SectionProblem(.size(bytes: entry.byteCount, count: entry.count, elementBytes: entry.elementBytes))
    }
    let isChecksums = entry.name == .checksums
    guard page.isZero(at + 44..<at + 48), page.isZero(at + 56..<at + 64), isChecksums || entry.crc == 0 else {
      throw SectionProblem(.reserved)
    }
    let firstChunk = isChecksums ? 0 : chunks
    guard entry.firstChunk == firstChunk else {
      throw SectionProblem(.firstChunk(expected: firstChunk, found: entry.firstChunk))
    }
  }

  /// `offset` rounded up to a multiple of 2^`log2`; it is at most the largest file length, and `log2` at most 21.
  static func roundUp(_ offset: UInt64, log2: UInt32) -> UInt64 {
    let unit = UInt64(1) << UInt64(log2)
    return (offset + unit - 1) & ~(unit - 1)
  }

  private struct SectionProblem: Error {
    let fault: SectionFault
    init(_ fault: SectionFault) { self.fault = fault }
  }
}
