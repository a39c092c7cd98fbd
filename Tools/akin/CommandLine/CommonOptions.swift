/// Options that several verbs share: one name, one meaning.
enum Common {
  static let threads = Option("threads", .integer(in: 0...1024), default: 0, "Threads to use; 0 means all processors")
  static let seed = Option("seed", .seed, default: 0, "Random seed; equal seeds give equal files")
  static let force = Option<Bool>.flag("force", short: "f", "Replace the output when it exists")
  static let json = Option<Bool>.flag("json", "Answer in JSON")
  static let quiet = Option<Bool>.flag("quiet", short: "q", "Say nothing on stderr but errors")

  static let k = Option("k", short: "k", .integer(in: 1...1_000_000), default: 10, "How many to return")
  static let ef = Option<Int?>.optional(
    "ef", .integer(in: 1...1_000_000),
    "Candidates whose links the search follows: more find more and take longer (default 64, or k if larger)")
  static let recall = Option<RecallTarget?>.optional(
    "recall", .recall,
    "The share of the true answers to find, as the index measured itself: it chooses ef, or exact (1 is exact)")
  static let exact = Option<Bool>.flag("exact", "Score every item instead of walking the graph")
  static let minimumScore = Option<Float?>.optional(
    "min-score", .score, "Leave out items with a lower score")
}
