import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("What was written is what is read")
struct RoundTripTests {
  @Test("Every sample reads back equal, field by field", arguments: Sample.allCases)
  func samples(sample: Sample) throws {
    let written = sample.embeddings
    let file = try opened(try encoded(written))
    expect(file, equals: written, "\(sample)")
    #expect(try file.verify().isSound)
  }

  @Test("Any number of items and dimensions, any kinds of id", arguments: 1...24 as ClosedRange<UInt64>)
  func random(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let items = seed == 1 ? 0 : Int.random(in: 1...50, using: &random)
    let users = Int.random(in: 0...12, using: &random)
    let dimension = Int.random(in: 1...40, using: &random)
    var written = Embeddings(
      items: normalMatrix(rows: items, dimension: dimension, seed: seed), itemIDs: ids(items, using: &random),
      metric: Metric.allCases.randomElement(using: &random) ?? .cosine)
    if Bool.random(using: &random) { written.itemBiases = (0..<items).map { Float($0) / 3 } }
    if Bool.random(using: &random) {
      written.titles = (0..<items).map { String(repeating: "é🎬", count: $0 % 5) }
    }
    if users > 0 {
      written.users = normalMatrix(rows: users, dimension: dimension, seed: seed + 100)
      written.userIDs = ids(users, using: &random)
      if Bool.random(using: &random) { written.userBiases = (0..<users).map { -Float($0) } }
      if Bool.random(using: &random) { written.history = lists(users, below: items, using: &random) }
    }
    if Bool.random(using: &random) {
      let names = (0..<Int.random(in: 0...5, using: &random)).map { "category \($0)" }
      written.categories = Categories(names: names, members: lists(items, below: names.count, using: &random))
    }
    if Bool.random(using: &random) { written.attributes = attributes(items, using: &random) }
    if Bool.random(using: &random) { written.categories?.attributeName = "genres" }
    written.globalMean = Float(random.normal())
    written.provenance = ["seed": .integer(Int64(seed)), "list": .array([.number(0.5), .null])]

    let bytes = try encoded(written)
    let file = try opened(bytes)
    expect(file, equals: written, "seed \(seed)")
    #expect(try file.verify().isSound, "seed \(seed)")
    #expect(try encoded(written, threads: 4) == bytes, "seed \(seed): same content, other bytes")
  }

  @Test("A file on the disk, mapped and copied, is the same file")
  func onDisk() throws {
    try withDirectory { directory in
      let path = directory + "/a.emb"
      let written = Sample.texts.embeddings
      let digest = try written.write(to: path)
      for mode in [OpenMode.map(.normal), .map(.random), .map(.sequential), .map(.willNeed), .copy] {
        let file = try EmbeddingFile(path: path, mode: mode)
        expect(file, equals: written, "\(mode)")
        #expect(file.digest == digest)
      }
      #expect(try EmbeddingFile.verify(path: path).isSound)
      #expect(try FileKind.sniff(path) == .embeddings)
      #expect(Digest(hex: digest.description) == digest)
      #expect(digest.description.utf8.count == 32)
    }
  }

  @Test("A view outlives the file it was taken from")
  func lifetime() throws {
    func matrix() throws -> EmbeddingMatrix { try opened(try Sample.numbers.bytes).items }
    #expect(try matrix()[Row(0)] == Sample.numbers.embeddings.items[Row(0)])
  }

  private func ids(_ count: Int, using random: inout SeededGenerator) -> IDColumn {
    switch Int.random(in: 0..<3, using: &random) {
    case 0: return .rowNumbers(count: count)
    case 1: return .numbers((0..<count).map { UInt64.max - UInt64($0) * 3 }.shuffled(using: &random))
    default:
      let odd = ["", "caf\u{E9}", "cafe\u{301}", "0", "007", "18446744073709551615", "\0", "日本", "a b\tc\n"]
      let texts = odd + (0..<count).map { "id-\($0)" }
      return .texts(Array(texts.shuffled(using: &random).prefix(count)))
    }
  }

  private func attributes(_ count: Int, using random: inout SeededGenerator) -> [Attribute] {
    (0..<Int.random(in: 1...7, using: &random)).map { number in
      let kind = AttributeKind.allCases.randomElement(using: &random) ?? .word
      let share = ([0.0, 0.5, 1.0] as [Double]).randomElement(using: &random) ?? 1
      let values = (0..<count).map { _ in random.uniform() < share ? AttributeValue.random(kind, &random) : nil }
      return Attribute("\(kind) \(number)", kind, values)
    }
  }

