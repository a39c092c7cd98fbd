/// `akin train`: embeddings from interactions.
enum TrainVerb {
  static let verb = Verb(command, run: run)

  static let interactions = Argument(
    "INTERACTIONS", "CSV or TSV file of (user, item, value) rows, or - for standard input")
  static let output = Option<String>.required("output", short: "o", .file, "The embeddings file to write")

  static let items = Option<String?>.optional(
    "items", .file, "Titles and categories: CSV of item, title, categories joined by |")
  static let userColumn = Option<String?>.optional(
    "user-column", .text("COLUMN"), "Users' column, by name or by number from 1 (default userId, user or the first)")
  static let itemColumn = Option<String?>.optional(
    "item-column", .text("COLUMN"), "Items' column (default movieId, itemId, item or the second)")
  static let valueColumn = Option<String?>.optional(
    "value-column", .text("COLUMN"), "Values' column (default rating, value or the third; without one, 1)")

  static let command = Command(
    name: "train",
    summary: "Train embeddings from interactions",
    discussion: [
      "Reads who interacted with what, and learns a vector for each user and each item such that their inner product "
        + "predicts the interaction. MovieLens ratings.csv is read as it is."
    ],
    arguments: [interactions],
    options: [
      OptionGroup("Output", [output, Common.force]),
      OptionGroup("Input", [items, userColumn, itemColumn, valueColumn]),
      OptionGroup("Run", [Common.threads, Common.seed, Common.json, Common.quiet]),
    ],
    examples: [
      Example("akin train ratings.csv --items movies.csv -o ml.emb"),
      Example("akin train clicks.tsv -o clicks.emb --dimensions 128 --weighting bm25 --duplicates sum"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    throw Pending(verb: command.name)
  }
}
