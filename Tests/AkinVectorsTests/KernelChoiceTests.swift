import CAkinKernels
import Foundation
import Testing

@testable import AkinVectors

@Suite("Which kernels run")
struct KernelChoiceTests {
  @Test("Every CPU has the specification, and the best level is the last of the available ones")
  func available() {
    #expect(Kernels.available.first == .scalar)
    #expect(Kernels.available.contains(Kernels.active))
    #expect(Kernels.available.last?.cLevel == akin_best_level())
  }

  @Test("A table says which level it is", arguments: KernelLevel.allCases)
  func tables(level: KernelLevel) {
    let table = unsafe Kernels.table(at: level)
    #expect(unsafe (table != nil) == Kernels.available.contains(level))
    guard let table = unsafe table else { return }
    #expect(unsafe String(cString: table.pointee.name) == level.name)
    #expect(unsafe table.pointee.level == level.cLevel)
  }

  @Test("A name chooses its level, no name the best")
  func names() throws {
    #expect(try Kernels.level(named: nil) == Kernels.available.last)
    for level in Kernels.available { #expect(try Kernels.level(named: level.name) == level) }
  }

  @Test("A name that will not do is an error that lists what would", arguments: ["avx", "AVX2", "riscv"])
  func wrongName(name: String) throws {
    #expect(throws: KernelError(name: name, available: Kernels.available)) { try Kernels.level(named: name) }
  }

  @Test("A level that this CPU lacks is an error")
  func lackingLevel() {
    for level in KernelLevel.allCases where !Kernels.available.contains(level) {
      let error = KernelError(name: level.name, available: Kernels.available)
      #expect(throws: error) { try Kernels.level(named: level.name) }
    }
  }

  @Test("The level in use is the one that the environment names, if it names one")
  func environment() throws {
    let name = ProcessInfo.processInfo.environment["AKIN_KERNELS"] ?? ""
    #expect(try Kernels.active == Kernels.level(named: name.isEmpty ? nil : name))
    try Kernels.checkEnvironment()
  }

  @Test("The error's sentence, kind and help")
  func sentence() {
    let error = KernelError(name: "avx9", available: [.scalar, .avx2])
    #expect(error.description == "AKIN_KERNELS names 'avx9'; this CPU has scalar, avx2")
    #expect(error.help == "unset AKIN_KERNELS to use the best of them")
    #expect(error.kind == .usage)
  }
}
