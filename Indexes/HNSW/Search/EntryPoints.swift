/// What the walks for some queries begin with, made for all of them at once.
struct EntryPoints {
  /// The queries' coordinates along the codes' axes, or `nil` where there are none.
  private let coordinates: QueryCoordinates?
  /// The nodes to begin at, `each` for a query; none: at the top.
  private let nodes: [UInt32]
  private let each: Int
  /// What was found among the largest items, or `nil` where they come no earlier than others.
  private let sweeps: PrefixScan?

  /// One query's.
  struct One {
    let coordinates: QueryCoordinates.Row?
    let nodes: ArraySlice<UInt32>
    let sweep: (found: PrefixScan.One, pool: ArraySlice<UInt64>)?
  }

  /// Walks that begin at the top.
  init(coordinates: QueryCoordinates?) {
    self.init(coordinates: coordinates, at: [], each: 0)
  }

  /// Walks that begin at the best of the largest items.
  init(coordinates: QueryCoordinates?, sweeps: PrefixScan) {
    self.init(coordinates: coordinates, at: [], each: 0, sweeps: sweeps)
  }

  /// A walk that begins at a node.
  init(coordinates: QueryCoordinates?, at node: UInt32) {
    self.init(coordinates: coordinates, at: [node], each: 1)
  }

  /// Walks that begin at the nodes `nodes[each * place..<each * (place + 1)]`.
  init(coordinates: QueryCoordinates?, at nodes: [UInt32], each: Int, sweeps: PrefixScan? = nil) {
    self.sweeps = sweeps
    self.coordinates = coordinates
    self.nodes = nodes
    self.each = each
  }

  subscript(place: Int) -> One {
    One(
      coordinates: coordinates?.row(place), nodes: nodes[each * place..<each * (place + 1)],
      sweep: sweeps.map { ($0.all[place], $0.pool(place)) })
  }
}
