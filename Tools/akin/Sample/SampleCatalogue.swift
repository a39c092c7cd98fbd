import AkinSupport

/// A generated catalogue: items with titles and themes, users with tastes, and who chose what.
///
/// Popularity and activity follow power laws; most choices of a user fall into two themes. All of it follows from
/// the sizes and the seed.
struct SampleCatalogue: Sendable {
  let users: Int
  let items: Int
  let interactions: Int
  /// One theme an item, as a position in `Theme.all`, and a second one or the same.
  private let themes: [(first: Int, second: Int)]
  /// Each theme's items, and the running sums of their popularity: the same length.
  private let shelves: [Shelf]
  private let choices: CounterRandom
  private let tastes: CounterRandom
  private let seed: UInt64

  private struct Shelf: Sendable {
    var items: [Int] = []
    var sums: [Double] = []

    /// The item at a share of the popularity, from 0 to 1.
    func item(at share: Double) -> Int {
      let goal = share * (sums.last ?? 0)
      var low = 0
      var high = sums.count - 1
      while low < high {
        let middle = (low + high) / 2
        if sums[middle] <= goal { low = middle + 1 } else { high = middle }
      }
      return items[low]
    }
  }

  /// Plans a catalogue. `interactions` must not exceed `users` × `items`.
  init(users: Int, items: Int, interactions: Int, seed: UInt64) {
    self.users = users
    self.items = items
    self.interactions = interactions
    self.seed = seed
    choices = CounterRandom(seed: seed, purpose: 1)
    tastes = CounterRandom(seed: seed, purpose: 2)
    let random = CounterRandom(seed: seed, purpose: 3)
    let count = Theme.all.count
    let ranks = SampleCatalogue.shuffled(items, CounterRandom(seed: seed, purpose: 4))
    var themes: [(first: Int, second: Int)] = []
    themes.reserveCapacity(items)
    var shelves = [Shelf](repeating: Shelf(), count: count)
    for item in 0..<items {
      // The first items go round the themes, so that no shelf of a small catalogue is empty before another has two.
      let first = item < count ? item : Int(random.bits(at: UInt64(item) * 2) % UInt64(count))
      let mixed = random.uniform(at: UInt64(item) * 2 + 1)
      let second = mixed < 0.25 ? (first + 1 + Int(mixed * 4 * Double(count - 1))) % count : first
      themes.append((first, second))
      let popularity = pow(Double(ranks[item]) + 10, -0.9)
      shelves[first].items.append(item)
      shelves[first].sums.append((shelves[first].sums.last ?? 0) + popularity)
    }
    self.themes = themes
    self.shelves = shelves.filter { !$0.items.isEmpty }
  }

  // MARK: Items

  /// Hands out every item in order: its title, no two the same, and its categories.
  func forEachItem<E: Error>(_ body: (_ item: Int, _ title: String, _ categories: [String]) throws(E) -> Void) throws(E)
  {
    let words = CounterRandom(seed: seed, purpose: 5)
    var seen: [String: Int] = [:]
    for item in 0..<items {
      let place = UInt64(item) * 4
      let theme = Theme.all[themes[item].first]
      let name = theme.title(
        shape: words.bits(at: place), first: words.bits(at: place + 1), second: words.bits(at: place + 2))
      let part = seen[name, default: 0] + 1
      seen[name] = part
      let year = 1950 + Int(words.bits(at: place + 3) % 75)
      let title = part == 1 ? "\(name) (\(year))" : "\(name) \(part) (\(year))"
      let second = Theme.all[themes[item].second].name
      try body(item, title, theme.name == second ? [theme.name] : [theme.name, second])
    }
  }

  // MARK: Users

  /// How many items each user has chosen; the sum is `interactions`.
  func activity() -> [Int] {
    let ranks = SampleCatalogue.shuffled(users, CounterRandom(seed: seed, purpose: 6))
    let weights = ranks.map { pow(Double($0) + 20, -0.6) }
    let total = weights.reduce(0, +)
    // Everybody has one if there are enough; the rest goes by weight, and what a user cannot hold to the next.
    let each = min(1, interactions / users)
    let rest = Double(interactions - each * users)
    var counts = [Int](repeating: 0, count: users)
    var sum = 0.0
    var given = 0
    for user in 0..<users {
      sum += weights[user]
      let goal = user == users - 1 ? interactions : each * (user + 1) + Int(rest * sum / total)
      counts[user] = min(items, max(0, goal - given))
      given += counts[user]
    }
    for user in 0..<users where given < interactions {
      let more = min(items - counts[user], interactions - given)
      counts[user] += more
      given += more
    }
    return counts
  }

  /// What one user has chosen: `count` different items, each with a rating from 1 to 5.
  func choices(of user: Int, count: Int) -> [(item: Int, rating: Int)] {
    let favourites = (0..<2).map { Int(tastes.bits(at: UInt64(user) * 2 + UInt64($0)) % UInt64(shelves.count)) }
    var chosen: Set<Int> = []
    var out: [(item: Int, rating: Int)] = []
    out.reserveCapacity(count)
    // A place for every draw of every user: no two share one below 2²⁴ draws a user.
    var place = UInt64(user) << 24
    func draw() -> Double {
      place += 1
      return choices.uniform(at: place)
    }
    func take(_ item: Int, liked: Bool) {
      guard chosen.insert(item).inserted else { return }
      let luck = draw()
      let rating =
        liked ? (luck < 0.45 ? 5 : luck < 0.85 ? 4 : 3) : (luck < 0.2 ? 4 : luck < 0.6 ? 3 : luck < 0.9 ? 2 : 1)
      out.append((item, rating))
    }
    var draws = 0
    while out.count < count, draws < 20 * count + 100 {
      draws += 1
      let taste = draw()
      let shelf = taste < 0.6 ? favourites[0] : taste < 0.85 ? favourites[1] : Int(draw() * Double(shelves.count))
      take(shelves[shelf].item(at: draw()), liked: taste < 0.85)
    }
    // Somebody who has seen nearly everything sees what is left, in order.
    var item = 0
    while out.count < count, item < items {
      take(item, liked: false)
      item += 1
    }
    return out
  }

  /// The numbers below `count` in an order of the random numbers' choosing.
  private static func shuffled(_ count: Int, _ random: CounterRandom) -> [Int] {
    var numbers = Array(0..<count)
    for place in stride(from: count - 1, to: 0, by: -1) {
      numbers.swapAt(place, Int(random.bits(at: UInt64(place)) % UInt64(place + 1)))
    }
    return numbers
  }
}
