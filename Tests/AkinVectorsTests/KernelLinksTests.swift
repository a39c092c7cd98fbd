import AkinSupport
import AkinVectors
import CAkinKernels
import Testing

@Suite("Packed links, at every level")
struct KernelLinksTests {
  @Test(
    "come out as they went in, for any number of bits and of links, up to where the memory ends",
    arguments: Kernels.available)
  func unpacked(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    var generator = SeededGenerator(seed: 31)
    for bits in Array(8...24) + [32] {
      for count in [0, 1, 7, 8, 9, 29, 31, 32, 33, 40, 41, 65] {
        let links = (0..<count).map { _ in generator.next() & (1 << UInt64(bits) - 1) }
        // What may be read: 32 links at least, and 32 bytes more.
        let byteCount = (max(32, count) * bits + 7) / 8 + 32
        let memory = EdgeFloats(count: (byteCount + 3) / 4)
        // Safe: the memory has so many bytes, and ends where they do.
        let packed = unsafe UnsafeMutableRawPointer(memory.start + memory.floats.count) - byteCount
        unsafe packed.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        for (place, link) in links.enumerated() {
          for bit in 0..<bits where link >> UInt64(bit) & 1 == 1 {
            let at = place * bits + bit
            unsafe packed.storeBytes(
              of: packed.load(fromByteOffset: at / 8, as: UInt8.self) | 1 << UInt8(at % 8), toByteOffset: at / 8,
              as: UInt8.self)
          }
        }
        var out = [UInt32](repeating: 9, count: max(32, count) + 8)
        unsafe kernels.unpack_links(packed.assumingMemoryBound(to: UInt8.self), UInt32(bits), count, &out)
        #expect(out.prefix(count).elementsEqual(links.map { UInt32($0) }), "\(bits) bits, \(count) links")
      }
    }
  }
}
