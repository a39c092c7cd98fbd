import AkinSupport

/// Range checks that several models share. Each throws ``TrainingError/option(name:expected:found:)``.
enum OptionCheck {
  /// Checks the number of components of a vector.
  static func dimensions(_ found: Int) throws(TrainingError) { try whole("dimensions", found, in: 1...1024) }

  /// Checks the number of epochs.
  static func epochs(_ found: Int) throws(TrainingError) { try whole("epochs", found, in: 1...100_000) }

  /// Checks an integer against its range.
  static func whole(_ name: String, _ found: Int, in range: ClosedRange<Int>) throws(TrainingError) {
    guard range.contains(found) else {
      throw .option(name: name, expected: "\(range.lowerBound) to \(range.upperBound)", found: "\(found)")
    }
  }

  /// Checks that a number is finite, at least 0 and at most 1e30.
  static func notNegative(_ name: String, _ found: Double) throws(TrainingError) {
    guard found.isFinite, found >= 0, found <= 1e30 else {
      throw .option(name: name, expected: "a number of 0 or more, at most 1e30", found: "\(found)")
    }
  }

  /// Checks that a number lies in 1e-30...1e30.
  static func positive(_ name: String, _ found: Double) throws(TrainingError) {
    guard found.isFinite, found >= 1e-30, found <= 1e30 else {
      throw .option(name: name, expected: "a number above 0, at most 1e30", found: "\(found)")
    }
  }

  /// Checks the step size of rows that are scaled to length 1: it lies in 1e-30...10.
  static func rowStep(_ name: String, _ found: Double) throws(TrainingError) {
    guard found.isFinite, found >= 1e-30, found <= 10 else {
      throw .option(name: name, expected: "a number above 0, at most 10", found: "\(found)")
    }
  }

  /// Checks the options of models that draw negatives.
  static func sampling(positiveFrom: Double?, popularity: Double) throws(TrainingError) {
    if let positiveFrom { try notNegative("positive-from", positiveFrom) }
    guard popularity.isFinite, (0...2).contains(popularity) else {
      throw .option(name: "popularity", expected: "0 to 2", found: "\(popularity)")
    }
  }

  /// Checks that tables of float64 fit the memory that is free.
  ///
  /// - Parameters:
  ///   - rows: Rows of all tables together.
  ///   - stride: Numbers from one row to the next.
  ///   - present: Bytes of memory that are free.
  /// - Throws: ``TrainingError/memory(needed:present:)``.
  static func memory(rows: Int, stride: Int, present: UInt64 = availableMemory) throws(TrainingError) {
    // Fits 64 bits: a few times 2³² rows of little more than 2¹⁰ doubles.
    let needed = UInt64(rows) * UInt64(stride * MemoryLayout<Double>.size)
    guard needed <= present else { throw .memory(needed: needed, present: present) }
  }
}
