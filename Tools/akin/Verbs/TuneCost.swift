/// What a search may cost: counted before it starts.
struct TuneCost: Equatable {
  /// Trainings, on all splits.
  let trainings: Int
  /// Epochs of all trainings, unless they stop early.
  let epochs: Int

  /// - Parameters:
  ///   - search: The trials.
  ///   - limits: The epochs of each combination, for a grid.
  ///   - splits: The number of splits.
  init(_ search: TuneSearch, limits: [Int], splits: Int) {
    guard search.limits.count > 1 else {
      trainings = search.points.count * splits
      epochs = limits.reduce(0, +) * splits
      return
    }
    var (points, trainings, epochs) = (search.points.count, 0, 0)
    for limit in search.limits {
      trainings += points
      epochs += points * limit
      points = TuneSearch.kept(of: points)
    }
    self.trainings = trainings * splits
    self.epochs = epochs * splits
  }

  /// One sentence.
  ///
  /// - Parameter secondsPerEpoch: The measured time of one epoch and of measuring the model after it; `nil` for models
  ///   without epochs.
  func sentence(combinations: Int, secondsPerEpoch: Double?) -> String {
    let head = "\(Numbers.counted(combinations, "combinations")), \(Numbers.counted(trainings, "trainings"))"
    guard let secondsPerEpoch else { return head }
    return head
      + " of at most \(Numbers.counted(epochs, "epochs")) together; one took \(Numbers.duration(secondsPerEpoch)) "
      + "just now, so that is about \(Numbers.duration(secondsPerEpoch * Double(epochs))), or less by early stopping"
  }
}
