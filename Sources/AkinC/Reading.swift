import Akin
import CAkin

// The arguments of calls, compared with what is known of them before they are used. A caller promises that an array is as long as
// its count says, and that it stays for the call.

/// A text that a caller gives.
@unsafe func text(_ pointer: UnsafePointer<CChar>?, _ name: String) throws(CallError) -> String {
  guard let pointer = unsafe pointer else { throw .null(name) }
  guard let text = unsafe String(validatingCString: pointer) else { throw .notUTF8(name) }
  return text
}

/// Options as JSON; none for null.
@unsafe func options(_ pointer: UnsafePointer<CChar>?) throws -> JSONValue {
  guard let pointer = unsafe pointer else { return .object([:]) }
  return try JSONValue(parsing: unsafe text(pointer, "options"))
}

/// An array of `count` elements; an empty one may be null.
@unsafe func array<Element>(
  _ pointer: UnsafePointer<Element>?, _ count: Int, _ name: String
) throws(CallError) -> UnsafeBufferPointer<Element> {
  guard unsafe count == 0 || pointer != nil else { throw .null(name) }
  return unsafe UnsafeBufferPointer(start: pointer, count: count)
}

/// A count that a caller gives.
func count(_ count: Int64, _ name: String, most: Int = .max) throws(CallError) -> Int {
  guard count >= 0, count <= most else {
    throw .outOfRange(name, found: count, least: 0, most: most == .max ? nil : Int64(most))
  }
  return Int(count)
}

/// A structure of a caller, of this version's size or larger.
@unsafe func structure<Value>(
  _ pointer: UnsafePointer<Value>?, _ name: String, _ size: (Value) -> UInt32
) throws(CallError) -> Value {
  guard let pointer = unsafe pointer else { throw .null(name) }
  // Safe: the size comes first, so it is there whatever the structure's length.
  let stated = unsafe UnsafeRawPointer(pointer).loadUnaligned(as: UInt32.self)
  guard Int(stated) >= MemoryLayout<Value>.size else {
    throw .shortStructure(name, expected: MemoryLayout<Value>.size, found: Int(stated))
  }
  return unsafe pointer.pointee
}

/// A place that a caller gives for a result.
@unsafe func place<Value>(_ pointer: UnsafeMutablePointer<Value>?, _ name: String) throws(CallError)
  -> UnsafeMutablePointer<Value>
{
  guard let pointer = unsafe pointer else { throw .null(name) }
  return unsafe pointer
}

extension akin_texts {
  /// The ids.
  func ids(_ name: String) throws(CallError) -> IDColumn {
    let rows = unsafe try AkinC.count(count, "\(name).count", most: VectorLimits.rows)
    switch unsafe UInt32(bitPattern: kind) {
    case AKIN_ROW_NUMBERS.rawValue: return .rowNumbers(count: rows)
    case AKIN_NUMBERS.rawValue: return unsafe .numbers(Array(try array(numbers, rows, "\(name).numbers")))
    case AKIN_TEXTS.rawValue: return unsafe .texts(try texts(name))
    default: throw unsafe .badChoice("\(name).kind", found: Int64(kind))
    }
  }

  /// The texts, of a structure that holds texts.
  func texts(_ name: String) throws(CallError) -> [String] {
    let rows = unsafe try AkinC.count(count, "\(name).count", most: VectorLimits.rows)
    guard unsafe kind == Int32(AKIN_TEXTS.rawValue) else {
      throw unsafe .badChoice("\(name).kind", found: Int64(kind))
    }
    let offsets = unsafe try array(offsets, rows + 1, "\(name).offsets")
    var last: UInt64 = 0
    for place in offsets.indices {
      guard unsafe offsets[place] >= last, unsafe place > 0 || offsets[place] == 0,
        unsafe offsets[place] <= UInt64(Int.max)
      else { throw .badOffsets("\(name).offsets", place: Int64(place)) }
      last = unsafe offsets[place]
    }
    let bytes = unsafe UnsafeRawBufferPointer(try array(text, Int(last), "\(name).text"))
    var texts: [String] = []
    texts.reserveCapacity(rows)
    for row in 0..<rows {
      // Safe: the offsets ascend, and the last of them is the length.
      let part = unsafe bytes[Int(offsets[row])..<Int(offsets[row + 1])]
      guard let text = unsafe String(validating: part, as: UTF8.self) else { throw .notUTF8("\(name).text") }
      texts.append(text)
    }
    return texts
  }
}

/// The ids of a structure of a caller.
@unsafe func ids(_ pointer: UnsafePointer<akin_texts>?, _ name: String) throws(CallError) -> IDColumn {
  try unsafe structure(pointer, name, \.struct_size).ids(name)
}

/// Rows of a table of `count`, which a caller names.
@unsafe func rows(
  _ pointer: UnsafePointer<Int64>?, _ places: Int64, of count: Int, _ name: String
) throws(CallError) -> [Row] {
  let numbers = unsafe try array(pointer, AkinC.count(places, "count", most: VectorLimits.rows), name)
  var rows: [Row] = []
  rows.reserveCapacity(numbers.count)
  for place in numbers.indices {
    let number = unsafe numbers[place]
    guard number >= 0, number < count else {
      throw .badRow(name, place: Int64(place), found: number, count: count)
    }
    rows.append(Row(Int(number)))
  }
  return rows
}

/// Vectors of a caller: a copy, each row padded. Its components may be of any value.
@unsafe func matrix(
  _ pointer: UnsafePointer<Float>?, _ places: Int64, _ dimension: Int64, _ name: String
) throws -> EmbeddingMatrix {
  let rows = try AkinC.count(places, "count", most: VectorLimits.rows)
  guard dimension >= 1, dimension <= VectorLimits.dimension else {
    throw MatrixError.badDimension(found: Int(clamping: dimension))
  }
  let width = Int(dimension)
  let floats = unsafe try array(pointer, rows * width, name)
  try checkMemory(rows * EmbeddingMatrix.stride(forDimension: width) * MemoryLayout<Float>.stride)
  return unsafe EmbeddingMatrix(count: rows, dimension: width) { (target, stride) throws(Never) in
    guard let source = floats.baseAddress, let base = target.baseAddress else { return }
    for row in 0..<rows {
      // Safe: the row lies inside of both, by their counts.
      unsafe (base + row * stride).update(from: source + row * width, count: width)
    }
  }
}
