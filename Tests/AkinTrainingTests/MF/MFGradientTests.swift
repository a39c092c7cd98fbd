import AkinSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("mf: the gradient")
struct MFGradientTests {
  static let variants: [MFOptions] = [
    options { $0.optimiser = .gd },
    options {
      $0.optimiser = .gd; $0.biases = .none; $0.nu = 1
    },
    options {
      $0.optimiser = .gd; $0.biases = .user; $0.meanDamping = 3; $0.nu = 0; $0.lambda = 0.3
    },
    options {
      $0.optimiser = .gd; $0.range = 0.5...5.5
    },
    options {
      $0.optimiser = .adam; $0.loss = .logistic; $0.range = 0...6; $0.decay = .touched
    },
    options {
      $0.optimiser = .adam; $0.loss = .absolute; $0.decay = .everywhere
    },
    options {
      $0.optimiser = .adam; $0.loss = .absolute; $0.range = 0...6; $0.biases = .user
    },
    options {
      $0.optimiser = .sgd; $0.decay = .everywhere; $0.lambda = 1e-3
    },
    MFOptions.courseLab,
  ]

  /// J as ``MFOptions`` writes it, one number at a time, from the penalties up.
  private func loss(_ problem: MFProblem, _ parameters: MFParameters) -> Double {
    let options = problem.options
    let d = parameters.dimensions
    var sum = 0.0
    for user in 0..<parameters.users.count {
      for place in problem.byUser.offsets[user]..<problem.byUser.offsets[user + 1] {
        let item = Int(problem.byUser.others[place])
        let rating = Double(problem.byUser.values[place])
        var score = problem.mean + problem.itemMeans[item]
        score += parameters.users[user, d] + parameters.items[item, d + 1]
        for j in 0..<d { score += parameters.users[user, j] * parameters.items[item, j] }
        var predicted = score
        if let range = options.range {
          predicted = range.lowerBound + (range.upperBound - range.lowerBound) / (1 + exp(-score))
        }
        switch options.loss {
        case .squared: sum += 0.5 * (predicted - rating) * (predicted - rating)
        case .absolute: sum += abs(predicted - rating)
        default:
          let t = (rating - (options.range?.lowerBound ?? 0)) / 6
          sum -= t * log(1 / (1 + exp(-score))) + (1 - t) * log(1 / (1 + exp(score)))
        }
      }
    }
    let pairs = Double(problem.byUser.others.count)
    for (table, view, bias) in [
      (parameters.users, problem.byUser, d), (parameters.items, problem.byItem, d + 1),
    ] {
      for row in 0..<table.count {
        let n = Double(view.count(ofRow: row))
        let norm = (0..<d).reduce(0.0) { $0 + table[row, $1] * table[row, $1] }
        let square = table[row, bias] * table[row, bias]
        let (lambda, biasLambda) = (options.lambda ?? 0, options.biasLambda ?? 0)
        switch options.decay {
        case .counted, .weighed: sum += 0.5 * (lambda * pow(n, options.nu ?? 0) * norm + biasLambda * square)
        case .touched: sum += n > 0 ? 0.5 * (lambda * norm + biasLambda * square) : 0
        case .everywhere: sum += (options.optimiser == .sgd ? pairs : 1) * (lambda * norm + biasLambda * square)
        }
      }
    }
    return sum
  }

  @Test("J is what its formula says, and its gradient is J's, to 1e-6", arguments: variants.indices)
  func gradient(index: Int) throws {
    var options = Self.variants[index]
    options.dimensions = 5
    options.seed = UInt64(index)
    try options.check()
    let x = try ratings(users: 12, items: 10, count: 50, seed: 4)
    let problem = try MFProblem(x, options: options.resolved, loops: .active)
    let execution = Execution(threads: 2)
    let parameters = try MFParameters(startOf: problem, execution: execution)
    // Away from the start, so that every term counts.
    let random = CounterRandom(seed: 99)
    for row in 0..<12 where row < parameters.users.count {
      for j in 0..<5 { parameters.users[row, j] += 0.5 * random.normal(at: UInt64(row * 8 + j)) }
    }
    let gradient = MFGradient(problem: problem, parameters: parameters)
    let parts = try gradient.evaluate(execution: execution)
    let whole = loss(problem, parameters)
    #expect(abs(parts.observed + parts.regularisation - whole) <= 1e-12 * whole)
    let again = try problem.loss(of: parameters, epoch: 0, execution: execution)
    #expect(abs(again.total - whole) <= 1e-12 * whole)

    let learnsUsers = options.biases != .none
    let learnsItems = options.biases == .both
    for (table, slopes, free) in [
      (parameters.users, gradient.users, learnsUsers ? 5 : -1),
      (parameters.items, gradient.items, learnsItems ? 6 : -1),
    ] {
      for row in 0..<table.count {
        for column in 0..<7 {
          if column >= 5, column != free {
            #expect(slopes[row, column] == 0, "what is not learned has no slope")
            continue
          }
          let value = table[row, column]
          let h = 1e-5
          table[row, column] = value + h
          let above = loss(problem, parameters)
          table[row, column] = value - h
          let below = loss(problem, parameters)
          table[row, column] = value
          let expected = (above - below) / (2 * h)
          let found = slopes[row, column]
          #expect(
            abs(found - expected) <= 1e-6 * max(1, abs(expected)), "variant \(index), row \(row), column \(column)")
        }
      }
    }
  }
}
