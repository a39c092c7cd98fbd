import AkinSupport
import AkinVectors

/// A place in a file.
public enum FilePlace: Sendable, Equatable, CustomStringConvertible {
  /// A line of a text file, counted from 1.
  case line(Int)
  /// A row of vectors or ids, counted from 0.
  case row(Int)
  /// The header before the rows.
  case header
  /// A named tensor.
  case tensor(String)
  /// The file as a whole.
  case file

  /// The place in words: `line 3`, `row 2`, `header`.
  public var description: String {
    switch self {
    case .line(let line): "line \(line)"
    case .row(let row): "row \(row)"
    case .header: "header"
    case .tensor(let name): "tensor '\(name)'"
    case .file: "file"
    }
  }
}

/// Errors of reading vectors, ids or numbers of other programs. Rows count from 0, lines from 1.
public enum VectorFileError: AkinError, Equatable {
  /// A system call failed with an `errno`; for a missing file `open` with `ENOENT`.
  case io(path: String, call: String, errno: Int32)
  /// The path is a directory, a pipe or a device.
  case notRegular(path: String)
  /// The file is empty.
  case empty(path: String)
  /// The file had fewer bytes when it was read than when it was opened.
  case shrank(path: String)
  /// The format cannot be detected from first bytes, name or text.
  case unknownFormat(path: String)
  /// The file has a known format that Akin does not read.
  case foreignFormat(path: String, ForeignFormat)
  /// The file has a variant of a format that Akin does not read.
  case unsupported(path: String, place: FilePlace, found: String, advice: String)
  /// A part of the file violates its format.
  case malformed(path: String, place: FilePlace, expected: String, found: String)
  /// An id is empty, or longer than a file can store.
  case badID(path: String, place: FilePlace, bytes: Int)
  /// A line of a file of numbers does not hold one number.
  case notOneNumber(path: String, place: FilePlace)
  /// The size of the file does not match its header.
  case wrongSize(path: String, expected: UInt64, found: UInt64, reason: String)
  /// A row has another number of components than the first row.
  case ragged(path: String, place: FilePlace, expected: Int, found: Int)
  /// A field is no decimal number with a point, where a component must be.
  case notANumber(path: String, place: FilePlace, found: String, component: Int)
  /// A component is NaN, infinite or too large for float32.
  case notFinite(path: String, place: FilePlace, component: Int)
  /// All components of a vector are too small for float32, where not all are zero: it would become the zero vector.
  case vanished(path: String, place: FilePlace, component: Int)
  /// A component is an integer that float32 cannot represent.
  case notExact(path: String, place: FilePlace, component: Int)
  /// An id occurs twice.
  case duplicate(path: String, id: String, first: FilePlace, second: FilePlace)
  /// The number of ids or numbers is not the number of rows.
  case wrongCount(path: String, what: String, expected: Int, found: Int)
  /// No tensor has the name, or several are possible; `present` are the candidates.
  case tensorNotFound(path: String, wanted: String?, present: [String])
  /// The vectors need more bytes of memory than the machine has.
  case memory(path: String, needed: UInt64, present: UInt64)

  public var kind: TroubleKind {
    switch self {
    case .io, .notRegular, .shrank, .memory: .io
    default: .badInput
    }
  }

