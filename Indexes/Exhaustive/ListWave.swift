/// The queries that visit lists at one time.
struct ListWave {
  private var lists: [Int] = []
  private var queries: [Int] = []

  /// Adds a visit. Those of one query come by ascending list.
  mutating func add(_ query: Int, to list: Int) {
    lists.append(list)
    queries.append(query)
  }

  /// Calls `body` with each list that is visited, ascending, and its queries in the order in which they were added.
  ///
  /// - Parameter count: The number of lists.
  /// - Complexity: O(*visits*) for one query, else O(*visits* + *lists*).
  func forEachList<E: Error>(of count: Int, _ body: (Int, ArraySlice<Int>) throws(E) -> Void) throws(E) {
    if queries.first == queries.last {
      for place in lists.indices { try body(lists[place], queries[place..<place + 1]) }
      return
    }
    // Sorted by counting.
    var ends = [Int](repeating: 0, count: count + 1)
    for list in lists { ends[list + 1] += 1 }
    for list in 0..<count { ends[list + 1] += ends[list] }
    var sorted = queries
    for (place, list) in lists.enumerated() {
      sorted[ends[list]] = queries[place]
      ends[list] += 1
    }
    var start = 0
    for list in 0..<count where ends[list] > start {
      try body(list, sorted[start..<ends[list]])
      start = ends[list]
    }
  }
}
