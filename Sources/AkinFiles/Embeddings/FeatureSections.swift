import AkinSupport
import AkinVectors

/// The sections of side features: vectors of item features, then of user features (`FVEC`), their names (`FNOF`,
/// `FNBL`), the centre and scale that make a target of a value (`FSCL`, f32 each), and the record `FOBJ`, 64 bytes:
///
///     offset  size  field
///          0     8  itemFeatures     u64
///          8     8  userFeatures     u64
///         16     8  itemWeight       f64, as all that follow: finite, at least 0
///         24     8  itemBackground
///         32     8  userWeight
///         40     8  userBackground
///         48    16  zero
struct FeatureSections: Sendable {
  /// The features of items, or of users.
  struct Side: Sendable, Equatable {
    /// How many features.
    let count: Int
    /// The weight of a feature that a row has.
    let weight: Double
    /// The weight of a feature that a row does not have.
    let background: Double
  }

  /// The features of items.
  let items: Side
  /// The features of users.
  let users: Side
  private let vectors: EmbeddingMatrix
  private let names: TextColumn?
  private let record: SectionView
  private let scaling: SectionView
  private let matrix: SectionView

  /// Bytes of `FOBJ`.
  static let recordBytes = 64
  /// Where its reserved bytes start.
  private static let end = 48

  /// Reads the sections; `nil` when the file has none.
  ///
  /// - Throws: ``FileError`` for sections that contradict each other.
  init?(in file: ContainerFile, dimension: Int, stride: Int) throws(FileError) {
    guard file.entry("FOBJ") != nil else {
      for name in ["FVEC", "FNOF", "FNBL", "FSCL"] as [SectionName] { try file.refuseSection(name) }
      return nil
    }
    let record = try file.requireSection("FOBJ", count: 1, elementBytes: Self.recordBytes)
    let counts = (record.u64(at: 0) ?? 0, record.u64(at: 1) ?? 0)
    for (name, count) in [("item features", counts.0), ("user features", counts.1)] where count > FileLimits.rows {
      throw file.error(.aboveLimit(name: name, found: count, limit: FileLimits.rows))
    }
    let total = counts.0 + counts.1
    guard total <= FileLimits.rows else {
      throw file.error(.aboveLimit(name: "features", found: total, limit: FileLimits.rows))
    }
    let numbers = (2..<6).map { record.u64(at: $0).map(Double.init(bitPattern:)) ?? 0 }
    items = Side(count: Int(counts.0), weight: numbers[0], background: numbers[1])
    users = Side(count: Int(counts.1), weight: numbers[2], background: numbers[3])
    let matrix = try file.requireSection("FVEC", count: total, elementBytes: stride)
    self.record = record
    self.matrix = matrix
    names = try TextColumn(in: file, offsets: "FNOF", text: "FNBL", count: Int(total))
    guard names != nil || total == 0 else { throw file.error(.missingSection("FNOF")) }
    scaling = try file.requireSection("FSCL", count: total, elementBytes: 8)
    // Safe: the section holds `total` rows of `stride` bytes from a multiple of 64 on; `owner` keeps it mapped, and a
    // mapping of ours is never written.
    vectors = unsafe EmbeddingMatrix(
      base: matrix.base.assumingMemoryBound(to: Float.self), count: Int(total), dimension: dimension,
      owner: matrix.owner)
  }

  /// A copy of the features of items or of users; `nil` when there are none, or a name or a number is damaged.
  ///
  /// - Complexity: O(*features × dimension*).
  func copy(ofItems: Bool) -> FeatureVectors? {
    let (side, start) = ofItems ? (items, 0) : (users, items.count)
    let rows = start..<start + side.count
    guard side.count > 0, let names, side.weight.isFinite, side.background.isFinite else { return nil }
    var found: [String] = []
    var centres: [Float] = []
    var scales: [Float] = []
    for row in rows {
      guard let name = names[Row(row)], let centre = scaling.f32(at: 2 * row), let scale = scaling.f32(at: 2 * row + 1),
        centre.isFinite, scale.isFinite
      else { return nil }
      found.append(name)
      centres.append(centre)
      scales.append(scale)
    }
    return FeatureVectors(
      names: found, centres: centres, scales: scales,
      vectors: EmbeddingMatrix(uniformRows: rows.map { vectors[Row($0)] }, dimension: vectors.dimension),
      weight: side.weight,
      background: side.background)
  }