  private func lists(_ count: Int, below limit: Int, using random: inout SeededGenerator) -> History {
    var history = History(offsets: [0], rows: [])
    for _ in 0..<count {
      for row in 0..<limit where random.uniform() < 0.2 { history.rows.append(UInt32(row)) }
      history.offsets.append(UInt64(history.rows.count))
    }
    return history
  }
}

/// Compares all that a file says with what was written.
func expect(_ file: EmbeddingFile, equals written: Embeddings, _ comment: Comment) {
  #expect(file.itemCount == written.items.count, comment)
  #expect(file.userCount == written.users?.count ?? 0, comment)
  #expect(file.dimension == written.items.dimension, comment)
  #expect(file.metric == written.metric, comment)
  #expect(file.globalMean == written.globalMean, comment)
  #expect(file.objective == written.objective, comment)
  #expect(file.provenance == .object(written.provenance), comment)
  #expect(file.itemBiases?.values == written.itemBiases, comment)
  #expect(file.userBiases?.values == written.userBiases, comment)
  #expect((file.titles != nil) == (written.titles != nil), comment)
  for index in 0..<file.itemCount {
    let row = Row(index)
    #expect(file.items[row] == written.items[row], comment)
    #expect(file.itemIDs.id(of: row) == written.itemIDs[row], comment)
    #expect(file.itemIDs.row(of: written.itemIDs[row]) == row, comment)
    #expect(file.titles?[row] == written.titles?[index], comment)
    let categories = written.categories.map { table in
      table.members[index].map { table.names[Int($0)] }
    }
    #expect(file.categories(of: row) == categories ?? [], comment)
  }
  let named = written.categories.map { $0.names.isEmpty && $0.attributeName == "categories" ? [] : [$0.attributeName] }
  #expect(file.attributes.entries.map(\.name) == (named ?? []) + written.attributes.map(\.name), comment)
  for attribute in written.attributes {
    #expect(file.attributes.position(of: attribute.name).map { file.attributes[$0] } == attribute, comment)
  }
  if let position = file.attributes.entries.firstIndex(where: \.isCategories) {
    let attribute = file.attributes[position]
    for row in (0..<file.itemCount).map({ Row($0) }) {
      let names = file.categories(of: row)
      #expect(attribute[row] == (names.isEmpty ? nil : .list(names)), comment)
    }
  }
  for (found, expected) in [(file.itemFeatures, written.itemFeatures), (file.userFeatures, written.userFeatures)] {
    #expect(found?.names == expected?.names, comment)
    #expect(found?.centres == expected?.centres && found?.scales == expected?.scales, comment)
    #expect(found?.weight == expected?.weight && found?.background == expected?.background, comment)
    for row in 0..<(expected?.count ?? 0) { #expect(found?.vectors[Row(row)] == expected?.vectors[Row(row)], comment) }
  }
  for index in 0..<file.userCount {
    let row = Row(index)
    #expect(file.users?[row] == written.users?[row], comment)
    #expect(file.userIDs?.id(of: row) == written.userIDs?[row], comment)
    if let id = written.userIDs?[row] { #expect(file.userIDs?.row(of: id) == row, comment) }
    #expect(file.history(of: row) == written.history.map { $0[index].map { Row($0) } } ?? [], comment)
    #expect(file.interactions(of: row).items == file.history(of: row), comment)
    let pairs = written.history.map { Int($0.offsets[index])..<Int($0.offsets[index + 1]) } ?? 0..<0
    #expect(
      file.interactions(of: row).values
        == written.historyValues.map { Array($0[pairs]) } ?? [Float](repeating: 1, count: pairs.count), comment)
  }
}

extension AttributeValue {
  /// A value of a kind; words and lists are of few words, some of which differ by composition alone.
  static func random(_ kind: AttributeKind, _ random: inout SeededGenerator) -> AttributeValue {
    let words = ["a", "A", "b c", "caf\u{E9}", "cafe\u{301}", "🎬", "10"]
    return switch kind {
    case .number: .number(Double(Int.random(in: -3...3, using: &random)) / 2)
    case .time: .time(Double(Int.random(in: 0...2_000_000_000, using: &random)))
    case .flag: .flag(.random(using: &random))
    case .word: .word(words.randomElement(using: &random) ?? "a")
    // At least one word: an item without words has no value.
    case .list: .list(["z"] + words.filter { _ in .random(using: &random) })
    }
  }
}

extension History {
  subscript(owner: Int) -> ArraySlice<UInt32> { rows[Int(offsets[owner])..<Int(offsets[owner + 1])] }
}
