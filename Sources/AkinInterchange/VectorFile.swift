import AkinSupport
import AkinVectors

/// Vectors of another program, with the ids of their file.
public struct ImportedVectors: Sendable {
  /// One vector per row, in the order of the file.
  public var vectors: EmbeddingMatrix
  /// The tokens of word vectors, or the ids of a file that holds some and of which they were asked for; `nil` for formats without
  /// ids. See ``IDFile``.
  public var ids: IDColumn?
  /// The format of the file.
  public var format: VectorFormat
  /// The users of a file that holds a whole model, if they were asked for.
  public var users: EmbeddingMatrix?
  /// The item biases of a file that holds a whole model, if they were asked for.
  public var itemBiases: [Float]?
  /// The ids of ``users``, if they were asked for.
  public var userIDs: IDColumn?
  /// The titles of a file that holds some, if ids were asked for; empty for none.
  public var titles: [String]?
}

/// Files of vectors of other programs.
public enum VectorFile {
  /// Options of reading.
  public struct Options: Sendable {
    /// The format; `nil` detects it.
    public var format: VectorFormat?
    /// The tensor of a safetensors file; `nil` takes the first of ``usualTensors``, else the only 2-D tensor.
    public var tensor: String?
    /// The names that are looked for without ``tensor``, preferred names first.
    public var usualTensors: [String]
    /// Whether users and item biases of a safetensors or `.npz` file are read, too.
    public var takesModel = false
    /// The tensor of users; `nil` takes the first of ``VectorFile/userTensors``.
    public var userTensor: String?
    /// Whether ids and titles that a file holds beside its vectors are read, too.
    public var takesIDs = false
    /// Whether ids come from elsewhere, so that lines of numbers alone are a matrix.
    public var hasIDs = false

    /// Creates options.
    ///
    /// - Parameters:
    ///   - format: The format; `nil` detects it.
    ///   - tensor: The tensor of a safetensors file, or `nil`.
    ///   - usualTensors: The names that are looked for without `tensor`, preferred names first.
    public init(
      format: VectorFormat? = nil, tensor: String? = nil, usualTensors: [String] = VectorFile.itemTensors
    ) {
      self.format = format
      self.tensor = tensor
      self.usualTensors = usualTensors
    }
  }

  /// Usual names of tensors of item vectors.
  public static let itemTensors = [
    "item_factors", "items", "item_embeddings", "item_embedding.weight", "item_embeddings.weight",
    "embedding_item.weight", "item_emb.weight", "item_emb", "item_vectors", "qi", "embeddings", "embedding.weight",
    "embeddings.weight", "vectors",
  ]

  /// Usual names of tensors of item biases.
  public static let itemBiasTensors = [
    "item_biases", "item_bias", "item_bias.weight", "item_biases.weight", "item_bias_embedding.weight", "bi",
  ]

  /// Usual names of tensors of user vectors.
  public static let userTensors = [
    "user_factors", "users", "user_embeddings", "user_embedding.weight", "user_embeddings.weight",
    "embedding_user.weight", "user_emb.weight", "user_emb", "user_vectors", "pu",
  ]

  /// Reads all vectors of a file.
  ///
  /// The file is copied once, into the matrix, which is allocated only if the stated sizes match the size of the file.
  /// Floats are rounded to the nearest float32; integers must be exact. A one-dimensional `.npy` array is one vector.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - options: Format and tensor.
  ///   - execution: Threads; cancellation.
  /// - Throws: ``VectorFileError`` or `Cancelled`.
  /// - Complexity: O(bytes).
  public static func read(
    path: String, options: Options = Options(), execution: Execution = Execution()
  ) throws -> ImportedVectors {
    let file = try InputFile(path: path)
    let format = try options.format ?? VectorFormat.detect(file, hasIDs: options.hasIDs, execution)
    if let tensor = options.tensor ?? options.userTensor, format != .safetensors, format != .npz {
      throw VectorFileError.unsupported(
        path: path, place: .file, found: "a tensor '\(tensor)' in the format \(format.rawValue), which has no names",
        advice: "leave --tensor and --user-tensor out")
    }
    var ids: IDColumn?
    let vectors: EmbeddingMatrix
    switch format {
    case .npy:
      let header = try NpyHeader(file)
      if header.shape.count == 1 {
        execution.notice?(
          Notice(
            "\(path): the array has one dimension, and is taken as one vector of \(header.shape[0]) components; for a vector of one "
              + "component in each row: array.reshape(-1, 1)", isWarning: options.takesIDs))
      }
      vectors = try header.layout(file).load(file, execution)
    case .fvecs: vectors = try VectorBlocks.readSelfCounted(file, .float32, execution)
    case .bvecs: vectors = try VectorBlocks.readSelfCounted(file, .uint8, execution)
    case .ivecs: vectors = try VectorBlocks.readSelfCounted(file, .int32, execution)
    case .fbin: vectors = try VectorBlocks.readCounted(file, .float32, execution)
    case .u8bin: vectors = try VectorBlocks.readCounted(file, .uint8, execution)
    case .i8bin: vectors = try VectorBlocks.readCounted(file, .int8, execution)
    case .ibin: vectors = try VectorBlocks.readCounted(file, .int32, execution)
    case .safetensors: return try ArrayArchive(safetensors: file).read(options, format, execution)
    case .npz: return try ArrayArchive(npz: file, execution).read(options, format, execution)
    case .matrix: vectors = try TextMatrix.read(file, execution)
    case .tsv: return try RowTable(file).imported(options, execution)
    case .word2vec, .glove: (vectors, ids) = try WordVectors.read(file, hasHeader: format == .word2vec, execution)
    case .word2vecBinary: (vectors, ids) = try WordVectorsBinary.read(file, execution)
    }
    if format == .ivecs || format == .ibin, options.takesIDs {
      execution.notice?(
        Notice(
          "\(path): such files mostly hold the answers of a benchmark, positions of neighbours; they are taken as vectors",
          isWarning: true))
    }
    if format == .fvecs || format == .fbin, vectors.isSubnormal {
      throw VectorFileError.unsupported(
        path: path, place: .file, found: "floats below 2^-126 alone, which are whole numbers as a rule",
        advice: "for whole numbers: --format \(format == .fvecs ? "ivecs" : "ibin")")
    }
    return ImportedVectors(vectors: vectors, ids: ids, format: format)
  }
}

extension EmbeddingMatrix {
  /// Whether some components are not zero, and none of these is a normal number.
  fileprivate var isSubnormal: Bool {
    var isZero = true
    for row in 0..<count {
      let hasNormal = withRow(Row(row)) { vector in
        for component in 0..<vector.count {
          if vector[component].isNormal { return true }
          isZero = isZero && vector[component] == 0
        }
        return false
      }
      if hasNormal { return false }
    }
    return !isZero
  }
}

extension NpyHeader {
  /// The array as a table; an array of one dimension is one row.
  func layout(_ file: InputFile) throws(VectorFileError) -> RowLayout {
    try RowLayout(
      element(file), count: shape.count == 2 ? shape[0] : 1, dimension: shape[shape.count - 1], offset: dataOffset,
      order: isColumnOrder ? .columns : .rows(prefix: 0), isSwapped: isSwapped, in: file)
  }
}
