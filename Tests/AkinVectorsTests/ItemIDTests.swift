import AkinVectors
import Testing

@Suite("Ids are numbers or texts, compared by bytes")
struct ItemIDTests {
  @Test("Only the canonical spelling of a number is a number", arguments: ["0", "7", "18446744073709551615"])
  func numbers(text: String) {
    #expect(ItemID(parsing: text) == .number(UInt64(text)!))
    #expect(ItemID(parsing: text).description == text)
  }

  @Test(
    "Everything else is a text", arguments: ["", "00", "007", "+7", "-7", " 7", "7.0", "18446744073709551616", "a"])
  func texts(text: String) {
    #expect(ItemID(parsing: text) == .text(text))
    #expect(ItemID(parsing: text).description == text)
  }

  @Test("Differently composed accents are different ids, though equal strings")
  func bytes() {
    let composed = "caf\u{E9}"
    let decomposed = "cafe\u{301}"
    #expect(composed == decomposed)
    #expect(ItemID.text(composed) != ItemID.text(decomposed))
    #expect(Set([ItemID.text(composed), .text(decomposed)]).count == 2)
    #expect((ItemID.text(decomposed) < .text(composed)) != (ItemID.text(composed) < .text(decomposed)))
  }

  @Test("Numbers stand before texts and in numeric order")
  func order() {
    let sorted = [ItemID.text("b"), .number(10), .text("a"), .number(9)].sorted()
    #expect(sorted == [.number(9), .number(10), .text("a"), .text("b")])
  }
}
