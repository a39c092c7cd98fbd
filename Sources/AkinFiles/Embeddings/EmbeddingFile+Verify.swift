import AkinSupport
import AkinVectors

extension EmbeddingFile {
  /// Checks every byte and every rule of an embeddings file: checksums, digests, offsets, the order of ids, finite
  /// numbers, reserved zeros.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - execution: Threads, progress and cancellation.
  /// - Throws: ``FileError`` when the file cannot be opened; ``Cancelled``.
  /// - Complexity: O(*file bytes*) time, memory that does not depend on the file.
  public static func verify(
    path: String, execution: Execution = Execution()
  ) throws -> VerificationReport {
    try EmbeddingFile(path: path, mode: .map(.sequential)).verify(execution: execution)
  }

  /// Checks every byte and every rule of this file.
  ///
  /// - Parameter execution: Threads, progress and cancellation.
  /// - Throws: ``Cancelled``.
  /// - Complexity: O(*file bytes*) time, memory that does not depend on the file.
  public func verify(execution: Execution = Execution()) throws -> VerificationReport {
    try container.verify(execution: execution) { _, list in try checkStructure(execution, &list) }
  }

  /// The part of `verify` that needs no checksums, for programs that build on this file.
  ///
  /// - Parameter execution: Threads, progress and cancellation.
  /// - Returns: The first damages; empty when every number of the file can be used as it is.
  /// - Throws: ``Cancelled``.
  public func structuralDamages(execution: Execution = Execution()) throws -> [Damage] {
    var list = DamageList()
    try checkStructure(execution, &list)
    return list.damages
  }

  /// Adds what breaks a rule of the sections.
  private func checkStructure(_ execution: Execution, _ list: inout DamageList) throws {
    for (matrix, name) in [(items, "IVEC" as SectionName), (users, "UVEC")] {
      guard let matrix, let view = container.view(name) else { continue }
      try VectorCheck.check(matrix, in: view, &list, execution)
    }
    let columns: [(inout DamageList) -> Void] = [
      { self.itemBiases?.check(&$0) }, { self.userBiases?.check(&$0) },
      { self.itemDegrees?.check(&$0, from: 0) }, { self.itemIDs.check(&$0) },
      { self.userIDs?.check(&$0) },
      { self.titles?.check(&$0) }, { self.categoryNames?.check(&$0) }, { self.categoryColumn?.check(&$0) },
      { self.historyColumn?.check(&$0) }, { self.valueColumn?.checkValues(of: self.objective, &$0) },
      { self.weightColumn?.checkWeights(&$0) },
      { self.attributeSections.check(&$0) }, { self.userTowerTable?.check(&$0) }, { self.itemTowerTable?.check(&$0) },
    ]
    for check in columns {
      try execution.checkCancellation()
      check(&list)
    }
    try featureSections?.check(&list, execution)
    if let view = container.view("OBJV") { ObjectiveRecord.check(view, &list) }
  }
}
