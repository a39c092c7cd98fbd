import AkinSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("contrastive")
struct ContrastiveTests {
  private func options(_ change: (inout ContrastiveOptions) -> Void) -> ContrastiveOptions {
    var options = ContrastiveOptions()
    (options.dimensions, options.epochs) = (8, 5)
    change(&options)
    return options
  }

  private static let losses: [Objective.Loss] = [.softmax, .contrastive]
  private static let rules: [(Objective.Loss, Double?)] = [
    (.softmax, 2), (.softmax, 0.5), (.softmax, nil), (.contrastive, 2),
  ]

  /// What makes the damped means of all users together have a mean length of 1.
  private func factor(_ vectors: [[Double]], _ x: Interactions, damping: Double) -> Double {
    func length(_ v: [Double]) -> Double { v.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let users = (0..<x.byUser.rowCount).filter { x.byUser.count(ofRow: $0) > 1 }
    let lengths = users.map { user in
      let own = x.byUser.others[x.byUser.offsets[user]..<x.byUser.offsets[user + 1]].map { vectors[Int($0)] }
      let sum = vectors[0].indices.map { k in own.reduce(0) { $0 + $1[k] / length($1) } }
      return length(sum) / (Double(own.count) + damping)
    }
    return Double(users.count) / lengths.reduce(0, +)
  }

  /// The loss over all pairs with every item drawn, pair by pair in float64, by vectors of any length.
  ///
  /// - Parameter factor: That of damped means, a constant.
  private func slowLoss(
    _ vectors: [[Double]], _ biases: [Double], _ x: Interactions, _ o: ContrastiveOptions, factor: Double
  ) -> Double {
    func unit(_ v: [Double]) -> [Double] {
      let norm = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return v.map { $0 / norm }
    }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    func sum(_ rows: [[Double]]) -> [Double] { rows[0].indices.map { k in rows.reduce(0) { $0 + $1[k] } } }
    func mean(_ rows: [[Double]]) -> [Double] {
      guard let damping = o.damping else { return unit(sum(rows)) }
      return sum(rows).map { factor * $0 / (Double(rows.count) + damping) }
    }
    let q = vectors.map(unit)
    var loss = 0.0
    for user in 0..<x.byUser.rowCount where x.byUser.count(ofRow: user) > 1 {
      let own = x.byUser.others[x.byUser.offsets[user]..<x.byUser.offsets[user + 1]].map { Int($0) }
      let all = mean(own.map { q[$0] })
      let others = q.indices.filter { !own.contains($0) }
      for positive in own {
        let score = dot(mean(own.filter { $0 != positive }.map { q[$0] }), q[positive])
        if o.loss == .softmax {
          let logit = (score + biases[positive]) / o.temperature
          let rest = others.reduce(0.0) { $0 + exp((dot(all, q[$1]) + biases[$1]) / o.temperature) }
          loss += log(exp(logit) + rest) - logit
        } else {
          let over = others.reduce(0.0) { $0 + max(0, dot(all, q[$1]) - o.margin) }
          loss += 1 - score + o.negativeWeight / Double(q.count) * over
        }
      }
    }
    return loss
  }

  @Test("A step goes down the slope of the loss, by differences of the plain formula", arguments: rules, [1, 2, 3])
  func gradient(rule: (Objective.Loss, Double?), seed: Int) throws {
    let loss = rule.0
    let x = try ratings(users: 14, items: 11, count: 60, seed: UInt64(seed))
    let o = options {
      ($0.loss, $0.dimensions, $0.negatives, $0.temperature, $0.margin) = (loss, 5, 1000, 0.4, 0.1)
      ($0.negativeWeight, $0.seed, $0.historyDamping) = (3, UInt64(seed), rule.1)
    }
    var run = try ContrastiveRun(Labels(x, positiveFrom: nil), options: o, execution: Execution(threads: 1))
    let count = x.itemIDs.count
    func vectors() -> [[Double]] { (0..<count).map { row in (0..<5).map { unsafe Double(run.items.raw(row)[$0]) } } }
    let (start, biases) = (vectors(), [Double](repeating: 0, count: count))
    let factor = o.damping.map { self.factor(start, x, damping: $0) } ?? 1
    func slowLoss(_ vectors: [[Double]], _ biases: [Double]) -> Double {
      self.slowLoss(vectors, biases, x, o, factor: factor)
    }
    let before = slowLoss(start, biases)
    // The factor is 1 in the first epoch.
    try run.visit(2)
    #expect((Double(run.history.factor) - factor).magnitude < 1e-5 * factor)
    let reported = try #require(try run.model().losses.first).total
    let pairs = (0..<x.byUser.rowCount).map { x.byUser.count(ofRow: $0) }.filter { $0 > 1 }.reduce(0, +)
    #expect((reported - before / Double(pairs)).magnitude < 1e-4, "\(rule), seed \(seed)")
    for (item, moved) in vectors().enumerated() {
      var slope = [Double](repeating: 0, count: 5)
      for k in 0..<5 {
        let sides = [1e-5, -1e-5].map { delta in
          var changed = start
          changed[item][k] += delta
          return slowLoss(changed, biases)
        }
        slope[k] = (sides[0] - sides[1]) / 2e-5
      }
      let step = zip(moved, start[item]).map { $0 - $1 }
      let along = zip(step, slope).reduce(0) { $0 + $1.0 * $1.1 }
      let lengths = [step, slope].map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      if lengths[1] < 1e-3 { continue }
      #expect(along < -0.999 * lengths[0] * lengths[1], "\(rule), seed \(seed), item \(item)")
      if loss == .softmax {
        var changed = biases
        changed[item] = 1e-5
        let biasSlope = slowLoss(start, changed) - before
        #expect(Double(run.items.bias(item)) * biasSlope < 0 || biasSlope.magnitude < 1e-7, "item \(item)")
      } else {
        #expect(run.items.bias(item) == 0)
      }
    }
  }

  @Test("The same bits at any thread count, and others with another seed", arguments: losses)
  func deterministic(loss: Objective.Loss) throws {
    let x = try ratings(users: 300, items: 200, count: 3000, seed: 4)
    let small = options { ($0.loss, $0.epochs, $0.negatives, $0.batch) = (loss, 2, 48, 100) }
    let models = try [1, 2, 4].map { try small.train(x, execution: Execution(threads: $0)) }
    #expect(bits(models[1]) == bits(models[0]) && bits(models[2]) == bits(models[0]))
    var other = small
    other.seed = 1
    #expect(try bits(other.train(x)) != bits(models[0]))
  }

  /// Two camps: even users take even items, odd users odd ones.
  private func camps() throws -> Interactions {
    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    for user in 0..<30 {
      for item in 0..<20 where (user + item) % 2 == 0 && (user * 7 + item * 3) % 5 != 0 {
        rows.append((.number(UInt64(user)), .number(UInt64(item)), 1))
      }
    }
    return try Interactions(rows: rows)
  }

  @Test("Who has what a camp has is given what the camp has, and the loss falls", arguments: losses, [0, 0.5])
  func taste(loss: Objective.Loss, popularity: Double) throws {
    let x = try camps()
    let o = options {
      ($0.loss, $0.epochs, $0.negatives, $0.popularity, $0.temperature) = (loss, 40, 10, popularity, 0.2)
      ($0.margin, $0.negativeWeight) = (0, 5)
    }
    let model = try o.train(x, execution: Execution(threads: 1))
    #expect(try #require(model.losses.last).total < 0.8 * (try #require(model.losses.first)).total)
    let fold = try #require(try model.foldIn(for: x))
    let made = try fold.user(history: [0, 2, 4], values: [1, 1, 1])
    let scores = (0..<20).map { item in
      zip(made.vector, model.items[Row(item)]).reduce(model.itemBiases?[item] ?? 0) { $0 + $1.0 * $1.1 }
    }
    let others = stride(from: 6, to: 20, by: 2).map { scores[$0] }
    let strangers = stride(from: 1, to: 20, by: 2).map { scores[$0] }
    #expect(try #require(others.min()) > #require(strangers.max()), "\(loss), \(popularity)")
  }

  @Test("A user of the training is, to the bit, the user folded in; values below the threshold say nothing")
  func foldIn() throws {
    let x = try ratings(users: 60, items: 40, count: 700, seed: 7)
    let model = try options { ($0.epochs, $0.positiveFrom) = (2, 3) }.train(x, execution: Execution(threads: 1))
    let fold = try #require(try model.foldIn(for: x))
    for user in 0..<x.byUser.rowCount {
      let pairs = x.byUser.offsets[user]..<x.byUser.offsets[user + 1]
      let (items, values) = (Array(x.byUser.others[pairs]), Array(x.byUser.values[pairs]))
      #expect(try fold.user(history: items, values: values).vector == model.users[Row(user)], "user \(user)")
      let liked = items.indices.filter { values[$0] >= 3 }
      let same = try fold.user(history: liked.map { items[$0] }, values: liked.map { values[$0] })
      #expect(same.vector == model.users[Row(user)], "user \(user)")
    }
    #expect(try fold.user(history: [0], values: [1]).vector.allSatisfy { $0 == 0 })
    let squares = (0..<model.items.count).map { model.items[Row($0)].reduce(0) { $0 + $1 * $1 } }
    for (item, square) in squares.enumerated() {
      #expect((square - squares[0]).magnitude < 1e-5 * squares[0], "item \(item) has the length of all")
    }
    let new = try ItemFoldIn(model.embeddings(for: x), x).item(0)
    #expect((new.vector.reduce(0) { $0 + $1 * $1 } - squares[0]).magnitude < 1e-5 * squares[0])
  }

  @Test("Users are folded in where a step draws more than a thousand items")
  func manyDrawn() throws {
    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    for item in 0..<1100 { rows.append((.number(UInt64(item % 50)), .number(UInt64(item)), 1)) }
    let x = try Interactions(rows: rows)
    let model = try options { ($0.epochs, $0.dimensions) = (1, 2) }.train(x)
    #expect(model.objective.negatives == 1100)
    let fold = try #require(try model.foldIn(for: x))
    let own = Array(x.byUser.others[..<x.byUser.offsets[1]])
    #expect(try fold.user(history: own, values: own.map { _ in 1 }).vector == model.users[Row(0)])
    var bpr = model.embeddings(for: x)
    bpr.objective?.model = .bpr
    #expect(throws: FoldInError.badRecord(field: "negatives", found: "1100.0")) { try UserFoldIn(bpr) }
  }

  @Test("With weights by values the items are as without, and a user is the weighed mean of them", arguments: rules)
  func weighed(rule: (Objective.Loss, Double?)) throws {
    let x = try ratings(users: 30, items: 20, count: 200, seed: 9)
    let alike = options { ($0.loss, $0.historyDamping) = rule }
    let plain = try Contrastive.train(x, options: alike)
    let weighed = try Contrastive.train(
      x, options: options { ($0.loss, $0.historyDamping, $0.weighting) = (rule.0, rule.1, .value) })
    #expect(rows(weighed.items) == rows(plain.items) && weighed.itemBiases == plain.itemBiases)
    #expect(weighed.objective.weighting == .value && weighed.options["weighting"] == .string("value"))
    let fold = try #require(try weighed.foldIn(for: x))
    var differences = 0
    for user in 0..<x.byUser.rowCount {
      let places = x.byUser.offsets[user]..<x.byUser.offsets[user + 1]
      var sum = [Double](repeating: 0, count: 8)
      let all = places.map { Double(x.byUser.values[$0]) }.filter { $0 > 0 }
      for place in places where x.byUser.values[place] > 0 {
        let q = weighed.items[Row(Int(x.byUser.others[place]))]
        for k in 0..<8 { sum[k] += Double(x.byUser.values[place]) * Double(q[k]) }
      }
      var divisor = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if let damping = alike.damping {
        // Σ value is the divisor of the mean, and as many items as say as much are damped.
        let whole = all.reduce(0, +)
        let count = whole * whole / all.reduce(0) { $0 + $1 * $1 }
        divisor = whole * (count + damping) / count
      }
      let vector = weighed.users[Row(user)]
      #expect((0..<8).allSatisfy { abs(Double(vector[$0]) - (divisor > 0 ? sum[$0] / divisor : 0)) < 1e-5 })
      if vector != plain.users[Row(user)] { differences += 1 }
      // Of weights only the proportions count, and a folded user has the same bits.
      let (own, values) = (Array(x.byUser.others[places]), Array(x.byUser.values[places]))
      #expect(try fold.user(history: own, values: values).vector == vector)
      #expect(try fold.user(history: own, values: values.map { $0 * 0x1p-90 }).vector == vector)
    }
    #expect(differences > 10)
  }

  @Test("A history longer than a step takes is trained, and a user with one item is not")
  func lengths() throws {
    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    for item in 0..<1500 { rows.append((.number(0), .number(UInt64(item)), 1)) }
    rows.append((.number(1), .number(7), 1))
    let x = try Interactions(rows: rows)
    let model = try options { ($0.epochs, $0.negatives) = (1, 16) }.train(x, execution: Execution(threads: 2))
    #expect(try #require(model.losses.last).total.isFinite)
    for (p, q) in zip(model.users[Row(1)], model.items[Row(7)]) { #expect((p - q / 3).magnitude < 1e-6) }
    let alone = try Interactions(rows: [rows[1500], (.number(2), .number(8), 1)])
    #expect(throws: TrainingError.nothingToCompare) { try ContrastiveOptions().train(alone) }
    #expect(throws: TrainingError.nothingToLearn) { try ContrastiveOptions().train(Interactions(rows: [])) }
    #expect(throws: TrainingError.noPositives(from: 2, largest: 1)) {
      try options { $0.positiveFrom = 2 }.train(x)
    }
  }

  @Test("Options out of their ranges are errors that name them")
  func ranges() {
    for (name, options) in [
      ("dimensions", options { $0.dimensions = 2000 }), ("epochs", options { $0.epochs = 0 }),
      ("learning-rate", options { $0.learningRate = 11 }), ("loss", options { $0.loss = .squared }),
      ("temperature", options { $0.temperature = 0 }), ("margin", options { $0.margin = .nan }),
      ("negative-weight", options { $0.negativeWeight = -1 }), ("negatives", options { $0.negatives = 0 }),
      ("batch", options { $0.batch = 0 }), ("popularity", options { $0.popularity = 3 }),
      ("positive-from", options { $0.positiveFrom = -1 }), ("history-damping", options { $0.historyDamping = 0 }),
      ("history-damping", options { $0.historyDamping = .nan }),
    ] {
      do {
        try options.check()
        Issue.record("\(name) passed")
      } catch {
        guard case .option(name, _, _) = error else { Issue.record("\(name): \(error)"); continue }
      }
    }
  }
}

@Suite("Parts of contrastive training")
struct ContrastivePartTests {
  @Test("Shares are exponentials to 1e-6 of the value, at every level of the CPU", arguments: KernelLevel.allCases)
  func exponentials(level: KernelLevel) throws {
    guard let table = unsafe Kernels.table(at: level) else { return }
    let loops = try #require(unsafe LayerLoops(level: table.pointee.level))
    let rows = 128
    let scores = AlignedFloats(count: rows * 32)
    let (largest, totals) = (AlignedFloats(count: 32), AlignedFloats(count: 32))
    // Column b falls from b − 9 by 87 in all; its last number is that of padding. The lower bounds are below and above.
    func start(_ row: Int, _ b: Int) -> Float {
      row == rows - 1 ? SoftmaxTerm.never : Float(b) - 9 - 87 * Float((row * 37 + b) % 127) / 126
    }
    for b in 0..<32 {
      for row in 0..<rows { unsafe scores.floats[row * 32 + b] = start(row, b) }
      unsafe largest.floats[b] = b < 16 ? SoftmaxTerm.never : Float(b)
    }
    unsafe loops.shares(
      scores.floats.baseAddress, rows, largest.floats.baseAddress, totals.floats.baseAddress)
    for b in 0..<32 {
      let top = Float(b < 16 ? b - 9 : b)
      #expect(unsafe largest.floats[b] == top, "column \(b)")
      var sum = 0.0
      for row in 0..<rows - 1 {
        let expected = exp(Double(max(start(row, b) - top, -87)))
        sum += expected
        #expect(unsafe (Double(scores.floats[row * 32 + b]) - expected).magnitude <= 1e-6 * expected, "\(row), \(b)")
      }
      #expect(unsafe scores.floats[(rows - 1) * 32 + b] < 1e-37)
      #expect(unsafe (Double(totals.floats[b]) - sum).magnitude <= 1e-5 * sum)
    }
    let before = (0..<rows * 32).map { unsafe scores.floats[$0] }
    unsafe loops.scale(largest.floats.baseAddress, rows, scores.floats.baseAddress)
    for place in before.indices {
      #expect(unsafe scores.floats[place] == before[place] * largest.floats[place % 32])
    }
  }

