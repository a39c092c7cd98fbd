import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("mf: batches, weight decay and one cycle")
struct MFMiniBatchTests {
  private func batches(_ change: (inout MFOptions) -> Void = { _ in }) -> MFOptions {
    options {
      $0.optimiser = .adamw
      $0.batch = 32
      change(&$0)
    }
  }

  @Test("A cycle rises for a quarter of the steps and falls for the rest, and momentum goes the other way")
  func cycle() {
    let cycle = OneCycle(rate: 2, steps: 400)
    let all = (0..<400).map { cycle[$0] }
    #expect(all[0] == (2 / 25, 0.95) && all[100] == (2, 0.85))
    #expect(all[399].rate < 1e-4 && all[399].momentum > 0.949)
    for (step, (now, next)) in zip(all, all.dropFirst()).enumerated() {
      #expect((next.rate > now.rate) == (step < 100) && (next.momentum < now.momentum) == (step < 100), "step \(step)")
    }
    // Halfway up and halfway down.
    #expect(abs(all[50].rate - (2 + 2 / 25) / 2) < 1e-12 && abs(all[250].rate - (2 + 2e-5) / 2) < 1e-12)
  }

  /// Steps over all rows, gradient or not.
  private struct SlowAdam {
    var x: [[Double]]
    var m: [[Double]]
    var v: [[Double]]
    var time = 0.0

    mutating func step(rate: Double, momentum: Double, decay: Double, gradients: [Int: [Double]]) {
      time += 1
      for row in x.indices {
        for column in x[row].indices {
          let g = gradients[row]?[column] ?? 0
          m[row][column] = momentum * m[row][column] + (1 - momentum) * g
          v[row][column] = 0.98 * v[row][column] + 0.02 * g * g
          let (first, second) = (m[row][column] / (1 - pow(momentum, time)), v[row][column] / (1 - pow(0.98, time)))
          x[row][column] = x[row][column] * (1 - rate * decay) - rate * first / (second.squareRoot() + 1e-5)
        }
      }
    }
  }

  @Test("Rows that catch up are rows that took every step", arguments: [1, 2] as [UInt64], [60, 900])
  func catchUp(seed: UInt64, steps: Int) {
    var random = SeededGenerator(seed: seed)
    let table = DoubleTable(count: 6, width: 3)
    for row in 0..<6 {
      for column in 0..<2 { table[row, column] = random.normal() }
      table[row, 2] = 1
    }
    let start = (0..<6).map { row in (0..<2).map { table[row, $0] } }
    let zeros = start.map { $0.map { _ in 0.0 } }
    var slow = SlowAdam(x: start, m: zeros, v: zeros)
    var moments = MomentTable(table, one: 2, decay: 0.5, loops: .active)
    let gradient = DoubleTable(count: 6, width: 3)
    for step in 0..<steps {
      // Row 5 never has a gradient; row 4 twice, so far apart that it rests between.
      let rows = (0..<5).filter { $0 < 4 ? random.next() % UInt64(2 + 3 * $0) == 0 : step == 7 || step == 800 }
      var gradients: [Int: [Double]] = [:]
      for (slot, row) in rows.enumerated() {
        moments.catchUp(row)
        gradients[row] = (0..<2).map { _ in random.normal() }
        for column in 0..<2 { gradient[slot, column] = gradients[row]?[column] ?? 0 }
      }
      let (rate, momentum) = (0.01 + 0.01 * random.uniform(), 0.85 + 0.1 * random.uniform())
      moments.step(rate: rate, momentum: momentum, rows: rows, gradient: gradient)
      slow.step(rate: rate, momentum: momentum, decay: 0.5, gradients: gradients)
    }
    moments.catchUp()
    for row in 0..<6 {
      #expect(table[row, 2] == 1)
      for column in 0..<2 {
        // Two bounds: rounding, and what a resting row leaves out.
        #expect(abs(table[row, column] - slow.x[row][column]) < (row == 4 ? 1e-5 : 1e-9), "seed \(seed), row \(row)")
      }
    }
  }

