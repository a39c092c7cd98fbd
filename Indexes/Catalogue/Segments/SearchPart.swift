import AkinExhaustive
import AkinHNSW
import AkinVectors

/// What a search asks as one: a segment with a graph, or neighbouring segments without, which one scan reads.
struct SearchPart: Sendable {
  /// How a part answers.
  enum Way {
    case graph(HNSWIndex)
    case scan(SegmentRun)
  }

  /// Its place among the parts.
  let number: Int
  let way: Way
  /// Its rows among all rows of the catalogue.
  let rows: Range<Int>
  /// The number of rows that are not deleted.
  let live: Int
  /// What every search of it leaves out; `nil` for nothing.
  let filter: RowFilter?

  /// A segment with a graph.
  private init(_ number: Int, _ segment: Segment, _ index: HNSWIndex) {
    (self.number, way, rows, live) = (number, .graph(index), segment.rows, segment.record.live)
    filter = SearchPart.excluding(segment.record.deleted)
  }

  /// Neighbouring segments without graphs.
  private init(_ number: Int, _ run: ArraySlice<Segment>) {
    let start = run.first?.offset ?? 0
    (self.number, way) = (number, .scan(SegmentRun(run)))
    rows = start..<(run.last?.rows.upperBound ?? start)
    live = run.reduce(0) { $0 + $1.record.live }
    var deleted = RowSet(capacity: rows.count)
    for segment in run {
      for row in segment.record.deleted.rows { deleted.insert(Row(Int(row.index) + segment.offset - start)) }
    }
    filter = SearchPart.excluding(deleted)
  }

  private static func excluding(_ deleted: RowSet) -> RowFilter? { deleted.count == 0 ? nil : .excluding(deleted) }

  /// The parts of a catalogue, those with graphs first: what these find bounds what the scans look for. A segment that is lost is
  /// in none.
  static func parts(of segments: [Segment]) -> [SearchPart] {
    var parts: [SearchPart] = []
    for segment in segments where segment.record.isLinked {
      guard let index = segment.index else { continue }
      parts.append(SearchPart(parts.count, segment, index))
    }
    var start = 0
    while start < segments.count {
      let end = segments[start...].firstIndex { $0.record.isLinked || $0.index == nil } ?? segments.count
      if start < end { parts.append(SearchPart(parts.count, segments[start..<end])) }
      start = end + 1
    }
    return parts
  }

  /// The exact index over its rows.
  func exhaustive(by metric: Metric) -> ExhaustiveIndex {
    switch way {
    case .graph(let index): index.exhaustive(by: metric)
    case .scan(let run): run.exhaustive(by: metric)
    }
  }

  /// A neighbour with its row in the catalogue.
  func shifted(_ neighbor: Neighbor) -> Neighbor {
    Neighbor(row: Row(rows.lowerBound + Int(neighbor.row.index)), score: neighbor.score)
  }

  /// The part of a filter of the whole catalogue that lies in this one, without deleted rows; `nil` when it lets nothing in.
  func own(_ filter: RowFilter) -> RowFilter? {
    var part = filter.rows.slice(rows)
    if filter.letsIn {
      if let deleted = self.filter { part.subtract(deleted.rows) }
      return part.count == 0 ? nil : .only(part)
    }
    if part.count == 0 { return self.filter ?? .excluding(part) }
    if let deleted = self.filter { part.formUnion(deleted.rows) }
    return part.count == rows.count ? nil : .excluding(part)
  }
}
