import AkinSupport
import Testing

@Suite("Aligned memory")
struct MemoryTests {
  @Test("What can be had is some of what there is")
  func available() {
    for _ in 0..<3 { #expect(availableMemory > 1 << 20 && availableMemory <= physicalMemory) }
  }

  @Test(
    "is zeroed, at its boundary, and can be written to its end and given back",
    arguments: [0, 1, 64, 65, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (4 << 20) - 1, 4 << 20, (9 << 20) + 4097])
  func allocated(byteCount: Int) {
    for turn in 0..<3 {
      let memory = unsafe allocateAligned(byteCount: byteCount)
      defer { unsafe freeAligned(memory, byteCount: byteCount) }
      let boundary = byteCount >= 4 << 20 ? 2 << 20 : 64
      #expect(UInt(bitPattern: memory) % UInt(boundary) == 0)
      let bytes = unsafe UnsafeMutableRawBufferPointer(start: memory, count: byteCount)
      var bits: UInt8 = 0
      var place = 0
      while place < byteCount {
        unsafe bits |= bytes[place]
        // What was written must not come back as zeros.
        unsafe bytes[place] = 0xA5
        place &+= 1
      }
      #expect(bits == 0, "\(byteCount) bytes in turn \(turn)")
    }
  }

  @Test(
    "keeps its beginning when the end is given back",
    arguments: [(100, 50), (3 << 20, 1000), (9 << 20, 2 << 20), (5 << 20, 5 << 20)])
  func shrunk(byteCount: Int, rest: Int) {
    let memory = unsafe allocateAligned(byteCount: byteCount)
    let bytes = unsafe UnsafeMutableRawBufferPointer(start: memory, count: rest)
    for place in 0..<rest { unsafe bytes[place] = UInt8(truncatingIfNeeded: place) }
    let left = unsafe shrinkAligned(memory, byteCount: byteCount, to: rest)
    #expect(left == rest || left == byteCount)
    var changed = 0
    for place in 0..<rest where unsafe bytes[place] != UInt8(truncatingIfNeeded: place) { changed += 1 }
    #expect(changed == 0)
    unsafe freeAligned(memory, byteCount: left)
  }
}
