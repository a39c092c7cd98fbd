import AkinSupport
import AkinTestSupport
import AkinVectors

/// Data that a float32 filter might get wrong.
enum HardData: String, CaseIterable, Sendable {
  /// Nothing special.
  case normal
  /// Every vector many times.
  case copies
  /// All vectors one and the same.
  case allEqual
  /// Vectors that differ in the last bits only, so that float32 cannot tell their order.
  case nearlyEqual
  /// Far from the origin and close together: squared distances by expansion cancel.
  case farAway
  /// Lengths from 10⁻³⁰ to 10³⁰.
  case manyScales
  /// Components so large that products overflow float32, next to ordinary rows.
  case huge
  /// Denormal components: every product rounds to nothing in float32.
  case denormal
  /// Sums of large terms that cancel: the float32 sum is mostly error.
  case cancelling
  /// A third zero vectors.
  case zeros
  /// Falling norm, so that whole blocks are left out.
  case fallingNorm
  /// Short and long vectors in every block.
  case spread

  func catalogue(rows: Int, dimension: Int, metric: Metric, seed: UInt64) -> Catalogue {
    let random = CounterRandom(seed: seed, purpose: UInt64(HardData.allCases.firstIndex(of: self)!))
    func normal(_ row: Int, _ component: Int) -> Float {
      Float(random.normal(at: UInt64(row * dimension + component)))
    }
    let items = unsafe matrix(rows: rows, dimension: dimension) { row, values in
      for component in 0..<dimension { unsafe values[component] = value(row, component, rows, normal) }
    }
    let biases = (0..<rows).map { Float(random.normal(at: 1 << 40 + UInt64($0))) * biasScale }
    return Catalogue(
      items: items, metric: metric, biases: metric == .innerProduct && hasBias ? biases : nil)
  }

  func query(dimension: Int, seed: UInt64) -> [Float] {
    let base = AkinTestSupport.query(dimension: dimension, seed: seed)
    return switch self {
    case .farAway: base.map { 1000 + $0 / 100 }
    case .huge: base.map { $0 * 1e19 }
    case .denormal: base.map { 0.2 + abs($0) / 100 }
    case .nearlyEqual: base.map { 1 + $0 / 1e4 }
    case .cancelling: base.enumerated().map { $0 % 2 == 0 ? 1000 : 1000 + $1 / 1000 }
    default: base
    }
  }

  private var hasBias: Bool { self == .normal || self == .copies || self == .fallingNorm || self == .manyScales }
  private var biasScale: Float { self == .fallingNorm ? 0.1 : 1 }

  private func value(_ row: Int, _ component: Int, _ rows: Int, _ normal: (Int, Int) -> Float) -> Float {
    switch self {
    case .normal: normal(row, component)
    case .copies: normal(row % 7, component)
    case .allEqual: normal(0, component)
    case .nearlyEqual: 1 + normal(row, component) * 0x1p-22
    case .farAway: 1000 + normal(row, component) / 100
    case .manyScales: normal(row, component) * Float(pow(10, Double(row % 61 - 30)))
    case .huge: row % 5 == 0 ? normal(row, component) * 2.5e37 : normal(row, component)
    case .denormal: 0x1p-149 * min(2, (2 * abs(normal(row, component))).rounded())
    case .cancelling: (component % 2 == 0 ? 1 : -1) * (1e4 + normal(row, component))
    case .zeros: row % 3 == 1 ? 0 : normal(row, component)
    case .spread: normal(row, component) * Float(exp(1.5 * Double(normal(rows + row, 0))))
    case .fallingNorm: normal(row, component) * Float(exp(-4 * Double(row) / Double(rows)))
    }
  }
}
