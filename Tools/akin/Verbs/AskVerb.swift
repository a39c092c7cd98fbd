import Akin
import AkinSupport
import AkinTraining

/// `akin ask`: asks a new user about items, then recommends.
enum AskVerb {
  static let verb = Verb(command, run: run)

  static let embeddings = Argument("FILE.emb", "The embeddings file", completion: .files("emb"))
  static let questions = Option(
    "questions", short: "n", .integer(in: 1...1000), default: 5, "Number of answers to collect")
  static let list = Option<Bool>.flag("list", "List the questions without asking, as if each had an answer")

  static let command = Command(
    name: "ask",
    summary: "Ask a new user about the most informative items",
    discussion: [
      "Each question is the item whose answer reduces the uncertainty of the user vector most, weighted by "
        + "the share of "
        + "users who know the item. After the last answer, akin recommends items by fold-in from the answers.",
      "On a terminal, answer with a value on the scale of the training data, y, n, skip (or an empty line) "
        + "for an unknown "
        + "item, or quit.",
      "On a pipe, each line is one record with tab-separated fields. Output: 'ask ID TITLE' for each "
        + "question; at the end "
        + "'history LIST', for akin recommend --history, and lines 'recommend RANK ID SCORE TITLE'. Input: "
        + "lines 'ID ANSWER', "
        + "separated by a tab or a space, about any item; a question follows each line. The line 'quit', the last "
        + "answer or the end of the input ends the session.",
      "A filter says which items may be recommended; questions may be about any item.",
    ],
    arguments: [embeddings],
    options: [OptionGroup("Options", [questions, list, Common.k, Common.json]), FilterOptions.group],
    examples: [
      Example("akin ask ml.emb"),
      Example("akin ask ml.emb --where 'genre = Comedy'"),
      Example("akin ask ml.emb --list -n 20"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    try FilterOptions.check(arguments)
    if arguments[list], FilterOptions.isGiven(arguments) {
      throw arguments.error(.conflict(list.spelling, "a filter of what is recommended"))
    }
    let file = try EmbeddingFile(path: arguments[embeddings])
    let filter = try FilterOptions.filter(
      arguments, items: file, attributes: file.attributes, console, Execution(cancellation: console.cancellation))
    var session = try AskSession(file, filter: filter)
    if arguments[list] {
      let listing = listing(&session, file, count: arguments[questions])
      if arguments[Common.json] {
        try console.show(.object(["schema": .integer(1), "questions": .array(listing.objects)]))
      } else {
        try console.show(listing)
      }
      return .done
    }
    let isTalk = console.input.isTerminal && console.output.terminal != nil && !arguments[Common.json]
    if isTalk {
      try talk(&session, file, arguments, console)
    } else {
      try pipe(&session, file, arguments, console)
    }
    return .done
  }

  /// The questions in order, each counted as answered.
  private static func listing(_ session: inout AskSession, _ file: EmbeddingFile, count: Int) -> Listing {
    var listing = Listing([.init("rank", "#"), .init("id", "Id"), .init("title", "Title", isFlexible: true)])
    while listing.rows.count < count, let row = session.next() {
      listing.append([
        .integer(listing.rows.count + 1), .id(file.itemIDs.id(of: row)), file.title(row).map { .text($0) } ?? .missing,
      ])
      session.take(.value(1), about: row)
    }
    return listing
  }

  // MARK: On a terminal

  private static func talk(
    _ session: inout AskSession, _ file: EmbeddingFile, _ arguments: Arguments, _ console: Console
  ) throws {
    try console.print("Answer with \(session.expected).\n")
    asking: while session.answered < arguments[questions], let row = session.next() {
      let name = file.title(row) ?? file.itemIDs.id(of: row).description
      while true {
        try console.print("\(session.answered + 1). \(console.output.style.bold(name.printable)) ")
        try console.output.flush()
        guard let line = try console.input.next(cancellation: console.cancellation) else { break asking }
        guard let answer = AskSession.Answer(line.words), session.accepts(answer) else {
          try console.print("Expected \(session.expected).\n")
          continue
        }
        if answer == .quit { break asking }
        session.take(answer, about: row)
        break
      }
    }
    let (items, basis) = try session.recommendations(k: arguments[Common.k])
    try console.print("\n")
    try console.show(
      Answer(
        question: [:], heading: "For you, by \(basis.rawValue)", items: items, k: arguments[Common.k], plan: .exact,
        target: nil), asJSON: false)
    if !session.told.isEmpty { console.say("akin: note: repeat with akin recommend --history '\(session.history)'") }
  }

  // MARK: On a pipe

  private static func pipe(
    _ session: inout AskSession, _ file: EmbeddingFile, _ arguments: Arguments, _ console: Console
  ) throws {
    let asJSON = arguments[Common.json]
    func say(_ fields: [String]) throws {
      if asJSON { return }
      try console.print(fields.map { Cell.text($0).field }.joined(separator: "\t") + "\n")
    }
    var number = 0
    while session.answered < arguments[questions] {
      if let row = session.next() { try say(["ask", file.itemIDs.id(of: row).description, file.title(row) ?? ""]) }
      try console.output.flush()
      guard let line = try console.input.next(cancellation: console.cancellation) else { break }
      number += 1
      if line.words.isEmpty { continue }
      if AskSession.Answer(line.words) == .quit { break }
      guard let (id, text) = line.fields else { throw AskError(line: number, .noAnswer(line.words)) }
      guard let row = file.itemIDs.row(of: ItemID(parsing: id)) else {
        throw AskError(line: number, .unknownItem(id))
      }
      guard let answer = AskSession.Answer(text), session.accepts(answer) else {
        throw AskError(line: number, .badAnswer(text, expected: session.expected))
      }
      if answer == .quit { break }
      session.take(answer, about: row)
    }
    let (items, basis) = try session.recommendations(k: arguments[Common.k])
    if asJSON {
      let answer = Answer(
        question: ["history": .string(session.history), "basis": .string(basis.rawValue)], heading: "", items: items,
        k: arguments[Common.k], plan: .exact, target: nil)
      return try console.show(answer, asJSON: true)
    }
    try say(["history", session.history])
    for (rank, item) in items.enumerated() {
      try say(["recommend", "\(rank + 1)", item.id.description, Cell.score(item.score).field, item.title ?? ""])
    }
  }

}

/// An invalid line of answers.
struct AskError: AkinError, Equatable {
  enum Problem: Sendable, Equatable {
    case noAnswer(String)
    case unknownItem(String)
    case badAnswer(String, expected: String)
  }

  let line: Int
  let problem: Problem

  init(line: Int, _ problem: Problem) {
    self.line = line
    self.problem = problem
  }

  var kind: TroubleKind { .badInput }

  var description: String {
    switch problem {
    case .noAnswer(let found): "standard input:\(line): expected an id and an answer, found '\(found)'"
    case .unknownItem(let id): "standard input:\(line): no item has the id '\(id)'"
    case .badAnswer(let found, let expected): "standard input:\(line): expected \(expected), found '\(found)'"
    }
  }
}

extension EmbeddingFile {
  /// An item's title, or `nil` when it has none.
  fileprivate func title(_ row: Row) -> String? { titles?[row].flatMap { $0.isEmpty ? nil : $0 } }
}

extension String {
  /// The text without surrounding white space.
  fileprivate var words: String {
    let start = drop { $0.isWhitespace }
    return String(start.reversed().drop { $0.isWhitespace }.reversed())
  }

  /// The id before and the answer after the last tab, or without a tab the last space.
  fileprivate var fields: (id: String, answer: String)? {
    let text = words
    guard let cut = text.lastIndex(of: "\t") ?? text.lastIndex(of: " ") else { return nil }
    let id = String(text[..<cut]).words
    let answer = String(text[text.index(after: cut)...]).words
    return id.isEmpty || answer.isEmpty ? nil : (id, answer)
  }
}
