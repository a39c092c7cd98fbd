/// Titles like those of films: an adjective, the noun of the style, and a word of the category. All titles differ.
///
/// Items of one style share the noun, so that a reader sees whether related items are related.
enum SampleNames {
  static let categories = [
    "Adventure", "Animation", "Comedy", "Crime", "Documentary", "Drama", "Fantasy", "Horror", "Mystery", "Music",
    "Nature",
    "Romance", "Science Fiction", "Sport", "Thriller", "Western",
  ]

  private static let adjectives = [
    "Amber", "Ancient", "Blue", "Bold", "Borrowed", "Brave", "Bright", "Broken", "Burning", "Careless", "Clever",
    "Crimson",
    "Crooked", "Curious", "Daring", "Distant", "Electric", "Emerald", "Empty", "Endless", "Faded", "Fearless", "Final",
    "Forgotten", "Frozen", "Gentle", "Gilded", "Golden", "Hidden", "Hollow", "Honest", "Humble", "Icy", "Idle", "Iron",
    "Jolly", "Last", "Little", "Lonely", "Lost", "Lucky", "Marble", "Midnight", "Misty", "Modern", "Nameless", "Noble",
    "Open", "Paper", "Patient", "Perfect", "Quiet", "Rapid", "Reckless", "Restless", "Royal", "Rusty", "Sacred",
    "Scarlet",
    "Secret", "Seventh", "Silent", "Silver", "Sleepless", "Slow", "Solar", "Stolen", "Stormy", "Strange", "Sudden",
    "Sunlit",
    "Tender", "Thirsty", "Tiny", "Twilight", "Unbroken", "Velvet", "Violet", "Wandering", "Warm", "Wild", "Winter",
    "Wooden",
    "Young",
  ]
  private static let nouns = [
    "Anchor", "Apple", "Arrow", "Balloon", "Bell", "Bicycle", "Bridge", "Candle", "Canyon", "Castle", "Cathedral",
    "Circus",
    "City", "Clock", "Cloud", "Comet", "Compass", "Crown", "Dancer", "Desert", "Dragon", "Echo", "Ember", "Engine",
    "Falcon",
    "Feather", "Ferry", "Fiddle", "Forest", "Fountain", "Fox", "Garden", "Ghost", "Glacier", "Harbour", "Harvest",
    "Heron",
    "Horizon", "Island", "Journey", "Key", "Kingdom", "Lantern", "Letter", "Library", "Lighthouse", "Map", "Market",
    "Meadow",
    "Mirror", "Moon", "Mountain", "Oak", "Ocean", "Orchard", "Owl", "Palace", "Parade", "Pearl", "Piano", "Pilot",
    "Promise",
    "Puzzle", "Quarry", "Rain", "Raven", "River", "Road", "Rocket", "Sailor", "Shadow", "Sparrow", "Staircase",
    "Station",
    "Stone", "Summer", "Theatre", "Thunder", "Tiger", "Tower", "Train", "Valley", "Village", "Violin", "Voyage",
    "Waltz",
    "Well", "Whale", "Willow", "Window",
  ]
  private static let kinds: [[String]] = [
    ["Expedition", "Trail"], ["and Friends", "Tales"], ["Mix-Up", "Holiday"], ["Job", "Case"], ["Story", "Diaries"],
    ["Years", "Inheritance"], ["Prophecy", "Spell"], ["Curse", "House"], ["Riddle", "Affair"], ["Sessions", "Song"],
    ["Season", "Migration"], ["Wedding", "Love Letter"], ["Protocol", "Colony"], ["Cup", "Final"],
    ["Conspiracy", "Pursuit"],
    ["Ranch", "Showdown"],
  ]

  /// The largest number of styles of a category.
  static var styleLimit: Int { nouns.count }

  /// The title of the `ordinal`-th item of a style; different places give different titles.
  static func title(category: Int, style: Int, ordinal: Int) -> String {
    let kinds = kinds[category]
    let all = adjectives.count * kinds.count
    // 61 has no common factor with the number of pairs of words, so each pair is used once.
    let place = ((ordinal % all) * 61 + style * 17 + category * 5) % all
    let part = ordinal / all
    let adjective = adjectives[place % adjectives.count]
    let title = "The \(adjective) \(nouns[style]) \(kinds[place / adjectives.count])"
    return part == 0 ? title : "\(title), Part \(part + 1)"
  }
}
