import AkinQuantization

/// The starts of the walks for a batch of queries.
struct EntryPoints {
  /// The coordinates of the queries along the axes of the codes, or `nil` without axes.
  private let coordinates: QueryCoordinates?
  private let starts: Starts

  /// The kind of start.
  enum Starts {
    /// The entry of the highest layer: the walk descends.
    case entry
    /// Nodes of layer 0, `each` of them a query.
    case nodes([UInt32], each: Int)
    /// The result of a scan of the items of largest norm.
    case scan(PrefixScan)
  }

  /// The starts of one query.
  struct One {
    let coordinates: QueryCoordinates.Row?
    let start: Start
  }

  /// The start of one walk.
  enum Start {
    case entry
    case nodes(ArraySlice<UInt32>)
    case scan(PrefixScan.One, candidates: ArraySlice<UInt64>)
  }

  init(coordinates: QueryCoordinates?, _ starts: Starts) {
    self.coordinates = coordinates
    self.starts = starts
  }

  subscript(place: Int) -> One {
    let start: Start =
      switch starts {
      case .entry: .entry
      case .nodes(let nodes, let each): .nodes(nodes[each * place..<each * (place + 1)])
      case .scan(let scan): .scan(scan.all[place], candidates: scan.candidates(place))
      }
    return One(coordinates: coordinates?.row(place), start: start)
  }
}
