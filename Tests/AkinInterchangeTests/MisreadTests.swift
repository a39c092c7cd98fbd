import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Foundation
import Testing

@Suite("Files of vectors that would be read as something else")
struct MisreadTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func read(_ text: String, _ name: String = "v.txt") throws -> ImportedVectors {
    try VectorFile.read(path: scratch.write(text, to: name))
  }

  private func error(_ bytes: [UInt8], _ name: String) -> VectorFileError? { trouble(scratch, bytes, as: name) }

  @Test(
    "A misspelled number in the first line does not make tokens of the first components of all lines",
    arguments: ["a 1f 2\nb 3 4\nc 5 6\n", "a 1_0 2\nb 3 4\n", "a \u{2212}1 2\nb -3 4\nc 5 6\nd e 7\n"])
  func firstLine(text: String) throws {
    let found = try #require(error(Array(text.utf8), "v.txt"))
    #expect("\(found)".hasPrefix("\(scratch["v.txt"]):1: akin does not read a first line with fewer numbers"))
    #expect("\(found)".contains(text.contains("1f") ? "'1f'" : text.contains("1_0") ? "'1_0'" : "'\u{2212}1'"))
    // The help, followed.
    let digits = text.replacing("1f", with: "1").replacing("1_0", with: "10").replacing("\u{2212}1", with: "-1")
    #expect(try read(digits.replacing("d e 7", with: "d 8 7")).vectors.dimension == 2)
  }

  @Test("Tokens with spaces and numbers are read where few lines have them, or a first line counts")
  func spaces() throws {
    let few = try read("the 0.5 1\nof 1.5 2\nApollo 13 2.5 3\nto 3.5 4\n")
    #expect(few.ids == .texts(["the", "of", "Apollo 13", "to"]) && few.vectors.dimension == 2)
    let all = try read("2 1\na 1 2\nb 3 4\n", "v.vec")
    #expect(all.ids == .texts(["a 1", "b 3"]) && rows(all.vectors) == [[2], [4]])
  }

  @Test(
    "A vector that float32 makes zero is refused with its row or line; zeros, and single small components, are read")
  func vanished() throws {
    func doubles(_ numbers: [Double]) -> [UInt8] { le(numbers.map(\.bitPattern)) }
    let shape = npyHeader("<f8", "(2, 2)")
    let tiny = doubles([1, 2, 0, 1e-60])
    #expect(error(npy(shape, tiny), "v.npy") == .vanished(path: scratch["v.npy"], place: .row(1), component: 1))
    #expect(error(npy(shape, doubles([1, 2, 1e-60, 1])), "v.npy") == nil)
    #expect(error(npy(shape, doubles([1, 2, 0, 0])), "v.npy") == nil)
    // By columns: 1, 1e-60 are one row.
    let columns = npyHeader("<f8", "(2, 2)", fortran: "True")
    #expect(
      error(npy(columns, doubles([1, 0, 2, 1e-60])), "v.npy")
        == .vanished(path: scratch["v.npy"], place: .row(1), component: 1))
    #expect(error(npy(columns, doubles([1, 1e-60, 2, 3])), "v.npy") == nil)
    for (text, line, component) in [("a 1 2\nb 1e-60 0\n", 2, 0), ("0.5 1\n0 -4e-70\n", 2, 1)] {
      #expect(
        error(Array(text.utf8), "v.txt")
          == .vanished(path: scratch["v.txt"], place: .line(line), component: component))
    }
    #expect(try rows(read("a 1 2\nb 0 0e5\n").vectors) == [[1, 2], [0, 0]])
    #expect(VectorFileError.vanished(path: "v", place: .row(0), component: 0).help?.contains("multiply") == true)
  }

  @Test("Whole numbers under the name of floats are refused, with the format that reads them")
  func wholeNumbers() throws {
    let ivecs = (0..<3).flatMap { le(Int32(3), 7, 8, $0) }
    let found = try #require(error(ivecs, "v.fvecs"))
    #expect(found.help == "for whole numbers: --format ivecs")
    let path = scratch["v.fvecs"]
    #expect(try rows(VectorFile.read(path: path, options: .init(format: .ivecs)).vectors)[2] == [7, 8, 2])
    let bin = le(Int32(2), 2, 1, 2, 3, 4)
    #expect(error(bin, "v.fbin")?.help == "for whole numbers: --format ibin")
    // Zeros alone, and one normal number, are floats.
    #expect(error(le(Int32(2), 0, 0), "v.fvecs") == nil)
    #expect(error(le(Int32(2)) + le([0x1p-133, 1] as [Float]), "v.fvecs") == nil)
  }

  @Test("Arrays of an archive that are left are said, those of texts too")
  func left() throws {
    let floats = npy(npyHeader("<f4", "(2, 2)"), le([1, 2, 3, 4] as [Float]))
    let texts = npy(npyHeader("<U1", "(2,)"), le(UInt32(97), 98))
    let flags = npy(npyHeader("|b1", "(2,)"), [0, 1])
    let notices = Notices()
    var options = VectorFile.Options()
    options.takesModel = true
    options.takesIDs = true
    let path = scratch.write(npz([("item_factors", floats), ("ids", texts), ("seen", flags)]), to: "m.npz")
    _ = try VectorFile.read(path: path, options: options, execution: notices.execution)
    #expect(
      notices.warnings.first?.hasPrefix(
        "\(path): items=item_factors users=none biases=none; left: ids, seen; if ids are") == true)
    // Under the usual name they are taken.
    let named = scratch.write(npz([("item_factors", floats), ("item_ids", texts)]), to: "n.npz")
    let second = Notices()
    let read = try VectorFile.read(path: named, options: options, execution: second.execution)
    #expect(read.ids == .texts(["a", "b"]) && second.warnings == [])
  }

  @Test("Archives of other files, web pages, pointers and text of other kinds are named, under any name")
  func foreign() throws {
    let sparse = npz([("indices", [1]), ("indptr", [1]), ("data", [1])], method: 8)
    #expect("\(try #require(error(sparse, "s.npz")))".contains("a sparse matrix of SciPy"))
    // The same archive with a member `x.txt`: both names have one length.
    var other = npz([("x", [1])])
    for place in other.indices.dropLast(3) where other[place..<place + 4].elementsEqual(".npy".utf8) {
      other.replaceSubrange(place..<place + 4, with: ".txt".utf8)
    }
    #expect(error(other, "g.zip") == .foreignFormat(path: scratch["g.zip"], .zip))
    let pointer = Array("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n".utf8)
    let page = Array("\n<!DOCTYPE html>\n<html><body>404</body></html>\n".utf8)
    for name in ["v.npy", "v.fvecs", "v.vec"] {
      #expect(error(pointer, name) == .foreignFormat(path: scratch[name], .pointer))
    }
    for name in ["v.npy", "v.vec"] { #expect(error(page, name) == .foreignFormat(path: scratch[name], .markup)) }
    #expect(error([0x80, 4, 0x95, 1, 0], "v.npy") == .foreignFormat(path: scratch["v.npy"], .pickle))
    #expect(
      error(Array("1 1:0.5 2:0.3\n0 1:0.2 2:0.1\n".utf8), "v.txt")
        == .foreignFormat(path: scratch["v.txt"], .svmLight))
    #expect(error(Array(",0,1\n0,1.5,2\n1,4.5,5\n".utf8), "v.csv") == .foreignFormat(path: scratch["v.csv"], .table))
  }

  @Test("A tensor is named for files that name tensors alone")
  func tensor() throws {
    let file = npy(npyHeader("<f4", "(1, 2)"), le([1, 2] as [Float]))
    let found = try #require(trouble(scratch, file, as: "v.npy", tensor: "items"))
    #expect("\(found)".contains("a tensor 'items' in the format npy") && found.help?.contains("--tensor") == true)
  }

  @Test("Ids: a word above numbers may be the name of the column; UTF-16 is called so")
  func ids() throws {
    let notices = Notices()
    let path = scratch.write("movieId\n1\n2\n", to: "ids.txt")
    #expect(try IDFile.read(path: path, execution: notices.execution) == .texts(["movieId", "1", "2"]))
    #expect(notices.warnings.count == 1 && notices.warnings[0].hasPrefix("\(path):1: 'movieId' is the id of row 0"))
    let quiet = Notices()
    _ = try IDFile.read(path: scratch.write("a\nb\n2\n", to: "ids.txt"), execution: quiet.execution)
    #expect(quiet.warnings == [])
    let wide = scratch.write([0xFF, 0xFE, 0x61, 0, 0x0A, 0, 0x62, 0, 0x0A, 0], to: "wide.txt")
    let error = #expect(throws: VectorFileError.self) { _ = try IDFile.read(path: wide) }
    #expect(error?.help?.contains("iconv -f utf-16") == true)
  }
}
