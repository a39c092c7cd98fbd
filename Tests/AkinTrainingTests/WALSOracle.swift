import AkinSupport
import AkinVectors

@testable import AkinTraining

/// The objective of ``WALSOptions`` as it is written there: every pair visited, everything in double precision.
struct WALSOracle {
  let x: Interactions
  let options: WALSOptions
  /// The mean number of interactions of users who have some.
  private let mean: Double

  init(_ x: Interactions, _ options: WALSOptions) {
    self.x = x
    self.options = options
    mean = Double(x.count) / Double((0..<x.byUser.rowCount).count { x.byUser.count(ofRow: $0) > 0 })
  }

  func weight(user: Int, value: Float) -> Double {
    let v = Double(value)
    let length = Double(x.byUser.count(ofRow: user)) / mean
    let own = options.alpha / pow(length, options.userExponent)
    switch options.weighting {
    case .constant, .rating, .label: return own
    case .value: return own * v
    case .power: return own * pow(v, options.power)
    case .bm25: return own * v * 101 / (v + 100 * (0.1 + 0.9 * length))
    }
  }

  func lambda(_ count: Int, of others: Int) -> Double {
    let mass = options.decay == .weighed ? Double(count) + options.w0 * Double(others - count) : Double(count)
    return options.lambda * pow(mass, options.nu)
  }

  func loss(
    users: EmbeddingMatrix, items: EmbeddingMatrix
  ) -> (observed: Double, unobserved: Double, regularisation: Double, total: Double) {
    var observed = 0.0
    var unobserved = 0.0
    var regularisation = 0.0
    let q = (0..<items.count).map { items[Row($0)].map(Double.init) }
    for user in 0..<users.count {
      let p = users[Row(user)].map(Double.init)
      var values: [UInt32: Float] = [:]
      for place in x.byUser.offsets[user]..<x.byUser.offsets[user + 1] {
        values[x.byUser.others[place]] = x.byUser.values[place]
      }
      for item in 0..<items.count {
        let score = product(p, q[item])
        if let value = values[UInt32(item)] {
          observed += weight(user: user, value: value) * (1 - score) * (1 - score)
        } else {
          unobserved += options.w0 * score * score
        }
      }
      regularisation += lambda(values.count, of: items.count) * p.map { $0 * $0 }.reduce(0, +)
    }
    for item in 0..<items.count {
      regularisation += lambda(x.byItem.count(ofRow: item), of: users.count) * q[item].map { $0 * $0 }.reduce(0, +)
    }
    return (observed, unobserved, regularisation, observed + unobserved + regularisation)
  }

  /// The item vector that makes the loss smallest, by Gaussian elimination on its normal equations.
  func itemRow(_ item: Int, users: EmbeddingMatrix) -> [Double] {
    let d = users.dimension
    var a = [[Double]](repeating: [Double](repeating: 0, count: d + 1), count: d)
    let range = x.byItem.offsets[item]..<x.byItem.offsets[item + 1]
    if range.isEmpty { return [Double](repeating: 0, count: d) }
    var weights = [Double](repeating: options.w0, count: users.count)
    var right = [Double](repeating: 0, count: users.count)
    for place in range {
      let user = Int(x.byItem.others[place])
      weights[user] = weight(user: user, value: x.byItem.values[place])
      right[user] = weights[user]
    }
    for i in 0..<d {
      unsafe a[i].withUnsafeMutableBufferPointer { row in
        guard let row = row.baseAddress else { return }
        // Safe: a user and the row have `d` numbers and more. Plain loops, for these are most of what an unoptimised test does.
        var user = 0
        while user < users.count {
          let p = unsafe users.base + user &* users.stride
          let factor = unsafe weights[user] * Double(p[i])
          var j = 0
          while j < d {
            unsafe row[j] += factor * Double(p[j])
            j &+= 1
          }
          unsafe row[d] += right[user] * Double(p[i])
          user &+= 1
        }
      }
    }
    for i in 0..<d { a[i][i] += lambda(range.count, of: users.count) }
    for k in 0..<d {
      let pivot = (k..<d).max { a[$0][k].magnitude < a[$1][k].magnitude } ?? k
      a.swapAt(k, pivot)
      for i in 0..<d where i != k {
        let factor = a[i][k] / a[k][k]
        if factor == 0 { continue }
        let row = a[k]
        // Safe: each row has `d` + 1 numbers. A plain loop, as above.
        unsafe a[i].withUnsafeMutableBufferPointer { other in
          unsafe row.withUnsafeBufferPointer { row in
            var j = k
            while j <= d {
              unsafe other[j] -= factor * row[j]
              j &+= 1
            }
          }
        }
      }
    }
    return (0..<d).map { a[$0][d] / a[$0][$0] }
  }

  private func product(_ a: [Double], _ b: [Double]) -> Double {
    var (sum, component) = (0.0, 0)
    while component < a.count {
      sum += a[component] * b[component]
      component &+= 1
    }
    return sum
  }
}
