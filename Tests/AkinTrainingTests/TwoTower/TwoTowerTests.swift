import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

/// A world in which ratings follow from features: a film's genres, and how much a user likes each.
struct TowerWorld {
  let interactions: Interactions
  let users: FeatureTable
  let items: FeatureTable

  /// - Parameter unknown: Users without a row of features.
  init(_ scratch: Scratch, users: Int = 24, items: Int = 18, seed: UInt64 = 1, unknown: Set<Int> = []) throws {
    let random = CounterRandom(seed: seed)
    func taste(_ user: Int) -> [Double] { (0..<3).map { random.normal(at: UInt64(user * 3 + $0)) } }
    var text = "user,item,rating\n"
    for user in 0..<users {
      for item in 0..<items where random.uniform(at: UInt64(9000 + user * 100 + item)) < 0.6 {
        let score = taste(user)[item % 3] + 0.3 * Double(item / 3 % 2)
        text += "\(user),i\(item),\(min(5, max(1, (3 + score).rounded())))\n"
      }
    }
    interactions = try scratch.read(text)
    self.users = try FeatureTable.read(
      path: scratch.file(
        "user,a,b,c\n"
          + (0..<users + 2).filter { !unknown.contains($0) }.map {
            "\($0)," + taste($0).map { "\($0)" }.joined(separator: ",")
          }
          .joined(separator: "\n")))
    self.items = try FeatureTable.read(
      path: scratch.file(
        "item,genre,new\n" + (0..<items + 3).map { "i\($0),g\($0 % 3),\($0 / 3 % 2)" }.joined(separator: "\n")))
  }

  func method(_ change: (inout TwoTowerOptions) -> Void = { _ in }) -> TwoTower {
    var options = TwoTowerOptions()
    options.hidden = [20, 12]
    options.dimensions = 5
    options.epochs = 8
    change(&options)
    return TwoTower(options: options, userFeatures: users, itemFeatures: items)
  }
}

