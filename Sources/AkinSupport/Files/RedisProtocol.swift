/// What Redis sends: the number of parts, and the bytes of the first, `*2` and `$4`.
package enum RedisProtocol {
  /// Whether the first two lines of a text are the beginning of an answer.
  package static func begins(_ first: some StringProtocol, _ second: some StringProtocol) -> Bool {
    func isCount(_ line: some StringProtocol, behind mark: Character) -> Bool {
      let digits = line.dropFirst()
      return line.first == mark && !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
    return isCount(first, behind: "*") && isCount(second, behind: "$")
  }
}
