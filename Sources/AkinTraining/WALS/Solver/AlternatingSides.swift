import AkinVectors

/// Two sides that are solved in turn.
protocol AlternatingSides {
  /// Solves one side exactly, with the other side fixed.
  ///
  /// - Parameters:
  ///   - solvesUsers: Whether users are solved; else items.
  ///   - epoch: The epoch, counted from 1.
  /// - Returns: The loss after the half-step.
  /// - Throws: ``TrainingError`` or `Cancelled`.
  mutating func halfStep(users solvesUsers: Bool, epoch: Int) throws -> WALSLoss

  /// The vectors as they are now.
  ///
  /// - Parameter isFinal: Whether training is over, so that nothing has to be copied.
  func vectors(isFinal: Bool) throws -> WALSVectors
}

/// The trained tables of ``WALSModel``.
struct WALSVectors {
  let users: EmbeddingMatrix
  let items: EmbeddingMatrix
  var userFeatures: FeatureVectors?
  var itemFeatures: FeatureVectors?
}

extension TrainingError {
  /// Runs the solution of one side, and turns the solver's errors into errors that name row, side and epoch.
  ///
  /// - Parameters:
  ///   - side: The solved side.
  ///   - fixed: The fixed side, whose Gramian may not be finite.
  ///   - epoch: The epoch, counted from 1.
  ///   - id: The id of a solved row.
  ///   - body: Solves the side.
  static func naming<R>(
    _ side: String, fixed: String, epoch: Int, id: (Int) -> ItemID, _ body: () throws -> R
  ) throws -> R {
    do {
      return try body()
    } catch let error as SingularRow {
      throw TrainingError.singular(row: id(error.row), side: side, pairs: error.pairs)
    } catch is NotFinite {
      throw TrainingError.lossNotFinite(epoch: epoch, side: fixed)
    }
  }
}
