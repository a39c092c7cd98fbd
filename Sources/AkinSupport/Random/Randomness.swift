/// Random numbers that are a function of a seed and a place: no thread, batch or order changes them.
///
/// SplitMix64's finaliser over a keyed counter (Steele, Lea and Flood, *Fast splittable pseudorandom number
/// generators*, 2014).
public struct CounterRandom: Sendable {
  private let key: UInt64

  /// Creates the numbers of a seed and a purpose.
  ///
  /// - Parameters:
  ///   - seed: The random seed.
  ///   - purpose: Different purposes give unrelated numbers.
  public init(seed: UInt64, purpose: UInt64 = 0) {
    key = CounterRandom.mix(seed &+ 0x9E37_79B9_7F4A_7C15 &* (purpose &+ 1))
  }

  /// 64 random bits.
  ///
  /// - Parameter place: The place.
  public func bits(at place: UInt64) -> UInt64 {
    CounterRandom.mix(key ^ CounterRandom.mix(place &+ 0x9E37_79B9_7F4A_7C15))
  }

  /// A uniform number in `0..<1`.
  ///
  /// - Parameter place: The place.
  public func uniform(at place: UInt64) -> Double {
    Double(bits(at: place) >> 11) * 0x1p-53
  }

  /// A standard normal number (Box–Muller).
  ///
  /// - Parameter place: The place.
  public func normal(at place: UInt64) -> Double {
    let u = 1 - uniform(at: place &* 2)
    let v = uniform(at: place &* 2 &+ 1)
    return (-2 * log(u)).squareRoot() * cos(2 * Double.pi * v)
  }

  /// SplitMix64's finaliser.
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A random number generator with a seed (SplitMix64), for code where one thread draws in order.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Creates a generator.
  ///
  /// - Parameter seed: Equal seeds give equal numbers.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return CounterRandom.mix(state)
  }

  /// The next uniform number in `0..<1`.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// The next standard normal number (Box–Muller).
  public mutating func normal() -> Double {
    let u = 1 - uniform()
    let v = uniform()
    return (-2 * log(u)).squareRoot() * cos(2 * Double.pi * v)
  }
}
