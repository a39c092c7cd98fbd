import AkinTestSupport
import Testing

@testable import AkinTraining

@Suite("Values and times that stand for something else")
struct ValueTraceTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func warnings(_ text: String, rated: Bool = true) throws -> [String] {
    var format = InteractionFormat()
    format.allowsNegativeValues = rated
    return try scratch.warnings(text, format)
  }

  @Test("A value that a 32-bit float makes 0 is refused; zeros in any spelling are read")
  func vanishing() throws {
    for text in ["1e-400", "2e-46", "-1e-99", "0.000000000000000000000000000000000000000000000001"] {
      var format = InteractionFormat()
      format.allowsNegativeValues = true
      let found = try scratch.failure("user,item,rating\n1,10,3\n1,11,\(text)\n", format)
      #expect(found?.0 == 3 && found?.1 == .vanishing(found: String(text.prefix(40)) + (text.count > 40 ? "…" : "")))
    }
    for text in ["0", "-0", "0.00", "0e5", "0e-400", "1e-45", "1e-30"] {
      #expect(try scratch.failure("user,item,rating\n1,10,3\n1,11,\(text)\n") == nil, "\(text)")
    }
  }

  @Test("Zeros among ratings from 1 to 5 or 10 are noted for ratings, and not for counts, clicks or other scales")
  func zeros() throws {
    func found(_ values: [String], rated: Bool = true) throws -> String? {
      let rows = values.enumerated().map { "\($0.offset),1\($0.offset % 2),\($0.element)\n" }.joined()
      return try warnings("user,item,rating\n" + rows, rated: rated).first
    }
    #expect(try found(["0", "5", "3", "1"])?.contains("1 of 4 values are 0, all others from 1.0 to 5.0") == true)
    #expect(try found(["0", "0", "9.5", "0.5"])?.contains("2 of 4 values are 0") == true)
    for others in [["0", "1", "1", "0"], ["0", "200", "3", "1"], ["0", "-3", "5", "2"], ["5", "4", "3", "1"]] {
      #expect(try found(others) == nil, "\(others)")
    }
    let unrated = try found(["0", "5", "3", "1"], rated: false)
    #expect(unrated?.contains("1 of 4 values are 0, which tell as little") == true)
  }

  @Test("Ticks of .NET are noted, and billionths of seconds of the same length are times")
  func ticks() throws {
    func note(_ times: [String]) throws -> String? {
      var format = InteractionFormat()
      format.readsTimes = true
      let rows = times.enumerated().map { "\($0.offset),10,5,\($0.element)\n" }.joined()
      return try scratch.read("user,item,rating,time\n" + rows, format).strangeTimes
    }
    #expect(try note(["638081280000000000", "638159040000000000"])?.contains("ticks of .NET") == true)
    #expect(try note(["1700000000000000000", "1700000001000000000"]) == nil)
  }

  @Test("A header again among the rows, in any case of letters, is called what it is")
  func headers() throws {
    let found = try scratch.failure("user,item,rating\nu1,10,5\nUser,ITEM,Rating\nu2,10,3\n")
    #expect(found?.0 == 3 && found?.1 == .repeatedHeader(user: "User", item: "ITEM"))
  }

  @Test("Help for numbers says what to remove")
  func help() {
    func help(_ text: String) -> String? { InteractionError(path: "r.csv", line: 2, .notANumber(found: text)).help }
    for text in ["1 000,5", "1'000", "1_000", "1\u{A0}000"] {
      #expect(help(text) == "remove the marks between thousands", "\(text)")
    }
    #expect(help("4.5") == "the file has decimal points: leave --decimal comma out")
    #expect(help("five stars")?.hasPrefix("write a number for each word") == true)
  }
}
