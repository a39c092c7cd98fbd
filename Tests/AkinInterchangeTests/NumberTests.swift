import AkinSupport
import Testing

@testable import AkinInterchange

@Suite("Numbers: decimals and halves")
struct NumberTests {
  func parse(_ text: String) -> Float? {
    unsafe Array(text.utf8).withUnsafeBytes { bytes in unsafe parseFloat(bytes) }
  }

  @Test("A decimal is the float that the standard library reads", arguments: [1, 2, 3] as [UInt64])
  func decimals(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<5_000 {
      let float = Float(bitPattern: UInt32.random(in: 0 ... .max, using: &generator))
      guard float.isFinite else { continue }
      var texts = ["\(float)", "\(Double(float))"]
      // Half-way between two floats, and a hair to either side.
      let middle = Double(float) + (Double(float.nextUp) - Double(float)) / 2
      texts += ["\(middle)", "\(middle.nextUp)", "\(middle.nextDown)"]
      let digits = Int.random(in: 1...25, using: &generator)
      let plain = (0..<digits).map { _ in String(Int.random(in: 0...9, using: &generator)) }.joined()
      texts += ["0.\(plain)", "-\(plain).5", "\(plain)e-\(digits)", "\(plain)E+3", "\(plain)."]
      for text in texts where Float(text)?.isFinite == true {
        let found = parse(text)
        #expect(found?.bitPattern == Float(text)?.bitPattern, "\(text), seed \(seed)")
      }
    }
  }

  @Test(
    "What is no number",
    arguments: ["", "-", ".", "e5", "1e", "1e+", "1x", "0x10", "--1", "1 2", "1,5", "١", "infinit"])
  func noNumbers(text: String) { #expect(parse(text) == nil) }

  @Test("Unusual numbers")
  func unusual() {
    #expect(parse("nan")?.isNaN == true)
    #expect(parse("-Infinity") == -.infinity)
    #expect(parse("1e39") == .infinity)
    #expect(parse("1e999999999999999999999")?.isFinite == false)
    #expect(parse("1e-999999999999999999999") == 0)
    #expect(parse("-0")?.sign == .minus)
    #expect(parse(String(repeating: "9", count: 5_000))?.isFinite == false)
    #expect(parse("0." + String(repeating: "0", count: 5_000) + "1") == 0)
  }

  #if !(os(macOS) && arch(x86_64))
    @Test("Every half is the float that it stands for")
    func halves() {
      for bits in UInt16.min ... .max {
        let half = Float16(bitPattern: bits)
        let found = Element.float(half: bits)
        #expect(half.isNaN ? found.isNaN : found.bitPattern == Float(half).bitPattern, "\(bits)")
      }
    }
  #endif
}
