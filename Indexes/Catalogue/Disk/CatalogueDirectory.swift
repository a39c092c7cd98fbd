import AkinFiles
import AkinSupport

/// The directory of a catalogue: the names in it, and its generations.
///
/// A generation is a file `NUMBER.cat`, the number in twelve digits or more; a segment is `DIGEST.idx`. Other files are not
/// looked at.
struct CatalogueDirectory: Sendable {
  let path: String
  let disk: CatalogueDisk

  /// A generation as its file holds it.
  struct Stored {
    var manifest: Manifest
    /// The root digest of the file.
    var digest: Digest
  }

  /// The path of a name.
  func callAsFunction(_ name: String) -> String {
    path.utf8.last == UInt8(ascii: "/") ? path + name : "\(path)/\(name)"
  }

  /// The path of the lock file.
  var lockPath: String { self("writer.lock") }

  /// The name of the file of a generation.
  static func name(of generation: UInt64) -> String {
    let digits = String(generation)
    return String(repeating: "0", count: max(0, 12 - digits.utf8.count)) + digits + ".cat"
  }

  /// The generation that a name stands for, or `nil`.
  static func generation(of name: String) -> UInt64? {
    guard name.hasSuffix(".cat"), let number = UInt64(name.dropLast(4)), number > 0,
      CatalogueDirectory.name(of: number) == name
    else { return nil }
    return number
  }

  /// The digest that the name of a segment is, or `nil`.
  static func digest(of name: String) -> Digest? {
    guard name.hasSuffix(".idx"), let digest = Digest(hex: String(name.dropLast(4))),
      digest.description + ".idx" == name
    else { return nil }
    return digest
  }

  /// All names.
  ///
  /// - Throws: ``FileError`` when the directory cannot be read.
  func names() throws(FileError) -> [String] {
    switch disk.names(path) {
    case .success(let names): return names
    case .failure(let trouble):
      let problem: FileProblem =
        switch trouble.errno {
        case ENOENT: .notFound
        case ENOTDIR: .isFile(expected: .catalogue)
        case EACCES: .noPermission
        default: .ioError(call: "opendir", code: trouble.errno)
        }
      throw FileError(path: path, problem: problem)
    }
  }

  /// The generations that have a file, ascending.
  func generations() throws(FileError) -> [UInt64] {
    try names().compactMap { CatalogueDirectory.generation(of: $0) }.sorted()
  }

  /// Reads the file of a generation, all of whose bytes are checked.
  ///
  /// - Throws: ``FileError``.
  func read(_ generation: UInt64) throws(FileError) -> Stored {
    let path = self(CatalogueDirectory.name(of: generation))
    let file = try disk.open(path, .catalogue)
    let report: VerificationReport
    do {
      report = try file.verify(execution: Execution(threads: 1))
    } catch {
      throw file.error(.ioError(call: "verify", code: 0))
    }
    try file.requireSound(report.damages)
    let manifest = try Manifest(file)
    try file.requireField(
      "generation", manifest.generation == generation, found: manifest.generation,
      expected: "\(generation), as the file's name says")
    return Stored(manifest: manifest, digest: file.header.rootDigest)
  }

  /// The newest generation whose file is whole, and what is wrong with the newer ones.
  ///
  /// - Throws: ``CatalogueError/notACatalogue(path:)`` where there is none; ``FileError``.
  func newest() throws -> (stored: Stored, skipped: [FileError]) {
    var skipped: [FileError] = []
    for generation in try generations().reversed() {
      do throws(FileError) {
        return (try read(generation), skipped)
      } catch {
        // Compaction may have removed it since it was listed.
        if error.problem != .notFound { skipped.append(error) }
      }
    }
    throw skipped.first ?? CatalogueError.notACatalogue(path: path)
  }
}
