import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Vectors of other programs that could be misread, and names that they use")
struct OtherVectorTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("Settings, protocols, bytes as text and fields below names are known, and what looks like them is read")
  func texts() throws {
    let cases: [(text: String, format: ForeignFormat, help: String)] = [
      ("num_neighbors: 10\nmeasure {\n  kind: \"Dot\"\n}\n", .settings, "the vectors that the index was made of"),
      ("BulkDeletion\tfalse\nDimension\t3\nDistanceType\tL2\n", .settings, "save the vectors"),
      ("*2\r\n$1\r\na\r\n$4\r\nabcd\r\n", .redis, "r.hget"),
      ("a\tAAAAPwAAwD8=\nb\tAAAgQAAAYEA=\n", .encoded, "b64decode"),
      ("id,vec\na,0000003F0000C03F\nb,0000204000006040\n", .encoded, "bytes.fromhex"),
      ("id\tembedding\na\t0.5 1.5\nb\t2.5 3.5\n", .brackets, "sep='\\t'"),
      ("a: [0.5, 1.5]\nb: [2.5, 3.5]\n", .brackets, "re.findall"),
      ("0\t0.5,1.5\n1\t2.5,3.5\n", .separated, "tr ',;|'"),
      ("id\tkind\na\tword\nb\tother\n", .text, "misspelled"),
      ("{'a': [0.5, 1.0], 'b': [1.5, 2.0]}\n", .dictionary, "literal_eval"),
      ("1 qid:1 1:0.5 2:1\n0 qid:1 1:1.5 2:2\n", .svmLight, "load_svmlight_file"),
      ("@relation v\n@attribute a numeric\n@data\n0.5,1\n", .comments, "[#%;@]"),
    ]
    for (text, format, help) in cases {
      let error = trouble(scratch, Array(text.utf8), as: "v.txt")
      guard case .foreignFormat(_, let found)? = error else {
        Issue.record("\(text): \(error.map { "\($0)" } ?? "read")")
        continue
      }
      #expect(found == format && error?.help?.contains(help) == true, "\(text): \(found), \(error?.help ?? "")")
    }
    #expect(try scratch.imported(Array("*2 0.5\n$4 1.5\n".utf8), "v.txt").read.ids == .texts(["*2", "$4"]))
    #expect(try scratch.imported(Array("Dimension 0.5\nDistanceType 1.5\n".utf8), "v.txt").read.vectors.count == 2)
  }

  @Test("Tokens that are words for no number are tokens; a first number with commas is said to be misspelled")
  func tokens() throws {
    let words = try scratch.imported(Array("inf 0.5 1\nnan 1.5 2\n".utf8), "g.txt").read
    #expect(words.ids == .texts(["inf", "nan"]) && rows(words.vectors) == [[0.5, 1], [1.5, 2]])
    // A matrix has no such column, and no such component.
    #expect(sentence(scratch, Array("0.5 nan\n1.5 2\n".utf8), as: "m.txt")?.contains("is NaN") == true)
    #expect(sentence(scratch, Array("inf 0.5\n1.5 2\n".utf8), as: "m.txt")?.contains("is NaN") == true)
    #expect(
      sentence(scratch, Array("a 1,000.5 2.5\nb 3.5 4.5\n".utf8), as: "g.txt")
        == "g.txt:1: akin does not read a first line with fewer numbers than most lines: '1,000.5' stands before its last 1"
    )
    #expect(sentence(scratch, Array("a 0.5\nb 1.5 2.5\n".utf8), as: "g.txt")?.contains("expected 1 components") == true)
    #expect(
      try scratch.imported(Array("3 2 1\na 0.5 1\nb 1.5 2\nc 2.5 3\n".utf8), "v.vec").warnings.first?.contains(
        "if it is a header, leave it out") == true)
    let more = trouble(scratch, Array("1 2\na 1 2.5\nb 3 4.5\n".utf8), as: "w.txt")
    #expect(more?.help?.contains("awk 'END{print NR-1}'") == true)
    #expect(trouble(scratch, Array("a 1 2.5\n\nb 3 4.5\n".utf8), as: "w.txt")?.help?.contains("grep -v") == true)
  }

  @Test("Factors under the names of Surprise and RecBole are items, users and biases; texts beside tensors are said")
  func names() throws {
    let two = npy(npyHeader("<f4", "(2, 2)"), le([1, 2, 3, 4] as [Float]))
    let other = npy(npyHeader("<f4", "(2, 2)"), le([5, 6, 7, 8] as [Float]))
    let column = npy(npyHeader("<f4", "(2,)"), le([0.5, 1.5] as [Float]))
    let read = try scratch.imported(npz([("pu", two), ("qi", other), ("bi", column), ("bu", column)]), "s.npz").read
    #expect(rows(read.vectors) == [[5, 6], [7, 8]] && read.users.map(rows) == [[1, 2], [3, 4]])
    #expect(read.itemBiases == [0.5, 1.5])
    let named = try scratch.imported(npz([("user_emb.weight", two), ("item_emb.weight", other)]), "r.npz").read
    #expect(rows(named.vectors) == [[5, 6], [7, 8]] && named.users.map(rows) == [[1, 2], [3, 4]])
    func tensors(_ metadata: String) -> [UInt8] {
      safetensors(
        "{\"__metadata__\":{\(metadata)},\"w\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}",
        le([1, 2, 3, 4] as [Float]))
    }
    #expect(
      try scratch.imported(tensors("\"ids\":\"[1,2]\""), "m.safetensors").warnings.first?.contains(
        "left: ids (metadata)") == true)
    #expect(try scratch.imported(tensors("\"format\":\"pt\""), "m.safetensors").warnings == [])
  }

  @Test("An archive under another name, streams of Arrow and models of old PyTorch are known by their bytes")
  func bytes() throws {
    let two = npy(npyHeader("<f4", "(2, 2)"), le([1, 2, 3, 4] as [Float]))
    #expect(try rows(scratch.imported(npz([("items", two)]), "v.npy").read.vectors) == [[1, 2], [3, 4]])
    let stream = le(UInt32.max, 128) + le(UInt32(16)) + [UInt8](repeating: 0, count: 60)
    #expect(trouble(scratch, stream, as: "v.arrows")?.help?.contains("open_stream") == true)
    let torch: [UInt8] = [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
    #expect(
      trouble(scratch, torch + [UInt8](repeating: 0, count: 40), as: "m.pt")?.help?.contains("torch.load") == true)
  }
}
