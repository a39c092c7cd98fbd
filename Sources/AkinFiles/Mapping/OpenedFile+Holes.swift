import AkinSupport

extension OpenedFile {
  /// Files up to this size are not looked at: even if all of it is holes, it is soon searched.
  private static let smallest = 64 << 20
  /// A file with a larger share of data than one in so many is no hollow one.
  private static let share = 1_000
  /// The most stretches of data that are counted; a file with more of them is no hollow one.
  private static let stretches = 4_096

  /// The bytes of data of a large file that consists of holes but for less than a thousandth; `nil` for every other file.
  ///
  /// Such a file is a download or a copy that was not finished; all the zeros of its holes would be searched. Its number of blocks
  /// alone does not tell, because some file systems count those of a file that was just written only later. So they are asked where
  /// the data is, and those that do not know say that all of it is data.
  static func dataOfHollow(_ descriptor: Int32, _ info: stat) -> UInt64? {
    let size = Int(info.st_size)
    guard size > smallest, Int(info.st_blocks) * 512 < size / share else { return nil }
    var (data, place) = (0, 0)
    for _ in 0..<stretches {
      let start = Int(lseek(descriptor, off_t(place), seekData))
      // ENXIO: nothing but a hole is left.
      if start < 0 { return errno == ENXIO ? UInt64(data) : nil }
      let end = Int(lseek(descriptor, off_t(start), seekHole))
      guard end > start else { return nil }
      data += end - start
      if data >= size / share { return nil }
      place = end
    }
    return nil
  }

  // SEEK_DATA and SEEK_HOLE, which the C library shows only to programs that ask for its own extensions.
  #if os(Linux)
    private static let (seekData, seekHole): (Int32, Int32) = (3, 4)
  #else
    private static let (seekData, seekHole): (Int32, Int32) = (4, 3)
  #endif
}
