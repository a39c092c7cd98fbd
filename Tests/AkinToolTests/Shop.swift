import AkinTestSupport
import Foundation
import Testing

/// The catalogue of ``SampleFiles`` with attributes, trained and indexed once in a process; each test has copies of the files.
struct Shop {
  let scratch: Scratch
  var emb: String { scratch["shop.emb"] }
  var idx: String { scratch["shop.idx"] }

  static let items = 150

  /// The attributes of an item, by its id from 1 on; `nil` for an empty field.
  static func year(_ id: Int) -> Int? { id % 7 == 0 ? nil : 1950 + id % 60 }
  static func brand(_ id: Int) -> String? { id % 5 == 0 ? nil : ["Sony", "LG Electronics", "Apple"][id % 3] }
  static func isInStock(_ id: Int) -> Bool { id % 2 == 0 }
  static func tags(_ id: Int) -> [String] { (0..<id % 4).map { "tag\(($0 + id) % 6)" } }
  static func day(_ id: Int) -> Int { id % 28 + 1 }

  init() throws {
    scratch = try Scratch()
    for (name, bytes) in try Shop.files.get() { scratch.write(bytes, to: name) }
  }

  /// The ids of the items of an answer in JSON.
  static func ids(_ run: Run) throws -> [Int] {
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    return try #require(object?["items"] as? [[String: Any]]).compactMap { $0["id"] as? Int }
  }

  private static let files = Result { () throws -> [String: [UInt8]] in
    let world = try SampleFiles()
    let lines = String(decoding: world.scratch.bytes("items.csv"), as: UTF8.self).split(separator: "\n")
    var table = "\(lines[0]),year,Brand,in_stock,tags,released\n"
    for (place, line) in lines.dropFirst().enumerated() {
      let id = place + 1
      let fields = [
        year(id).map { "\($0)" } ?? "", brand(id) ?? "", isInStock(id) ? "yes" : "no", tags(id).joined(separator: "|"),
        "2020-01-\(day(id) < 10 ? "0" : "")\(day(id))",
      ]
      table += "\(line),\(fields.joined(separator: ","))\n"
    }
    world.scratch.write(table, to: "shop.csv")
    for words in [
      [
        "train", world.scratch["interactions.csv"], "--items", world.scratch["shop.csv"], "-o",
        world.scratch["shop.emb"],
        "--dimensions", "8", "--epochs", "4", "-q",
      ],
      ["index", world.scratch["shop.emb"], "-o", world.scratch["shop.idx"], "-q"],
    ] {
      let run = akin(words)
      try #require(run.code == 0, "\(words): \(run.messages)")
    }
    return Dictionary(uniqueKeysWithValues: world.scratch.names.map { ($0, world.scratch.bytes($0)) })
  }
}
