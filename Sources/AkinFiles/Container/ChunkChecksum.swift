extension CRC32C {
  /// Starts the checksum of one chunk of a section. The section's name, the chunk's number and the file's salt enter it
  /// first, so that a chunk at the wrong place, or of another build, does not match.
  ///
  /// - Parameters:
  ///   - chunk: The number of the chunk in the file.
  ///   - section: The section that it belongs to.
  ///   - salt: The file's salt.
  package init(chunk: UInt64, of section: SectionName, salt: UInt64) {
    var prefix: [UInt8] = []
    prefix.reserveCapacity(20)
    prefix.append(littleEndian: section.code)
    prefix.append(littleEndian: chunk)
    prefix.append(littleEndian: salt)
    self.init()
    add(prefix)
  }
}
