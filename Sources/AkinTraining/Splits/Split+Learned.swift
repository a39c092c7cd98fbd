extension Split {
  /// What a model learns from: the training pairs, and the fold-in pairs of held-out users.
  ///
  /// - Parameters:
  ///   - threshold: The smallest value of a pair; `nil` takes all.
  ///   - halfLife: The half-life of values; by days up to the newest of the training pairs. `nil` keeps the values.
  ///   - age: What the age of a value counts.
  ///   - part: What halves with age.
  /// - Throws: ``TimeDecayError``.
  /// - Complexity: O(pairs).
  public func learned(
    atLeast threshold: Float? = nil, halfLife: Double? = nil, age: TimeDecay.Age = .days,
    of part: TimeDecay.Part = .values
  ) throws(TimeDecayError) -> (train: Interactions, known: InteractionTable) {
    let pairs = threshold.map { train.keeping(atLeast: $0) } ?? train
    let held = threshold.map { known.keeping(atLeast: $0) } ?? known
    guard let halfLife else { return (pairs, held) }
    let (aged, decay) = try pairs.decayed(halfLife: halfLife, age: age, of: part)
    guard let knownTimes, held.others.count > 0 else { return (aged, held) }
    let times = threshold.map { least in
      knownTimes.indices.compactMap { known.values[$0] >= least ? knownTimes[$0] : nil }
    }
    switch age {
    case .days:
      let unit = UnixUnit.perSecond(of: pairs.times ?? [])
      return (aged, held.scaled(part) { decay.factor(at: (times ?? knownTimes)[$0] / unit) })
    case .interactions: return (aged, held.scaled(part, by: decay, newer: times ?? knownTimes))
    }
  }
}
