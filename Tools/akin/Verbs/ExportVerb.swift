import Akin
import AkinInterchange
import AkinSupport

/// `akin export`: writes vectors, ids, titles and biases in formats of other programs.
enum ExportVerb {
  static let verb = Verb(command, run: run)

  static let file = Argument(
    "FILE", "An embeddings file, or an index file or the directory of a catalogue, which hold their items",
    completion: .files("emb", "idx"))
  static let output = Option<String?>.optional(
    "output", short: "o", .output(usually: "npy", "npz", "tsv", "vec", "safetensors"),
    "The file to write; its name tells the format")
  static let format = Option<VectorWriter.Format?>.optional(
    "format", .choice("FORMAT", VectorWriter.Format.allCases.map { ($0.rawValue, $0) }), "Format of the output",
    default: "by its name: .npy, .npz, .tsv, .safetensors, .vec for word2vec; matrix for a .tsv with --metadata")
  static let what = Option(
    "what", .choice("ROWS", [("items", Rows.items), ("users", .users), ("all", .all)]), default: .items,
    "What to write; all needs .npz or safetensors")
  static let ids = Option<String?>.optional(
    "ids", .output(usually: "txt", "npy"), "A file for the ids: one a line, or an .npy of integers or texts")
  static let metadata = Option<String?>.optional(
    "metadata", .output(usually: "tsv"),
    "A file for ids, titles and biases, between tabs: with vectors in a .tsv the pair of the Embedding Projector")
  static let item = Option<String?>.optional(
    "item", .text("ITEM"), "Print the vector of one item: an id, a title, or a part of one title")
  static let user = Option<String?>.optional("user", .text("ID"), "Print the vector of one user")

  /// The rows to write.
  enum Rows: Sendable { case items, users, all }

