import AkinSupport
import AkinVectors

/// The named arrays of one file: a safetensors file, or a zip archive of `.npy` arrays.
struct ArrayArchive {
  /// One array.
  struct Entry {
    var name: String
    var shape: [UInt64]
    /// The type of the components, or `nil` for one that Akin does not read.
    var element: Element?
    /// The name of the type in errors.
    var dtype: String
    /// The offset of the components in the file.
    var offset: UInt64
    var isColumnOrder = false
    var isSwapped = false
  }

  let file: InputFile
  let entries: [Entry]
  /// The arrays of texts of a zip archive, by name.
  private(set) var texts: [(name: String, header: NpyHeader)] = []
  /// The names of members beside others that are encrypted, or packed by another way than DEFLATE.
  private(set) var packed: [String] = []
  /// The names of arrays of truth values, and of those that are not read.
  private(set) var others: [String] = []
  /// The names of arrays of Python's objects, which are among ``others``.
  private(set) var objects: [String] = []
  /// The names of texts of a safetensors file that may be ids or titles.
  private(set) var metadata: [String] = []
  /// The error of the first array that is not read.
  private var refusal: VectorFileError?

  /// The arrays of a safetensors file.
  init(safetensors file: InputFile) throws(VectorFileError) {
    let header = try SafetensorsHeader(file)
    self.file = file
    // Ids and titles have no other place among tensors of numbers.
    metadata = header.metadata.filter { name in
      ["id", "ids", "items", "item_ids", "titles", "names", "tokens", "vocab", "words", "labels", "keys"].contains(
        name.lowercased())
    }
    entries = header.tensors.map { tensor in
      Entry(
        name: tensor.name, shape: tensor.shape, element: SafetensorsHeader.element(tensor.dtype), dtype: tensor.dtype,
        offset: header.bufferOffset + tensor.begin)
    }
  }

  /// The arrays of a zip archive. Members that are no `.npy` array of one or two dimensions are left out.
  ///
  /// - Throws: ``VectorFileError`` or `Cancelled`.
  init(npz archive: InputFile, _ execution: Execution) throws {
    var entries: [Entry] = []
    var packed: [String] = []
    var members = try ZipArchive.members(of: archive)
    let names = Set(members.map(\.name))
    let parts = [["indices.npy", "indptr.npy"], ["row.npy", "col.npy"], ["offsets.npy", "shape.npy"]]
    if names.contains("data.npy"), parts.contains(where: { names.isSuperset(of: $0) }) {
      throw VectorFileError.unsupported(
        path: archive.path, place: .file, found: "a sparse matrix of SciPy",
        advice: "vectors are dense: numpy.save('vectors.npy', scipy.sparse.load_npz('\(archive.path)').toarray()); "
          + "akin train reads interactions as text")
    }
    if !members.isEmpty, !members.contains(where: { $0.name.hasSuffix(".npy") }) {
      let isWorkbook = members.contains {
        $0.name.hasPrefix("xl/") || $0.name == "content.xml" || $0.name == "[Content_Types].xml"
      }
      throw VectorFileError.foreignFormat(path: archive.path, isWorkbook ? .excel : .zip)
    }
    for index in members.indices where !members[index].name.hasSuffix(".npy") { members[index].packed = nil }
    let file = try ZipArchive.unpack(&members, of: archive, execution)
    self.file = file
    for member in members where member.name.hasSuffix(".npy") {
      guard let range = member.range else {
        packed.append(String(member.name.dropLast(4)))
        continue
      }
      let name = String(member.name.dropLast(4))
      let header: NpyHeader
      do throws(VectorFileError) {
        header = try NpyHeader(file, part: range, place: .tensor(name))
      } catch {
        // Settings of a model, which are single values, are members, too.
        if case .unsupported = error {
          others.append(name)
          refusal = refusal ?? error
          if try NpyHeader.holdsObjects(file, range) { objects.append(name) }
        }
        continue
      }
      switch header.content {
      case .codePoints, .bytes:
        texts.append((name, header))
        continue
      case .flags:
        others.append(name)
        continue
      case .numbers: break
      }
      let element = try header.element(file)
      entries.append(
        Entry(
          name: name, shape: header.shape, element: element, dtype: "", offset: header.dataOffset,
          isColumnOrder: header.isColumnOrder, isSwapped: header.isSwapped))
    }
    if let packed = packed.first, entries.isEmpty {
      throw VectorFileError.unsupported(
        path: file.path, place: .tensor(packed),
        found: "members of a zip archive that are encrypted, or not packed by DEFLATE",
        advice:
          "store them: numpy.savez('stored.npz', **numpy.load('\(file.path)')); if some are objects, which that refuses: "
          + "unzip \(file.path), and import \(packed).npy alone")
    }
    self.entries = entries
    self.packed = packed
  }

