import AkinVectors

/// The `OBJV` section, 128 bytes:
///
///     offset  size  field
///          0     2  model       1 WALS
///          2     2  weighting   1 value, 2 constant, 3 BM25
///          4     4  zero        flags to come
///          8     8  w0          f64, as all that follow
///         16     8  alpha
///         24     8  lambdaUser
///         32     8  lambdaItem
///         40     8  zero        λ of biases to come
///         48     8  nu
///         56    72  zero        bounds and damping to come
enum ObjectiveRecord {
  static let byteCount = 128
  private static let zeros = [4..<8, 40..<48, 56..<128]

  static func bytes(of objective: Objective) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: objective.model.rawValue)
    bytes.append(littleEndian: objective.weighting.rawValue)
    bytes.append(littleEndian: UInt32(0))
    for number in [objective.w0, objective.alpha, objective.lambdaUser, objective.lambdaItem, 0, objective.nu] {
      bytes.append(littleEndian: number.bitPattern)
    }
    return bytes + [UInt8](repeating: 0, count: byteCount - bytes.count)
  }

  /// The record of a section, or `nil` when this version does not know the model or the weighting, or a number is not
  /// finite.
  static func objective(in view: SectionView) -> Objective? {
    guard let codes = view.u32(at: 0), let model = Objective.Model(rawValue: UInt16(truncatingIfNeeded: codes)),
      let weighting = Objective.Weighting(rawValue: UInt16(truncatingIfNeeded: codes >> 16))
    else { return nil }
    let numbers = [1, 2, 3, 4, 6].compactMap { view.u64(at: $0) }.map(Double.init(bitPattern:))
    guard numbers.count == 5, numbers.allSatisfy(\.isFinite) else { return nil }
    return Objective(
      model: model, weighting: weighting, w0: numbers[0], alpha: numbers[1], lambdaUser: numbers[2],
      lambdaItem: numbers[3], nu: numbers[4])
  }

  static func check(_ view: SectionView, _ list: inout DamageList) {
    if objective(in: view) == nil {
      list.add(view, 0..<view.byteCount, .rule("expected a known model and weighting, and finite numbers"))
    }
    let bytes = view.copy()
    for range in zeros where range.upperBound <= bytes.count && bytes[range].contains(where: { $0 != 0 }) {
      list.add(view, range, .padding)
    }
  }
}
