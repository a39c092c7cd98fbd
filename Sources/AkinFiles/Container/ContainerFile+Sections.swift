import AkinSupport

extension ContainerFile {
  /// The table's entry of a section, or `nil` when the file has none.
  ///
  /// - Parameter name: The section.
  public func entry(_ name: SectionName) -> SectionEntry? {
    // By place and code: unoptimised builds call for each element of a sequence, and files are opened often.
    for place in 0..<sections.count where sections[place].name.code == name.code { return sections[place] }
    return nil
  }

  /// The bytes of a section, or `nil` when the file has none.
  package func view(_ name: SectionName) -> SectionView? {
    guard let entry = entry(name) else { return nil }
    // The table was checked: every section lies inside the file, whose length fits an Int.
    return SectionView(
      name: name, offset: Int(entry.offset), byteCount: Int(entry.byteCount), count: Int(entry.count), in: bytes)
  }

  /// The bytes of a section that must hold exactly `count` elements of `elementBytes` bytes. With a `count` of 0 the
  /// section must be absent, and the view is empty.
  ///
  /// - Throws: ``FileError``: the section is missing, unexpected, or of another size.
  package func requireSection(
    _ name: SectionName, count: UInt64, elementBytes: Int
  ) throws(FileError) -> SectionView {
    if count == 0 {
      try refuseSection(name)
      return SectionView(name: name, offset: 0, byteCount: 0, count: 0, in: bytes)
    }
    guard let view = try optionalSection(name, elementBytes: elementBytes) else {
      throw error(.missingSection(name))
    }
    guard UInt64(view.count) == count else {
      throw error(.badSection(name, .count(expected: count, found: UInt64(view.count))))
    }
    return view
  }

  /// The bytes of a section that may be absent, with elements of `elementBytes` bytes (0 for text).
  package func optionalSection(_ name: SectionName, elementBytes: Int) throws(FileError) -> SectionView? {
    guard let entry = entry(name) else { return nil }
    guard Int(entry.elementBytes) == elementBytes else {
      throw error(
        .badSection(name, .elementBytes(expected: UInt32(elementBytes), found: entry.elementBytes)))
    }
    return view(name)
  }

  /// The bytes of a section that is absent when it has no elements.
  package func sectionOrEmpty(_ name: SectionName, elementBytes: Int) throws(FileError) -> SectionView {
    try optionalSection(name, elementBytes: elementBytes)
      ?? SectionView(name: name, offset: 0, byteCount: 0, count: 0, in: bytes)
  }

  /// The file of another kind that a section holds whole, read in place; `nil` without the section.
  ///
  /// - Throws: ``FileError``: the section's bytes are not a file of that kind.
  package func nested(_ name: SectionName, _ format: ContainerFormat) throws(FileError) -> ContainerFile? {
    guard let view = try optionalSection(name, elementBytes: 1), view.byteCount > 0 else { return nil }
    guard view.offset % 4096 == 0 else {
      throw error(
        .badSection(name, .offset(expected: UInt64(view.offset + 4095) / 4096 * 4096, found: UInt64(view.offset))))
    }
    return try ContainerFile(
      bytes: MappedBytes(partOf: bytes, offset: view.offset, count: view.byteCount), path: path, format: format)
  }

  /// Throws when the file has a section that its header declares absent.
  package func refuseSection(_ name: SectionName) throws(FileError) {
    if entry(name) != nil { throw error(.badSection(name, .unexpected)) }
  }

  /// Throws ``FileProblem/badField(name:found:expected:)`` unless a field of the header is right.
  package func requireField(
    _ name: String, _ isRight: Bool, found: some CustomStringConvertible, expected: String
  ) throws(FileError) {
    guard isRight else { throw error(.badField(name: name, found: found.description, expected: expected)) }
  }

  /// The error that this file has a problem.
  package func error(_ problem: FileProblem) -> FileError { FileError(path: path, problem: problem) }

  /// How the content came to be, as the writer recorded it; `nil` when the text cannot be read (`verify` says why).
  public var provenance: JSONValue? { json(.provenance, limit: FileLimits.provenanceBytes) }

  /// Metadata of the caller; `nil` when there is none, or it cannot be read.
  public var metadata: JSONValue? { json(.metadata, limit: FileLimits.metadataBytes) }

  private func json(_ name: SectionName, limit: Int) -> JSONValue? {
    guard let view = view(name), view.byteCount <= limit else { return nil }
    return try? JSONValue(parsing: view.copy(), limits: JSONLimits(byteCount: limit))
  }
}
