import Akin
import AkinSupport

/// `akin verify`: checks a file for damage.
enum VerifyVerb {
  static let verb = Verb(command, run: run)

  static let file = Argument(
    "FILE", "An embeddings file, an index file or the directory of a catalogue", completion: .files("emb", "idx"))

  static let command = Command(
    name: "verify",
    summary: "Check a file for damage",
    discussion: [
      "Checks every checksum and every rule of the format. Exits with 0 for a sound file, with 1 for a "
        + "damaged file, and "
        + "then lists the damage. Exits with 3 for a file that Akin did not write."
    ],
    arguments: [file],
    options: [OptionGroup("Options", [Common.threads, Common.json, Common.quiet])],
    examples: [Example("akin verify ml.emb"), Example("akin verify ml.idx && cp ml.idx /srv/")])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let path = arguments[file]
    if isDirectory(path) { return try CatalogueReports.verify(path, arguments, console) }
    do {
      let report = try console.answering {
        try console.working(threads: arguments[Common.threads], quiet: arguments[Common.quiet]) {
          let kind = try FileKind.sniff(path)
          switch kind {
          case .embeddings: return try EmbeddingFile.verify(path: path, execution: $0)
          case .index: return try HNSWIndex.verify(path: path, execution: $0)
          default: throw FileError(path: path, problem: .wrongKind(expected: .embeddings, found: kind))
          }
        }
      }
      try show(report, asJSON: arguments[Common.json], console)
      if report.isSound, try FileKind.sniff(path) == .index {
        let facts = try HNSWIndex(path: path).facts
        if let warning = ReachWarning.sentence(repaired: facts.repairedNodes, linked: facts.linkedNodes) {
          console.say(warning)
        }
      }
      return report.isSound ? .done : .no
    } catch let error as FileError where error.problem.isDamage {
      // A file too damaged to open is a damaged file.
      try show(error, asJSON: arguments[Common.json], console)
      return .no
    }
  }

  private static func show(_ report: VerificationReport, asJSON: Bool, _ console: Console) throws {
    if asJSON {
      guard case .object(var object) = report.json else { return }
      object["schema"] = .integer(1)
      return try console.show(.object(object))
    }
    for damage in report.damages { try console.print("\(report.path): \(damage)\n".onOneLine) }
    if report.omitted > 0 {
      try console.print("\(report.path): and at least \(Numbers.grouped(report.omitted)) more\n".onOneLine)
    }
    if report.isSound {
      let size = Numbers.bytes(Int(clamping: report.checkedBytes))
      try console.print("\(report.path): sound, \(size) in \(report.checkedSections) sections checked\n".onOneLine)
    }
  }

  private static func show(_ error: FileError, asJSON: Bool, _ console: Console) throws {
    guard asJSON else { return try console.print("\(error.description)\n".onOneLine) }
    try console.show(
      .object([
        "schema": .integer(1), "file": .string(error.path), "sound": .bool(false),
        "damages": .array([.object(["section": .null, "reason": .string(error.description)])]),
      ]))
  }
}

extension String {
  /// The line with control characters replaced, except its line break.
  fileprivate var onOneLine: String { String(dropLast()).printable + "\n" }
}

extension FileProblem {
  /// Whether lost or changed bytes of an Akin file can cause this problem.
  fileprivate var isDamage: Bool {
    switch self {
    case .headerChecksum, .truncated, .extended, .badField, .badSection, .missingSection, .damagedChunk, .aboveLimit:
      true
    default: false
    }
  }
}
