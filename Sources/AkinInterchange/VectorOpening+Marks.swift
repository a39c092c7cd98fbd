import AkinSupport
import AkinVectors

// Marks of texts that hold vectors in a layout that is not read.

extension VectorOpening {
  /// A word and numbers, between separators of one kind that word vectors do not have.
  ///
  /// Between `a | 0.5 | 0.25` spaces are separators, too: it could be read as the words `a | 0.5 |` and one number.
  var isSeparated: Bool {
    // word2vec's header stands above.
    let isHeader =
      first.split { ",;|\r".contains($0) }.count == 2 && first.allSatisfy { $0.isNumber || ",;|\r".contains($0) }
    let text = isHeader && lines.count > 1 ? text[lines[1].startIndex...] : text[...]
    let line = text.prefix { $0 != "\n" && $0 != "\r\n" }
    let kinds = Set(line.filter { ",;|".contains($0) })
    guard kinds.count == 1, let kind = kinds.first else { return false }
    var fields = line.split(separator: kind, omittingEmptySubsequences: false).map(String.init).map(\.trimmed)
    if fields.count > 2, fields.last?.isEmpty ?? false { fields.removeLast() }
    // pandas names columns by their numbers.
    if fields.count > 2, fields.dropFirst().enumerated().allSatisfy({ $1 == String($0) }) { return false }
    // The last field may be cut.
    if line.endIndex == text.endIndex, fields.count > 2 { fields.removeLast() }
    guard let word = fields.first, !word.isEmpty, !word.contains("\t"), Double(word) == nil else { return false }
    return fields.count > 1 && fields.dropFirst().areNumbers
  }

  /// Numbers, and a word behind them, in each line.
  var isBeforeWord: Bool {
    lines.count > 1
      && lines.allSatisfy { line in
        let fields = line.split { " \t,;\r".contains($0) }
        return fields.count > 2 && fields.dropLast().areNumbers && fields.last.map { Double($0) == nil } ?? false
      }
  }

  /// A model of libFM: its parts stand below their names.
  var isOfLibFM: Bool { first.hasPrefix("#global bias W0") || first.hasPrefix("#unary interactions Wj") }

  /// A model of xLearn: a bias, and numbers of features behind their names.
  var isOfXLearn: Bool { first.hasPrefix("bias: ") && second.hasPrefix("i_0: ") }

  /// A line for each component, perhaps below names: before the last field, a fraction, a whole number counts from 0 or 1, and the fields
  /// before it, none of which is a fraction, stay as long as it counts.
  var isLongTable: Bool {
    let rows = lines.map { line in
      line.filter { $0 != "\r" && $0 != "\"" }.split { ",;\t| ".contains($0) }.map(String.init)
    }
    let below = rows.first.map { $0.areNumbers ? rows[...] : rows.dropFirst() } ?? []
    guard below.count > 2, let width = below.first?.count, (3...5).contains(width),
      below.allSatisfy({ $0.count == width && UInt64($0[width - 2]) != nil && Double($0[width - 1]) != nil }),
      !below.contains(where: { $0.dropLast(2).contains { $0.contains(".") && Double($0) != nil } }),
      below.contains(where: { $0[width - 1].contains(".") }),
      let start = below.first.flatMap({ UInt64($0[width - 2]) }), start < 2
    else { return false }
    return zip(below, below.dropFirst()).allSatisfy { one, two in
      guard let from = UInt64(one[width - 2]), let to = UInt64(two[width - 2]) else { return false }
      return one.dropLast(2) == two.dropLast(2) ? to == from + 1 : to == start
    } && below.first?.dropLast(2) == below.dropFirst().first?.dropLast(2)
  }

  /// The shape of an array, `(3, 2)`, above numbers.
  var isBelowShape: Bool {
    let line = first.filter { $0 != "\r" }
    guard line.first == "(", line.last == ")", !second.isEmpty else { return false }
    let sizes = line.dropFirst().dropLast().split { ", ".contains($0) }
    return sizes.count == 2 && sizes.allSatisfy { UInt64($0) != nil }
      && second.split { " \t,\r".contains($0) }.areNumbers
  }

  /// A tar archive.
  var isTar: Bool { head.count > 261 && head[257...].starts(with: "ustar".utf8) }

