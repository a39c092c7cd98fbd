import AkinSupport
import CAkinKernels

/// Alternating least squares for explicit ratings: the exact solution of each row and its bias, with the other side fixed.
///
///     (XᵀX + diag(λ, …, λ, λ_b)) θ = Xᵀ y,   X = rows [q, 1] of the row's pairs,   y = r − μ − b_other
///
/// Where ratings weigh differently, each row of X and its y are times the root of the rating's weight.
///
/// Rows do not depend on each other, so the thread count changes no bit. J falls at every half-step.
struct MFAlternating {
  let problem: MFProblem
  let parameters: MFParameters

  /// Solves all rows of one side.
  ///
  /// - Parameters:
  ///   - solvesUsers: Whether users are solved; else items.
  ///   - execution: Threads; cancellation.
  /// - Throws: ``SingularRow`` or `Cancelled`.
  func solve(users solvesUsers: Bool, execution: Execution) throws {
    let solved = solvesUsers ? parameters.users : parameters.items
    let fixed = solvesUsers ? parameters.items : parameters.users
    let table = solvesUsers ? problem.byUser : problem.byItem
    let penalties = solvesUsers ? problem.userPenalties : problem.itemPenalties
    let bias = solvesUsers ? parameters.userBias : parameters.itemBias
    let otherBias = solvesUsers ? parameters.itemBias : parameters.userBias
    let learnsBias = problem.options.biases == .both || (solvesUsers && problem.options.biases == .user)
    let stride = solved.stride
    let longest = (0..<table.rowCount).map { table.count(ofRow: $0) }.max() ?? 0
    let chunk = solvesUsers ? 4 : 32
    let scratches = (0..<execution.threads).map { _ in
      DoubleTable(count: 1, width: akin_dense_scratch(stride) + stride + longest)
    }
    // The rows of X where they have weights, one table for each worker.
    let isWeighed = !problem.weights.byUser.isEmpty
    let scaled = (0..<(isWeighed ? execution.threads : 0)).map { _ in DoubleTable(count: longest, width: fixed.width) }
    let places = isWeighed ? (0..<UInt32(longest)).map { $0 } : []
    try execution.forEachChunk(of: solved.count, by: chunk) { worker, rows in
      // Safe: the scratch space is this worker's and holds what the kernel asks for, one penalty for each component and
      // a target for each pair; the pairs name rows of `fixed`; each solved row is written by one chunk.
      let scratch = unsafe scratches[worker].base
      let penalty = unsafe scratch + akin_dense_scratch(stride)
      let targets = unsafe penalty + stride
      try unsafe table.others.withUnsafeBufferPointer { others in
        for row in rows {
          let start = table.offsets[row]
          let count = table.offsets[row + 1] - start
          let out = unsafe solved.row(row)
          let vectorPenalty = penalties.vector[row]
          for component in 0..<stride {
            unsafe penalty[component] = component < parameters.dimensions ? vectorPenalty : -1
          }
          if learnsBias { unsafe penalty[bias] = penalties.bias[row] }
          if count == 0 {
            unsafe out.update(repeating: 0, count: stride)
          } else {
            for place in 0..<count {
              let other = unsafe Int(others[start + place])
              let mean = problem.mean + problem.itemMeans[solvesUsers ? other : row]
              unsafe targets[place] = Double(table.values[start + place]) - mean - fixed.row(other)[otherBias]
            }
            if isWeighed {
              for place in 0..<count {
                let weight =
                  solvesUsers ? problem.weights.ofUsers(start + place) : problem.weights.ofItems(start + place)
                let root = weight.squareRoot()
                unsafe targets[place] *= root
                // Safe: the worker's table has a row for each pair of the longest row.
                let source = unsafe fixed.row(Int(others[start + place]))
                unsafe problem.loops.add(scaled[worker].row(place), 0, root, source, stride)
              }
            }
            let isPositive = vectorPenalty > 0 && (!learnsBias || penalties.bias[row] > 0)
            let table = unsafe isWeighed ? scaled[worker].base : fixed.base
            var system = unsafe akin_ridge(
              table: UnsafePointer(table), stride: stride, penalty: UnsafePointer(penalty),
              positive: isPositive ? 1 : 0)
            let status = unsafe places.withUnsafeBufferPointer { places in
              unsafe problem.loops.ridge(
                &system, isWeighed ? places.baseAddress! : others.baseAddress! + start, targets, count, scratch, out)
            }
            if status != 0 { throw SingularRow(row: row, pairs: count) }
          }
          unsafe out[otherBias] = 1
        }
      }
    }
  }
}
