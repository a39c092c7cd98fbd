import AkinSupport
import AkinVectors
import CAkinKernels
import Testing

@Suite("A lower bound on the k-th largest value, at every level")
struct KernelLowerBoundTests {
  @Test(
    "At least k values reach kth_lower_bound, and it is the k-th largest of the groups' maxima",
    arguments: Kernels.available)
  func reached(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    let scalar = unsafe kernelTable(.scalar)
    var generator = SeededGenerator(seed: 12)
    let special: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, -.greatestFiniteMagnitude]
    for count in Array(0...9) + [63, 64, 65, 127, 128, 200, 512, 1000] {
      for share in [0, 4, 1] as [UInt64] {
        let values = EdgeFloats(rows: 1, dimension: count, stride: count, slack: count & 3, generator: &generator)
        for place in 0..<count where share > 0 && generator.next() % share == 0 {
          unsafe values.floats[place] = special[Int(generator.next() % UInt64(special.count))]
        }
        let maxima = (0..<64).map { group in
          stride(from: group, to: count, by: 64).reduce(-Float.infinity) { most, place in
            max(most, unsafe values.floats[place].isNaN ? -.infinity : values.floats[place])
          }
        }.sorted(by: >)
        for k in [0, 1, 2, 10, 63, 64, 65, 1000] {
          let bound = unsafe kernels.kth_lower_bound(values.start, count, k)
          #expect(bound == ((1...64).contains(k) ? maxima[k - 1] : -.infinity), "\(level), \(count) values, k \(k)")
          #expect(unsafe bound == scalar.kth_lower_bound(values.start, count, k), "\(level), \(count) values, k \(k)")
          if bound > -.infinity {
            #expect((0..<count).count { unsafe values.floats[$0] >= bound } >= k, "\(level), \(count) values, k \(k)")
          }
        }
      }
    }
  }

  @Test("count_at_least counts what a loop counts", arguments: Kernels.available)
  func counted(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    var generator = SeededGenerator(seed: 13)
    let special: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude]
    for count in Array(0...9) + [31, 32, 33, 63, 64, 65, 127, 128, 200, 1000] {
      let values = EdgeFloats(rows: 1, dimension: count, stride: count, slack: count & 3, generator: &generator)
      for place in 0..<count where generator.next() % 5 == 0 {
        unsafe values.floats[place] = special[Int(generator.next() % UInt64(special.count))]
      }
      for floor in special + [0.5, -0.5, 2] {
        let right = (0..<count).count { unsafe values.floats[$0] >= floor }
        #expect(
          unsafe kernels.count_at_least(values.start, count, floor) == right, "\(level), \(count), floor \(floor)")
      }
    }
  }
}
