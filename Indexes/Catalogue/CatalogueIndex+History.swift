import AkinFiles
import AkinSupport

/// A generation that a catalogue still holds.
public struct CatalogueGeneration: Sendable {
  /// The number of the generation.
  public let number: UInt64
  /// What it holds; `nil` when its file is damaged.
  public let manifest: Manifest?
  /// What is wrong with its file, or `nil`.
  public let damage: FileError?
}

extension CatalogueIndex {
  /// The generations that a catalogue still holds, the newest first.
  ///
  /// - Parameter path: The directory.
  /// - Throws: ``CatalogueError/notACatalogue(path:)``; ``FileError`` for a directory that cannot be read.
  public static func history(path: String) throws -> [CatalogueGeneration] {
    let directory = CatalogueDirectory(path: path, disk: .system)
    let numbers = try directory.generations()
    if numbers.isEmpty { throw CatalogueError.notACatalogue(path: path) }
    return numbers.reversed().map { number in
      do throws(FileError) {
        return CatalogueGeneration(number: number, manifest: try directory.read(number).manifest, damage: nil)
      } catch {
        return CatalogueGeneration(number: number, manifest: nil, damage: error)
      }
    }
  }
}