  /// What Redis sends: the number of parts and the bytes of the first, `*2` and `$4`.
  var isProtocolOfRedis: Bool { RedisProtocol.begins(first, second) }

  /// Settings of an index: a message of Protocol Buffers as text, as ScaNN has it, or NGT's properties.
  var areSettings: Bool {
    func isName(_ text: some StringProtocol) -> Bool {
      !text.isEmpty && text.allSatisfy { $0.isLetter || "_- ".contains($0) }
    }
    let areMessages =
      lines.contains { $0.hasSuffix(" {") }
      && lines.allSatisfy { line in
        line.hasSuffix(" {") && isName(line.dropLast(2)) || line.drop { $0 == " " } == "}"
          || line.firstRange(of: ": ").map { isName(line[..<$0.lowerBound]) } ?? false
      }
    let names = Set(
      text.split(whereSeparator: \.isNewline).compactMap { $0.split(separator: "\t").first.map(String.init) })
    return areMessages || names.isSuperset(of: ["Dimension", "DistanceType"])
  }

  /// As many fields in all lines, with a number in another spelling than decimals in each: `True`, `50%`, `0x1p-1`, `(1+2j)`.
  var isRespelled: Bool {
    let rows = lines.map { $0.split { " \t,;".contains($0) } }
    func isRespelled(_ field: Substring) -> Bool {
      if field == "True" || field == "False" { return true }
      // Julia's Float32, and Fortran's double precision.
      let exponent = field.drop { "-+.0123456789".contains($0) }
      if exponent.count < field.count, let mark = exponent.first, "fFdD".contains(mark) {
        return Int(exponent.dropFirst()) != nil
      }
      if field.last == "%" { return Double(field.dropLast()) != nil }
      if field.hasSuffix("j)") || field.hasSuffix("j") {
        return field.contains { $0.isNumber } && field.contains { "+-".contains($0) }
      }
      return (field.first == "-" ? field.dropFirst() : field).hasPrefix("0x")
    }
    return rows.count > 1
      && rows.allSatisfy { row in
        row.count == rows[0].count && row.dropFirst(row.count == 1 ? 0 : 1).contains(where: isRespelled)
          && row.dropFirst().allSatisfy { isRespelled($0) || Double($0) != nil }
      }
  }

  /// A word and a number in one, of which all other numbers stand apart: `w0=0.5 0.25`, `w1:-1.5 2`, `w2,0.5 1`.
  var isGlued: Bool {
    lines.count > 1
      && lines.allSatisfy { line in
        let fields = line.split { " \t".contains($0) }
        guard let first = fields.first, fields.count > 1, let mark = first.lastIndex(where: { "=:,".contains($0) }),
          mark > first.startIndex, Double(first[..<mark]) == nil
        else { return false }
        let number = first[first.index(after: mark)...]
        return number.contains(".") && Double(number) != nil && fields.dropFirst().areNumbers
      }
  }

  /// All fields of a line in double quotes, and all but the first numbers: `"a","0.5","0.25"`, `"a","0.5 0.25"`.
  var isQuoted: Bool {
    let fields = first.split { ",;\t\r".contains($0) }
    return fields.count > 1
      && fields.enumerated().allSatisfy { place, field in
        field.count > 2 && field.first == "\"" && field.last == "\""
          && (place == 0 || field.dropFirst().dropLast().split(separator: " ").areNumbers)
      }
  }

  /// An id and a tab before numbers between other separators: `a<tab>0.5,0.25`.
  var isSeparatedBehindTab: Bool {
    let fields = first.split(separator: "\t")
    guard fields.count == 2, Double(fields[0]) == nil || UInt64(fields[0]) != nil else { return false }
    let numbers = fields[1].split { ",;|\r".contains($0) }
    return numbers.count > 1 && numbers.areNumbers
  }

