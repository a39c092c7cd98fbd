import AkinSupport
import AkinVectors
import CAkinKernels

/// The encoding of vectors as row codes: a signed byte for each component, or half a byte for each of some axes.
///
/// A vector of 784 floats fills 49 cache lines, its code of 128 bytes two, so walks that wait for memory are several
/// times as fast. Codes only guide the walk; its candidates are scored again from vectors.
///
/// A vector (normalised under cosine) is taken relative to the mean. Narrow vectors are coded by component: each is
/// rounded to a multiple of one step, -127 to 127. Wide vectors are first projected onto 256 axes that span the
/// directions of largest spread, and each coordinate is rounded to an odd multiple of one step, -15 to 15: more axes
/// are worth more than finer steps along fewer (on Fashion-MNIST, 256 axes leave out 3 % of the squared length and half
/// bytes lose another 1.5 %; 128 axes of whole bytes leave out 7 %). The term of the mean in an inner product is the
/// same for all items. With axes, a float beside the code, the tail, holds the term of the vector in a squared
/// distance: the squared length of the code plus that of the part outside the axes.
@safe package struct CodeBook {
  /// The largest number of components without axes.
  package static let widestPlain = 256
  /// Axes of a code, and of one for vectors that these leave too much of.
  package static let axisCounts = [256, 512]
  /// The valid code widths in a file, in bytes.
  package static let widths = 32...1024
  /// Bytes of a code of components.
  package static func componentWidth(dimension: Int) -> Int { (dimension + 31) & ~31 }
  /// The largest number of coordinates of a code.
  package static let coordinates = 2 * widths.upperBound
  /// Steps that the coordinates' root mean square is: the widest of 16 equal parts that serve a normal distribution best
  /// are 0.3352 of it apart (Max 1960, table II), two steps.
  package static let stepsOfSpread = 2 / 0.3352

  package let metric: Metric
  package let dimension: Int
  /// Bytes of a code: a multiple of 64, one for two axes; or a multiple of 32, one a component and zeros.
  package let width: Int
  /// The value of one step.
  package let step: Float
  /// The mean of all vectors, subtracted before the projection.
  package let mean: UnsafePointer<Float>
  /// The axes as rows; `nil` for codes by component.
  package let axes: EmbeddingMatrix?
  private let owner: AnyObject

  /// - Parameters:
  ///   - mean: `dimension` floats that stay where they are while `owner` lives.
  ///   - axes: As many as twice `width`, or `nil`.
  @unsafe package init(
    metric: Metric, dimension: Int, width: Int, step: Float, mean: UnsafePointer<Float>, axes: EmbeddingMatrix?,
    owner: AnyObject
  ) {
    self.metric = metric
    self.dimension = dimension
    self.width = width
    self.step = step
    unsafe self.mean = mean
    self.axes = axes
    self.owner = owner
  }

  /// Coordinates of a code.
  package var count: Int { axes?.count ?? width }

  /// The coordinates of a vector, the same bits at every CPU level: what codes and tails are made from.
  ///
  /// - Parameters:
  ///   - axes: The book's axes, or `nil` where it has none.
  ///   - scratch: `dimension` floats.
  ///   - coordinates: ``count`` floats.
  /// - Returns: The squared length of what the coordinates leave out; 0 where rounding left less.
  package func place(
    _ vector: UnsafePointer<Float>, axes: RotatedAxes?, scratch: UnsafeMutablePointer<Float>,
    _ coordinates: inout [Float], kernels: UnsafePointer<akin_kernels>
  ) -> Double {
    let scale = unsafe metric == .cosine ? Coordinates.unitScale(vector, dimension, kernels) : 1
    for component in 0..<dimension {
      unsafe scratch[component] = Float(Double(vector[component]) * scale - Double(mean[component]))
    }
    guard let axes else {
      for component in 0..<dimension { coordinates[component] = unsafe scratch[component] }
      for place in dimension..<width { coordinates[place] = 0 }
      return 0
    }
    unsafe axes.rotate(centred: scratch, into: &coordinates)
    var rest = unsafe kernels.pointee.dot64(scratch, scratch, dimension)
    for value in coordinates { rest -= Double(value) * Double(value) }
    return rest > 0 ? rest : 0
  }

  /// Writes the code of coordinates; a NaN, which only a hostile file can bring here, becomes the least.
  ///
  /// - Parameter code: ``width`` bytes.
  /// - Returns: The squared length of what the code stands for; 0 without axes, where nobody asks.
  @inlinable
  package func encode(_ coordinates: [Float], into code: UnsafeMutablePointer<Int8>) -> Double {
    let inverse = 1 / Double(step)
    guard axes != nil else {
      for place in 0..<width { unsafe code[place] = Int8(Coordinates.steps(Double(coordinates[place]) * inverse)) }
      return 0
    }
    var squares = 0
    for block in 0..<width / 64 {
      for place in 64 * block..<64 * (block + 1) {
        let low = CodeBook.half(Double(coordinates[64 * block + place]) * inverse)
        let high = CodeBook.half(Double(coordinates[64 * block + place + 64]) * inverse)
        unsafe code[place] = Int8(bitPattern: low | high &<< 4)
        squares += CodeBook.square(low) + CodeBook.square(high)
      }
    }
    return Double(squares) * Double(step) * Double(step)
  }

  /// A number of steps as half a byte *n*, 0 to 15, which stands for 2*n* - 15 steps.
  @usableFromInline
  static func half(_ steps: Double) -> UInt8 {
    let shifted = steps * 0.5 + 7.5
    let limited = shifted > 0 ? (shifted < 15 ? shifted : 15) : 0
    return UInt8((limited + 0x1.8p52) - 0x1.8p52)
  }

  /// The half byte of an axis in a code, 0 to 15.
  @inlinable
  package static func half(_ axis: Int, of code: UnsafePointer<Int8>) -> Int8 {
    // Each 64 bytes hold the low halves first, then the high ones.
    let byte = unsafe UInt8(bitPattern: code[axis / 128 * 64 + axis % 64])
    return Int8(axis % 128 < 64 ? byte & 15 : byte >> 4)
  }

  @usableFromInline
  static func square(_ half: UInt8) -> Int { (2 * Int(half) - 15) * (2 * Int(half) - 15) }
}
