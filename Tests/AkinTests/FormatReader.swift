import AkinSupport
import Foundation
import Testing

@testable import AkinFiles

/// A field as the page gives it.
struct FormatField {
  let name: String
  let range: Range<Int>
}

/// A section as its table entry gives it.
struct FormatSection {
  let name: String
  let range: Range<Int>
  let firstChunk: Int
  let crc: UInt32
}

/// A reader that knows the tables of FileFormats.md and nothing else.
extension FileFormatsTests {
  func fields(under heading: String) throws -> [FormatField] {
    let rows = tableRows(under: heading, in: text)
    #expect(!rows.isEmpty, "no table under '\(heading)'")
    return try rows.map { row in
      let offset = try #require(Int(row[0]), "\(heading): offset '\(row[0])'")
      let size = try #require(Int(row[1]), "\(heading): size '\(row[1])'")
      return FormatField(name: row[2], range: offset..<offset + size)
    }
  }

  /// Reads a field by its name, from the table under a heading whose offsets count from `start`.
  func number(in file: [UInt8], _ heading: String, at start: Int = 0) throws -> (String) throws -> UInt64 {
    let fields = try fields(under: heading)
    return { name in
      let field = try #require(fields.first { $0.name == name }, "\(heading): no field '\(name)'")
      let bytes = file[field.range.lowerBound + start..<field.range.upperBound + start]
      return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  func sections(of file: [UInt8]) throws -> [String: FormatSection] {
    let header = try number(in: file, "The first page")
    let table = try #require(try fields(under: "The first page").first { $0.name == "section table" }).range.lowerBound
    var sections: [String: FormatSection] = [:]
    for index in 0..<Int(try header("section count")) {
      let start = table + index * Int(try header("entry bytes"))
      let entry = try number(in: file, "The section table", at: start)
      let name = String(decoding: Array(littleEndian: UInt32(try entry("name"))), as: UTF8.self)
      let offset = Int(try entry("offset"))
      let elementBytes = max(1, try entry("element bytes"))
      #expect(try entry("bytes") == entry("count") * elementBytes, "\(name)")
      #expect(try offset % (1 << Int(entry("alignment log2"))) == 0, "\(name)")
      sections[name] = FormatSection(
        name: name, range: offset..<offset + Int(try entry("bytes")), firstChunk: Int(try entry("first chunk")),
        crc: UInt32(try entry("CRC")))
    }
    #expect(sections.values.map(\.range.upperBound).max() == file.count)
    return sections
  }

  func blank(_ name: String, in page: inout [UInt8]) throws {
    let field = try #require(try fields(under: "The first page").first { $0.name == name })
    for index in field.range { page[index] = 0 }
  }
}

/// CRC32C as its definition says, bit by bit.
func slowCRC32C(_ bytes: [UInt8]) -> UInt32 {
  var crc = UInt32.max
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
  }
  return ~crc
}

/// The first 16 bytes of the SHA-256 of some bytes.
func hash(_ bytes: [UInt8]) -> [UInt8] {
  var hash = SHA256()
  hash.add(bytes)
  let digest = hash.digest()
  return Array(littleEndian: digest.low) + Array(littleEndian: digest.high)
}

func numbers(_ bytes: ArraySlice<UInt8>) -> [UInt32] {
  stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { start in
    bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}

func floats(_ bytes: ArraySlice<UInt8>) -> [Float] { numbers(bytes).map(Float.init(bitPattern:)) }

extension [UInt8] {
  init<T: FixedWidthInteger & BitwiseCopyable>(littleEndian value: T) {
    self.init()
    append(littleEndian: value)
  }
}
