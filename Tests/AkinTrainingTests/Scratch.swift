import AkinTraining
import Foundation

/// A directory of a test's own, gone when the test is.
final class Scratch {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "akin-training-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and gives its path.
  func file(_ bytes: [UInt8]) throws -> String {
    let name = path + "/rows.csv"
    try Data(bytes).write(to: URL(fileURLWithPath: name))
    return name
  }

  func file(_ text: String) throws -> String { try file(Array(text.utf8)) }

  /// Reads a text as a file of interactions.
  func read(_ text: String, _ format: InteractionFormat = InteractionFormat()) throws -> Interactions {
    try Interactions.read(path: file(text), format: format)
  }

  /// What reading a text throws, without the file's name.
  func trouble(_ text: String, _ format: InteractionFormat = InteractionFormat()) throws -> (
    Int, InteractionError.Problem
  )? {
    do {
      _ = try read(text, format)
      return nil
    } catch let error as InteractionError {
      return (error.line, error.problem)
    }
  }
}

/// Where the data sets are, or nothing.
let dataDirectory: String? = {
  let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
  let places = [
    ProcessInfo.processInfo.environment["AKIN_DATA"], here + "/../../../shared/data", here + "/../../../../shared/data",
  ].compactMap { $0 }
  return places.first { FileManager.default.fileExists(atPath: $0 + "/ml-latest-small/ratings.csv") }
}()
