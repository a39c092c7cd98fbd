import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTool

@Suite("A mapped file that is cut short")
struct MappingFaultTests {
  #if os(Linux)
    @Test("is named by the address of the fault, and memory that is no file has no name")
    func names() throws {
      let scratch = try Scratch()
      let (name, piece) = (MappingFault.SignalScratch(), MappingFault.SignalScratch())
      defer {
        unsafe name.bytes.deallocate()
        unsafe piece.bytes.deallocate()
      }
      func found(_ address: UInt) -> String {
        let count = unsafe MappingFault.fileName(at: address, into: name.bytes, using: piece.bytes)
        return unsafe String(decoding: UnsafeBufferPointer(start: name.bytes, count: count), as: UTF8.self)
      }
      for text in ["a.idx", "with space.idx", "ünd\u{1}.emb", String(repeating: "n", count: 200)] {
        let path = scratch.write([UInt8](repeating: 1, count: 10_000), to: text)
        let descriptor = unsafe open(path, O_RDONLY)
        defer { close(descriptor) }
        let base = unsafe try #require(mmap(nil, 10_000, PROT_READ, MAP_SHARED, descriptor, 0))
        defer { unsafe munmap(base, 10_000) }
        for offset in [0, 1, 4096, 9_999] as [UInt] {
          let found = found(UInt(bitPattern: base) + offset)
          #expect(found.hasSuffix("/" + text.replacing("\u{1}", with: "?")), "\(found)")
        }
      }
      #expect(MappingFault.exitCode == ExitCode.io.rawValue)
      let memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)
      defer { unsafe memory.deallocate() }
      #expect(found(UInt(bitPattern: memory)) == "")
      #expect(found(0) == "" && found(.max) == "")
    }
  #endif
}
