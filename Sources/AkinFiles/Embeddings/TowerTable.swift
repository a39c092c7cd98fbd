import AkinSupport
import AkinVectors

/// A tower in a file: a text column of feature names, and one section of u32 and f32 numbers:
///
///     offset  size  field
///          0     4  features   f, 0...65,536, equal to the number of names
///          4     4  layers     1...8
///          8    32  widths     outputs of each layer, 1...65,536 each; zero past the layers
///         40    24  zero
///         64    4f  means      f32, finite, as all that follow
///    64 + 4f    4f  scales
///    64 + 8f        weights    layer after layer: inputs × outputs by input, then one bias an output
struct TowerTable: Sendable {
  /// The names of the sections of one tower.
  struct Sections {
    /// The head and the numbers.
    let numbers: SectionName
    /// Offsets of the features' names.
    let offsets: SectionName
    /// Bytes of the features' names.
    let text: SectionName
    /// The tower in messages.
    let noun: String

    /// The tower that makes users' vectors.
    static let users = Sections(numbers: "UTOW", offsets: "UFOF", text: "UFBL", noun: "the users' tower")
    /// The tower that makes items' vectors.
    static let items = Sections(numbers: "ITOW", offsets: "IFOF", text: "IFBL", noun: "the items' tower")
  }

  private static let headWords = 16
  private let view: SectionView
  /// The features' names.
  let names: TextColumn
  /// The outputs of each layer.
  let widths: [Int]

  /// Reads the head of a tower and compares all sizes that follow from it; `nil` when the file has no such tower. O(1).
  ///
  /// - Throws: ``FileError`` for a head that breaks a rule, or sections that contradict it.
  init?(in file: ContainerFile, _ sections: Sections, dimension: Int) throws(FileError) {
    guard let view = try file.optionalSection(sections.numbers, elementBytes: 4) else {
      try file.refuseSection(sections.offsets)
      try file.refuseSection(sections.text)
      return nil
    }
    func require(_ field: String, _ isRight: Bool, _ found: UInt32, _ expected: String) throws(FileError) {
      try file.requireField("\(field) of \(sections.numbers)", isRight, found: found, expected: expected)
    }
    guard view.count >= TowerTable.headWords else {
      throw file.error(
        .badSection(
          sections.numbers, .count(expected: UInt64(TowerTable.headWords), found: UInt64(view.count))))
    }
    let head = (0..<TowerTable.headWords).map { view.u32(at: $0) ?? 0 }
    let features = head[0]
    try require(
      "features", features <= UInt32(Tower.widthLimit), features, "at most \(Tower.widthLimit)")
    try require(
      "layers", (1...UInt32(Tower.layerLimit)).contains(head[1]), head[1], "1 to \(Tower.layerLimit)")
    let layers = Int(head[1])
    for width in head[2..<2 + layers] {
      try require("widths", (1...UInt32(Tower.widthLimit)).contains(width), width, "1 to \(Tower.widthLimit)")
    }
    for word in head[(2 + layers)...] { try require("words past the layers", word == 0, word, "0") }
    let last = head[1 + layers]
    try require("last width", Int(last) == dimension, last, "\(dimension), the dimension")
    let widths = head[2..<2 + layers].map { Int($0) }
    // All factors are bounded, so no product leaves 64 bits.
    guard let weights = Tower.weightCount(features: Int(features), widths: widths) else {
      throw file.error(
        .aboveLimit(name: "weights of \(sections.numbers)", found: .max, limit: UInt64(Tower.weightLimit)))
    }
    let count = TowerTable.headWords + 2 * Int(features) + weights
    guard view.count == count else {
      throw file.error(
        .badSection(sections.numbers, .count(expected: UInt64(count), found: UInt64(view.count))))
    }
    guard
      let names = try TextColumn(
        in: file, offsets: sections.offsets, text: sections.text, count: Int(features))
    else { throw file.error(.missingSection(sections.offsets)) }
    self.view = view
    self.names = names
    self.widths = widths
  }

  /// A copy of the tower; `nil` when a number is not finite or a name damaged (`verify` says which).
  var tower: Tower? {
    guard let names = names.copy() else { return nil }
    var numbers: [Float] = []
    numbers.reserveCapacity(view.count)
    for place in TowerTable.headWords..<view.count {
      guard let number = view.f32(at: place), number.isFinite else { return nil }
      numbers.append(number)
    }
    let features = names.count
    return Tower(
      names: names, means: Array(numbers[..<features]), scales: Array(numbers[features..<2 * features]), widths: widths,
      weights: Array(numbers[(2 * features)...]))
  }

  /// Adds what is wrong and is not checked at open: names, and numbers that are not finite.
  func check(_ list: inout DamageList) {
    names.check(&list)
    for place in TowerTable.headWords..<view.count where !(view.f32(at: place) ?? 0).isFinite {
      list.add(view, place * 4..<place * 4 + 4, .notFinite(row: UInt64(place - TowerTable.headWords)))
    }
    var seen: Set<ItemID> = []
    for name in names.copy() ?? [] where !seen.insert(.text(name)).inserted {
      list.add(view, 0..<4, .rule("expected the features' names to differ, found '\(name)' twice"))
    }
  }
}

extension ContainerBuilder {
  /// Adds the sections of a tower.
  mutating func add(_ tower: Tower, as sections: TowerTable.Sections) {
    var head = [UInt32(tower.names.count), UInt32(tower.widths.count)] + tower.widths.map { UInt32($0) }
    head += [UInt32](repeating: 0, count: 16 - head.count)
    let numbers = head
    let count = head.count + tower.means.count + tower.scales.count + tower.weights.count
    add(sections.numbers, elementBytes: 4, count: count) { sink in
      try sink.write(numbers)
      try sink.write(tower.means)
      try sink.write(tower.scales)
      try sink.write(tower.weights)
    }
    add(texts: tower.names, offsets: sections.offsets, text: sections.text)
  }
}

extension Tower {
  /// Throws unless the tower can be written: its dimension, finite numbers, names that differ.
  func check(_ noun: String, dimension: Int) throws(ContentError) {
    guard self.dimension == dimension else {
      throw .countMismatch(what: "outputs of \(noun)", expected: dimension, found: self.dimension)
    }
    guard means.allSatisfy(\.isFinite), scales.allSatisfy(\.isFinite), weights.allSatisfy(\.isFinite) else {
      throw .numberNotFinite(what: "a number of \(noun)")
    }
    var seen: Set<ItemID> = []
    for (row, name) in names.enumerated() where !seen.insert(.text(name)).inserted {
      throw .duplicateID(
        what: "feature of \(noun)", id: .text(name), first: names.firstIndex(of: name) ?? 0, second: row)
    }
  }
}