  @Test("A larger weight decay makes shorter vectors")
  func decay() throws {
    let x = try ratings(seed: 3)
    func norm(_ decay: Double) throws -> Float {
      let model = try MF.train(x, options: batches { $0.weightDecay = decay })
      return (0..<model.users.count).reduce(0) { $0 + model.users[Row($1)].reduce(0) { $0 + $1 * $1 } }
    }
    #expect(try norm(20) < 0.5 * norm(0))
  }

  @Test("Biases have a mean of 0, and rows without ratings score the global mean", arguments: [4, 5] as [UInt64])
  func centred(seed: UInt64) throws {
    let x = try ratings(seed: seed).including(ItemTable(ids: .numbers([900]), titles: ["new"], categories: [[]]))
    let model = try MF.train(
      x,
      options: batches {
        $0.range = 0...5.5
        $0.start = .tiny
      })
    for (biases, table) in [(model.userBiases, x.byUser), (model.itemBiases, x.byItem)] {
      let biases = try #require(biases)
      #expect(abs(biases.reduce(0, +)) < 1e-4 * Float(biases.count), "seed \(seed)")
      for row in biases.indices where table.count(ofRow: row) == 0 { #expect(biases[row] == 0) }
    }
    #expect(model.globalMean != 0)
  }

  @Test(
    "The recorded regularisation is the one whose pull balances the slopes", arguments: [6, 7] as [UInt64])
  func stationary(seed: UInt64) throws {
    let x = try ratings(seed: seed)
    let model = try MF.train(
      x,
      options: batches {
        $0.range = 0...5.5
        $0.weightDecay = 2
      })
    let objective = model.objective
    #expect(objective.decay == .counted && objective.nu == 0.5 && objective.lambdaUser == objective.lambdaItem)
    let loss = PointLoss(.squared, range: 0...5.5)
    var (vectors, biases) = (0.0, 0.0)
    for user in 0..<x.byUser.rowCount {
      for place in x.byUser.offsets[user]..<x.byUser.offsets[user + 1] {
        let item = Row(Int(x.byUser.others[place]))
        let score = model.score(user: Row(user), item: item)
        let bias = Double((model.userBiases?[user] ?? 0) + (model.itemBiases?[Int(item.index)] ?? 0))
        let slope = loss(score, target: Double(x.byUser.values[place])).slope
        vectors += 2 * slope * (score - Double(model.globalMean) - bias)
        biases += slope * bias
      }
    }
    var (norms, squares) = (0.0, 0.0)
    for (matrix, table, own) in [(model.users, x.byUser, model.userBiases), (model.items, x.byItem, model.itemBiases)] {
      for row in 0..<matrix.count {
        let norm = matrix[Row(row)].reduce(0.0) { $0 + Double($1) * Double($1) }
        norms += Double(table.count(ofRow: row)).squareRoot() * norm
        squares += Double(own?[row] ?? 0) * Double(own?[row] ?? 0)
      }
    }
    #expect(objective.lambdaUser > MFStationary.least && objective.lambdaBias > MFStationary.least, "seed \(seed)")
    #expect(abs(vectors + objective.lambdaUser * norms) < 1e-3 * abs(vectors), "seed \(seed)")
    #expect(abs(biases + objective.lambdaBias * squares) < 1e-3 * abs(biases), "seed \(seed)")
  }

  @Test("What batches alone take, and what they do not take, is named")
  func refusals() throws {
    let x = try ratings(seed: 1)
    func refused(_ options: MFOptions) -> String? {
      do {
        _ = try MF.train(x, options: options)
        return nil
      } catch TrainingError.option(let name, let expected, let found) {
        return "\(name): expected \(expected), found \(found)"
      } catch {
        return "\(error)"
      }
    }
    #expect(refused(options { $0.batch = 8 }) == "batch: expected none for als, only for adamw, found 8")
    #expect(
      refused(options { $0.weightDecay = 0.1 }) == "weight-decay: expected none for als, only for adamw, found 0.1")
    #expect(refused(batches { $0.batch = 0 }) == "batch: expected 1 to 65536, found 0")
    #expect(refused(options { $0.cycle = 9 }) == "cycle: expected none for als, only for adamw, found 9")
    #expect(refused(batches { ($0.cycle, $0.epochs) = (3, 4) }) == "cycle: expected 4 to 100000, found 3")
    #expect(refused(batches { $0.weightDecay = .nan }) == "weight-decay: expected 0 to 100, found nan")
    #expect(refused(batches { $0.weightDecay = -1 }) == "weight-decay: expected 0 to 100, found -1.0")
    #expect(refused(batches { $0.lambda = 1 }) == "lambda: expected none for adamw, which has weight-decay, found 1.0")
    #expect(refused(batches { $0.biasLambda = 1 })?.hasPrefix("bias-lambda: expected none for adamw") == true)
    #expect(refused(batches { $0.nu = 1 })?.hasPrefix("nu: expected none for adamw") == true)
    #expect(refused(batches { $0.decay = .touched })?.hasPrefix("decay: expected none for adamw") == true)
    #expect(refused(batches { $0.learningRate = 0 })?.hasPrefix("learning-rate: expected a number above 0") == true)
  }

