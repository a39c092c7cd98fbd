import AkinQuantization
import AkinVectors
import Synchronization

/// How much of the spread of the vectors the axes of their codes keep, found out when it is first asked for.
final class KeptShare: Sendable {
  private let share = Mutex<Double?>(nil)
  /// The number of vectors that tell it.
  private static let sampled = 32

  /// The share of the squared distances from the mean, by a few vectors spread evenly; 1 for codes without axes.
  ///
  /// - Complexity: O(axes · *dimension*) the first time.
  func value(of vectors: NodeVectors, _ codes: CodeTable) -> Double {
    let (book, kernels) = unsafe (codes.book, codes.kernels)
    guard book.axes != nil, vectors.count > 0 else { return 1 }
    return share.withLock { known in
      if let known { return known }
      let axes = unsafe RotatedAxes(book, kernels: kernels)
      var scratch = [Float](repeating: 0, count: book.dimension)
      var coordinates = [Float](repeating: 0, count: book.count)
      var (rest, whole) = (0.0, 0.0)
      let number = min(KeptShare.sampled, vectors.count)
      for place in 0..<number {
        vectors.withRow(place * vectors.count / number) { vector in
          unsafe vector.withUnsafeBufferPointer { vector in
            // Safe: a vector has `dimension` components, at least 1, and the scratch has room for as many.
            unsafe rest += book.place(
              vector.baseAddress!, axes: axes, scratch: &scratch, &coordinates, kernels: kernels)
          }
        }
        for component in scratch { whole += Double(component) * Double(component) }
      }
      let share = rest < whole ? 1 - rest / whole : 0
      known = share
      return share
    }
  }
}
