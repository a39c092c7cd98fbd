/// The type of a component in a file: little-endian, at any alignment.
enum Element: Sendable {
  case float16, bfloat16, float32, float64
  case int8, uint8, int16, uint16, int32, uint32, int64, uint64

  /// Bytes of one component.
  var size: Int {
    switch self {
    case .int8, .uint8: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  var isInteger: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: false
    default: true
    }
  }

  /// Why a component has no float32: it is not finite, or an integer that float32 cannot represent.
  enum ConversionFailure { case notFinite, notExact }

  /// Converts `count` components to float32. Floats are rounded to nearest, ties to even; integers must be exact.
  ///
  /// - Returns: The first component without a float32, or `nil`.
  @unsafe func convert(
    _ source: UnsafeRawPointer, count: Int, to floats: UnsafeMutablePointer<Float>
  ) -> (component: Int, failure: ConversionFailure)? {
    switch self {
    case .float32:
      unsafe floats.withMemoryRebound(to: UInt32.self, capacity: count) { bits in
        for i in 0..<count {
          unsafe bits[i] = UInt32(littleEndian: source.loadUnaligned(fromByteOffset: i &* 4, as: UInt32.self))
        }
      }
    case .float64:
      for i in 0..<count {
        let bits = unsafe UInt64(littleEndian: source.loadUnaligned(fromByteOffset: i &* 8, as: UInt64.self))
        unsafe floats[i] = Float(Double(bitPattern: bits))
      }
    case .float16:
      for i in 0..<count {
        unsafe floats[i] = Element.float(half: load(source, i, UInt16.self))
      }
    case .bfloat16:
      for i in 0..<count {
        unsafe floats[i] = Float(bitPattern: UInt32(load(source, i, UInt16.self)) << 16)
      }
    case .int8:
      for i in 0..<count { unsafe floats[i] = Float(load(source, i, Int8.self)) }
      return nil
    case .uint8:
      for i in 0..<count { unsafe floats[i] = Float(load(source, i, UInt8.self)) }
      return nil
    case .int16:
      for i in 0..<count { unsafe floats[i] = Float(load(source, i, Int16.self)) }
      return nil
    case .uint16:
      for i in 0..<count { unsafe floats[i] = Float(load(source, i, UInt16.self)) }
      return nil
    case .int32: return unsafe wholes(source, count, floats) { unsafe Float(exactly: load(source, $0, Int32.self)) }
    case .uint32: return unsafe wholes(source, count, floats) { unsafe Float(exactly: load(source, $0, UInt32.self)) }
    case .int64: return unsafe wholes(source, count, floats) { unsafe Float(exactly: load(source, $0, Int64.self)) }
    case .uint64: return unsafe wholes(source, count, floats) { unsafe Float(exactly: load(source, $0, UInt64.self)) }
    }
    return unsafe Element.firstNotFinite(floats, count).map { ($0, .notFinite) }
  }

  /// Converts integers that may not be exact.
  @unsafe private func wholes(
    _ source: UnsafeRawPointer, _ count: Int, _ floats: UnsafeMutablePointer<Float>, _ value: (Int) -> Float?
  ) -> (component: Int, failure: ConversionFailure)? {
    for i in 0..<count {
      guard let value = value(i) else { return (i, .notExact) }
      unsafe floats[i] = value
    }
    return nil
  }

  /// The first component that is NaN or infinite: one pass without branches over exponent bits, and a second pass only if
  /// there is one.
  @unsafe static func firstNotFinite(_ floats: UnsafePointer<Float>, _ count: Int) -> Int? {
    var found = false
    for i in 0..<count {
      found = unsafe found || floats[i].bitPattern & 0x7F80_0000 == 0x7F80_0000
    }
    guard found else { return nil }
    for i in 0..<count where unsafe !floats[i].isFinite { return i }
    return nil
  }

  /// The first float64 that is not zero; `nil` for zeros alone.
  @unsafe static func firstNonzero(_ source: UnsafeRawPointer, count: Int) -> Int? {
    for i in 0..<count {
      let bits = unsafe UInt64(littleEndian: source.loadUnaligned(fromByteOffset: i &* 8, as: UInt64.self))
      if bits << 1 != 0 { return i }
    }
    return nil
  }

  /// The float32 of a float16's bits (Swift has no `Float16` on Intel Macs).
  static func float(half: UInt16) -> Float {
    let sign = UInt32(half & 0x8000) << 16
    let exponent = UInt32(half >> 10 & 0x1F)
    let fraction = UInt32(half & 0x3FF)
    switch exponent {
    case 0: return Float(bitPattern: sign | (Float(fraction) * 0x1p-24).bitPattern)
    case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}

@inline(__always) @unsafe
private func load<Number: FixedWidthInteger & BitwiseCopyable>(
  _ source: UnsafeRawPointer, _ index: Int, _: Number.Type
) -> Number {
  unsafe Number(littleEndian: source.loadUnaligned(fromByteOffset: index &* MemoryLayout<Number>.size, as: Number.self))
}