  @Test("A training of fewer epochs than its cycle is the beginning of one of all")
  func cut() throws {
    let x = try ratings(seed: 8)
    let whole = try MF.train(x, options: batches { $0.epochs = 4 })
    let cut = try MF.train(x, options: batches { ($0.epochs, $0.cycle) = (2, 4) })
    #expect(cut.losses == Array(whole.losses.prefix(3)) && cut.options["cycle"] == .integer(4))
    let limited = batches { $0.epochs = 4 }.limited(toEpochs: 2)
    #expect(limited == batches { ($0.epochs, $0.cycle) = (2, 4) } && limited.limited(toEpochs: 6).cycle == 6)
    let short = try MF.train(x, options: batches { $0.epochs = 2 })
    #expect(short.losses != cut.losses)
  }

  @Test(
    "Several runs score as their mean, at any number of threads, and the first is the run alone",
    arguments: [9, 10] as [UInt64])
  func runs(seed: UInt64) throws {
    let x = try ratings(seed: seed)
    func train(_ threads: Int, _ change: (inout MFOptions) -> Void) throws -> TrainedModel {
      try MF.train(
        x,
        options: batches {
          ($0.dimensions, $0.range) = (4, 0...5.5)
          change(&$0)
        }, execution: Execution(threads: threads))
    }
    let seeds = [seed] + [1, 2].map { CounterRandom(seed: seed, purpose: 0x4D_46_52).bits(at: $0) }
    let each = try seeds.map { seed in try train(1) { $0.seed = seed } }
    let mean = try train(1) { ($0.seed, $0.dimensions, $0.runs) = (seed, 12, 3) }
    for user in 0..<x.userIDs.count {
      for item in 0..<x.itemIDs.count {
        let scores = each.map { $0.score(user: Row(user), item: Row(item)) }
        let expected = scores.reduce(0, +) / 3
        #expect(abs(mean.score(user: Row(user), item: Row(item)) - expected) < 1e-5, "seed \(seed)")
      }
    }
    let threaded = try train(3) { ($0.seed, $0.dimensions, $0.runs) = (seed, 12, 3) }
    #expect(bits(threaded) == bits(mean) && mean.options["runs"] == .integer(3))
    #expect(throws: TrainingError.option(name: "runs", expected: "a divisor of the 4 dimensions", found: "3")) {
      try train(1) { $0.runs = 3 }
    }
  }

  @Test("A batch larger than the data is all of it, and the file says what it was")
  func large() throws {
    let x = try ratings(seed: 2)
    let model = try MF.train(x, options: batches { $0.batch = 65_536 })
    let whole = try MF.train(x, options: batches { $0.batch = x.count })
    #expect(bits(model) == bits(whole))
    #expect(model.options["batch"] == .integer(65_536) && model.options["weightDecay"] == .number(0.2))
    #expect(model.options["optimiser"] == .string("adamw") && model.options["lambda"] == nil)
    #expect(model.embeddings(for: x).objective?.training?.optimiser == .adam)
  }
}
