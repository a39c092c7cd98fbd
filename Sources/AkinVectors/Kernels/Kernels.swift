import AkinSupport
import CAkinKernels

/// A CPU instruction set with its own kernels.
public enum KernelLevel: String, Sendable, CaseIterable {
  /// Plain C: the specification, for every CPU.
  case scalar
  /// x86-64 with AVX2, FMA and F16C.
  case avx2
  /// x86-64 with AVX-512 F, BW, DQ, VL and VNNI.
  case avx512
  /// AArch64.
  case neon

  /// The name used in `AKIN_KERNELS` and in messages.
  public var name: String { rawValue }

  var cLevel: akin_level {
    switch self {
    case .scalar: AKIN_SCALAR
    case .avx2: AKIN_AVX2
    case .avx512: AKIN_AVX512
    case .neon: AKIN_NEON
    }
  }
}

/// The kernels of this process: those of the best level of the CPU, or of the level in the environment variable
/// `AKIN_KERNELS`. Chosen once, at the first use.
///
/// Levels add in different orders, so scores may differ between levels in the last bits, but never within one level.
public enum Kernels {
  /// The levels available on this CPU and in this build, from `scalar` to the best.
  public static let available = KernelLevel.allCases.filter { unsafe akin_kernels_at($0.cLevel) != nil }

  /// The level in use. An unavailable level in `AKIN_KERNELS` is replaced by the best; ``checkEnvironment()`` reports
  /// it.
  public static let active: KernelLevel = (try? level(named: environmentName)) ?? best

  /// Checks that `AKIN_KERNELS` is unset or names an available level. Call it at the start of a program.
  ///
  /// - Throws: ``KernelError`` otherwise.
  public static func checkEnvironment() throws(KernelError) {
    _ = try level(named: environmentName)
  }

  /// The kernels in use. Hot loops copy `pointee` to a local first, to avoid reading a global in each iteration.
  // Safe: a constant of the C leaf, never written; `active` is one of the levels that have one.
  package nonisolated(unsafe) static let table: UnsafePointer<akin_kernels> = unsafe table(at: active)!

  /// The kernels of a level, or `nil` when it is not available.
  package static func table(at level: KernelLevel) -> UnsafePointer<akin_kernels>? {
    unsafe akin_kernels_at(level.cLevel)
  }

  /// The level of a name; the best level without a name.
  static func level(named name: String?) throws(KernelError) -> KernelLevel {
    guard let name else { return best }
    guard let level = KernelLevel(rawValue: name), available.contains(level) else {
      throw KernelError(name: name, available: available)
    }
    return level
  }

  private static var best: KernelLevel { available.last ?? .scalar }

  /// The value of `AKIN_KERNELS`; an empty value counts as unset.
  private static var environmentName: String? {
    // Safe: getenv gives null or a C string, which is copied here; Akin never calls setenv.
    guard let value = unsafe getenv("AKIN_KERNELS") else { return nil }
    let name = unsafe String(cString: value)
    return name.isEmpty ? nil : name
  }
}

/// `AKIN_KERNELS` names an unknown level, or one that this CPU lacks.
public struct KernelError: AkinError, Equatable {
  /// The name in the variable.
  public let name: String
  /// The available levels.
  public let available: [KernelLevel]

  /// Creates the error.
  ///
  /// - Parameters:
  ///   - name: The name in the variable.
  ///   - available: The available levels.
  public init(name: String, available: [KernelLevel]) {
    self.name = name
    self.available = available
  }

  public var kind: TroubleKind { .usage }

  public var description: String {
    "AKIN_KERNELS names '\(name)'; this CPU has \(available.map(\.name).joined(separator: ", "))"
  }

  public var help: String? { "unset AKIN_KERNELS to use the best of them" }
}
