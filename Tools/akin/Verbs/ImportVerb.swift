import AkinVectors

/// `akin import`: an embeddings file from vectors made elsewhere.
enum ImportVerb {
  static let verb = Verb(command, run: run)

  static let vectors = Argument("VECTORS", "Item vectors: .npy, .fvecs, .bvecs, .fbin, .safetensors or word2vec text")
  static let output = Option<String>.required("output", short: "o", .file, "The embeddings file to write")

  static let ids = Option<String?>.optional(
    "ids", .file, "Items' ids: one a line, or an .npy of integers (default the row numbers, or the file's own words)")
  static let biases = Option<String?>.optional("biases", .file, "Items' biases, one a row: .npy or .fbin")
  static let users = Option<String?>.optional("users", .file, "User vectors, of the items' dimension")
  static let userIDs = Option<String?>.optional("user-ids", .file, "Users' ids, as --ids")
  static let tensor = Option<String?>.optional("tensor", .text("NAME"), "Which tensor of a .safetensors file to take")
  static let metric = Option(
    "metric", .metric, default: Metric.innerProduct, "How the vectors are meant to be compared")

  static let command = Command(
    name: "import",
    summary: "Make an embeddings file from vectors made elsewhere",
    arguments: [vectors],
    options: [
      OptionGroup("Output", [output, Common.force]),
      OptionGroup("Input", [ids, biases, users, userIDs, tensor, metric]),
      OptionGroup("Run", [Common.json, Common.quiet]),
    ],
    examples: [
      Example("akin import base.npy -o base.emb --metric euclidean"),
      Example("akin import items.npy --ids items.txt --users users.npy --user-ids users.txt -o model.emb"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    throw Pending(verb: command.name)
  }
}
