import AkinSupport
import CAkinKernels

extension MFRun {
  /// Stochastic gradient descent, one step per rating:
  ///
  ///     p ← p − η (slope · q + λ′ p),   q ← q − η (slope · p_old + λ′ q),   biases likewise
  ///
  /// with λ′ such that the steps of a row in one epoch add up to its regularisation in J. An epoch after which J is not
  /// finite, or more than a tenth above the last J, is undone and run again with half the step size.
  mutating func visitEachRating() throws {
    let grid = try PairGrid(
      problem.byUser, itemCount: problem.byItem.rowCount, seed: problem.options.seed, purpose: 0x4D_46_53_47 << 32)
    var stepSize = StepSize(problem.options.learningRate ?? 0)
    let before = parameters.copied
    report(try problem.loss(of: parameters, epoch: 0, execution: execution), of: epochs)
    for epoch in 1...epochs {
      let start = monotonicSeconds()
      let order = grid.epoch(epoch)
      before.copy(from: parameters)
      var loss: LossPoint
      while true {
        let decay = MFDecay(problem, rate: stepSize.rate)
        try grid.visit(order, execution: execution) { places, _, _ in
          visit(places, of: grid, rate: stepSize.rate, decay)
        }
        loss = try problem.loss(of: parameters, epoch: epoch, execution: execution)
        // NaN fails the comparison.
        let last = losses.last?.total ?? 0
        if loss.total <= 1.1 * last + 1e-9 { break }
        try stepSize.halve(epoch: epoch)
        parameters.copy(from: before)
      }
      report(loss, of: epochs)
      seconds.append(monotonicSeconds() - start)
      notes = stepSize.notes
      if try ends(after: epoch) { break }
    }
  }

  /// Takes the steps of one block.
  private func visit(_ places: ArraySlice<UInt32>, of grid: PairGrid, rate: Double, _ decay: MFDecay) {
    let (loops, loss, mean) = (problem.loops, problem.pointLoss, problem.mean)
    let stride = parameters.users.stride
    let (userBias, itemBias) = (parameters.userBias, parameters.itemBias)
    let learnsUsers = problem.options.biases != .none
    let learnsItems = problem.options.biases == .both
    for index in places {
      let place = Int(index)
      let user = Int(grid.users[place])
      let item = Int(grid.items[place])
      // Safe: both rows are inside their tables, and no other thread has them during this round.
      let p = unsafe parameters.users.row(user)
      let q = unsafe parameters.items.row(item)
      let score = unsafe mean + problem.itemMeans[item] + loops.dot(p, q, stride)
      let step = rate * problem.weights.ofUsers(place) * loss(score, target: Double(problem.byUser.values[place])).slope
      let (keepUser, keepItem) = (decay.users[user], decay.items[item])
      let b = unsafe (user: p[userBias], item: q[itemBias])
      unsafe loops.step(p, q, keepUser.vector, keepItem.vector, step, stride)
      // The kernel has changed the biases and the constants 1 as well: correct them.
      unsafe p[userBias] = learnsUsers ? keepUser.bias * b.user - step : 0
      unsafe q[itemBias] = learnsItems ? keepItem.bias * b.item - step : 0
      unsafe p[itemBias] = 1
      unsafe q[userBias] = 1
    }
  }
}

/// The factors by which the numbers of a row decay at each step of the row.
private struct MFDecay {
  let users: [Factors]
  let items: [Factors]

  struct Factors {
    let vector: Double
    let bias: Double
  }

  init(_ problem: MFProblem, rate: Double) {
    func factors(_ penalties: MFProblem.Penalties, _ table: InteractionTable) -> [Factors] {
      (0..<table.rowCount).map { row in
        let visits = Double(max(1, table.count(ofRow: row)))
        // Decay alone never changes the sign of a number.
        func factor(_ penalty: Double) -> Double {
          if problem.options.decay == .everywhere {
            // The decay of all steps between two steps of the row.
            let steps = Double(table.others.count)
            return pow(max(0, 1 - rate * penalty / steps), steps / visits)
          }
          return max(0, 1 - rate * penalty / visits)
        }
        return Factors(vector: factor(penalties.vector[row]), bias: factor(penalties.bias[row]))
      }
    }
    users = factors(problem.userPenalties, problem.byUser)
    items = factors(problem.itemPenalties, problem.byItem)
  }
}
