import Akin
import CAkin

// What calls give back: texts and tables in memory of malloc, which the caller frees.

/// Memory of `count` elements for a caller; at least one byte.
@unsafe func allocate<Element>(_ count: Int, of type: Element.Type) throws -> UnsafeMutablePointer<Element> {
  guard let memory = unsafe malloc(max(1, count * MemoryLayout<Element>.stride)) else {
    throw NoMemory(bytes: count * MemoryLayout<Element>.stride)
  }
  return unsafe memory.bindMemory(to: type, capacity: max(1, count))
}

/// The system has no memory for what a call asks for.
struct NoMemory: AkinError, Equatable {
  let bytes: Int
  var kind: TroubleKind { .io }
  var description: String { "no memory for a call that needs \(bytes) bytes" }
}

/// Throws when a call would take more memory than can be had. Small calls do not ask the system.
func checkMemory(_ bytes: Int) throws(NoMemory) {
  if bytes > 64 << 20, UInt64(bytes) > availableMemory { throw NoMemory(bytes: bytes) }
}

/// Gives a text to a caller who wants it.
@unsafe func give(_ text: String, to target: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) throws {
  guard let target = unsafe target else { return }
  let bytes = Array(text.utf8)
  let memory = unsafe try allocate(bytes.count + 1, of: CChar.self)
  for place in bytes.indices { unsafe memory[place] = CChar(bitPattern: bytes[place]) }
  unsafe memory[bytes.count] = 0
  unsafe target.pointee = memory
}

extension akin_texts {
  /// Texts for a caller.
  static func copies(_ texts: [String]) throws -> akin_texts {
    let bytes = texts.reduce(0) { $0 + $1.utf8.count }
    let offsets = unsafe try allocate(texts.count + 1, of: UInt64.self)
    let memory: UnsafeMutablePointer<CChar>
    do {
      unsafe memory = try unsafe allocate(bytes + 1, of: CChar.self)
    } catch {
      unsafe free(offsets)
      throw error
    }
    var at = 0
    for (row, text) in texts.enumerated() {
      unsafe offsets[row] = UInt64(at)
      for byte in text.utf8 {
        unsafe memory[at] = CChar(bitPattern: byte)
        at += 1
      }
    }
    unsafe offsets[texts.count] = UInt64(at)
    unsafe memory[at] = 0
    return unsafe akin_texts(
      struct_size: UInt32(MemoryLayout<akin_texts>.size), kind: Int32(AKIN_TEXTS.rawValue), count: Int64(texts.count),
      numbers: nil, text: memory, offsets: offsets)
  }

  /// Ids for a caller.
  static func copy(_ ids: IDColumn) throws -> akin_texts {
    switch ids {
    case .rowNumbers(let count):
      return unsafe akin_texts(
        struct_size: UInt32(MemoryLayout<akin_texts>.size), kind: Int32(AKIN_ROW_NUMBERS.rawValue),
        count: Int64(count), numbers: nil, text: nil, offsets: nil)
    case .numbers(let numbers):
      let memory = unsafe try allocate(numbers.count, of: UInt64.self)
      for place in numbers.indices { unsafe memory[place] = numbers[place] }
      return unsafe akin_texts(
        struct_size: UInt32(MemoryLayout<akin_texts>.size), kind: Int32(AKIN_NUMBERS.rawValue),
        count: Int64(numbers.count), numbers: memory, text: nil, offsets: nil)
    case .texts(let texts): return unsafe try copies(texts)
    }
  }
}

/// A structure that a caller lends for a result, of this version's size or larger.
@unsafe func target<Value>(
  _ pointer: UnsafeMutablePointer<Value>?, _ name: String, _ size: (Value) -> UInt32
) throws(CallError) -> UnsafeMutablePointer<Value> {
  let place = unsafe try place(pointer, name)
  _ = unsafe try structure(UnsafePointer(place), name, size)
  return unsafe place
}
