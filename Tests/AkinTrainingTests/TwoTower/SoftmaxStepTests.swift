import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

/// One step of a sampled softmax over two towers, as the trainer takes it and as slow code does.
private struct SoftmaxWorld {
  let data: TwoTowerData
  let pairs: SoftmaxPairs
  let options: TwoTowerOptions
  let sides: [TowerTrainer]
  let slow: [SlowTower]
  let names: [[String]]
  var batch: SoftmaxBatch
  let tables: SoftmaxTables

  init(_ scratch: Scratch, seed: UInt64, batch size: Int, temperature: Double = 0.3, isLarge: Bool = false) throws {
    let world = try isLarge ? TowerWorld(scratch, users: 240, items: 40, seed: seed) : TowerWorld(scratch, seed: seed)
    var method = world.method()
    method.options.loss = .softmax
    method.options.hidden = [6]
    method.options.dimensions = 3
    (method.options.batch, method.options.negatives) = (size, 12)
    (method.options.positiveFrom, method.options.temperature, method.options.seed) = (4, temperature, seed)
    options = method.options
    let data = try TwoTowerData(world.interactions, method)
    self.data = data
    pairs = try #require(data.softmax)
    sides = [(data.users, data.capacity.users), (data.items, data.capacity.items)].map {
      TowerTrainer($0, options: method.options, capacity: $1)
    }
    names = [world.users.names, world.items.names]
    slow = zip(sides, names).map { side, names in
      SlowTower(widths: [names.count, 6, 3], weights: side.network.tower(names: names).weights.map { Double($0) })
    }
    batch = SoftmaxBatch(itemCount: pairs.shares.count)
    tables = SoftmaxTables(width: 16, capacity: data.capacity.items)
  }

  /// The standardised features of a row.
  func input(_ side: Int, _ row: UInt32) -> [Double] {
    let data = side == 0 ? data.users : data.items
    var x = data.means.map { Double(-$0) }
    for place in data.rows.offsets[Int(row)]..<data.rows.offsets[Int(row) + 1] {
      x[Int(data.rows.columns[place])] += Double(data.rows.values[place])
    }
    return zip(x, data.scales).map { $0 * Double($1) }
  }

  func vectors(_ side: Int, _ tower: SlowTower, count: Int) -> [[Double]] {
    (0..<UInt32(count)).map { tower.vector(input(side, $0)) }
  }

  func score(_ u: [Double], _ v: [Double]) -> Double {
    var (product, component) = (0.0, 0)
    while component < min(u.count, v.count) {
      product += u[component] * v[component]
      component += 1
    }
    return product / options.temperature
  }

  /// The items of a user's own history.
  func history(_ user: UInt32) -> Set<UInt32> {
    let range = pairs.positives.offsets[Int(user)]..<pairs.positives.offsets[Int(user) + 1]
    return Set(pairs.positives.others[range])
  }

  /// The mean loss of some pairs against drawn items, by its formula, with the largest exponent taken out.
  func loss(_ towers: [SlowTower], _ places: [UInt32], _ draw: SoftmaxDraw) -> Double {
    let users = vectors(0, towers[0], count: data.users.rows.count)
    let items = vectors(1, towers[1], count: data.items.rows.count)
    let own = places.map { (data.pairs.users[Int($0)], data.pairs.items[Int($0)]) }
    let total = Double(data.pairs.items.count)
    var sum = 0.0
    var shares: [UInt32: Double] = [:]
    for item in data.pairs.items { shares[item, default: 0] += 1 / total }
    let known = Double(shares.count)
    for (user, item) in own {
      var others: [Double] = []
      let positive = score(users[Int(user)], items[Int(item)])
      let left = history(user)
      let drawn = draw.items.enumerated().map { ($1, $0 < draw.hardCount ? 1 : draw.weight) }
      for (candidate, weight) in own.map({ ($0.1, 1.0) }) + drawn where !left.contains(candidate) {
        let expected = Double(own.count - 1) * shares[candidate, default: 0] + Double(draw.poolCount) / known
        others.append(score(users[Int(user)], items[Int(candidate)]) + log(weight / expected))
      }
      let top = max(positive, others.max() ?? positive)
      sum += top + log(exp(positive - top) + others.reduce(0) { $0 + exp($1 - top) }) - positive
    }
    return sum / Double(own.count)
  }

