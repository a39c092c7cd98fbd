import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTool

private let count = Option("count", short: "n", .integer(in: 1...100), default: 10, "How many")
private let ratio = Option("ratio", .number(in: 0...1), default: 0.5, "How much of it")
private let name = Option<String?>.optional("name", .text("NAME"), "What it is called")
private let list = Option("list", .integers(in: 1...99), default: [1, 2], "Which ones")
private let kind = Option("kind", .choice("KIND", [("red", 1), ("green", 2), ("blue", 3)]), default: 2, "Which colour")
private let loud = Option<Bool>.flag("loud", short: "l", "Whether to shout")
private let brisk = Option<Bool>.flag("brisk", short: "b", "Whether to hurry")
private let file = Argument("FILE", "A file")
private let place = Argument("PLACE", "A place")

private let command = Command(
  name: "test", summary: "Try the parser", arguments: [file, place],
  options: [OptionGroup("Options", [count, ratio, name, list, kind, loud, brisk])])

private func parse(_ words: String...) throws -> Arguments {
  guard case .run(let arguments) = try Parser.parse(words, for: command) else { throw AskedForHelp() }
  return arguments
}

private struct AskedForHelp: Error {}

@Suite("Parsing a command line")
struct ParserTests {
  @Test("An absent option has its default, and is known to be absent")
  func defaults() throws {
    let arguments = try parse("a", "b")
    #expect(arguments[file] == "a")
    #expect(arguments[place] == "b")
    #expect(arguments[count] == 10)
    #expect(arguments[ratio] == 0.5)
    #expect(arguments[name] == nil)
    #expect(arguments[list] == [1, 2])
    #expect(arguments[kind] == 2)
    #expect(arguments[loud] == false)
    #expect(!arguments.has(count) && !arguments.has(name) && !arguments.has(loud))
  }

  @Test(
    "Every way to write an option means the same",
    arguments: [
      ["--count", "7", "a", "b"], ["a", "--count=7", "b"], ["a", "b", "-n", "7"], ["-n7", "a", "b"],
      ["-ln7", "a", "b"], ["--count", "7", "--", "a", "b"],
    ])
  func spellings(words: [String]) throws {
    guard case .run(let arguments) = try Parser.parse(words, for: command) else { throw AskedForHelp() }
    #expect(arguments[count] == 7)
    #expect(arguments.has(count))
    #expect(arguments[file] == "a" && arguments[place] == "b")
  }

  @Test("A word that begins with a minus and a digit is a value", arguments: ["-7", "-10,10", "-7.5:x", "-.5,3", "-"])
  func numbers(word: String) throws {
    #expect(try parse("a", "b", "--name", word)[name] == word)
  }

  @Test("Options and arguments may stand in any order")
  func order() throws {
    let options = [["--count", "3"], ["--ratio=0.25"], ["--name", "x"], ["-l"]]
    for shift in 0..<options.count {
      let turned = options[shift...] + options[..<shift]
      for cut in 0...turned.count {
        let words = turned.prefix(cut).flatMap { $0 } + ["a"] + turned.dropFirst(cut).flatMap { $0 } + ["b"]
        guard case .run(let arguments) = try Parser.parse(words, for: command) else { throw AskedForHelp() }
        #expect(arguments[count] == 3 && arguments[ratio] == 0.25 && arguments[name] == "x" && arguments[loud])
        #expect(arguments[file] == "a" && arguments[place] == "b")
      }
    }
  }

  @Test("Flags' letters may be joined")
  func joinedFlags() throws {
    let arguments = try parse("-lb", "a", "b")
    #expect(arguments[loud] && arguments[brisk])
  }

  @Test("After -- a dash begins no option; - alone is an argument")
  func endOfOptions() throws {
    let arguments = try parse("-", "--", "--count")
    #expect(arguments[file] == "-")
    #expect(arguments[place] == "--count")
  }

  @Test("A list is read from commas, repeats, or both")
  func lists() throws {
    #expect(try parse("a", "b", "--list", "16,32,64")[list] == [16, 32, 64])
    #expect(try parse("a", "b", "--list", "16", "--list=32,64")[list] == [16, 32, 64])
  }

