import AkinFiles
import AkinHNSW
import AkinSupport
import AkinVectors
import Synchronization

/// One generation of a catalogue that changes: an index of several immutable parts (segments), some of whose rows are deleted.
///
///     let catalogue = try CatalogueIndex(path: "shop")
///     let found = try catalogue.nearest(to: query, k: 10)
///
/// A row is an item's place in the order of arrival, deleted items included; it belongs to this generation, the ``ItemID`` does
/// not. Scores are those of every index, so the answers of the segments merge exactly: equal scores come in order of arrival.
/// Deleted items are walked through, and never answered. The files of an open generation stay readable whatever a writer does.
public final class CatalogueIndex: VectorIndex {
  /// The directory.
  public let path: String
  /// The generation: segments, deleted rows, model.
  public let manifest: Manifest
  /// The root digest of the manifest's file.
  public let digest: Digest
  /// The segments that could not be used, where the catalogue was opened to answer without them.
  public let damaged: [FileError]
  /// Newer generations that are damaged, so that this one answers.
  public let skipped: [FileError]
  let segments: [Segment]
  /// The segments as searches ask them.
  let parts: [SearchPart]
  /// The number of items that can be answered.
  public let liveCount: Int
  /// The last filter, and what each part gets of it.
  let lastFilter = Mutex<(filter: RowFilter, parts: [RowFilter?])?>(nil)
  /// The attributes of all segments, joined at the first use.
  let joinedAttributes = Mutex<AttributeTable?>(nil)

  init(
    _ directory: CatalogueDirectory, _ stored: CatalogueDirectory.Stored, indexes: [HNSWIndex?],
    damaged: [FileError] = [], skipped: [FileError] = []
  ) {
    path = directory.path
    manifest = stored.manifest
    digest = stored.digest
    self.damaged = damaged
    self.skipped = skipped
    var offset = 0
    segments = zip(manifest.segments, indexes).enumerated().map { number, both in
      defer { offset += both.0.rows }
      return Segment(both.0, number: number, offset: offset, index: both.1)
    }
    parts = SearchPart.parts(of: segments)
    liveCount = segments.reduce(0) { $0 + ($1.index == nil ? 0 : $1.record.live) }
  }

  /// The number of rows, deleted items included.
  public var count: Int { manifest.rows }
  /// Components of an item and of a query.
  public var dimension: Int { manifest.model.dimension }
  /// The metric of scores.
  public var metric: Metric { manifest.model.metric }

  /// The segment that a row lies in, and its row there; `nil` for a row that is deleted, lost, or does not exist.
  func place(of row: Row) -> (segment: Segment, row: Row)? {
    let wanted = Int(row.index)
    var (low, high) = (0, segments.count)
    while low < high {
      let middle = low + (high - low) / 2
      if segments[middle].rows.upperBound <= wanted { low = middle + 1 } else { high = middle }
    }
    guard low < segments.count else { return nil }
    let local = Row(wanted - segments[low].offset)
    return segments[low].holds(local) ? (segments[low], local) : nil
  }

  /// A copy of the vector of an item, or `nil` for a row without one.
  ///
  /// - Parameter row: The row of the item.
  public func vector(of row: Row) -> [Float]? {
    place(of: row).flatMap { $0.segment.index?.vector(of: $0.row) }
  }

  /// The id of an item; a text that spells a number is that number, however a segment stores it. For a row without an item: the text `(no id for row …)`.
  ///
  /// - Parameter row: The row of the item.
  public func id(of row: Row) -> ItemID {
    guard let (segment, local) = place(of: row), let index = segment.index else {
      return .text("(no id for row \(row.index))")
    }
    return index.facts.itemIDs.id(of: local).canonical
  }

  /// The row of an item, or `nil` for an id that no live item has.
  ///
  /// - Parameter id: The id.
  /// - Complexity: O(*segments* · log *rows*).
  public func row(of id: ItemID) -> Row? {
    for segment in segments.reversed() {
      if let row = segment.row(of: id) { return Row(segment.offset + Int(row.index)) }
    }
    return nil
  }

  /// The title of an item, or `nil` when it has none.
  ///
  /// - Parameter row: The row of the item.
  public func title(of row: Row) -> String? {
    guard let (segment, local) = place(of: row) else { return nil }
    return segment.index?.facts.titles?[local].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The bias of an item; `nil` for a row without an item, and when no item has one.
  ///
  /// - Parameter row: The row of the item.
  package func bias(of row: Row) -> Float? {
    place(of: row).flatMap { $0.segment.index?.bias(of: $0.row) }
  }

  /// Copies the items that are left, in order of arrival, with ids, titles, biases and attributes; every byte of the segments is
  /// checked first.
  ///
  /// - Parameter execution: Threads and cancellation.
  /// - Throws: `FileError` for a damaged segment, also one that this catalogue answers without; `Cancelled`.
  package func liveItems(_ execution: Execution) throws -> Embeddings {
    if let error = damaged.first { throw error }
    return try SegmentContent(merging: segments, of: manifest.model, execution: execution).embeddings
  }

  /// Whether any item has a title.
  public var hasTitles: Bool { segments.contains { $0.index?.facts.titles != nil } }

  /// Calls `body` with each live row that has a title, and the title, in order of arrival.
  ///
  /// - Parameter body: Receives a row and a title.
  /// - Complexity: O(*bytes of all titles*).
  public func forEachTitle(_ body: (_ row: Row, _ title: String) -> Void) {
    for segment in segments {
      guard let titles = segment.index?.facts.titles else { continue }
      unsafe titles.forEach { row, bytes in
        guard segment.holds(Row(row)) else { return }
        body(Row(segment.offset + row), unsafe String(decoding: bytes, as: UTF8.self))
      }
    }
  }

  /// The live rows, in order of arrival.
  public var liveRows: [Row] {
    segments.flatMap { segment in
      (0..<segment.record.rows).filter { segment.holds(Row($0)) }.map { Row(segment.offset + $0) }
    }
  }

  /// Whether all ids are numbers.
  public var hasNumbersAsIDs: Bool { segments.allSatisfy { $0.index?.facts.itemIDs.kind != .text } }
}
