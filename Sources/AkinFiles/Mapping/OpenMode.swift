import AkinSupport

/// How the bytes of a file are reached.
public enum OpenMode: Sendable {
  /// Mapped: opened at once, shared between processes. When another program cuts the file short *in place* while it is
  /// open, a read behind the cut ends this process (SIGBUS); replacing the file by a rename is safe.
  case map(MapAdvice)
  /// Read into memory: later changes of the file have no effect. For network and uploaded files.
  case copy
}

/// The order in which a mapped file will be read, as advice to the system.
public enum MapAdvice: Sendable, CaseIterable {
  /// No advice: the system reads ahead as it sees fit.
  case normal
  /// Single pages all over the file: no reading ahead. For files larger than memory.
  case random
  /// All pages, front to back.
  case sequential
  /// All pages soon: start reading them now.
  case willNeed

  /// The flag of `madvise`.
  var flag: Int32 {
    switch self {
    case .normal: Int32(MADV_NORMAL)
    case .random: Int32(MADV_RANDOM)
    case .sequential: Int32(MADV_SEQUENTIAL)
    case .willNeed: Int32(MADV_WILLNEED)
    }
  }
}
