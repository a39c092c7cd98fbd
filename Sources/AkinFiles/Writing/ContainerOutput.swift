import AkinSupport

/// Where the bytes of a container go: a file, or memory.
protocol ContainerOutput: AnyObject {
  /// Takes the bytes at a place, which is not before the end of those taken so far. Zeros fill the gap.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws
}

/// The bytes of a container that is written to memory: allocated once at their full length, filled in place.
///
/// Unless ``seal()`` takes the bytes over, they are freed with this object.
@safe final class MemoryOutput: ContainerOutput {
  // Safe: `count` bytes at `memory` belong to this object until it is sealed.
  private let memory: UnsafeMutableRawPointer
  private let count: Int
  private var isSealed = false

  /// Allocates the memory, all zeros.
  ///
  /// - Throws: ``FileError`` when the machine has not so much.
  init(byteCount: UInt64) throws(FileError) {
    let free = availableMemory
    guard byteCount <= free else {
      throw FileError(
        path: ContainerFile.memoryPath,
        problem: .aboveLimit(name: "bytes of a file in memory", found: byteCount, limit: free))
    }
    count = Int(byteCount)
    unsafe memory = MappedBytes.allocate(count: count)
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) {
    guard let source = bytes.baseAddress, bytes.count > 0 else { return }
    precondition(!isSealed && offset + UInt64(bytes.count) <= UInt64(count), "bytes end behind their container")
    // Safe: the place lies in the memory, which nobody else has before it is sealed.
    unsafe (memory + Int(offset)).copyMemory(from: source, byteCount: bytes.count)
  }

  /// Hands the bytes over; nothing can be written afterwards.
  func seal() -> MappedBytes {
    precondition(!isSealed, "a container is sealed once")
    isSealed = true
    // Safe: the memory came from `MappedBytes.allocate`, and this object no longer frees it.
    return unsafe MappedBytes(memory: memory, count: count)
  }

  deinit {
    // Safe: nobody took it over.
    if !isSealed { unsafe MappedBytes.free(memory, count: count) }
  }
}
