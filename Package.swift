// swift-tools-version: 6.2
import PackageDescription

/// One target of a wing and its tests: a layer imports only what stands below it.
func layer(
  _ name: String, in wing: String, on below: [Target.Dependency] = [], testedWith extra: [Target.Dependency] = []
) -> [Target] {
  [
    .target(name: name, dependencies: below, path: "Sources/\(wing)/\(name)", swiftSettings: strict),
    .testTarget(
      name: name + "Tests", dependencies: [.byName(name: name)] + below + extra, path: "Tests/\(wing)/\(name)Tests",
      swiftSettings: strict),
  ]
}

/// A target that only tests use, or one in C.
func part(_ name: String, in folder: String, on below: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: below, path: "\(folder)/\(name)", swiftSettings: name.hasPrefix("C") ? [] : strict)
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

let language = [
  "Netlist", "HDL", "Verilog", "Engine", "Simulator", "Tools", "Verilator", "NumberFormats", "Golden", "Costs",
]
let hardware = ["Components", "Units"]
let verification = [
  "Testbench", "Formal", "Mutation", "Fuzzing", "PortableBench", "Catalog", "Entries", "Campaigns", "Regression",
]
let handoff = ["Synthesis", "Packaging", "Reporting", "Sizing"]
let machines = [
  "Transformer", "Models", "TATAA", "TATAAHardware", "AccelTran", "AccelTranHardware", "AnalogMacros",
  "AnalogMacrosHardware", "XFormer", "XFormerHardware", "Network", "NetworkHardware", "TRON", "TRONHardware",
  "HeTraX", "HeTraXHardware", "Machines",
]