  var step: SoftmaxStep {
    SoftmaxStep(
      users: sides[0], items: sides[1], batch: batch, histories: pairs.positives, tables: tables,
      scale: Float(1 / options.temperature), loops: .active)
  }
}

@Suite("The sampled softmax of two towers")
struct SoftmaxStepTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test(
    "Loss and gradient are those of the formula, by finite differences",
    arguments: [
      (1, 9, 12, 0.3), (2, 70, 12, 0.3), (3, 40, 4, 0.3), (4, 1, 5, 0.3), (5, 33, 0, 0.3), (6, 30, 12, 0.01),
      (9, 12, 4, 0.01),
    ] as [(UInt64, Int, Int, Double)])
  func gradient(seed: UInt64, size: Int, kept: Int, temperature: Double) throws {
    try check(SoftmaxWorld(scratch, seed: seed, batch: size, temperature: temperature), seed, size, kept)
  }

  @Test("… also for users of several groups against several blocks of items, at any thread count")
  func blocks() throws {
    let world = try check(SoftmaxWorld(scratch, seed: 8, batch: 330, isLarge: true), 8, 330, 12, every: 23)
    #expect(world.sides[0].blockCount > SoftmaxStep.groups && world.sides[1].blockCount > 1)
    let sums = try [1, 3].map { threads -> [[Float]] in
      _ = try world.step(execution: Execution(threads: threads))
      return (0..<2).map { side in
        let gradient = unsafe world.sides[side].gradient()
        return (0..<world.sides[side].network.shape.parameterCount).map { unsafe gradient[$0] }
      }
    }
    #expect(sums[0] == sums[1])
  }

  /// Compares a step with the formula.
  ///
  /// - Parameters:
  ///   - kept: The drawn items that count, of 12; fewer come with two hard ones.
  ///   - every: Of so many weights one is checked: each costs two losses.
  ///
  /// - Returns: The world after the step.
  @discardableResult
  private func check(
    _ made: SoftmaxWorld, _ seed: UInt64, _ size: Int, _ kept: Int, every: Int = 3
  ) throws -> SoftmaxWorld {
    var world = made
    let places = (0..<UInt32(size)).map { ($0 * 7) % UInt32(world.data.pairs.items.count) }
    #expect(Set(places).count == size)
    world.batch.fill(places[...], users: world.data.pairs.users, world.pairs.positives)
    let drawn = kept == 0 ? [] : Array(world.pairs.items.prefix(12))
    var generator = SeededGenerator(seed: seed)
    let draw =
      kept < drawn.count ? SoftmaxDraw(drawn, hardCount: 2, count: kept, &generator) : SoftmaxDraw(drawn)
    world.batch.compare(with: draw, world.pairs)
    world.sides[0].forward(world.batch.users)
    world.sides[1].forward(world.batch.columns.rows)
    let found = try world.step(execution: Execution(threads: 2))
    let wanted = world.loss(world.slow, places, draw)
    #expect(found.count == size)
    #expect(abs(found.mean - wanted) <= 1e-4 * max(wanted, 0.01), "seed \(seed): \(found.mean), \(wanted)")
    var largest = 0.0
    var differences: [Double] = []
    for side in 0..<2 {
      let gradient = unsafe world.sides[side].gradient()
      var parameters: [Int] = []
      world.sides[side].network.forEachParameter { parameters.append($0) }
      for place in stride(from: Int(seed) % every, to: parameters.count, by: every) {
        var towers = world.slow
        let h = 1e-6 * min(1, world.options.temperature / 0.3)
        towers[side].weights[place] += h
        let up = world.loss(towers, places, draw)
        towers[side].weights[place] -= 2 * h
        let slope = (up - world.loss(towers, places, draw)) / (2 * h)
        largest = max(largest, slope.magnitude)
        differences.append(unsafe abs(Double(gradient[parameters[place]]) - slope))
      }
    }
    #expect(
      largest > 1e-3 && differences.allSatisfy { $0 <= 1e-3 * largest },
      "seed \(seed): \(differences.max() ?? 0) of \(largest)")
    return world
  }

  @Test("Hard negatives are the drawn items with the largest shares", arguments: [1, 2] as [UInt64])
  func hardest(seed: UInt64) throws {
    var world = try SoftmaxWorld(scratch, seed: seed, batch: 40)
    world.batch.fill((0..<40).map { $0 }[...], users: world.data.pairs.users, world.pairs.positives)
    let pool = Array(world.pairs.items.suffix(13))
    world.batch.compare(with: pool)
    world.sides[0].forward(world.batch.users)
    world.sides[1].forward(world.batch.columns.rows)
    let found = try world.step.hardestFirst(execution: Execution(threads: 1))
    let users = world.vectors(0, world.slow[0], count: world.data.users.rows.count)
    let items = world.vectors(1, world.slow[1], count: world.data.items.rows.count)
    var shares: [UInt32: Double] = [:]
    for user in world.batch.users {
      let others = pool.filter { !world.history(user).contains($0) }
      let weights = others.map { exp(world.score(users[Int(user)], items[Int($0)])) }
      for (item, weight) in zip(others, weights) { shares[item, default: 0] += weight / weights.reduce(0, +) }
    }
    // Items of the same features have equal shares up to rounding.
    let sums = found.map { shares[$0, default: 0] }
    let best = pool.map { shares[$0, default: 0] }.sorted(by: >)
    #expect(Set(found) == Set(pool))
    for (sum, wanted) in zip(sums, best) { #expect(abs(sum - wanted) <= 1e-4 * wanted, "seed \(seed)") }
  }

  @Test(
    "The sum of a step is on average the sum over all items, however popular they are",
    arguments: [(2, false), (9, false), (5, true)])
  func unbiased(size: Int, hasHard: Bool) throws {
    // Item i is in 1 + i² pairs of different users.
    var rows = "user,item\n"
    for item in 0..<8 { for user in 0...(item * item) { rows += "u\(user + item * 100),i\(item)\n" } }
    let labels = try Labels(scratch.read(rows), positiveFrom: nil)
    let pairs = try SoftmaxPairs(labels)
    let users = labels.positives.rowOfEachPair
    let sampler = ItemSampler(itemCount: pairs.items.count, count: hasHard ? 6 : 3, weights: [])
    var generator = SeededGenerator(seed: 4)
    var batch = SoftmaxBatch(itemCount: 8)
    var sums = [Double](repeating: 0, count: 8)
    let rounds = 6000
    for round in 0..<rounds {
      let order = CounterRandom(seed: 9).order(count: users.count, epoch: round)
      batch.fill(order.prefix(size), users: users, labels.positives)
      let drawn = sampler.draw(&generator)
      // The largest numbers first stand for the hardest.
      let draw =
        hasHard
        ? SoftmaxDraw(drawn.sorted(by: >), hardCount: 1, count: 3, &generator) : SoftmaxDraw(drawn)
      batch.compare(with: draw, pairs)
      for (column, item) in batch.columns.rows.enumerated() {
        sums[Int(item)] += exp(Double(batch.columns.offsets[column])) / Double(rounds)
      }
    }
    // B pairs stand in a step, of which B − 1 are another's: an item has at most B / (B − 1) of its weight, by its popularity.
    for (item, sum) in sums.enumerated() {
      let (share, others, drawn) = (pairs.shares[item], Double(size - 1), hasHard ? 6.0 / 8 : 3.0 / 8)
      let expected = (Double(size) * share + drawn) / (others * share + drawn)
      #expect(abs(sum - expected) < 0.1, "item \(item): \(sum), expected \(expected)")
    }
  }
}
