import Akin
import AkinSupport
import AkinTraining

/// The questions to one new user, the answers so far, and the recommendations from them.
struct AskSession {
  private let file: EmbeddingFile
  private var picker: QuestionPicker
  private let answers: AnswerValues
  /// The answers with a value, in their order.
  private(set) var told: [(row: Row, value: Float)] = []
  /// The number of answers, without skipped questions.
  private(set) var answered = 0
  private var closed: RowSet
  /// Items that are not recommended: those that the user has or rejects. Skipped items remain candidates.
  private var excluded: RowSet
  /// The items that may be recommended; `nil` allows all.
  private let filter: RowFilter?

  /// One answer.
  enum Answer: Equatable {
    case value(Float)
    case yes, no
    /// The user does not know the item, or gives no answer.
    case skip
    case quit

    /// Parses an answer; `nil` for an invalid text.
    init?(_ text: String) {
      switch text.lowercased() {
      case "y", "yes": self = .yes
      case "n", "no": self = .no
      case "s", "skip", "?", "": self = .skip
      case "q", "quit": self = .quit
      default:
        guard let value = Float(text), value.isFinite else { return nil }
        self = .value(value)
      }
    }
  }

  init(_ file: EmbeddingFile, filter: RowFilter? = nil) throws {
    self.file = file
    self.filter = filter
    var model = file.forFoldIn
    model.users = file.users
    model.userBiases = file.userBiases?.values
    guard let counts = file.popularity() else { throw RecommenderError.noPopularity }
    picker = try QuestionPicker(model, counts: counts)
    answers = AnswerValues(file)
    closed = RowSet(capacity: file.itemCount)
    excluded = closed
  }

  /// The most informative next item, or `nil` when no item is left.
  func next() -> Row? { picker.next() }

  /// The accepted answers.
  var expected: String { answers.expected }

  /// Whether the model accepts the value of an answer.
  func accepts(_ answer: Answer) -> Bool {
    if case .value(let value) = answer { return answers.accepts(value) }
    return true
  }

  /// Records an answer. A second answer about an item has no effect.
  mutating func take(_ answer: Answer, about row: Row) {
    guard !closed.contains(row) else { return }
    closed.insert(row)
    switch answer {
    case .quit: return
    case .skip: picker.skip(row)
    case .value(let value): tell(row, value)
    case .yes: tell(row, answers.yes)
    case .no:
      if let value = answers.no { return tell(row, value) }
      picker.answer(row, has: false)
      excluded.insert(row)
      answered += 1
    }
  }

  private mutating func tell(_ row: Row, _ value: Float) {
    picker.answer(row)
    excluded.insert(row)
    told.append((row, value))
    answered += 1
  }

  /// The history in the form of `akin recommend --history`.
  var history: String {
    told.map { one in
      let value = Cell.score(one.value).field
      return "\(file.itemIDs.id(of: one.row)):\(value)"
    }.joined(separator: ",")
  }

  /// The best items for the user; by popularity before the first value.
  func recommendations(k: Int) throws -> (items: [Recommendation], basis: AnswerBasis) {
    let allowed = filter?.excluding(excluded) ?? .excluding(excluded)
    func shown(_ found: [Neighbor], _ offset: Float, predicted: Bool = true) -> [Recommendation] {
      found.map { one in
        let title = file.titles?[one.row]
        return Recommendation(
          row: one.row, id: file.itemIDs.id(of: one.row), title: title.flatMap { $0.isEmpty ? nil : $0 },
          score: predicted ? prediction(one.score + offset) : one.score)
      }
    }
    func prediction(_ score: Float) -> Float {
      file.objective.map { Float($0.prediction(ofScore: Double(score))) } ?? score
    }
    func popular(_ k: Int) -> [Recommendation] {
      let users = Float(max(file.userCount, 1))
      let counts = file.popularity() ?? []
      let all = counts.indices.filter { allowed.allows(Row($0)) }.map {
        Neighbor(row: Row($0), score: Float(counts[$0]) / users)
      }
      return shown(Array(all.sorted().prefix(k)), 0, predicted: false)
    }
    if told.isEmpty { return (popular(k), .popularity) }
    let fixed = file.forFoldIn
    let user = try UserFoldIn(fixed).user(history: told.map(\.row.index), values: told.map(\.value))
    if user.isUnknown(told.map(\.row), in: file) { return (popular(k), .popularity) }
    let request = SearchRequest(k: k, filter: allowed)
    let found = try ExhaustiveIndex(fixed).nearest(to: user.vector, request)
    return (shown(found, file.globalMean + user.bias), .foldIn)
  }
}

/// The values of yes and no, and the range of values that a model accepts.
private struct AnswerValues {
  let yes: Float
  /// `nil` for a model that cannot learn from a no.
  let no: Float?
  private let range: ClosedRange<Float>?
  private let allowsNegative: Bool

  init(_ file: EmbeddingFile) {
    allowsNegative = file.objective?.model.allowsNegativeValues ?? false
    switch file.objective?.weighting {
    case .rating? where file.objective?.model == .mf:
      let scale = file.objective?.scale
      range = scale.map { Float($0.lowerBound)...Float($0.upperBound) }
      yes = range?.upperBound ?? 1
      no = range?.lowerBound ?? 0
    case .label?:
      range = nil
      yes = Float(max(file.objective?.positiveFrom ?? 1, 1))
      no = yes > 0 && (file.objective?.positiveFrom ?? 0) > 0 ? 0 : nil
    default:
      range = nil
      yes = file.meanValue
      no = nil
    }
  }

  var expected: String {
    let number = range.map { "a number from \(Cell.score($0.lowerBound).field) to \(Cell.score($0.upperBound).field)" }
    let any = allowsNegative ? "a number" : "a number of at least 0"
    return (number ?? any) + ", y, n, skip or quit"
  }

  func accepts(_ value: Float) -> Bool { range?.contains(value) ?? (value >= 0 || allowsNegative) }
}

extension EmbeddingFile {
  /// The mean value of all interactions; 1 when the file holds none.
  fileprivate var meanValue: Float {
    var sum = 0.0
    var count = 0
    for user in 0..<userCount {
      for value in interactions(of: Row(user)).values {
        sum += Double(value)
        count += 1
      }
    }
    return count > 0 ? Float(sum / Double(count)) : 1
  }
}
