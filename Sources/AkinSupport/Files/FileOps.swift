/// The system calls that write a file, one field each, so that a test can make any of them fail.
///
/// Each returns the call's result, 0 or more, or the negated `errno`.
@safe package struct FileOps: Sendable {
  /// Creates a file that must not exist yet, and opens it for writing; returns its descriptor.
  package var create: @Sendable (_ path: String) -> Int
  /// Creates a file without a name in a directory, and opens it for writing; returns its descriptor.
  package var createUnnamed: @Sendable (_ directory: String) -> Int
  /// Gives a file without a name its name; EEXIST when the name is taken.
  package var name: @Sendable (_ descriptor: Int32, _ path: String) -> Int
  /// Gives a file the mode, owner and group of the file at a path, as far as the system allows; nothing without a file.
  package var inherit: @Sendable (_ descriptor: Int32, _ path: String) -> Void
  /// Removes the files `STEM + PID.RANDOM` of a directory that a killed process left.
  package var sweep: @Sendable (_ directory: String, _ stem: String) -> Void
  /// Sets the file's length, and reserves the space where the file system can.
  package var reserve: @Sendable (_ descriptor: Int32, _ bytes: Int64) -> Int
  /// Writes at an offset; returns how many bytes were written, perhaps not all.
  package var write: @Sendable (_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ offset: Int64) -> Int
  /// Makes the file's bytes durable.
  package var synchronize: @Sendable (_ descriptor: Int32) -> Int
  /// Closes the descriptor.
  package var close: @Sendable (_ descriptor: Int32) -> Int
  /// Renames a file, and replaces the file that has the name.
  package var replace: @Sendable (_ from: String, _ to: String) -> Int
  /// Renames a file; EEXIST when the name is taken.
  package var publish: @Sendable (_ from: String, _ to: String) -> Int
  /// Makes the names in a directory durable.
  package var synchronizeDirectory: @Sendable (_ path: String) -> Int
  /// Removes a file.
  package var remove: @Sendable (_ path: String) -> Int

  /// Creates a set of calls.
  @safe package init(
    create: @escaping @Sendable (String) -> Int, createUnnamed: @escaping @Sendable (String) -> Int,
    name: @escaping @Sendable (Int32, String) -> Int, inherit: @escaping @Sendable (Int32, String) -> Void,
    sweep: @escaping @Sendable (String, String) -> Void, reserve: @escaping @Sendable (Int32, Int64) -> Int,
    write: @escaping @Sendable (Int32, UnsafeRawBufferPointer, Int64) -> Int,
    synchronize: @escaping @Sendable (Int32) -> Int, close: @escaping @Sendable (Int32) -> Int,
    replace: @escaping @Sendable (String, String) -> Int, publish: @escaping @Sendable (String, String) -> Int,
    synchronizeDirectory: @escaping @Sendable (String) -> Int, remove: @escaping @Sendable (String) -> Int
  ) {
    self.create = create
    self.createUnnamed = createUnnamed
    self.name = name
    self.inherit = inherit
    self.sweep = sweep
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
