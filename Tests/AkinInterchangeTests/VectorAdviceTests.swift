import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Files of vectors and ids that need one step before they are read")
struct VectorAdviceTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func failure(_ text: String, _ name: String) -> VectorFileError? {
    do {
      _ = try VectorFile.read(path: scratch.write(Array(text.utf8), to: name))
      return nil
    } catch {
      return error as? VectorFileError
    }
  }

  @Test("Text: names above a matrix, titles beside it, comments, decimal commas, models of other programs")
  func texts() {
    let cases: [(text: String, format: ForeignFormat, help: String)] = [
      ("f0,f1\n0.5,1.5\n2.5,3\n", .namedMatrix, "tail -n +2"),
      ("dim_0\tdim_1\n-0.5\t1\n1\t2\n", .namedMatrix, "tail -n +2"),
      ("item_id,f0,f1\n10,0.5,1.5\n", .table, "select_dtypes('number')"),
      ("item_id\ttitle\tf0\n10\tA\t1.5\n", .table, "sep=None, engine='python'"),
      ("# dim=2\nw0 0.5 1.5\nw1 1 2\n", .comments, "grep -vE '^([#%;@]|"),
      ("w0\t0,5\t1,25\nw1\t-1,5\t2\n", .decimalCommas, "sed 's/,/./g'"),
      ("0 1:0.5 2:0.25\n1 1:1.5 2:2\n", .svmLight, "load_svmlight_file"),
      ("%%MatrixMarket matrix array real general\n2 2\n0.5\n1\n2\n3\n", .matrixMarket, "scipy.io.mmread"),
      ("f 0\nm 2\nn 2\nk 2\nb 2.5\np0 T 0.1 0.2\np1 T 0.1 0.2\nq0 T 0.5 0.2\nq1 T 0.1 0.2\n", .libMF, "grep '^q'"),
    ]
    for (text, format, help) in cases {
      let found = failure(text, "v.txt")
      #expect(found == .foreignFormat(path: scratch["v.txt"], format), "\(text): \(found.map { "\($0)" } ?? "read")")
      #expect(found?.help?.contains(help) == true, "\(format): \(found?.help ?? "")")
    }
    // A token of word vectors may be a mark of comments.
    #expect(failure("w 0.5 1.5\n# 1 2\n% 3 4\n", "w.txt") == nil)
  }

  @Test("Formats of other programs are named with what reads them")
  func formats() {
    func help(_ format: ForeignFormat) -> String { VectorFileError.foreignFormat(path: "v", format).help ?? "" }
    #expect(help(.hdf5).contains("h5py.File('v')") && help(.parquet).contains("numpy.stack(t['NAME'])"))
    #expect(help(.arrow).contains("read_feather('v')") && help(.pickle).contains("save_word2vec_format('vectors.txt')"))
    #expect(help(.json).contains("for x in v['data']"))
    #expect(VectorFileError.notRegular(path: "v").help?.hasPrefix("name a file inside a directory") == true)
    #expect(VectorFileError.wrongCount(path: "v", what: "ids", expected: 4, found: 6).help?.contains("array.T") == true)
  }

  @Test("Ids in other formats are refused with what writes them one a line")
  func ids() throws {
    func help(_ bytes: [UInt8]) -> String? {
      do {
        _ = try IDFile.read(path: scratch.write(bytes, to: "ids"))
        return nil
      } catch {
        return (error as? VectorFileError)?.help
      }
    }
    let parquet = try #require(help(Array("PAR1".utf8) + [0, 0, 0, 0]))
    #expect(parquet.contains("read_parquet(") && parquet.contains("to_csv('ids.txt', index=False, header=False)"))
    #expect(help(Array("[\"a\", \"b\"]".utf8))?.contains("json.load(") == true)
    #expect(help(Array("{\n \"a\": 0,\n \"b\": 1\n}\n".utf8))?.contains("json.load(") == true)
    #expect(help([0x80, 4, 0x95, 0, 0, 0])?.contains("pickle.load(") == true)
    let member = [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 26)
    #expect(help(member + Array("docProps/app.xml".utf8))?.contains("read_excel(") == true)
    #expect(help(member + Array("ids.npy".utf8))?.contains("numpy.load(") == true)
    #expect(help([0x1F, 0x8B, 8, 0])?.contains("gunzip -k") == true)
    // Ids in brackets, one a line, are ids.
    #expect(try IDFile.read(path: scratch.write(Array("[\"a\"]\n[\"b\"]\n".utf8), to: "b")).count == 2)
  }
}
