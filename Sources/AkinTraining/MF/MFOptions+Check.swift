import AkinVectors

extension MFOptions {
  /// Checks the options, each and together.
  ///
  /// - Throws: ``TrainingError/option(name:expected:found:)``.
  public func check() throws(TrainingError) {
    let all = resolved
    try OptionCheck.dimensions(dimensions)
    try OptionCheck.epochs(all.epochs ?? 0)
    try OptionCheck.notNegative("lambda", all.lambda ?? 0)
    try OptionCheck.notNegative("bias-lambda", all.biasLambda ?? 0)
    if let nu {
      guard decay == .counted else {
        throw .option(name: "nu", expected: "none where decay is \(decay)", found: "\(nu)")
      }
      guard nu.isFinite, (0...2).contains(nu) else { throw .option(name: "nu", expected: "0 to 2", found: "\(nu)") }
    }
    if let learningRate {
      guard optimiser != .als else {
        throw .option(name: "learning-rate", expected: "none for als, which takes no steps", found: "\(learningRate)")
      }
      try OptionCheck.positive("learning-rate", learningRate)
    }
    if let meanDamping { try OptionCheck.notNegative("mean-damping", meanDamping) }
    try checkBatches()
    try checkTogether()
  }

  /// Checks what `adamw` alone takes, and what it does not take.
  private func checkBatches() throws(TrainingError) {
    let alone = [
      ("batch", batch.map { "\($0)" }), ("cycle", cycle.map { "\($0)" }),
      ("runs", runs.map { "\($0)" }), ("weight-decay", weightDecay.map { "\($0)" }),
    ]
    guard optimiser == .adamw else {
      for case (let name, let found?) in alone {
        throw .option(name: name, expected: "none for \(optimiser.rawValue), only for adamw", found: found)
      }
      return
    }
    if let batch { try OptionCheck.whole("batch", batch, in: 1...65_536) }
    if let cycle { try OptionCheck.whole("cycle", cycle, in: max(1, resolved.epochs ?? 1)...100_000) }
    if let runs {
      try OptionCheck.whole("runs", runs, in: 1...64)
      guard dimensions % runs == 0 else {
        throw .option(name: "runs", expected: "a divisor of the \(dimensions) dimensions", found: "\(runs)")
      }
    }
    if let weightDecay {
      guard weightDecay.isFinite, (0...100).contains(weightDecay) else {
        throw .option(name: "weight-decay", expected: "0 to 100", found: "\(weightDecay)")
      }
    }
    for case (let name, let found?) in [("lambda", lambda), ("bias-lambda", biasLambda), ("nu", nu)] {
      throw .option(name: name, expected: "none for adamw, which has weight-decay", found: "\(found)")
    }
    guard decay == .counted else {
      throw .option(name: "decay", expected: "none for adamw, which has weight-decay", found: "\(decay)")
    }
  }

  private func checkTogether() throws(TrainingError) {
    guard decay != .weighed else {
      throw .option(name: "decay", expected: "counted, touched or everywhere", found: "\(decay)")
    }
    let losses: [Objective.Loss] = [.squared, .absolute, .logistic]
    guard losses.contains(loss) else {
      throw .option(name: "loss", expected: "squared, absolute or logistic", found: "\(loss)")
    }
    if optimiser == .als {
      guard loss == .squared else {
        throw .option(name: "loss", expected: TrainingError.squaredForALS, found: "\(loss)")
      }
      if let range {
        let found = "\(range.lowerBound) to \(range.upperBound)"
        throw .option(name: "range", expected: TrainingError.noneForALS, found: found)
      }
    }
    if let range {
      let (low, high) = (range.lowerBound, range.upperBound)
      guard low.isFinite, high.isFinite, low < high, (high - low).isFinite else {
        throw .option(
          name: "range", expected: "two finite numbers, the first below the second", found: "\(low) \(high)")
      }
    }
    if meanDamping != nil, range != nil || loss == .logistic {
      throw .option(
        name: "mean-damping", expected: "none with a sigmoid, whose scores are not ratings",
        found: "\(meanDamping ?? 0)")
    }
  }
}
