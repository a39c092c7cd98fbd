import CAkinKernels

/// The k-th largest of some values, or a little less, and what reaches it.
package enum KthValue {
  /// A value that at least `k` of the values reach, and at most a sixteenth more of them, unless more are equal.
  ///
  /// Halves the range of bit patterns, which are in the order of the values: some ten passes of `count_at_least`.
  ///
  /// - Parameters:
  ///   - least: At least `k` of the values reach it.
  ///   - greatest: At least the largest value; not NaN.
  @unsafe package static func lowerBound(
    _ values: UnsafePointer<Float>, _ count: Int, _ k: Int, least: Float, greatest: Float,
    _ kernels: UnsafePointer<akin_kernels>
  ) -> Float {
    if count <= k + k / 16 { return least }
    var (low, high) = (Int64(ordered(least)), Int64(ordered(greatest)) + 1)
    while high - low > 1 {
      let middle = (low + high) >> 1
      // Safe: the caller's values.
      let reaching = unsafe kernels.pointee.count_at_least(values, count, value(middle))
      if reaching < k {
        high = middle
      } else {
        low = middle
        if reaching <= k + k / 16 { break }
      }
    }
    return value(low)
  }

  /// Keeps the entries with at least a value, in their order; returns their number.
  @unsafe package static func keep(
    _ count: Int, from floor: Float, _ values: UnsafeMutablePointer<Float>, _ positions: UnsafeMutablePointer<UInt32>
  ) -> Int {
    var kept = 0
    for entry in 0..<count {
      let value = unsafe values[entry]
      unsafe values[kept] = value
      unsafe positions[kept] = positions[entry]
      kept &+= value >= floor ? 1 : 0
    }
    return kept
  }

  private static func ordered(_ value: Float) -> Int32 {
    let bits = Int32(bitPattern: value.bitPattern)
    return bits < 0 ? bits ^ .max : bits
  }

  private static func value(_ ordered: Int64) -> Float {
    let bits = Int32(truncatingIfNeeded: ordered)
    return Float(bitPattern: UInt32(bitPattern: bits < 0 ? bits ^ .max : bits))
  }
}
