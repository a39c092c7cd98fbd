import AkinSupport

/// Formats that are known by their first bytes and are no rows of text.
public enum ForeignContent: String, Sendable, CaseIterable {
  /// UTF-32.
  case utf32 = "UTF-32 text"
  /// UTF-16.
  case utf16 = "UTF-16 text"
  /// UTF-16 without a byte order mark, the higher byte first.
  case utf16BigEndian = "UTF-16 text with the higher byte first"
  /// gzip.
  case gzip = "gzip data"
  /// bzip2.
  case bzip2 = "bzip2 data"
  /// xz.
  case xz = "xz data"
  /// Zstandard.
  case zstandard = "zstd data"
  /// An archive of NumPy's arrays, or of SciPy's sparse matrix.
  case numpyArchive = "an archive of NumPy arrays"
  /// A workbook of Excel.
  case excel = "an Excel workbook"
  /// A zip archive.
  case zip = "a zip archive"
  /// Apache Parquet.
  case parquet = "Parquet data"
  /// Apache Arrow, or Feather.
  case arrow = "Arrow data"
  /// HDF5.
  case hdf5 = "HDF5 data"
  /// A database of SQLite.
  case sqlite = "an SQLite database"
  /// Python's pickle.
  case pickle = "a pickle of Python"
  /// An array of NumPy.
  case numpy = "a NumPy array"
  /// An embeddings or index file.
  case akin = "one of Akin's own files"
  /// One JSON text, or one a line.
  case json = "JSON"
  /// A dictionary of Python a line.
  case dictionaries = "dictionaries of Python"
  /// A sparse matrix in the text format of NIST's Matrix Market.
  case matrixMarket = "a Matrix Market file"
  /// A list of tuples or of objects that Python shows.
  case tuples = "a list of tuples"
  /// A table of TOML, or of an INI file.
  case toml = "TOML or an INI file"
  /// YAML.
  case yaml = "YAML"
  /// A graph in the format of GML or Pajek.
  case graph = "a graph in GML or Pajek format"
  /// A graph in GraphML.
  case graphML = "a graph in GraphML"
  /// A graph in GEXF.
  case gexf = "a graph in GEXF"
  /// A graph in DOT, the language of Graphviz.
  case dot = "a graph in DOT"
  /// Edges with their attributes in braces, as NetworkX writes them.
  case edges = "edges with attributes in braces"
  /// Examples of Vowpal Wabbit.
  case vowpal = "lines of Vowpal Wabbit"
  /// Examples of Vowpal Wabbit without a namespace, or with one.
  case vowpalPlain = "lines of Vowpal Wabbit without a namespace of users and one of items"
  /// Answers as redis-cli shows them.
  case redis = "answers as redis-cli shows them"
  /// A table of LaTeX.
  case latex = "a table of LaTeX"
  /// Lines of a list for people, each behind its mark.
  case bullets = "a list with a mark or a number before each line"
  /// Lines of a user, a colon or an arrow, and items.
  case keyedLists = "lines of a user, a colon or an arrow, and items"
  /// A graph in the Trivial Graph Format.
  case trivialGraph = "a graph in the Trivial Graph Format"
  /// Edges in Pajek's format, without nodes above them.
  case pajekEdges = "edges in Pajek's format"
  /// A network in UCINET's format DL.
  case ucinet = "a network in UCINET's format DL"
  /// A table as Stata lists it.
  case stataList = "a table as Stata lists it"
  /// A frame as Julia prints it.
  case juliaFrame = "a frame as Julia prints it"
  /// What a notebook of IPython shows.
  case notebook = "what IPython shows"
  /// A series of pandas, as it is shown.
  case series = "a series as pandas shows it"
  /// Records with the names of their fields in braces, one a line.
  case namedRecords = "records with names in braces"
  /// Lists in braces within braces.
  case braceLists = "lists in braces"
  /// An array of numbers as Python prints it.
  case printedArray = "an array of numbers as Python prints it"
  /// A sparse matrix as SciPy prints it.
  case printedMatrix = "a sparse matrix as SciPy prints it"
  /// A value of Python by its name: a Counter, a defaultdict, or a frame.
  case namedValue = "a value of Python behind the name of its kind"
  /// A table of counts as R prints it.
  case contingency = "a table of counts as R prints it"
  /// Cells as the shell of HBase shows them.
  case hbase = "cells as the shell of HBase shows them"
  /// Arrays of JSON, each of a word or number and an object.
  case keyedArrays = "arrays of JSON with a word or number before an object"
  /// Sequences of SPMF, whose sets end with -1 and lines with -2.
  case spmf = "sequences of SPMF"
  /// A list of YAML under each user.
  case yamlLists = "lists of YAML, one under each user"
  /// Objects of R.
  case objectsOfR = "objects of R"
  /// A file of MATLAB.
  case matlab = "a file of MATLAB"
  /// Apache Avro.
  case avro = "Avro data"
  /// Apache ORC.
  case orc = "ORC data"
  /// Lines that a program logs.
  case programLog = "a log of a program"
  /// Blocks of lines of a name and a value, with empty lines between.
  case fieldBlocks = "blocks of lines with a name and a value, one block a row"
  /// Lines of a program, or a message of Protocol Buffers as text.
  case program = "lines of a program"
  /// Triples of RDF in Turtle.
  case turtle = "triples of RDF in Turtle"
  /// Numbers as Prometheus shows them.
  case prometheus = "numbers as Prometheus shows them"
  /// Points in the line protocol of InfluxDB.
  case lineProtocol = "points in the line protocol of InfluxDB"
  /// A workbook of Excel before 2007, or another compound file of Microsoft.
  case oldExcel = "a workbook of Excel before 2007"
  /// A data set of Stata.
  case stata = "a data set of Stata"
  /// A data set of SPSS.
  case spss = "a data set of SPSS"
  /// A data set of SAS.
  case sas = "a data set of SAS"
  /// A database of Access.
  case access = "a database of Access"
  /// A document of text or pictures.
  case document = "a document of text, pictures or cells"
  /// A tar archive.
  case tar = "a tar archive"
  /// A 7z archive.
  case sevenZip = "a 7z archive"
  /// A RAR archive.
  case rar = "a RAR archive"
  /// Bytes that lz4 has packed.
  case lz4 = "lz4 data"
  /// Bytes that compress has packed.
  case compress = "data of compress"
  /// Bytes that lzma has packed.
  case lzma = "lzma data"
  /// Predictions as Surprise prints them.
  case predictions = "predictions as Surprise prints them"
  /// Blocks of the items of each user, as in the KDD Cup of 2011.
  case blocks = "blocks of a user and the number of rows, with the rows below"
  /// Lines of a name and a value, a block for each row, as SNAP has reviews.
  case labelled = "blocks of lines with a name and a value"
  /// Requests as web servers write them.
  case log = "a log of a web server"
  /// Requests among other fields.
  case requests = "a log of requests with further fields"
  /// Commits as git shows them.
  case gitLog = "commits as git shows them"
  /// A listing of files.
  case listing = "a listing of files"
  /// Bytes in hexadecimal digits.
  case hexadecimal = "bytes in hexadecimal digits"
  /// Documents as the shell of MongoDB shows them.
  case documents = "documents as the shell of MongoDB shows them"
  /// A row a line in brackets, as Python, Spark and other programs show tuples.
  case brackets = "rows in brackets"
  /// Statements of SQL, as a dump of a database has them.
  case sql = "statements of SQL"
  /// Statements of Cypher.
  case cypher = "statements of Cypher"
  /// Pairs that NCF has held out, each before items that were not.
  case heldOut = "pairs in brackets before other items, as NCF holds them out"
  /// A table with lines drawn between its rows or columns, as databases show it to people.
  case drawing = "a table that is drawn with lines"
  /// Records whose fields stand below each other.
  case records = "records whose fields stand below each other"
  /// A table whose columns stand below rules, as sqlcmd, sqlite3 and reStructuredText have them.
  case columns = "a table of columns below rules"
  /// A tibble as R prints it.
  case tibble = "a tibble as R prints it"
  /// A table of MediaWiki.
  case wikiTable = "a table of MediaWiki"
  /// A table of BBCode.
  case bbCode = "a table of BBCode"
  /// Maps of EDN, the notation of Clojure.
  case edn = "maps of EDN"
  /// JSON behind a key, as consumers of Kafka print records.
  case keyedJSON = "JSON behind a key in each line"
  /// Dictionaries of Python behind a key.
  case keyedDictionaries = "dictionaries of Python behind a key in each line"
  /// A relation in Weka's format ARFF.
  case arff = "a relation of Weka (ARFF)"
  /// A message of PGP.
  case armour = "a message of PGP"
  /// A netCDF file.
  case netCDF = "a netCDF file"
  /// An IDX file.
  case idx = "an IDX file, as MNIST has them"
  /// What DVC or git-annex leaves in place of a file.
  case otherPointer = "a pointer of DVC or git-annex, which stands for a file that is not there"
  /// Elements of XML or HTML, one a line, without one around them.
  case elements = "elements of XML or HTML without one around them"
  /// Rows of a table of HTML without the table around them.
  case htmlRows = "rows of HTML without a table around them"
  /// A web page, or XML.
  case markup = "a web page or XML"
  /// What Git LFS leaves in place of a file.
  case pointer = "a pointer of Git LFS, which stands for a file that is not there"
  /// Bytes that are no text.
  case binary = "binary data"
}
