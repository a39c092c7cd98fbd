import AkinVectors

/// A 128-bit digest of a training input, which depends on ids, pairs and values but not on the order of rows.
///
/// It detects accidental differences. It is not a cryptographic hash.
struct InputDigest {
  private var low: UInt64 = 0x416B_696E
  private var high: UInt64 = 0x494E_5054

  mutating func add(_ word: UInt64) {
    low = mix(low ^ word)
    high = mix(high &+ word) ^ (low >> 32)
  }

  mutating func add(_ ids: IDColumn) {
    add(UInt64(ids.count))
    switch ids {
    case .rowNumbers: break
    case .numbers(let numbers): for number in numbers { add(number) }
    case .texts(let texts):
      for text in texts {
        add(UInt64(text.utf8.count))
        var word: UInt64 = 0
        for (index, byte) in text.utf8.enumerated() {
          word = word << 8 | UInt64(byte)
          if index & 7 == 7 { add(word) }
        }
        add(word)
      }
    }
  }

  /// 32 hexadecimal digits.
  var text: String { hexadecimal(low) + hexadecimal(high) }

  private func hexadecimal(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}

extension Interactions {
  /// A digest of ids, pairs and values as 32 hexadecimal digits. O(pairs + ids).
  public var digest: String {
    var digest = InputDigest()
    digest.add(userIDs)
    digest.add(itemIDs)
    for user in 0..<byUser.rowCount {
      digest.add(UInt64(byUser.count(ofRow: user)))
      for place in byUser.offsets[user]..<byUser.offsets[user + 1] {
        digest.add(UInt64(byUser.others[place]) << 32 | UInt64(byUser.values[place].bitPattern))
      }
    }
    return digest.text
  }
}
