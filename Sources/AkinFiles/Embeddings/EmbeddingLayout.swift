import AkinSupport
import AkinVectors

/// The kind block of an embeddings file:
///
///     offset  size  field          rule
///        128     4  dimension      1...65,536
///        132     2  elementType    1 float32 (2 float16, 3 bfloat16, 4 int8: not read by this version)
///        134     2  metric         0 innerProduct, 1 cosine, 2 euclidean
///        136     8  items          0...2³²−2
///        144     8  users          0...2³²−2
///        152     4  stride         dimension × element bytes, rounded up to 64
///        156     4  flags          1 item biases, 2 user biases, 4 unit vectors, 8 checked to be finite
///        160     2  itemIDKind     0 row number, 1 u64, 2 text
///        162     2  userIDKind     as itemIDKind
///        164     4  globalMean     f32, finite
///        168    88  zero
struct EmbeddingLayout: Equatable {
  var dimension: Int
  var metric: Metric
  var items: Int
  var users: Int
  var flags: Flags
  var itemIDKind: IDKind
  var userIDKind: IDKind
  var globalMean: Float

  /// The bits of `flags`.
  struct Flags: OptionSet {
    let rawValue: UInt32
    static let itemBiases = Flags(rawValue: 1)
    static let userBiases = Flags(rawValue: 2)
    static let normalised = Flags(rawValue: 4)
    static let finite = Flags(rawValue: 8)
    static let all: Flags = [.itemBiases, .userBiases, .normalised, .finite]
  }

  /// Bytes from one row to the next.
  var stride: Int { ElementType.float32.stride(dimension: dimension) }

  /// The block as a file stores it.
  var kindBlock: KindBlock {
    var block = KindBlock()
    block.set(UInt32(dimension), at: 128)
    block.set(ElementType.float32.rawValue, at: 132)
    block.set(metric.rawValue, at: 134)
    block.set(UInt64(items), at: 136)
    block.set(UInt64(users), at: 144)
    block.set(UInt32(stride), at: 152)
    block.set(flags.rawValue, at: 156)
    block.set(itemIDKind.rawValue, at: 160)
    block.set(userIDKind.rawValue, at: 162)
    block.set(globalMean, at: 164)
    return block
  }
}

extension EmbeddingLayout {
  /// Reads and checks the block of an open file.
  init(of file: ContainerFile) throws(FileError) {
    let block = file.kindBlock
    let dimension = block.u32(at: 128)
    try file.requireField(
      "dimension", dimension >= 1 && dimension <= UInt32(FileLimits.dimension), found: dimension,
      expected: "1 to \(FileLimits.dimension)")
    guard let elements = ElementType(rawValue: block.u16(at: 132)) else {
      throw file.error(
        .badField(name: "element type", found: String(block.u16(at: 132)), expected: "1 to 4"))
    }
    guard elements == .float32 else { throw file.error(.unsupportedElements(elements)) }
    guard let metric = Metric(rawValue: block.u16(at: 134)) else {
      throw file.error(.badField(name: "metric", found: String(block.u16(at: 134)), expected: "0, 1 or 2"))
    }
    for (name, offset) in [("items", 136), ("users", 144)] where block.u64(at: offset) > FileLimits.rows {
      throw file.error(.aboveLimit(name: name, found: block.u64(at: offset), limit: FileLimits.rows))
    }
    let flags = Flags(rawValue: block.u32(at: 156))
    try file.requireField(
      "flags", flags.isSubset(of: .all), found: flags.rawValue, expected: "only bits 0 to 3")
    let kinds = (IDKind(rawValue: block.u16(at: 160)), IDKind(rawValue: block.u16(at: 162)))
    guard let itemIDKind = kinds.0, let userIDKind = kinds.1 else {
      let found = "\(block.u16(at: 160)) and \(block.u16(at: 162))"
      throw file.error(.badField(name: "id kinds", found: found, expected: "0, 1 or 2 each"))
    }
    let globalMean = block.f32(at: 164)
    try file.requireField("global mean", globalMean.isFinite, found: globalMean, expected: "a finite number")
    try file.requireField(
      "reserved bytes 168 to 255", block.isZero(168..<256), found: "others", expected: "zeros")
    self.init(
      dimension: Int(dimension), metric: metric, items: Int(block.u64(at: 136)), users: Int(block.u64(at: 144)),
      flags: flags, itemIDKind: itemIDKind, userIDKind: userIDKind, globalMean: globalMean)
    let stored = block.u32(at: 152)
    try file.requireField("stride", Int(stored) == stride, found: stored, expected: "\(stride)")
  }
}