@Suite("Two towers")
struct TwoTowerTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("The slow tower's gradient is that of finite differences", arguments: [1, 2] as [UInt64])
  func oracle(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let widths = [4, 6, 5, 3]
    let count = (1..<widths.count).reduce(0) { $0 + (widths[$1 - 1] + 1) * widths[$1] }
    var tower = SlowTower(widths: widths, weights: (0..<count).map { _ in random.normal() / 2 })
    let x = (0..<4).map { _ in random.normal() }
    let slope = (0..<3).map { _ in random.normal() }
    func loss(_ tower: SlowTower) -> Double { zip(tower.vector(x), slope).reduce(0) { $0 + $1.0 * $1.1 } }
    let gradient = tower.gradient(x, slope: slope)
    let largest = gradient.reduce(0) { max($0, $1.magnitude) }
    for place in 0..<count {
      let kept = tower.weights[place]
      let h = 1e-6
      tower.weights[place] = kept + h
      let up = loss(tower)
      tower.weights[place] = kept - h
      let down = loss(tower)
      tower.weights[place] = kept
      #expect(abs((up - down) / (2 * h) - gradient[place]) <= 1e-6 * largest, "seed \(seed), weight \(place)")
    }
  }

  @Test(
    "A batch's vectors, loss and gradient are the slow tower's, with rows of features and without",
    arguments: [1, 5, 32, 70], [[], [0, 1, 4]] as [Set<Int>])
  func batch(size: Int, unknown: Set<Int>) throws {
    let world = try TowerWorld(scratch, unknown: unknown)
    var options = world.method().options
    options.batch = size
    let data = try TwoTowerData(world.interactions, world.method())
    let sides = [data.users, data.items].map { TowerTrainer($0, options: options) }
    let order = (0..<UInt32(size)).map { $0 * 2 }
    sides[0].forward(order[...], of: data.pairs.users)
    sides[1].forward(order[...], of: data.pairs.items)
    let sum = TowerTrainer.compare(sides[0], sides[1], targets: order.map { data.targets[Int($0)] })

    let names = [world.users.names, world.items.names]
    let slow = zip(sides, names).map { side, names in
      SlowTower(
        widths: [names.count, 20, 12, 5], weights: side.network.tower(names: names).weights.map { Double($0) })
    }
    func inputs(_ side: Int, _ pair: Int) -> [Double] {
      let data = side == 0 ? data.users : data.items
      let row = Int(side == 0 ? self.row(world, pair) : world.interactions.byUser.others[pair])
      // A row without features is average in all.
      if data.rows.isKnown?[row] == false { return data.means.map { _ in 0 } }
      var x = data.means.map { Double(-$0) }
      for place in data.rows.offsets[row]..<data.rows.offsets[row + 1] {
        x[Int(data.rows.columns[place])] += Double(data.rows.values[place])
      }
      return zip(x, data.scales).map { $0 * Double($1) }
    }
    var loss = 0.0
    var gradients = slow.map { [Double](repeating: 0, count: $0.weights.count) }
    for pair in order.map({ Int($0) }) {
      let x = (0..<2).map { inputs($0, pair) }
      let y = (0..<2).map { slow[$0].vector(x[$0]) }
      let error = zip(y[0], y[1]).reduce(0) { $0 + $1.0 * $1.1 } - Double(data.targets[pair])
      loss += error * error
      for side in 0..<2 {
        let slope = y[1 - side].map { 2 / Double(size) * error * $0 }
        for (place, value) in slow[side].gradient(x[side], slope: slope).enumerated() {
          gradients[side][place] += value
        }
      }
    }
    #expect(abs(sum - loss) <= 1e-4 * loss)
    for side in 0..<2 {
      let found = unsafe sides[side].gradient()
      let largest = gradients[side].reduce(0) { max($0, $1.magnitude) }
      var place = 0
      sides[side].network.forEachParameter { parameter in
        let difference = unsafe abs(Double(found[parameter]) - gradients[side][place])
        #expect(difference <= 2e-5 * largest, "side \(side), weight \(place)")
        place += 1
      }
    }
  }

  private func row(_ world: TowerWorld, _ pair: Int) -> UInt32 {
    var row = 0
    while world.interactions.byUser.offsets[row + 1] <= pair { row += 1 }
    return UInt32(row)
  }

  @Test("The last biases go on learning where users have no features, whose vector has no length at the beginning")
  func unknown() throws {
    let world = try TowerWorld(scratch, unknown: [0, 5])
    // The last numbers of a tower are its last biases.
    let biases = try [4, 12].map { epochs in
      let model = try world.method { $0.epochs = epochs }.train(world.interactions, execution: Execution(threads: 1))
      return try #require(model.towers?.users.weights.suffix(5))
    }
    let moved = zip(biases[0], biases[1]).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(moved > 0.01, "\(moved)")
  }

  @Test("It learns what follows from features, to the same bits at any thread count")
  func learns() throws {
    let world = try TowerWorld(scratch)
    let all = try world.interactions.including(users: world.users.ids, items: world.items.ids)
    let method = world.method { $0.epochs = 60 }
    let one = try method.train(all, execution: Execution(threads: 1))
    #expect(one.losses.count == 60)
    #expect(try #require(one.losses.last).total < 0.3 * one.losses[0].total, "\(one.losses.map(\.total))")
    let two = try method.train(all, execution: Execution(threads: 4))
    #expect(one.towers == two.towers)
    for row in 0..<one.items.count { #expect(one.items[Row(row)] == two.items[Row(row)]) }
    // Also those whom nobody has rated have vectors of length 1.
    #expect(one.items.count == 21 && one.users.count == 26)
    for row in 0..<one.items.count {
      #expect(abs(one.items[Row(row)].reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
    }
    // Items of the same features have the same vector, whoever has rated them.
    #expect(all.itemIDs[Row(0)] == .text("i0") && all.itemIDs[Row(all.itemIDs.count - 1)] == .text("i9"))
    let rows = (0..<all.itemIDs.count).filter { ["i0", "i6", "i18"].contains(all.itemIDs[Row($0)].description) }
    #expect(rows.count == 3 && rows.allSatisfy { one.items[Row($0)] == one.items[Row(rows[0])] })
    #expect(one.prediction(user: Row(0), item: Row(0)) >= 1 && one.prediction(user: Row(0), item: Row(0)) <= 5)
    #expect(one.objective.prediction(ofScore: 0) == 3 && one.objective.prediction(ofScore: 2) == 5)
  }

  @Test("New rows get the vectors that training would have given them, whatever else is in their file")
  func newRows() throws {
    let world = try TowerWorld(scratch)
    let model = try world.method().train(world.interactions, execution: Execution(threads: 2))
    let tower = try #require(model.towers?.items)
    let table = try FeatureTable.read(
      path: scratch.file("item,new,color,genre\nx,0,red,g1\ny,1,blue,g0|g7\ni4,1,red,g1\n"))
    let vectors = try tower.vectors(for: table, execution: Execution(threads: 1))
    let known = world.interactions.itemIDs
    let row = try #require((0..<known.count).first { known[Row($0)] == .text("i4") })
    #expect(vectors[Row(2)] == model.items[Row(row)])
    #expect(tower.vector(of: ["genre=g1": 1, "new": 0]) == vectors[Row(0)])
    #expect(
      tower.match(table)
        == FeatureMatch(unknown: ["color=blue", "color=red", "genre=g7"], missing: []))
    #expect(tower.match(world.users).missing == ["genre", "new"])
    // Whatever the numbers are, a vector is finite.
    for value in [Float.greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, .nan, .infinity] {
      #expect(tower.vector(of: ["new": value]).allSatisfy { $0.isFinite })
    }
    let wild = Tower(
      names: ["a"], means: [0], scales: [3e38], widths: [2, 2],
      weights: [3e38, -3e38, 0, 0, 3e38, 3e38, -3e38, 3e38, 0, 0])
    #expect(wild.vector(of: ["a": 1]) == [0, 0])
  }

  @Test("Validation stops early, and the model is that of the best epoch")
  func validation() throws {
    let world = try TowerWorld(scratch)
    var validation = Validation { state in state.epoch == 3 ? 1 : 0 }
    validation.patience = 2
    let model = try world.method().train(
      world.interactions, validation: validation, execution: Execution(threads: 1))
    #expect(model.losses.count == 3)
    let three = try world.method { $0.epochs = 3 }.train(world.interactions, execution: Execution(threads: 1))
    #expect(model.towers == three.towers && model.options == three.options)
  }

  @Test("Every level of the CPU does what the plain loops do", arguments: KernelLevel.allCases)
  func levels(level: KernelLevel) throws {
    guard let table = unsafe Kernels.table(at: level), let plain = unsafe Kernels.table(at: .scalar) else { return }
    let loops = try #require(unsafe LayerLoops(level: table.pointee.level))
    let slow = try #require(unsafe LayerLoops(level: plain.pointee.level))
    let world = try TowerWorld(scratch)
    let data = try TwoTowerData(world.interactions, world.method())
    let order = (0..<40).map { UInt32($0) }
    let all = [loops, slow].map { loops in
      let side = TowerTrainer(data.users, options: world.method { $0.batch = 40 }.options, loops: loops)
      let other = TowerTrainer(data.items, options: world.method { $0.batch = 40 }.options, loops: loops)
      var adam = AdamClock()
      for _ in 0..<3 {
        side.forward(order[...], of: data.pairs.users)
        other.forward(order[...], of: data.pairs.items)
        _ = TowerTrainer.compare(side, other, targets: order.map { data.targets[Int($0)] })
        side.step(adam.next(rate: 0.001))
      }
      return side.network.tower(names: world.users.names).weights
    }
    for (a, b) in zip(all[0], all[1]) { #expect(abs(a - b) <= 1e-3 * (abs(b) + 0.01), "\(level)") }
  }
}
