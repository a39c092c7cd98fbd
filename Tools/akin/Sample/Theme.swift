/// What a generated title may be about. Items of one theme please the same people, so a reader sees at a glance
/// whether related items are related.
struct Theme: Sendable {
  /// The category's name.
  let name: String
  let adjectives: [String]
  let nouns: [String]

  private init(_ name: String, _ adjectives: String, _ nouns: String) {
    self.name = name
    self.adjectives = adjectives.split(separator: " ").map(String.init)
    self.nouns = nouns.split(separator: " ").map(String.init)
  }

  /// All themes.
  static let all = [
    Theme(
      "Space", "Distant Silent Orbital Lunar Solar Frozen Drifting Last Endless Parallel Fading Weightless",
      "Comet Station Nebula Signal Orbit Colony Eclipse Pulsar Airlock Beacon Horizon Satellite Voyager Telescope"),
    Theme(
      "Mystery", "Missing Locked Crooked Perfect Borrowed Forged Quiet Second Unsigned Hidden Stolen Nameless",
      "Witness Alibi Letter Inspector Clue Diamond Corridor Verdict Portrait Suspect Ledger Confession Key Motive"),
    Theme(
      "Romance", "Tender Secret Summer Careless Faithful Unspoken Parisian Late Gentle Borrowed Golden Reckless",
      "Kiss Promise Wedding Waltz Bouquet Heart Farewell Balcony Valentine Proposal Embrace Honeymoon Whisper Suitor"),
    Theme(
      "Western", "Dusty Lonesome Outlawed Wild Blazing Silver Rusty Bitter Restless Northern Wanted Sundown",
      "Canyon Saddle Sheriff Mustang Saloon Stagecoach Bounty Frontier Prairie Revolver Ranch Coyote Stampede Spur"),
    Theme(
      "Sea", "Sunken Salty Stormy Deep Southern Wandering Coral Forgotten Moonlit Tidal Becalmed Northward",
      "Anchor Harbour Lighthouse Reef Captain Whale Schooner Current Tide Mermaid Galleon Compass Island Lagoon"),
    Theme(
      "Horror", "Haunted Crimson Hollow Cursed Whispering Pale Midnight Buried Nameless Bleeding Sleepless Gruesome",
      "Cellar Scarecrow Coffin Mirror Asylum Puppet Shadow Grave Séance Attic Vampire Howl Curse Lullaby"),
    Theme(
      "Fantasy", "Enchanted Ancient Emerald Exiled Winged Prophesied Elven Thorned Shattered Runic Eternal Broken",
      "Dragon Throne Wizard Amulet Kingdom Sword Oracle Griffin Spell Crown Goblin Tower Quest Unicorn"),
    Theme(
      "Animals", "Clever Fuzzy Brave Sleepy Tiny Runaway Spotted Hungry Singing Lucky Curious Muddy",
      "Otter Hedgehog Puppy Squirrel Penguin Fox Kitten Badger Owl Duckling Pony Rabbit Raccoon Panda"),
    Theme(
      "Sport", "Final Golden Underdog Championship Amateur Unbeaten Extra Olympic Rookie Muddy Double Veteran",
      "Goal Marathon Coach Boxer Pitcher Medal Penalty Sprint Quarterback Regatta Jockey Relay Knockout Climber"),
    Theme(
      "Music", "Electric Broken Velvet Blue Unfinished Acoustic Wailing Opening Rhythmic Offbeat Minor Encore",
      "Symphony Trumpet Chorus Ballad Jazzman Violin Drummer Melody Overture Record Soprano Bassline Quartet Tango"),
    Theme(
      "Cooking", "Spicy Sweet Bitter Burnt Secret Hungry Salted Grandmother's Sunday Smoked Forbidden Ripe",
      "Recipe Kitchen Truffle Banquet Pastry Chef Orchard Vineyard Noodle Feast Bakery Saffron Chocolate Picnic"),
    Theme(
      "War", "Fallen Iron Brave Occupied Burning Secret Eastern Retreating Decorated Ruined Winter Final",
      "Regiment Bridge Convoy Trench Armistice Bomber Soldier Bunker General Siege Resistance Dispatch Medic Victory"),
  ]

  /// A title, chosen by three random numbers.
  func title(shape: UInt64, first: UInt64, second: UInt64) -> String {
    let adjective = adjectives[Int(first % UInt64(adjectives.count))]
    let noun = nouns[Int((first >> 16) % UInt64(nouns.count))]
    // The other noun is never the same one.
    let other = nouns[
      (Int((first >> 16) % UInt64(nouns.count)) + 1 + Int(second % UInt64(nouns.count - 1))) % nouns.count]
    return switch shape % 8 {
    case 0, 1, 2: "The \(adjective) \(noun)"
    case 3, 4: "\(adjective) \(noun)"
    case 5: "The \(noun) and the \(other)"
    case 6: "\(noun) of the \(adjective) \(other)"
    default: "The \(other)'s \(noun)"
    }
  }
}
