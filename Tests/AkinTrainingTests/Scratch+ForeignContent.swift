import AkinTestSupport
import Testing

@testable import AkinTraining

extension Scratch {
  /// Expects that each text is known as what it is, and that the help says some words.
  func expectKnown(_ cases: [(text: String, content: ForeignContent, help: String)]) throws {
    for (text, content, help) in cases {
      let error = try #require(refusal(text), "\(text)")
      #expect(error.problem == .notText(found: content), "\(text): \(error)")
      #expect(error.help?.contains(help) == true, "\(content): \(error.help ?? "")")
    }
  }
}
