import AkinTestSupport
import AkinTraining
import Foundation

extension Scratch {
  /// Writes a file and gives its path.
  func file(_ bytes: [UInt8]) -> String { write(bytes, to: "rows.csv") }

  func file(_ text: String) -> String { write(text, to: "rows.csv") }

  /// Reads a text as a file of interactions.
  func read(_ text: String, _ format: InteractionFormat = InteractionFormat()) throws -> Interactions {
    try Interactions.read(path: file(text), format: format)
  }

  /// The warnings of reading a text, without the name of its file.
  func warnings(_ text: String, _ format: InteractionFormat = InteractionFormat()) throws -> [String] {
    let notices = Notices()
    let path = file(text)
    _ = try Interactions.read(path: path, format: format, execution: notices.execution)
    return notices.warnings.map { $0.hasPrefix(path + ": ") ? String($0.dropFirst(path.count + 2)) : $0 }
  }

  /// The error of reading a text; `nil` where it is read.
  func refusal(_ text: String, as name: String = "rows.csv") -> InteractionError? {
    do {
      _ = try Interactions.read(path: write(text, to: name))
      return nil
    } catch {
      return error as? InteractionError
    }
  }

  /// The line and the problem of the error of reading a text.
  func failure(_ text: String, _ format: InteractionFormat = InteractionFormat()) throws -> (
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

/// The directory of the data sets, or `nil`.
let dataDirectory: String? = {
  let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
  let places = [
    ProcessInfo.processInfo.environment["AKIN_DATA"], here + "/../../../shared/data", here + "/../../../../shared/data",
  ].compactMap { $0 }
  return places.first { FileManager.default.fileExists(atPath: $0 + "/ml-latest-small/ratings.csv") }
}()
