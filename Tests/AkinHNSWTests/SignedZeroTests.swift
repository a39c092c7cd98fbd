import AkinExhaustive
import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinHNSW

@Suite("-0 is 0")
struct SignedZeroTests {
  /// Vectors with many zeros, a fifth of them zero altogether, and biases, some of them 0; with the signs of zeros as drawn.
  private static func embeddings(_ metric: Metric, signed: Bool, seed: UInt64) -> Embeddings {
    var random = SeededGenerator(seed: seed)
    let normal = normalMatrix(rows: 300, dimension: 9, seed: seed)
    var biases: [Float] = []
    func zero() -> Float { Bool.random(using: &random) && signed ? -0.0 : 0 }
    let rows = (0..<300).map { row in
      biases.append(row % 3 == 0 ? zero() : Float(row % 4))
      return normal[Row(row)].map { row % 5 == 0 || $0 < -0.5 ? zero() : $0 }
    }
    return Embeddings(
      Catalogue(rows: rows, dimension: 9, metric: metric, biases: metric == .innerProduct ? biases : nil))
  }

  @Test(
    "Vectors that differ in the signs of zeros are copies, and every section has the same bytes",
    arguments: Metric.allCases)
  func same(metric: Metric) throws {
    for seed in [1, 2] as [UInt64] {
      let plain = try Built(Self.embeddings(metric, signed: false, seed: seed))
      let signed = try Built(Self.embeddings(metric, signed: true, seed: seed))
      #expect(signed.report.copies == plain.report.copies && plain.report.copies >= 50, "\(metric), seed \(seed)")
      for name in ["VECS", "NBIA", "NNRM", "LNK0", "LNKU", "UPIX", "NCPY", "NROW", "RCAL"] as [SectionName] {
        #expect(
          signed.bytes[signed.bytes.section(name)] == plain.bytes[plain.bytes.section(name)],
          "\(metric), seed \(seed), section \(name)")
      }
      #expect(try verified(signed.bytes).isSound)
    }
  }
}