  @Test(
    "The step of an epoch is that of the first one times a share that falls to a twentieth over 24 epochs",
    arguments: [(2, 23.0 / 24), (13, 0.5), (24, 0.05), (60, 0.05)])
  func fall(epoch: Int, share: Double) throws {
    let x = try ratings(users: 60, items: 40, count: 700, seed: 7)
    var options = ContrastiveOptions()
    (options.dimensions, options.learningRate, options.historyDamping) = (8, 0.1, nil)
    let moves = try [1, epoch].map { epoch in
      var run = try ContrastiveRun(Labels(x, positiveFrom: nil), options: options, execution: Execution(threads: 1))
      func vectors() -> [Float] {
        (0..<run.items.count).flatMap { row in (0..<8).map { unsafe run.items.raw(row)[$0] } }
      }
      let start = vectors()
      try run.visit(epoch)
      return zip(vectors(), start).map { $0 - $1 }
    }
    for (found, first) in zip(moves[1], moves[0]) {
      #expect((found - Float(share) * first).magnitude < 1e-4, "epoch \(epoch)")
    }
  }

  @Test("Drawn items are different, and each as likely as its weight", arguments: [0, 1, 2])
  func draws(kind: Int) {
    let weights = kind == 2 ? (0..<50).map { Double($0) } : []
    let sampler = ItemSampler(itemCount: 50, count: kind == 0 ? 50 : 7, weights: weights)
    var generator = SeededGenerator(seed: 5)
    var counts = [Double](repeating: 0, count: 50)
    for _ in 0..<4000 {
      let drawn = sampler.draw(&generator)
      #expect(drawn.count == (kind == 0 ? 50 : 7) && (kind == 2 || Set(drawn).count == drawn.count))
      for item in drawn { counts[Int(item)] += 1 }
    }
    for (item, count) in counts.enumerated() {
      let expected = kind == 0 ? 4000 : 28_000 * (kind == 1 ? 0.02 : Double(item) / 1225)
      #expect((count - expected).magnitude <= 5 * expected.squareRoot(), "kind \(kind), item \(item): \(count)")
      if kind == 2, item > 0 {
        #expect((sampler.correction(of: UInt32(item)) + Float(log(Double(item) / 1225 * 50))).magnitude < 1e-4)
      }
    }
  }

  @Test("The slots of a batch's items are its pairs and drawn items, each once")
  func slots() throws {
    let x = try ratings(users: 30, items: 25, count: 200, seed: 3)
    var batch = ContrastiveBatch(itemCount: 25)
    var generator = SeededGenerator(seed: 1)
    let sampler = ItemSampler(itemCount: 25, count: 6, weights: [])
    for users in [0..<10, 5..<20, 3..<4] {
      batch.fill(users.map { UInt32($0) }[...], of: x.byUser, sampler, &generator)
      var seen: [Int] = []
      for item in batch.touched {
        var last = -1
        batch.forEachSlot(of: item) { slot in
          #expect(slot > last)
          last = slot
          let own = slot < batch.items.count ? batch.items[slot] : batch.drawn[slot - batch.items.count]
          #expect(own == item)
          seen.append(slot)
        }
      }
      #expect(seen.sorted() == Array(0..<batch.items.count + batch.drawn.count))
      #expect(batch.userCount == users.count)
    }
  }
}
