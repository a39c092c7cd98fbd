import AkinSupport
import AkinVectors
import CAkinKernels
import Testing

@Suite("New candidates into a sorted pool, at every level")
struct KernelBeamTests {
  @Test("merge leaves what a sort of all leaves, and says where the pool has changed", arguments: Kernels.available)
  func sorted(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    let scalar = unsafe kernelTable(.scalar)
    var generator = SeededGenerator(seed: 21)
    for limit in Array(1...40) + [63, 64, 65, 100, 127, 128, 129, 300] {
      for round in 0..<12 {
        var pool: [UInt64] = []
        var point: UInt32 = 0
        for call in 0..<6 {
          let count = Int(generator.next() % (call == 3 ? 200 : 50))
          let distances = (0..<count).map { _ -> Float in
            let number = generator.next() % 1000
            if round % 4 == 3 && number < 60 {
              return [.nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude][Int(number % 6)]
            }
            return Float(number % (round % 3 == 2 ? 7 : 1000)) - 300
          }
          let points = (0..<count).map { _ -> UInt32 in
            point += 1
            return point * 7919 % 100_003
          }
          let most = pool.count == limit ? Self.distance(pool[limit - 1]) : .infinity
          let near = zip(distances, points).filter { $0.0 < most }
          let expected = Array((pool + near.map { Self.key($0.0, $0.1) }).sorted().prefix(limit))
          let same = zip(pool, expected).prefix { $0 == $1 }.count
          let room = pool + [UInt64](repeating: 0xDEAD, count: limit + 1 - pool.count)
          var (one, other) = (room, room)
          var (lowest, otherLowest) = (limit, limit)
          let size = unsafe kernels.beam_insert(&one, pool.count, limit, distances, points, count, &lowest)
          _ = unsafe scalar.beam_insert(&other, pool.count, limit, distances, points, count, &otherLowest)
          let place = "\(level), limit \(limit), round \(round), call \(call)"
          #expect(Array(one.prefix(size)) == expected, "\(place)")
          #expect(lowest == (expected == pool ? limit : same) && lowest == otherLowest, "\(place)")
          #expect(Array(other.prefix(size)) == expected, "\(place)")
          pool = expected
          // Some have been expanded meanwhile.
          for index in pool.indices where generator.next() % 3 == 0 { pool[index] |= 1 }
        }
      }
    }
  }

  private static func key(_ distance: Float, _ point: UInt32) -> UInt64 {
    let bits = distance.bitPattern
    return UInt64(bits >> 31 == 1 ? ~bits : bits | 1 << 31) << 32 | UInt64(point) << 1
  }

  private static func distance(_ key: UInt64) -> Float {
    let bits = UInt32(key >> 32)
    return Float(bitPattern: bits >> 31 == 1 ? bits & 0x7FFF_FFFF : ~bits)
  }
}
