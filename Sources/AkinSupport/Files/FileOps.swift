/// The system calls that writing a file takes, one field each, so that a test can make any of them fail.
///
/// Each returns what the call returned, 0 or more, or the error number negated.
@safe package struct FileOps: Sendable {
  /// Creates a file that must not exist yet, open for writing: its descriptor.
  package var create: @Sendable (_ path: String) -> Int
  /// Gives the file its length, with the space for it reserved where the file system can.
  package var reserve: @Sendable (_ descriptor: Int32, _ bytes: Int64) -> Int
  /// Writes at a place: how many bytes went in, perhaps not all.
  package var write: @Sendable (_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ offset: Int64) -> Int
  /// Makes what was written survive a power loss.
  package var synchronize: @Sendable (_ descriptor: Int32) -> Int
  package var close: @Sendable (_ descriptor: Int32) -> Int
  /// Gives a file a name, whatever had it before.
  package var replace: @Sendable (_ from: String, _ to: String) -> Int
  /// Gives a file a name that nothing may have: EEXIST when something has.
  package var publish: @Sendable (_ from: String, _ to: String) -> Int
  /// Makes the names in a directory survive a power loss.
  package var synchronizeDirectory: @Sendable (_ path: String) -> Int
  package var remove: @Sendable (_ path: String) -> Int

  @safe package init(
    create: @escaping @Sendable (String) -> Int, reserve: @escaping @Sendable (Int32, Int64) -> Int,
    write: @escaping @Sendable (Int32, UnsafeRawBufferPointer, Int64) -> Int,
    synchronize: @escaping @Sendable (Int32) -> Int, close: @escaping @Sendable (Int32) -> Int,
    replace: @escaping @Sendable (String, String) -> Int, publish: @escaping @Sendable (String, String) -> Int,
    synchronizeDirectory: @escaping @Sendable (String) -> Int, remove: @escaping @Sendable (String) -> Int
  ) {
    self.create = create
    self.reserve = reserve
    unsafe self.write = unsafe write
    self.synchronize = synchronize
    self.close = close
    self.replace = replace
    self.publish = publish
    self.synchronizeDirectory = synchronizeDirectory
    self.remove = remove
  }
}