  @Test("A value may hold =, be negative, or be empty of meaning only by its reading")
  func values() throws {
    #expect(try parse("a", "b", "--name=x=y")[name] == "x=y")
    #expect(try parse("a", "b", "--name", "-5")[name] == "-5")
    #expect(try parse("a", "b", "--name=--count")[name] == "--count")
    let error = #expect(throws: UsageError.self) { try parse("a", "b", "--name=") }
    guard case .badValue(option: "--name", _, found: "", nearest: nil)? = error?.problem else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(
    "--help wins over everything that stands after it", arguments: [["--help"], ["a", "-h", "--nonsense"], ["-lh"]])
  func help(words: [String]) throws {
    guard case .help = try Parser.parse(words, for: command) else {
      Issue.record("\(words) should ask for help")
      return
    }
  }

  @Test(
    "What cannot be read is refused, in a sentence that says what was expected and what was found",
    arguments: [
      (["a", "b", "--cuont", "3"], "akin test has no option '--cuont'; did you mean '--count'?"),
      (["a", "b", "--co", "3"], "akin test has no option '--co'; did you mean '--count'?"),
      (["a", "b", "-count"], "akin test has no option '-count'; did you mean '--count'?"),
      (["a", "b", "--n", "3"], "akin test has no option '--n'; did you mean '-n'?"),
      (["a", "b", "--whatever"], "akin test has no option '--whatever'"),
      (["a", "b", "-x"], "akin test has no option '-x'"),
      (["a", "b", "--count"], "--count needs a value: --count N"),
      (["a", "b", "-n"], "-n needs a value: -n N"),
      (["a", "b", "--count", "--loud"], "--count needs a value: --count N"),
      (["a", "b", "--loud=yes"], "--loud takes no value, found 'yes'"),
      (["a", "b", "--loud", "-l"], "-l may be given once, found twice"),
      (["a", "b", "--count=1", "--count=1"], "--count may be given once, found twice"),
      (["a", "b", "--count=0"], "--count must be a whole number from 1 to 100, found '0'"),
      (["a", "b", "-n101"], "-n must be a whole number from 1 to 100, found '101'"),
      (["a", "b", "--count=ten"], "--count must be a whole number from 1 to 100, found 'ten'"),
      (
        ["a", "b", "--count=99999999999999999999"],
        "--count must be a whole number from 1 to 100, found '99999999999999999999'"
      ),
      (["a", "b", "--ratio=1.5"], "--ratio must be a number from 0 to 1, found '1.5'"),
      (["a", "b", "--ratio=nan"], "--ratio must be a number from 0 to 1, found 'nan'"),
      (
        ["a", "b", "--list=1,,2"], "--list must be a list like 16,32,64, each a whole number from 1 to 99, found '1,,2'"
      ),
      (["a", "b", "--kind=gren"], "--kind must be red, green or blue, found 'gren'; did you mean 'green'?"),
      (["a", "b", "--kind=mauve"], "--kind must be red, green or blue, found 'mauve'"),
      (["a"], "PLACE is missing: a place"),
      (["a", "b", "c"], "unexpected argument 'c'"),
    ] as [([String], String)])
  func refusals(words: [String], sentence: String) throws {
    let error = try #require(throws: UsageError.self) { try Parser.parse(words, for: command) }
    #expect(error.description == sentence)
    #expect(error.help == "run 'akin test --help'")
    #expect(error.kind == .usage)
  }

  @Test("A required option that is absent is named with its meaning")
  func required() throws {
    let output = Option<String>.required("output", short: "o", .file, "The file to write")
    let command = Command(name: "make", summary: "Make it", options: [OptionGroup("Options", [output])])
    let error = try #require(throws: UsageError.self) { try Parser.parse([], for: command) }
    #expect(error.description == "-o FILE is missing: the file to write")
    guard case .run(let arguments) = try Parser.parse(["-o", "x"], for: command) else { throw AskedForHelp() }
    #expect(arguments[output] == "x")
  }
}

@Suite("Suggesting what was meant")
struct NearestTests {
  @Test(
    "Letters inserted, left out, changed or swapped are counted",
    arguments: [
      ("", "", 0), ("a", "", 1), ("trian", "train", 1), ("index", "indx", 1), ("recal", "rcall", 2), ("abc", "xyz", 3),
    ])
  func distance(a: String, b: String, expected: Int) {
    #expect(editDistance(a, b) == expected)
    #expect(editDistance(b, a) == expected)
  }

  @Test("A word is suggested when it is near, and none when none is")
  func suggestions() {
    let words = ["train", "import", "index", "info"]
    #expect(nearest(to: "trian", among: words) == "train")
    #expect(nearest(to: "tr", among: words) == "train")
    #expect(nearest(to: "in", among: words) == nil)
    #expect(nearest(to: "ingest", among: words) == nil)
    #expect(nearest(to: "", among: words) == nil)
  }
}
