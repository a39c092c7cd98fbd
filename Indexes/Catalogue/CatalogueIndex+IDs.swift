import AkinFiles
import AkinHNSW
import AkinVectors

extension CatalogueIndex {
  /// The ids of all rows: numbers where all are, otherwise texts.
  ///
  /// A deleted row has the id that it had; a row of a lost segment has the text of ``id(of:)``.
  ///
  /// - Complexity: O(*rows*).
  package func copyOfIDs() -> IDColumn {
    var numbers: [UInt64] = []
    numbers.reserveCapacity(count)
    for segment in segments {
      guard let ids = segment.index?.facts.itemIDs else { return textIDs() }
      for row in 0..<segment.record.rows {
        guard case .number(let number) = ids.id(of: Row(row)).canonical else { return textIDs() }
        numbers.append(number)
      }
    }
    return .numbers(numbers)
  }

  private func textIDs() -> IDColumn {
    var texts: [String] = []
    texts.reserveCapacity(count)
    for segment in segments {
      let ids = segment.index?.facts.itemIDs
      for row in 0..<segment.record.rows {
        texts.append((ids?.id(of: Row(row)).canonical ?? id(of: Row(segment.offset + row))).description)
      }
    }
    return .texts(texts)
  }
}
