// swift-tools-version: 6.2
import PackageDescription

// Zero packages, on purpose: the toolchain's own modules are all that Akin needs.

let checked: [SwiftSetting] = [.strictMemorySafety()]

func library(_ name: String, path: String? = nil, uses dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, path: path, swiftSettings: checked)
}

func tests(_ name: String, uses dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["AkinTestSupport"], resources: resources, swiftSettings: checked)
}

let package = Package(
  name: "akin",
  platforms: [.macOS(.v15), .iOS(.v18)],
  products: [
    .library(name: "Akin", targets: ["Akin"]),
    .library(name: "AkinTraining", targets: ["AkinTraining"]),
    .library(name: "AkinEvaluation", targets: ["AkinEvaluation"]),
    .library(name: "AkinInterchange", targets: ["AkinInterchange"]),
    .executable(name: "akin", targets: ["AkinProgram"]),
  ],
  targets: [
    // The leaf: SIMD loops in C, and the machine behind one small module.
    .target(name: "CAkinKernels"),
    library("AkinSupport", uses: []),

    // What flows: vectors, files, training, answers.
    library("AkinVectors", uses: ["CAkinKernels", "AkinSupport"]),
    library("AkinFiles", uses: ["AkinVectors", "AkinSupport", "CAkinKernels"]),
    library("AkinTraining", uses: ["AkinVectors", "AkinSupport", "CAkinKernels"]),
    library("AkinEvaluation", uses: ["AkinVectors", "AkinSupport"]),
    library("AkinInterchange", uses: ["AkinVectors", "AkinSupport"]),

    // Byte codes, and the two indexes over them.
    library("AkinQuantization", uses: ["AkinVectors", "AkinSupport", "CAkinKernels"]),
    library(
      "AkinExhaustive", path: "Indexes/Exhaustive",
      uses: ["AkinQuantization", "AkinVectors", "AkinSupport", "CAkinKernels"]),
    library(
      "AkinHNSW", path: "Indexes/HNSW",
      uses: ["AkinExhaustive", "AkinQuantization", "AkinFiles", "AkinVectors", "AkinSupport", "CAkinKernels"]),

    library(
      "AkinCatalogue", path: "Indexes/Catalogue",
      uses: ["AkinHNSW", "AkinExhaustive", "AkinFiles", "AkinVectors", "AkinSupport"]),

    // The front door, and the command.
    library(
      "Akin",
      uses: ["AkinCatalogue", "AkinHNSW", "AkinExhaustive", "AkinFiles", "AkinTraining", "AkinVectors", "AkinSupport"]),
    library(
      "AkinTool", path: "Tools/akin",
      uses: [
        "Akin", "AkinFiles", "AkinTraining", "AkinEvaluation", "AkinInterchange", "AkinVectors", "AkinSupport",
      ]),
    .executableTarget(
      name: "AkinProgram", dependencies: ["AkinTool"], path: "Tools/program", swiftSettings: checked),

    // One folder of tests per target. What they share is a test target, too, so that a build without tests leaves it out.
    .testTarget(
      name: "AkinTestSupport", dependencies: ["AkinFiles", "AkinVectors", "AkinSupport"], path: "Tests/AkinTestSupport",
      swiftSettings: checked),
    tests("AkinSupportTests", uses: ["AkinSupport"]),
    tests("AkinInterchangeTests", uses: ["AkinInterchange", "AkinVectors", "AkinSupport"]),
    tests("AkinFilesTests", uses: ["AkinFiles", "AkinVectors", "AkinSupport"], resources: [.copy("Golden")]),
    tests(
      "AkinToolTests",
      uses: ["AkinTool", "Akin", "AkinFiles", "AkinTraining", "AkinInterchange", "AkinVectors", "AkinSupport"]),
    tests(
      "AkinTests",
      uses: ["Akin", "AkinTraining", "AkinHNSW", "AkinExhaustive", "AkinFiles", "AkinVectors", "AkinSupport"]),
    tests("AkinVectorsTests", uses: ["AkinVectors", "AkinSupport", "CAkinKernels"]),
    tests(
      "AkinExhaustiveTests", uses: ["AkinExhaustive", "AkinQuantization", "AkinVectors", "AkinSupport", "CAkinKernels"]),
    tests("AkinQuantizationTests", uses: ["AkinQuantization", "AkinVectors", "AkinSupport", "CAkinKernels"]),
    tests(
      "AkinHNSWTests",
      uses: [
        "AkinHNSW", "AkinExhaustive", "AkinQuantization", "AkinFiles", "AkinVectors", "AkinSupport", "CAkinKernels",
      ],
      resources: [.copy("Golden")]),
    tests(
      "AkinCatalogueTests",
      uses: ["AkinCatalogue", "AkinHNSW", "AkinExhaustive", "AkinFiles", "AkinVectors", "AkinSupport"]),
    tests("AkinEvaluationTests", uses: ["AkinEvaluation", "AkinVectors", "AkinSupport"]),
    tests("AkinTrainingTests", uses: ["AkinTraining", "AkinVectors", "AkinSupport", "CAkinKernels"]),
  ],
  swiftLanguageModes: [.v6]
)

#if compiler(>=6.3)
  // The C library: Tools/c/build links it with the version script and Swift's static libraries.
  package.products.append(.library(name: "AkinC", type: .dynamic, targets: ["AkinC"]))
  package.targets += [
    .target(name: "CAkin"),
    library(
      "AkinC",
      uses: ["CAkin", "Akin", "AkinTool", "AkinTraining", "AkinFiles", "AkinVectors", "AkinSupport"]),
    tests("AkinCTests", uses: ["AkinC", "CAkin", "Akin", "AkinFiles", "AkinVectors", "AkinSupport"]),
  ]
#endif
