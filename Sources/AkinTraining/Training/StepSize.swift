/// A step size that is halved after a step that diverged, at most 24 times.
struct StepSize {
  private(set) var rate: Double
  private(set) var halvings = 0
  /// One sentence per halving.
  private(set) var notes: [String] = []
  private static let limit = 24

  init(_ rate: Double) { self.rate = rate }

  /// Halves the step size and records a note.
  ///
  /// - Parameter epoch: The epoch that diverged.
  /// - Throws: ``TrainingError/diverged(epoch:learningRate:halvings:)``.
  mutating func halve(epoch: Int) throws(TrainingError) {
    guard halvings < StepSize.limit else { throw .diverged(epoch: epoch, learningRate: rate, halvings: halvings) }
    halvings += 1
    rate /= 2
    notes.append("epoch \(epoch): the loss rose; the step size was halved to \(rate)")
  }
}
