import AkinSupport
import CAkinKernels

/// A family of CPU instructions that Akin has its inner loops for.
public enum KernelLevel: String, Sendable, CaseIterable {
  /// Plain C: the specification, and what every CPU can run.
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

/// Which inner loops this process runs: those of the best level that the CPU has, or the one that the environment
/// variable `AKIN_KERNELS` names. Chosen once, at the first use.
///
/// Levels add in different orders, so scores may differ between them in the last bits; at one level they never do.
public enum Kernels {
  /// The levels that this CPU and this build have, `scalar` first, the best last.
  public static let available = KernelLevel.allCases.filter { unsafe akin_kernels_at($0.cLevel) != nil }

  /// The level in use. When `AKIN_KERNELS` names one that is not available, the best: ``checkEnvironment()`` tells.
  public static let active: KernelLevel = (try? level(named: environmentName)) ?? best

  /// Checks that `AKIN_KERNELS`, if it is set, names an available level. For a program's start.
  ///
  /// - Throws: ``KernelError`` when it does not.
  public static func checkEnvironment() throws(KernelError) {
    _ = try level(named: environmentName)
  }

  /// The loops in use, for the hot ones: copy `pointee` to a local before a loop, or a global is read in each round.
  // Safe: a constant of the C leaf, never written; `active` is one of the levels that have one.
  package nonisolated(unsafe) static let table: UnsafePointer<akin_kernels> = unsafe table(at: active)!

  /// The loops of a level, or `nil` when it is not available.
  package static func table(at level: KernelLevel) -> UnsafePointer<akin_kernels>? {
    unsafe akin_kernels_at(level.cLevel)
  }

  /// The level of a name; the best for no name.
  static func level(named name: String?) throws(KernelError) -> KernelLevel {
    guard let name else { return best }
    guard let level = KernelLevel(rawValue: name), available.contains(level) else {
      throw KernelError(name: name, available: available)
    }
    return level
  }

  private static var best: KernelLevel { available.last ?? .scalar }

  /// What `AKIN_KERNELS` says; an empty value counts as unset.
  private static var environmentName: String? {
    // Safe: getenv gives null or a C string, which is copied here; Akin never calls setenv.
    guard let value = unsafe getenv("AKIN_KERNELS") else { return nil }
    let name = unsafe String(cString: value)
    return name.isEmpty ? nil : name
  }
}

/// `AKIN_KERNELS` names a level that this CPU lacks, or none at all.
public struct KernelError: AkinError, Equatable {
  /// The name that was found.
  public let name: String
  /// The levels that would do.
  public let available: [KernelLevel]

  /// Creates the error.
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
