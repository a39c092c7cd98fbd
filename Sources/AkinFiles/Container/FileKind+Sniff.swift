extension FileKind {
  /// Returns the kind of the file at a path, from its first page. O(1).
  ///
  /// - Parameter path: The file.
  /// - Throws: ``FileError``: the file cannot be read, is not one of Akin's, or is of a kind that nobody registered.
  public static func sniff(_ path: String) throws(FileError) -> FileKind {
    let page = try OpenedFile(path: path).prefix(HeaderPage.byteCount)
    do throws(FileProblem) {
      return try HeaderPage.kind(of: page)
    } catch {
      throw FileError(path: path, problem: error)
    }
  }
}
