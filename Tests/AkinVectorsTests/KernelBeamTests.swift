import AkinSupport
import AkinVectors
import CAkinKernels
import Testing

@Suite("New candidates into a search's beam, at every level")
struct KernelBeamTests {
  @Test("beam_insert keeps what a sort of all keeps, and says where the beam has changed", arguments: Kernels.available)
  func sorted(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    let scalar = unsafe kernelTable(.scalar)
    var generator = SeededGenerator(seed: 21)
    for capacity in Array(1...40) + [63, 64, 65, 100, 127, 128, 129, 300] {
      for round in 0..<12 {
        var beam: [UInt64] = []
        var node: UInt32 = 0
        for call in 0..<6 {
          let count = Int(generator.next() % (call == 3 ? 200 : 50))
          let distances = (0..<count).map { _ -> Float in
            let number = generator.next() % 1000
            if round % 4 == 3 && number < 60 {
              return [.nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude][Int(number % 6)]
            }
            return Float(number % (round % 3 == 2 ? 7 : 1000)) - 300
          }
          let nodes = (0..<count).map { _ -> UInt32 in
            node += 1
            return node * 7919 % 100_003
          }
          let most = beam.count == capacity ? Self.distance(beam[capacity - 1]) : .infinity
          let near = zip(distances, nodes).filter { $0.0 < most }
          let expected = Array((beam + near.map { Self.key($0.0, $0.1) }).sorted().prefix(capacity))
          let same = zip(beam, expected).prefix { $0 == $1 }.count
          let room = beam + [UInt64](repeating: 0xDEAD, count: capacity + 1 - beam.count)
          var (one, other) = (room, room)
          var (lowest, otherLowest) = (capacity, capacity)
          let size = unsafe kernels.beam_insert(&one, beam.count, capacity, distances, nodes, count, &lowest)
          _ = unsafe scalar.beam_insert(&other, beam.count, capacity, distances, nodes, count, &otherLowest)
          let place = "\(level), capacity \(capacity), round \(round), call \(call)"
          #expect(Array(one.prefix(size)) == expected, "\(place)")
          #expect(lowest == (expected == beam ? capacity : same) && lowest == otherLowest, "\(place)")
          #expect(Array(other.prefix(size)) == expected, "\(place)")
          beam = expected
          // Some have been expanded meanwhile.
          for index in beam.indices where generator.next() % 3 == 0 { beam[index] |= 1 }
        }
      }
    }
  }

  @Test(
    "No distance past the last is read, from any start, and no new candidates change nothing",
    arguments: Kernels.available)
  func edges(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    for capacity in [1, 8, 20, 128, 130] {
      for count in 0...33 {
        let distances = EdgeFloats(count: count, slack: count & 3)
        for place in 0..<count { unsafe distances.floats[place] = Float(place * 7 % 33) }
        let nodes = (0..<count).map { UInt32($0) }
        let all = (0..<count).map { Self.key(Float($0 * 7 % 33), UInt32($0)) }
        var beam = [UInt64](repeating: 0xDEAD, count: capacity + 1)
        var lowest = capacity
        let size = unsafe kernels.beam_insert(&beam, 0, capacity, distances.start, nodes, count, &lowest)
        let place = "\(level), capacity \(capacity), \(count) candidates"
        #expect(Array(beam.prefix(size)) == Array(all.sorted().prefix(capacity)), "\(place)")
        #expect(lowest == (count == 0 ? capacity : 0), "\(place)")
      }
    }
  }

  private static func key(_ distance: Float, _ node: UInt32) -> UInt64 {
    let bits = distance.bitPattern
    return UInt64(bits >> 31 == 1 ? ~bits : bits | 1 << 31) << 32 | UInt64(node) << 1
  }

  private static func distance(_ key: UInt64) -> Float {
    let bits = UInt32(key >> 32)
    return Float(bitPattern: bits >> 31 == 1 ? bits & 0x7FFF_FFFF : ~bits)
  }
}
