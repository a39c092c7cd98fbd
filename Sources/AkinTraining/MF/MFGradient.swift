import AkinSupport
import CAkinKernels

/// J and its gradient over all pairs.
///
/// Cost: the arithmetic of three dot products per pair (the score and one sum per side). Rows do not depend on each other,
/// and sums are taken in the order of chunks, so the thread count changes no bit.
struct MFGradient {
  let problem: MFProblem
  let parameters: MFParameters
  /// The gradient by users' and items' rows.
  let users: DoubleTable
  let items: DoubleTable
  /// The derivative of each pair's loss by its score, in the users' order.
  private let slopes: DoubleTable
  /// The place in the users' order of each pair in the items' order.
  private let userPlaces: [Int]

  init(problem: MFProblem, parameters: MFParameters) {
    self.problem = problem
    self.parameters = parameters
    users = DoubleTable(count: parameters.users.count, width: parameters.users.width)
    items = DoubleTable(count: parameters.items.count, width: parameters.items.width)
    slopes = DoubleTable(count: problem.byUser.others.count, width: 1, stride: 1)
    userPlaces = problem.byUser.placesInTransposed
  }

  /// Writes the gradient at the current parameters into `users` and `items`.
  ///
  /// - Returns: The two terms of J at the parameters.
  func evaluate(execution: Execution) throws -> (observed: Double, regularisation: Double) {
    let observed = try userSide(execution)
    try itemSide(execution)
    let regularisation = try problem.regularisation(of: parameters, execution: execution)
    return (observed, regularisation)
  }

  private func userSide(_ execution: Execution) throws -> Double {
    let (table, loops, loss, weights) = (problem.byUser, problem.loops, problem.pointLoss, problem.weights)
    let (penalties, mean, itemMeans) = (problem.userPenalties, problem.mean, problem.itemMeans)
    let (userBias, itemBias, isBiased) = (parameters.userBias, parameters.itemBias, problem.options.biases != .none)
    let stride = users.stride
    // Safe: the tables outlive the loop.
    nonisolated(unsafe) let (own, other) = unsafe (parameters.users.base, parameters.items.base)
    nonisolated(unsafe) let (gradients, slopes) = unsafe (users.base, slopes.base)
    return try execution.sum(of: users.count, by: 16) { _, rows in
      var sum = 0.0
      for row in rows {
        // Safe: rows and places are inside their tables; this chunk alone writes these rows and slopes.
        let own = unsafe own + row * stride
        let gradient = unsafe gradients + row * stride
        unsafe loops.add(gradient, 0, penalties.vector[row], own, stride)
        unsafe gradient[userBias] = penalties.bias[row] * own[userBias]
        for place in table.offsets[row]..<table.offsets[row + 1] {
          let item = Int(table.others[place])
          let other = unsafe other + item * stride
          let score = unsafe mean + itemMeans[item] + loops.dot(own, other, stride)
          let weight = weights.ofUsers(place)
          var (value, slope) = loss(score, target: Double(table.values[place]))
          (value, slope) = (weight * value, weight * slope)
          sum += value
          unsafe slopes[place] = slope
          unsafe loops.add(gradient, 1, slope, other, stride)
        }
        // The constant 1 that multiplies the item's bias is not a parameter, nor is a bias that is not learned.
        unsafe gradient[itemBias] = 0
        if !isBiased { unsafe gradient[userBias] = 0 }
      }
      return sum
    }
  }

  private func itemSide(_ execution: Execution) throws {
    let (table, loops, penalties) = (problem.byItem, problem.loops, problem.itemPenalties)
    let (userBias, itemBias) = (parameters.userBias, parameters.itemBias)
    let (userPlaces, isBiased) = (userPlaces, problem.options.biases == .both)
    let stride = items.stride
    // Safe: the tables outlive the loop.
    nonisolated(unsafe) let (own, other) = unsafe (parameters.items.base, parameters.users.base)
    nonisolated(unsafe) let (gradients, slopes) = unsafe (items.base, slopes.base)
    try execution.forEachChunk(of: items.count, by: 64) { _, rows in
      for row in rows {
        // Safe: as above; the users' side wrote all slopes.
        let own = unsafe own + row * stride
        let gradient = unsafe gradients + row * stride
        unsafe loops.add(gradient, 0, penalties.vector[row], own, stride)
        unsafe gradient[itemBias] = penalties.bias[row] * own[itemBias]
        for place in table.offsets[row]..<table.offsets[row + 1] {
          unsafe loops.add(gradient, 1, slopes[userPlaces[place]], other + Int(table.others[place]) * stride, stride)
        }
        unsafe gradient[userBias] = 0
        if !isBiased { unsafe gradient[itemBias] = 0 }
      }
    }
  }
}

extension MFProblem {
  /// Σ loss over the observed pairs.
  func observedLoss(of parameters: MFParameters, execution: Execution) throws -> Double {
    let stride = parameters.users.stride
    return try execution.sum(of: parameters.users.count, by: 16) { _, rows in
      var sum = 0.0
      for row in rows {
        for place in byUser.offsets[row]..<byUser.offsets[row + 1] {
          let item = Int(byUser.others[place])
          // Safe: both rows are inside their tables.
          let score =
            unsafe mean + itemMeans[item]
            + loops.dot(parameters.users.row(row), parameters.items.row(item), stride)
          sum += weights.ofUsers(place) * pointLoss(score, target: Double(byUser.values[place])).value
        }
      }
      return sum
    }
  }

  /// ½ Σ λ |row|², with a λ of their own for biases.
  func regularisation(of parameters: MFParameters, execution: Execution) throws -> Double {
    let sides = [
      (parameters.users, userPenalties, parameters.userBias), (parameters.items, itemPenalties, parameters.itemBias),
    ]
    var sum = 0.0
    for (table, penalties, bias) in sides {
      sum += try execution.sum(of: table.count, by: 512) { _, rows in
        var sum = 0.0
        for row in rows {
          // Safe: the row is inside the table.
          let own = unsafe table.row(row)
          var norm = 0.0
          for component in 0..<parameters.dimensions { unsafe norm += own[component] * own[component] }
          unsafe sum += penalties.vector[row] * norm + penalties.bias[row] * own[bias] * own[bias]
        }
        return sum
      }
    }
    return 0.5 * sum
  }

  /// J in its two terms.
  func loss(of parameters: MFParameters, epoch: Int, side: String? = nil, execution: Execution) throws -> LossPoint {
    LossPoint(
      epoch: epoch, side: side,
      [
        "observed": try observedLoss(of: parameters, execution: execution),
        "regularisation": try regularisation(of: parameters, execution: execution),
      ])
  }
}
