import AkinInterchange
import AkinTestSupport
import Testing

@Suite("Files of programs whose vectors must be saved in another way")
struct OtherProgramTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("Each is known by its first bytes, its text or its name, with what helps")
  func known() {
    let zeros = [UInt8](repeating: 0, count: 60)
    var archive = [UInt8](repeating: 0, count: 512)
    archive.replaceSubrange(0..<1, with: Array("a".utf8))
    archive.replaceSubrange(257..<262, with: Array("ustar".utf8))
    let cases: [(name: String, bytes: [UInt8], format: ForeignFormat, help: String)] = [
      ("v.nc", Array("CDF\u{1}".utf8) + zeros, .netCDF, "netcdf_file"),
      ("train-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 1] + zeros, .idx, "numpy.fromfile"),
      ("m.tflite", [0x1C, 0, 0, 0] + Array("TFL3".utf8) + zeros, .tfLite, "get_tensor"),
      ("v.db", [1, 2, 3, 4, 5, 6, 7, 8] + Array("DUCK".utf8) + zeros, .duckDB, "duckdb.connect"),
      ("v.gpg.asc", Array("-----BEGIN PGP MESSAGE-----\n".utf8), .armour, "gpg -o"),
      ("v.npy", Array("outs:\n- md5: a304afb9\n".utf8), .otherPointer, "dvc pull"),
      ("saved_model.pb", [8, 1, 0x12, 0xD0, 2, 0x22], .otherProgram, "where it is made"),
      ("v.tfrecord", [10, 0, 0, 0, 0, 0, 0, 0] + zeros, .otherProgram, "where it is made"),
      ("q.snapshot", archive, .archive, "tar -xf"),
      ("b.txt", Array("True False\nFalse True\n".utf8), .respelled, "s/True/1/g"),
      ("p.txt", Array("a 50% 25%\nb 10% 20%\n".utf8), .respelled, "s/%//g"),
      ("h.txt", Array("a 0x1p-1 0x1p0\nb 0x1p1 0x1p2\n".utf8), .respelled, "float.fromhex"),
      ("c.txt", Array(" (1.0+2.0j) (2.0-1.0j)\n (0.5+0.0j) (1.0+1.0j)\n".utf8), .respelled, "array.imag"),
      ("q.csv", Array("\"a\",\"0.1 0.2\"\n\"b\",\"0.3 0.4\"\n".utf8), .quoted, "tr -d"),
      ("k.tsv", Array("node\tkind\tvector\nQ1\tx\t0.1,0.2\n".utf8), .brackets, "t.iloc[:, -1]"),
      ("r.txt", Array("     [,1] [,2]\n[1,]  0.1  0.2\n".utf8), .printed, "write.table(m"),
      ("fm.model", Array("#global bias W0\n0.1\n#unary interactions Wj\n0.1\n".utf8), .libFM, "sed '1,/^#pairwise/d'"),
      ("x.txt", Array("bias: 0.02\ni_0: 0.1\ni_1: 0.2\nv_0: 0.1 0.2\n".utf8), .xLearn, "grep '^v_'"),
      ("n.txt", Array("(3, 2)\n0.1 0.2\n0.3 0.4\n0.5 0.6\n".utf8), .belowShape, "tail -n +2"),
      ("w.csv", Array("item,factor,weight\n7,0,-0.5\n7,1,0.25\n8,0,1.5\n8,1,2.5\n".utf8), .longTable, ".pivot("),
      ("e.txt", Array("0.1 0.2 a\n0.3 0.4 b\n0.5 0.6 c\n".utf8), .wordBehind, "NF--"),
      ("f.txt", Array("-0.8f0 1.25f0\n0.5f0 2.0f0\n".utf8), .respelled, "[fFdD]"),
      ("d.txt", Array("a 0.8D+00 0.1D-01\nb 0.5D+00 0.2D+00\n".utf8), .respelled, "[fFdD]"),
      ("l.csv", Array("0,0,-0.5\n0,1,0.25\n1,0,0.5\n1,1,0.75\n".utf8), .longTable, "header=None"),
      ("o.txt", Array("OrderedDict([('w', tensor([[0.1, 0.2]]))])\n".utf8), .printed, "save it where it is made"),
    ]
    for (name, bytes, format, help) in cases {
      let error = trouble(scratch, bytes, as: name)
      #expect(error == .foreignFormat(path: scratch[name], format), "\(name): \(error.map { "\($0)" } ?? "read")")
      #expect(error?.help?.contains(help) == true, "\(name): \(error?.help ?? "")")
    }
  }

  @Test("Words before vectors that look like numbers in another spelling stay words; text keeps its name's freedom")
  func words() throws {
    for (name, text, count) in [
      ("g.txt", "at 50% 0.5 1.5\nthe 2.5 3.5\n", 2), ("t.txt", "True 0.5 1.5\nFalse 2.5 3.5\n", 2),
      ("grid.txt", "7 1 0.5\n8 1 0.5\n9 2 0.5\n", 3),
      ("days.txt", "a 0 0.5\nb 1 0.25\nc 2 0.5\n", 3),
      ("v.params", "a 0.5 1.5\nb 2.5 3.5\n", 2),
      ("x.txt", "0x1 0.5 1.5\n0x2 2.5 3.5\n", 2),
    ] {
      let read = try VectorFile.read(path: scratch.write(text, to: name))
      #expect(read.vectors.count == count && read.vectors.dimension == 2, "\(name)")
    }
    let cells = try VectorFile.read(path: scratch.write("0.5 0 0.542\n0.5 1 0.25\n0.5 2 0.125\n", to: "cells.txt"))
    #expect(cells.vectors.count == 3 && cells.vectors.dimension == 3)
  }

  @Test("A first row without its token among words is noted")
  func missingToken() throws {
    let found = try scratch.imported(Array("0.5 1 2\nb 1.5 2\nc 2.5 3\n".utf8), "v.txt").warnings
    #expect(found.first?.contains("the token of row 0 is '0.5', a number") == true)
    #expect(try scratch.imported(Array("1984 1 2\nb 1.5 2\n".utf8), "v.txt").warnings == [])
  }

  @Test("The commands of a help do not write into the file that they read")
  func sparedInput() {
    let error = trouble(scratch, Array("True False\nFalse True\n".utf8), as: "vectors.txt")
    #expect(error?.help?.contains("\(scratch["vectors.txt"]) > new-vectors.txt") == true)
  }

  @Test(
    "An archive of one array of one dimension, and of sparse triples, says how to save a table; an index of shards names its files"
  )
  func archives() throws {
    let row = npy(npyHeader("<f4", "(4,)"), le([1, 2, 3, 4] as [Float]))
    let one = try #require(trouble(scratch, npz([("a", row)]), as: "v.npz"))
    #expect("\(one)".contains("an array of 1 dimension") && one.help?.contains("['a'].reshape(-1, DIMENSION)") == true)
    for names in [["row", "col", "data"], ["indices", "indptr", "data"], ["offsets", "shape", "data"]] {
      let sparse = try #require(trouble(scratch, npz(names.map { ($0, row) }), as: "s.npz"))
      #expect("\(sparse)".contains("a sparse matrix of SciPy"))
    }
    let shards = try #require(
      trouble(scratch, Array("{\"weight_map\":{\"a\":\"m-1.safetensors\"}}".utf8), as: "m.safetensors.index.json"))
    #expect(shards.help?.contains("give the .safetensors") == true)
  }
}
