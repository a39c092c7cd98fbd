import AkinVectors

extension FeatureCells {
  /// Counts of fields by kind. Fields that are empty, or words for nothing (`NA`, `null`, …), count as neither.
  struct Kinds {
    /// Rows with a number.
    var numbers = 0
    /// Rows with a field that is neither empty nor a number, and the first of them.
    var words = 0
    var firstWord = 0
    /// Rows with a number with a comma before its fraction, which the words count.
    var commas = 0
    /// Rows with a number that has signs around it, or commas between its thousands, which the words count.
    var decorated = 0
    /// Rows with a date, which the words count.
    var dates = 0
    /// Rows with a length of time, which the words count.
    var durations = 0
    /// Rows with a word for nothing, and the first of them.
    var nulls = 0
    var firstNull = 0
    /// The first row with a whole number of three digits or more that begins with a zero, as codes do.
    var firstCode: Int?
    /// The first row whose field seems to hold several words, between other separators than `|`.
    var firstList: Int?
    /// Whether a field holds several words.
    var hasLists = false
  }

  /// Counts the kinds of all fields.
  func kinds(_ mark: DecimalMark) -> Kinds {
    var kinds = Kinds()
    for row in 0..<count {
      unsafe withField(row) { field in
        if field.isEmpty { return }
        if unsafe field.number(mark) != nil {
          kinds.numbers += 1
          if kinds.firstCode == nil,
            unsafe field.count > 2 && field[0] == 0x30 && field.allSatisfy({ (0x30...0x39).contains($0) })
          {
            kinds.firstCode = row
          }
          return
        }
        if unsafe field.contains(bar) { kinds.hasLists = true }
        let text = field.count <= 40 ? unsafe String(decoding: field, as: UTF8.self) : ""
        if NullWord.isOne(text), !text.isEmpty {
          if kinds.nulls == 0 { kinds.firstNull = row }
          kinds.nulls += 1
          return
        }
        if kinds.words == 0 { kinds.firstWord = row }
        kinds.words += 1
        if FieldKind.hasDecimalComma(text) {
          kinds.commas += 1
        } else if FieldKind.isDecoratedNumber(text) {
          kinds.decorated += 1
        }
        if text.utf8.count > 7, secondsOfDate(text) != nil || FieldKind.isOtherDate(text) { kinds.dates += 1 }
        if FieldKind.isDuration(text) { kinds.durations += 1 }
        if kinds.firstList == nil, unsafe isList(field), !ListFields.isSize(text) { kinds.firstList = row }
      }
    }
    return kinds
  }

  /// Whether a field begins with a bracket, or holds a separator of words behind its first byte.
  private func isList(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = unsafe field.first else { return false }
    return unsafe "[{".utf8.contains(first) || field.dropFirst().contains { ",;/".utf8.contains($0) }
  }
}

private let bar = UInt8(ascii: "|")
