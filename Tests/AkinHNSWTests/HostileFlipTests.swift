import AkinFiles
import AkinHNSW
import AkinSupport
import Testing

@Suite("Damage of any one place of an index is found, and never traps")
struct HostileFlipTests {
  /// The places of what searches read that are searched: of each number of four bytes one, which the seed draws; and
  /// the ends of each section. Of the padding of vectors every eighth number will do.
  private func isSearched(_ place: Int, of section: Range<Int>, isVectors: Bool) -> Bool {
    let number = (place - section.lowerBound) / 4
    if isVectors && number % 16 >= 3 && number % 8 != 7 { return false }
    let drawn = Int(CounterRandom(seed: 21, purpose: UInt64(section.lowerBound)).bits(at: UInt64(number)) % 4)
    let isEnd = place < section.lowerBound + 4 || place >= section.upperBound - 4
    return isEnd || (place - section.lowerBound) % 4 == drawn
  }

  /// What is changed of a byte: all bits of every third one, one bit of the others.
  private func mask(_ place: Int) -> UInt8 { place % 3 == 0 ? 0xFF : 1 << UInt8(place / 3 % 8) }

  /// Opens changed bytes; `nil` where opening looks up the entry's place among the upper nodes, and finds none.
  private func openedBehindFirstPage(_ work: [UInt8], _ place: Int, of bytes: [UInt8]) -> HNSWIndex? {
    openedUnless(
      work, "byte \(place)",
      isExpected: {
        if case .badField("entry point", _, _) = $0 { bytes.section("UPIX").contains(place) } else { false }
      })
  }

  @Test("Every byte, all its bits or one: refused at open, or found by verify", arguments: SampleIndex.allCases)
  func found(sample: SampleIndex) throws {
    let bytes = try sample.bytes
    let sound = try verified(try Built(sample.embeddings).bytes)
    #expect(sound.isSound, "\(sound.damages)")
    var work = bytes
    for place in 0..<4096 {
      work[place] ^= mask(place)
      let index = openedUnless(
        work, "byte \(place)",
        isExpected: {
          switch $0 {
          // The first page has a checksum; what stands before it in the page is looked at first.
          case .headerChecksum, .notAkin, .wrongKind, .bigEndian, .unsupportedVersion: true
          default: false
          }
        })
      if index != nil { Issue.record("byte \(place) of the first page was accepted at open") }
      work[place] = bytes[place]
    }
    // Checksums are those of other sections; and without an entry point nothing opens.
    let one = Execution(threads: 1)
    for (number, places) in bytes.rounds(alone: ["CHKS", "UPIX"]).enumerated() {
      for place in places { work[place] ^= mask(place) }
      if let index = openedBehindFirstPage(work, places[0], of: bytes) {
        let found = try index.facts.container.damagedBytes(one).damages
        for place in places where !found.contains(where: { $0.byteRange.contains(UInt64(place)) }) {
          Issue.record("byte \(place) ^ \(mask(place)) was not found")
        }
        // Whole verify for a part of the places, its look at every byte for all: hashes are slow in debug builds.
        if number % 64 == 0, try verified(work).isSound { Issue.record("round \(number) was not found") }
      }
      for place in places { work[place] = bytes[place] }
    }
  }

  @Test("Searches survive a change of any number that they read", arguments: SampleIndex.allCases)
  func survived(sample: SampleIndex) throws {
    let bytes = try sample.bytes
    let searched: Set<SectionName> = [
      "VECS", "NBIA", "NNRM", "NROW", "RNOD", "NCPY", "LNK0", "UPIX", "LNKU",
    ]
    var work = bytes
    for (name, section) in bytes.regions {
      guard let name, searched.contains(name) || sample == .products else { continue }
      for place in section {
        // What the graph search reads is searched number by number, the rest now and then.
        let isRead = searched.contains(name) && isSearched(place, of: section, isVectors: name == "VECS")
        if !isRead && place % 32 != 0 { continue }
        work[place] ^= mask(place)
        if let index = openedBehindFirstPage(work, place, of: bytes) {
          try exercise(index, thoroughly: place % 32 == 0, "byte \(place) ^ \(mask(place))")
        }
        work[place] = bytes[place]
      }
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
