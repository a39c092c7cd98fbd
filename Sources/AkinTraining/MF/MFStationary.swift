import AkinSupport
import AkinVectors

/// What the regularisation of J would have to be, for the rows of a training by weight decay to be at rest in it.
///
/// Decoupled decay is no term of J, but a fold-in solves the row of J. At a smallest value of J the slopes and the pull of the
/// regularisation cancel along each row, Σ slope · p·q + λ countᵛ |p|² = 0. Summed over the rows of both sides,
///
///     lambda = −2 Σ slope · p·q / Σ rows count^nu |row|²      bias-lambda = −Σ slope · (b_u + b_i) / Σ b²
///
/// with nu ½, and at least ``least``, so that rows with few ratings have one solution.
struct MFStationary {
  /// The smallest regularisation.
  static let least = 0.01
  static let nu = 0.5

  let lambda: Double
  let biasLambda: Double

  /// - Parameters:
  ///   - problem: The problem.
  ///   - parameters: Trained parameters.
  ///   - mean: Added to every score.
  init(_ problem: MFProblem, _ parameters: MFParameters, mean: Double) {
    let d = parameters.dimensions
    var (vectors, biases) = (0.0, 0.0)
    for user in 0..<problem.byUser.rowCount {
      for place in problem.byUser.offsets[user]..<problem.byUser.offsets[user + 1] {
        let item = Int(problem.byUser.others[place])
        var product = 0.0
        for component in 0..<d { product += parameters.users[user, component] * parameters.items[item, component] }
        let bias = parameters.users[user, parameters.userBias] + parameters.items[item, parameters.itemBias]
        let score = mean + problem.itemMeans[item] + product + bias
        let slope =
          problem.weights.ofUsers(place) * problem.pointLoss(score, target: Double(problem.byUser.values[place])).slope
        vectors -= 2 * slope * product
        biases -= slope * bias
      }
    }
    var (norms, squares) = (0.0, 0.0)
    let sides = [
      (parameters.users, problem.byUser, parameters.userBias), (parameters.items, problem.byItem, parameters.itemBias),
    ]
    for (table, pairs, bias) in sides {
      for row in 0..<table.count {
        var norm = 0.0
        for component in 0..<d { norm += table[row, component] * table[row, component] }
        norms += pow(Double(pairs.count(ofRow: row)), MFStationary.nu) * norm
        squares += table[row, bias] * table[row, bias]
      }
    }
    func ratio(_ pull: Double, _ size: Double) -> Double {
      let ratio = pull / size
      return ratio.isFinite ? min(max(ratio, MFStationary.least), 1e30) : MFStationary.least
    }
    lambda = ratio(vectors, norms)
    biasLambda = ratio(biases, squares)
  }
}
