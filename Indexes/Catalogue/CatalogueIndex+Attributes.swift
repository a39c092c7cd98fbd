import AkinVectors

extension CatalogueIndex {
  /// The attributes of the items, those of all segments one after the other; an item of a damaged segment has none.
  ///
  /// An attribute has the kind that it has in the first segment with its name; where another segment has another kind, its items
  /// have no value.
  public var attributes: AttributeTable {
    joinedAttributes.withLock { joined in
      if let joined { return joined }
      let made = AttributeTable.joined(
        segments.map { segment in
          (segment.index?.facts.attributes, (0..<segment.record.rows).map { Row($0) })
        })
      joined = made
      return made
    }
  }
}
