import AkinFiles
import AkinHNSW
import AkinSupport
import AkinVectors

/// What the verification of a catalogue found.
public struct CatalogueReport: Sendable {
  /// The directory.
  public let path: String
  /// The report of each file: generations, then segments.
  public internal(set) var files: [VerificationReport] = []
  /// Files that could not be opened, and what is wrong with each.
  public internal(set) var unreadable: [FileError] = []
  /// Rules between files that are broken, a sentence each.
  public internal(set) var broken: [String] = []
  /// Files of a catalogue that no generation names: what an interrupted change left. They take nothing but space.
  public internal(set) var unused: [String] = []

  /// Whether nothing is wrong.
  public var isSound: Bool { unreadable.isEmpty && broken.isEmpty && files.allSatisfy(\.isSound) }
  /// Bytes read and checked.
  public var checkedBytes: UInt64 { files.reduce(0) { $0 + $1.checkedBytes } }
}

extension CatalogueIndex {
  /// Checks a whole catalogue: every byte of every generation and segment, every rule of their formats, that each generation
  /// names the one before it, and that no two live items of a generation have one id.
  ///
  /// - Parameters:
  ///   - path: The directory.
  ///   - execution: Threads, progress and cancellation.
  /// - Throws: ``CatalogueError/notACatalogue(path:)``, ``FileError`` for a directory that cannot be read, ``Cancelled``.
  /// - Complexity: O(*bytes*), and O(*rows* · *segments* · log *rows*) for the newest generation.
  public static func verify(path: String, execution: Execution = Execution()) throws -> CatalogueReport {
    try verify(CatalogueDirectory(path: path, disk: .system), execution: execution)
  }

  static func verify(_ directory: CatalogueDirectory, execution: Execution) throws -> CatalogueReport {
    var report = CatalogueReport(path: directory.path)
    let names = try directory.names()
    let generations = names.compactMap { CatalogueDirectory.generation(of: $0) }.sorted()
    if generations.isEmpty { throw CatalogueError.notACatalogue(path: directory.path) }
    var last: (generation: UInt64, digest: Digest)?
    var used: [String: SegmentRecord] = [:]
    for generation in generations {
      guard let stored = try report.check(generation, in: directory, execution) else {
        last = nil
        continue
      }
      if let last, last.generation + 1 == generation, stored.manifest.parent != last.digest {
        report.broken.append("generation \(generation) does not follow from generation \(last.generation)")
      }
      last = (generation, stored.digest)
      for record in stored.manifest.segments { used[record.name] = record }
    }
    for (name, record) in used.sorted(by: { $0.key < $1.key }) {
      try report.check(record, name, in: directory, execution)
    }
    report.unused = names.filter { name in
      (CatalogueDirectory.digest(of: name) != nil && used[name] == nil) || name.contains(".tmp.")
    }
    if let index = try? CatalogueIndex(directory), index.skipped.isEmpty {
      report.broken += try index.repeatedIDs(execution)
    }
    return report
  }

  /// The ids that two live rows of this generation have, a sentence each; at most ten.
  private func repeatedIDs(_ execution: Execution) throws -> [String] {
    var found: [String] = []
    for (number, segment) in segments.enumerated() {
      guard let index = segment.index else { continue }
      for row in (0..<segment.record.rows).map({ Row($0) }) where segment.holds(row) {
        let id = index.facts.itemIDs.id(of: row)
        if let other = segments[(number + 1)...].first(where: { $0.row(of: id) != nil }) {
          found.append("the id \(id) has a live row in \(segment.record.name) and in \(other.record.name)")
          if found.count == 10 { return found }
        }
      }
      try execution.checkCancellation()
    }
    return found
  }
}

extension CatalogueReport {
  /// Checks the file of a generation, and returns what it holds; `nil` when it cannot be read.
  fileprivate mutating func check(
    _ generation: UInt64, in directory: CatalogueDirectory, _ execution: Execution
  ) throws -> CatalogueDirectory.Stored? {
    do {
      let file = try directory.disk.open(directory(CatalogueDirectory.name(of: generation)), .catalogue)
      let verification = try file.verify(execution: execution)
      files.append(verification)
      return verification.isSound ? try directory.read(generation) : nil
    } catch let error as FileError {
      unreadable.append(error)
      return nil
    }
  }

  /// Checks the file of a segment.
  fileprivate mutating func check(
    _ record: SegmentRecord, _ name: String, in directory: CatalogueDirectory, _ execution: Execution
  ) throws {
    do {
      let file = try directory.disk.open(directory(name), .index)
      files.append(try HNSWIndex.verify(file, execution: execution))
      for (field, found, expected) in [
        ("root digest", file.header.rootDigest.description, record.digest.description),
        ("file bytes", String(file.header.fileBytes), String(record.fileBytes)),
      ] {
        try file.requireField(field, found == expected, found: found, expected: "\(expected), as a generation says")
      }
      let isLinked = try HNSWIndex(container: file).isLinked
      try file.requireField(
        "links", isLinked == record.isLinked, found: isLinked, expected: "\(record.isLinked), as a generation says")
    } catch let error as FileError {
      unreadable.append(error)
    }
  }
}
