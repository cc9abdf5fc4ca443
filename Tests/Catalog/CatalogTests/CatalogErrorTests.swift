import Catalog
import Entries
import HDL
import Netlist
import Testbench
import Testing

@Suite struct CatalogErrorTests {
  private func text(_ work: () throws -> any CatalogBlock) throws -> String {
    try #require(throws: CatalogError.self) { _ = try work() }.description
  }

  @Test func `An unknown block is named, and a near one suggested`() throws {
    #expect(
      try text { try Catalog.entry("matmull").block(configuration: nil, settings: [], workload: []) }
        == "no block is called 'matmull'; did you mean 'matmul'?; 'systole list' shows all of them")
    #expect(
      try text { try Catalog.entry("flux").block(configuration: nil, settings: [], workload: []) }
        == "no block is called 'flux'; 'systole list' shows all of them")
    #expect(
      try text { try Catalog.entry("").block(configuration: nil, settings: [], workload: []) }
        == "no block is called ''; 'systole list' shows all of them")
  }

  @Test func `An unknown parameter is named, and a near one suggested`() throws {
    let entry = try Catalog.entry("stream-fifo")
    #expect(
      try text { try entry.block(configuration: nil, settings: [Setting("dept", "4")], workload: []) }
        == "'stream-fifo' has no hardware parameter 'dept'; did you mean 'depth'?; it has width, depth, storage, "
        + "isFallThrough, showsOccupancy")
    #expect(
      try text { try entry.block(configuration: nil, settings: [], workload: [Setting("seconds", "4")]) }
        == "'stream-fifo' has no workload parameter 'seconds'; it has count")
    #expect(
      CatalogError.unknownParameter("x", kind: "workload", block: "wire", known: []).description
        == "'wire' has no workload parameters, so 'x' cannot be set")
  }

  @Test func `A bad value is named with what may be written`() throws {
    let entry = try Catalog.entry("stream-fifo")
    #expect(
      try text { try entry.block(configuration: nil, settings: [Setting("depth", "0")], workload: []) }
        == "'0' is no value for 'depth'; write 1…65536")
    #expect(
      try text { try entry.block(configuration: nil, settings: [Setting("storage", "disk")], workload: []) }
        == "'disk' is no value for 'storage'; write registers | memory")
    #expect(
      try text {
        try Catalog.entry("matmul").block(configuration: nil, settings: [Setting("isPipelined", "yes")], workload: [])
      } == "'yes' is no value for 'isPipelined'; write true | false")
  }

  @Test func `An unknown configuration is named with those there are`() throws {
    #expect(
      try text { try Catalog.entry("matmul").block(configuration: "int9", settings: [], workload: []) }
        == "'matmul' has no configuration 'int9'; it has default, int8, output-stationary, small")
  }

  @Test func `A workload that does not fit the hardware says so`() throws {
    let block = try Catalog.entry("matmul").block(
      configuration: nil, settings: [Setting("sizeWidth", "10")], workload: [Setting("k", "1024")])
    let interface = try block.elaborate(reset: ResetStyle()).top.interface
    let error = try #require(throws: CatalogError.self) {
      _ = try block.bench(for: interface, seed: 1, index: 0, stalls: nil)
    }
    #expect(
      error.description
        == "k=1024 does not fit into sizes of 10 bits; use --set sizeWidth=… or a smaller k")
  }

  /// Every parameter of every entry with every hostile value, and with the ends of its range: a block that elaborates
  /// and has a bench, or an error that says what is wrong.
  @Test(arguments: Catalog.entries.map(\.name))
  func `Hostile settings give a block or an error`(name: String) throws {
    let entry = try Catalog.entry(name)
    for parameter in entry.parameters {
      let ends = parameter.choices.split(separator: "…").map(String.init)
      for value in Self.hostile + (ends.count == 2 ? [ends[0]] : []) {
        try expectSound(name, [Setting(parameter.name, value)])
      }
    }
    for parameter in entry.workloadParameters {
      for value in Self.hostile {
        #expect(throws: CatalogError.self, "\(name) \(parameter.name)=\(value)") {
          try entry.block(configuration: nil, settings: [], workload: [Setting(parameter.name, value)])
        }
      }
    }
    for setting in ["", " ", "rows ", "ROWS", "no-such-parameter"].map({ Setting($0, "1") }) {
      #expect(throws: CatalogError.self, "\(name) '\(setting.name)'") {
        try entry.block(configuration: nil, settings: [setting], workload: [])
      }
    }
  }

  private static let hostile = [
    "0", "-1", "999999999", "9223372036854775807", "99999999999999999999", "", " 1", "1.5", "0x10", "abc", "true ",
    "1=1",
  ]

  private func expectSound(_ name: String, _ settings: [Setting]) throws {
    let workload = [Setting(name == "matmul" ? "jobs" : "count", "1")]
    do {
      let block = try Catalog.entry(name).block(configuration: nil, settings: settings, workload: workload)
      let circuit = try block.elaborate(reset: ResetStyle())
      _ = try block.bench(for: circuit.top.interface, seed: 1, index: 0, stalls: nil)
    } catch let error as CatalogError {
      #expect(!error.description.isEmpty)
    } catch let error as DiagnosticList {
      #expect(!error.diagnostics.isEmpty, "\(name) \(settings)")
    } catch {
      Issue.record("\(name) \(settings): \(type(of: error)) \(error)")
    }
  }
}
