// Names are those of akin.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

public import CAkin
import Akin
import AkinTool

@c @implementation
public func akin_version() -> UnsafePointer<CChar>? { unsafe Version.text }

@c @implementation
public func akin_abi() -> UInt32 { UInt32(AKIN_ABI) }

/// The version as a text of C that stays.
private enum Version {
  // Safe: made once, never freed, never written again.
  nonisolated(unsafe) static let text: UnsafePointer<CChar>? = unsafe UnsafePointer(strdup(Tool.version))
}

@c @implementation
public func akin_close(_ handle: akin_handle) -> Int32 { call { try Handles.close(handle) } }

@c @implementation
public func akin_cancellation(_ cancellation: UnsafeMutablePointer<akin_handle>?) -> Int32 {
  call {
    let place = unsafe try place(cancellation, "cancellation")
    unsafe place.pointee = Handles.open(.cancellation(Cancellation()))
  }
}

@c @implementation
public func akin_cancel(_ cancellation: akin_handle) -> Int32 {
  call {
    if cancellation == 0 { throw CallError.closed(0) }
    try Handles.cancellation(cancellation).cancel()
  }
}

@c @implementation
public func akin_describe(_ handle: akin_handle, _ facts: UnsafeMutablePointer<akin_facts>?) -> Int32 {
  call {
    let place = unsafe try target(facts, "akin_facts", \.struct_size)
    var found = akin_facts()
    found.struct_size = unsafe place.pointee.struct_size
    switch try Handles.any(handle) {
    case .embeddings(let file): found.describe(file)
    case .index(let index): found.describe(index)
    case .recommender(let recommender):
      if let file = recommender.embeddings { found.describe(file) }
      found.describe(recommender)
    case .filter(let filter):
      found.kind = Int32(AKIN_FILTER.rawValue)
      found.items = Int64(filter.rows.capacity)
      found.live = Int64(filter.allowedCount)
    case let held: throw CallError.otherKind(expected: "something with items", found: held.noun)
    }
    unsafe place.pointee = found
  }
}

extension akin_facts {
  fileprivate mutating func describe(_ file: EmbeddingFile) {
    kind = Int32(AKIN_EMBEDDINGS.rawValue)
    items = Int64(file.itemCount)
    live = items
    users = Int64(file.userCount)
    dimension = Int64(file.dimension)
    metric = Int32(file.metric.rawValue)
    item_ids = Int32(file.itemIDs.number)
    user_ids = Int32(file.userIDs?.number ?? 0)
    has_titles = file.titles == nil ? 0 : 1
    has_biases = file.itemBiases == nil ? 0 : 1
    has_history = file.hasHistory ? 1 : 0
    global_mean = file.globalMean
  }

  fileprivate mutating func describe(_ index: any ItemIndex) {
    let catalogue = index as? CatalogueIndex
    kind = Int32((catalogue == nil ? AKIN_INDEX : AKIN_CATALOGUE).rawValue)
    items = Int64(index.count)
    live = Int64(index.liveCount)
    dimension = Int64(index.dimension)
    metric = Int32(index.metric.rawValue)
    let texts = AKIN_TEXTS.rawValue
    item_ids = Int32(
      (index as? HNSWIndex)?.facts.itemIDs.number ?? (index.hasNumbersAsIDs ? AKIN_NUMBERS.rawValue : texts))
    has_titles = index.hasTitles ? 1 : 0
    generation = catalogue?.manifest.generation ?? 0
  }

  fileprivate mutating func describe(_ recommender: Recommender) {
    kind = Int32(AKIN_RECOMMENDER.rawValue)
    items = Int64(recommender.index.count)
    live = Int64((recommender.index as? any ItemIndex)?.liveCount ?? recommender.index.count)
    dimension = Int64(recommender.index.dimension)
    metric = Int32(recommender.index.metric.rawValue)
    has_titles = recommender.catalog.hasTitles ? 1 : 0
  }
}

extension IDTable {
  /// The kind of ids, as the header numbers them.
  fileprivate var number: UInt32 {
    switch kind {
    case .rowNumber: AKIN_ROW_NUMBERS.rawValue
    case .number: AKIN_NUMBERS.rawValue
    case .text: AKIN_TEXTS.rawValue
    }
  }
}