  public var description: String {
    switch self {
    case .io(let path, _, ENOENT): "\(path): no such file"
    case .io(let path, let call, let number): "\(path): \(call) failed: \(systemSentence(number))"
    case .notRegular(let path): "\(path): expected a regular file, found a directory, a pipe or a device"
    case .empty(let path): "\(path): the file is empty"
    case .shrank(let path): "\(path): the file became shorter while it was read"
    case .unknownFormat(let path): "\(path): expected one of \(VectorFormat.list), found none of them"
    case .foreignFormat(let path, let format): "\(path): akin does not read \(format.name)"
    case .unsupported(let path, let place, let found, _): "\(at(path, place)): akin does not read \(found)"
    case .malformed(let path, let place, let expected, let found):
      "\(at(path, place)): expected \(expected), found \(found)"
    case .badID(let path, let place, let bytes):
      "\(at(path, place)): expected an id of 1 to \(VectorLimits.idBytes) bytes, found \(bytes)"
    case .notOneNumber(let path, let place): "\(at(path, place)): expected one number, found something else"
    case .wrongSize(let path, let expected, let found, let reason):
      "\(path): \(reason) needs \(expected) bytes, the file has \(found)"
    case .ragged(let path, let place, let expected, let found):
      "\(at(path, place)): expected \(expected) components as in the first row, found \(found)"
    case .notANumber(let path, let place, let found, let component):
      "\(at(path, place)): component \(component): expected a decimal number, found '\(found)'"
    case .notFinite(let path, let place, let component):
      "\(at(path, place)): component \(component) is NaN, infinite or beyond float32; every component must be finite"
    case .vanished(let path, let place, let component):
      "\(at(path, place)): component \(component) and all others are too small for float32: the vector would become zero"
    case .notExact(let path, let place, let component):
      "\(at(path, place)): component \(component) is an integer beyond 2^24 that float32 cannot represent"
    case .duplicate(let path, let id, let first, let second):
      "\(at(path, second)): expected each id once, found '\(id)' as on \(first)"
    case .wrongCount(let path, let what, let expected, let found):
      "\(path): expected \(expected) \(what), one per row, found \(found)"
    case .tensorNotFound(let path, let wanted?, let present):
      "\(path): expected a tensor '\(wanted)', found \(listed(present))"
    case .tensorNotFound(let path, nil, let present):
      "\(path): expected one 2-D tensor, or one with a usual name, found \(listed(present))"
    case .memory(let path, let needed, let present):
      "\(path): the vectors need \(needed) bytes of memory, this machine has \(present) free"
    }
  }

  public var help: String? { path.map { advice?.sparing($0) } ?? advice }

  /// The file that the error is about; `nil` where it says so itself.
  private var path: String? {
    switch self {
    case .foreignFormat(let path, _), .unsupported(let path, _, _, _), .malformed(let path, _, _, _),
      .badID(let path, _, _):
      path
    default: nil
    }
  }

