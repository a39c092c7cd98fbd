import Foundation

/// MovieLens ml-latest-small, where it lies beside the package or where `AKIN_DATA` says.
enum MovieLens {
  static let directory: String = {
    if let data = ProcessInfo.processInfo.environment["AKIN_DATA"] { return data + "/ml-latest-small" }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return root.deletingLastPathComponent().appendingPathComponent("shared/data/ml-latest-small").path
  }()

  static var isThere: Bool { FileManager.default.fileExists(atPath: directory + "/ratings.csv") }
}
