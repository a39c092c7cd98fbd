import AkinSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Folding what is new into trained embeddings")
struct UpdateTests {
  private typealias Line = (user: UserID, item: ItemID, value: Float)

  private func lines(_ x: Interactions) -> [Line] {
    (0..<x.byUser.rowCount).flatMap { user in
      (x.byUser.offsets[user]..<x.byUser.offsets[user + 1]).map {
        (x.userIDs[Row(user)], x.itemIDs[Row(Int(x.byUser.others[$0]))], x.byUser.values[$0])
      }
    }
  }

  static let methods: [any TrainingMethod] = {
    var wals = WALSOptions()
    wals.dimensions = 6
    wals.epochs = 4
    var svd = SVDOptions()
    svd.dimensions = 4
    svd.rounds = 40
    var spectral = SpectralOptions()
    (spectral.dimensions, spectral.rounds) = (4, 40)
    var contrastive = ContrastiveOptions()
    (contrastive.dimensions, contrastive.epochs, contrastive.negatives) = (4, 3, 16)
    var elsa = ELSAOptions()
    (elsa.dimensions, elsa.epochs) = (4, 3)
    var bpr = BPROptions()
    bpr.dimensions = 4
    bpr.epochs = 4
    var logistic = LogisticOptions()
    logistic.dimensions = 4
    logistic.epochs = 4
    return [
      wals, options { $0.epochs = 6 },
      options {
        $0.meanDamping = 3; $0.biases = .user
      }, svd, bpr, logistic, spectral, contrastive, elsa,
    ]
  }()

  private func base(_ method: any TrainingMethod, _ x: Interactions) throws -> Embeddings {
    try method.train(x, execution: Execution(threads: 1)).embeddings(for: x)
  }

  private func same(_ a: EmbeddingMatrix, _ b: EmbeddingMatrix) -> Bool {
    a.count == b.count && (0..<a.count).allSatisfy { a[Row($0)] == b[Row($0)] }
  }

