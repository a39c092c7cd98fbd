import Akin
import AkinSupport

/// The options of lists for all users or items, and how they are made: `akin recommend --all` and `akin related --all`.
enum ListOptions {
  static let all = Option<Bool>.flag("all", "Write the lists of all, in the order of the file, in place of one")
  static let output = Option<String?>.optional(
    "output", short: "o", .output(usually: "npy", "tsv", "jsonl"),
    "Lists: an .npy of int32 positions, a row each, padded with -1; a .tsv with a line an entry; or a .jsonl with an object each"
  )
  static let scores = Option<String?>.optional(
    "scores", .output(usually: "npy"), "Scores beside an .npy: float32, padded with -inf")
  static let ids = Option<Bool>.flag("ids", "Write ids, which are numbers, in place of positions into the .npy")
  static let titles = Option<Bool>.flag("titles", "Write titles, too, into the .tsv or .jsonl")

  static let group = OptionGroup(
    "Lists of all", [all, output, scores, ids, titles, Common.threads, Common.force, Common.quiet])

  /// The entries of a block of lists: the memory that lists take.
  private static let blockEntries = 1 << 21

  /// What a command line asks for, checked before any file is opened; `nil` without `--all`.
  struct Asked {
    let path: String
    let format: ListFormat
    let search: SearchOptions
  }

  /// - Parameter excluded: The options that ask for one list.
  static func asked(_ arguments: Arguments, excluded: [any AnyOption], argument: Argument) throws -> Asked? {
    guard arguments[all] else {
      for option in group.options where option.name != all.name && arguments.has(option) {
        throw arguments.error(.lonely(option.spelling, needs: all.spelling))
      }
      return nil
    }
    if arguments[ifGiven: argument] != nil { throw arguments.error(.conflict(argument.name, all.spelling)) }
    for option in excluded { try arguments.refuse(all, with: option) }
    if arguments.has(Common.minimumScore), !arguments.has(Common.k) {
      throw arguments.error(.lonely("\(all.spelling) with \(Common.minimumScore.spelling)", needs: Common.k.spelling))
    }
    guard let path = arguments[output] else {
      throw arguments.error(.missingOption(usage: output.usage, meaning: "The file for the lists of all"))
    }
    guard let format = ListFormat(path: path) else {
      throw arguments.error(
        .badValue(
          option: output.spelling, expected: "a name that ends in .npy, .tsv or .jsonl", found: path, nearest: nil))
    }
    for option in (format == .npy ? [titles] : [scores, ids]) as [any AnyOption] where arguments.has(option) {
      throw arguments.error(
        .lonely(
          option.spelling, needs: "\(output.spelling) with a name in \(format == .npy ? ".tsv or .jsonl" : ".npy")"))
    }
    for name in [path, arguments[scores]].compactMap({ $0 }) {
      try AtomicFile.checkTarget(name, overwrite: arguments[Common.force])
    }
    return Asked(path: path, format: format, search: try SearchOptions(arguments))
  }

  /// Makes and writes all lists, and reports the file.
  ///
  /// - Parameters:
  ///   - owner: `user` or `item`.
  ///   - count: The number of owners.
  ///   - owners: The id of each.
  ///   - find: Returns the lists of a range of owners, with scores as they are shown.
  static func write(
    _ asked: Asked, _ arguments: Arguments, _ console: Console, _ recommender: Recommender, for question: Question,
    owner: String, count: Int, ids owners: @escaping @Sendable (Row) -> ItemID,
    find: (_ owners: Range<Int>, _ request: SearchRequest, _ execution: Execution) throws -> NeighborTable
  ) throws -> ExitCode {
    let start = monotonicSeconds()
    if arguments[ids], let index = recommender.index as? any ItemIndex {
      try AnswerFile.check(ids: index, path: asked.path)
    }
    let quiet = arguments[Common.quiet]
    var search = asked.search
    search.request.k = console.cut(search.request.k, to: recommender.index.count, quiet: quiet)
    search.request.filter = try FilterOptions.filter(arguments, of: recommender, console)
    let k = search.request.k
    if let index = recommender.index as? any ItemIndex, question == .related, index.liveCount < index.count {
      throw ListError.deletedItems(path: index.path, deleted: index.count - index.liveCount)
    }
    let content = ListFile.Content(
      owner: owner, owners: owners, count: count, k: k, catalog: recommender.catalog,
      hasIDs: arguments[ids], hasTitles: arguments[titles])
    var entries = 0
    try console.working(threads: arguments[Common.threads], quiet: quiet) { execution in
      var file = try ListFile(
        asked.path, asked.format, scores: arguments[scores], content, overwrite: arguments[Common.force])
      // The search of a block reports its own progress, which begins again with each block.
      var silent = execution
      silent.progress = nil
      let block = max(256, min(16_384, blockEntries / k))
      for first in stride(from: 0, to: count, by: block) {
        let range = first..<min(first + block, count)
        let lists = try find(range, search.request, silent)
        entries += lists.counts.reduce(0, +)
        try file.write(lists, from: first, silent)
        execution.progress?(
          ProgressEvent(stage: "lists", completed: range.upperBound, total: count, unit: "\(owner)s"))
      }
      try file.commit()
    }
    var planned = search
    planned.request = search.firstSearch(count: recommender.index.count)
    let plan = try planned.plan(of: recommender.index, for: question, isBatch: true)
    var facts: [String: JSONValue] = [
      "lists": .integer(Int64(count)), "k": .integer(Int64(k)), "entries": .integer(Int64(entries)),
      "way": .string(plan.wayName),
    ]
    facts["perCategory"] = search.perCategory.map { .integer(Int64($0)) }
    facts["ef"] = plan.ef.map { .integer(Int64($0)) }
    facts["recallTarget"] = search.target.map { .number($0.value) }
    facts["checkedQueries"] = plan.checkedQueries.map { .integer(Int64($0)) }
    facts["recallBasis"] = plan.basis.map { .string($0.rawValue) }
    try console.show(
      WrittenFile(
        path: asked.path,
        content: "\(Numbers.counted(count, "lists")) with \(Numbers.counted(entries, "items")), \(plan.wayName)",
        facts: facts, seconds: monotonicSeconds() - start),
      asJSON: arguments[Common.json], quiet: quiet)
    return .done
  }
}

/// Lists that cannot be made.
enum ListError: AkinError, Equatable {
  /// A catalogue has rows without items, which have no list.
  case deletedItems(path: String, deleted: Int)

  var kind: TroubleKind { .usage }

  var description: String {
    switch self {
    case .deletedItems(let path, let deleted):
      "\(path): expected an item in every row, for the lists of all; found \(Numbers.counted(deleted, "deleted rows"))"
    }
  }

  var help: String? {
    switch self {
    case .deletedItems(let path, _): "compact the catalogue first: akin compact \(path) --to 1"
    }
  }
}
