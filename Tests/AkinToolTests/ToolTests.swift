import AkinSupport
import Testing

@testable import AkinTool

@Suite("The command as a whole")
struct ToolTests {
  @Test("akin, akin --help, -h and akin help show the same page on stdout")
  func globalHelp() {
    let pages = [akin(), akin("--help"), akin("-h"), akin("help")]
    for page in pages {
      #expect(page.code == 0)
      #expect(page.messages.isEmpty)
      #expect(page.output == pages[0].output)
    }
    #expect(pages[0].output.contains("Usage: akin COMMAND [ARGUMENTS] [OPTIONS]\n"))
    for verb in Tool.verbs {
      #expect(pages[0].output.contains("  \(verb.command.name) "), "\(verb.command.name) is missing from the help")
      #expect(pages[0].output.contains(verb.command.summary))
    }
  }

  @Test("--version says the version")
  func version() {
    #expect(akin("--version").output == "akin 0.1.0\n")
  }

  @Test("A verb's page names every option, argument and example, the same however it is asked for")
  func verbHelp() {
    for verb in Tool.verbs {
      let command = verb.command
      let page = akin(command.name, "--help")
      #expect(page.code == 0 && page.messages.isEmpty)
      #expect(page.output == akin("help", command.name).output)
      for argument in command.arguments { #expect(page.output.contains("  \(argument.name) ")) }
      for option in command.allOptions {
        #expect(page.output.contains(option.spelling), "\(command.name): \(option.spelling)")
        if let short = option.short { #expect(page.output.contains("  -\(short)")) }
      }
      // A long example goes on in a further line.
      let whole = page.output.replacing(" \\\n    ", with: " ")
      for example in command.examples { #expect(whole.contains("  \(example.line)\n")) }
      #expect(!page.output.contains("\u{1B}"))
    }
  }

  @Test("Help fits its terminal, between 60 and 100 columns")
  func helpWidth() {
    for width in [40, 60, 80, 100, 200] {
      let help = Help(width: width, style: Style(isOn: false))
      for verb in Tool.verbs {
        let prose = help.page(of: verb.command).split(separator: "\nExamples\n")[0]
        for line in prose.split(separator: "\n") where !line.hasPrefix("Usage:") {
          #expect(line.count <= min(max(width, 60), 100), "\(line)")
        }
      }
    }
  }

  @Test("No verb uses a name for two options")
  func namesAreUnique() {
    for verb in Tool.verbs {
      let options = verb.command.allOptions
      #expect(Set(options.map(\.name)).count == options.count, "\(verb.command.name)")
      #expect(Set(options.compactMap(\.short)).count == options.compactMap(\.short).count, "\(verb.command.name)")
    }
  }

  @Test("Every example in the help is a command line that parses")
  func examplesParse() throws {
    for verb in Tool.verbs {
      for example in verb.command.examples {
        // What follows these is the shell's.
        let line = example.line.split(separator: " && ")[0].split(separator: " > ")[0]
        let words = shellWords(String(line))
        #expect(words.prefix(2) == ["akin", verb.command.name], "\(example.line)")
        #expect(throws: Never.self, "\(example.line)") {
          try Parser.parse(Array(words.dropFirst(2)), for: verb.command)
        }
      }
    }
  }

  @Test("A default that help shows is one that may be typed")
  func defaultsParse() {
    for verb in Tool.verbs {
      for option in verb.command.allOptions {
        // A default in words is no value.
        guard option.describedDefault == nil, let text = option.shownDefault else { continue }
        #expect(option.value(of: text) != nil, "\(option.spelling) \(text)")
      }
    }
  }

  @Test(
    "A usage error says so on stderr, with the next step, and exits with 2",
    arguments: [
      (["trian"], "unknown command 'trian'; did you mean 'train'?", "run 'akin --help'"),
      (["frobnicate"], "unknown command 'frobnicate'", "run 'akin --help'"),
      (["help", "trian"], "unknown command 'trian'; did you mean 'train'?", "run 'akin --help'"),
      (["--versoin"], "unknown option '--versoin'; did you mean '--version'?", "run 'akin --help'"),
      (
        ["train"], "INTERACTIONS is missing: CSV or TSV file of user, item and optional value",
        "run 'akin train --help'"
      ),
      (["train", "x"], "-o FILE is missing: the embeddings file to write", "run 'akin train --help'"),
      (
        ["related", "x", "y", "-k", "0"], "-k must be a whole number from 1 to 1000000, found '0'",
        "run 'akin related --help'"
      ),
      (
        ["related", "x", "y", "--ef", "64", "--exact"], "--ef and --exact exclude each other",
        "run 'akin related --help'"
      ),
      (
        ["index", "x", "-o", "y", "--metric", "cosin"],
        "--metric must be inner-product, cosine or euclidean, found 'cosin'; did you mean 'cosine'?",
        "run 'akin index --help'"
      ),
      (
        ["query", "x", "--vectors", "q", "-o", "ids.npy", "--ef", "16,32"],
        "2 values of --ef write 2 files, so -o must hold {ef}, found 'ids.npy'", "for example -o 'ids-{ef}.npy'"
      ),
      (
        ["query", "x", "--vectors", "q", "-o", "ids-{ef}.npy", "--scores", "s.npy", "--ef", "16,32"],
        "2 values of --ef write 2 files, so --scores must hold {ef}, found 's.npy'",
        "for example --scores 'scores-{ef}.npy'"
      ),
      (
        ["query", "x", "--vectors", "q", "-o", "i", "--ef", "16", "--exact"], "--ef and --exact exclude each other",
        "run 'akin query --help'"
      ),
      (
        ["recall", "x", "--fail-under", "95"], "--fail-under must be a number from 0 to 1, found '95'",
        "run 'akin recall --help'"
      ),
      (
        ["recall", "x", "--queries", "users:"],
        "--queries must be items, users, users:FILE.emb or a file of vectors, found 'users:'",
        "run 'akin recall --help'"
      ),
    ] as [([String], String, String)])
  func usageErrors(words: [String], sentence: String, help: String) {
    let run = akin(words)
    #expect(run.code == 2)
    #expect(run.output.isEmpty)
    #expect(run.messages == "akin: error: \(sentence)\nakin: help: \(help)\n")
  }

  /// The words of a line as a shell would cut them, for spaces and single quotes.
  private func shellWords(_ line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isQuoted = false
    for character in line {
      if character == "'" {
        isQuoted.toggle()
      } else if character == " ", !isQuoted {
        words.append(word)
        word = ""
      } else {
        word.append(character)
      }
    }
    return words + [word]
  }
}

@Suite("What a verb throws")
struct ExitCodeTests {
  private struct Trouble: AkinError {
    let kind: TroubleKind
    let description = "x.csv:3: expected 3 fields, found 2"
    var help: String? { "add the field" }
  }
  private struct Stranger: Error, CustomStringConvertible {
    let description = "something else"
  }

  @Test(
    "The kind of trouble chooses the exit code",
    arguments: [(TroubleKind.usage, Int32(2)), (.badInput, 3), (.io, 4)])
  func codes(kind: TroubleKind, code: Int32) {
    let run = run { _ in throw Trouble(kind: kind) }
    #expect(run.code == code)
    #expect(run.messages == "akin: error: x.csv:3: expected 3 fields, found 2\nakin: help: add the field\n")
  }

  @Test("Cancelled work exits with 130, an answer of no with 1, a stranger's error with 4")
  func others() {
    let cancelled = run { _ in throw Cancelled() }
    #expect(cancelled.code == 130)
    #expect(cancelled.messages == "akin: cancelled; nothing was written\n")
    #expect(run { _ in .no }.code == 1)
    let stranger = run { _ in throw Stranger() }
    #expect(stranger.code == 4)
    #expect(stranger.messages == "akin: error: something else\n")
  }

  @Test("A reader that has gone ends the work quietly")
  func readerGone() {
    let run = run { _ in throw StreamError.readerGone }
    #expect(run.code == 0)
    #expect(run.messages.isEmpty)
  }

  @Test("What was answered before the trouble is not lost")
  func answeredBefore() {
    let run = run { console in
      try console.print("one\n")
      throw Trouble(kind: .badInput)
    }
    #expect(run.output == "one\n")
  }

  @Test("A sentence cannot command the terminal")
  func hostileSentence() {
    let console = Console(
      output: TextStream(inMemoryAs: "o"), messages: TextStream(inMemoryAs: "e"), cancellation: Cancellation())
    console.complain("\u{1B}[2J\u{7}gone", help: nil)
    #expect(console.messages.collected == "akin: error: \u{FFFD}[2J\u{FFFD}gone\n")
  }

  @Test("A line break in a name begins no line of ours; an indented list keeps its lines")
  func brokenName() {
    #expect(
      akin("a\nakin: help: b").messages
        == "akin: error: unknown command 'a\u{FFFD}akin: help: b'\nakin: help: run 'akin --help'\n")
    let console = Console(
      output: TextStream(inMemoryAs: "o"), messages: TextStream(inMemoryAs: "e"), cancellation: Cancellation())
    console.complain("'t' fits 2 items:\n  1  x\ny\n  2  z", help: nil)
    #expect(console.messages.collected == "akin: error: 't' fits 2 items:\n  1  x\u{FFFD}y\n  2  z\n")
  }

  private func run(_ body: (Console) throws -> ExitCode) -> Run {
    let console = Console(
      output: TextStream(inMemoryAs: "standard output"), messages: TextStream(inMemoryAs: "standard error"),
      cancellation: Cancellation())
    let code = Tool.finish(console) { try body(console) }
    return Run(code: code, output: console.output.collected, messages: console.messages.collected)
  }
}
