import Testing

@testable import AkinTool

@Suite("The function of libm that the static binary brings along")
struct StaticLibmTests {
  @Test(
    "Lengths neither overflow nor vanish on the way",
    arguments: [
      (3, -4, 5), (0, -2.5, 2.5), (3e38, 1e38, 3.1622777e38), (1e38, 1e38, 1.4142135e38), (3e-30, 4e-30, 5e-30),
      (.leastNonzeroMagnitude, 0, .leastNonzeroMagnitude),
      (.greatestFiniteMagnitude, .greatestFiniteMagnitude, .infinity),
      (.nan, -.infinity, .infinity), (.infinity, 1, .infinity),
    ] as [(Float, Float, Float)])
  func length(x: Float, y: Float, expected: Float) {
    #expect(staticHypotf(x, y) == expected)
    #expect(staticHypotf(y, x) == expected)
  }

  @Test("Without an infinity a NaN stays one")
  func nan() {
    #expect(staticHypotf(.nan, 1).isNaN)
    #expect(staticHypotf(1, .nan).isNaN)
  }
}
