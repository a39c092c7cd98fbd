import AkinTestSupport
import Testing

/// One small catalogue, trained and indexed: the files are made once in a process, and each test has copies of its own.
struct SampleFiles {
  let scratch: Scratch
  var emb: String { scratch["x.emb"] }
  var idx: String { scratch["x.idx"] }

  init() throws {
    scratch = try Scratch()
    for (name, bytes) in try SampleFiles.files.get() { scratch.write(bytes, to: name) }
  }

  /// What the commands have written, by name.
  private static let files = Result { () throws -> [String: [UInt8]] in
    let scratch = try Scratch()
    let sizes = ["--users", "60", "--items", "150", "--interactions", "1500"]
    for words in [
      ["sample", "--out", scratch.path, "-q"] + sizes,
      [
        "train", scratch["interactions.csv"], "--items", scratch["items.csv"], "-o", scratch["x.emb"], "--dimensions",
        "8",
        "--epochs", "4", "-q",
      ],
      ["index", scratch["x.emb"], "-o", scratch["x.idx"], "-q"],
    ] {
      let run = akin(words)
      try #require(run.code == 0, "\(words): \(run.messages)")
    }
    return Dictionary(uniqueKeysWithValues: scratch.names.map { ($0, scratch.bytes($0)) })
  }
}
