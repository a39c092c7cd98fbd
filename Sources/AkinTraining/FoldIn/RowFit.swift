import AkinSupport
import AkinVectors
import CAkinKernels

/// The parameters θ of one row with the other side fixed, which minimise
///
///     Σ weight · loss(offset + x·θ, target)  +  ½ Σ penalty · θ²
///
/// For a squared loss of plain scores this is one linear system. Other losses take Gauss–Newton steps from θ = 0: each
/// solves a linear system of reweighted pairs, and is halved until the sum falls. The result is the minimum for logistic and
/// absolute losses, and a local minimum for squared and absolute losses of a sigmoid.
///
/// Cost: O(pairs × width²) per step, a few steps.
struct RowFit {
  /// One x per pair.
  let rows: DoubleTable
  private(set) var offsets: [Double] = []
  private(set) var targets: [Double] = []
  private(set) var weights: [Double] = []
  let loss: PointLoss
  /// One penalty per component; below 0 for a component that stays 0.
  private var penalty: [Double]
  private let loops: DenseLoops

  private static let steps = 50
  private static let halvings = 30

  /// - Parameters:
  ///   - capacity: The largest number of pairs.
  ///   - loss: The loss of a score.
  ///   - penalty: One penalty per component, below 0 for a component that stays 0.
  ///   - loops: The kernels.
  init(capacity: Int, loss: PointLoss, penalty: [Double], loops: DenseLoops = .active) {
    rows = DoubleTable(count: capacity, width: penalty.count)
    self.loss = loss
    self.loops = loops
    self.penalty = penalty + [Double](repeating: -1, count: rows.stride - penalty.count)
  }

  /// Adds a pair.
  ///
  /// - Returns: The row of ``rows`` into which the caller writes x.
  mutating func add(offset: Double, target: Double, weight: Double = 1) -> Int {
    precondition(targets.count < rows.count, "there is room for the pair")
    offsets.append(offset)
    targets.append(target)
    weights.append(weight)
    return targets.count - 1
  }

  /// Solves for θ.
  ///
  /// - Returns: θ with padding; `nil` if the system is singular; zeros without pairs.
  func solve() -> [Double]? {
    if targets.isEmpty { return [Double](repeating: 0, count: penalty.count) }
    if loss.loss == .squared, loss.length == 0, weights.allSatisfy({ $0 == 1 }) {
      return ridge(rows, targets: zip(targets, offsets).map { $0 - $1 })
    }
    var best = [Double](repeating: 0, count: penalty.count)
    var sum = value(best)
    let scaled = DoubleTable(count: rows.count, width: rows.width)
    for _ in 0..<RowFit.steps {
      guard let next = ridge(scaled, targets: linearised(at: best, into: scaled)) else { return nil }
      var share = 1.0
      var found: (parameters: [Double], value: Double)?
      for _ in 0..<RowFit.halvings {
        let tried = zip(best, next).map { $0 + share * ($1 - $0) }
        let there = value(tried)
        if there < sum {
          found = (tried, there)
          break
        }
        share /= 2
      }
      guard let found else { break }
      let isDone = sum - found.value <= 1e-10 * sum.magnitude
      (best, sum) = found
      if isDone { break }
    }
    return best
  }

  /// The minimised sum.
  func value(_ parameters: [Double]) -> Double {
    var sum = 0.0
    for component in 0..<min(penalty.count, parameters.count) {
      sum += 0.5 * max(0, penalty[component]) * parameters[component] * parameters[component]
    }
    let scores = scores(parameters)
    for place in 0..<targets.count {
      sum += weights[place] * loss(scores[place], target: targets[place]).value
    }
    return sum
  }

  /// The score of each pair.
  private func scores(_ parameters: [Double]) -> [Double] {
    precondition(parameters.count >= rows.width, "a parameter for each component")
    let (base, stride, width) = unsafe (rows.base, rows.stride, rows.width)
    var scores = offsets
    // Safe: each pair has a row, and there is a parameter for each of its components.
    unsafe parameters.withUnsafeBufferPointer { parameters in
      for place in 0..<scores.count {
        let row = unsafe base + place &* stride
        var (score, component) = (scores[place], 0)
        while component < width {
          unsafe score += row[component] * parameters[component]
          component &+= 1
        }
        scores[place] = score
      }
    }
    return scores
  }

  /// Writes each pair's x times the square root of its curvature.
  ///
  /// - Returns: The targets of the linear least squares problem that approximates the loss.
  private func linearised(at parameters: [Double], into scaled: DoubleTable) -> [Double] {
    let (scores, width) = (scores(parameters), rows.width)
    return targets.indices.map { place in
      let score = scores[place]
      let slope = loss(score, target: targets[place]).slope
      // A pair without curvature still has a slope: the floor keeps its target finite.
      let curvature = max(loss.curvature(score, target: targets[place]), 1e-6)
      let root = (weights[place] * curvature).squareRoot()
      // Safe: both tables have a row for each pair, as wide.
      let (row, image) = unsafe (rows.base + place &* rows.stride, scaled.base + place &* scaled.stride)
      var component = 0
      while component < width {
        unsafe image[component] = root * row[component]
        component &+= 1
      }
      return root * (score - offsets[place] - slope / curvature)
    }
  }

  /// Solves the ridge regression of the targets on the rows of a table; `nil` if it is singular.
  private func ridge(_ table: DoubleTable, targets: [Double]) -> [Double]? {
    let stride = table.stride
    let size = akin_dense_scratch(stride)
    // One block, because the kernel needs multiples of 64 bytes: scratch space, penalties, solution, targets.
    let space = DoubleTable(count: 1, width: size + 2 * stride + targets.count)
    defer { withExtendedLifetime(space) {} }
    precondition(penalty.count == stride, "a penalty for each component")
    // Safe: the places are rows of the table, each has a target, and the scratch space of `size`, the penalties and the
    // solution of `stride` and the targets lie one behind the other in the block.
    let penalties = unsafe space.base + size
    for component in 0..<penalty.count { unsafe penalties[component] = penalty[component] }
    var places = [UInt32](repeating: 0, count: targets.count)
    for place in 0..<targets.count {
      unsafe penalties[2 * stride + place] = targets[place]
      places[place] = UInt32(place)
    }
    var system = unsafe akin_ridge(
      table: UnsafePointer(table.base), stride: stride, penalty: UnsafePointer(penalties),
      positive: penalty.allSatisfy { $0 != 0 } ? 1 : 0)
    let status = unsafe loops.ridge(
      &system, places, penalties + 2 * stride, targets.count, space.base, penalties + stride)
    return unsafe status == 0 ? Array(UnsafeBufferPointer(start: penalties + stride, count: stride)) : nil
  }
}

extension PointLoss {
  /// The second derivative of the loss by the score in the Gauss–Newton approximation; at least 0.
  func curvature(_ score: Double, target: Double) -> Double {
    let share = PointLoss.sigmoid(score)
    if loss == .logistic { return share * (1 - share) }
    let inner = length > 0 ? length * share * (1 - share) : 1
    if loss == .squared { return inner * inner }
    let error = (length > 0 ? low + length * share : score) - target
    return inner * inner / max(error.magnitude, 1e-6)
  }
}
