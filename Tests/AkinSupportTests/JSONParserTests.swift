import AkinTestSupport
import Testing

@testable import AkinSupport

@Suite("JSON is read within limits and written canonically")
struct JSONParserTests {
  @Test(
    "Canonical text reads back as itself",
    arguments: [
      "null", "true", "false", "0", "-7", "9223372036854775807", "-9223372036854775808", "0.1", "1e-07", "1.5e+300",
      "\"\"", "\"a\\\"b\\\\c\\nd\\u0001\"", "\"é\u{301} 🎬\"", "[]", "{}", "[1,[2,[3]],{}]",
      "{\"a\":1,\"b\":{\"c\":[true,null]}}",
    ])
  func canonical(text: String) throws {
    #expect(try JSONValue(parsing: text).text == text)
  }

  @Test("Other spellings of a value are accepted and become canonical")
  func spellings() throws {
    #expect(try JSONValue(parsing: " { \"b\" : 1.0 , \"a\" : [ ] } ").text == "{\"a\":[],\"b\":1}")
    #expect(try JSONValue(parsing: "\"\\u00e9\\/\\uD83C\\uDFAC\"") == .string("é/🎬"))
    #expect(try JSONValue(parsing: "1E2") == .number(100))
    #expect(try JSONValue(parsing: "-0").text == "0")
    #expect(try JSONValue(parsing: "18446744073709551616") == .number(18_446_744_073_709_551_616))
  }

  @Test(
    "Everything else is refused where it goes wrong",
    arguments: [
      ("", 0), ("  ", 2), ("nul", 0), ("01", 1), ("1.", 2), ("1e", 2), ("-", 1), ("+1", 0), ("[1,]", 3), ("[1 2]", 3),
      ("{\"a\"}", 4), ("{a:1}", 1), ("{\"a\":1,}", 7), ("\"abc", 4), ("\"\\x\"", 1), ("\"\\ud800\"", 1),
      ("\"\\udc00\"", 1), ("\"\\u12g4\"", 1), ("\"a\nb\"", 2), ("1 1", 2), ("[", 1), ("{", 1), ("1e999", 0),
      ("{\"a\":1,\"a\":2}", 7), ("NaN", 0), ("\u{FEFF}1", 0),
    ])
  func refused(text: String, offset: Int) {
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    #expect(error?.offset == offset, "\(text): \(error.map(\.description) ?? "accepted")")
  }

  @Test("Depth, keys and length are bounded; hostile nesting costs no stack")
  func limits() throws {
    let deepest = String(repeating: "[", count: 16) + String(repeating: "]", count: 16)
    #expect(throws: Never.self) { try JSONValue(parsing: deepest) }
    func problem(_ text: String, _ limits: JSONLimits = JSONLimits()) -> JSONError.Problem? {
      do throws(JSONError) {
        _ = try JSONValue(parsing: text, limits: limits)
        return nil
      } catch {
        return error.problem
      }
    }
    #expect(problem(String(repeating: "[", count: 100_000)) == .tooDeep(limit: 16))
    #expect(problem(String(repeating: "{\"a\":", count: 100_000)) == .tooDeep(limit: 16))
    #expect(problem("{\"a\":{\"b\":1},\"c\":2}", JSONLimits(keys: 2)) == .tooManyKeys(limit: 2))
    #expect(problem("[1,2,3]", JSONLimits(byteCount: 6)) == .tooLong(limit: 6))
    #expect(problem("{\"a\":1,\"a\":1}") == .duplicateKey("a"))
  }

  @Test("Bytes that are not UTF-8 are refused")
  func notUTF8() {
    for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] {
      let error = #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
      #expect(error?.problem == .notUTF8 && error?.offset == 0)
    }
  }

  @Test("No cut or changed byte of a text makes the parser trap")
  func mutations() {
    let text = Array("{\"a\":[1,-2.5e3,\"\\u00e9\\n\"],\"b\":{\"c\":null,\"d\":true}}".utf8)
    for length in 0..<text.count { #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text[..<length])) } }
    for index in text.indices {
      for byte in UInt8.min...UInt8.max {
        var changed = text
        changed[index] = byte
        if let value = try? JSONValue(parsing: changed) {
          #expect((try? JSONValue(parsing: value.text))?.text == value.text)
        }
      }
    }
  }

  @Test("Keys are compared by their bytes: two Unicode forms of one key are refused, and one is not the other")
  func keys() throws {
    let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
    #expect(throws: JSONError(offset: 11, problem: .equivalentKeys(decomposed))) {
      try JSONValue(parsing: "{\"\(composed)\":1,\"\(decomposed)\":2}")
    }
    #expect(throws: JSONError(offset: 7, problem: .duplicateKey("a"))) { try JSONValue(parsing: #"{"a":1,"a":2}"#) }
    let value = try JSONValue(parsing: "{\"\(composed)\":1,\"\u{212A}\":3}")
    #expect(value[composed] == .integer(1) && value[decomposed] == nil)
    // The sign of kelvin is canonically equivalent to the letter.
    #expect(value["\u{212A}"] == .integer(3) && value["K"] == nil)
  }
}
