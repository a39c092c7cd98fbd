import AkinInterchange
import AkinSupport
import AkinTestSupport
import Testing

@Suite("safetensors")
struct SafetensorsTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  func entry(_ name: String, _ shape: String, _ begin: Int, _ end: Int, dtype: String = "F32") -> String {
    #""\#(name)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#
  }

  func read(_ bytes: [UInt8], tensor: String? = nil, usual: [String] = VectorFile.itemTensors) throws -> [[Float]] {
    let path = scratch.write(bytes, to: "x.safetensors")
    return rows(try VectorFile.read(path: path, options: .init(tensor: tensor, usualTensors: usual)).vectors)
  }

  @Test("A tensor by its name, by a usual name, or because it is the only table")
  func choice() throws {
    let both = safetensors(
      "{\(entry("user_factors", "[1,2]", 8, 16)), \(entry("item_factors", "[2,1]", 0, 8)), \(entry("b", "[1]", 16, 20))}  ",
      le([1, 2, 3, 4, 5] as [Float]))
    #expect(try read(both) == [[1], [2]])
    #expect(try read(both, tensor: "user_factors") == [[3, 4]])
    #expect(try read(both, usual: VectorFile.userTensors) == [[3, 4]])
    #expect(
      sentence(scratch, both, as: "x.safetensors", tensor: "none")
        == "x.safetensors: expected a tensor 'none', found 'user_factors', 'item_factors', 'b'")
    #expect(
      sentence(scratch, both, as: "x.safetensors", tensor: "b")
        == "x.safetensors: tensor 'b': expected 2 dimensions, found shape [1]")
    let only = safetensors(
      "{\(entry("odd \\\"name\\u00e9\\ud83d\\ude00", "[1,2]", 0, 8)),\(entry("b", "[1]", 8, 12))}",
      le([1, 2, 3] as [Float]))
    #expect(try read(only) == [[1, 2]])
    #expect(try read(only, tensor: "odd \"nameé😀") == [[1, 2]])
    let unclear = safetensors("{\(entry("p", "[1,1]", 0, 4)),\(entry("q", "[1,1]", 4, 8))}", le([1, 2] as [Float]))
    #expect(
      sentence(scratch, unclear, as: "x.safetensors")
        == "x.safetensors: expected one 2-D tensor, or one with a usual name, found 'p', 'q'")
    #expect(sentence(scratch, safetensors("{}", []), as: "x.safetensors")?.hasSuffix("found none") == true)
  }

  @Test("Whole numbers of a quantised table beside their scale are a warning, floats beside a scale are none")
  func scales() throws {
    for (type, count) in [("I8", 1), ("F32", 0)] {
      let bytes = type == "I8" ? 2 : 8
      let file = safetensors(
        "{\(entry("item_embedding.weight", "[1,2]", 0, bytes, dtype: type)),\(entry("item_embedding.weight_scale", "[1]", bytes, bytes + 4))}",
        [UInt8](repeating: 0, count: bytes + 4))
      let read = try scratch.imported(file, "x.safetensors")
      #expect(read.warnings.count { $0.contains("weight_scale may be their scale, which is not applied") } == count)
    }
  }

  @Test("Half, brain, single and double floats")
  func types() throws {
    #expect(
      try read(safetensors("{\(entry("a", "[1,2]", 0, 4, dtype: "F16"))}", le([0x3C00, 0xC100] as [UInt16]))) == [
        [1, -2.5]
      ])
    #expect(
      try read(safetensors("{\(entry("a", "[1,2]", 0, 4, dtype: "BF16"))}", le([0x3F80, 0xC020] as [UInt16]))) == [
        [1, -2.5]
      ])
    #expect(try read(safetensors("{\(entry("a", "[1,1]", 0, 8, dtype: "F64"))}", le([(0.1).bitPattern]))) == [[0.1]])
    #expect(
      sentence(scratch, safetensors("{\(entry("a", "[1,2]", 0, 2, dtype: "F8_E4M3"))}", [1, 2]), as: "x.safetensors")
        == "x.safetensors: tensor 'a': akin does not read dtype F8_E4M3")
  }

  @Test(
    "Header attacks",
    arguments: [
      (#"{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,16]}}"#, "expected 8 bytes for F32 × [1, 2]"),
      (#"{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[8,0]}}"#, "expected to begin at byte 0"),
      (#"{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"#, "the tensors' table needs"),
      (#"{"a":{"dtype":"F32","shape":[4,2],"data_offsets":[0,32]}}"#, "to lie in a buffer of 16 bytes"),
      (
        #"{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[18446744073709551608,18446744073709551615]}}"#,
        "to begin at byte 0"
      ),
      (#"{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,18446744073709551616]}}"#, "an integer below 2^64"),
      (#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,16]}}"#, "more than 2^64 bytes"),
      (#"{"a":{"dtype":"F32","shape":[-1,2],"data_offsets":[0,16]}}"#, "an integer below 2^64"),
      (#"{"a":{"dtype":"F32","shape":[1e2,2],"data_offsets":[0,16]}}"#, "expected ']'"),
      (#"{"a":{"dtype":"F32","shape":[01,2],"data_offsets":[0,16]}}"#, "an integer below 2^64"),
      (
        #"{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1,3],"data_offsets":[4,16]}}"#,
        "without a gap or an overlap"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]}}"#,
        "without a gap or an overlap"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]}}"#,
        "each name once"
      ),
      (#"{"a":{"dtype":"F32","shape":[1,4],"shape":[1,4],"data_offsets":[0,16]}}"#, "each once"),
      (#"{"a":{"dtype":"F32","shape":[1,4],"data_offsets":[0,16,17]}}"#, "at most 2 numbers"),
      (#"{"a":{"dtype":"F32","shape":[1,4],"data_offsets":[0]}}"#, "not all of them"),
      (#"{"a":{"dtype":"F32","shape":[1,4],"data_offsets":[0,16],"more":1}}"#, "found 'more'"),
      (#"{"__metadata__":{"a":1},"a":{"dtype":"F32","shape":[1,4],"data_offsets":[0,16]}}"#, "expected '\"'"),
      (#"{"\ud800":{"dtype":"F32","shape":[1,4],"data_offsets":[0,16]}}"#, "a pair of surrogates"),
      (#"{"\x":{}}"#, "an escape"),
      (#"{"a":[[[[[[[[[["#, "expected '{'"),
      (#"{"a"#, "the rest of a string"),
      (#"{} {}"#, "nothing after the last brace"),
      ("", "expected '{'"),
    ])
  func attacks(json: String, words: String) throws {
    let bytes = safetensors(json, le([1, 2, 3, 4] as [Float]))
    let found = try #require(sentence(scratch, bytes, as: "x.safetensors"))
    #expect(found.contains(words), "\(found)")
  }

  @Test("A header longer than the file", arguments: [UInt64.max, 1 << 63, 100_000_001, 9])
  func headerLength(length: UInt64) {
    #expect(
      sentence(scratch, le(length) + Array("{}".utf8), as: "x.safetensors")
        == "x.safetensors: header: expected a header of at most 2 bytes, found one of \(length)")
  }
}
