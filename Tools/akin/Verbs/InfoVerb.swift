import Akin
import AkinSupport

/// `akin info`: shows the content and provenance of a file.
enum InfoVerb {
  static let verb = Verb(command, run: run)

  static let file = Argument(
    "FILE", "An embeddings file, an index file or the directory of a catalogue", completion: .files("emb", "idx"))

  static let command = Command(
    name: "info",
    summary: "Show the content and provenance of a file",
    arguments: [file],
    options: [OptionGroup("Options", [Common.json]), CatalogueOptions.group],
    examples: [Example("akin info ml.emb"), Example("akin info ml.idx --json")])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let path = arguments[file]
    if isDirectory(path) {
      guard let catalogue = try CatalogueOptions.open(path, arguments, console) as? CatalogueIndex else { return .done }
      try CatalogueReports.info(catalogue, arguments, console)
      return .done
    }
    var facts = Facts()
    let container: ContainerFile
    var calibration: RecallCalibration?
    var warning: String?
    let attributes: AttributeTable
    let kind = try FileKind.sniff(path)
    switch kind {
    case .embeddings:
      let embeddings = try EmbeddingFile(path: path)
      container = embeddings.container
      facts.add(container)
      facts.add(embeddings)
      attributes = embeddings.attributes
    case .index:
      let index = try HNSWIndex(path: path)
      container = index.facts.container
      facts.add(container)
      facts.add(index)
      attributes = index.facts.attributes
      calibration = index.calibration
      warning = ReachWarning.sentence(repaired: index.facts.repairedNodes, linked: index.facts.linkedNodes)
    default: throw FileError(path: path, problem: .wrongKind(expected: .embeddings, found: kind))
    }
    let provenance = container.provenance
    if arguments[Common.json] {
      var object = facts.object
      object["schema"] = .integer(1)
      object["provenance"] = provenance
      if !attributes.entries.isEmpty { object["attributes"] = .array(AttributeListing.objects(of: attributes)) }
      if let calibration { object["measured"] = .array(listing(of: calibration).objects) }
      object["sections"] = .array(container.sections.map(\.json))
      try console.show(.object(object))
    } else {
      facts.begin("Provenance")
      facts.add(provenance, under: "provenance")
      try console.show(facts)
      if let width = console.tableWidth {
        if !attributes.entries.isEmpty {
          let listing = AttributeListing.listing(of: attributes)
          try console.print("\n" + listing.table(width: width, style: console.output.style))
        }
        if let calibration {
          try console.print("\n" + listing(of: calibration).table(width: width, style: console.output.style))
        }
        try console.print("\n" + sections(of: container).table(width: width, style: console.output.style))
      }
    }
    if let warning { console.say(warning) }
    return .done
  }

  /// The recall that the index measured at build time: one row for each plan, k and query family.
  private static func listing(of calibration: RecallCalibration) -> Listing {
    var listing = Listing([
      .init("question", "Measured"), .init("family", "Query family"), .init("queries", "Queries", leavesAs: 2),
      .init("k"),
      .init("way", "Way"), .init("ef"), .init("recall", "Recall"), .init("recallLow", "95 % from", leavesAs: 4),
      .init("rowsPerQuery", "Rows scored"), .init("hopsPerQuery", "Hops", leavesAs: 3),
      .init("componentsPerQuery", "Components", leavesAs: 1),
    ])
    for one in calibration.measurements {
      let isGraph = one.ef != nil
      listing.append([
        .text(one.question.name), .text(one.family.name), .integer(one.queries), .integer(one.k),
        .text(isGraph ? "graph" : "exact"), one.ef.map { .integer($0) } ?? .missing,
        .number(one.recall, decimals: 4), isGraph ? .number(one.lowerBound, decimals: 4) : .missing,
        .measured(one.rowsPerQuery, decimals: 0), isGraph ? .measured(one.hopsPerQuery, decimals: 0) : .missing,
        isGraph ? .missing : .measured(one.componentsPerQuery, decimals: 0),
      ])
    }
    return listing
  }

  private static func sections(of container: ContainerFile) -> Listing {
    var listing = Listing([
      .init("name", "Section"), .init("count", "Count"), .init("bytes", "Bytes"), .init("offset", "Offset"),
    ])
    for section in container.sections {
      listing.append([
        .text(section.name.description), .count(Int(clamping: section.count)), .count(Int(clamping: section.byteCount)),
        .count(Int(clamping: section.offset)),
      ])
    }
    return listing
  }
}

extension Question {
  /// The name in reports.
  fileprivate var name: String {
    switch self {
    case .nearest: "nearest"
    case .related: "related"
    }
  }
}

extension QueryFamily {
  /// The name in reports.
  fileprivate var name: String {
    switch self {
    case .items: "items"
    case .users: "users"
    case .sumsOfTwo: "sums of 2 items"
    case .sumsOfFour: "sums of 4 items"
    case .queries: "given queries"
    }
  }
}

extension SectionEntry {
  fileprivate var json: JSONValue {
    .object([
      "name": .string(name.description), "count": .integer(Int64(clamping: count)),
      "bytes": .integer(Int64(clamping: byteCount)), "offset": .integer(Int64(clamping: offset)),
    ])
  }
}