  /// Vectors in brackets, or in the last field below names: `a,"[0.5, 0.25]"`, `a<tab>0.5,0.25`, `a<tab>0.5 0.25`.
  var isBracketed: Bool {
    if let open = text.firstIndex(where: { $0 == "[" || $0 == "{" }), let next = text[open...].dropFirst().first,
      next.isNumber || next == "-", text[open...].contains(",") || text[open...].contains(" ")
    {
      return true
    }
    guard hasNames, let outer = ["\t", ";", "|"].first(where: { first.contains($0) }),
      case let fields = second.split(separator: outer), let last = fields.last
    else { return false }
    return [",", " "].contains { (mark: Character) in
      let numbers = last.split(separator: mark)
      // Behind other fields, two whole numbers are one with a decimal comma: `a;0,5;1,0`.
      let isDecimal = mark == "," && numbers.count == 2 && fields.count > 2 && !last.contains(".")
      return numbers.count > 1 && numbers.areNumbers && !isDecimal
    }
  }

  /// Vectors as bytes in base64 or hexadecimal digits, in the last field of each line.
  var isEncoded: Bool {
    let last = lines.compactMap { $0.split { ",;\t ".contains($0) }.last }
    func isHexadecimal(_ text: Substring) -> Bool { text.utf8.count % 8 == 0 && text.allSatisfy(\.isHexDigit) }
    func isBase64(_ text: Substring) -> Bool {
      text.utf8.count % 4 == 0 && text.allSatisfy { $0.isLetter || $0.isNumber || "+/=".contains($0) }
        && text.contains { $0.isNumber || "+/=".contains($0) }
    }
    // A name of the column stands above.
    let values = last.drop { $0.utf8.count < 8 }
    guard let value = values.first, last.count - values.count < 2,
      values.allSatisfy({ $0.utf8.count == value.utf8.count }),
      Double(value) == nil || value.utf8.count > 15
    else { return false }
    return values.allSatisfy(isHexadecimal) || values.allSatisfy(isBase64)
  }

  /// Words and numbers below a whole number alone, or two such lines.
  var isBelowNumber: Bool {
    func isNumber(_ line: Substring) -> Bool { UInt64(line.filter { $0 != "\r" }) != nil }
    let rows = lines.drop(while: isNumber)
    return (1...2).contains(lines.count - rows.count) && !rows.isEmpty
      && rows.allSatisfy { row in
        let fields = row.split { " \t\r".contains($0) }
        return fields.count > 1 && fields.dropFirst().areNumbers
      }
  }

  /// Text below comments.
  var isBelowComments: Bool {
    // So are the names of a relation of Weka.
    if first.lowercased().hasPrefix("@relation") { return true }
    return first.first == "#" || first.first == "%" || CommentLine.mark(head) != nil
  }

  /// Features of libsvm: pairs of a place and a number behind a label.
  var isSVMLight: Bool {
    let fields = first.split { " \t;\r".contains($0) }.dropFirst()
    return !fields.isEmpty
      && fields.allSatisfy { field in
        // A group of answers to one question.
        if field.hasPrefix("qid:") { return true }
        let parts = field.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 && VectorOpening.areDigits(parts[0]) && Double(parts[1]) != nil
      }
  }

  /// Numbers with decimal commas behind the first field.
  var hasDecimalCommas: Bool {
    let fields = first.split { " \t;\r".contains($0) }.dropFirst()
    return fields.count > 1
      && fields.allSatisfy { field in
        let sides = (field.first == "-" ? field.dropFirst() : field).split(
          separator: ",", omittingEmptySubsequences: false)
        return sides.count == 2 && sides.allSatisfy(VectorOpening.areDigits)
      }
  }

  private static func areDigits(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// Words below names: no vectors.
  var isTableOfWords: Bool { hasNames && !fieldsBelow.isEmpty && !fieldsBelow.contains { Double($0) != nil } }

  /// A matrix under names of its columns: an id is no fraction.
  var isNamedMatrix: Bool {
    if hasNames { return fieldsBelow.count == fields.count && fieldsBelow[0].contains(".") && fieldsBelow.areNumbers }
    let words = first.split { " \r".contains($0) }
    let numbers = second.split { " \r".contains($0) }
    return words.count > 1 && !words.contains { Double($0) != nil } && numbers.count >= words.count
      && numbers.dropFirst().areNumbers
  }

  /// A table of numbers under names; pandas writes an index under an empty name, and columns by their numbers.
  var isTable: Bool {
    hasNames || fields.count > 1 && first.first.map { ",;\t".contains($0) } == true
      || fields.count > 2 && fields.dropFirst().enumerated().allSatisfy { $1 == String($0) }
  }
}
