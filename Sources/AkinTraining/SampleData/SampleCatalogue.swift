import AkinSupport

/// Generated sample data: items with titles and categories, and users with preferences for styles of items.
///
/// Each item has a style (the noun of its title) in a category. The popularity of styles, and of items within a style,
/// follows power laws. A user has one to four favourite styles: 70 % of the picks come from them, 15 % from their categories,
/// the rest from all items. The number of picks per user is log-normal. Values are 1 to 5, higher for favourites. The data
/// depends on sizes and seed alone, at any thread count.
public struct SampleCatalogue: Sendable, Equatable {
  /// The number of users.
  public let users: Int
  /// The number of items.
  public let items: Int
  /// The number of interactions.
  public let interactions: Int
  /// The random seed.
  public let seed: UInt64

  private let categoryCount = SampleNames.categories.count
  private let styleCount: Int

  /// Creates a description; data is drawn when it is used. Every user has at least one interaction, and at most half of the
  /// items.
  ///
  /// - Parameters:
  ///   - users: The number of users; 1 to 100,000,000.
  ///   - items: The number of items; 2 to 100,000,000.
  ///   - interactions: The number of interactions; `users` to `users · (items / 2)`.
  ///   - seed: The random seed.
  /// - Throws: ``SampleError/option(name:expected:found:)``.
  public init(users: Int, items: Int, interactions: Int, seed: UInt64 = 0) throws(SampleError) {
    guard (1...100_000_000).contains(users) else {
      throw .option(name: "users", expected: "1 to 100000000", found: users)
    }
    guard (2...100_000_000).contains(items) else {
      throw .option(name: "items", expected: "2 to 100000000", found: items)
    }
    let most = users * (items / 2)
    guard interactions >= users, interactions <= most else {
      throw .option(
        name: "interactions", expected: "\(users) to \(most) for \(users) users and \(items) items", found: interactions
      )
    }
    self.users = users
    self.items = items
    self.interactions = interactions
    self.seed = seed
    let perCategory = max(1, min(items / (categoryCount * 40), SampleNames.styleLimit))
    styleCount = min(items, perCategory * categoryCount)
  }

  /// Ids, titles and categories of all items.
  public var catalogue: ItemTable {
    var titles: [String] = []
    var categories: [[String]] = []
    forEachItem { title, names in
      titles.append(title)
      categories.append(names)
    }
    return ItemTable(ids: .numbers((1...UInt64(items)).map { $0 }), titles: titles, categories: categories)
  }

  /// Calls `body` with title and categories of each item, in order.
  func forEachItem(_ body: (_ title: String, _ categories: [String]) throws -> Void) rethrows {
    let random = CounterRandom(seed: seed, purpose: 2)
    var latents = [UInt32](repeating: 0, count: items)
    for (latent, item) in scrambledItems.enumerated() { latents[Int(item)] = UInt32(latent) }
    for latent in latents.lazy.map(Int.init) {
      let style = latent % styleCount
      let category = style % categoryCount
      let title = SampleNames.title(category: category, style: style / categoryCount, ordinal: latent / styleCount)
      var names = [SampleNames.categories[category]]
      if random.uniform(at: UInt64(latent)) < 0.25 {
        let second = Int(random.bits(at: UInt64(items + latent)) % UInt64(categoryCount))
        if second != category { names.append(SampleNames.categories[second]) }
      }
      try body(title, names)
    }
  }

  /// The item at each rank of popularity, counted from 0.
  private var scrambledItems: [UInt32] {
    var order = (0..<UInt32(items)).map { $0 }
    var random = SeededGenerator(seed: seed &+ 0x5341_4D50)
    order.shuffle(using: &random)
    return order
  }

