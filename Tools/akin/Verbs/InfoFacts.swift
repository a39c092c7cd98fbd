import Akin
import AkinSupport

// What `akin info` says of a file, fact by fact.

extension Facts {
  /// The facts of any file.
  mutating func add(_ container: ContainerFile) {
    add("file", "File", .text(container.path))
    add("kind", "Kind", .text(container.kind.name))
    add("version", "Format", .text(container.header.version.description))
    add("bytes", "Size", .bytes(container.header.fileBytes))
    add("digest", "Digest", .text(container.header.rootDigest.description))
    let source = container.header.sourceDigest
    add("source", "Made from", source.isNone ? .missing : .text(source.description))
  }

  /// The facts of an embeddings file.
  mutating func add(_ file: EmbeddingFile) {
    begin("Vectors")
    add("metric", "Metric", .text(file.metric.name))
    add("dimension", "Dimension", .count(file.dimension))
    add("items", "Items", .count(file.itemCount))
    add("users", "Users", .count(file.userCount))
    add("globalMean", "Global mean", file.globalMean == 0 ? .missing : .score(file.globalMean))
    begin("Columns")
    add("itemBiases", "Item biases", Cell.flag(file.itemBiases != nil))
    add("userBiases", "User biases", Cell.flag(file.userBiases != nil))
    add("titles", "Titles", Cell.flag(file.titles != nil))
    add("categories", "Categories", .count(file.categoryNames?.count ?? 0))
    add("attributeCount", "Attributes", .count(file.attributes.entries.count))
    let seen = file.container.entry("HROW")?.count ?? 0
    add("history", "History", .count(Int(clamping: seen)))
    if file.itemFeatureCount > 0 { add("itemFeatures", "Item features", .count(file.itemFeatureCount)) }
    if file.userFeatureCount > 0 { add("userFeatures", "User features", .count(file.userFeatureCount)) }
    if let objective = file.objective {
      add(objective)
      add(objective.training)
    }
    if let shapes = file.towerShapes {
      begin("Towers")
      for (key, label, size) in [("user", "Users", shapes.users), ("item", "Items", shapes.items)] {
        add("\(key)Features", "\(label)' features", .count(size.features))
        add("\(key)Layers", "\(label)' layers", .text(size.widths.map { String($0) }.joined(separator: "-")))
      }
    }
  }

  /// The objective of the training.
  mutating func add(_ objective: Objective) {
    begin("Objective")
    add("model", "Model", .text(objective.model.name))
    add("scoreMeaning", "Score", .text(objective.scoreMeaning))
    if objective.isObservedOnly { add("observedOnly", "Observed pairs only", .flag(true)) }
    if objective.loss == .none { return }
    if objective.model != .elsa { add("loss", "Loss", .text(String(describing: objective.loss))) }
    add("weighting", "Weighting", .text(String(describing: objective.weighting)))
    if !objective.biases.isEmpty {
      let names = [(Objective.Biases.user, "user"), (.item, "item")].filter { objective.biases.contains($0.0) }
      add("biases", "Biases learned", .text(names.map(\.1).joined(separator: ", ")))
    }
    if objective.weighting == .power { add("power", "Power of values", .number(objective.power, decimals: 4)) }
    if objective.model == .wals {
      if objective.userExponent != 0 {
        add("userExponent", "User exponent", .number(objective.userExponent, decimals: 4))
      }
      add("w0", "w0", .number(objective.w0, decimals: 4))
      add("alpha", "alpha", .number(objective.alpha, decimals: 4))
    }
    if let degrees = objective.degrees {
      add("userDegreeExponent", "User degree exponent", .number(degrees.user, decimals: 4))
      add("itemDegreeExponent", "Item degree exponent", .number(degrees.item, decimals: 4))
      add("scoreDegreeExponent", "Score degree exponent", .number(degrees.score, decimals: 4))
      return
    }
    if objective.model == .elsa { return }
    if objective.model == .contrastive || objective.model == .twoTower && objective.loss == .softmax {
      add("positiveFrom", "Positive from", .number(objective.positiveFrom, decimals: 4))
      add("negatives", "Items drawn for a step", .number(objective.negatives, decimals: 4))
      if let damping = objective.historyDamping {
        add("historyDamping", "Histories damped by", .number(damping, decimals: 4))
      }
      return
    }
    add("lambdaUser", "lambda (users)", .number(objective.lambdaUser, decimals: 4))
    add("lambdaItem", "lambda (items)", .number(objective.lambdaItem, decimals: 4))
    if !objective.biases.isEmpty { add("lambdaBias", "lambda (biases)", .number(objective.lambdaBias, decimals: 4)) }
    add("nu", "nu", .number(objective.nu, decimals: 4))
    add("decay", "lambda applies", .text(String(describing: objective.decay)))
    if let range = objective.range {
      add("rangeLow", "Sigmoid from", .number(range.lowerBound, decimals: 4))
      add("rangeHigh", "Sigmoid to", .number(range.upperBound, decimals: 4))
    }
    if let damping = objective.meanDamping {
      add("meanDamping", "Item means damped by", .number(damping, decimals: 4))
    }
    if let scale = objective.scale {
      add("smallestRating", "Smallest rating", .number(scale.lowerBound, decimals: 4))
      add("largestRating", "Largest rating", .number(scale.upperBound, decimals: 4))
    }
    if objective.model == .mf || objective.model == .bpr, objective.alpha != 1 {
      add("alpha", "Weights times", .number(objective.alpha, decimals: 6))
    }
    if objective.model == .bpr || objective.model == .logistic {
      add("positiveFrom", "Positive from", .number(objective.positiveFrom, decimals: 4))
      add("negatives", "Negatives a positive", .number(objective.negatives, decimals: 4))
    }
  }

