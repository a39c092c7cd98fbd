import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors

@testable import AkinCatalogue

/// What a catalogue should hold, kept the obvious way: items in order of arrival.
struct Shop: Equatable {
  struct Item: Equatable {
    var id: ItemID
    var vector: [Float]
    var bias: Float = 0
    var title = ""
    var brand: String?
    var genres: [String] = []
  }

  var items: [Item] = []

  /// Adds items as a catalogue does: equal ones stay, others arrive anew.
  mutating func add(_ new: [Item]) {
    for item in new where !items.contains(item) {
      items.removeAll { $0.id == item.id }
      items.append(item)
    }
  }

  mutating func delete(_ ids: [ItemID]) { items.removeAll { ids.contains($0.id) } }

  /// The items as embeddings.
  func embeddings(_ metric: Metric, dimension: Int) -> Embeddings {
    Shop.embeddings(items, metric, dimension: dimension)
  }

  static func embeddings(_ items: [Item], _ metric: Metric, dimension: Int) -> Embeddings {
    var all = Embeddings(
      items: EmbeddingMatrix(uniformRows: items.map(\.vector), dimension: dimension),
      itemIDs: items.map(\.id).column, metric: metric)
    if metric == .innerProduct { all.itemBiases = items.map(\.bias) }
    all.titles = items.map(\.title)
    all.attributes = [.words("brand", items.map(\.brand))]
    let names = Set(items.flatMap(\.genres)).sorted()
    var members = History(offsets: [0], rows: [])
    for item in items {
      members.rows += item.genres.compactMap { names.firstIndex(of: $0).map { UInt32($0) } }.sorted()
      members.offsets.append(UInt64(members.rows.count))
    }
    all.categories = Categories(names: names, members: members, attributeName: "genre")
    all.globalMean = metric == .innerProduct ? 3 : 0
    return all
  }

  /// The slow, obvious answer: places in `items`, and scores.
  func nearest(to query: [Float], k: Int, _ metric: Metric) -> [Neighbor] {
    Catalogue(
      items: EmbeddingMatrix(uniformRows: items.map(\.vector), dimension: query.count), metric: metric,
      biases: metric == .innerProduct ? items.map(\.bias) : nil
    ).nearest(to: query, k: k)
  }
}

extension Shop.Item {
  /// An item that a number and a seed determine.
  init(_ number: Int, seed: UInt64, dimension: Int) {
    let random = CounterRandom(seed: seed, purpose: UInt64(number))
    self.init(
      id: number % 3 == 0 ? .text("item \(number)") : .number(UInt64(number)),
      vector: (0..<dimension).map { Float(random.normal(at: UInt64($0))) }, bias: Float(random.normal(at: 99)),
      title: number % 4 == 0 ? "" : "Thing \(number)", brand: number % 5 == 0 ? nil : "brand \(number % 7)",
      genres: (0..<number % 3).map { "genre \((number + $0) % 4)" }.sorted())
  }
}

extension CatalogueIndex {
  /// What it holds, read item by item in order of arrival.
  var shop: Shop {
    var shop = Shop()
    for number in 0..<count {
      let row = Row(number)
      guard let (segment, local) = place(of: row), let vector = vector(of: row), let index = segment.index else {
        continue
      }
      shop.items.append(
        Shop.Item(
          id: id(of: row), vector: vector, bias: index.bias(of: local) ?? 0, title: title(of: row) ?? "",
          brand: brand(of: row), genres: genres(of: row)))
    }
    return shop
  }

  private func value(_ name: String, of row: Row) -> AttributeValue? {
    attributes.position(of: name).flatMap { attributes[$0][row] }
  }

  private func brand(of row: Row) -> String? {
    if case .word(let brand)? = value("brand", of: row) { brand } else { nil }
  }

  private func genres(of row: Row) -> [String] {
    if case .list(let genres)? = value("genre", of: row) { genres } else { [] }
  }

  /// The answer with rows counted among live items only.
  func answer(to query: [Float], _ request: SearchRequest) throws -> [Neighbor] {
    let live = (0..<count).filter { place(of: Row($0)) != nil }
    return try nearest(to: query.span, request).map { found in
      Neighbor(row: Row(live.firstIndex(of: Int(found.row.index))!), score: found.score)
    }
  }
}

/// A catalogue under test, in a directory of its own.
struct Bench {
  let directory: CatalogueDirectory
  let metric: Metric
  let dimension: Int
  var shop: Shop
  var writer: CatalogueWriter

  /// Few rows a tier, so that small catalogues have many segments and some links.
  static let policy = MergePolicy(width: 3, lowest: 4, linkedFrom: 12, grownFrom: 5, deletedShare: 0.4)

  init(
    at path: String, _ items: [Shop.Item], metric: Metric = .innerProduct, dimension: Int = 3,
    lineage: Digest = Digest(low: 1, high: 2), disk: CatalogueDisk = .system, policy: MergePolicy = Bench.policy
  ) throws {
    directory = CatalogueDirectory(path: path, disk: disk)
    self.metric = metric
    self.dimension = dimension
    shop = Shop()
    shop.add(Bench.fitted(items, metric))
    writer = try CatalogueWriter.create(
      directory, from: shop.embeddings(metric, dimension: dimension), lineage: lineage, options: .small,
      replacing: false,
      policy: policy, execution: Execution(threads: 1)
    ).writer
  }

  /// Only inner products have biases.
  private static func fitted(_ items: [Shop.Item], _ metric: Metric) -> [Shop.Item] {
    items.map { item in
      var item = item
      if metric != .innerProduct { item.bias = 0 }
      return item
    }
  }

  @discardableResult
  mutating func add(_ items: [Shop.Item], lineage: Digest = Digest(low: 1, high: 2)) throws -> CatalogueChange {
    let change = try writer.add(
      Shop.embeddings(items, metric, dimension: dimension), lineage: lineage, name: "new.emb",
      execution: Execution(threads: 1))
    shop.add(Bench.fitted(items, metric))
    return change
  }

  @discardableResult
  mutating func delete(_ ids: [ItemID]) throws -> CatalogueChange {
    let change = try writer.delete(ids)
    shop.delete(ids)
    return change
  }
}

extension HNSWBuildOptions {
  static let small = HNSWBuildOptions(m: 4, efConstruction: 24, seed: 1)
}
