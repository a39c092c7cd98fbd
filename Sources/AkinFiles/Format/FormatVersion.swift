/// A version of the file format. A reader reads every minor version of its major version.
public struct FormatVersion: Sendable, Hashable, CustomStringConvertible {
  /// Changes when old readers cannot read new files.
  public let major: UInt16
  /// Changes when something optional is added.
  public let minor: UInt16

  /// Creates a version.
  ///
  /// - Parameters:
  ///   - major: Changes when old readers cannot read new files.
  ///   - minor: Changes when something optional is added.
  public init(major: UInt16, minor: UInt16) {
    self.major = major
    self.minor = minor
  }

  /// The version that this library writes.
  public static let current = FormatVersion(major: 1, minor: 0)
  /// `MAJOR.MINOR`.
  public var description: String { "\(major).\(minor)" }
}
