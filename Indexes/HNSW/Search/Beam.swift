import CAkinKernels

/// The nearest candidates that a walk has found so far, best first, at most `capacity` of them (the dynamic list of the HNSW
/// paper, algorithm 2).
///
/// One kernel call inserts all new candidates of a hop (`beam_insert`).
@safe final class Beam {
  // Safe: `candidates` has room for `room` candidates and one more, and `capacity` is at most `room`.

  private(set) var candidates: UnsafeMutablePointer<UInt64>
  private var room = 512
  /// The largest number of candidates.
  private(set) var capacity = 1
  /// The number of candidates.
  var count = 0
  /// The first entry that may hold an unexpanded candidate.
  var cursor = 0
  private let insertKernel: Kernel

  private typealias Kernel =
    @convention(c) (
      UnsafeMutablePointer<UInt64>?, Int, Int, UnsafePointer<Float>?, UnsafePointer<UInt32>?, Int,
      UnsafeMutablePointer<Int>?
    ) -> Int

  init(kernels: UnsafePointer<akin_kernels>) {
    unsafe candidates = .allocate(capacity: room + 1)
    unsafe insertKernel = kernels.pointee.beam_insert
  }

  deinit {
    // Safe: this object allocated it, and the elements are trivial.
    unsafe candidates.deallocate()
  }

  /// Empties the beam and makes room for `capacity` candidates, at least 1.
  func reset(capacity: Int) {
    count = 0
    cursor = 0
    self.capacity = capacity
    guard capacity > room else { return }
    unsafe candidates.deallocate()
    room = capacity
    unsafe candidates = .allocate(capacity: room + 1)
  }

  /// Replaces the candidates by others, best first, at most ``capacity``.
  func replace(with candidates: ArraySlice<UInt64>) {
    for place in 0..<candidates.count { unsafe self.candidates[place] = candidates[candidates.startIndex + place] }
    count = candidates.count
  }

  /// Inserts a start of a walk; a full beam drops its worst candidate.
  func insertStart(distance: Float, node: UInt32) {
    let candidate = Candidate.start(distance: distance, node: node)
    if count == capacity, unsafe candidate >= candidates[count &- 1] { return }
    unsafe Candidate.insert(candidate, into: candidates, size: &count, limit: capacity)
  }

  /// Inserts the slots that are near enough, and moves the cursor back to the first changed entry.
  @inline(__always)
  func insert(_ distances: UnsafePointer<Float>, _ slots: UnsafePointer<UInt32>, _ number: Int) {
    var lowest = cursor
    count = unsafe insertKernel(candidates, count, capacity, distances, slots, number, &lowest)
    cursor = lowest
  }
}
