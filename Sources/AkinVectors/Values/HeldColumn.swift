/// A column of numbers at a fixed address.
@safe package final class HeldColumn<Element: BitwiseCopyable>: @unchecked Sendable {
  // Safe to share: nothing writes it after `init`.

  /// The elements.
  package let base: UnsafePointer<Element>

  /// Copies the elements.
  package init(_ elements: [Element]) {
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(1, elements.count))
    _ = unsafe memory.update(fromContentsOf: elements)
    unsafe base = UnsafePointer(memory.baseAddress!)
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
