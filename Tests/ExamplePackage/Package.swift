// swift-tools-version: 6.3

import PackageDescription

// A package that ports some of Keras's losses, and checks them against this repository's fixtures.
//
// Two of the losses have mistakes that people make: its tests fail, and say which. The test of the test
// is tools/tests/test_swift_packages.py.
let package = Package(
  name: "ported-losses",
  dependencies: [
    // Elsewhere: .package(url: "<the repository>", branch: "main")
    .package(name: "loss-parity", path: "../..")
  ],
  targets: [
    .target(name: "PortedLosses"),
    .testTarget(
      name: "PortedLossesTests",
      dependencies: [
        "PortedLosses",
        .product(name: "LossConformance", package: "loss-parity"),
      ]),
  ]
)
