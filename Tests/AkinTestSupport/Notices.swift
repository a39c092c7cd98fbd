import AkinSupport
import Synchronization

/// Collects the notices of reading.
package final class Notices: Sendable {
  private let all = Mutex<[Notice]>([])

  package init() {}

  package var texts: [String] { all.withLock { $0.map(\.text) } }
  package var warnings: [String] { all.withLock { $0.filter(\.isWarning).map(\.text) } }
  package var execution: Execution {
    Execution(threads: 1, notice: { notice in self.all.withLock { $0.append(notice) } })
  }
}