  static let command = Command(
    name: "export",
    summary: "Write vectors, ids and titles for other programs",
    discussion: [
      "akin import reads each format, and gives the same vectors back, bit for bit. An .npy and a matrix hold vectors alone: "
        + "--ids and --metadata write the rest beside them. word2vec holds ids, safetensors ids that are numbers and biases, "
        + "an .npz titles, too, and a .tsv all of these and attributes. Histories, user biases of a .tsv and the metric stay behind.",
      "With --item or --user the vector goes to standard output, between tabs.",
    ],
    arguments: [file],
    options: [
      OptionGroup("Output", [output, format, what, ids, metadata, Common.force]),
      OptionGroup("One vector", [item, user]),
      OptionGroup("Run", [Common.threads, Common.json, Common.quiet]),
    ],
    examples: [
      Example("akin export ml.emb -o items.npz"),
      Example("akin export ml.emb -o vectors.tsv --metadata metadata.tsv", "For projector.tensorflow.org"),
      Example("akin export ml.emb --what all -o model.safetensors"),
      Example("akin export ml.idx --item 'Toy Story (1995)' --json"),
      Example("akin export shop -o items.npz", "What is left of a catalogue, without deleted items"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let isOne = arguments.has(item) || arguments.has(user)
    try arguments.refuse(item, with: user)
    if isOne {
      for option in [output, format, what, ids, metadata] as [any AnyOption] {
        try arguments.refuse(arguments.has(item) ? item : user, with: option)
      }
      return try printOne(arguments, console)
    }
    guard let path = arguments[output] else {
      throw arguments.error(.missingOption(usage: output.usage, meaning: "The file to write, or --item or --user"))
    }
    let start = monotonicSeconds()
    let format = try chosenFormat(arguments, path)
    if arguments[what] == .all {
      guard format.holdsModel else {
        throw arguments.error(.conflict("--what all", "--format \(format.rawValue)"))
      }
      for option in [ids, metadata] where arguments.has(option) {
        throw arguments.error(.conflict("--what all", option.spelling))
      }
    }
    let force = arguments[Common.force]
    for name in [path, arguments[ids], arguments[metadata]].compactMap({ $0 }) {
      try AtomicFile.checkTarget(name, overwrite: force)
    }
    let source = try ExportSource(path: arguments[file])
    let tables = try console.working(threads: arguments[Common.threads], quiet: arguments[Common.quiet]) { execution in
      let tables = try source.tables(arguments[what], execution)
      try write(tables, format, path, arguments, execution)
      return tables
    }
    if !arguments[Common.quiet], let note = note(on: tables, format, arguments) { console.say("akin: note: \(note)") }
    let counts = tables.map { Numbers.counted($0.count, $0.role.rawValue + "s") }.joined(separator: ", ")
    var facts: [String: JSONValue] = [
      "format": .string(format.rawValue), "dimension": .integer(Int64(source.dimension)),
      "metric": .string(source.metric.name),
    ]
    for table in tables { facts[table.role.rawValue + "s"] = .integer(Int64(table.count)) }
    try console.show(
      WrittenFile(
        path: path, content: "\(counts) × \(source.dimension), \(format.rawValue)", facts: facts,
        seconds: monotonicSeconds() - start),
      asJSON: arguments[Common.json], quiet: arguments[Common.quiet])
    return .done
  }

  /// Writes all files, and gives them their names when each is complete.
  private static func write(
    _ tables: [VectorTable], _ format: VectorWriter.Format, _ path: String, _ arguments: Arguments,
    _ execution: Execution
  ) throws {
    let force = arguments[Common.force]
    let main = try VectorWriter.prepare(tables, as: format, to: path, overwrite: force, execution: execution)
    var idFile: AtomicOutput?
    if let path = arguments[ids] {
      idFile = try VectorWriter.prepareIDs(of: tables[0], to: path, overwrite: force, execution: execution)
    }
    var metadataFile: AtomicOutput?
    if let path = arguments[metadata] {
      metadataFile = try VectorWriter.prepareMetadata(of: tables[0], to: path, overwrite: force, execution: execution)
    }
    if let file = idFile.take() { try file.commit() }
    if let file = metadataFile.take() { try file.commit() }
    try main.commit()
  }

  /// The format that the command line names, or that the name of the output tells.
  private static func chosenFormat(_ arguments: Arguments, _ path: String) throws -> VectorWriter.Format {
    if let format = arguments[format] { return format }
    let name = path.split(separator: "/").last ?? ""
    switch name.lastIndex(of: ".").map({ name[$0...].lowercased() }) {
    case ".npy": return .npy
    case ".npz": return .npz
    case ".tsv": return arguments.has(metadata) ? .matrix : .tsv
    case ".vec": return .word2vec
    case ".safetensors": return .safetensors
    default:
      throw arguments.error(
        .badValue(
          option: output.spelling,
          expected: "a name that ends in .npy, .npz, .tsv, .vec or .safetensors, unless --format is given", found: path,
          nearest: nil))
    }
  }

  /// What the files do not hold, as a sentence; `nil` when they hold all.
  private static func note(
    on tables: [VectorTable], _ format: VectorWriter.Format, _ arguments: Arguments
  ) -> String? {
    if arguments.has(metadata) { return nil }
    var lost: [String] = []
    let holds: (ids: Bool, texts: Bool, biases: Bool) =
      switch format {
      case .npy, .matrix: (false, false, false)
      case .word2vec: (true, false, false)
      case .safetensors: (!tables.contains { if case .texts = $0.ids { true } else { false } }, false, true)
      case .npz, .tsv: (true, true, true)
      }
    let haveIDs = tables.contains { if case .rowNumbers = $0.ids { false } else { true } }
    if !holds.ids, haveIDs, !arguments.has(ids) { lost.append("ids") }
    if !holds.texts, tables.contains(where: { $0.titles != nil }) { lost.append("titles") }
    if !holds.biases, tables.contains(where: { $0.biases != nil }) { lost.append("biases") }
    let haveAttributes = format != .tsv && tables.contains { !$0.attributes.isEmpty }
    if haveAttributes { lost.append("attributes") }
    guard !lost.isEmpty else { return nil }
    let advice =
      arguments[what] == .all
      ? (haveAttributes ? "akin export --metadata FILE writes them without users" : "an .npz has")
      : "add --metadata FILE"
    return "the format \(format.rawValue) has no place for \(spoken(lost, last: "and")): \(advice)"
  }

  /// Prints the vector of one item or user.
  private static func printOne(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let source = try ExportSource(path: arguments[file])
    let one = try arguments[item].map { try source.item($0) } ?? source.user(arguments[user] ?? "")
    if arguments[Common.json] {
      var object: [String: JSONValue] = ["schema": .integer(1)]
      object[arguments.has(item) ? "item" : "user"] = Cell.id(one.id).json
      object["title"] = one.title.map { .string($0) }
      object["bias"] = one.bias.flatMap { Cell.score($0).json }
      object["vector"] = .array(one.vector.map { Cell.score($0).json ?? .null })
      try console.show(.object(object))
    } else {
      try console.print(one.vector.map { "\($0)" }.joined(separator: "\t") + "\n")
    }
    return .done
  }
}
