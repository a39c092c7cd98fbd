import AkinSupport
import CAkinKernels

extension MFRun {
  /// Gradient descent on all ratings. If J rises, the last step is undone and the step size halved.
  mutating func descend() throws {
    let gradient = MFGradient(problem: problem, parameters: parameters)
    let before = parameters.copied
    var stepSize = StepSize(problem.options.learningRate ?? 0)
    for epoch in 0...epochs {
      let start = monotonicSeconds()
      var loss = try point(gradient, epoch: epoch)
      while let last = losses.last, !(loss.total <= last.total * (1 + 1e-12)) {
        // The last step was too long: take half of it from its start.
        try stepSize.halve(epoch: epoch)
        parameters.copy(from: before)
        _ = try gradient.evaluate(execution: execution)
        move(along: gradient, by: stepSize.rate)
        loss = try point(gradient, epoch: epoch)
      }
      guard loss.total.isFinite else {
        throw TrainingError.diverged(epoch: epoch, learningRate: stepSize.rate, halvings: stepSize.halvings)
      }
      report(loss, of: epochs)
      notes = stepSize.notes
      if epoch > 0, try ends(after: epoch) { break }
      before.copy(from: parameters)
      move(along: gradient, by: stepSize.rate)
      seconds.append(monotonicSeconds() - start)
    }
  }

  /// Adam on all ratings (Kingma and Ba 2015) with β 0.9 and 0.999, and ε 1e-7 outside the bias correction.
  mutating func adam() throws {
    let first = parameters.copied
    var stepSize = StepSize(problem.options.learningRate ?? 0)
    while try !adam(rate: stepSize.rate) {
      // The models measured so far were trained with the requested step size.
      if stopping?.best != nil { break }
      try stepSize.halve(epoch: losses.count - 1)
      parameters.copy(from: first)
      losses = []
      seconds = []
    }
    notes = stepSize.notes
  }

  /// Runs Adam from the current parameters.
  ///
  /// - Returns: False if J diverged.
  private mutating func adam(rate: Double) throws -> Bool {
    let gradient = MFGradient(problem: problem, parameters: parameters)
    // For each side its parameters, their gradient, and the gradient's two moments.
    let sides = [(parameters.users, gradient.users), (parameters.items, gradient.items)].map { table, slope in
      (
        table: table, slope: slope, first: DoubleTable(count: table.count, width: table.width),
        second: DoubleTable(count: table.count, width: table.width)
      )
    }
    var step = akin_adam(beta1: 0.9, beta2: 0.999, rate: 0, epsilon: 1e-7)
    for epoch in 0...epochs {
      let start = monotonicSeconds()
      let loss = try point(gradient, epoch: epoch)
      report(loss, of: epochs)
      guard loss.total.isFinite, loss.total <= 1e6 * max(losses[0].total, 1) else { return false }
      if epoch > 0, try ends(after: epoch) { break }
      let time = Double(epoch + 1)
      step.rate = rate * (1 - pow(step.beta2, time)).squareRoot() / (1 - pow(step.beta1, time))
      for side in sides {
        let stride = side.table.stride
        try execution.forEachChunk(of: side.table.count, by: 256) { _, rows in
          // Safe: four tables of one shape, and no two chunks share a row.
          let place = rows.lowerBound * stride
          unsafe withUnsafePointer(to: step) { step in
            unsafe problem.loops.adam(
              step, side.slope.base + place, side.table.base + place, side.first.base + place,
              side.second.base + place, rows.count * stride)
          }
        }
      }
      seconds.append(monotonicSeconds() - start)
    }
    return true
  }

  /// Evaluates the gradient and the loss.
  private func point(_ gradient: MFGradient, epoch: Int) throws -> LossPoint {
    let (observed, regularisation) = try gradient.evaluate(execution: execution)
    return LossPoint(epoch: epoch, ["observed": observed, "regularisation": regularisation])
  }

  /// Takes a step against the gradient.
  private func move(along gradient: MFGradient, by rate: Double) {
    for (table, slope) in [(parameters.users, gradient.users), (parameters.items, gradient.items)] {
      // Safe: both tables have one shape, and its size is a multiple of 8.
      unsafe problem.loops.add(table.base, 1, -rate, slope.base, table.count * table.stride)
    }
  }
}
