import AkinVectors

/// The sections of the items' attributes. All are absent without attributes.
///
///     name       element   count                      content
///     ADEF       16 bytes  attributes                 a record each, as below
///     ANOF ANBL            attributes                 a text column: their names
///     ASET       u64       ⌈items / 64⌉ each          which items have a value
///     ANUM       f64       items each                 numbers and times
///     AFLG       u64       ⌈items / 64⌉ each          which flags are set
///     ACOD       u32       items each                 the word of each item
///     ALOF ALST            items each                 a list column: the words of each item
///     AWOF AWBL            words                      a text column: the words of all attributes
///
/// "Each" goes over the attributes of the section's kind, in their order. A record:
///
///     offset  size  field
///          0     4  kind       1 number, 2 word, 3 list, 4 flag, 5 time, 6 the file's categories
///          4     4  zero
///          8     8  words      u64: how many words of AWOF are this attribute's
package enum AttributeLayout {
  /// The sections beside the categories.
  package static let sections: [SectionName] = [
    "ADEF", "ANOF", "ANBL", "ASET", "ANUM", "AFLG", "ACOD", "ALOF", "ALST", "AWOF", "AWBL",
  ]
  /// The sections of the categories, which an attribute may stand for.
  package static let categories: [SectionName] = ["ICOF", "ICAT", "CNOF", "CNBL"]

  /// Bytes of a record.
  static let recordBytes = 16

  /// The kinds of a record.
  enum Kind: UInt32 {
    case number = 1
    case word, list, flag, time, categories

    init(_ kind: AttributeKind) {
      switch kind {
      case .number: self = .number
      case .word: self = .word
      case .list: self = .list
      case .flag: self = .flag
      case .time: self = .time
      }
    }

    /// What the attribute holds.
    var holds: AttributeKind {
      switch self {
      case .number: .number
      case .word: .word
      case .list, .categories: .list
      case .flag: .flag
      case .time: .time
      }
    }

    /// The section of the values.
    var section: Section? {
      switch self {
      case .number, .time: .numbers
      case .word: .codes
      case .list: .lists
      case .flag: .flags
      case .categories: nil
      }
    }
  }

  /// A section of values.
  enum Section: CaseIterable { case numbers, flags, codes, lists }

  /// The words of 64 bits that a bit for each item takes.
  static func bitWords(_ items: Int) -> Int { (items + 63) / 64 }
}
