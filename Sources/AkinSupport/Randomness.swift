/// Numbers that a seed and a place determine, so that no thread, batch or order can change them.
///
/// SplitMix64's finaliser (Steele, Lea, Flood 2014) over a keyed counter.
public struct CounterRandom: Sendable {
  private let key: UInt64

  /// Creates the numbers of one seed and one purpose; different purposes give unrelated numbers.
  public init(seed: UInt64, purpose: UInt64 = 0) {
    key = CounterRandom.mix(seed &+ 0x9E37_79B9_7F4A_7C15 &* (purpose &+ 1))
  }

  /// 64 random bits for a place.
  public func bits(at place: UInt64) -> UInt64 {
    CounterRandom.mix(key ^ CounterRandom.mix(place &+ 0x9E37_79B9_7F4A_7C15))
  }

  /// A number in `0..<1` for a place.
  public func uniform(at place: UInt64) -> Double {
    Double(bits(at: place) >> 11) * 0x1p-53
  }

  /// A standard normal number for a place (Box–Muller).
  public func normal(at place: UInt64) -> Double {
    let u = 1 - uniform(at: place &* 2)
    let v = uniform(at: place &* 2 &+ 1)
    return (-2 * log(u)).squareRoot() * cos(2 * Double.pi * v)
  }

  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A random number generator with a seed, for the places where one thread draws in order.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Creates the generator; equal seeds give equal numbers.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return CounterRandom.mix(state)
  }

  /// The next number in `0..<1`.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// The next standard normal number (Box–Muller).
  public mutating func normal() -> Double {
    let u = 1 - uniform()
    let v = uniform()
    return (-2 * log(u)).squareRoot() * cos(2 * Double.pi * v)
  }
}
