import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

/// Small embeddings of every shape that the format has.
enum Sample: String, CaseIterable, CustomTestStringConvertible {
  /// Items only, no ids.
  case plain
  /// u64 ids, users, biases, history, objective.
  case numbers
  /// Text ids, users, titles, categories, history.
  case texts
  case empty

  var testDescription: String { rawValue }

  var embeddings: Embeddings {
    switch self {
    case .plain:
      return Embeddings(items: normalMatrix(rows: 3, dimension: 2, seed: 1), metric: .euclidean)
    case .empty:
      return Embeddings(items: EmbeddingMatrix(rows: [], dimension: 7), metric: .cosine)
    case .numbers:
      var sample = Embeddings(
        items: normalMatrix(rows: 5, dimension: 3, seed: 2), itemIDs: .numbers([7, .max, 0, 3, 1 << 40]))
      sample.users = normalMatrix(rows: 3, dimension: 3, seed: 3)
      sample.userIDs = .numbers([30, 10, 20])
      sample.itemBiases = [0.5, -1, 0, 2, 1e-30]
      sample.userBiases = [1, 2, -3]
      sample.globalMean = 3.5
      sample.history = History(offsets: [0, 2, 2, 5], rows: [0, 4, 1, 2, 3])
      sample.objective = Objective(
        model: .wals, weighting: .bm25, w0: 0.1, alpha: 40, lambdaUser: 0.01, lambdaItem: 0.02, nu: 1)
      sample.provenance = ["trainer": .string("sample"), "seed": .integer(3)]
      return sample
    case .texts:
      var sample = Embeddings(
        items: normalMatrix(rows: 4, dimension: 17, seed: 4),
        itemIDs: .texts(["caf\u{E9}", "", "cafe\u{301}", "10"]), metric: .cosine)
      sample.users = normalMatrix(rows: 2, dimension: 17, seed: 5)
      sample.userIDs = .texts(["ursula", "anna"])
      sample.titles = ["Toy Story (1995)", "", "Amélie 🎬", "Heat"]
      sample.categories = Categories(
        names: ["Comedy", "Drama"], members: History(offsets: [0, 1, 1, 3, 4], rows: [0, 0, 1, 1]))
      sample.history = History(offsets: [0, 0, 4], rows: [0, 1, 2, 3])
      return sample
    }
  }

  var bytes: [UInt8] { get throws { try encoded(embeddings) } }
}

/// The bytes that a file of these embeddings has.
func encoded(_ embeddings: Embeddings, threads: Int = 1) throws -> [UInt8] {
  try encoded(embeddings.builder(execution: Execution(threads: threads)))
}

/// The bytes that a builder writes.
func encoded(_ builder: ContainerBuilder) throws -> [UInt8] {
  let disk = MemoryDisk()
  _ = try builder.write(
    to: "/nowhere/sample", overwrite: true, execution: Execution(threads: 1), ops: disk.ops)
  return disk["/nowhere/sample"] ?? []
}

/// An open file of these bytes.
func opened(_ bytes: [UInt8]) throws(FileError) -> EmbeddingFile {
  try EmbeddingFile(container: ContainerFile(bytes: bytes, kind: .embeddings))
}

/// What is wrong with a file of these bytes, or `nil` when it opens.
func problem(_ bytes: [UInt8], kind: FileKind = .embeddings) -> FileProblem? {
  do throws(FileError) {
    let file = try ContainerFile(bytes: bytes, kind: kind)
    if kind == .embeddings { _ = try EmbeddingFile(container: file) }
    return nil
  } catch {
    return error.problem
  }
}

extension [UInt8] {
  func number(at offset: Int, bytes count: Int) -> UInt64 {
    (0..<count).reversed().reduce(0) { $0 << 8 | UInt64(self[offset + $1]) }
  }

  /// These bytes with a number put at a place.
  func with<T: FixedWidthInteger>(_ value: T, at offset: Int) -> [UInt8] {
    var copy = self
    for index in 0..<T.bitWidth / 8 { copy[offset + index] = UInt8(truncatingIfNeeded: value >> T(8 * index)) }
    return copy
  }

  /// These bytes with the checksum of the first page made right.
  var sealed: [UInt8] {
    var copy = self
    copy.replaceSubrange(20..<24, with: [0, 0, 0, 0])
    var crc = CRC32C()
    crc.add([UInt8](copy[..<4096]))
    return copy.with(crc.value, at: 20)
  }

  /// These bytes with every checksum and the root digest made right: what a careful attacker would send. Each section
  /// is one chunk.
  var wholeSealed: [UInt8] {
    var copy = self
    let salt = number(at: 88, bytes: 8)
    let checksums = section("CHKS")
    for index in 0..<Int(number(at: 96, bytes: 4)) {
      let at = 256 + 64 * index
      let name = SectionName(code: UInt32(number(at: at, bytes: 4)))
      if name == "CHKS" { continue }
      let chunk = number(at: at + 48, bytes: 8)
      var crc = CRC32C(chunk: chunk, of: name, salt: salt)
      crc.add([UInt8](self[section(name)]))
      copy = copy.with(crc.value, at: checksums.lowerBound + 4 * Int(chunk))
    }
    var crc = CRC32C()
    crc.add([UInt8](copy[checksums]))
    if let entry = entry("CHKS") { copy = copy.with(crc.value, at: entry + 40) }
    var page = [UInt8](copy[..<4096])
    for place in [20..<24, 48..<64] { page.replaceSubrange(place, with: repeatElement(0, count: place.count)) }
    var hash = SHA256()
    hash.add(page)
    hash.add([UInt8](copy[checksums]))
    copy.replaceSubrange(48..<64, with: hash.finish()[..<16])
    return copy.sealed
  }

  /// The place of a section's entry in the table.
  func entry(_ name: SectionName) -> Int? {
    (0..<Int(number(at: 96, bytes: 4))).map { 256 + 64 * $0 }.first { number(at: $0, bytes: 4) == UInt64(name.code) }
  }

  /// The bytes of the file that a section takes.
  func section(_ name: SectionName) -> Range<Int> {
    guard let entry = entry(name) else { return 0..<0 }
    let start = Int(number(at: entry + 8, bytes: 8))
    return start..<start + Int(number(at: entry + 16, bytes: 8))
  }
}
