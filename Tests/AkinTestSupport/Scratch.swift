import Foundation
import Testing

/// A directory of a test's own, which goes away with it.
package final class Scratch {
  /// Where it is.
  package let path: String

  package init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("akin-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in here.
  package subscript(name: String) -> String { path + "/" + name }

  /// The names of all files in here, sorted.
  package var names: [String] {
    do {
      return try AkinTestSupport.names(in: path)
    } catch {
      Issue.record(error)
      return []
    }
  }

  /// The bytes of a file; none when it is not there.
  package func bytes(_ name: String) -> [UInt8] { (try? read(self[name])) ?? [] }

  /// Writes a file and returns its path.
  @discardableResult
  package func write(_ bytes: [UInt8], to name: String) -> String {
    do { try AkinTestSupport.write(bytes, to: self[name]) } catch { Issue.record(error) }
    return self[name]
  }

  /// Writes a text file and returns its path.
  @discardableResult
  package func write(_ text: String, to name: String) -> String { write(Array(text.utf8), to: name) }
}

/// Runs `body` with a directory of its own, which is removed afterwards.
package func withDirectory<R>(_ body: (String) throws -> R) throws -> R {
  let scratch = try Scratch()
  return try withExtendedLifetime(scratch) { try body(scratch.path) }
}

package func withDirectory<R>(_ body: (String) async throws -> R) async throws -> R {
  let scratch = try Scratch()
  defer { withExtendedLifetime(scratch) {} }
  return try await body(scratch.path)
}

/// The names in a directory, sorted.
package func names(in directory: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
}

/// Writes a file. Not by `Data`, which waits for the disk: no test's input has to outlive the machine.
package func write(_ bytes: [UInt8], to path: String) throws {
  func failure() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  guard let file = unsafe fopen(path, "wb") else { throw failure() }
  let written = unsafe fwrite(bytes, 1, bytes.count, file)
  guard unsafe fclose(file) == 0, written == bytes.count else { throw failure() }
}

package func read(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
