import Foundation

/// A directory of a test's own, which goes away with it.
final class Scratch {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("akin-tool-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in here.
  subscript(name: String) -> String { path + "/" + name }

  /// The names of all files in here.
  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

  /// Writes a text file and returns its path.
  func write(_ text: String, to name: String) -> String {
    _ = FileManager.default.createFile(atPath: self[name], contents: Data(text.utf8))
    return self[name]
  }

  /// The bytes of a file.
  func bytes(_ name: String) -> [UInt8] { FileManager.default.contents(atPath: self[name]).map { [UInt8]($0) } ?? [] }

  /// Writes bytes and returns the path.
  func write(_ bytes: [UInt8], to name: String) -> String {
    _ = FileManager.default.createFile(atPath: self[name], contents: Data(bytes))
    return self[name]
  }
}
