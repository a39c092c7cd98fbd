import Akin
import AkinSupport

/// The options of commands that ask an index or a catalogue.
enum CatalogueOptions {
  static let generation = Option<Int?>.optional(
    "generation", .integer(in: 1...Int.max), "Of a catalogue: answer by this generation", default: "the newest")
  static let degraded = Option<Bool>.flag(
    "degraded", "Of a catalogue: check every byte, and answer without damaged segments")

  static let group = OptionGroup("Catalogue", [generation, degraded])

  /// The argument that names an index file or a catalogue.
  static let index = Argument(
    "FILE.idx", "The index file, or the directory of a catalogue", completion: .files("idx"))

  /// Opens what a command line names; says so when a part of it is left out.
  static func open(_ path: String, _ arguments: Arguments, _ console: Console) throws -> any ItemIndex {
    let index = try IndexFile.open(
      path, generation: arguments[generation].map { UInt64($0) }, degraded: arguments[degraded])
    if let catalogue = index as? CatalogueIndex { say(catalogue, console) }
    return index
  }

  /// Opens a recommender, with the embeddings of a file, or those that the index holds.
  static func recommender(
    _ path: String, embeddings: String? = nil, _ arguments: Arguments, _ console: Console
  ) throws -> Recommender {
    let index = try open(path, arguments, console)
    let file = try embeddings.map { try EmbeddingFile(path: $0) } ?? index.heldEmbeddings()
    return try Recommender(opened: index, embeddings: file)
  }

  /// Says what a catalogue answers without.
  static func say(_ catalogue: CatalogueIndex, _ console: Console) {
    for error in catalogue.skipped {
      console.say(
        "akin: warning: \(error.description); generation \(catalogue.manifest.generation) answers in its place")
    }
    guard !catalogue.damaged.isEmpty else { return }
    for error in catalogue.damaged { console.say("akin: warning: \(error.description)") }
    let lost = catalogue.manifest.live - catalogue.liveCount
    console.say(
      "akin: warning: \(Numbers.counted(catalogue.damaged.count, "segments")) of "
        + "\(catalogue.manifest.segments.count) damaged: answers leave out \(Numbers.counted(lost, "items"))")
  }
}
