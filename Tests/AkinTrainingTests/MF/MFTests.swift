import AkinSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("mf: training")
struct MFTests {
  static let variants: [MFOptions] = [
    options { _ in },
    options {
      $0.biases = .none; $0.nu = 0; $0.lambda = 0.5
    },
    options {
      $0.biases = .user; $0.meanDamping = 5; $0.decay = .touched; $0.lambda = 1
    },
    options {
      $0.optimiser = .sgd; $0.epochs = 8
    },
    options {
      $0.optimiser = .sgd; $0.epochs = 8; $0.decay = .touched; $0.range = 0.5...5.5
    },
    options {
      $0.optimiser = .sgd; $0.epochs = 8; $0.decay = .everywhere; $0.loss = .absolute
    },
    options {
      $0.optimiser = .adam; $0.epochs = 25
    },
    options {
      $0.optimiser = .adam; $0.epochs = 25; $0.loss = .logistic; $0.biases = .user
    },
    options {
      $0.optimiser = .gd; $0.epochs = 25; $0.start = .normal
    },
    options {
      $0.optimiser = .adamw; $0.batch = 16; $0.range = 0...5.5; $0.start = .tiny
    },
  ]

  @Test("The loss falls, and the same bytes come out for 1, 2 and 4 threads", arguments: variants.indices)
  func deterministic(index: Int) throws {
    let options = Self.variants[index]
    let x = try ratings(seed: UInt64(index) + 1)
    let one = try MF.train(x, options: options, execution: Execution(threads: 1))
    let first = try #require(one.losses.first)
    let last = try #require(one.losses.last)
    #expect(last.total < first.total, "\(first) then \(last)")
    #expect(one.losses.filter { $0.side != "users" }.map(\.epoch) == Array(0...(options.resolved.epochs ?? 0)))
    for threads in [2, 4] {
      let many = try MF.train(x, options: options, execution: Execution(threads: threads))
      #expect(bits(many) == bits(one) && many.losses == one.losses, "variant \(index), \(threads) threads")
    }
  }

  @Test("A grid of blocks gives the same bytes for 1, 2 and 4 threads too")
  func gridIsDeterministic() throws {
    let x = try ratings(users: 700, items: 500, count: 70_000, seed: 5)
    #expect(x.count >= 1 << 15, "enough for a grid")
    let options = options {
      $0.optimiser = .sgd
      $0.epochs = 2
    }
    let models = try [1, 2, 4].map { try MF.train(x, options: options, execution: Execution(threads: $0)) }
    #expect(bits(models[1]) == bits(models[0]) && bits(models[2]) == bits(models[0]))
  }

  @Test("An epoch visits each pair once, and blocks of a round share no row")
  func grid() throws {
    let x = try ratings(users: 700, items: 500, count: 70_000, seed: 6)
    let grid = try PairGrid(x.byUser, itemCount: 500, seed: 3, purpose: 9)
    var orders: [[UInt32]] = []
    for number in [1, 2] {
      let epoch = grid.epoch(number)
      #expect(epoch.places.sorted() == (0..<UInt32(x.count)).map { $0 })
      for round in 0..<grid.groups {
        var users: [UInt32: Int] = [:]
        var items: [UInt32: Int] = [:]
        for group in 0..<grid.groups {
          for place in epoch.places[epoch.block(round: round, users: group)] {
            #expect(users.updateValue(group, forKey: grid.users[Int(place)]) ?? group == group)
            #expect(items.updateValue(group, forKey: grid.items[Int(place)]) ?? group == group)
          }
        }
      }
      orders.append(epoch.places)
    }
    #expect(orders[0] != orders[1], "the order is drawn anew")
  }

  @Test("Alternating least squares: J falls at every half-step", arguments: [0, 1, 2])
  func falls(index: Int) throws {
    let model = try MF.train(try ratings(seed: 7), options: Self.variants[index])
    for (before, after) in zip(model.losses, model.losses.dropFirst()) {
      #expect(after.total <= before.total * (1 + 1e-12), "\(before) then \(after)")
    }
  }

  @Test("All optimisers come to the same J where it has one smallest value")
  func sameOptimum() throws {
    // Without vectors' freedom (a regularisation that leaves them at zero) J is convex in the biases.
    let x = try ratings(seed: 8)
    var totals: [Double] = []
    // Weight decay is no term of J.
    for optimiser in MFOptions.Optimiser.allCases where optimiser != .adamw {
      let model = try MF.train(
        x,
        options: options {
          $0.optimiser = optimiser
          $0.lambda = 1000
          $0.nu = 0
          $0.biasLambda = 2
          $0.epochs = optimiser == .als ? 50 : 400
          if optimiser == .sgd { $0.learningRate = 0.002 }
        })
      totals.append(try #require(model.losses.last).total)
    }
    for total in totals { #expect(abs(total - totals[0]) <= 2e-3 * totals[0], "\(totals)") }
  }

  @Test("Scores written are the trainer's, and permuted rows change nothing")
  func written() throws {
    let x = try ratings(seed: 9)
    let model = try MF.train(x, options: options { $0.meanDamping = 5 })
    let embeddings = model.embeddings(for: x)
    #expect(embeddings.objective?.model == .mf && embeddings.objective?.isObservedOnly == true)
    #expect(embeddings.objective?.meanDamping == 5 && embeddings.objective?.scale == 1...5)
    var squares = 0.0
    for user in 0..<x.userIDs.count {
      for place in x.byUser.offsets[user]..<x.byUser.offsets[user + 1] {
        let item = Row(Int(x.byUser.others[place]))
        let error = model.score(user: Row(user), item: item) - Double(x.byUser.values[place])
        squares += 0.5 * error * error
      }
    }
    let last = try #require(model.losses.last)
    #expect(abs(squares - last.terms[0].value) <= 1e-5 * squares)

    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    for user in 0..<x.userIDs.count {
      for place in x.byUser.offsets[user]..<x.byUser.offsets[user + 1] {
        rows.append((x.userIDs[Row(user)], x.itemIDs[Row(Int(x.byUser.others[place]))], x.byUser.values[place]))
      }
    }
    let again = try MF.train(Interactions(rows: rows.reversed()), options: options { $0.meanDamping = 5 })
    #expect(bits(again) == bits(model))
  }
}
