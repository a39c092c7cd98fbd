// Sentences on ids that may be an accident.

extension IDSpelling {
  /// A sentence on ids that may be an accident; `nil` for none.
  ///
  /// - Parameters:
  ///   - column: The name of the column in messages.
  ///   - beginsLines: Whether the ids are the first of their lines, where a comment would stand.
  package func note(_ column: String, beginsLines: Bool = true) -> String? {
    func some(_ count: Int) -> String { "\(count) \(column) \(count == 1 ? "id" : "ids")" }
    let parts: [String?] = [
      nulls.first.map { "\(some(nulls.count)) like '\($0.text)', which other programs write for nothing" },
      padded.first.map { "\(some(padded.count)) with white space around, like '\($0)'" },
      wholeFractions.first.map { "\(some(wholeFractions.count)) like '\($0)', which are other ids than whole numbers" },
      exponents.first.map {
        "\(some(exponents.count)) like '\($0)', as spreadsheets write long numbers: different ids may have become one"
      },
      otherTexts == 0
        && (count > textCount || respelled.first.map(IDSpelling.hasSignOfText) ?? false
          || respelled.count == count && respelled.first?.utf8.contains(UInt8(ascii: ",")) ?? false)
        && pointed.count == 0
        ? respelled.first.map {
          "\(some(respelled.count)) like '\($0)', a number in another spelling, and so another id"
        } : nil,
      otherTexts == 0 && pointsMayDivide && (count > textCount || respelled.count == count)
        ? pointed.first.map {
          "\(some(pointed.count)) like '\($0)': if points stand between thousands, write the numbers without them"
        } : nil,
      otherTexts == 0 && negatives.count == 1 && count > textCount && (negatives.first?.utf8.count ?? 0) <= 10
        ? negatives.first.map {
          "1 \(column) id is '\($0)', which may stand for no \(column): leave its rows out if so"
        } : nil,
      beginsLines && comments.count < count
        ? comments.first.map {
          "\(some(comments.count)) like '\($0.prefix(40))', as comments begin: if they are comments, leave these lines out"
        } : nil,
      fractions.sameNumbers.first.map {
        "\(some(fractions.sameNumbers.count)) like '\($0.text)', where '\($0.plain)' is another, and the same number"
      },
      fractions.shortened.first.map {
        "\(some(fractions.shortened.count)) like '\($0.text)' beside '\($0.whole)': a program that takes ids for numbers loses zeros "
          + "at their end"
      },
      hidden.first.map { text, scalar in
        let code = String(scalar.value, radix: 16, uppercase: true)
        let digits = String(repeating: "0", count: max(0, 4 - code.utf8.count)) + code
        return "\(some(hidden.count)) with a character that nobody sees, U+\(digits), like '\(text)'"
      },
      forms.first.map {
        "\(some(forms.count)) like '\($0)', where another has the same letters in another Unicode form"
      },
      quoted.count == textCount
        ? quoted.first.map { "\(some(quoted.count)) in quotes, which belong to them, like \($0)" } : nil,
      2 * lists.count > textCount
        ? lists.first.map { "\(some(lists.count)) like '\($0.prefix(40))', which may be lists, and are one id each" }
        : nil,
      days.first.map {
        "\(some(days.count)) like '\($0)', as spreadsheets write ids that look like days: different ids may have become one"
      },
      continued.first.map {
        "\(some(continued.count)) with a backslash at the end, which belongs to it, like '\($0)'"
      },
      strayQuotes.first.map {
        "\(some(strayQuotes.count)) with a double quote at one end, which belongs to them, like '\($0)'"
      },
      strayBrackets.count == count && count > 1
        ? strayBrackets.first.map {
          "\(some(strayBrackets.count)) with a bracket that is not closed or opened, like '\($0)'"
        } : nil,
      totals.count == textCount && count > totals.count
        ? totals.first.map {
          "\(some(totals.count)) '\($0)' among numbers, as a row of sums has: if it is one, leave it out"
        } : nil,
      bullets.count == count && count > 1
        ? bullets.first.map {
          "\(some(bullets.count)) like '\($0)', as lines of a list begin, or of a diff, and the mark belongs to them"
        }
        : nil,
      wordLists.first.map {
        "\(some(wordLists.count)) like '\($0.prefix(40))', which may be lists of others, and are one id each"
      },
      colons.count == textCount && colons.count > 1
        ? colons.first.map { "\(some(colons.count)) with a colon at the end, like '\($0)'" } : nil,
      disguised.first.map {
        "\(some(disguised.count)) like '\($0.text)', where '\($0.plain)' in plain characters is another"
      },
      lost.first.map {
        "\(some(lost.count)) like '\($0)', where an earlier conversion has put U+FFFD for letters: different ids may have become one"
      },
      doubled.first.map { "\(some(doubled.count)) like '\($0)', as UTF-8 looks when it has been read as Latin-1" },
      cases.first.map { "\(some(cases.count)) like '\($0)', where another is the same in small letters" },
      zeros.first.map { "\(some(zeros.count)) like '\($0)', where another is the same without leading zeros" },
    ]
    let found = parts.compactMap { $0 }
    return found.isEmpty ? nil : found.joined(separator: "; ")
  }

  /// A sentence on ids that all hold what separates fields in other files; `nil` for others.
  ///
  /// - Parameter column: The name of the column in messages.
  package func separatorNote(_ column: String) -> String? {
    guard separated.count == count, count > 1, let first = separated.first else { return nil }
    return
      "all \(count) \(column) ids hold '\(first.mark)', like '\(first.text)': if it separates fields, name it: --delimiter"
  }
}
