/// The state of splitting one record.
struct RecordScan {
  /// The next byte of the buffer.
  var place: Int
  /// Line ends of the record, those inside quotes included.
  var lines = 1
  var hasEscapes = false
  let first: UInt8
  let width: Int
  let isRun: Bool
  let quotes: Bool

  @inline(__always) init(place: Int, _ rule: RecordRule) {
    self.place = place
    first = rule.first
    width = rule.width
    isRun = rule.isRun
    quotes = rule.quotes
  }
}

/// How a record is split.
struct RecordRule {
  /// The first byte of the separator, and the number of its bytes.
  let first: UInt8
  let width: Int
  /// Whether several separators in a row are one.
  let isRun: Bool
  /// Whether fields may stand in double quotes.
  let quotes: Bool

  init(_ separator: FieldSeparator, _ quoting: FieldQuoting?) {
    first = separator.bytes[0]
    width = separator.bytes.count
    isRun = separator == .space
    quotes = quoting.map { $0 == .double } ?? separator.usuallyQuotes
  }
}
