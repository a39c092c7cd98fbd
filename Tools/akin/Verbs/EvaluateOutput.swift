import Akin
import AkinEvaluation
import AkinSupport
import AkinTraining

extension Console {
  /// Writes an evaluation: on a terminal one column a model, on a pipe one line a number.
  func show(_ report: EvaluationReport, isNarrated: Bool) throws(StreamError) {
    guard isNarrated, let width = tableWidth else { return try show(report.lines) }
    try print(output.style.bold(report.title.printable) + "\n")
    for fact in report.protocolFacts {
      for line in (fact.label + ": " + fact.value).printable.lines(ofWidth: width) {
        try print(output.style.dim(line) + "\n")
      }
    }
    // Three decimals where models do not fit side by side with four; further models below where they still do not.
    let decimals = report.models.count > report.modelsBesides(width: width, decimals: 4) ? 3 : 4
    let most = report.modelsBesides(width: width, decimals: decimals)
    for start in stride(from: 0, to: max(report.models.count, 1), by: most) {
      let listing = report.listing(start..<min(start + most, report.models.count), decimals: decimals)
      try print("\n" + listing.table(width: width, style: output.style))
    }
    try print(output.style.dim("± one standard error over users (over predictions for RMSE and MAE)") + "\n")
    for sentence in report.comparisons {
      for line in sentence.printable.lines(ofWidth: width) { try print(line + "\n") }
    }
  }
}

extension EvaluationReport {
  /// How many models stand side by side in a table, at least one.
  fileprivate func modelsBesides(width: Int, decimals: Int) -> Int {
    let names = table.map(\.name.count).max() ?? 0
    // `0.123 ± 0.045`, between two spaces; errors of ratings have four decimals.
    let cell = 2 * decimals + 9
    let ratings = models.contains { $0.rating != nil } && decimals < 4 ? 2 * (4 - decimals) : 0
    return max(1, (width - names - ratings) / cell)
  }

  /// One row a metric, one column a model.
  fileprivate func listing(_ shown: Range<Int>, decimals: Int) -> Listing {
    var listing = Listing([.init("metric", "Metric")] + models[shown].map { .init($0.name) })
    for row in table where row.values[shown].contains(where: { $0 != nil }) {
      // Errors of ratings differ in the fourth decimal.
      let decimals = row.key == "rmse" || row.key == "mae" ? 4 : row.key == "novelty" ? decimals - 1 : decimals
      let cells = row.values[shown].map { value -> Cell in
        guard let value else { return .missing }
        let mean = Numbers.fixed(value.mean, decimals: decimals)
        return .text(value.count > 0 ? "\(mean) ± \(Numbers.fixed(value.standardError, decimals: decimals))" : mean)
      }
      listing.append([.text(row.name)] + cells)
    }
    return listing
  }

  /// One row a number.
  fileprivate var lines: Listing {
    var listing = Listing(["model", "metric", "k", "value", "standardError", "count"].map { .init($0) })
    for row in table {
      for (model, value) in zip(models, row.values) {
        guard let value else { continue }
        listing.append(
          [
            .text(model.name), .text(row.key), row.k.map { .integer($0) } ?? .missing, .number(value.mean, decimals: 4),
          ]
            + (value.count > 0
              ? [.number(value.standardError, decimals: 4), .integer(value.count)] : [.missing, .missing]))
      }
    }
    return listing
  }

  /// The whole report as one object.
  var json: JSONValue {
    let table = table
    let models = models.enumerated().map { number, model in
      var object: [String: JSONValue] = ["model": .string(model.name), "baseline": .bool(model.isBaseline)]
      object["metrics"] = .array(
        table.compactMap { row in
          row.values[number].map { value in
            var members: [String: JSONValue] = ["metric": .string(row.key), "value": .number(value.mean)]
            members["k"] = row.k.map { .integer(Int64($0)) }
            if value.count > 0 {
              members["standardError"] = .number(value.standardError)
              members["count"] = .integer(Int64(value.count))
            }
            return .object(members)
          }
        })
      if !model.losses.isEmpty { object["losses"] = .array(model.losses.map { .array($0.map { .number($0) }) }) }
      object["recallByPopularity"] = decileObjects(of: model)
      if let k = ks.first, let difference = lead(over: model, .ndcg, k: k) {
        object["behindBy"] = .object([
          "metric": .string("ndcg"), "k": .integer(Int64(k)), "value": .number(difference.mean),
          "standardError": .number(difference.standardError), "low": .number(difference.interval.lowerBound),
          "high": .number(difference.interval.upperBound), "model": .string(leader?.name ?? ""),
        ])
      }
      object["trainSeconds"] = model.trainSeconds.map { .number($0) }
      return JSONValue.object(object)
    }
    let facts = protocolFacts.map { ($0.label.lowercased(), JSONValue.string($0.value)) }
    return .object([
      "schema": .integer(1), "title": .string(title), "models": .array(models),
      "protocol": .object(Dictionary(facts, uniquingKeysWith: { first, _ in first })),
    ])
  }

  private func decileObjects(of model: Model) -> JSONValue? {
    guard let k = ks.last, let deciles = model.ranking?.deciles(k: k)?.deciles else { return nil }
    return .array(
      deciles.map { decile in
        var members: [String: JSONValue] = [
          "k": .integer(Int64(k)), "items": .integer(Int64(decile.items)), "relevant": .integer(Int64(decile.relevant)),
        ]
        members["recall"] = decile.recall.map { .number($0) }
        return .object(members)
      })
  }
}

/// The ranked lists of a model as lines, for metrics in other programs.
struct ListsFile {
  private var text: String
  private let namesModels: Bool

  /// - Parameter namesModels: Whether lines begin with the name of a model, of several.
  init(namesModels: Bool) {
    self.namesModels = namesModels
    text = (namesModels ? "model\t" : "") + "fold\tuser\trank\titem\tscore\trelevant\n"
  }

  /// Adds the first `k` items of each list of a model on a fold.
  mutating func add(_ model: String, fold: Int, _ split: Split, _ test: RankingTest, _ answers: NeighborTable, k: Int) {
    let head = namesModels ? model + "\t" : ""
    for question in 0..<test.count {
      let user = Cell.text(split.train.userIDs[Row(test.users[question])].description).field
      let relevant = Set(test.relevantItems(question))
      for (place, neighbor) in answers[question].prefix(k).enumerated() {
        let item = Cell.text(split.train.itemIDs[neighbor.row].description).field
        let isHit = relevant.contains(neighbor.row.index) ? 1 : 0
        text += "\(head)\(fold + 1)\t\(user)\t\(place + 1)\t\(item)\t\(Cell.score(neighbor.score).field)\t\(isHit)\n"
      }
    }
  }

  /// Writes the lines.
  func write(to path: String, overwrite: Bool) throws {
    var file = try AtomicOutput(path: path, overwrite: overwrite)
    try file.write(text)
    try file.commit()
  }
}
