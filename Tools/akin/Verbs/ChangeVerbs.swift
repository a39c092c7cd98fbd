import Akin
import AkinInterchange
import AkinSupport

/// `akin add`: adds items to a catalogue.
enum AddVerb {
  static let verb = Verb(command, run: run)

  static let embeddings = Argument("NEW.emb", "The items to add", completion: .files("emb"))

  static let command = Command(
    name: "add",
    summary: "Add items to a catalogue, and replace those that are there",
    discussion: [
      "Items meet by their ids. An item that is there bit for bit stays as it is, so akin update and akin add together take a "
        + "day's interactions in: only what the update has changed is written.",
      "The items are answered as soon as they are written, before any segments are merged. Vectors of another model are refused: "
        + "the embeddings must be of the training that the catalogue was made from, or updates of it.",
    ],
    arguments: [CatalogueVerb.directory, embeddings],
    options: [OptionGroup("Options", [Common.threads, Common.json, Common.quiet])],
    examples: [
      Example("akin add shop new.emb"),
      Example("akin add shop ml.emb", "After akin update ml.emb today.csv -o ml.emb -f: take in what it has changed"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let start = monotonicSeconds()
    let source = try EmbeddingFile(path: arguments[embeddings])
    let writer = try CatalogueWriter(path: arguments[CatalogueVerb.directory])
    let changes = try console.working(threads: arguments[Common.threads], quiet: arguments[Common.quiet]) { execution in
      [try writer.add(source, execution: execution), try writer.merge(execution: execution)].compactMap { $0 }
    }
    try CatalogueReports.changes(changes, of: writer, since: start, arguments, console)
    return .done
  }
}

/// `akin delete`: deletes items of a catalogue.
enum DeleteVerb {
  static let verb = Verb(command, run: run)

  static let ids = Argument("ID", "The ids of the items", isOptional: true, isRepeated: true)
  static let from = Option<String?>.optional(
    "from", .file, "A file of ids, one a line or an .npy, in place of ID")

  static let command = Command(
    name: "delete",
    summary: "Delete items of a catalogue",
    discussion: [
      "A deleted item is in no answer from the next generation on. Its bytes stay until its segment is built anew; to remove "
        + "them at once, and from all older generations: akin compact DIR --keep 1. Ids that no item has are counted, and "
        + "nothing else."
    ],
    arguments: [CatalogueVerb.directory, ids],
    options: [OptionGroup("Options", [from, Common.threads, Common.json, Common.quiet])],
    examples: [Example("akin delete shop 17 'blue shirt'"), Example("akin delete shop --from sold-out.txt")])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let start = monotonicSeconds()
    let typed = arguments.all(ids)
    if typed.isEmpty, !arguments.has(from) { throw arguments.error(.missingArgument(ids.name, meaning: ids.summary)) }
    if !typed.isEmpty, arguments.has(from) { throw arguments.error(.conflict(ids.name, from.spelling)) }
    let changes = try console.working(threads: arguments[Common.threads], quiet: arguments[Common.quiet]) { execution in
      var wanted = typed.map { ItemID(parsing: $0) }
      if let path = arguments[from] {
        let column = try IDFile.read(path: path, execution: execution)
        wanted = (0..<column.count).map { column[Row($0)] }
      }
      let writer = try CatalogueWriter(path: arguments[CatalogueVerb.directory])
      for id in typed where !writer.contains(ItemID(parsing: id)) {
        // A name that is free is no file.
        guard case .file? = FileIdentity(path: id) else { continue }
        throw arguments.error(.fileAsID(id, of: arguments[CatalogueVerb.directory], option: from.spelling))
      }
      let changes = [try writer.delete(wanted), try writer.merge(execution: execution)].compactMap { $0 }
      if let first = wanted.first, let change = changes.first, change.deleted == 0 {
        execution.notice?(
          Notice(
            "nothing is deleted: the catalogue has none of \(Numbers.counted(wanted.count, "ids")), like '\(first)'",
            isWarning: true))
      }
      return (writer, changes)
    }
    try CatalogueReports.changes(changes.1, of: changes.0, since: start, arguments, console)
    return .done
  }
}

/// `akin compact`: merges the segments of a catalogue.
enum CompactVerb {
  static let verb = Verb(command, run: run)

  static let target = Option("to", .integer(in: 1...1024), default: 1, "Segments to leave, at most")
  static let keep = Option<Int?>.optional(
    "keep", .integer(in: 1...1_000_000), "Remove all but the newest N generations, and the files that only they use",
    default: "all stay")

  static let command = Command(
    name: "compact",
    summary: "Merge the segments of a catalogue, and remove old generations",
    discussion: [
      "One segment has the bytes of an index that is built from the items left, in the order in which they arrived. Programs "
        + "that have an older generation open keep it."
    ],
    arguments: [CatalogueVerb.directory],
    options: [OptionGroup("Options", [target, keep, Common.threads, Common.json, Common.quiet])],
    examples: [Example("akin compact shop"), Example("akin compact shop --to 4 --keep 10")])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let start = monotonicSeconds()
    let writer = try CatalogueWriter(path: arguments[CatalogueVerb.directory])
    let change = try console.working(threads: arguments[Common.threads], quiet: arguments[Common.quiet]) { execution in
      try writer.compact(to: arguments[target], keeping: arguments[keep], execution: execution)
    }
    try CatalogueReports.changes([change], of: writer, since: start, arguments, console)
    return .done
  }
}
