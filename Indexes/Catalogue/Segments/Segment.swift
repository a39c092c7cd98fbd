import AkinFiles
import AkinHNSW
import AkinVectors

/// An open segment, and where its rows lie among all rows of the catalogue.
struct Segment: Sendable {
  let record: SegmentRecord
  /// Its place among the segments.
  let number: Int
  /// The row of the catalogue that its first row is.
  let offset: Int
  /// The index file; `nil` where it is damaged and the catalogue answers without it.
  let index: HNSWIndex?

  /// Its rows among all rows of the catalogue.
  var rows: Range<Int> { offset..<offset + record.rows }

  init(_ record: SegmentRecord, number: Int, offset: Int, index: HNSWIndex?) {
    self.record = record
    self.number = number
    self.offset = offset
    self.index = index
  }

  /// Opens the index file of a record: O(1).
  ///
  /// - Throws: ``FileError``, also for a file that is not the one that the record names.
  static func open(
    _ record: SegmentRecord, of model: Manifest.Model, in directory: CatalogueDirectory
  ) throws(FileError) -> HNSWIndex {
    let file = try directory.disk.open(directory(record.name), .index)
    let found = file.header.rootDigest
    try file.requireField(
      "root digest", found == record.digest, found: found, expected: "\(record.digest), as its name says")
    let index = try HNSWIndex(container: file)
    for (name, found, expected) in [
      ("items", index.count, record.rows), ("dimension", index.dimension, model.dimension),
    ] {
      try file.requireField(name, found == expected, found: found, expected: "\(expected), as the catalogue says")
    }
    try file.requireField(
      "metric", index.metric == model.metric, found: index.metric.name, expected: model.metric.name)
    return index
  }

  /// Whether a row of it is neither deleted nor lost.
  func holds(_ row: Row) -> Bool { index != nil && Int(row.index) < record.rows && !record.deleted.contains(row) }

  /// The row of a live item by its id, or `nil`.
  func row(of id: ItemID) -> Row? {
    guard let row = index?.facts.itemIDs.row(of: id), holds(row) else { return nil }
    return row
  }
}
