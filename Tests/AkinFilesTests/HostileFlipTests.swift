import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Damage of any one place is found, and never traps")
struct HostileFlipTests {
  /// What is changed of a byte: all its bits, and one bit, another for each place.
  private func masks(_ place: Int) -> [UInt8] { [0xFF, 1 << UInt8(place / 2 % 8)] }

  @Test(
    "verify finds every changed byte, all its bits or one; none of the first page opens", arguments: Sample.allCases)
  func found(sample: Sample) throws {
    let bytes = try sample.bytes
    #expect(try opened(bytes).verify(execution: Execution(threads: 1)).damages == [])
    var work = bytes
    let turn = Sample.allCases.firstIndex(of: sample) ?? 0
    for place in 0..<4096 {
      // Behind the fields and the table of sections, where all is 0, the two take turns, and so do the samples: two look at each place.
      let isFilled = place < 1024 || bytes[place] != 0
      guard isFilled || (place + turn) % 3 == 0 else { continue }
      for mask in isFilled ? masks(place) : [masks(place)[place % 2]] {
        work[place] = bytes[place] ^ mask
        if (try? opened(work)) != nil { Issue.record("byte \(place) ^ \(mask) of the first page was accepted at open") }
      }
      work[place] = bytes[place]
    }
    // Checksums are those of other sections.
    let one = Execution(threads: 1)
    for (number, places) in bytes.rounds(alone: ["CHKS"]).enumerated() {
      for kind in 0..<2 {
        for place in places { work[place] = bytes[place] ^ masks(place)[kind] }
        let file = try ContainerFile(bytes: work, format: .embeddings)
        let found = try file.damagedBytes(one).damages
        for place in places where !found.contains(where: { $0.byteRange.contains(UInt64(place)) }) {
          Issue.record("byte \(place) ^ \(masks(place)[kind]) was not found")
        }
        // What reads the sections must survive many changes at once, too, where they let it open: of each round one kind, in turn.
        if number % 2 == kind, let file = try? EmbeddingFile(container: file) {
          // Whole verify for a part of the rounds, its look at every byte for all: hashes are slow in debug builds.
          if number % 16 == kind, try file.verify(execution: one).isSound {
            Issue.record("round \(number) was not found")
          }
          exercise(file)
        }
      }
      for place in places { work[place] = bytes[place] }
    }
  }

  @Test("All reading survives any one changed byte of a section", arguments: Sample.allCases)
  func survived(sample: Sample) throws {
    let bytes = try sample.bytes
    var work = bytes
    for (name, section) in bytes.regions where name != nil && name != "CHKS" {
      for place in section {
        // Both at the ends of sections, else in turn.
        let isEnd = place == section.lowerBound || place == section.upperBound - 1
        for mask in isEnd ? masks(place) : [masks(place)[place % 2]] {
          work[place] = bytes[place] ^ mask
          if let file = try? opened(work) { exercise(file) }
        }
        work[place] = bytes[place]
      }
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
