import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Damage of any one place is found, and never traps")
struct HostileFlipTests {
  @Test("verify finds every changed byte; open and all reading survive it", arguments: Sample.allCases)
  func flips(sample: Sample) throws {
    let bytes = try sample.bytes
    #expect(try opened(bytes).verify(execution: Execution(threads: 1)).damages == [])
    let ends = Set(
      (0..<Int(bytes.number(at: 96, bytes: 4))).flatMap { entry -> [Int] in
        let section = bytes.section(SectionName(code: UInt32(bytes.number(at: 256 + 64 * entry, bytes: 4))))
        return section.isEmpty ? [] : [section.lowerBound, section.upperBound - 1]
      })
    var work = bytes
    let one = Execution(threads: 1)
    for index in bytes.indices {
      // All bits at once, and one bit, another for each place: both in the first page and at the ends of sections, else
      // in turn.
      let masks = [UInt8(0xFF), 1 << UInt8(index / 2 % 8)]
      let isEnd = index < 4096 || ends.contains(index)
      for mask in isEnd ? masks : [masks[index % 2]] {
        work[index] = bytes[index] ^ mask
        guard let file = try? opened(work) else { continue }
        // The whole of verify for a part of the places, its look at every byte for all: hashes are slow in debug
        // builds.
        let damages =
          mask == 0xFF && index % 16 == 0
          ? try file.verify(execution: one).damages : try file.container.damagedBytes(one).damages
        if damages.isEmpty { Issue.record("byte \(index) ^ \(mask) was not found") }
        if index < 4096 { Issue.record("byte \(index) ^ \(mask) of the first page was accepted at open") }
        exercise(file)
      }
      work[index] = bytes[index]
    }
  }

  @Test("A file cut at any length is named as cut short", arguments: Sample.allCases)
  func cuts(sample: Sample) throws {
    let bytes = try sample.bytes
    #expect(problem([]) == .empty)
    for length in 1..<bytes.count {
      guard case .truncated(let section, let needed, let present)? = problem(Array(bytes[..<length])) else {
        Issue.record("cut at \(length): \(String(describing: problem(Array(bytes[..<length]))))")
        continue
      }
      #expect(present == UInt64(length))
      #expect(needed == UInt64(length < 4096 ? 4096 : bytes.count))
      if length >= 4096 { #expect(section != nil) }
    }
  }

  @Test("A file with something appended is named as such", arguments: [1, 2, 63, 4096])
  func extended(extra: Int) throws {
    let bytes = try Sample.numbers.bytes
    let longer = bytes + [UInt8](repeating: 0, count: extra)
    #expect(problem(longer) == .extended(declared: UInt64(bytes.count), present: UInt64(longer.count)))
    #expect(problem(bytes + bytes) == .extended(declared: UInt64(bytes.count), present: UInt64(bytes.count * 2)))
  }
}

/// Reads all that an open file gives, the rows beyond its ends included; whatever it says, it must not trap, and every
/// row that it names must exist.
func exercise(_ file: EmbeddingFile) {
  let rows = (0..<min(file.itemCount, 64)).map { Row($0) } + [Row(UInt32(file.itemCount)), Row(UInt32.max)]
  for row in rows {
    let id = file.itemIDs.id(of: row)
    if let found = file.itemIDs.row(of: id), Int(found.index) >= file.itemCount { Issue.record("\(found)") }
    _ = file.itemBiases?[row]
    _ = file.titles?[row]
    _ = file.categories(of: row)
    if Int(row.index) < file.itemCount { _ = file.items[row] }
  }
  let users = (0..<min(file.userCount, 64)).map { Row($0) } + [Row(UInt32(file.userCount)), Row(UInt32.max)]
  for row in users {
    if let id = file.userIDs?.id(of: row) { _ = file.userIDs?.row(of: id) }
    _ = file.userBiases?[row]
    for seen in file.history(of: row) where Int(seen.index) >= file.itemCount { Issue.record("\(seen)") }
    if Int(row.index) < file.userCount { _ = file.users?[row] }
  }
  for id: ItemID in [.number(0), .number(.max), .text(""), .text("café"), .text("zzz")] {
    _ = file.itemIDs.row(of: id)
    _ = file.userIDs?.row(of: id)
  }
  _ = file.provenance
  _ = file.metadata
  _ = file.objective
  _ = file.itemFeatures
  _ = file.userFeatures
  for position in file.attributes.entries.indices {
    let attribute = file.attributes.column(at: position)
    _ = attribute.summary()
    for row in rows.prefix(64) where Int(row.index) < file.itemCount { _ = attribute[row] }
  }
}
