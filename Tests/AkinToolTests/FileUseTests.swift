import AkinSupport
import AkinTestSupport
import Foundation
import Testing

@testable import AkinTool

/// The ways in which one file is named twice.
private enum Spelling: String, CaseIterable {
  case same, dot, upAndDown, symbolicLink, hardLink, linkedDirectory

  /// Another path to a file of a directory.
  func path(to name: String, in scratch: Scratch) throws -> String {
    let (own, other) = (scratch[name], scratch["other-" + name])
    switch self {
    case .same: return own
    case .dot: return scratch.path + "/./" + name
    case .upAndDown: return scratch.path + "/../" + (scratch.path.split(separator: "/").last ?? "") + "//" + name
    case .symbolicLink: try FileManager.default.createSymbolicLink(atPath: other, withDestinationPath: name)
    case .hardLink: try FileManager.default.linkItem(atPath: own, toPath: other)
    case .linkedDirectory:
      let directory = scratch.path + "-link"
      try? FileManager.default.createSymbolicLink(atPath: directory, withDestinationPath: scratch.path)
      return directory + "/" + name
    }
    return other
  }
}

@Suite("An output that is also an input")
struct FileUseTests {
  private let world: SampleFiles

  init() throws {
    world = try SampleFiles()
    let scratch = world.scratch
    scratch.write("id\n1\n", to: "text.csv")
    scratch.write("userId,age\n1,3\n", to: "users.csv")
    scratch.write([1, 2], to: "v.npy")
  }

  /// Each command with an output: the words, with `OUT` for the output, and the inputs by their names.
  private static let lines: [(words: [String], inputs: [String: String])] = [
    (
      ["train", "interactions.csv", "--items", "items.csv", "-o", "OUT"],
      ["INTERACTIONS": "interactions.csv", "--items": "items.csv"]
    ),
    (
      ["train", "interactions.csv", "--user-features", "users.csv", "--item-features", "text.csv", "-o", "OUT"],
      ["--user-features": "users.csv", "--item-features": "text.csv"]
    ),
    (
      ["update", "x.emb", "interactions.csv", "--items", "items.csv", "-o", "OUT"],
      ["NEW": "interactions.csv", "--items": "items.csv"]
    ),
    (
      [
        "import", "v.npy", "--ids", "text.csv", "--biases", "items.csv", "--users", "x.emb", "--user-ids", "users.csv",
        "-o", "OUT",
      ],
      ["VECTORS": "v.npy", "--ids": "text.csv", "--biases": "items.csv", "--users": "x.emb", "--user-ids": "users.csv"]
    ),
    (
      ["import", "v.npy", "--metadata", "text.csv", "-o", "OUT"], ["VECTORS": "v.npy", "--metadata": "text.csv"]
    ),
    (["export", "x.emb", "--format", "npy", "-o", "OUT"], ["FILE": "x.emb"]),
    (["export", "x.idx", "-o", "new.npy", "--ids", "OUT"], ["FILE": "x.idx"]),
    (["export", "x.emb", "-o", "new.npy", "--metadata", "OUT"], ["FILE": "x.emb"]),
    (
      ["embed", "x.emb", "--item-features", "text.csv", "-o", "OUT"],
      ["MODEL.emb": "x.emb", "--item-features": "text.csv"]
    ),
    (["index", "x.emb", "--queries", "v.npy", "-o", "OUT"], ["FILE.emb": "x.emb", "--queries": "v.npy"]),
    (["query", "x.idx", "--vectors", "v.npy", "-o", "OUT"], ["FILE.idx": "x.idx", "--vectors": "v.npy"]),
    (
      ["query", "x.idx", "--vectors", "v.npy", "-o", "new.npy", "--scores", "OUT"],
      ["FILE.idx": "x.idx", "--vectors": "v.npy"]
    ),
    (
      ["evaluate", "interactions.csv", "--test", "text.csv", "--fold-in", "users.csv", "--html", "OUT"],
      ["INTERACTIONS": "interactions.csv", "--test": "text.csv", "--fold-in": "users.csv"]
    ),
    (
      ["query", "x.idx", "--vectors", "v.npy", "-o", "new.npy", "--html", "OUT"],
      ["FILE.idx": "x.idx", "--vectors": "v.npy"]
    ),
    (
      ["recall", "x.idx", "--queries", "users:x.emb", "--allow", "items.csv", "--html", "OUT"],
      ["FILE.idx": "x.idx", "--queries": "x.emb", "--allow": "items.csv"]
    ),
    (["query", "x.idx", "--queries", "users:x.emb", "-o", "OUT"], ["FILE.idx": "x.idx", "--queries": "x.emb"]),
    (
      ["query", "x.idx", "--vectors", "v.npy", "--allow", "items.csv", "--deny", "users.csv", "-o", "OUT"],
      ["--allow": "items.csv", "--deny": "users.csv"]
    ),
    (
      ["recommend", "x.idx", "--users", "x.emb", "--all", "-o", "OUT"], ["FILE.idx": "x.idx", "--users": "x.emb"]
    ),
    (
      ["recommend", "x.idx", "--users", "x.emb", "--all", "-o", "new.npy", "--scores", "OUT"],
      ["FILE.idx": "x.idx", "--users": "x.emb"]
    ),
    (["related", "x.idx", "--all", "-o", "OUT"], ["FILE.idx": "x.idx"]),
    (["related", "x.idx", "--all", "-o", "new.npy", "--scores", "OUT"], ["FILE.idx": "x.idx"]),
    (["evaluate", "interactions.csv", "--lists", "OUT"], ["INTERACTIONS": "interactions.csv"]),
    (["tune", "interactions.csv", "--grid", "lambda=1,2", "--state", "OUT"], ["INTERACTIONS": "interactions.csv"]),
  ]

