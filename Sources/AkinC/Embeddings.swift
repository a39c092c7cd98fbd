// Names are those of akin.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

public import CAkin
import Akin
import AkinTool
import AkinTraining

@c @implementation
public func akin_embeddings_open(
  _ path: UnsafePointer<CChar>?, _ embeddings: UnsafeMutablePointer<akin_handle>?
) -> Int32 {
  call {
    let place = unsafe try place(embeddings, "embeddings")
    register()
    unsafe place.pointee = Handles.open(.embeddings(try EmbeddingFile(path: text(path, "path"))))
  }
}

@c @implementation
public func akin_embeddings_make(
  _ vectors: UnsafePointer<Float>?, _ count: Int64, _ dimension: Int64, _ metric: Int32,
  _ ids: UnsafePointer<akin_texts>?, _ titles: UnsafePointer<akin_texts>?,
  _ embeddings: UnsafeMutablePointer<akin_handle>?
) -> Int32 {
  call {
    let place = unsafe try place(embeddings, "embeddings")
    guard let chosen = UInt16(exactly: metric).flatMap({ Metric(rawValue: $0) }) else {
      throw CallError.badChoice("metric", found: Int64(metric))
    }
    let items = unsafe try matrix(vectors, count, dimension, "vectors")
    let names = unsafe try ids == nil ? nil : AkinC.ids(ids, "ids")
    try checkCount("ids", names?.count, items.count)
    var made = Embeddings(items: items, itemIDs: names, metric: chosen)
    if unsafe titles != nil {
      let texts = unsafe try structure(titles, "titles", \.struct_size).texts("titles")
      try checkCount("titles", texts.count, items.count)
      made.titles = texts
    }
    unsafe place.pointee = try hold(made, Execution())
  }
}

/// Throws when a column has another length than the table.
private func checkCount(_ name: String, _ found: Int?, _ expected: Int) throws(CallError) {
  guard let found, found != expected else { return }
  throw .unlikeCounts(name, expected: Int64(expected), found: Int64(found))
}

/// The handle of embeddings in memory, in the form of their file.
private func hold(_ embeddings: Embeddings, _ execution: Execution) throws -> akin_handle {
  let bytes = try embeddings.builder(execution: execution).bytes(execution: execution)
  return Handles.open(.embeddings(try EmbeddingFile(container: ContainerFile(bytes: bytes, format: .embeddings))))
}

/// Makes the kinds of files known that messages name.
func register() {
  HNSWIndex.registerFormat()
  CatalogueIndex.registerFormat()
}

@c @implementation
public func akin_embeddings_save(_ embeddings: akin_handle, _ path: UnsafePointer<CChar>?, _ replaces: Int32) -> Int32 {
  call {
    let file = try Handles.embeddings(embeddings)
    try file.container.write(to: unsafe text(path, "path"), overwrite: replaces != 0)
  }
}

/// Whether a number stands for users, not items.
func isUsers(_ side: Int32) throws(CallError) -> Bool {
  switch UInt32(bitPattern: side) {
  case AKIN_ITEMS.rawValue: false
  case AKIN_USERS.rawValue: true
  default: throw .badChoice("side", found: Int64(side))
  }
}

@c @implementation
public func akin_vectors(
  _ embeddings: akin_handle, _ side: Int32, _ vectors: UnsafeMutablePointer<UnsafePointer<Float>?>?,
  _ count: UnsafeMutablePointer<Int64>?, _ dimension: UnsafeMutablePointer<Int64>?,
  _ stride: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    let file = try Handles.embeddings(embeddings)
    let places = unsafe (
      try place(vectors, "vectors"), try place(count, "count"), try place(dimension, "dimension"),
      try place(stride, "stride")
    )
    let matrix = try isUsers(side) ? file.users : file.items
    guard let matrix else { throw RecommenderError.noUsers }
    // Safe: the handle keeps the file, and the file its matrix.
    unsafe places.0.pointee = matrix.base
    unsafe places.1.pointee = Int64(matrix.count)
    unsafe places.2.pointee = Int64(matrix.dimension)
    unsafe places.3.pointee = Int64(matrix.stride)
  }
}

