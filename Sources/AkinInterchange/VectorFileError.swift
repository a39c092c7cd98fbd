import AkinSupport

/// Where in a file something stands.
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

/// Why a file of vectors, ids or numbers made elsewhere cannot be read. Rows count from 0, lines from 1.
public enum VectorFileError: AkinError, Equatable {
  /// A system call failed with an `errno`; a missing file comes as `open` with `ENOENT`.
  case io(path: String, call: String, errno: Int32)
  /// The path leads to a directory, pipe or device.
  case notRegular(path: String)
  /// The file has no bytes.
  case empty(path: String)
  /// The file had fewer bytes when it was read than when it was opened.
  case shrank(path: String)
  /// Neither the first bytes nor the name nor the text say what this is.
  case unknownFormat(path: String)
  /// A known format that is not read here.
  case stranger(path: String, Stranger)
  /// A right format in a variant that is not read here.
  case unsupported(path: String, place: FilePlace, found: String, advice: String)
  /// Something is not what it has to be.
  case malformed(path: String, place: FilePlace, expected: String, found: String)
  /// The file has another size than its header says.
  case wrongSize(path: String, expected: UInt64, found: UInt64, reason: String)
  /// A row has another number of components than the first.
  case ragged(path: String, place: FilePlace, expected: Int, found: Int)
  /// A component is NaN, infinite or too large for a float32.
  case notFinite(path: String, place: FilePlace, component: Int)
  /// A component is a whole number that a float32 cannot hold.
  case notExact(path: String, place: FilePlace, component: Int)
  /// An id stands twice.
  case duplicate(path: String, id: String, first: FilePlace, second: FilePlace)
  /// There are not as many ids or numbers as rows.
  case wrongCount(path: String, what: String, expected: Int, found: Int)
  /// No tensor has the name, or several might be meant; `present` are those to choose from.
  case tensorNotFound(path: String, wanted: String?, present: [String])
  /// The vectors need more memory than this machine has.
  case memory(path: String, needed: UInt64, present: UInt64)

  public var kind: TroubleKind {
    switch self {
    case .io, .notRegular, .shrank, .memory: .io
    default: .badInput
    }
  }

  public var description: String {
    switch self {
    case .io(let path, let call, let number): "\(path): \(call) failed: \(systemSentence(number))"
    case .notRegular(let path): "\(path): expected a regular file, found a directory, a pipe or a device"
    case .empty(let path): "\(path): the file is empty"
    case .shrank(let path): "\(path): the file became shorter while it was read"
    case .unknownFormat(let path): "\(path): expected one of \(VectorFormat.list), found none of them"
    case .stranger(let path, let stranger): "\(path): \(stranger.name) is not read here"
    case .unsupported(let path, let place, let found, _): "\(at(path, place)): \(found) is not read here"
    case .malformed(let path, let place, let expected, let found):
      "\(at(path, place)): expected \(expected), found \(found)"
    case .wrongSize(let path, let expected, let found, let reason):
      "\(path): \(reason) needs \(expected) bytes, the file has \(found)"
    case .ragged(let path, let place, let expected, let found):
      "\(at(path, place)): expected \(expected) components as in the first row, found \(found)"
    case .notFinite(let path, let place, let component):
      "\(at(path, place)): component \(component) is NaN, infinite or beyond float32; every component must be finite"
    case .notExact(let path, let place, let component):
      "\(at(path, place)): component \(component) is a whole number beyond 2^24, which a float32 cannot hold exactly"
    case .duplicate(let path, let id, let first, let second):
      "\(at(path, second)): the id '\(id)' stands on \(first) already"
    case .wrongCount(let path, let what, let expected, let found):
      "\(path): expected \(expected) \(what), one for each row, found \(found)"
    case .tensorNotFound(let path, let wanted?, let present):
      "\(path): there is no tensor '\(wanted)'; there \(listed(present))"
    case .tensorNotFound(let path, nil, let present):
      "\(path): expected one 2-D tensor, or one with a usual name; there \(listed(present))"
    case .memory(let path, let needed, let present):
      "\(path): the vectors need \(needed) bytes of memory, this machine has \(present)"
    }
  }

  public var help: String? {
    switch self {
    case .io(_, _, ENOENT): "check the path"
    case .notRegular: "save the vectors to a file first"
    case .unknownFormat: "say which with --format NAME"
    case .stranger(_, let stranger): stranger.advice
    case .unsupported(_, _, _, let advice): advice
    case .wrongSize: "the copy may have been cut short, or the format may be another: see --format"
    case .notExact: "these look like ids, not vectors; if they are vectors, scale them or save them as float32"
    case .tensorNotFound: "name one with --tensor NAME"
    default: nil
    }
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
    case 0: return "is none"
    case 1: return "is '\(names[0])'"
    default:
      let shown = names.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
      return "are \(shown)" + (names.count > 20 ? " and \(names.count - 20) more" : "")
    }
  }
}