  /// The array with a name; without a name the first usual table, else the only table.
  ///
  /// - Throws: ``VectorFileError/tensorNotFound(path:wanted:present:)``.
  func choose(_ wanted: String?, usual: [String]) throws(VectorFileError) -> Entry {
    if let wanted {
      guard let named = entries.first(where: { $0.name.utf8.elementsEqual(wanted.utf8) }) else {
        throw .tensorNotFound(path: file.path, wanted: wanted, present: entries.map(\.name))
      }
      return named
    }
    let tables = entries.filter { $0.shape.count == 2 }
    let usualTable = usual.lazy.compactMap { name in tables.first { $0.name == name } }.first
    guard let table = usualTable ?? (tables.count == 1 ? tables[0] : nil) else {
      if entries.isEmpty, let refusal { throw refusal }
      if let row = entries.first, entries.count > 1,
        entries.allSatisfy({ $0.shape.count == 1 && $0.shape == row.shape })
      {
        throw .unsupported(
          path: file.path, place: .file, found: "an array for each vector",
          advice:
            "stack them: d = numpy.load('\(file.path)'); numpy.save('vectors.npy', numpy.stack([d[k] for k in d.files])); "
            + "open('ids.txt', 'w').write('\\n'.join(d.files))")
      }
      if let row = entries.first, entries.count == 1, row.shape.count == 1 {
        throw .unsupported(
          path: file.path, place: .tensor(row.name), found: "an array of 1 dimension as a table of vectors",
          advice: "save a row for each vector: numpy.save('vectors.npy', numpy.load('\(file.path)')['\(row.name)']"
            + ".reshape(-1, DIMENSION)), by the number of components; of one vector: reshape(1, -1)")
      }
      throw .tensorNotFound(path: file.path, wanted: nil, present: tables.map(\.name))
    }
    return table
  }

  /// The first array with one of these names.
  func entry(named names: [String]) -> Entry? {
    names.lazy.compactMap { name in entries.first { $0.name == name } }.first
  }

  /// The rows of a table.
  func layout(of entry: Entry) throws(VectorFileError) -> RowLayout {
    let place = FilePlace.tensor(entry.name)
    guard entry.shape.count == 2 else {
      throw .malformed(path: file.path, place: place, expected: "2 dimensions", found: "shape \(entry.shape)")
    }
    return try RowLayout(
      element(of: entry), count: entry.shape[0], dimension: entry.shape[1], offset: entry.offset,
      order: entry.isColumnOrder ? .columns : .rows(prefix: 0), isSwapped: entry.isSwapped, in: file, place: place)
  }

  /// The numbers of a column: an array of one dimension, or with a second dimension of 1.
  func column(_ entry: Entry, _ execution: Execution) throws -> [Float] {
    let layout = try RowLayout(
      element(of: entry), count: entry.shape[0], dimension: 1, offset: entry.offset,
      isSwapped: entry.isSwapped, in: file, place: .tensor(entry.name))
    return try layout.loadColumn(file, execution)
  }

  private func element(of entry: Entry) throws(VectorFileError) -> Element {
    guard let element = entry.element else {
      throw .unsupported(
        path: file.path, place: .tensor(entry.name), found: "dtype \(entry.dtype)",
        advice: "convert the tensor to float32")
    }
    return element
  }
}
