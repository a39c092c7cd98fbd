import AkinFiles
import AkinHNSW
import AkinSupport
import Testing

@Suite("Damage of any one place of an index is found, and never traps")
struct HostileFlipTests {
  /// The places of what searches read that are searched: of each number of four bytes one, which the seed draws; and
  /// the ends of each section.
  private func isSearched(_ place: Int, of section: Range<Int>) -> Bool {
    let number = (place - section.lowerBound) / 4
    let drawn = Int(CounterRandom(seed: 21, purpose: UInt64(section.lowerBound)).bits(at: UInt64(number)) % 4)
    let isEnd = place < section.lowerBound + 4 || place >= section.upperBound - 4
    return isEnd || (place - section.lowerBound) % 4 == drawn
  }

  @Test(
    "Every byte, all its bits or one: refused at open, or found by verify; searches survive it",
    arguments: SampleIndex.allCases)
  func flips(sample: SampleIndex) throws {
    let bytes = try sample.bytes
    let one = Execution(threads: 1)
    let sound = try verified(try Built(sample.embeddings).bytes)
    #expect(sound.isSound, "\(sound.damages)")
    let searched = (["VECS", "NBIA", "NNRM", "NROW", "RNOD", "NCPY", "LNK0", "KNNG", "UPIX", "LNKU"] as [SectionName])
      .map { bytes.section($0) }
    var work = bytes
    // One sample whole; of the others the sections that differ.
    for place in bytes.indices where sample == .products || searched.contains(where: { $0.contains(place) }) {
      // All bits of every third byte, one of the others; both where the whole sample is searched.
      let section = searched.first { $0.contains(place) }
      let isRead = section.map { isSearched(place, of: $0) } ?? false
      let masks = [UInt8(0xFF), 1 << UInt8(place / 3 % 8)]
      for mask in isRead && sample == .products ? masks : [masks[place % 3 == 0 || sample != .products ? 0 : 1]] {
        work[place] = bytes[place] ^ mask
        guard
          let index = openedUnless(
            work, "byte \(place) ^ \(mask)",
            isExpected: { problem in
              switch problem {
              // The first page has a checksum; what stands before it in the page is looked at first.
              case .headerChecksum, .notAkin, .wrongKind, .bigEndian, .unsupportedVersion: place < 4096
              // Behind it, opening looks up the entry's place among the upper nodes.
              case .badField("entry point", _, _): bytes.section("UPIX").contains(place)
              default: false
              }
            })
        else { continue }
        if place < 4096 { Issue.record("byte \(place) ^ \(mask) of the first page was accepted at open") }
        // Whole verify for a part of the places, its look at every byte for all: hashes are slow in debug builds.
        let isFound =
          place % 64 == 0
          ? try !verified(work).isSound : try !index.facts.container.damagedBytes(one).damages.isEmpty
        if !isFound { Issue.record("byte \(place) ^ \(mask) was not found") }
        // What the graph search reads is searched number by number, the rest now and then.
        if place % 32 == 0 || isRead {
          try exercise(index, thoroughly: place % 32 == 0, "byte \(place) ^ \(mask)")
        }
      }
      work[place] = bytes[place]
    }
  }

  @Test("A file cut at any length is named as cut short", arguments: SampleIndex.allCases)
  func cuts(sample: SampleIndex) throws {
    let bytes = try sample.bytes
    // The first page at every length, and all of one file.
    for length in 1..<bytes.count where length < 4200 || length % 64 < 2 || sample == .directions {
      do throws(FileError) {
        _ = try opened(Array(bytes[..<length]))
        Issue.record("cut at \(length): opened")
      } catch {
        guard case .truncated(_, _, let present) = error.problem, present == UInt64(length) else {
          Issue.record("cut at \(length): \(error)")
          continue
        }
      }
    }
    #expect(throws: FileError(path: "(memory)", problem: .empty)) { try opened([]) }
    let longer = FileProblem.extended(declared: UInt64(bytes.count), present: UInt64(bytes.count) + 1)
    #expect(throws: FileError(path: "(memory)", problem: longer)) { try opened(bytes + [0]) }
  }
}
