import AkinSupport

/// Step size and momentum over a training: the one-cycle schedule (Smith 2018), with cosines as fastai has it.
///
/// Over the first quarter of the steps the step size rises from a 25th of the largest to the largest, and over the rest it
/// falls to a 100,000th. The momentum (β₁ of Adam) falls from 0.95 to 0.85 and rises again: long steps remember less.
struct OneCycle: Sendable {
  /// The largest step size.
  let rate: Double
  /// The number of steps.
  let steps: Int

  private static let rise = 0.25

  /// The step size and the momentum of a step, which is counted from 0.
  subscript(step: Int) -> (rate: Double, momentum: Double) {
    let share = Double(step) / Double(steps)
    let (low, high) = (0.85, 0.95)
    if share < OneCycle.rise {
      let turn = OneCycle.turn(share / OneCycle.rise)
      return (rate * (1 / 25 + (1 - 1 / 25) * turn), high + (low - high) * turn)
    }
    let turn = OneCycle.turn((share - OneCycle.rise) / (1 - OneCycle.rise))
    return (rate * (1 + (1e-5 - 1) * turn), low + (high - low) * turn)
  }

  /// Half a turn of a cosine, from 0 to 1.
  private static func turn(_ share: Double) -> Double { (1 - cos(.pi * share)) / 2 }
}