  @Test(
    "Nothing new changes nothing; an exact trainer's items are where a half-step puts them", arguments: methods.indices)
  func nothingNew(index: Int) throws {
    let x = try ratings(seed: 11)
    let old = try base(Self.methods[index], x)
    let some = try Interactions(rows: Array(lines(x).prefix(50)))
    let (new, report) = try Update.folding(some, into: old, execution: Execution(threads: 1))
    let users = (try #require(new.users), try #require(old.users))
    #expect(same(new.items, old.items) && same(users.0, users.1))
    #expect(new.itemBiases == old.itemBiases && new.userBiases == old.userBiases)
    #expect(new.history == old.history && new.historyValues == old.historyValues)
    #expect(new.itemIDs == old.itemIDs && new.userIDs == old.userIDs && new.objective == old.objective)
    #expect(report.newInteractions == 0 && report.changedInteractions == 0 && report.changedUsers == 0)
    #expect(report.residual == report.residualBefore)
    if index < 4 || index == 6 { #expect(report.residual < 1e-3, "method \(index)") }
  }

  @Test("Users are the next half-step's rows, kept rows the old ones, any threads the same", arguments: methods.indices)
  func newcomers(index: Int) throws {
    let all = lines(try ratings(users: 40, items: 30, count: 500, seed: 12))
    // Held back: all of some users, all of some items, and some pairs of everybody.
    func isNew(_ line: Line, _ place: Int) -> Bool {
      line.user.description.hasSuffix("7") || line.item.description.hasSuffix("9") || place % 17 == 0
    }
    let x = try Interactions(rows: all.enumerated().filter { !isNew($0.element, $0.offset) }.map(\.element))
    let later = try Interactions(rows: all.enumerated().filter { isNew($0.element, $0.offset) }.map(\.element))
    let whole = try Interactions(rows: all)
    let old = try base(Self.methods[index], x)
    let (new, report) = try Update.folding(later, into: old, execution: Execution(threads: 1))
    let again = try Update.folding(later, into: old, execution: Execution(threads: 3))
    #expect(same(new.items, again.embeddings.items) && report == again.report)
    #expect(same(try #require(new.users), try #require(again.embeddings.users)))

    #expect(new.history == whole.history && new.historyValues == whole.byUser.values)
    #expect(new.itemIDs == whole.itemIDs && new.userIDs == whole.userIDs)
    #expect(report.newInteractions == later.count && report.interactions == whole.count)
    let oldUsers = try #require(old.userIDs)
    #expect(report.newUsers == whole.userIDs.count - oldUsers.count && report.newUsers > 0)
    #expect(report.foldedItems == whole.itemIDs.count - old.itemIDs.count && report.foldedItems > 0)

    let fold = try UserFoldIn(new, execution: Execution(threads: 1))
    for user in 0..<whole.userIDs.count {
      let id = whole.userIDs[Row(user)]
      let made = try #require(new.users)[Row(user)]
      if (0..<later.userIDs.count).contains(where: { later.userIDs[Row($0)] == id }) {
        let pairs = whole.byUser.offsets[user]..<whole.byUser.offsets[user + 1]
        let solved = try fold.user(
          history: Array(whole.byUser.others[pairs]), values: Array(whole.byUser.values[pairs]))
        #expect(made == solved.vector && new.userBiases?[user] ?? 0 == solved.bias, "user \(id)")
      } else {
        let before = (0..<oldUsers.count).first { oldUsers[Row($0)] == id }
        #expect(made == (try #require(old.users))[Row(try #require(before))], "user \(id)")
      }
    }
    for item in 0..<whole.itemIDs.count {
      let before = (0..<old.itemIDs.count).first { old.itemIDs[Row($0)] == whole.itemIDs[Row(item)] }
      if let before {
        #expect(new.items[Row(item)] == old.items[Row(before)])
      } else {
        #expect(!new.items.isZero(Row(item)))
      }
    }
    #expect(report.residual > report.residualBefore || index > 3, "\(report)")
  }

  @Test("A new item of a trained model is the row that training would solve", arguments: [0, 1])
  func itemRow(index: Int) throws {
    // An item that training knows: its fold-in, with the users as they are, is what the last half-step solved.
    let x = try ratings(seed: 13)
    let old = try base(Self.methods[index], x)
    let fold = try ItemFoldIn(old, x, execution: Execution(threads: 1))
    for item in 0..<x.byItem.rowCount where x.byItem.count(ofRow: item) > 0 {
      let made = try fold.item(item)
      for (a, b) in zip(made.vector, old.items[Row(item)]) { #expect((a - b).magnitude < 1e-4, "item \(item)") }
      #expect((made.bias - (old.itemBiases?[item] ?? 0)).magnitude < 1e-4)
    }
  }

  @Test("bpr, logistic: a new item goes to the users who have it")
  func labelItems() throws {
    var rows: [Line] = []
    for user in 0..<30 {
      for item in 0..<20 where (user + item) % 2 == 0 && (user * 7 + item * 3) % 5 != 0 {
        rows.append((.number(UInt64(user)), .number(UInt64(item)), 1))
      }
    }
    let x = try Interactions(rows: rows)
    let later = try Interactions(rows: [0, 4, 8, 12, 16, 20].map { (.number($0), .number(99), 1) })
    var bpr = BPROptions()
    bpr.dimensions = 4
    bpr.epochs = 80
    var logistic = LogisticOptions()
    logistic.dimensions = 4
    logistic.epochs = 80
    for method in [bpr, logistic] as [any TrainingMethod] {
      let new = try Update.folding(later, into: try base(method, x), execution: Execution(threads: 1)).embeddings
      let users = try #require(new.users)
      let q = new.items[Row(20)]
      let scores = (0..<30).map { user in
        zip(users[Row(user)], q).reduce(new.userBiases?[user] ?? 0) { $0 + $1.0 * $1.1 }
      }
      let camp = stride(from: 0, to: 30, by: 2).map { scores[$0] }.reduce(0, +)
      let others = stride(from: 1, to: 30, by: 2).map { scores[$0] }.reduce(0, +)
      #expect(camp > others + 10, "\(method.model): \(camp) \(others)")
    }
  }

  @Test("A pair that was known gets the new value, or the sum")
  func changed() throws {
    let x = try ratings(seed: 14)
    let old = try base(Self.methods[0], x)
    let first = lines(x)[0]
    let later = try Interactions(rows: [(first.user, first.item, Float(7))])
    let (new, report) = try Update.folding(later, into: old)
    #expect(new.historyValues?[0] == 7 && report.changedInteractions == 1 && report.newInteractions == 0)
    #expect(report.changedUsers == 1)
    #expect(try Update.folding(later, into: old, adding: true).embeddings.historyValues?[0] == 7 + first.value)
  }

  @Test("Items of a catalogue get the mean of their categories, damped by five; without any, zeros")
  func categories() throws {
    let x = try Interactions(rows: [
      (.number(1), .number(1), 5), (.number(1), .number(2), 4), (.number(2), .number(2), 3),
      (.number(2), .number(3), 2),
    ])
    let catalogue = ItemTable(
      ids: .numbers([1, 2, 3]), titles: ["a", "b", "c"], categories: [["x"], ["x", "y"], ["y"]])
    var old = try WALSOptions().train(x, execution: Execution(threads: 1)).embeddings(for: x, catalogue: catalogue)
    old.items = EmbeddingMatrix(uniformRows: [[1, 0], [3, 6], [5, 9]], dimension: 2)
    old.users = EmbeddingMatrix(uniformRows: [[1, 0], [0, 1]], dimension: 2)
    let later = ItemTable(
      ids: .numbers([7, 8, 9, 2]), titles: ["g", "h", "i", "B"], categories: [["x"], ["x", "y"], ["z"], ["x"]])
    let (new, report) = try Update.folding(x, into: old, catalogue: later)
    // The overall mean is (3, 5).
    let mean: (x: [Float], y: [Float]) = ([(4 + 15) / 7, (6 + 25) / 7], [(8 + 15) / 7, (15 + 25) / 7])
    // What the catalogue says of item 2 stands: it is in x alone now, so y has one item.
    let alone: [Float] = [(5 + 15) / 6, (9 + 25) / 6]
    #expect(zip(new.items[Row(3)], mean.x).allSatisfy { ($0 - $1).magnitude < 1e-5 })
    let both = zip(mean.x, alone).map { ($0 + $1) / 2 }
    #expect(zip(new.items[Row(4)], both).allSatisfy { ($0 - $1).magnitude < 1e-5 }, "\(new.items[Row(4)]) \(both)")
    #expect(new.items[Row(5)] == [0, 0])
    #expect(report.categoryItems == 2 && report.unknownItems == 1 && report.foldedItems == 0)
    #expect(new.titles == ["a", "B", "c", "g", "h", "i"])
  }

  @Test("What cannot be updated is refused, with a sentence")
  func refusals() throws {
    let x = try ratings(seed: 15)
    for (method, name) in [(PopularOptions(), "popular"), (RandomOptions(), "random")] as [(any TrainingMethod, String)]
    {
      #expect(throws: FoldInError.notLearned(model: name)) { try Update.folding(x, into: try base(method, x)) }
    }
    let imported = Embeddings(items: EmbeddingMatrix(uniformRows: [[1]], dimension: 1))
    #expect(throws: FoldInError.noObjective) { try Update.folding(x, into: imported) }
    var bare = try base(WALSOptions(), x)
    bare.history = nil
    bare.historyValues = nil
    #expect(throws: UpdateError.noHistory) { try Update.folding(x, into: bare) }
    let narrow = try base(
      options {
        $0.optimiser = .sgd; $0.epochs = 2; $0.range = 0...5.5
      }, x)
    let later = try Interactions(rows: [(.number(3), .number(4), 9)])
    #expect(
      throws: TrainingError.outsideRange(user: .number(3), item: .number(4), value: 9, range: 0...5.5)
    ) { try Update.folding(later, into: narrow) }
  }
}
