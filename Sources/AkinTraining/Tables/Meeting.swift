import AkinVectors

/// How many ids of a side file (a catalogue, features, new interactions) occur in another file.
public struct Meeting: Sendable, Equatable {
  /// What the ids are of, in the plural: `items`, `users`.
  public let noun: String
  /// The other file or table: `the interactions`.
  public let other: String
  /// The number of ids in both.
  public let met: Int
  /// The number of ids of the side file.
  public let sideCount: Int
  /// The number of ids of the other file.
  public let otherCount: Int
  /// An id of the side file that the other file lacks, and an id of the other file.
  public let examples: [String]
  /// What else the ids of the other file may be compared with; `nil` for nothing.
  public var hint: String?
  /// How ids of both files differ that would be the same id without it; `nil` if none is found.
  public let difference: IDDifference?

  /// Counts the ids that two columns share. `10` is the same id as a number and as a text. O(ids).
  ///
  /// - Parameters:
  ///   - noun: What the ids are of, in the plural.
  ///   - side: The ids of the side file.
  ///   - known: The ids of the other file.
  ///   - other: What the other file is called.
  ///   - hint: What else its ids may be compared with; asked for where no id is shared.
  public init(
    _ noun: String, of side: IDColumn, in known: IDColumn, called other: String = "the interactions",
    hint: @autoclosure () -> String? = nil
  ) {
    var all: Set<ItemID> = []
    all.reserveCapacity(known.count)
    for row in 0..<known.count { all.insert(known[Row(row)].parsed) }
    var met = 0
    var strangers: [ItemID] = []
    for row in 0..<side.count {
      if all.contains(side[Row(row)].parsed) {
        met += 1
      } else if strangers.count < 1_000 {
        strangers.append(side[Row(row)])
      }
    }
    self.noun = noun
    self.other = other
    self.met = met
    self.hint = met == 0 ? hint() : nil
    sideCount = side.count
    otherCount = known.count
    let found = IDDifference.between(strangers, known, all)
    difference = found?.difference
    examples =
      found?.examples ?? [strangers.first, known.count > 0 ? known[Row(0)] : nil].compactMap { $0?.description }
  }

  /// What names the columns the other way round, where all users of a file are items of another, and its items users there.
  ///
  /// - Parameters:
  ///   - side: The users and items of the file, of which none meets.
  ///   - known: Those of the other.
  public static func hintOfSwap(
    _ side: (users: IDColumn, items: IDColumn), in known: (users: IDColumn, items: IDColumn)
  ) -> String? {
    let users = Meeting("users", of: side.users, in: known.items)
    let items = Meeting("items", of: side.items, in: known.users)
    guard users.sideCount > 0, users.met == users.sideCount, items.met == items.sideCount else { return nil }
    return
      "its users occur as items there, and its items as users: if these are swapped, name the columns the other way round, by "
      + "--user-column and --item-column"
  }

  /// Whether the side file and the other file share no id, though both have some.
  public var isEmpty: Bool { met == 0 && sideCount > 0 && otherCount > 0 }
  /// Whether fewer than half of the ids of the smaller file are in both.
  public var isSmall: Bool { 2 * met < min(sideCount, otherCount) }

  /// The counts in words.
  public var sentence: String {
    let ids = examples.count == 2 ? "; ids like '\(examples[0])' here, like '\(examples[1])' there" : ""
    let why = difference.map { "; they differ by \($0.rawValue)" } ?? ""
    return isEmpty
      ? "expected \(noun) that occur in \(other), found none among \(sideCount) (\(other): \(otherCount) \(noun)\(ids)\(why))"
      : "\(met) of \(sideCount) \(noun) occur in \(other) (\(otherCount) \(noun)\(ids)\(why))"
  }

  /// A sentence for few common ids, or for ids that differ by their spelling alone; `nil` for none.
  ///
  /// - Parameter path: The side file.
  /// - Throws: ``InteractionError/Problem/noneMeet(_:)`` for none.
  public func warning(_ path: String) throws(InteractionError) -> String? {
    if isEmpty { throw InteractionError(path: path, .noneMeet(self)) }
    // Upper and lower case tell ids apart in many data sets.
    return isSmall || (difference ?? .letterCase) != .letterCase ? "\(path): \(sentence)" : nil
  }
}

extension ItemID {
  /// The id, with the text of a canonical number as a number: a column of texts stores its numbers as texts.
  var parsed: ItemID {
    if case .text(let text) = self { ItemID(parsing: text) } else { self }
  }
}
