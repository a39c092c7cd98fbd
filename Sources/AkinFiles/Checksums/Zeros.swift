import AkinSupport

/// Whether all bytes are zero: the first one is, and each equals the one before it.
func isAllZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
  guard let base = bytes.baseAddress, bytes.count > 0 else { return true }
  // Safe: both ranges of `count - 1` bytes lie in the buffer.
  return unsafe base.load(as: UInt8.self) == 0 && memcmp(base, base + 1, bytes.count - 1) == 0
}
