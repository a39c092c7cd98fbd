import Akin

/// Options that several commands share: one name, one meaning.
enum Common {
  static let threads = Option("threads", .integer(in: 0...1024), default: 0, "Threads to use; 0 uses all processors")
  static let seed = Option("seed", .seed, default: 0, "Random seed; the same seed gives the same file")
  static let force = Option<Bool>.flag("force", short: "f", "Replace an existing output file")
  static let json = Option<Bool>.flag("json", "Print one JSON object")
  static let jsonLines = Option<Bool>.flag("jsonl", "Print a JSON object a line, each as soon as it is known")
  static let quiet = Option<Bool>.flag("quiet", short: "q", "Print only errors and warnings on stderr")
  static let verbose = Option<Bool>.flag(
    "verbose", short: "v", "Keep every step of the training on the terminal, not only the last")

  static let k = Option("k", short: "k", .integer(in: 1...1_000_000), default: 10, "Number of items to return")
  static let ef = Option<Int?>.optional(
    "ef", .integer(in: 1...1_000_000),
    "Candidates whose links the search follows; more raise recall and take longer", default: usualEf)
  /// The `ef` of a search for which none is given, in words.
  static let usualEf = "\(SearchRequest.defaultEf), or k if larger"
  static let recall = Option<RecallTarget?>.optional(
    "recall", .recall,
    "Recall target: the index chooses ef or exact from its own measurements; 1 is exact")
  static let exact = Option<Bool>.flag("exact", "Score every item instead of walking the graph")
  static let noFallback = Option<Bool>.flag(
    "no-fallback", "Refuse, with exit code 3, where the graph cannot promise --recall, in place of the exact scan")
  static let raw = Option<Bool>.flag(
    "raw", "Show the score that items are ordered by, not the prediction that the model makes of it")
  static let minimumScore = Option<Float?>.optional(
    "min-score", .score, "Omit items with a lower score, as it is shown; without -k all others are listed")
  static let diversity = Option(
    "diversity", .number(in: 0...1), default: 0,
    "Trade score for variety: each place goes to the largest (1 - X) x relevance - X x likeness to the items before")
  static let perCategory = Option<Int?>.optional(
    "per-category", .integer(in: 1...1_000_000),
    "At most so many items of a category: an item is listed while each of its categories has room",
    default: "no limit")
}
