/// The columns of user, item, value and time in a file, by its first row and the caller's choices.
struct InteractionLayout {
  let columnCount: Int
  let hasHeader: Bool
  let user: Int
  let item: Int
  let value: Int?
  /// The column of times, if times are read.
  let time: Int?

  private static let userNames = ["userId", "user_id", "user", "uid", "customerId", "customer_id", "customer"]
  private static let itemNames = [
    "itemId", "item_id", "item", "iid", "movieId", "movie_id", "movie", "productId", "product_id", "product", "trackId",
    "track_id", "track", "bookId", "book_id", "book", "artistId", "artist_id", "artist",
  ]
  private static let valueNames = ["rating", "value", "count", "weight", "score", "stars", "plays"]
  private static let timeNames = ["timestamp", "time", "date"]

  /// Reads the layout from the first row, which is the reader's current record.
  ///
  /// - Parameters:
  ///   - reader: The reader, at the first row.
  ///   - format: The caller's choices.
  init(of reader: borrowing RecordReader, format: InteractionFormat) throws(InteractionError) {
    let first = reader.texts
    let finder = ColumnFinder(path: reader.path, line: reader.line, first: first)
    columnCount = first.count
    guard first.count >= 2 else {
      throw InteractionError(path: reader.path, line: reader.line, .tooFewColumns(needed: 2, found: first.count))
    }
    let known = InteractionLayout.userNames + InteractionLayout.itemNames
    let header =
      switch format.header {
      case .present: true
      case .absent: false
      case .detect:
        finder.column(named: known) != nil || format.names.contains { finder.column(named: [$0]) != nil }
          || InteractionLayout.looksLikeHeader(reader, format: format)
      }
    var user = try format.user.map { choice throws(InteractionError) in
      try finder.column(choice, hasHeader: header)
    }
    var item = try format.item.map { choice throws(InteractionError) in
      try finder.column(choice, hasHeader: header)
    }
    var value = try format.value.map { choice throws(InteractionError) in
      try finder.column(choice, hasHeader: header)
    }
    if header {
      user = user ?? finder.column(named: InteractionLayout.userNames)
      item = item ?? finder.column(named: InteractionLayout.itemNames)
      value = value ?? finder.column(named: InteractionLayout.valueNames)
    }
    let named = user != nil && item != nil && format.user == nil && format.item == nil
    let times =
      if let choice = format.time {
        try finder.column(choice, hasHeader: header)
      } else {
        header ? finder.column(named: InteractionLayout.timeNames) : nil
      }
    func free(_ column: Int) -> Bool { column != user && column != item && column != value && column != times }
    if user == nil { user = (0..<first.count).first { free($0) } }
    if item == nil { item = (0..<first.count).first { free($0) } }
    // A header with user and item but no value means that there are no values.
    if value == nil, !(header && named) { value = (0..<first.count).first { free($0) } }
    guard let user, let item else {
      throw InteractionError(path: reader.path, line: reader.line, .tooFewColumns(needed: 2, found: first.count))
    }
    hasHeader = header
    self.user = user
    self.item = item
    self.value = format.ignoresValues ? nil : value
    // Without a header the fourth column holds times, as in `u.data` of MovieLens.
    time = format.readsTimes ? times ?? (header || first.count < 4 ? nil : 3) : nil
    if format.readsTimes, time == nil {
      throw InteractionError(path: reader.path, line: reader.line, .noTimes(present: first))
    }
  }

  /// Whether the value of the first row is not a number, so that the row is a header.
  private static func looksLikeHeader(_ reader: borrowing RecordReader, format: InteractionFormat) -> Bool {
    guard reader.fieldCount >= 3 else { return false }
    var column = 2
    if case .number(let number) = format.value, 1...reader.fieldCount ~= number { column = number - 1 }
    return unsafe reader[column].decimalNumber == nil
  }

  /// Parses a value: finite and at least 0.
  static func value(
    _ bytes: UnsafeBufferPointer<UInt8>, _ reader: borrowing RecordReader
  ) throws(InteractionError) -> Float {
    guard let number = unsafe bytes.decimalNumber else {
      throw InteractionError(path: reader.path, line: reader.line, .notANumber(found: unsafe shown(bytes)))
    }
    let value = Float(number)
    guard value.isFinite else {
      throw InteractionError(path: reader.path, line: reader.line, .notFinite(found: unsafe shown(bytes)))
    }
    guard value >= 0 else {
      throw InteractionError(path: reader.path, line: reader.line, .negative(found: unsafe shown(bytes)))
    }
    return value
  }

  /// Parses a time: a number, or a date in seconds since 1970.
  static func time(
    _ bytes: UnsafeBufferPointer<UInt8>, _ reader: borrowing RecordReader
  ) throws(InteractionError) -> Double {
    if let number = unsafe bytes.decimalNumber, number.isFinite { return number }
    guard let seconds = unsafe secondsOfDate(String(decoding: bytes.prefix(40), as: UTF8.self)) else {
      throw InteractionError(path: reader.path, line: reader.line, .notATime(found: unsafe shown(bytes)))
    }
    return seconds
  }

  /// The first 40 bytes of a field, for messages.
  private static func shown(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    let text = unsafe String(decoding: bytes.prefix(40), as: UTF8.self)
    return bytes.count > 40 ? text + "…" : text
  }
}

extension InteractionFormat {
  /// The columns that the caller chose by name.
  fileprivate var names: [String] {
    [user, item, value, time].compactMap { choice in
      if case .name(let name) = choice { name } else { nil }
    }
  }
}
