// Attributes whose kind the compiler knows: a comparison with a value of another kind does not compile.

extension AttributeTable {
  /// The attribute of numbers of this name; see ``position(of:)``.
  ///
  /// - Parameter name: The name.
  /// - Throws: ``AttributeError`` for an unknown name, and for an attribute of another kind.
  public func number(_ name: String) throws(AttributeError) -> NumberAttribute {
    NumberAttribute(attribute: try attribute(name, of: .number))
  }

  /// The attribute of times of this name.
  ///
  /// - Parameter name: The name.
  /// - Throws: ``AttributeError`` for an unknown name, and for an attribute of another kind.
  public func time(_ name: String) throws(AttributeError) -> TimeAttribute {
    TimeAttribute(attribute: try attribute(name, of: .time))
  }

  /// The attribute of words of this name.
  ///
  /// - Parameter name: The name.
  /// - Throws: ``AttributeError`` for an unknown name, and for an attribute of another kind.
  public func word(_ name: String) throws(AttributeError) -> WordAttribute {
    WordAttribute(attribute: try attribute(name, of: .word))
  }

  /// The attribute of lists of this name.
  ///
  /// - Parameter name: The name.
  /// - Throws: ``AttributeError`` for an unknown name, and for an attribute of another kind.
  public func list(_ name: String) throws(AttributeError) -> ListAttribute {
    ListAttribute(attribute: try attribute(name, of: .list))
  }

  /// The attribute of flags of this name.
  ///
  /// - Parameter name: The name.
  /// - Throws: ``AttributeError`` for an unknown name, and for an attribute of another kind.
  public func flag(_ name: String) throws(AttributeError) -> FlagAttribute {
    FlagAttribute(attribute: try attribute(name, of: .flag))
  }

  /// The attribute of this name, of any kind; see ``position(of:)``.
  ///
  /// - Parameter name: The name.
  /// - Throws: ``AttributeError/unknown(name:nearest:present:)``.
  public func attribute(_ name: String) throws(AttributeError) -> Attribute {
    guard let position = position(of: name) else { throw unknown(name) }
    return self[position]
  }

  private func attribute(_ name: String, of kind: AttributeKind) throws(AttributeError) -> Attribute {
    guard let position = position(of: name) else { throw unknown(name) }
    guard entries[position].kind == kind else {
      throw .otherKind(name: entries[position].name, expected: kind, holds: self[position].holds)
    }
    return self[position]
  }
}
