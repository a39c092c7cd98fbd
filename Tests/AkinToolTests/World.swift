import AkinTestSupport
import Testing

/// One small catalogue, trained and indexed once for all tests of a suite.
struct World {
  let scratch: Scratch
  var emb: String { scratch["x.emb"] }
  var idx: String { scratch["x.idx"] }

  init() throws {
    scratch = try Scratch()
    let sizes = ["--users", "60", "--items", "150", "--interactions", "1500"]
    for words in [
      ["sample", "--out", scratch.path, "-q"] + sizes,
      [
        "train", scratch["interactions.csv"], "--items", scratch["items.csv"], "-o", emb, "--dimensions", "8",
        "--epochs", "4", "-q",
      ],
      ["index", emb, "-o", idx, "-q"],
    ] {
      let run = akin(words)
      try #require(run.code == 0, "\(words): \(run.messages)")
    }
  }
}
