// Names are those of akin.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

public import CAkin
import Akin

/// The attributes of the items of embeddings, an index or a recommender.
private func attributes(of handle: akin_handle) throws(CallError) -> AttributeTable {
  if case .embeddings(let file) = try Handles.any(handle) { return file.attributes }
  return try searched(handle).attributes()
}

@c @implementation
public func akin_attribute_names(_ handle: akin_handle, _ names: UnsafeMutablePointer<akin_texts>?) -> Int32 {
  call {
    let place = unsafe try target(names, "akin_texts", \.struct_size)
    unsafe place.pointee = try akin_texts.copies(attributes(of: handle).entries.map(\.name))
  }
}

@c @implementation
public func akin_attribute_values(
  _ handle: akin_handle, _ name: UnsafePointer<CChar>?, _ values: UnsafeMutablePointer<akin_attribute>?
) -> Int32 {
  call {
    let place = unsafe try target(values, "akin_attribute", \.struct_size)
    let attribute = try attributes(of: handle).attribute(unsafe text(name, "name"))
    unsafe place.pointee = try akin_attribute.copy(of: attribute)
  }
}

@c @implementation
public func akin_attribute_free(_ values: UnsafeMutablePointer<akin_attribute>?) {
  guard let values = unsafe values else { return }
  let size = unsafe values.pointee.struct_size
  unsafe values.pointee.freeAll()
  unsafe values.pointee = akin_attribute()
  unsafe values.pointee.struct_size = size
}

extension AttributeKind {
  /// The kind, as the header numbers it.
  fileprivate var number: Int32 {
    let kind =
      switch self {
      case .number: AKIN_NUMBER_VALUES
      case .word: AKIN_WORD_VALUES
      case .list: AKIN_LIST_VALUES
      case .flag: AKIN_FLAG_VALUES
      case .time: AKIN_TIME_VALUES
      }
    return Int32(kind.rawValue)
  }
}

extension akin_attribute {
  /// The values for a caller.
  fileprivate static func copy(of attribute: Attribute) throws -> akin_attribute {
    var copy = unsafe akin_attribute()
    unsafe copy.struct_size = UInt32(MemoryLayout<akin_attribute>.size)
    unsafe copy.kind = attribute.kind.number
    unsafe copy.items = Int64(attribute.itemCount)
    do {
      switch attribute.kind {
      case .number, .flag, .time: try unsafe copy.copyNumbers(of: attribute)
      case .word, .list: try unsafe copy.copyWords(of: attribute)
      }
    } catch {
      unsafe copy.freeAll()
      throw error
    }
    return unsafe copy
  }

  private mutating func copyNumbers(of attribute: Attribute) throws {
    let numbers = unsafe try allocate(attribute.itemCount, of: Double.self)
    unsafe self.numbers = unsafe UnsafePointer(numbers)
    for row in 0..<attribute.itemCount {
      // Safe: there is a number for each item.
      unsafe numbers[row] =
        switch attribute[Row(row)] {
        case .number(let value), .time(let value): value
        case .flag(let isSet): isSet ? 1 : 0
        default: .nan
        }
    }
  }

  private mutating func copyWords(of attribute: Attribute) throws {
    unsafe words = try akin_texts.copies(attribute.words)
    let places = attribute.wordPlaces
    let offsets = unsafe try allocate(places.offsets.count, of: UInt64.self)
    unsafe self.offsets = unsafe UnsafePointer(offsets)
    // Safe: both arrays are as long as those that they are copies of.
    for (place, offset) in places.offsets.enumerated() { unsafe offsets[place] = offset }
    let rows = unsafe try allocate(places.rows.count, of: UInt32.self)
    unsafe self.places = unsafe UnsafePointer(rows)
    for (place, row) in places.rows.enumerated() { unsafe rows[place] = row }
  }

  /// Frees what `copy` took.
  fileprivate mutating func freeAll() {
    unsafe free(UnsafeMutableRawPointer(mutating: numbers))
    unsafe free(UnsafeMutableRawPointer(mutating: offsets))
    unsafe free(UnsafeMutableRawPointer(mutating: places))
    unsafe akin_texts_free(&words)
  }
}
