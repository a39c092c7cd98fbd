import Akin
import AkinInterchange
import AkinSupport

/// The options that say which items may be in an answer.
enum FilterOptions {
  static let allow = Option<String?>.optional(
    "allow", .file(usually: "npy"),
    "Only these items: an .npy of one truth value an item, or of positions, in the order of the embeddings")
  static let deny = Option<String?>.optional("deny", .file(usually: "npy"), "Not these items: a file as for --allow")

  static let all: [any AnyOption] = [allow, deny]

  /// The filter of a command line, or `nil` when it names none; says so when no item passes.
  ///
  /// - Parameters:
  ///   - count: The number of items.
  ///   - console: Where the note goes.
  static func filter(
    _ arguments: Arguments, count: Int, _ console: Console, _ execution: Execution
  ) throws -> RowFilter? {
    var filter: RowFilter?
    if let path = arguments[allow] {
      filter = .only(try RowSetFile.read(path: path, count: count, execution: execution))
    }
    if let path = arguments[deny] {
      let rows = try RowSetFile.read(path: path, count: count, execution: execution)
      filter = filter?.excluding(rows) ?? .excluding(rows)
    }
    if let filter, filter.allowedCount == 0, !arguments[Common.quiet] {
      console.say("akin: note: the filter lets no item in: of \(Numbers.counted(count, "items")) none is allowed")
    }
    return filter
  }
}
