import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Bad input for two towers")
struct TwoTowerBadInputTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func failure(_ body: () throws -> Void) -> TrainingError? {
    do {
      try body()
      return nil
    } catch let error as TrainingError {
      return error
    } catch {
      Issue.record("expected a TrainingError, found \(error)")
      return nil
    }
  }

  @Test("Ratings that are all the same, or none, are said to be")
  func values() throws {
    let world = try TowerWorld(scratch)
    let same = try scratch.read("1,i1,3\n2,i2,3\n")
    #expect(throws: TrainingError.equalRatings(value: 3)) { try world.method().train(same) }
    let empty = Interactions(
      userIDs: .numbers([]), itemIDs: .numbers([]), byUser: InteractionTable(offsets: [0], others: [], values: []),
      byItem: InteractionTable(offsets: [0], others: [], values: []), rowsRead: 0)
    #expect(throws: TrainingError.nothingToLearn) { try world.method().train(empty) }
  }

  @Test("Options without a meaning are named")
  func options() throws {
    let world = try TowerWorld(scratch)
    for (name, change) in [
      ("batch", { $0.batch = 0 }), ("epochs", { $0.epochs = 0 }), ("dimensions", { $0.dimensions = 0 }),
      ("learning-rate", { $0.learningRate = .nan }), ("hidden", { $0.hidden = [0] }),
      ("hidden", { $0.hidden = [Int](repeating: 4, count: 8) }),
    ] as [(String, (inout TwoTowerOptions) -> Void)] {
      let found = failure { try world.method(change).check() }
      guard case .option(name: name, _, _) = found else {
        Issue.record("expected an error of \(name), found \(found.map { "\($0)" } ?? "none")")
        continue
      }
    }
    var large = TwoTowerOptions()
    large.hidden = [4096, 4096]
    #expect {
      try TwoTowerData.checkMemory(features: 4096, large, present: 1 << 20)
    } throws: { error in
      guard case TrainingError.memory(let needed, present: 1 << 20) = error else { return false }
      return needed > 4 * 7 * 4096 * 4096
    }
  }

  @Test("A constant column counts as nothing, and the notes say so")
  func constant() throws {
    let world = try TowerWorld(scratch)
    let items = try FeatureTable.read(
      path: scratch.file(
        "item,genre,one\n" + (0..<18).map { "i\($0),g\($0 % 3),0.1" }.joined(separator: "\n")))
    let method = TwoTower(options: world.method().options, userFeatures: world.users, itemFeatures: items)
    let model = try method.train(world.interactions)
    let tower = try #require(model.towers?.items)
    #expect(tower.scales.last == 0 && tower.scales[0] > 0)
    #expect(tower.vector(of: ["genre=g0": 1, "one": 0.1]) == tower.vector(of: ["genre=g0": 1, "one": 99]))
    #expect(
      model.notes.contains {
        $0.contains("1 of 4 features of items are the same in all interactions") && $0.contains("'one'")
      })
  }

  @Test("Who has no row of features is taken as average; rows of nobody are counted")
  func coverage() throws {
    let world = try TowerWorld(scratch)
    let users = try FeatureTable.read(path: scratch.file("user,a\n0,1\n1,2\n2,-3\n77,9\n"))
    let method = TwoTower(options: world.method().options, userFeatures: users, itemFeatures: world.items)
    let model = try method.train(world.interactions)
    #expect(model.notes.contains { $0.hasPrefix("21 of 24 users have no row of features") })
    #expect(model.notes.contains { $0.hasPrefix("rows of features that belong to none of the users were left out: 1") })
    #expect(model.users[Row(3)] == model.users[Row(9)] && model.users[Row(0)] != model.users[Row(1)])
    #expect(model.users[Row(3)].allSatisfy { $0.isFinite })
    // Nobody at all has features: still a model, of averages.
    let nobody = TwoTower(
      options: world.method().options,
      userFeatures: try FeatureTable.read(path: scratch.file("user,a\n900,1\n")), itemFeatures: world.items)
    #expect(try nobody.train(world.interactions).users[Row(0)].allSatisfy { $0.isFinite })
  }

  @Test("A step size that leads to infinities is halved, and in the end refused")
  func diverges() throws {
    let world = try TowerWorld(scratch)
    let found = failure { _ = try world.method { $0.learningRate = 1e30 }.train(world.interactions) }
    guard case .diverged(_, _, halvings: 24) = found else {
      Issue.record("expected divergence, found \(found.map { "\($0)" } ?? "none")")
      return
    }
    let less = try world.method { $0.learningRate = 1e13 }.train(world.interactions)
    #expect(less.notes.contains { $0.contains("the step size was halved") })
    #expect(less.items[Row(0)].allSatisfy { $0.isFinite })
  }

  @Test("A cancelled training leaves nothing")
  func cancelled() throws {
    let world = try TowerWorld(scratch)
    let cancellation = Cancellation()
    let execution = Execution(
      threads: 2, progress: { if $0.completed == 2 { cancellation.cancel() } }, cancellation: cancellation)
    #expect(throws: Cancelled.self) { try world.method().train(world.interactions, execution: execution) }
  }
}