@c @implementation
public func akin_biases(
  _ embeddings: akin_handle, _ side: Int32, _ biases: UnsafeMutablePointer<Float>?, _ count: Int64
) -> Int32 {
  call {
    let file = try Handles.embeddings(embeddings)
    let isUsers = try isUsers(side)
    let rows = isUsers ? file.userCount : file.itemCount
    guard count == Int64(rows) else { throw CallError.unlikeCounts("biases", expected: Int64(rows), found: count) }
    _ = unsafe try array(UnsafePointer(biases), rows, "biases")
    guard rows > 0, let target = unsafe biases else { return }
    let values = (isUsers ? file.userBiases : file.itemBiases)?.values ?? Array(repeating: 0, count: rows)
    for row in 0..<rows { unsafe target[row] = values[row] }
  }
}

@c @implementation
public func akin_train(
  _ interactions: UnsafePointer<akin_interactions>?, _ options: UnsafePointer<CChar>?,
  _ work: UnsafePointer<akin_work>?,
  _ embeddings: UnsafeMutablePointer<akin_handle>?
) -> Int32 {
  call {
    let place = unsafe try place(embeddings, "embeddings")
    let execution = unsafe try execution(work)
    let given = unsafe try structure(interactions, "akin_interactions", \.struct_size)
    let pairs = unsafe try AkinC.count(given.count, "count")
    let users = unsafe try array(given.user_rows, pairs, "user_rows")
    let items = unsafe try array(given.item_rows, pairs, "item_rows")
    let values = unsafe try given.values == nil ? nil : array(given.values, pairs, "values")
    let times = unsafe try given.times == nil ? nil : array(given.times, pairs, "times")
    let (userIDs, itemIDs) = unsafe try (ids(given.users, "users"), ids(given.items, "items"))
    for place in 0..<pairs {
      guard unsafe Int(users[place]) < userIDs.count else {
        throw unsafe CallError.badRow(
          "user_rows", place: Int64(place), found: Int64(users[place]), count: userIDs.count)
      }
      guard unsafe Int(items[place]) < itemIDs.count else {
        throw unsafe CallError.badRow(
          "item_rows", place: Int64(place), found: Int64(items[place]), count: itemIDs.count)
      }
    }
    let trained = try Tool.train(unsafe AkinC.options(options), execution: execution) { rule, allowsNegative in
      let pair = { (place: Int) in
        unsafe (user: users[place], item: items[place], value: values.map { unsafe $0[place] } ?? 1)
      }
      if unsafe pairs > 0 && times == nil, let userNumbers = userIDs.ascendingNumbers,
        let itemNumbers = itemIDs.ascendingNumbers,
        let read = try Interactions(
          userIDs: userNumbers, itemIDs: itemNumbers, count: pairs, allowsNegativeValues: allowsNegative, pair: pair)
      {
        return read
      }
      let rows = (0..<pairs).lazy.map { place in
        let (user, item, value) = pair(place)
        return (user: userIDs[Row(user)], item: itemIDs[Row(item)], value: value)
      }
      let read = try Interactions(
        rows: rows, times: unsafe times.map { times in (0..<pairs).map { unsafe times[$0] } }, duplicates: rule,
        allowsNegativeValues: allowsNegative)
      return try read.including(users: userIDs, items: itemIDs)
    }
    unsafe place.pointee = try hold(trained, execution)
  }
}

extension IDColumn {
  /// The ids where they are numbers in strictly ascending order, or `nil`.
  fileprivate var ascendingNumbers: [UInt64]? {
    switch self {
    case .rowNumbers(let count): return (0..<count).map { UInt64($0) }
    case .numbers(let ids):
      return zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 } ? ids : nil
    case .texts: return nil
    }
  }
}
