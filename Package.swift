// swift-tools-version: 6.3

import PackageDescription

/// Settings of every target: warnings are errors, and imports and existentials say what they are.
let settings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "loss-parity",
  products: [
    .library(name: "KerasLosses", targets: ["KerasLosses"]),
    .library(name: "LossConformance", targets: ["LossConformance", "LossFixtures"]),
    .executable(name: "loss-parity", targets: ["loss-parity"]),
    // The C interface, and with the trait the module `_swift_losses` of Python: one file for both.
    .library(name: "swift_losses", type: .dynamic, targets: ["SwiftLossesModule"]),
  ],
  traits: [
    .trait(
      name: "PythonInterop",
      description: """
        Runs Python in this package's own programs, and builds the Python extension; needs CPython's \
        headers (Debian: python3-dev).
        """)
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // MARK: - Public API

    // The loss library. No dependencies but its own hot loops: it knows no JSON, no Python, no command line.
    .target(
      name: "KerasLosses",
      dependencies: ["CLossKernels"],
      // Lifetimes: spans of elements that a tensor has borrowed.
      swiftSettings: settings + [.enableExperimentalFeature("Lifetimes")],
      // The standard library takes sqrt, trunc and fmod from there, and does not link it itself.
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux, .android]))]
    ),

    // Checks an implementation under test against the fixtures.
    .target(
      name: "LossConformance",
      dependencies: [
        "ArrayFiles", "CVerifierKernels", "KerasLosses", "LossFixtures", "PackagedFixtures",
      ],
      // In the code, not beside it: the executable runs from anywhere.
      resources: [
        .embedInCode("Report/HTML/report.css"), .embedInCode("Report/HTML/report.js"),
      ],
      swiftSettings: settings
    ),

    .executableTarget(
      name: "loss-parity",
      dependencies: [
        "ArrayFiles",
        "KerasLosses",
        "LossConformance",
        "LossFixtures",
        "PythonOracle",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings
    ),

    // MARK: - Implementation details

    // The hot loops of the losses, compiled for several instruction sets, one of which is taken at run
    // time: a library cannot ask its users for compiler flags.
    .target(name: "CLossKernels"),

    // The golden file format: decoding and integrity, nothing else.
    .target(
      name: "LossFixtures", dependencies: ["ArrayFiles", "CVerifierKernels"],
      swiftSettings: settings),

    // Loops of the verifier in instructions that not every processor has; see its header.
    .target(name: "CVerifierKernels"),

    // Files of arrays: NPY and NPZ, mapped or a block at a time. Standard library only.
    .target(name: "ArrayFiles", swiftSettings: settings),

    // The header of the losses for C.
    .target(name: "CKerasLosses"),

    // The losses as that header declares them.
    .target(
      name: "KerasLossesInterface",
      dependencies: ["CKerasLosses", "KerasLosses"],
      swiftSettings: settings
    ),

    // The extension module of Python on top of it; nothing without the trait.
    .target(
      name: "SwiftLossesModule",
      dependencies: [
        "CKerasLosses",
        "KerasLossesInterface",
        .target(name: "PythonHeaders", condition: .when(traits: ["PythonInterop"])),
      ],
      cSettings: [.define("PYTHON_INTEROP", .when(traits: ["PythonInterop"]))]
    ),

    // Python.h alone: an extension module finds the functions in the process that loads it.
    .systemLibrary(
      name: "PythonHeaders", pkgConfig: "python3", providers: [.apt(["python3-dev"])]),

    // The fixtures themselves, for programs that run elsewhere; C, and why, see its source.
    .target(name: "PackagedFixtures", resources: [.copy("../../fixtures")]),

    // Python in this process; empty without the trait PythonInterop.
    .target(
      name: "PythonOracle",
      dependencies: [
        "LossConformance",
        "LossFixtures",
        .target(name: "CPython", condition: .when(traits: ["PythonInterop"])),
      ],
      swiftSettings: settings
    ),

    // CPython for embedding. No other target imports it: its headers change those of C's library.
    .systemLibrary(
      name: "CPython", pkgConfig: "python3-embed", providers: [.apt(["python3-dev", "pkg-config"])]),

    // Measurements that anybody can repeat: `tools/benchmark/losses`.
    .executableTarget(
      name: "loss-benchmark",
      dependencies: [
        "ArrayFiles",
        "CStreaming",
        "KerasLosses",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings
    ),

    // Reads and writes arrays as fast as the machine does: what the losses are measured by.
    .target(name: "CStreaming"),

    // MARK: - Commands

    // `swift package --allow-writing-to-package-directory regenerate-fixtures`
    .plugin(
      name: "regenerate-fixtures",
      capability: .command(
        intent: .custom(
          verb: "regenerate-fixtures",
          description:
            "Writes the golden fixtures, or checks them with --check; needs Python and NumPy."),
        permissions: [
          .writeToPackageDirectory(reason: "The fixtures are written to the folder fixtures.")
        ]),
      path: "tools/regenerate-fixtures"
    ),

    // MARK: - Tests

    .testTarget(name: "KerasLossesTests", dependencies: ["KerasLosses"], swiftSettings: settings),
    .testTarget(name: "ArrayFilesTests", dependencies: ["ArrayFiles"], swiftSettings: settings),
    .testTarget(
      name: "LossFixturesTests",
      dependencies: ["ArrayFiles", "LossFixtures"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "LossConformanceTests",
      dependencies: ["ArrayFiles", "KerasLosses", "LossConformance", "LossFixtures"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "GoldenFixtureTests",
      dependencies: ["KerasLosses", "LossConformance", "LossFixtures"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "PythonOracleTests",
      dependencies: ["LossConformance", "LossFixtures", "PythonOracle"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "LossParityCommandTests",
      dependencies: ["loss-parity"],
      exclude: ["Snapshots"],
      swiftSettings: settings
    ),
  ],
  swiftLanguageModes: [.v6]
)
