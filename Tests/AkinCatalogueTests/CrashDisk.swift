import AkinFiles
import AkinSupport
import AkinTestSupport
import Synchronization

@testable import AkinCatalogue

/// A file system in memory that writes down every call, so that a test can ask what a power cut after any of them may leave.
///
/// What `fsync` has made durable survives. Of the rest anything may: each write whole, in part (torn at a sector) or not at all,
/// whatever came later; each name given, taken away or moved by itself, a move as one step.
final class CrashDisk: Sendable {
  /// A call that changed something.
  enum Call: Sendable {
    case write(file: Int, offset: Int, bytes: [UInt8])
    case resize(file: Int, count: Int)
    case synchronize(file: Int)
    /// Names that lead elsewhere from now on, in one step; `nil` for a name that is gone.
    case names([String: Int?])
    case synchronizeNames
  }

  private struct State {
    var calls: [Call] = []
    var disk = Files()
    var open: [Int32: Int] = [:]
    var nextFile = 0
    /// The call that fails, and with what, once.
    var failing: (call: Int, code: Int32)?
    var isLocked = false
  }

  /// Names and bytes.
  struct Files: Sendable {
    var names: [String: Int] = [:]
    var bytes: [Int: [UInt8]] = [:]

    mutating func apply(_ call: Call) {
      switch call {
      case .write(let file, let offset, let new):
        // Taken out, so that the bytes are changed in place.
        var old = bytes.removeValue(forKey: file) ?? []
        if old.count < offset + new.count { old += [UInt8](repeating: 0, count: offset + new.count - old.count) }
        old.replaceSubrange(offset..<offset + new.count, with: new)
        bytes[file] = old
      case .resize(let file, let count):
        var old = bytes.removeValue(forKey: file) ?? []
        if old.count < count { old += [UInt8](repeating: 0, count: count - old.count) }
        bytes[file] = old
      case .names(let changes): for (name, file) in changes { names[name] = file }
      case .synchronize, .synchronizeNames: break
      }
    }
  }

  private let state: Mutex<State>

  /// Creates a disk.
  init(_ files: Files = Files()) {
    state = Mutex(State(disk: files, nextFile: (files.bytes.keys.max() ?? -1) + 1))
  }

  /// All calls so far.
  var calls: [Call] { state.withLock { $0.calls } }
  var callCount: Int { state.withLock { $0.calls.count } }

  /// Makes call number `call`, counted from now, fail once.
  func fail(after calls: Int, with code: Int32) { state.withLock { $0.failing = ($0.calls.count + calls, code) } }

  private func change(_ call: (inout State) -> (Call, Int)?, otherwise code: Int32 = EBADF) -> Int {
    state.withLock { state in
      if let failing = state.failing, state.calls.count >= failing.call {
        state.failing = nil
        return -Int(failing.code)
      }
      guard let (call, result) = call(&state) else { return -Int(code) }
      state.disk.apply(call)
      state.calls.append(call)
      return result
    }
  }

  private func create(_ path: String?) -> Int {
    change(
      { state in
        if let path, state.disk.names[path] != nil { return nil }
        let (file, descriptor) = (state.nextFile, Int32(state.nextFile + 3))
        state.nextFile += 1
        state.open[descriptor] = file
        state.disk.bytes[file] = []
        return (path.map { .names([$0: file]) } ?? .resize(file: file, count: 0), Int(descriptor))
      }, otherwise: EEXIST)
  }

  private func move(_ from: String, _ to: String, replacing: Bool) -> Int {
    change(
      { state in
        guard let file = state.disk.names[from], replacing || state.disk.names[to] == nil else { return nil }
        return (.names([from: nil, to: file]), 0)
      }, otherwise: EEXIST)
  }

