/// What the walks for some queries begin with, made for all of them at once.
struct Beginnings {
  /// The queries' coordinates along the codes' axes, or `nil` where there are none.
  private let coordinates: QueryCoordinates?
  /// The nodes to begin at, `each` for a query; none: at the top.
  private let nodes: [UInt32]
  private let each: Int

  /// One query's.
  struct One {
    let coordinates: QueryCoordinates.Row?
    let nodes: ArraySlice<UInt32>
  }

  /// Walks that begin at the top.
  init(coordinates: QueryCoordinates?) {
    self.init(coordinates: coordinates, at: [], each: 0)
  }

  /// A walk that begins at a node.
  init(coordinates: QueryCoordinates?, at node: UInt32) {
    self.init(coordinates: coordinates, at: [node], each: 1)
  }

  /// Walks that begin at the nodes `nodes[each * place..<each * (place + 1)]`.
  init(coordinates: QueryCoordinates?, at nodes: [UInt32], each: Int) {
    self.coordinates = coordinates
    self.nodes = nodes
    self.each = each
  }

  subscript(place: Int) -> One {
    One(coordinates: coordinates?.row(place), nodes: nodes[each * place..<each * (place + 1)])
  }
}