let package = Package(
  name: "systole",
  products: [
    .library(name: "Systole", targets: language + hardware),
    .library(name: "SystoleVerification", targets: verification),
    .library(name: "SystoleAccelerators", targets: machines),
    .library(name: "SystoleHandoff", targets: handoff),
    .executable(name: "systole", targets: ["systole"]),
  ],
  dependencies: documentation + [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    // Wings, bottom first.
    [part("CSpawn", in: "Sources/Support"), part("CCallStack", in: "Sources/Support")],
    [part("TestFiles", in: "Tests/Support")],
    layer("Tools", in: "Support", on: ["CSpawn", "CCallStack"], testedWith: ["TestFiles"]),

    layer("NumberFormats", in: "Numbers", testedWith: ["TestFiles"]),
    layer("Golden", in: "Numbers", on: ["NumberFormats"], testedWith: ["TestFiles"]),
    layer("Costs", in: "Numbers", on: ["NumberFormats", "Golden"]),

    layer("Netlist", in: "Language"),
    layer(
      "HDL", in: "Language", on: ["Netlist", "NumberFormats", "CCallStack"],
      testedWith: ["Tools", "Verilog", "TestSupport"]),
    layer("Verilog", in: "Language", on: ["Netlist"], testedWith: ["HDL"]),

    [part("CModel", in: "Sources/Engines"), part("CLanes", in: "Sources/Engines")],
    [
      .executableTarget(
        name: "BuildWorker", dependencies: ["Netlist", "Tools", "Verilator"], path: "Tests/Engines/BuildWorker",
        swiftSettings: strict),
      part("RandomCircuits", in: "Tests/Engines", on: ["Netlist"]),
    ],
    layer("Engine", in: "Engines", on: ["Netlist"]),
    layer(
      "Verilator", in: "Engines", on: ["Netlist", "Verilog", "Engine", "Tools", "CModel"],
      testedWith: ["BuildWorker", "TestFiles"]),
    layer(
      "Simulator", in: "Engines", on: ["Netlist", "HDL", "Engine", "CLanes"],
      testedWith: ["Verilog", "Verilator", "Tools", "RandomCircuits", "TestSupport", "NumberFormats"]),
    [
      part(
        "TestSupport", in: "Tests/Support",
        on: ["Netlist", "HDL", "Verilog", "Engine", "Verilator", "Testbench", "Tools"])
    ],
    [
      .testTarget(
        name: "EmissionTests",
        dependencies: ["Netlist", "HDL", "Verilog", "Engine", "Verilator", "Tools", "RandomCircuits", "TestSupport"],
        path: "Tests/Engines/EmissionTests", swiftSettings: strict)
    ],

    layer("Testbench", in: "Verification", on: ["Netlist", "Engine", "Tools"]),
    layer(
      "PortableBench", in: "Verification", on: ["Netlist", "Testbench", "Tools"],
      testedWith: ["HDL", "Simulator", "TestFiles", "TestSupport", "Verilator", "Verilog"]),
    layer(
      "Formal", in: "Verification", on: ["Netlist", "HDL", "Verilog", "Tools", "Testbench"], testedWith: ["Components"]),
    layer(
      "Mutation", in: "Verification", on: ["Netlist", "Engine", "Testbench", "Simulator", "Formal"],
      testedWith: ["HDL", "Verilog"]),

    layer(
      "Components", in: "Hardware", on: ["Netlist", "HDL"],
      testedWith: [
        "Engine", "Formal", "Golden", "Simulator", "Testbench", "TestFiles", "TestSupport", "Tools",
        "Verilator", "Verilog",
      ]),
    layer(
      "Units", in: "Hardware", on: ["Netlist", "HDL", "NumberFormats", "Golden", "Components"],
      testedWith: ["Engine", "Simulator", "Testbench", "TestFiles", "TestSupport", "Verilator", "Verilog"]),

    layer("Transformer", in: "Models", on: ["NumberFormats", "Golden"], testedWith: ["TestFiles"]),
    layer("Models", in: "Models", on: ["NumberFormats", "Golden", "Transformer"], testedWith: ["TestFiles"]),
    [part("SmallModels", in: "Tests/Models", on: ["Models"])],

    layer(
      "TATAA", in: "Accelerators", on: ["NumberFormats", "Golden", "Transformer", "Models"], testedWith: ["SmallModels"]
    ),
    layer(
      "TATAAHardware", in: "Accelerators", on: ["Netlist", "HDL", "NumberFormats", "Components", "TATAA"],
      testedWith: [
        "Engine", "Models", "Mutation", "Simulator", "SmallModels", "TestSupport", "Testbench", "Transformer",
        "Verilator",
      ]),
    layer("AccelTran", in: "Accelerators", on: ["NumberFormats", "Golden", "Transformer", "Models"]),
    layer("Network", in: "Accelerators", testedWith: ["TestFiles"]),
    layer(
      "NetworkHardware", in: "Accelerators", on: ["Netlist", "HDL", "Components", "Engine", "Network"],
      testedWith: ["Formal", "Simulator", "TestFiles", "TestSupport", "Tools", "Verilator", "Verilog"]),
    layer("AnalogMacros", in: "Accelerators", on: ["NumberFormats"], testedWith: ["TestFiles"]),
    layer(
      "AnalogMacrosHardware", in: "Accelerators", on: ["Netlist", "HDL", "Components", "AnalogMacros"],
      testedWith: ["Engine", "Simulator", "TestFiles", "TestSupport", "Verilator", "Verilog"]),
    layer(
      "XFormer", in: "Accelerators",
      on: ["NumberFormats", "Golden", "Costs", "Transformer", "Models", "AnalogMacros"],
      testedWith: ["SmallModels"]),
    layer(
      "XFormerHardware", in: "Accelerators",
      on: [
        "Netlist", "HDL", "NumberFormats", "Components", "Units", "AnalogMacros", "AnalogMacrosHardware", "XFormer",
      ], testedWith: ["Engine", "Simulator", "TestSupport", "Verilator", "Verilog"]),
    [part("CRings", in: "Sources/Accelerators")],
    layer(
      "TRON", in: "Accelerators",
      on: ["NumberFormats", "Golden", "Transformer", "Models", "AnalogMacros", "XFormer", "CRings"],
      testedWith: ["TestFiles"]),
    layer(
      "TRONHardware", in: "Accelerators",
      on: [
        "Netlist", "HDL", "NumberFormats", "Components", "Units", "AnalogMacros", "AnalogMacrosHardware", "XFormer",
        "XFormerHardware", "TRON",
      ],
      testedWith: ["Engine", "Simulator", "TestFiles", "TestSupport", "Verilator", "Verilog"]),
    layer(
      "HeTraX", in: "Accelerators", on: ["NumberFormats", "AnalogMacros", "XFormer", "Network"],
      testedWith: ["TestFiles", "Tools"]),
    layer(
      "HeTraXHardware", in: "Accelerators",
      on: [
        "Netlist", "HDL", "Components", "XFormer", "XFormerHardware", "Network", "NetworkHardware", "HeTraX",
      ], testedWith: ["AnalogMacros", "Engine", "Simulator", "TestSupport", "Verilator", "Verilog"]),
    layer(
      "AccelTranHardware", in: "Accelerators",
      on: ["Netlist", "HDL", "NumberFormats", "Golden", "Components", "Units", "AccelTran"],
      testedWith: ["Mutation", "Engine", "Simulator", "TestSupport", "Testbench", "Verilator", "Verilog", "Tools"]),
    layer(
      "Machines", in: "Accelerators",
      on: [
        "Netlist", "HDL", "Verilog", "Engine", "Simulator", "Verilator", "Testbench", "NumberFormats", "Golden",
        "Components", "Transformer", "Models", "TATAA", "TATAAHardware", "AccelTran", "AccelTranHardware",
        "AnalogMacros", "XFormer", "XFormerHardware", "TRON", "TRONHardware", "HeTraX", "HeTraXHardware",
        "Network",
      ], testedWith: ["SmallModels", "TestFiles", "TestSupport"]),

    layer(
      "Catalog", in: "Catalog", on: ["Netlist", "HDL", "Testbench"],
      testedWith: ["Campaigns", "Components", "Entries", "Simulator", "TestFiles", "Units", "Verilator", "Verilog"]),
    layer(
      "Entries", in: "Catalog",
      on: ["NumberFormats", "Golden", "Costs", "Netlist", "HDL", "Testbench", "Components", "Units", "Catalog"],
      testedWith: [
        "Campaigns", "Engine", "Formal", "Mutation", "Simulator", "TestFiles", "TestSupport", "Tools", "Verilator",
        "Verilog",
      ]),
    layer(
      "Campaigns", in: "Catalog",
      on: [
        "NumberFormats", "Golden", "Netlist", "HDL", "Verilog", "Engine", "Simulator", "Tools", "Verilator",
        "Testbench", "Formal", "Mutation", "Transformer", "Units", "Catalog", "Entries",
      ], testedWith: ["Components", "PortableBench", "TestFiles", "TestSupport"]),
    layer(
      "Regression", in: "Catalog",
      on: ["Catalog", "Entries", "Campaigns", "HDL", "Netlist", "Testbench", "Tools", "Verilator"]),
    layer(
      "Fuzzing", in: "Catalog",
      on: [
        "Netlist", "HDL", "Verilog", "Engine", "Simulator", "Tools", "Verilator", "Testbench", "Components",
        "Transformer", "Catalog", "Entries",
      ], testedWith: ["TestFiles"]),

    layer(
      "Synthesis", in: "Handoff",
      on: [
        "Netlist", "HDL", "Verilog", "Tools", "Verilator", "Testbench", "PortableBench", "Catalog", "Entries",
        "Campaigns",
      ], testedWith: ["Components", "Units", "TestFiles"]),
    layer(
      "Packaging", in: "Handoff",
      on: [
        "Netlist", "HDL", "Verilog", "Engine", "Simulator", "Tools", "Testbench", "PortableBench", "Components",
        "Transformer", "Models", "TATAA", "TATAAHardware", "Machines", "Catalog", "Entries", "Campaigns", "Synthesis",
      ], testedWith: ["TestFiles"]),
    layer(
      "Reporting", in: "Handoff",
      on: [
        "Netlist", "HDL", "Verilog", "Tools", "Verilator", "Testbench", "Formal", "Transformer", "Catalog", "Entries",
        "Campaigns", "Synthesis", "Packaging",
      ], testedWith: ["Components", "TestFiles", "Units"]),

    layer(
      "Sizing", in: "Handoff",
      on: [
        "Netlist", "HDL", "Engine", "Simulator", "Testbench", "Components", "Transformer", "Models", "XFormer", "TATAA",
        "TATAAHardware", "HeTraX", "HeTraXHardware", "Machines", "Catalog", "Entries", "Campaigns",
      ]),

    [
      .executableTarget(
        name: "systole",
        dependencies: [
          "Synthesis", "Packaging", "Reporting", "Sizing",
          "Catalog", "Entries", "Campaigns", "Regression", "PortableBench", "Fuzzing", "Units", "Formal", "Mutation",
          "Netlist", "HDL",
          "Verilog", "Tools", "Verilator", "Testbench", "Transformer", "Models", "TATAA", "TATAAHardware", "AccelTran",
          "AccelTranHardware", "AnalogMacros", "XFormer", "XFormerHardware", "Network", "NetworkHardware", "Engine",
          "Simulator", "TRON", "HeTraX", "HeTraXHardware", "Machines",
          .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ], path: "Sources/CommandLine/systole", swiftSettings: strict),
      .testTarget(
        name: "SystoleCommandTests", dependencies: ["systole", "Tools", "Verilog", "SmallModels", "TestFiles"],
        path: "Tests/CommandLine/SystoleCommandTests", swiftSettings: strict),
    ],
    [
      .executableTarget(
        name: "systole-bench",
        dependencies: [
          "NumberFormats", "Golden", "Costs", "Netlist", "HDL", "Verilog", "Engine", "Simulator", "Tools", "Verilator",
          "Testbench", "Components", "Units", "Catalog", "Entries", "Campaigns", "AnalogMacros",
          "AnalogMacrosHardware",
        ], path: "Benchmarks/Sources/systole-bench", swiftSettings: strict)
    ],
    [
      // What the README tells a new user to write, as it stands there.
      .executableTarget(
        name: "ReadmeExample", dependencies: ["HDL", "Verilog", "Verilator", "Testbench"],
        path: "Tests/Documentation/ReadmeExample", swiftSettings: strict),
      .testTarget(
        name: "ReadmeTests", dependencies: ["HDL", "ReadmeExample", "TestFiles", "Tools", "Verilog"],
        path: "Tests/Documentation/ReadmeTests", swiftSettings: strict),
    ],
    [
      // What the pages of the documentation show, compiled.
      .testTarget(
        name: "DocumentationTests",
        dependencies: [.byName(name: "TestFiles")]
          + (language + hardware + verification + machines).map { .byName(name: $0) },
        path: "Tests/Documentation/DocumentationTests", swiftSettings: strict)
    ],
  ].flatMap { $0 }.filter { !$0.isTest || testsToBuild?.contains($0.name) ?? true }
)
