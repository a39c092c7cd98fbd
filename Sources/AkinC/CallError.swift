import Akin
import CAkin

/// A call whose arguments have no meaning.
enum CallError: AkinError, Equatable {
  /// A pointer is null that must not be.
  case null(String)
  /// A handle is closed, or was never opened.
  case closed(akin_handle)
  /// A handle stands for something else.
  case otherKind(expected: String, found: String)
  /// A number is outside of its range.
  case outOfRange(String, found: Int64, least: Int64, most: Int64?)
  /// A structure says that it is shorter than its first version.
  case shortStructure(String, expected: Int, found: Int)
  /// A number stands for none of the choices.
  case badChoice(String, found: Int64)
  /// A text is not UTF-8.
  case notUTF8(String)
  /// Offsets do not ascend from 0.
  case badOffsets(String, place: Int64)
  /// A text is no digest.
  case badDigest(String, place: Int64, found: String)
  /// The arrays for answers are too short.
  case shortAnswers(needed: Int64, found: Int64)
  /// A row of a call is none of the table.
  case badRow(String, place: Int64, found: Int64, count: Int)
  /// Ids are asked for as numbers, and are texts.
  case textIDs
  /// Arrays that belong together differ in length.
  case unlikeCounts(String, expected: Int64, found: Int64)
  /// The index holds no embeddings.
  case holdsNoEmbeddings(path: String)

  var kind: TroubleKind {
    if case .holdsNoEmbeddings = self { .badInput } else { .usage }
  }

  var description: String {
    switch self {
    case .null(let name): "'\(name)' must not be null"
    case .closed(let handle): "the handle \(handle) is closed, or was never opened"
    case .otherKind(let expected, let found): "expected the handle of \(expected), found that of \(found)"
    case .outOfRange(let name, let found, let least, let most):
      "'\(name)' must be \(most.map { "\(least) to \($0)" } ?? "at least \(least)"), found \(found)"
    case .shortStructure(let name, let expected, let found):
      "the size of \(name) must be at least \(expected) bytes, found \(found)"
    case .badChoice(let name, let found): "'\(name)' has no choice \(found)"
    case .notUTF8(let name): "'\(name)' must be UTF-8, found other bytes"
    case .badOffsets(let name, let place): "'\(name)' must ascend from 0; it does not at place \(place)"
    case .badDigest(let name, let place, let found):
      "'\(name)' must be digests of 32 hexadecimal digits, found '\(found)' at place \(place)"
    case .shortAnswers(let needed, let found):
      "the answers need room for \(needed) items (queries × k), found room for \(found)"
    case .badRow(let name, let place, let found, let count):
      "'\(name)' has \(found) at place \(place), and the table has rows 0 to \(count - 1)"
    case .textIDs: "the ids of the items are texts, no numbers"
    case .unlikeCounts(let name, let expected, let found): "'\(name)' must have \(expected) entries, found \(found)"
    case .holdsNoEmbeddings(let path): "\(path) holds no embeddings"
    }
  }

  var help: String? {
    switch self {
    case .shortStructure: "set struct_size to sizeof of the structure"
    case .textIDs: "ask for rows, and take their ids from akin_ids"
    case .holdsNoEmbeddings: "name the embeddings file, or build the index with --with-users"
    default: nil
    }
  }
}

/// Runs the body of a call; an error becomes the status and the last error of the thread.
func call(_ body: () throws -> Void) -> Int32 {
  do {
    try body()
    return Int32(AKIN_OK.rawValue)
  } catch {
    let known = error as? any AkinError
    let sentence = known?.description ?? "\(error)"
    unsafe akin_set_error(sentence, known?.help ?? "")
    switch known?.kind {
    case .usage: return Int32(AKIN_USAGE.rawValue)
    case .badInput: return Int32(AKIN_BAD_INPUT.rawValue)
    case .cancelled: return Int32(AKIN_CANCELLED.rawValue)
    case .io, nil: return Int32(AKIN_IO.rawValue)
    }
  }
}
