import AkinSupport
import AkinVectors
import CAkinKernels
import Testing

@Suite("Indices of scores that reach a floor, at every level")
struct KernelIndicesTests {
  @Test(
    "indices_at_least and indices_reaching find what a plain loop finds, in the same order",
    arguments: Kernels.available)
  func plainLoop(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    var generator = SeededGenerator(seed: 9)
    let special: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, -.greatestFiniteMagnitude]
    let floors: [Float] = [-.infinity, -0.5, -0.0, 0, 0.25, 1, .infinity, .nan]
    for count in Array(0...70) + [127, 128, 129, 1000] {
      let scores = EdgeFloats(rows: 1, dimension: count, stride: count, slack: count & 3, generator: &generator)
      for place in 0..<count where generator.next() % 4 == 0 {
        unsafe scores.floats[place] = special[Int(generator.next() % UInt64(special.count))]
      }
      for floor in floors {
        let expected = (0..<count).filter { unsafe scores.floats[$0] >= floor }.map { UInt32($0) }
        var out = [UInt32](repeating: .max, count: count + 1)
        let found = unsafe Int(kernels.indices_at_least(scores.start, UInt32(count), floor, &out))
        #expect(found == expected.count, "\(level), \(count) scores, floor \(floor)")
        #expect(Array(out.prefix(min(found, count))) == expected, "\(level), \(count) scores, floor \(floor)")
        #expect(out[count] == .max, "\(level): written past \(count) indices")
        // Beside reaches, which are the same numbers from the last to the first.
        let reaches = (0..<count).map { unsafe scores.floats[count - 1 - $0] }
        let reached = (0..<count).filter { unsafe scores.floats[$0] + reaches[$0] >= floor }.map { UInt32($0) }
        out = [UInt32](repeating: .max, count: count + 1)
        let number = unsafe Int(kernels.indices_reaching(scores.start, reaches, UInt32(count), floor, &out))
        #expect(Array(out.prefix(number)) == reached, "\(level), \(count) scores and reaches, floor \(floor)")
        #expect(out[number...].allSatisfy { $0 == .max }, "\(level): written past \(number) indices")
      }
    }
  }
}