  /// The calls, for a catalogue.
  var disk: CatalogueDisk {
    CatalogueDisk(
      ops: FileOps(
        create: { self.create($0) }, createUnnamed: { _ in self.create(nil) },
        name: { descriptor, path in
          self.change(
            { state in
              guard let file = state.open[descriptor], state.disk.names[path] == nil else { return nil }
              return (.names([path: file]), 0)
            }, otherwise: EEXIST)
        },
        inherit: { _, _ in }, sweep: { _, _ in },
        reserve: { descriptor, count in
          self.change { state in state.open[descriptor].map { (.resize(file: $0, count: Int(count)), 0) } }
        },
        write: { descriptor, bytes, offset in
          let bytes = unsafe Array(bytes)
          return self.change { state in
            state.open[descriptor].map { (.write(file: $0, offset: Int(offset), bytes: bytes), bytes.count) }
          }
        },
        synchronize: { descriptor in
          self.change { state in state.open[descriptor].map { (.synchronize(file: $0), 0) } }
        },
        close: { descriptor in self.state.withLock { $0.open.removeValue(forKey: descriptor) == nil ? -Int(EBADF) : 0 }
        },
        replace: { self.move($0, $1, replacing: true) }, publish: { self.move($0, $1, replacing: false) },
        synchronizeDirectory: { _ in self.change { _ in (.synchronizeNames, 0) } },
        remove: { path in
          self.change({ state in state.disk.names[path] == nil ? nil : (.names([path: nil]), 0) }, otherwise: ENOENT)
        }),
      names: { directory in
        self.state.withLock { state in
          .success(
            state.disk.names.keys.compactMap {
              $0.hasPrefix(directory + "/") ? String($0.dropFirst(directory.count + 1)) : nil
            }.sorted())
        }
      },
      open: { (path, format) throws(FileError) in
        let bytes = self.state.withLock { state in state.disk.names[path].map { state.disk.bytes[$0] ?? [] } }
        guard let bytes else { throw FileError(path: path, problem: .notFound) }
        return try ContainerFile(bytes: bytes, path: path, format: format)
      },
      makeDirectory: { (_) throws(OutputError) in },
      lock: { _ in
        self.state.withLock { state in
          guard !state.isLocked else { return .held }
          state.isLocked = true
          return .taken(Unlock { self.state.withLock { $0.isLocked = false } })
        }
      })
  }

  private final class Unlock: Sendable {
    private let unlock: @Sendable () -> Void
    init(_ unlock: @escaping @Sendable () -> Void) { self.unlock = unlock }
    deinit { unlock() }
  }
}

/// What calls have made durable so far, and what is still on its way.
struct Durable {
  private var files: CrashDisk.Files
  private var pending: [CrashDisk.Call] = []

  init(_ files: CrashDisk.Files = CrashDisk.Files()) { self.files = files }

  /// Takes in the next call.
  mutating func take(_ call: CrashDisk.Call) {
    switch call {
    case .synchronize(let file): settle { $0.isOf(file) }
    case .synchronizeNames: settle { if case .names = $0 { true } else { false } }
    default: pending.append(call)
    }
  }

  private mutating func settle(_ isDone: (CrashDisk.Call) -> Bool) {
    for call in pending where isDone(call) { files.apply(call) }
    pending.removeAll { isDone($0) }
  }

  /// The files when the process is killed here, and the system goes on.
  var afterKill: CrashDisk.Files {
    var left = files
    for call in pending { left.apply(call) }
    return left
  }

  /// The files that a power cut may leave here, as a generator draws them.
  func afterPowerCut(_ random: inout SeededGenerator) -> CrashDisk.Files {
    var left = files
    // Now and then nearly all, or nearly nothing, of what is pending arrives.
    let odds = [1, 8, 15][Int(random.next() % 3)]
    func arrives(_ random: inout SeededGenerator) -> Bool { Int(random.next() % 16) < odds }
    for call in pending {
      guard arrives(&random) else { continue }
      guard case .write(let file, let offset, let bytes) = call, random.next() % 2 == 0 else {
        left.apply(call)
        continue
      }
      // A torn write: some of its sectors.
      for start in stride(from: 0, to: bytes.count, by: 512) where arrives(&random) {
        left.apply(
          .write(file: file, offset: offset + start, bytes: Array(bytes[start..<min(start + 512, bytes.count)])))
      }
    }
    return left
  }
}

extension CrashDisk.Call {
  /// Whether the call is about the bytes of a file.
  fileprivate func isOf(_ wanted: Int) -> Bool {
    switch self {
    case .write(let file, _, _), .resize(let file, _): file == wanted
    default: false
    }
  }
}
