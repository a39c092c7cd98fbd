import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

/// The data of a well-known course's lab on collaborative filtering: films of MovieLens ml-latest-small whose title names
/// 2000 or later and that have a rating, in the order of movies.csv, and one user more with 13 ratings.
struct CourseLab {
  /// Film (its place) → rating of the extra user, and what the course prints as its prediction.
  static let own: [(film: Int, rating: Float, published: Double?)] = [
    (2700, 5, 4.80), (929, 5, 4.91), (246, 5, 4.89), (2716, 3, 3.01), (1150, 5, 4.89), (382, 2, 2.13), (366, 5, 4.84),
    (622, 5, 4.89), (988, 3, 3.00), (2925, 1, 1.48), (2937, 1, nil), (2609, 2, 2.15), (793, 5, nil),
  ]
  /// J at iterations 0, 20, …, 180: means of 16 seeds in NumPy float64.
  static let means: [Double] = [2_256_170, 131_807, 49534, 23301, 12864, 8009, 5492, 4093, 3278, 2786]

  let interactions: Interactions
  let films: [ItemID]
  let titles: [String]

  init(directory: String) throws {
    let catalogue = try ItemTable.read(path: directory + "/movies.csv")
    let all = try Interactions.read(path: directory + "/ratings.csv")
    var rated = Set<ItemID>()
    for row in 0..<all.itemIDs.count { rated.insert(all.itemIDs[Row(row)]) }
    var films: [ItemID] = []
    var titles: [String] = []
    for row in 0..<catalogue.ids.count {
      let id = catalogue.ids[Row(row)]
      guard let year = CourseLab.year(catalogue.titles[row]), year >= 2000, rated.contains(id) else { continue }
      films.append(id)
      titles.append(catalogue.titles[row])
    }
    let chosen = Set(films)
    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    for user in 0..<all.userIDs.count {
      for place in all.byUser.offsets[user]..<all.byUser.offsets[user + 1] {
        let film = all.itemIDs[Row(Int(all.byUser.others[place]))]
        if chosen.contains(film) { rows.append((all.userIDs[Row(user)], film, all.byUser.values[place])) }
      }
    }
    // MovieLens has no user 0.
    for (film, rating, _) in CourseLab.own { rows.append((.number(0), films[film], rating)) }
    interactions = try Interactions(rows: rows)
    self.films = films
    self.titles = titles
  }

  /// The last year in parentheses.
  static func year(_ title: String) -> Int? {
    var found: Int?
    let bytes = Array(title.utf8)
    for place in bytes.indices where bytes[place] == UInt8(ascii: "(") && place + 5 < bytes.count {
      guard bytes[place + 5] == UInt8(ascii: ")") else { continue }
      if let year = Int(String(decoding: bytes[place + 1..<place + 5], as: UTF8.self)) { found = year }
    }
    return found
  }
}

@Suite("The course lab", .enabled(if: dataDirectory != nil, "ml-latest-small is not here; see AKIN_DATA"))
struct CourseLabTests {
  @Test("Losses stay within 8 % of the means, and own ratings within 0.15 of what was published", arguments: [0, 1])
  func reproduced(seed: UInt64) throws {
    let lab = try CourseLab(directory: try #require(dataDirectory) + "/ml-latest-small")
    #expect(lab.films.count == 4778 && lab.interactions.itemIDs.count == 4778)
    #expect(lab.interactions.userIDs.count == 444 && lab.interactions.count == 39_266)
    #expect(lab.titles[2700] == "Toy Story 3 (2010)" && lab.titles[382].hasPrefix("Amelie"))
    var options = MFOptions.courseLab
    options.seed = seed
    let model = try MF.train(lab.interactions, options: options)
    for (index, mean) in CourseLab.means.enumerated() {
      let found = model.losses[20 * index].total
      #expect(abs(found - mean) <= 0.08 * mean, "seed \(seed), iteration \(20 * index): \(found)")
    }
    for (film, _, published) in CourseLab.own {
      guard let published else { continue }
      // Films are sorted by id in the model, as in movies.csv.
      let row = try #require((0..<4778).first { lab.interactions.itemIDs[Row($0)] == lab.films[film] })
      let found = model.score(user: Row(0), item: Row(row))
      #expect(abs(found - published) <= 0.15, "seed \(seed), \(lab.titles[film]): \(found)")
    }
  }
}
