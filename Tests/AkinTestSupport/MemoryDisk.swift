import AkinSupport
import Synchronization

/// A disk in memory behind ``FileOps``: counts the calls, and makes the ones that a test names go wrong.
package final class MemoryDisk: Sendable {
  /// What goes wrong at a call.
  package enum Fault: Sendable, Equatable {
    case error(Int32)
    /// A write takes half of what it is given.
    case short
  }

  private struct State {
    var files: [String: [UInt8]] = [:]
    var open: [Int32: String] = [:]
    var nextDescriptor: Int32 = 3
    var calls: [String] = []
    var writes: [Range<Int>] = []
    var faults: [Int: Fault] = [:]
    var everyCallFrom: (Int, Fault)?
    var synchronized: Set<String> = []
  }

  private let state = Mutex(State())
  /// Whether files can be made without a name.
  private let hasUnnamed: Bool

  /// Creates an empty disk.
  ///
  /// - Parameter hasUnnamed: Whether files can be made without a name, as by `O_TMPFILE`.
  package init(hasUnnamed: Bool = false) { self.hasUnnamed = hasUnnamed }

  /// Makes call number `call` (from 0) go wrong, once.
  package func fail(at call: Int, _ fault: Fault) { state.withLock { $0.faults[call] = fault } }

  /// Makes all calls from number `call` on go wrong.
  package func failAlways(from call: Int, _ fault: Fault) { state.withLock { $0.everyCallFrom = (call, fault) } }

  package var calls: [String] { state.withLock { $0.calls } }
  /// The bytes that writes have filled, in their order.
  package var writes: [Range<Int>] { state.withLock { $0.writes } }
  package var names: [String] {
    state.withLock { state in state.files.keys.filter { !$0.hasPrefix(MemoryDisk.nameless) }.sorted() }
  }
  private static let nameless = "#"
  package var openCount: Int { state.withLock { $0.open.count } }
  package subscript(path: String) -> [UInt8]? {
    get { state.withLock { $0.files[path] } }
    set { state.withLock { $0.files[path] = newValue } }
  }

  package var ops: FileOps {
    FileOps(
      create: { path in
        self.call("create") { state in
          guard state.files[path] == nil else { return -Int(EEXIST) }
          state.files[path] = []
          defer { state.nextDescriptor += 1 }
          state.open[state.nextDescriptor] = path
          return Int(state.nextDescriptor)
        }
      },
      createUnnamed: { _ in
        guard self.hasUnnamed else { return -Int(EOPNOTSUPP) }
        return self.call("createUnnamed") { state in
          defer { state.nextDescriptor += 1 }
          let path = MemoryDisk.nameless + String(state.nextDescriptor)
          state.files[path] = []
          state.open[state.nextDescriptor] = path
          return Int(state.nextDescriptor)
        }
      },
      name: { descriptor, path in
        self.call("name") { state in
          guard let from = state.open[descriptor] else { return -Int(EBADF) }
          return state.files[path] == nil ? MemoryDisk.rename(&state, from, path) : -Int(EEXIST)
        }
      },
      inherit: { _, _ in }, sweep: { _, _ in },
      reserve: { descriptor, bytes in
        self.call("reserve") { state in
          guard let path = state.open[descriptor] else { return -Int(EBADF) }
          state.files[path] = [UInt8](repeating: 0, count: Int(bytes))
          return 0
        }
      },
      write: { descriptor, bytes, offset in
        let bytes = unsafe Array(bytes)
        return self.call("write") { state in
          guard let path = state.open[descriptor] else { return -Int(EBADF) }
          let half = state.faults[state.calls.count - 1] == .short && bytes.count > 1
          let piece = half ? Array(bytes[..<(bytes.count / 2)]) : bytes
          var file = state.files[path] ?? []
          state.files[path] = nil
          let end = Int(offset) + piece.count
          if file.count < end { file += [UInt8](repeating: 0, count: end - file.count) }
          file.replaceSubrange(Int(offset)..<end, with: piece)
          state.files[path] = file
          state.writes.append(Int(offset)..<end)
          return piece.count
        }
      },
      synchronize: { descriptor in
        self.call("synchronize") { state in
          guard let path = state.open[descriptor] else { return -Int(EBADF) }
          state.synchronized.insert(path)
          return 0
        }
      },
      close: { descriptor in
        self.call("close") { state in state.open.removeValue(forKey: descriptor) == nil ? -Int(EBADF) : 0 }
      },
      replace: { from, to in self.call("replace") { MemoryDisk.rename(&$0, from, to) } },
      publish: { from, to in
        self.call("publish") { state in
          state.files[to] == nil ? MemoryDisk.rename(&state, from, to) : -Int(EEXIST)
        }
      },
      synchronizeDirectory: { _ in self.call("synchronizeDirectory") { _ in 0 } },
      remove: { path in
        self.call("remove") { state in state.files.removeValue(forKey: path) == nil ? -Int(ENOENT) : 0 }
      })
  }

  private static func rename(_ state: inout State, _ from: String, _ to: String) -> Int {
    // A name given to bytes that may not be on the disk yet is the bug that a power loss punishes.
    guard state.synchronized.contains(from) else { return -Int(EINVAL) }
    guard let bytes = state.files.removeValue(forKey: from) else { return -Int(ENOENT) }
    state.files[to] = bytes
    state.synchronized.insert(to)
    return 0
  }

  private func call(_ name: String, _ body: (inout State) -> Int) -> Int {
    state.withLock { state in
      let number = state.calls.count
      state.calls.append(name)
      var fault = state.faults[number]
      if let (start, lasting) = state.everyCallFrom, number >= start, name != "remove", name != "close" {
        fault = lasting
      }
      if case .error(let code)? = fault {
        // A failed close has closed all the same.
        if name == "close" { _ = body(&state) }
        return -Int(code)
      }
      return body(&state)
    }
  }
}
