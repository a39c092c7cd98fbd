// Names are those of akin.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

public import CAkin
import Akin

@c @implementation
public func akin_recommender(
  _ index: akin_handle, _ embeddings: akin_handle, _ recommender: UnsafeMutablePointer<akin_handle>?
) -> Int32 {
  call {
    let place = unsafe try place(recommender, "recommender")
    let index = try Handles.index(index)
    let file = try embeddings == 0 ? index.heldEmbeddings() : Handles.embeddings(embeddings)
    unsafe place.pointee = Handles.open(.recommender(try Recommender(opened: index, embeddings: file)))
  }
}

extension Recommender {
  /// The items that answers may hold.
  fileprivate var asked: AskedItems { AskedItems(count: index.count) { self.attributes } }
}

extension Asked {
  /// The request of one query, and whether its answer may hold what the user has.
  fileprivate func request(of query: Int) -> SearchRequest {
    seen?(query).map { request.narrowed(by: $0) } ?? request
  }

  /// What a list must be besides.
  fileprivate var rules: ListRules {
    ListRules(includesSeen: includesSeen, diversity: diversity, categoryLimit: categoryLimit)
  }
}

@c @implementation
public func akin_recommend(
  _ recommender: akin_handle, _ request: UnsafePointer<akin_request>?, _ users: UnsafePointer<Int64>?, _ count: Int64,
  _ answers: UnsafePointer<akin_answers>?
) -> Int32 {
  call {
    let recommender = try Handles.recommender(recommender)
    guard let file = recommender.embeddings, file.users != nil else { throw RecommenderError.noUsers }
    let chosen = unsafe try rows(users, count, of: file.userCount, "users")
    let asked = unsafe try Asked(request, queries: chosen.count, of: recommender.asked)
    let target = unsafe try AnswerArrays(answers, queries: chosen.count, k: asked.request.k)
    let isNumbered = recommender.catalog.isNumbered
    if chosen.count == 1 {
      let list = try recommender.neighbors(
        ofUser: chosen[0], asked.single, asked.rules)
      return try target.write(list, recommender.catalog, isNumbered: isNumbered)
    }
    try checkLists(chosen.count, asked.request.forCandidates(diversity: asked.diversity), of: recommender.index.count)
    guard asked.seen != nil else {
      let lists = try recommender.recommend(
        toEach: chosen, asked.request, asked.rules, execution: asked.execution)
      return try target.write(lists, recommender.catalog, isNumbered: isNumbered)
    }
    let lists = try NeighborTable(
      queryCount: chosen.count, k: min(asked.request.k, recommender.index.count), execution: asked.execution
    ) { range, answer in
      for query in range {
        let list = try recommender.neighbors(
          ofUser: chosen[query], asked.request(of: query), asked.rules)
        answer(query, list)
      }
    }
    try target.write(lists, recommender.catalog, isNumbered: isNumbered)
  }
}

/// The interactions of several users, as a caller gives them.
private struct Histories {
  private let ids: IDColumn
  private let values: [Float]?
  private let offsets: [Int]
  /// The number of users.
  var count: Int { offsets.count - 1 }

  @unsafe init(
    _ items: UnsafePointer<akin_texts>?, _ values: UnsafePointer<Float>?, _ offsets: UnsafePointer<Int64>?,
    _ count: Int64
  ) throws(CallError) {
    let users = try AkinC.count(count, "count", most: VectorLimits.rows)
    ids = unsafe try AkinC.ids(items, "items")
    self.offsets = unsafe try ascending(offsets, users, "offsets")
    guard self.offsets[users] == ids.count else {
      throw .unlikeCounts("items", expected: Int64(self.offsets[users]), found: Int64(ids.count))
    }
    self.values = unsafe values == nil ? nil : Array(unsafe try array(values, ids.count, "values"))
  }

  /// The interactions of one of them.
  subscript(user: Int) -> [Interaction] {
    (offsets[user]..<offsets[user + 1]).map { Interaction(ids[Row($0)], value: values?[$0] ?? 1) }
  }
}

@c @implementation
public func akin_recommend_histories(
  _ recommender: akin_handle, _ request: UnsafePointer<akin_request>?, _ items: UnsafePointer<akin_texts>?,
  _ values: UnsafePointer<Float>?, _ offsets: UnsafePointer<Int64>?, _ count: Int64,
  _ answers: UnsafePointer<akin_answers>?
) -> Int32 {
  call {
    let recommender = try Handles.recommender(recommender)
    let histories = unsafe try Histories(items, values, offsets, count)
    let asked = unsafe try Asked(request, queries: histories.count, of: recommender.asked)
    let target = unsafe try AnswerArrays(answers, queries: histories.count, k: asked.request.k)
    try asked.request.check(count: recommender.index.count)
    try checkLists(
      histories.count, asked.request.forCandidates(diversity: asked.diversity), of: recommender.index.count)
    let lists = try NeighborTable(
      queryCount: histories.count, k: min(asked.request.k, recommender.index.count), execution: asked.execution
    ) { range, answer in
      for query in range {
        let list = try recommender.neighbors(
          of: histories[query], asked.request(of: query), asked.rules
        ).list
        answer(query, list)
      }
    }
    try target.write(lists, recommender.catalog, isNumbered: recommender.catalog.isNumbered)
  }
}

@c @implementation
public func akin_fold_in(
  _ recommender: akin_handle, _ items: UnsafePointer<akin_texts>?, _ values: UnsafePointer<Float>?,
  _ offsets: UnsafePointer<Int64>?, _ count: Int64, _ vectors: UnsafeMutablePointer<Float>?, _ dimension: Int64,
  _ biases: UnsafeMutablePointer<Float>?
) -> Int32 {
  call {
    let recommender = try Handles.recommender(recommender)
    let histories = unsafe try Histories(items, values, offsets, count)
    guard let width = recommender.embeddings?.dimension else { throw RecommenderError.noUsers }
    guard dimension == Int64(width) else {
      throw CallError.unlikeCounts("a row of vectors", expected: Int64(width), found: dimension)
    }
    if histories.count == 0 { return }
    let target = unsafe try place(vectors, "vectors")
    for row in 0..<histories.count {
      let user = try recommender.user(of: histories[row])
      for component in 0..<width { unsafe target[row * width + component] = user.vector[component] }
      if let biases = unsafe biases { unsafe biases[row] = user.bias }
    }
  }
}