  @Test(
    "is refused with exit 2 whatever its spelling, with --force and without, and nothing is touched",
    arguments: lines.indices)
  func refused(number: Int) throws {
    let (words, inputs) = Self.lines[number]
    let scratch = world.scratch
    func full(_ word: String) -> String {
      if word.hasPrefix("users:") { return "users:" + scratch[String(word.dropFirst(6))] }
      return scratch.names.contains(word) ? scratch[word] : word
    }
    for (input, name) in inputs {
      for spelling in Spelling.allCases {
        let output = try spelling.path(to: name, in: scratch)
        let before = scratch.names.map { [$0: scratch.bytes($0)] }
        for force in [["--force"], []] where words[0] != "tune" || force.isEmpty {
          let line = words.map { $0 == "OUT" ? output : $0 == "new.npy" ? scratch["new.npy"] : full($0) } + force
          let run = akin(line)
          let comment: Comment = "\(line): \(run.messages)"
          #expect(run.code == 2, comment)
          #expect(run.messages.contains("the output '\(output)' is the same file as the input \(input)\n"), comment)
          #expect(scratch.names.map { [$0: scratch.bytes($0)] } == before, comment)
        }
        if output.hasPrefix(scratch["other-"]) { try FileManager.default.removeItem(atPath: output) }
      }
    }
    try? FileManager.default.removeItem(atPath: scratch.path + "-link")
  }

  @Test("Every command that writes a file is among those that are tried")
  func complete() {
    for verb in Tool.verbs {
      let outputs = verb.command.allOptions.filter { option in
        option.completion.files != nil
          && (option.short == "o" || ["html", "lists", "scores", "state"].contains(option.name))
      }
      // These write into a directory, and read no file.
      if ["demo", "sample"].contains(verb.command.name) { continue }
      for option in outputs {
        #expect(
          Self.lines.contains { line in
            line.words[0] == verb.command.name
              && line.words.firstIndex(of: "OUT").map { place in
                [option.spelling, option.short.map { "-\($0)" } ?? ""].contains(line.words[place - 1])
              } ?? false
          }, "\(verb.command.name) \(option.spelling)")
      }
    }
  }

  @Test("The names that {ef} gives are outputs, too")
  func templates() {
    let scratch = world.scratch
    scratch.write(scratch.bytes("x.idx"), to: "x-32.idx")
    let run = akin(
      "query", scratch["x-32.idx"], "--vectors", scratch["v.npy"], "-o", scratch["x-{ef}.idx"], "--ef", "16,32", "-f")
    #expect(run.code == 2 && run.messages.contains("is the same file as the input FILE.idx"), "\(run.messages)")
  }

  @Test("Two outputs are two files, however they are spelled")
  func twoOutputs() throws {
    let scratch = world.scratch
    for other in [scratch["a"], scratch.path + "/./a"] {
      let run = akin("evaluate", scratch["interactions.csv"], "--html", scratch["a"], "--lists", other)
      #expect(run.code == 2 && run.messages.contains("two outputs have the name '\(other)'"), "\(run.messages)")
    }
  }

  @Test("An update may replace its own embeddings, and only these")
  func updateInPlace() throws {
    let scratch = world.scratch
    let new = scratch.write("userId,itemId,value\n7777,1,1\n", to: "new.csv")
    let run = akin("update", world.emb, new, "-o", scratch.path + "/./x.emb", "--force", "-q")
    #expect(run.code == 0, "\(run.messages)")
    #expect(akin("info", world.emb).output.contains("users\t61\n"))
    #expect(akin("update", world.emb, new, "-o", world.emb).code == 2)
  }

  @Test("- is standard input where the format is read front to back, else an error; never the name of a file")
  func dash() throws {
    let scratch = world.scratch
    func message(_ words: String...) -> String {
      let run = akin(words)
      #expect(run.code == 2, "\(words)")
      return run.messages.split(separator: "\n").first.map(String.init) ?? ""
    }
    #expect(
      message("import", scratch["v.npy"], "-o", "-")
        == "akin: error: --output cannot be standard output: the first page is written last, and all or nothing")
    #expect(
      message("index", "-", "-o", scratch["new"])
        == "akin: error: FILE.emb cannot be standard input: the format is not read front to back")
    #expect(
      message("train", "-", "--items", "-", "-o", scratch["new"])
        == "akin: error: --items and INTERACTIONS cannot both be standard input"
        || message("train", "-", "--items", "-", "-o", scratch["new"])
          == "akin: error: INTERACTIONS and --items cannot both be standard input"
    )
    guard case .run(let arguments) = try Parser.parse(["-", "-o", "x"], for: TrainVerb.command) else { return }
    #expect(arguments[TrainVerb.interactions] == "/dev/stdin")
  }
}
