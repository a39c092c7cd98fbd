/// A column of numbers at a fixed address.
@safe package final class HeldColumn<Element: BitwiseCopyable>: @unchecked Sendable {
  // Safe to share: nothing writes it after `init`.

  /// The elements.
  package let base: UnsafePointer<Element>
  /// The number of elements.
  package let count: Int

  /// Copies the elements.
  package init(_ elements: [Element]) {
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(1, elements.count))
    _ = unsafe memory.update(fromContentsOf: elements)
    unsafe base = UnsafePointer(memory.baseAddress!)
    count = elements.count
  }

  /// So many elements of one value, then what a closure makes of them.
  package init(
    count: Int, repeating value: Element, _ fill: (UnsafeMutableBufferPointer<Element>) throws -> Void
  ) throws {
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(1, count))
    unsafe memory.initialize(repeating: value)
    unsafe base = UnsafePointer(memory.baseAddress!)
    self.count = count
    try unsafe fill(UnsafeMutableBufferPointer(rebasing: memory[..<count]))
  }

  deinit {
    // Safe: `init` allocated it, and the elements are trivial.
    unsafe base.deallocate()
  }
}

/// Keeps objects alive.
package final class Owners: Sendable {
  private let objects: [any AnyObject & Sendable]

  /// Creates an owner of the objects.
  package init(_ objects: [(any AnyObject & Sendable)?]) { self.objects = objects.compactMap { $0 } }
}
