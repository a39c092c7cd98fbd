import AkinQuantization

/// Where the walks for some queries begin, found for all of them at once.
struct EntryPoints {
  /// The queries' coordinates along the codes' axes, or `nil` where there are none.
  private let coordinates: QueryCoordinates?
  private let starts: Starts

  /// What the walks begin with.
  enum Starts {
    /// The entry of the highest layer: the walk descends.
    case entry
    /// Nodes of layer 0, `each` of them for a query.
    case nodes([UInt32], each: Int)
    /// What a scan of the items of largest norm has found.
    case scan(PrefixScan)
  }

  /// One query's.
  struct One {
    let coordinates: QueryCoordinates.Row?
    let start: Start
  }

  /// What one walk begins with.
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