  /// The number of interactions of each user; the sum is ``interactions``.
  private var counts: [Int] {
    let random = CounterRandom(seed: seed, purpose: 3)
    let appetites = (0..<users).map { exp(1.1 * random.normal(at: UInt64($0))) }
    let scale = Double(interactions - users) / appetites.reduce(0, +)
    var counts = appetites.map { min(1 + Int($0 * scale), items / 2) }
    var missing = interactions - counts.reduce(0, +)
    while missing > 0 {
      for user in counts.indices where missing > 0 && counts[user] < items / 2 {
        counts[user] += 1
        missing -= 1
      }
    }
    return counts
  }

  /// Calls `body` with items and values of each user, in order; items count from 0 and ascend.
  func forEachUser(
    execution: Execution, _ body: (_ user: Int, _ picks: [(item: UInt32, value: UInt8)]) throws -> Void
  ) throws {
    let order = scrambledItems
    let counts = counts
    let batch = 8192
    for start in stride(from: 0, to: users, by: batch) {
      let size = min(batch, users - start)
      var picks = [[(item: UInt32, value: UInt8)]](repeating: [], count: size)
      try unsafe picks.withUnsafeMutableBufferPointer { picks in
        // Safe: each chunk writes its own users' elements, and `picks` outlives the threads.
        nonisolated(unsafe) let picks = unsafe picks
        try execution.forEachChunk(of: size, by: 64) { _, range in
          for place in range {
            unsafe picks[place] = draw(user: start + place, count: counts[start + place], order: order)
          }
        }
      }
      for place in 0..<size { try body(start + place, picks[place]) }
    }
  }

  /// Draws the picks of a user, all different.
  private func draw(user: Int, count: Int, order: [UInt32]) -> [(item: UInt32, value: UInt8)] {
    var random = SeededGenerator(seed: CounterRandom(seed: seed, purpose: 4).bits(at: UInt64(user)))
    let favourites = (0..<1 + Int(random.uniform() * random.uniform() * 4)).map { _ in anyStyle(&random) }
    var taken = PickSet(capacity: count)
    var picks: [(item: UInt32, value: UInt8)] = []
    picks.reserveCapacity(count)
    var refused = 0
    while picks.count < count {
      let mood = random.uniform()
      var style = anyStyle(&random)
      var liked = false
      let favourite = favourites[Int(random.uniform() * Double(favourites.count))]
      if mood < 0.7 {
        style = favourite
        liked = true
      } else if mood < 0.85 {
        // Another style of the same category.
        style = style / categoryCount * categoryCount + favourite % categoryCount
        if style >= styleCount { style = favourite }
        liked = true
      }
      // Draws one of the `depth` items of the style; earlier items are more popular.
      let depth = (items - style + styleCount - 1) / styleCount
      let u = random.uniform()
      var latent = style + Int(Double(depth) * u * u * u) * styleCount
      // After several items that are taken already, draw from all items.
      if refused > 8 { latent = Int(random.uniform() * Double(items)) }
      guard taken.insert(order[latent]) else {
        refused += 1
        continue
      }
      refused = 0
      let mean = liked ? 4.1 : 2.8
      let value = (mean + random.normal()).rounded()
      picks.append((order[latent], UInt8(max(1, min(5, value)))))
    }
    picks.sort { $0.item < $1.item }
    return picks
  }

  /// Draws a style, popular styles more often.
  private func anyStyle(_ random: inout SeededGenerator) -> Int {
    let u = random.uniform()
    return Int(Double(styleCount) * u * u.squareRoot())
  }
}

/// A hash set of the items of one user, of a fixed capacity.
private struct PickSet {
  private var slots: [UInt32]
  private let mask: Int

  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    slots = [UInt32](repeating: UInt32.max, count: size)
    mask = size - 1
  }

  /// Inserts an item; false if it is in the set already.
  mutating func insert(_ item: UInt32) -> Bool {
    var place = Int(truncatingIfNeeded: mix(UInt64(item))) & mask
    while slots[place] != UInt32.max {
      if slots[place] == item { return false }
      place = (place + 1) & mask
    }
    slots[place] = item
    return true
  }
}
