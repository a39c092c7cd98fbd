import AkinFiles
import AkinSupport

/// The bytes of a file of Akin's, read and changed by offset, as an attacker would.
extension [UInt8] {
  /// A number of `count` bytes, little-endian.
  package func number(at offset: Int, bytes count: Int) -> UInt64 {
    (0..<count).reversed().reduce(0) { $0 << 8 | UInt64(self[offset + $1]) }
  }

  /// These bytes with a number put at a place.
  package func with<T: FixedWidthInteger>(_ value: T, at offset: Int) -> [UInt8] {
    var copy = self
    copy.put(value, at: offset)
    return copy
  }

  /// Puts a number at a place.
  package mutating func put<T: FixedWidthInteger>(_ value: T, at offset: Int) {
    for index in 0..<T.bitWidth / 8 { self[offset + index] = UInt8(truncatingIfNeeded: value >> T(8 * index)) }
  }

  /// These bytes with the checksum of the first page made right.
  package var sealed: [UInt8] {
    var copy = self
    copy.replaceSubrange(20..<24, with: [0, 0, 0, 0])
    var crc = CRC32C()
    crc.add([UInt8](copy[..<4096]))
    return copy.with(crc.value, at: 20)
  }

  /// These bytes with every checksum and the root digest made right: what a careful attacker would send.
  package var wholeSealed: [UInt8] {
    var copy = self
    let salt = number(at: 88, bytes: 8)
    // A hostile header may say anything.
    let chunkBytes = 1 << Int(Swift.min(24, Swift.max(16, number(at: 108, bytes: 4))))
    let checksums = section("CHKS")
    for index in 0..<Int(number(at: 96, bytes: 4)) {
      let at = 256 + 64 * index
      let name = SectionName(code: UInt32(number(at: at, bytes: 4)))
      if name == "CHKS" { continue }
      let (first, all) = (number(at: at + 48, bytes: 8), section(name))
      for start in stride(from: all.lowerBound, to: Swift.max(all.upperBound, all.lowerBound + 1), by: chunkBytes) {
        let chunk = first + UInt64((start - all.lowerBound) / chunkBytes)
        var crc = CRC32C(chunk: chunk, of: name, salt: salt)
        crc.add([UInt8](self[start..<Swift.min(start + chunkBytes, all.upperBound)]))
        copy.put(crc.value, at: checksums.lowerBound + 4 * Int(chunk))
      }
    }
    var crc = CRC32C()
    crc.add([UInt8](copy[checksums]))
    if let entry = entry("CHKS") { copy = copy.with(crc.value, at: entry + 40) }
    var page = [UInt8](copy[..<4096])
    for place in [20..<24, 48..<64] { page.replaceSubrange(place, with: repeatElement(0, count: place.count)) }
    var hash = SHA256()
    hash.add(page)
    hash.add([UInt8](copy[checksums]))
    copy.replaceSubrange(48..<64, with: hash.finish()[..<16])
    return copy.sealed
  }

  /// The place of a section's entry in the table.
  package func entry(_ name: SectionName) -> Int? {
    (0..<Int(number(at: 96, bytes: 4))).map { 256 + 64 * $0 }.first { number(at: $0, bytes: 4) == UInt64(name.code) }
  }

  /// The bytes of the file that a section takes; none when there is no such section.
  package func section(_ name: SectionName) -> Range<Int> {
    guard let entry = entry(name) else { return 0..<0 }
    let start = Int(number(at: entry + 8, bytes: 8))
    return start..<start + Int(number(at: entry + 16, bytes: 8))
  }

  /// The names of all sections, in the order of the table.
  package var sectionNames: [SectionName] {
    (0..<Int(number(at: 96, bytes: 4))).map { SectionName(code: UInt32(number(at: 256 + 64 * $0, bytes: 4))) }
  }

  /// The bytes behind the first page: of each section, and of each gap in front of one, in file order.
  package var regions: [(name: SectionName?, bytes: Range<Int>)] {
    var regions: [(name: SectionName?, bytes: Range<Int>)] = []
    var end = 4096
    for name in sectionNames {
      let section = section(name)
      regions += [(nil, end..<section.lowerBound), (name, section)]
      end = section.upperBound
    }
    return regions.filter { !$0.bytes.isEmpty }
  }

  /// Rounds that between them have every byte behind the first page once: each has a byte of each region, so that what looks
  /// at all regions has to find many changes in few rounds. Bytes of the regions named `alone` have rounds of their own.
  package func rounds(alone: Set<SectionName>) -> [[Int]] {
    let isAlone = { (name: SectionName?) in name.map { alone.contains($0) } ?? false }
    let (single, shared) = (regions.filter { isAlone($0.name) }, regions.filter { !isAlone($0.name) })
    let longest = shared.map(\.bytes.count).max() ?? 0
    return single.flatMap { $0.bytes.map { [$0] } }
      + (0..<longest).map { round in shared.compactMap { round < $0.bytes.count ? $0.bytes.lowerBound + round : nil } }
  }
}
