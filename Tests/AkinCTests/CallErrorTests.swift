import Akin
import CAkin
import Testing

@testable import AkinC

@Suite("Errors of calls from C")
struct CallErrorTests {
  @Test("have these sentences")
  func sentences() {
    let sentences: [(CallError, String)] = [
      (.null("path"), "'path' must not be null"),
      (.closed(7), "the handle 7 is closed, or was never opened"),
      (
        .otherKind(expected: "an index", found: "embeddings"),
        "expected the handle of an index, found that of embeddings"
      ),
      (.outOfRange("count", found: -1, least: 0, most: nil), "'count' must be at least 0, found -1"),
      (.outOfRange("count", found: 9, least: 0, most: 8), "'count' must be 0 to 8, found 9"),
      (
        .shortStructure("akin_request", expected: 128, found: 8),
        "the size of akin_request must be at least 128 bytes, found 8"
      ),
      (.badChoice("metric", found: 9), "'metric' has no choice 9"),
      (.notUTF8("where"), "'where' must be UTF-8, found other bytes"),
      (.badOffsets("offsets", place: 2), "'offsets' must ascend from 0; it does not at place 2"),
      (
        .badDigest("digests", place: 1, found: "x"),
        "'digests' must be digests of 32 hexadecimal digits, found 'x' at place 1"
      ),
      (
        .shortAnswers(needed: 10, found: 9),
        "the answers need room for 10 items (queries × k), found room for 9"
      ),
      (
        .badRow("items", place: 1, found: 600, count: 600),
        "'items' has 600 at place 1, and the table has rows 0 to 599"
      ),
      (.textIDs, "the ids of the items are texts, no numbers"),
      (.unlikeCounts("ids", expected: 5, found: 3), "'ids' must have 5 entries, found 3"),
      (.holdsNoEmbeddings(path: "x.idx"), "x.idx holds no embeddings"),
    ]
    for (error, sentence) in sentences { #expect(error.description == sentence) }
    #expect(NoMemory(bytes: 9).description == "no memory for a call that needs 9 bytes")
  }

  @Test("become the status of their kind and the error of the thread")
  func statuses() {
    let errors: [(any Error, Int)] = [
      (CallError.null("path"), 2), (CallError.holdsNoEmbeddings(path: "x"), 3), (NoMemory(bytes: 1), 4),
      (Cancelled(), 130),
    ]
    for (error, status) in errors {
      #expect(call { throw error } == Int32(status))
      let sentence = unsafe akin_last_error().map { unsafe String(cString: $0) }
      #expect(sentence == "\(error)")
    }
    #expect(call {} == 0)
  }
}
