// Names are those of akin.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

public import CAkin
import Akin

@c @implementation
public func akin_ids(_ handle: akin_handle, _ side: Int32, _ ids: UnsafeMutablePointer<akin_texts>?) -> Int32 {
  call {
    let place = unsafe try target(ids, "akin_texts", \.struct_size)
    let column: IDColumn
    switch (try Handles.any(handle), try isUsers(side)) {
    case (.embeddings(let file), false): column = file.itemIDs.copy
    case (.embeddings(let file), true): column = try userIDs(file).copy
    case (.recommender(let recommender), true): column = try userIDs(recommender.embeddings).copy
    case (_, false): column = (try searched(handle)).catalog.copyOfIDs
    case (let held, true): throw CallError.otherKind(expected: "something with users", found: held.noun)
    }
    unsafe place.pointee = try akin_texts.copy(column)
  }
}

@c @implementation
public func akin_titles(_ handle: akin_handle, _ titles: UnsafeMutablePointer<akin_texts>?) -> Int32 {
  call {
    let place = unsafe try target(titles, "akin_texts", \.struct_size)
    let catalog: any ItemCatalog =
      if case .embeddings(let file) = try Handles.any(handle) { file } else { try searched(handle).catalog }
    var texts = [String](repeating: "", count: catalog.itemCount)
    catalog.forEachTitle { row, title in
      if Int(row.index) < texts.count { texts[Int(row.index)] = title }
    }
    unsafe place.pointee = try akin_texts.copies(texts)
  }
}

@c @implementation
public func akin_texts_free(_ texts: UnsafeMutablePointer<akin_texts>?) {
  guard let texts = unsafe texts else { return }
  unsafe free(UnsafeMutableRawPointer(mutating: texts.pointee.numbers))
  unsafe free(UnsafeMutableRawPointer(mutating: texts.pointee.text))
  unsafe free(UnsafeMutableRawPointer(mutating: texts.pointee.offsets))
  let size = unsafe texts.pointee.struct_size
  unsafe texts.pointee = akin_texts()
  unsafe texts.pointee.struct_size = size
}

@c @implementation
public func akin_rows(
  _ handle: akin_handle, _ side: Int32, _ ids: UnsafePointer<akin_texts>?, _ rows: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    let wanted = unsafe try AkinC.ids(ids, "ids")
    _ = unsafe try array(UnsafePointer(rows), wanted.count, "rows")
    let find: (ItemID) -> Row?
    switch (try Handles.any(handle), try isUsers(side)) {
    case (.embeddings(let file), false): find = file.itemIDs.row
    case (.embeddings(let file), true): find = try userIDs(file).row
    case (.recommender(let recommender), true): find = try userIDs(recommender.embeddings).row
    case (_, false): find = (try searched(handle)).catalog.row
    case (let held, true): throw CallError.otherKind(expected: "something with users", found: held.noun)
    }
    guard let target = unsafe rows else { return }
    for place in 0..<wanted.count {
      unsafe target[place] = find(wanted[Row(place)]).map { Int64($0.index) } ?? -1
    }
  }
}

/// The ids of the users of embeddings.
private func userIDs(_ file: EmbeddingFile?) throws -> IDTable {
  guard let ids = file?.userIDs else { throw RecommenderError.noUsers }
  return ids
}

extension IDTable {
  /// A copy of all ids; a damaged one is a text that says so.
  fileprivate var copy: IDColumn {
    if let column = column(), column.count == count { return column }
    return .texts((0..<count).map { id(of: Row($0)).description })
  }
}

extension ItemCatalog {
  /// A copy of the ids of all rows.
  fileprivate var copyOfIDs: IDColumn {
    if let graph = self as? HNSWIndex { return graph.facts.itemIDs.copy }
    if let catalogue = self as? CatalogueIndex { return catalogue.copyOfIDs() }
    if let facts = self as? IndexFacts { return facts.itemIDs.copy }
    if let file = self as? EmbeddingFile { return file.itemIDs.copy }
    let ids = (0..<itemCount).map { id(of: Row($0)) }
    let numbers = ids.compactMap { id -> UInt64? in if case .number(let number) = id { number } else { nil } }
    return numbers.count == ids.count ? .numbers(numbers) : .texts(ids.map(\.description))
  }
}
