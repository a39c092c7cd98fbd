import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Towers in a file")
struct TowerTableTests {
  private static func tower(_ names: [String], widths: [Int], seed: UInt64) -> Tower {
    var random = SeededGenerator(seed: seed)
    func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.normal()) } }
    return Tower(
      names: names, means: numbers(names.count), scales: numbers(names.count), widths: widths,
      weights: numbers(Tower.weightCount(features: names.count, widths: widths) ?? 0))
  }

  private let sample: Embeddings = {
    var sample = Sample.numbers.embeddings
    sample.towers = Towers(
      users: tower(["age", "sex=é", ""], widths: [5, 3], seed: 1), items: tower([], widths: [3], seed: 2))
    return sample
  }()

  @Test("What was written is what is read, and makes the same vectors")
  func roundTrip() throws {
    let bytes = try encoded(sample)
    let file = try opened(bytes)
    #expect(file.userTower == sample.towers?.users && file.itemTower == sample.towers?.items)
    #expect(try file.verify().isSound)
    #expect(file.userTower?.vector(of: ["age": 3]) == sample.towers?.users.vector(of: ["age": 3]))
    let shapes = try #require(file.towerShapes)
    #expect(shapes.users.features == 3 && shapes.users.widths == [5, 3])
    #expect(shapes.items.features == 0 && shapes.items.widths == [3])
    let without = try opened(try Sample.numbers.bytes)
    #expect(without.userTower == nil && without.itemTower == nil && without.towerShapes == nil)
  }

  @Test("The section is laid out as its table says")
  func layout() throws {
    let bytes = try encoded(sample)
    let section = bytes.section("UTOW")
    func word(_ place: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[section.lowerBound + 4 * place + $1]) << (8 * UInt32($1)) }
    }
    #expect((0..<16).map(word) == [3, 2, 5, 3] + [UInt32](repeating: 0, count: 12))
    let tower = try #require(sample.towers?.users)
    let numbers = tower.means + tower.scales + tower.weights
    #expect((16..<section.count / 4).map { Float(bitPattern: word($0)) } == numbers)
  }

  @Test("A head that contradicts itself, or the sections, is refused when the file is opened")
  func heads() throws {
    let bytes = try encoded(sample)
    let start = bytes.section("UTOW").lowerBound
    for (place, value, expected) in [
      (0, 4, "section UTOW: expected"), (0, UInt32.max, "features of UTOW: expected at most 65536"),
      (1, 0, "layers of UTOW: expected 1 to 8, found 0"), (1, 9, "layers of UTOW"),
      (1, 1, "words past the layers of UTOW: expected 0, found 3"), (2, 0, "widths of UTOW"),
      (2, 65_537, "widths of UTOW"), (2, 6, "section UTOW: expected"),
      (3, 4, "last width of UTOW: expected 3, the dimension"), (9, 1, "words past the layers"),
      (15, 1, "words past the layers"),
    ] {
      let found = problem(bytes.with(value, at: start + 4 * place))
      let sentence = found.map { "\(FileError(path: "f", problem: $0))" } ?? "nothing"
      #expect(sentence.contains(expected), "word \(place) is \(value): \(sentence)")
    }
    // Shapes whose weights would fill any memory.
    var large = bytes.with(UInt32(8), at: start + 4)
    for place in 2..<9 { large = large.with(UInt32(65_536), at: start + 4 * place) }
    large = large.with(UInt32(3), at: start + 4 * 9)
    #expect(problem(large) != nil)
  }

  @Test("Numbers that are not finite and names that are not text are found, and such a tower is none")
  func content() throws {
    let bytes = try encoded(sample)
    let start = bytes.section("UTOW").lowerBound
    for value in [Float.nan, .infinity] {
      let file = try opened(bytes.with(value.bitPattern, at: start + 4 * 20))
      #expect(file.userTower == nil && file.itemTower != nil)
      let damages = try file.verify().damages.filter { $0.section == "UTOW" }.map(\.reason)
      #expect(damages.contains(.notFinite(row: 4)))
    }
    let text = try opened(bytes.with(UInt8(0xFF), at: bytes.section("UFBL").lowerBound))
    #expect(text.userTower == nil)
    #expect(try text.verify().damages.contains { $0.reason == .notUTF8(row: 0) })
    let offsets = try opened(bytes.with(UInt64.max, at: bytes.section("UFOF").lowerBound + 8))
    #expect(offsets.userTower == nil)
    #expect(try !offsets.verify().isSound)
  }

  @Test("Any changed byte is found", arguments: [1, 2] as [UInt64])
  func fuzz(seed: UInt64) throws {
    let bytes = try encoded(sample)
    var random = SeededGenerator(seed: seed)
    for name in ["UTOW", "UFOF", "UFBL", "ITOW", "IFOF"] as [SectionName] {
      let section = bytes.section(name)
      for _ in 0..<40 {
        let place = Int.random(in: section, using: &random)
        let changed = bytes.with(bytes[place] ^ UInt8(1 << Int.random(in: 0..<8, using: &random)), at: place)
        guard let file = try? opened(changed) else { continue }
        #expect(try !file.verify().isSound, "seed \(seed), byte \(place) of \(name)")
        #expect(file.userTower?.vector(of: ["age": 1]).allSatisfy { $0.isFinite } ?? true)
      }
    }
  }

  @Test("Towers that no reader would accept are not written")
  func refused() {
    func error(_ change: (inout Towers) -> Void) -> ContentError? {
      var embeddings = sample
      if var towers = embeddings.towers {
        change(&towers)
        embeddings.towers = towers
      }
      do {
        _ = try encoded(embeddings)
        return nil
      } catch { return error as? ContentError }
    }
    #expect(
      error { $0.items = TowerTableTests.tower([], widths: [4], seed: 1) }
        == .countMismatch(what: "outputs of the items' tower", expected: 3, found: 4))
    #expect(
      error { $0.users = TowerTableTests.tower(["a", "a"], widths: [3], seed: 1) }
        == .duplicateID(what: "feature of the users' tower", id: .text("a"), first: 0, second: 1))
    #expect(
      error {
        $0.users = Tower(
          names: ["a"], means: [.nan], scales: [1], widths: [3], weights: [Float](repeating: 0, count: 6))
      } == .numberNotFinite(what: "a number of the users' tower"))
  }
}