  /// The facts of the training that fold-in needs.
  mutating func add(_ training: Objective.Training?) {
    guard let training else { return add("foldIn", "Fold-in", .text("not recorded")) }
    add("trainingPairs", "Training pairs", .count(Int(clamping: training.pairs)))
    add("trainingUsers", "Training users", .count(Int(training.users)))
    add("trainingSeed", "Seed", .text(String(training.seed)))
    if training.optimiser != .exact { add("optimiser", "Optimiser", .text("\(training.optimiser)")) }
    if training.popularity != 0 { add("popularity", "Popularity exponent", .number(training.popularity, decimals: 4)) }
  }

  /// The facts of an index file.
  mutating func add(_ index: HNSWIndex) {
    begin("Items")
    add("metric", "Metric", .text(index.metric.name))
    add("relatedMetric", "Related metric", .text(index.relatedMetric.name))
    add("dimension", "Dimension", .count(index.dimension))
    add("items", "Items", .count(index.count))
    add("titles", "Titles", .flag(index.facts.titles != nil))
    add("attributeCount", "Attributes", .count(index.facts.attributes.entries.count))
    if index.facts.container.sections.contains(where: { $0.name == "EMBF" }) {
      add("holdsEmbeddings", "Holds embeddings", .flag(true))
    }
    begin("Graph")
    add("linked", "Linked items", .count(index.facts.linkedNodes))
    add("m", "M", .integer(index.facts.m))
    add("efConstruction", "efConstruction", .integer(index.facts.efConstruction))
    add("seed", "Seed", .text(String(index.facts.seed)))
    add("topLevel", "Highest layer", .integer(index.facts.topLevel))
    add("minimumPrefix", "Minimum prefix", .count(index.facts.minimumPrefix))
    add("store", "Vectors kept as", .text(index.facts.store.name))
    if index.facts.store != .float32 {
      add("vectorError", "Error of a vector", .score(index.facts.vectorError))
      if let sentence = StoreFacts.sentence(index.facts.store, error: index.facts.vectorError, metric: index.metric) {
        add("scores", "Scores", .text(sentence))
      }
    }
    if index.facts.codeWidth > 0 { add("codeWidth", "Code bytes", .count(index.facts.codeWidth)) }
  }

  /// The leaves of a JSON object, each with its path as the key.
  mutating func add(_ value: JSONValue?, under path: String) {
    switch value {
    case nil, .null: return
    case .object(let members):
      for key in members.keys.sorted() { add(members[key], under: path + "." + key) }
    case .string(let text): add(path, Facts.leaf(of: path), .text(text))
    case .integer(let number): add(path, Facts.leaf(of: path), .integer(Int(number)))
    case .some(let other): add(path, Facts.leaf(of: path), .text(other.text))
    }
  }

  /// The path without its first part.
  private static func leaf(of path: String) -> String {
    path.split(separator: ".", maxSplits: 1).last.map(String.init) ?? path
  }
}