  /// Adds what is wrong: numbers that are not finite, names that are not UTF-8, weights that break their rules.
  func check(_ list: inout DamageList, _ execution: Execution) throws {
    try VectorCheck.check(vectors, in: matrix, &list, execution)
    names?.check(&list)
    for row in 0..<vectors.count {
      let (centre, scale) = (scaling.f32(at: 2 * row) ?? 0, scaling.f32(at: 2 * row + 1) ?? 0)
      let bytes = row * 8..<row * 8 + 8
      if !centre.isFinite || !scale.isFinite {
        list.add(scaling, bytes, .notFinite(row: UInt64(row)))
      } else if scale < 0 {
        list.add(scaling, bytes, .rule("expected a scale of at least 0"))
      }
    }
    for (place, side) in [(16, items), (32, users)]
    where !(side.weight.isFinite && side.background >= 0 && side.background <= side.weight) {
      list.add(record, place..<place + 16, .rule("expected a finite weight, and a background from 0 to the weight"))
    }
    let zeros = Self.end..<Self.recordBytes
    if record.copy()[zeros].contains(where: { $0 != 0 }) { list.add(record, zeros, .padding) }
  }

  /// Adds the sections to a container about to be written, where the embeddings have features.
  static func add(_ embeddings: Embeddings, to builder: inout ContainerBuilder) {
    let (items, users) = (embeddings.itemFeatures, embeddings.userFeatures)
    let all = [items, users].compactMap { $0 }
    if all.allSatisfy({ $0.count == 0 }) { return }
    var record: [UInt8] = []
    record.append(littleEndian: UInt64(items?.count ?? 0))
    record.append(littleEndian: UInt64(users?.count ?? 0))
    for side in [items, users] {
      record.append(littleEndian: (side?.weight ?? 0).bitPattern)
      record.append(littleEndian: (side?.background ?? 0).bitPattern)
    }
    record += [UInt8](repeating: 0, count: recordBytes - record.count)
    let bytes = record
    builder.add("FOBJ", elementBytes: recordBytes, count: 1) { try $0.write(bytes) }
    let scaling = all.flatMap { side in zip(side.centres, side.scales).flatMap { [$0, $1] } }
    builder.add("FSCL", elementBytes: 8, count: scaling.count / 2) { try $0.write(scaling) }
    let matrix = all.count == 1 ? all[0].vectors : all[0].vectors.joined(with: all[1].vectors)
    Embeddings.add(matrix, as: "FVEC", to: &builder)
    builder.add(texts: all.flatMap(\.names), offsets: "FNOF", text: "FNBL")
  }
}

extension EmbeddingMatrix {
  /// The rows of this matrix, then those of another one of the same dimension.
  fileprivate func joined(with other: EmbeddingMatrix) -> EmbeddingMatrix {
    let rows = [self, other].flatMap { matrix in (0..<matrix.count).map { matrix[Row($0)] } }
    return EmbeddingMatrix(uniformRows: rows, dimension: dimension)
  }
}

extension EmbeddingFile {
  /// The number of item features that have vectors.
  public var itemFeatureCount: Int { featureSections?.items.count ?? 0 }
  /// The number of user features that have vectors.
  public var userFeatureCount: Int { featureSections?.users.count ?? 0 }

  /// A copy of the vectors of item features; `nil` when the model has none, or they are damaged.
  ///
  /// - Complexity: O(*features × dimension*).
  public var itemFeatures: FeatureVectors? { featureSections?.copy(ofItems: true) }

  /// A copy of the vectors of user features; `nil` when the model has none, or they are damaged.
  ///
  /// - Complexity: O(*features × dimension*).
  public var userFeatures: FeatureVectors? { featureSections?.copy(ofItems: false) }
}

extension Embeddings {
  /// Throws unless the features can be written: counts, dimension, finite numbers, weights.
  func checkFeatures(_ execution: Execution) throws {
    for (noun, features) in [("item feature", itemFeatures), ("user feature", userFeatures)] {
      guard let features else { continue }
      let counts = [
        ("names", features.names.count), ("centres", features.centres.count), ("scales", features.scales.count),
      ]
      for (what, found) in counts where found != features.vectors.count {
        throw ContentError.countMismatch(what: "\(noun)s, \(what)", expected: features.vectors.count, found: found)
      }
      guard features.vectors.dimension == items.dimension else {
        throw ContentError.countMismatch(
          what: "\(noun)s, dimensions", expected: items.dimension, found: features.vectors.dimension)
      }
      guard (features.centres + features.scales).allSatisfy(\.isFinite), features.scales.allSatisfy({ $0 >= 0 }) else {
        throw ContentError.numberNotFinite(what: "a scale of an \(noun)")
      }
      guard features.weight.isFinite, features.background >= 0, features.background <= features.weight else {
        throw ContentError.numberNotFinite(what: "the weight of \(noun)s")
      }
      try Embeddings.checkVectors(features.vectors, noun, execution)
    }
  }
}