  private var advice: String? {
    switch self {
    case .io(_, _, ENOENT): "check the path"
    case .notRegular: "name a file inside a directory, and save a pipe to a file first"
    case .unknownFormat(let path):
      "name the format: --format NAME; numbers without a header: "
        + "numpy.save('vectors.npy', numpy.fromfile('\(path)', '<f4').reshape(-1, DIMENSION))"
    case .foreignFormat(let path, let format): format.advice(path)
    case .notANumber(_, _, let found, _): numberAdvice(found)
    case .unsupported(_, _, _, let advice): advice
    case .badID(let path, .line, 0):
      "give each row an id: a line of numbers alone has no token; of a file of ids take empty lines away: "
        + "grep -v '^[[:space:]]*$' \(path) > lines.txt"
    case .badID(_, _, 0): "give each row an id: an empty line has none, and a line of numbers alone has no token"
    case .notOneNumber: "write one number a line, without names and ids, or an .npy of floats"
    case .ragged(_, .line(2), _, _):
      "a first line of two whole numbers is word2vec's header: rows, then components of each"
    case .ragged(_, .line, _, _):
      "give each line a token and equally many numbers; titles, and other parts of a model, do not belong to them"
    case .malformed(let path, .line, let expected, "more text") where expected.hasSuffix("as the first line says"):
      "write the number of rows into the first line: awk 'END{print NR-1}' \(path) counts them"
    case .malformed(let path, .line, let expected, "no text") where expected.hasPrefix("row "):
      "the file may be cut short; if all rows are there, write their number into the first line: awk 'END{print NR-1}' \(path) counts them"
    case .malformed(let path, .line, let expected, "0") where expected.hasPrefix("an id of"):
      "take empty lines away: grep -v '^[[:space:]]*$' \(path) > ids.txt"
    case .malformed(let path, .line, let expected, "more text") where expected.hasPrefix("the end after"):
      "take empty lines away: grep -v '^[[:space:]]*$' \(path) > vectors.txt"
    case .wrongCount(_, "ids", _, 1): "write one id a line"
    case .wrongCount(_, "ids", let expected, let found) where found == expected + 1:
      "if the first line names the column, remove it: tail -n +2 FILE, of a table of several columns tail -n +2 FILE | cut -f1, between "
        + "commas cut -d, -f1; of vectors with a column for each item: numpy.save('vectors.npy', array.T)"
    case .wrongCount(_, _, let expected, let found) where found == expected + 1:
      "if the first line names the column, remove it"
    case .wrongCount(_, "ids", _, _):
      "give an id for each row; of vectors with a column for each item: numpy.save('vectors.npy', array.T)"
    case .wrongSize: "check that the file is complete, and the format: --format NAME"
    case .malformed(let path, .header, _, "a single number"):
      "of a dictionary: d = numpy.load('\(path)', allow_pickle=True).item(); numpy.save('vectors.npy', numpy.stack(list(d.values())))"
    case .malformed(let path, .header, let expected, _) where expected.hasSuffix("dimensions"):
      "check the format and the byte order, which is little-endian; numbers without a header: "
        + "numpy.save('vectors.npy', numpy.fromfile('\(path)', '<f4').reshape(-1, DIMENSION))"
    case .malformed(_, .row(0), let expected, _) where expected.hasSuffix("dimensions"):
      "check the format and the byte order, which is little-endian: --format NAME"
    case .malformed(let path, .header, let expected, _) where expected.contains(".npy magic"):
      "numbers without a header: numpy.save('vectors.npy', numpy.fromfile('\(path)', '<f4').reshape(-1, DIMENSION)); other formats: "
        + "--format NAME"
    case .malformed(_, .row, let expected, "a negative number") where expected.hasPrefix("an id"):
      "save ids as texts: numpy.save('ids.npy', ids.astype(str))"
    case .malformed(let path, .row, let expected, _) where expected.hasPrefix("a position below"):
      "positions count from 0; ids are read from text: numpy.savetxt('ids.txt', numpy.load('\(path)'), fmt='%d')"
    case .notFinite: "leave such rows out, with their ids: array[numpy.isfinite(array).all(axis=1)], or write numbers"
    case .vanished: "multiply all vectors by the same large number, such as 2^100; the order of scores stays"
    case .notExact: "check that these are vectors and not ids; scale them or save them as float32"
    case .duplicate(_, let id, .line, .line) where UInt64(canonical: id) != nil:
      "give each row an id of its own; if these are vectors whose lines hold numbers alone and no id: --format matrix"
    case .tensorNotFound(_, nil, let present) where present.isEmpty:
      "save arrays of two dimensions: numpy.savez('model.npz', item_factors=items, user_factors=users)"
    case .tensorNotFound: "name a tensor: --tensor NAME"
    default: nil
    }
  }

  private func numberAdvice(_ found: String) -> String? {
    if found.lowercased().contains("0x") { return "write hexadecimal numbers in decimals" }
    return found.contains(",") ? "write decimal points: sed 's/,/./g'" : nil
  }

  private func at(_ path: String, _ place: FilePlace) -> String {
    switch place {
    case .file: path
    case .line(let line): "\(path):\(line)"
    default: "\(path): \(place)"
    }
  }

  private func listed(_ names: [String]) -> String {
    switch names.count {
    case 0: return "none"
    case 1: return "'\(names[0])'"
    default:
      let shown = names.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
      return shown + (names.count > 20 ? " and \(names.count - 20) more" : "")
    }
  }
}
