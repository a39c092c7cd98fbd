extension ForeignFormat {
  /// The name in errors.
  var name: String {
    switch self {
    case .akin: "one of Akin's own files in place of vectors"
    case .gzip: "a gzip file"
    case .zstandard: "a Zstandard file"
    case .bzip2: "a bzip2 file"
    case .xz: "an xz file"
    case .hdf5: "an HDF5 file"
    case .sqlite: "an SQLite database"
    case .json: "JSON"
    case .torch: "an archive of PyTorch"
    case .fastText: "a binary model of fastText"
    case .brackets: "vectors in one field, such as one in brackets"
    case .encoded: "vectors in base64 or hexadecimal digits"
    case .settings: "settings of an index, which hold no vectors"
    case .redis: "what Redis sends"
    case .printed: "an array as Python prints it"
    case .dictionary: "a dictionary of Python"
    case .separated: "word vectors with other separators than spaces and tabs"
    case .table: "a table with such names of columns"
    case .namedMatrix: "a matrix under names of its columns"
    case .matrixMarket: "a Matrix Market file"
    case .svmLight: "features of libsvm"
    case .libMF: "a model of LIBMF"
    case .libFM: "a model of libFM"
    case .xLearn: "a model of xLearn"
    case .wordBehind: "numbers with a word behind them"
    case .longTable: "a line for each component"
    case .belowShape: "numbers below the shape of their array"
    case .counted: "word vectors below a number alone"
    case .comments: "text below comments"
    case .decimalCommas: "numbers with decimal commas"
    case .text: "text that is neither a token and numbers a line, nor numbers alone"
    case .glued: "words and numbers in one field"
    case .quoted: "numbers in quotes"
    case .archive: "an archive or packed bytes of this kind"
    case .document: "a document"
    case .onnx: "a model in ONNX"
    case .zlib: "a file that zlib has packed"
    case .gguf: "a language model in GGUF"
    case .utf16: "text in UTF-16"
    case .matlab: "a file of MATLAB"
    case .r: "objects of R"
    case .avro: "an Avro file"
    case .orc: "an ORC file"
    case .markup: "a web page or XML"
    case .pointer: "a pointer of Git LFS, which stands for a file that is not there"
    case .respelled: "numbers in another spelling than decimals"
    case .duckDB: "a database of DuckDB"
    case .otherProgram: "a file of another program, as its name says"
    case .otherPointer: "a pointer of DVC or git-annex, which stands for a file that is not there"
    case .netCDF: "a netCDF file"
    case .idx: "an IDX file, as MNIST has them"
    case .tfLite: "a model of TensorFlow Lite"
    case .armour: "a message of PGP"
    case .zip: "a zip archive without arrays of NumPy"
    case .excel: "an Excel workbook"
    case .parquet: "a Parquet file"
    case .arrow: "an Arrow file"
    case .pickle: "a pickle of Python, which can run code when it is read"
    case .faiss: "an index of faiss"
    case .hnswlib: "an index of hnswlib"
    case .usearch: "an index of USearch"
    case .voyager: "an index of Voyager"
    case .annoy: "an index of Annoy"
    }
  }

  /// How to make a file that Akin reads.
  ///
  /// - Parameter path: The file.
  func advice(_ path: String) -> String {
    let save = "numpy.save('vectors.npy', "
    switch self {
    case .akin:
      return "an embeddings file needs no import; its vectors as queries, or for other programs: "
        + "akin export \(path) -o vectors.npy"
    case .gzip: return "unpack it first: gunzip -k \(path)"
    case .zstandard: return "unpack it first: unzstd \(path)"
    case .bzip2: return "unpack it first: bunzip2 -k \(path)"
    case .xz: return "unpack it first: xz -dk \(path)"
    case .sqlite:
      return "read it with Python: v = sqlite3.connect('\(path)').execute('SELECT vector FROM …'); "
        + "\(save)[numpy.frombuffer(x, '<f4') for x, in v])"
    case .json where path.hasSuffix(".index.json"):
      return "it names the files of a model, and holds no vectors: give the .safetensors that has the table"
    case .json:
      return
        "read it with Python: v = json.load(open('\(path)')); \(save)v), or of an object by ids \(save)list(v.values())); "
        + "open('ids.txt', 'w').write('\\n'.join(v)), or of an object a line \(save)[json.loads(x)['vector'] for x in open('\(path)')]), "
        + "or of records in a field \(save)[x['embedding'] for x in v['data']]), by the names of the fields"
    case .torch:
      return "read it with Python: s = torch.load('\(path)', map_location='cpu', weights_only=True); "
        + "\(save)s['item.weight'].numpy()), by the name that list(s) shows"
    case .fastText:
      return "write it as text: m = fasttext.load_model('\(path)'); w = m.get_words(); "
        + "\(save)[m.get_word_vector(x) for x in w]); open('ids.txt', 'w').write('\\n'.join(w))"
    case .brackets:
      return
        "take the numbers between brackets: v = re.findall(r'[[{]([-+0-9.eE, ]+)[]}]', open('\(path)').read()); "
        + "\(save)[numpy.fromstring(x.replace(',', ' '), sep=' ') for x in v]); without brackets: t = pandas.read_csv('\(path)', "
        + "sep='\\t'), or sep=';'; \(save)[numpy.fromstring(v.replace(',', ' '), sep=' ') for v in t.iloc[:, -1]]), by the place of the column; "
        + "ids one a line, in the same order, are for --ids"
    case .dictionary:
      return "read it with Python: d = ast.literal_eval(open('\(path)').read()); \(save)list(d.values())); "
        + "open('ids.txt', 'w').write('\\n'.join(map(str, d)))"
    case .encoded:
      return
        "read it with Python: t = pandas.read_csv('\(path)', sep=None, engine='python', dtype=str); "
        + "\(save)[numpy.frombuffer(base64.b64decode(v), '<f4') for v in t.iloc[:, -1]]), of hexadecimal digits bytes.fromhex(v), "
        + "without names of columns with header=None"
    case .settings: return "save the vectors that the index was made of: \(save)array)"
    case .redis:
      return
        "let a client read the fields: \(save)[numpy.frombuffer(r.hget(k, 'vector'), '<f4') for k in keys]), by the name of the field"
    case .printed:
      return
        "save it where it is made: \(save)array), in R write.table(m, 'vectors.txt', row.names = FALSE, col.names = FALSE); the text "
        + "lacks digits, and most of a long array"
    case .separated: return "put spaces between: tr ',;|' ' ' < \(path) | tr -d '\"' > vectors.txt"
    case .table:
      return
        "name the columns id, x0, x1, … between tabs, or save the numbers: "
        + "t = pandas.read_csv('\(path)', sep=None, engine='python', converters={0: str}); "
        + "\(save)t.iloc[:, 1:].select_dtypes('number')); t.iloc[:, 0].to_csv('ids.txt', index=False, header=False), where "
        + "the first column has the ids"
    case .namedMatrix: return "leave the names out: tail -n +2 \(path) | tr -d '\"' > vectors.txt"
    case .matrixMarket:
      return
        "read it with Python: m = scipy.io.mmread('\(path)'); \(save)m.toarray() if scipy.sparse.issparse(m) else m)"
    case .svmLight:
      return "read it with Python: \(save)sklearn.datasets.load_svmlight_file('\(path)')[0].toarray())"
    case .libMF:
      return "take the items, q: grep '^q' \(path) | sed -E 's/^q([0-9]+) [TF] /\\1 /' > vectors.txt; p are the users"
    case .libFM:
      return
        "take the vectors, a line for each feature: sed '1,/^#pairwise/d' \(path) > vectors.txt; items are the lines of their features"
    case .xLearn:
      return
        "take the vectors, by the number of the feature: grep '^v_' \(path) | sed -E 's/^v_([0-9_]+): /\\1 /' > vectors.txt; items are "
        + "the lines of their features"
    case .wordBehind:
      return
        "write the word before its numbers: awk -F'[ \\t,;]+' '{sub(/\\r$/,\"\");w=$NF;NF--;print w,$0}' \(path) > vectors.txt"
    case .longTable:
      return
        "make a row of each vector, by the names or numbers of the columns: t = pandas.read_csv('\(path)').pivot(index='ID', "
        + "columns='PLACE', values='NUMBER'); \(save)t); t.index.to_series().to_csv('ids.txt', index=False, header=False); without names "
        + "header=None; if each line is a vector: --format matrix"
    case .belowShape: return "leave the shape out: tail -n +2 \(path) > vectors.txt"
    case .counted: return "leave the number out: grep -E '[^[:space:]][[:space:]]+[^[:space:]]' \(path) > vectors.txt"
    case .comments: return "leave comments out: grep -vE '^([#%;@]|//|-- )' \(path) > vectors.txt"
    case .decimalCommas: return "write decimal points: sed 's/,/./g' \(path) > vectors.txt"
    case .text:
      return "if numbers are misspelled, mend them; else read it with Python and save the vectors: \(save)array)"
    case .glued: return "put a space between: sed -E 's/^([^ ]*)[=:,]/\\1 /' \(path) > vectors.txt"
    case .archive: return "unpack it first: tar -xf, 7z x, unrar x, lz4 -d, gunzip or xz -d, by its kind"
    case .document: return "save the numbers as CSV in the program that made it; an .xls: pandas.read_excel('\(path)')"
    case .onnx:
      return
        "read it with Python: t = {t.name: t for t in onnx.load('\(path)').graph.initializer}; "
        + "\(save)onnx.numpy_helper.to_array(t['NAME'])), by the name that list(t) shows"
    case .zlib: return "if you trust it, read it with Python: \(save)joblib.load('\(path)'))"
    case .gguf:
      return
        "read it with Python: t = [t for t in gguf.GGUFReader('\(path)').tensors if t.name == 'token_embd.weight']; "
        + "\(save)gguf.quants.dequantize(t[0].data, t[0].tensor_type))"
    case .quoted: return "take the quotes away: tr -d '\"' < \(path) | tr ',;' '  ' > vectors.txt"
    case .utf16: return "convert it: iconv -f utf-16 -t utf-8 \(path) > vectors.txt"
    case .matlab:
      return "read it with Python: m = scipy.io.loadmat('\(path)'); \(save)m['NAME']), by the name that list(m) shows"
    case .r:
      return
        "write it in R, as text: m <- readRDS('\(path)'), or print(load('\(path)')) to see the names in an .RData; then "
        + "write.table(m, 'vectors.txt', quote = FALSE, col.names = FALSE), of a matrix m whose rows have names"
    case .avro:
      return
        "read it with Python: \(save)[x['NAME'] for x in fastavro.reader(open('\(path)', 'rb'))]), by the name of the field"
    case .orc:
      return
        "read it with Python: t = pandas.read_orc('\(path)'); \(save)numpy.stack(t['NAME'])), by the name of the column of vectors"
    case .markup: return "download the file itself: this may be the page of a link, or of an error"
    case .pointer: return "get the file: git lfs pull"
    case .respelled:
      return
        "write decimals: sed -E 's/True/1/g; s/False/0/g; s/%//g; s/([0-9.])[fFdD]([-+0-9])/\\1e\\2/g' \(path) > vectors.txt; of complex numbers both parts: "
        + "\(save)numpy.hstack([array.real, array.imag])), of hexadecimal ones float.fromhex(text)"
    case .duckDB:
      return
        "read it with Python: v = duckdb.connect('\(path)', read_only=True).execute('SELECT vector FROM …').fetchall(); "
        + "\(save)numpy.stack([x for x, in v]))"
    case .otherProgram: return "save its vectors where it is made: \(save)array), with a row for each item"
    case .otherPointer: return "get the file: dvc pull, or git annex get FILE"
    case .netCDF:
      return
        "read it with Python: f = scipy.io.netcdf_file('\(path)', mmap=False); \(save)f.variables['NAME'][:]), by the name that "
        + "list(f.variables) shows"
    case .idx:
      return "read it with Python: h = numpy.fromfile('\(path)', '>u4'); d = h[1:1 + h[0] % 256]; "
        + "\(save)numpy.fromfile('\(path)', 'u1', offset=4 + 4 * len(d)).reshape(d[0], -1)), of bytes; of others by the third byte: 11 is "
        + "'>i2', 12 '>i4', 13 '>f4', 14 '>f8'"
    case .tfLite:
      return
        "read it with Python: i = tensorflow.lite.Interpreter('\(path)'); i.allocate_tensors(); \(save)i.get_tensor(INDEX)), by "
        + "the index that i.get_tensor_details() shows"
    case .armour: return "unpack it first: gpg -o FILE -d \(path)"
    case .zip: return "unpack it first: unzip \(path)"
    case .excel:
      return "read it with Python: t = pandas.read_excel('\(path)', converters={0: str}); "
        + "\(save)t.iloc[:, 1:]); t.iloc[:, 0].to_csv('ids.txt', index=False, header=False)"
    case .hdf5:
      return "read it with Python: f = h5py.File('\(path)'); \(save)f['NAME'][:]), by the name that list(f) shows"
    case .parquet, .arrow:
      return "read it with Python: t = pandas.read_\(self == .arrow ? "feather" : "parquet")('\(path)'); "
        + "\(save)numpy.stack(t['NAME'])), by the name of the column of vectors"
        + (self == .arrow ? "; of a stream: t = pyarrow.ipc.open_stream('\(path)').read_pandas()" : "")
    case .pickle:
      return "if you trust it, read it with Python: \(save)pickle.load(open('\(path)', 'rb'))); of gensim: "
        + "gensim.models.KeyedVectors.load('\(path)').save_word2vec_format('vectors.txt')"
    case .faiss:
      return "get the vectors out of it: i = faiss.read_index('\(path)'); \(save)i.reconstruct_n(0, i.ntotal))"
    case .hnswlib:
      return "get the vectors out of it: i = hnswlib.Index(space, dim); i.load_index('\(path)'); "
        + "ids = i.get_ids_list(); \(save)i.get_items(ids)); numpy.save('ids.npy', ids)"
    case .usearch:
      return "get the vectors out of it: i = usearch.index.Index.restore('\(path)'); ids = numpy.array(i.keys); "
        + "\(save)i.get(ids)); numpy.save('ids.npy', ids)"
    case .voyager:
      return "get the vectors out of it: i = voyager.Index.load('\(path)'); ids = list(i.ids); "
        + "\(save)i.get_vectors(ids)); numpy.save('ids.npy', ids)"
    case .annoy:
      return "get the vectors out of it: i = annoy.AnnoyIndex(dim, metric); i.load('\(path)'); "
        + "\(save)[i.get_item_vector(n) for n in range(i.get_n_items())])"
    }
  }
}
