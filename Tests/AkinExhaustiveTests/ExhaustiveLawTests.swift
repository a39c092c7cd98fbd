import AkinExhaustive
import AkinTestSupport
import AkinVectors
import CAkinKernels
import Testing

extension ExhaustiveIndex {
  convenience init(_ catalogue: Catalogue) {
    self.init(items: catalogue.items, metric: catalogue.metric, biases: catalogue.biases)
  }

  /// With the loops of one level, which must be available.
  convenience init(_ catalogue: Catalogue, rows: [UInt32]? = nil, level: KernelLevel) {
    unsafe self.init(
      items: catalogue.items, metric: catalogue.metric, biases: catalogue.biases, rows: rows,
      kernels: Kernels.table(at: level)!)
  }
}

@Suite("The exact index")
struct ExhaustiveLawTests {
  @Test("keeps the laws of every index", arguments: IndexLaw.all)
  func laws(law: IndexLaw) throws {
    #expect(try law.violations { ExhaustiveIndex($0) } == [])
  }
}
