import Akin
import AkinSupport

/// What commands print of a catalogue.
enum CatalogueReports {
  /// What a command has changed: a sentence each on stderr, or one object.
  static func changes(
    _ changes: [CatalogueChange], of writer: CatalogueWriter, since start: Double, _ arguments: Arguments,
    _ console: Console
  ) throws {
    let seconds = monotonicSeconds() - start
    let manifest = writer.current.manifest
    let path = writer.current.path
    if arguments[Common.json] {
      var object = Dictionary(uniqueKeysWithValues: changes.flatMap(\.counts).grouped)
      object["schema"] = .integer(1)
      object["catalogue"] = .string(path)
      object["generation"] = .integer(Int64(clamping: manifest.generation))
      object["items"] = .integer(Int64(manifest.live))
      object["segments"] = .integer(Int64(manifest.segments.count))
      object["seconds"] = Cell.seconds(seconds).json
      try console.show(.object(object))
    }
    guard !arguments[Common.quiet], !arguments[Common.json] || console.messages.terminal != nil else { return }
    let done = changes.compactMap(\.sentence)
    console.say(
      "\(path): \(done.isEmpty ? "nothing to do" : done.joined(separator: "; ")); generation \(manifest.generation) has "
        + "\(Numbers.counted(manifest.live, "items")) in \(Numbers.counted(manifest.segments.count, "segments")), in "
        + Numbers.duration(seconds))
  }

  /// The generation that is open.
  static func info(_ catalogue: CatalogueIndex, _ arguments: Arguments, _ console: Console) throws {
    let manifest = catalogue.manifest
    var facts = Facts()
    facts.add("catalogue", "Catalogue", .text(catalogue.path))
    facts.add("kind", "Kind", .text("catalogue"))
    facts.add("generation", "Generation", .integer(Int(clamping: manifest.generation)))
    facts.add("digest", "Digest", .text(catalogue.digest.description))
    facts.add("bytes", "Size", .bytes(manifest.segments.reduce(0) { $0 + $1.fileBytes }))
    facts.begin("Items")
    facts.add("metric", "Metric", .text(catalogue.metric.name))
    facts.add("relatedMetric", "Related metric", .text(catalogue.relatedMetric.name))
    facts.add("dimension", "Dimension", .count(catalogue.dimension))
    facts.add("items", "Items", .count(catalogue.liveCount))
    facts.add("deleted", "Deleted rows", .count(manifest.rows - manifest.live))
    facts.add("titles", "Titles", .flag(catalogue.hasTitles))
    let lineage = manifest.model.lineage
    facts.add("lineage", "Training", lineage.isNone ? .missing : .text(lineage.description))
    let segments = listing(of: manifest)
    if arguments[Common.json] {
      var object = facts.object
      object["schema"] = .integer(1)
      object["segments"] = .array(segments.objects)
      try console.show(.object(object))
    } else {
      try console.show(facts)
      if let width = console.tableWidth {
        try console.print("\n" + segments.table(width: width, style: console.output.style))
      }
    }
  }

  private static func listing(of manifest: Manifest) -> Listing {
    var listing = Listing([
      .init("segment", "Segment"), .init("rows", "Rows"), .init("deleted", "Deleted"), .init("way", "Way"),
      .init("bytes", "Bytes"),
    ])
    for segment in manifest.segments {
      listing.append([
        .text(segment.digest.description), .count(segment.rows), .count(segment.deleted.count),
        .text(segment.isLinked ? "graph" : "exact"), .count(Int(clamping: segment.fileBytes)),
      ])
    }
    return listing
  }

  /// All generations, the newest first.
  static func history(_ path: String, _ arguments: Arguments, _ console: Console) throws {
    var listing = Listing([
      .init("generation", "Generation"), .init("operation", "Operation"), .init("items", "Items"),
      .init("added", "Added"), .init("replaced", "Replaced"), .init("deleted", "Deleted"), .init("written", "Written"),
      .init("segments", "Segments"),
    ])
    var damages: [FileError] = []
    for generation in try CatalogueIndex.history(path: path) {
      if let damage = generation.damage { damages.append(damage) }
      let facts = generation.manifest?.facts ?? [:]
      func count(_ name: String) -> Cell {
        if case .integer(let count)? = facts[name] { .count(Int(count)) } else { .count(0) }
      }
      func word(_ name: String) -> Cell { if case .string(let text)? = facts[name] { .text(text) } else { .missing } }
      listing.append([
        .integer(Int(clamping: generation.number)), generation.manifest == nil ? .text("damaged") : word("operation"),
        generation.manifest.map { .count($0.live) } ?? .missing, count("added"), count("replaced"), count("deleted"),
        count("written"), generation.manifest.map { .count($0.segments.count) } ?? .missing,
      ])
    }
    if arguments[Common.json] {
      try console.show(.object(["schema": .integer(1), "generations": .array(listing.objects)]))
    } else {
      try console.show(listing)
    }
    for damage in damages { console.say("akin: warning: \(damage.description)") }
  }

  /// Checks every file; the exit code says whether all are sound.
  static func verify(_ path: String, _ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let report = try console.answering {
      try console.working(threads: arguments[Common.threads], quiet: arguments[Common.quiet]) { execution in
        try CatalogueIndex.verify(path: path, execution: execution)
      }
    }
    var lines: [String] = report.unreadable.map(\.description) + report.broken.map { "\(path): \($0)" }
    for file in report.files {
      lines += file.damages.map { "\(file.path): \($0)" }
      if file.omitted > 0 { lines.append("\(file.path): and at least \(Numbers.grouped(file.omitted)) more") }
    }
    if arguments[Common.json] {
      try console.show(
        .object([
          "schema": .integer(1), "catalogue": .string(path), "sound": .bool(report.isSound),
          "bytes": .integer(Int64(clamping: report.checkedBytes)), "files": .array(report.files.map(\.json)),
          "unreadable": .array(report.unreadable.map { .string($0.description) }),
          "broken": .array(report.broken.map { .string($0) }), "unused": .array(report.unused.map { .string($0) }),
        ]))
    } else {
      for line in lines { try console.print(line.printable + "\n") }
      if report.isSound {
        let size = Numbers.bytes(Int(clamping: report.checkedBytes))
        try console.print("\(path.printable): sound, \(size) in \(report.files.count) files checked\n")
      }
    }
    if !report.unused.isEmpty {
      console.say(
        "akin: note: \(Numbers.counted(report.unused.count, "files")) that no generation uses; akin compact \(path) --keep N "
          + "removes them")
    }
    return report.isSound ? .done : .no
  }
}

extension CatalogueChange {
  /// What was done, as a phrase; `nil` when nothing was.
  fileprivate var sentence: String? {
    var parts: [String] = []
    for (count, word) in [(added, "added"), (replaced, "replaced"), (deleted, "deleted")] where count > 0 {
      parts.append("\(Numbers.counted(count, "items")) \(word)")
    }
    if unchanged > 0 { parts.append("\(Numbers.grouped(unchanged)) unchanged") }
    if unknown > 0 { parts.append("\(Numbers.counted(unknown, "ids")) unknown") }
    if merged > 0 {
      parts.append("\(Numbers.counted(merged, "segments")) merged (\(Numbers.counted(written, "items")))")
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}

extension [(key: String, value: JSONValue)] {
  /// The counts of several changes, summed by name.
  fileprivate var grouped: [(String, JSONValue)] {
    var sums: [String: Int64] = [:]
    for case (let key, .integer(let count)) in self { sums[key, default: 0] += count }
    return sums.map { ($0.key, .integer($0.value)) }
  }
}
