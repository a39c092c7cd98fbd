import AkinSupport
import AkinTestSupport
import AkinVectors
import CAkinKernels
import Testing

@testable import AkinQuantization

@Suite("Vectors in fewer bytes")
struct PackedRowsTests {
  /// The value of a half by its definition.
  private static func value(_ half: UInt16) -> Float {
    let (sign, exponent, fraction) = (half >> 15, Int(half >> 10 & 31), Float(half & 1023))
    var value: Float
    if exponent == 31 {
      value = fraction == 0 ? .infinity : .nan
    } else {
      let significand = exponent == 0 ? fraction / 1024 : 1 + fraction / 1024
      value = Float(sign: .plus, exponent: max(exponent, 1) - 15, significand: 1) * significand
    }
    if sign == 1 { value = -value }
    return value
  }

  @Test("Every half becomes its float, at every level, length and start")
  func halves() throws {
    let all = (0...UInt16.max).map { $0 }
    for level in Kernels.available {
      let kernels = unsafe try #require(Kernels.table(at: level))
      for (start, count) in [(0, 65_536), (1, 1000), (3, 7), (31_700, 19)] {
        var out = [Float](repeating: -1, count: count)
        unsafe all.withUnsafeBufferPointer {
          unsafe kernels.pointee.floats_of_halves($0.baseAddress! + start, 0.25, count, &out)
        }
        for (place, found) in out.enumerated() {
          let expected = Self.value(all[start + place]) * 0.25
          if !(expected.isNaN ? found.isNaN : found.bitPattern == expected.bitPattern) {
            Issue.record("\(level), half \(start + place): \(found), expected \(expected)")
          }
        }
      }
    }
  }

  @Test("Halves round to the nearest, ties to even, and read back as themselves")
  func nearest() {
    for half in UInt16(0)..<0x7BFF {
      let (value, next) = (Self.value(half), Self.value(half + 1))
      let middle = (value + next) / 2
      let even = half % 2 == 0 ? half : half + 1
      let found = [Half.bits(value), Half.bits(middle), Half.bits(middle.nextDown), Half.bits(middle.nextUp)]
      if found != [half, even, half, half + 1] { Issue.record("half \(half): \(found)") }
      if half > 0 && Half.bits(-value) != half | 0x8000 { Issue.record("half -\(half)") }
    }
    #expect(Half.bits(-0.0) == 0 && Half.bits(-0x1p-26) == 0 && Half.bits(Half.greatest) == 0x7BFF)
  }

  @Test("Bytes become the same floats at every level, length and start", arguments: [1, 2])
  func bytes(seed: UInt64) throws {
    let random = CounterRandom(seed: seed, purpose: 3)
    let bytes = (0..<300).map { Int8(truncatingIfNeeded: random.bits(at: UInt64($0))) }
    let offsets = (0..<300).map { Float(random.normal(at: UInt64(1000 + $0))) }
    for level in Kernels.available {
      let kernels = unsafe try #require(Kernels.table(at: level))
      for (start, count) in [(0, 300), (1, 257), (5, 16), (7, 3), (9, 1), (0, 0)] {
        for isSingle in [true, false] {
          var out = [Float](repeating: -1, count: count + 1)
          unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe offsets.withUnsafeBufferPointer { offsets in
              unsafe kernels.pointee.floats_of_bytes(
                bytes.baseAddress! + start, 0.0371, 1.7, isSingle ? nil : offsets.baseAddress! + start, count, &out)
            }
          }
          for place in 0..<count {
            let product = Float(bytes[start + place]) * 0.0371
            let expected = product + (isSingle ? 1.7 : offsets[start + place])
            if out[place] != expected { Issue.record("\(level), \(start), \(count), \(place)") }
          }
          #expect(out[count] == -1)
        }
      }
    }
  }

  @Test("No component moves by more than half a step, whatever the vectors", arguments: [1, 2, 3])
  func steps(seed: UInt64) {
    let kernels = unsafe Kernels.table
    for (dimension, scale, shift): (Int, Float, Float) in [(3, 1, 0), (17, 1e-30, 0), (40, 1e30, 1e29), (5, 1, 1000)] {
      let plain = normalMatrix(rows: 30, dimension: dimension, seed: seed)
      var rows = (0..<30).map { plain[Row($0)].map { $0 * scale + shift } }
      rows[7] = rows[7].map { _ in 0 }
      rows[8] = rows[8].map { _ in shift }
      let items = EmbeddingMatrix(uniformRows: rows, dimension: dimension)
      let largest = rows.joined().reduce(0) { max($0, $1.magnitude) }
      for isHalf in [true, false] {
        let packed = unsafe PackedVectors(items, isHalf: isHalf, offset: nil, kernels: kernels)
        let found = packed.rows.decoded(0..<30)
        var square = 0.0
        for (row, one) in rows.enumerated() {
          let (least, greatest) = (one.min()!, one.max()!)
          var own = 0.0
          for (place, value) in found[Row(row)].enumerated() {
            let step = isHalf ? max(one[place].magnitude * 0x1p-10, largest * 0x1p-38) : (greatest - least) / 254
            let off = (value - one[place]).magnitude
            if off > step * 0.5 * (1 + 0x1p-10) + largest * 0x1p-22 {
              Issue.record("seed \(seed), \(isHalf), row \(row): \(off), \(step)")
            }
            own += (Double(value) - Double(one[place])) * (Double(value) - Double(one[place]))
          }
          square = max(square, own)
        }
        #expect(found[Row(7)].allSatisfy { $0 == 0 })
        let error = unsafe PackedVectors.error(of: items, as: found, metric: .euclidean, kernels: kernels)
        #expect(Double(error) >= square.squareRoot() && Double(error) <= square.squareRoot() * 1.0001)
      }
    }
  }
}
