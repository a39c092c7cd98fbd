extension Interactions {
  /// The users whose last interactions in time are not decided: at the border stand others of the same time, and the order of
  /// item ids says which of them ``SplitRule/leaveOut(count:order:)`` holds out.
  ///
  /// - Parameter count: The number of interactions that are held out of each user.
  /// - Returns: The number of such users, and of users who have more than `count` interactions; zeros without times.
  /// - Complexity: O(pairs × log pairs).
  package func tiedAtLast(_ count: Int) -> (tied: Int, of: Int) {
    guard let times, count > 0 else { return (0, 0) }
    var (tied, users) = (0, 0)
    for user in 0..<byUser.rowCount {
      let own = times[byUser.offsets[user]..<byUser.offsets[user + 1]].sorted()
      guard own.count > count else { continue }
      users += 1
      if own[own.count - count - 1] == own[own.count - count] { tied += 1 }
    }
    return (tied, users)
  }
}
