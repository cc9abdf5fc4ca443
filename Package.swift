// swift-tools-version: 6.2
import PackageDescription

/// One layer of the house: a target and its tests. A layer imports only what stands below it.
func layer(_ name: String, on below: [Target.Dependency] = [], testedWith extra: [Target.Dependency] = []) -> [Target] {
  [
    .target(name: name, dependencies: below, swiftSettings: strict),
    .testTarget(
      name: name + "Tests", dependencies: [.byName(name: name)] + below + extra, exclude: [], swiftSettings: strict),
  ]
}

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// The documentation plugin, for `make docs` only: a package that depends on this one need not fetch it.
let documentation: [Package.Dependency] =
  Context.environment["SYSTOLE_DOCS"] == "1"
  ? [.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0")] : []

/// The test targets to build: all, or those that `SYSTOLE_TESTS` names (`SYSTOLE_TESTS=HDL,Verilog swift test`), so that
/// a change of a low layer does not wait for the tests of every layer above it.
let testsToBuild = Context.environment["SYSTOLE_TESTS"].flatMap { $0.isEmpty ? nil : $0 }.map {
  Set($0.split(separator: ",").map { "\($0)Tests" })
}

let package = Package(
  name: "systole",
  products: [
    .library(
      name: "Systole",
      targets: [
        "HDL", "Netlist", "Verilog", "Engine", "Simulator", "Tools", "Verilator", "Testbench", "Formal", "Mutation",
        "NumberFormats", "Golden",
        "Components", "Blocks", "Units", "Transformer", "Models", "TATAA", "TATAAHardware", "Machines", "AccelTran",
        "Catalog", "Regression", "PortableBench", "Fuzzing",
      ]),
    .executable(name: "systole", targets: ["systole"]),
  ],
  dependencies: documentation + [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    // Layers, bottom first.
    [.target(name: "CCallStack")],
    [.target(name: "CSpawn")],
    layer("Tools", on: ["CSpawn"]),
    layer("Netlist"),
    layer("NumberFormats"),
    layer("HDL", on: ["Netlist", "NumberFormats", "Tools", "CCallStack"], testedWith: ["Verilog", "TestSupport"]),
    layer("Verilog", on: ["Netlist"], testedWith: ["HDL"]),
    layer("Engine", on: ["Netlist"]),
    [.target(name: "CModel")],
    [
      .executableTarget(
        name: "BuildWorker", dependencies: ["Netlist", "Tools", "Verilator"], path: "Tests/BuildWorker",
        swiftSettings: strict)
    ],
    layer("Verilator", on: ["Netlist", "Verilog", "Engine", "Tools", "CModel"], testedWith: ["BuildWorker"]),
    [.target(name: "CLanes")],
    [
      .target(
        name: "RandomCircuits", dependencies: ["Netlist"], path: "Tests/RandomCircuits", swiftSettings: strict)
    ],
    layer(
      "Simulator", on: ["Netlist", "HDL", "Engine", "CLanes"],
      testedWith: ["Verilog", "Verilator", "Tools", "RandomCircuits", "TestSupport", "Blocks", "NumberFormats"]),
    layer("Golden", on: ["NumberFormats"]),
    layer("Testbench", on: ["Netlist", "Engine", "Tools"]),
    layer(
      "PortableBench", on: ["Netlist", "Testbench", "Tools"],
      testedWith: ["Catalog", "Components", "HDL", "Simulator", "Verilator", "Verilog", "TestSupport"]),
    layer("Formal", on: ["Netlist", "HDL", "Verilog", "Tools", "Testbench"], testedWith: ["Components"]),
    layer(
      "Mutation", on: ["Netlist", "Engine", "Testbench", "Simulator", "Formal"],
      testedWith: ["HDL", "Verilog", "Components", "Catalog"]),
    [
      .target(
        name: "TestSupport", dependencies: ["Netlist", "HDL", "Verilog", "Verilator", "Tools"],
        path: "Tests/TestSupport", swiftSettings: strict)
    ],
    layer(
      "Components", on: ["Netlist", "HDL"],
      testedWith: [
        "Catalog", "Engine", "Formal", "Golden", "Simulator", "Testbench", "TestSupport", "Tools", "Verilator",
        "Verilog",
      ]),
    layer(
      "Blocks", on: ["Netlist", "HDL", "NumberFormats", "Components"],
      testedWith: ["Catalog", "Engine", "Golden", "Testbench", "TestSupport", "Verilator", "Verilog"]),
    layer(
      "Units", on: ["Netlist", "HDL", "NumberFormats", "Golden", "Components"],
      testedWith: ["Engine", "Simulator", "Testbench", "TestSupport", "Verilator"]),
    layer("Transformer", on: ["NumberFormats", "Golden"]),
    layer("Models", on: ["NumberFormats", "Golden", "Transformer"]),
    [.target(name: "SmallModels", dependencies: ["Models"], path: "Tests/SmallModels", swiftSettings: strict)],
    layer("TATAA", on: ["NumberFormats", "Golden", "Transformer", "Models"], testedWith: ["SmallModels"]),
    layer(
      "TATAAHardware", on: ["Netlist", "HDL", "NumberFormats", "Components", "TATAA"],
      testedWith: [
        "Engine", "Models", "Mutation", "Simulator", "SmallModels", "TestSupport", "Testbench", "Transformer",
        "Verilator",
      ]),
    layer(
      "Machines",
      on: [
        "Netlist", "HDL", "Engine", "Simulator", "Verilator", "Testbench", "NumberFormats", "Golden", "Components",
        "Transformer", "Models", "TATAA", "TATAAHardware",
      ], testedWith: ["SmallModels", "TestSupport"]),
    layer("AccelTran", on: ["NumberFormats", "Golden", "Transformer", "Models"]),
    layer(
      "Catalog",
      on: [
        "NumberFormats", "Golden", "Netlist", "HDL", "Verilog", "Engine", "Simulator", "Tools", "Verilator",
        "Testbench",
        "Formal", "Mutation", "Transformer", "Components", "Blocks", "Units",
      ]),
    layer("Regression", on: ["Catalog", "HDL", "Netlist", "Testbench", "Tools", "Verilator"]),
    layer(
      "Fuzzing",
      on: [
        "Netlist", "HDL", "Verilog", "Engine", "Simulator", "Tools", "Verilator", "Testbench", "Components",
        "Transformer", "Catalog",
      ]),
    [
      .executableTarget(
        name: "systole",
        dependencies: [
          "Catalog", "Regression", "PortableBench", "Fuzzing", "Blocks", "Formal", "Mutation", "Netlist", "HDL",
          "Verilog", "Tools", "Verilator",
          "Testbench", "Transformer", "Models", "TATAA", "TATAAHardware", "Machines",
          .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ], swiftSettings: strict),
      .testTarget(
        name: "SystoleCommandTests", dependencies: ["systole", "Tools", "Verilog", "SmallModels"], swiftSettings: strict
      ),
    ],
    [
      .executableTarget(
        name: "systole-bench",
        dependencies: [
          "NumberFormats", "Golden", "Netlist", "HDL", "Verilog", "Engine", "Simulator", "Tools", "Verilator",
          "Testbench", "Components", "Blocks", "Catalog",
        ], path: "Benchmarks/Sources/systole-bench", swiftSettings: strict)
    ],
    [
      // What the README tells a new user to write, as it stands there.
      .executableTarget(
        name: "ReadmeExample", dependencies: ["HDL", "Verilog", "Verilator", "Testbench"],
        path: "Tests/ReadmeExample", swiftSettings: strict),
      .testTarget(name: "ReadmeTests", dependencies: ["ReadmeExample", "Tools"], swiftSettings: strict),
    ],
    [
      // What the pages of the documentation show, compiled.
      .testTarget(
        name: "DocumentationTests",
        dependencies: [
          "Netlist", "HDL", "Verilog", "Engine", "Simulator", "Verilator", "Testbench", "Formal", "NumberFormats",
          "Golden", "Components", "Blocks", "Units", "Transformer", "Models", "TATAA", "TATAAHardware", "Machines",
          "AccelTran", "Regression",
          "PortableBench",
          "Mutation", "Catalog", "Fuzzing",
        ], swiftSettings: strict)
    ],
    [
      .testTarget(
        name: "EmissionTests",
        dependencies: ["Netlist", "HDL", "Verilog", "Engine", "Verilator", "Tools", "RandomCircuits", "TestSupport"],
        swiftSettings: strict)
    ],
  ].flatMap { $0 }.filter { !$0.isTest || testsToBuild?.contains($0.name) ?? true }
)
