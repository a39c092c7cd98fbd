import AkinSupport

extension GraphBuilder {
  /// Builds a graph whose first nodes take over the links of an older one; the others are inserted after them.
  ///
  /// - Returns: The graph, and for each node near ones.
  /// - Complexity: O(*links* of the older graph), and for each other node what ``build`` costs.
  static func grow(
    vectors: BuildVectors, from inheritance: Inheritance, m: Int, options: HNSWBuildOptions, execution: Execution
  ) throws -> (draft: GraphDraft, nearest: KNNGraphDraft) {
    let draft = GraphDraft(inheritance.order, m: m)
    let nearest = KNNGraphDraft(nodes: draft.nodes)
    let nodes = inheritance.order.nodes
    try inheritance.takeOver(in: draft, nearest, vectors, execution: execution)
    let builder = GraphBuilder(
      vectors: vectors, draft: draft, nearest: nearest, efConstruction: options.efConstruction, execution: execution)
    // Scans need nodes by falling level.
    try builder.insert(nodes, from: inheritance.count, upTo: nodes.count, scans: false)
    try builder.finish(nodes[...])
    return (draft, nearest)
  }
}
