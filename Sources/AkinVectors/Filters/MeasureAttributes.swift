/// An attribute of numbers.
public struct NumberAttribute: Sendable {
  let attribute: Attribute

  /// The items that have a number.
  public var isPresent: AttributeFilter { AttributeFilter(attribute, .isPresent) }

  /// Whether the number is one of several.
  ///
  /// - Parameter values: The numbers.
  public func isIn(_ values: [Double]) -> AttributeFilter { AttributeFilter(attribute, .isOneOf(values)) }

  /// Whether the number equals another.
  ///
  /// - Parameters:
  ///   - a: The attribute.
  ///   - b: The number to compare with.
  public static func == (a: NumberAttribute, b: Double) -> AttributeFilter { a.compared(.equal, b) }

  /// Whether there is no number, or another one.
  ///
  /// - Parameters:
  ///   - a: The attribute.
  ///   - b: The number to compare with.
  public static func != (a: NumberAttribute, b: Double) -> AttributeFilter { !(a == b) }

  /// Whether the number is smaller than another.
  ///
  /// - Parameters:
  ///   - a: The attribute.
  ///   - b: The number to compare with.
  public static func < (a: NumberAttribute, b: Double) -> AttributeFilter { a.compared(.less, b) }

  /// Whether the number is at most another.
  ///
  /// - Parameters:
  ///   - a: The attribute.
  ///   - b: The number to compare with.
  public static func <= (a: NumberAttribute, b: Double) -> AttributeFilter { a.compared(.atMost, b) }

  /// Whether the number is larger than another.
  ///
  /// - Parameters:
  ///   - a: The attribute.
  ///   - b: The number to compare with.
  public static func > (a: NumberAttribute, b: Double) -> AttributeFilter { a.compared(.greater, b) }

  /// Whether the number is at least another.
  ///
  /// - Parameters:
  ///   - a: The attribute.
  ///   - b: The number to compare with.
  public static func >= (a: NumberAttribute, b: Double) -> AttributeFilter { a.compared(.atLeast, b) }

  private func compared(_ comparison: Comparison, _ bound: Double) -> AttributeFilter {
    AttributeFilter(attribute, .number(comparison, bound))
  }
}

/// An attribute of times, compared with seconds since 1970-01-01 00:00 UTC.
public struct TimeAttribute: Sendable {
  let attribute: Attribute

  /// The items that have a time.
  public var isPresent: AttributeFilter { AttributeFilter(attribute, .isPresent) }

  /// Whether the time is before another.
  ///
  /// - Parameters:
  ///   - a: The attribute.
  ///   - b: The time, in seconds since 1970-01-01 00:00 UTC.
  public static func < (a: TimeAttribute, b: Double) -> AttributeFilter { a.compared(.less, b) }

  /// Whether the time is not after another.
  ///
  /// - Parameters:
  ///   - a: The attribute.
  ///   - b: The time, in seconds since 1970-01-01 00:00 UTC.
  public static func <= (a: TimeAttribute, b: Double) -> AttributeFilter { a.compared(.atMost, b) }

  /// Whether the time is after another.
  ///
  /// - Parameters:
  ///   - a: The attribute.
  ///   - b: The time, in seconds since 1970-01-01 00:00 UTC.
  public static func > (a: TimeAttribute, b: Double) -> AttributeFilter { a.compared(.greater, b) }

  /// Whether the time is not before another.
  ///
  /// - Parameters:
  ///   - a: The attribute.
  ///   - b: The time, in seconds since 1970-01-01 00:00 UTC.
  public static func >= (a: TimeAttribute, b: Double) -> AttributeFilter { a.compared(.atLeast, b) }

  private func compared(_ comparison: Comparison, _ bound: Double) -> AttributeFilter {
    AttributeFilter(attribute, .number(comparison, bound))
  }
}
