/// A warning about an index whose graph does not lead everywhere by itself.
enum ReachWarning {
  /// The smallest number and share of repaired nodes worth a warning. Of 60,000 images, 0.14 % are repaired, and walks find all
  /// but a few of them; of vectors with groups of near copies, 0.4 to 1.3 %.
  private static let least = (number: 10, share: 0.002)

  /// The warning, or `nil` where no more nodes are repaired than usual.
  ///
  /// - Parameters:
  ///   - repaired: The number of nodes that needed a repair link.
  ///   - linked: The number of nodes of the graph.
  static func sentence(repaired: Int, linked: Int) -> String? {
    guard repaired >= least.number, Double(repaired) > least.share * Double(linked) else { return nil }
    return
      "akin: warning: \(Numbers.grouped(repaired)) of \(Numbers.counted(linked, "items")) are reached by repair links only"
      + ": many vectors are nearly equal, and the graph may miss some; measure it with `akin recall`, or search with "
      + "--recall or --exact"
  }
}
