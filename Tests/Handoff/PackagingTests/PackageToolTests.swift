import Foundation
import HDL
import Packaging
import TestFiles
import Testing
import Tools

/// Every file of a package that a tool of the project can read is read by it.
@Suite struct PackageToolTests {
  /// One that has two clocks, one with many modules, and a softmax, which has tables.
  @Test(arguments: ["asynchronous-fifo", "floating-adder", "floating-softmax"])
  func fuseSoC(_ name: String) throws {
    let written = try WrittenPackage(name)
    let core = "systole:generated:\(written.top):1.0.0"
    for target in ["lint", "synth"] {
      try written.run("fusesoc", "--cores-root", ".", "run", "--target=\(target)", core)
    }
    for target in ["sim", "sim_verilator"] {
      let said = try written.run("fusesoc", "--cores-root", ".", "run", "--target=\(target)", core)
      #expect(said.contains("\nPASSED"), "\(target): \(said.suffix(2000))")
    }
  }

  @Test func fuseSoCWithPrefixAndStalls() throws {
    let written = try WrittenPackage("stream-fifo", prefix: "acme_")
    #expect(written.top == "acme_StreamFIFO")
    let said = try written.run(
      "fusesoc", "--cores-root", ".", "run", "--target=sim", "systole:generated:acme_StreamFIFO", "--stalls=80")
    #expect(said.contains("\nPASSED") && said.contains("80 % stalls"), "\(said.suffix(2000))")
  }

  @Test func aFaultInTheVerilogFails() throws {
    let written = try WrittenPackage("stream-fifo")
    let path = written.folder.path + "/rtl/StreamFIFO.v"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let wrong = text.replacing("<= push_data;", with: "<= ~push_data;")
    #expect(wrong != text)
    try wrong.write(toFile: path, atomically: true, encoding: .utf8)
    let said = try written.run(
      "fusesoc", "--cores-root", ".", "run", "--target=sim", "systole:generated:StreamFIFO")
    #expect(!said.contains("\nPASSED") && said.contains("failed: an item is lost"), "\(said.suffix(2000))")
  }

  /// Place and route take a minute: the shell of the package, from its own Makefile and from FuseSoC.
  @Test(.enabled(if: Tier.isFull)) func placeAndRoute() throws {
    let written = try WrittenPackage("asynchronous-fifo")
    try written.run("make", "-C", "synth", "ecp5", "ice40")
    try written.run(
      "fusesoc", "--cores-root", ".", "run", "--target=pnr_ecp5", "systole:generated:AsynchronousFIFO:1.0.0")
    try written.run(
      "fusesoc", "--cores-root", ".", "run", "--target=synth_ice40", "systole:generated:AsynchronousFIFO:1.0.0")
  }

  @Test(arguments: ["yosys", "yosys_070"]) func yosysScript(_ yosys: String) throws {
    let written = try WrittenPackage("asynchronous-fifo")
    let script = try written.text("synth/yosys.ys").split(separator: "\n").filter { !$0.hasPrefix("#") }
    let said = try written.run(yosys, "-p", script.joined(separator: "; "))
    #expect(said.contains("Longest topological path"))
    #expect(FileManager.default.fileExists(atPath: written.folder.path + "/synth/AsynchronousFIFO.netlist.v"))
  }

  /// OpenSTA takes the constraints with a netlist of library cells, and finds paths of both clocks.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: Checkout.tools + "/bin/sta")))
  func openSTA() throws {
    let written = try WrittenPackage("asynchronous-fifo")
    let library = Checkout.tools + "/timing/usr/share/qflow/tech/osu018/osu018_stdcells.lib"
    try written.run(
      "yosys_070", "-p",
      "read_verilog rtl/AsynchronousFIFO.v; synth -flatten -top AsynchronousFIFO; dfflibmap -liberty \(library);"
        + " abc -liberty \(library); opt_clean; write_verilog -noattr mapped.v")
    try written.folder.write(
      """
      read_liberty \(library)
      read_verilog mapped.v
      link_design AsynchronousFIFO
      set destination_clock_period 4
      source constraints/AsynchronousFIFO.sdc
      report_checks -path_delay max -from [get_clocks source_clock] -to [get_clocks destination_clock]
      report_checks -path_delay min -from [get_clocks source_clock] -to [get_clocks destination_clock]
      puts "slack [worst_slack -max]"
      """, to: "check.tcl")
    let said = try written.run("sta", "-exit", "check.tcl")
    #expect(!said.contains("Error") && !said.contains("Warning"), "\(said)")
    // The shorter period bounds what crosses, and nothing is held.
    #expect(said.contains(/4\.00\s+4\.00\s+max_delay/), "\(said)")
    #expect(said.contains("No paths found."), "\(said)")
    let slack = try #require(said.firstMatch(of: /slack (-?[0-9.]+)/).flatMap { Double($0.output.1) })
    #expect(slack > 0 && slack < 10)
  }

  @Test(arguments: ["asynchronous-fifo", "floating-adder", "axi-burst-master"])
  func tcl(_ name: String) throws {
    let written = try WrittenPackage(name)
    // Every command of a vendor gives its name and an empty answer: syntax, variables and paths are seen to be right.
    let scripts = written.package.files.map(\.name).filter {
      $0.hasSuffix(".tcl") || $0.hasSuffix(".xdc") || $0.hasSuffix(".sdc")
    }
    #expect(scripts.count == 6)
    for script in scripts {
      try written.folder.write(
        """
        proc unknown {args} {
          global count sources
          incr count
          if {[info exists sources]} { foreach source $sources { if {![file exists $source]} { error "no $source" } } }
          return {}
        }
        proc current_fileset {} { return sources_1 }
        set count 0
        set env(TARGET_LIBRARY) library
        rename source read_script
        proc source {name} { if {![file exists $name]} { error "no $name" } ; uplevel #0 [list read_script $name] }
        read_script \(script)
        puts "commands $count"
        """, to: "run.tcl")
      let said = try written.run("tclsh", "run.tcl")
      let count = said.firstMatch(of: /commands (\d+)/).flatMap { Int($0.output.1) } ?? 0
      #expect(count >= 3, "\(script): \(said)")
    }
  }

  @Test func ipxactOfAXI() throws {
    for (block, top, name, isMaster) in [
      ("axi-burst-master", "AXIBurstMaster", "AXI4", true),
      ("axi-lite-register-bank", "AXILiteRegisterBank", "AXI4-Lite", false),
      ("axi-stream-sender", "AXIStreamSender", "AXI4Stream", true),
    ] {
      let written = try WrittenPackage(block)
      try written.run("xmllint", "--noout", "ipxact/\(top).xml")
      let said = try written.python(
        """
        from lxml import etree
        x = etree.parse('ipxact/\(top).xml')
        n = {'i': 'http://www.accellera.org/XMLSchema/IPXACT/1685-2014'}
        ports = [p.text for p in x.findall('.//i:ports/i:port/i:name', n)]
        for b in x.findall('.//i:busInterface', n):
            maps = [(m.find('i:logicalPort/i:name', n).text, m.find('i:physicalPort/i:name', n).text)
                    for m in b.findall('.//i:portMap', n)]
            assert all(p in ports for _, p in maps), maps
            print(b.find('i:busType', n).get('name'), b.find('i:master', n) is not None, *sorted(l for l, _ in maps))
        """)
      #expect(said.hasPrefix("\(name) \(isMaster ? "True" : "False") "), "\(said)")
      let logical = Set(said.split(separator: " ").dropFirst(2).map(String.init))
      let needed: Set<String> =
        name == "AXI4Stream"
        ? ["TVALID", "TREADY", "TDATA", "TKEEP", "TLAST"]
        : ["AWVALID", "AWREADY", "AWADDR", "WDATA", "WSTRB", "BRESP", "ARADDR", "RDATA", "RVALID", "RREADY"]
      #expect(needed.isSubset(of: logical), "\(said)")
    }
  }

  @Test func registers() throws {
    let written = try WrittenPackage("axi-lite-register-bank")
    let said = try written.python(
      """
      from systemrdl import RDLCompiler
      compiler = RDLCompiler()
      compiler.compile_file('registers/axi_lite_register_bank.rdl')
      print(len(list(compiler.elaborate().top.registers())))
      """)
    let header = try written.text("registers/axi_lite_register_bank.h")
    #expect(Int(said) == header.matches(of: /_OFFSET\s/).count && Int(said) ?? 0 > 0, "\(said)")
    try written.folder.write(
      "#include \"registers/axi_lite_register_bank.h\"\nint main() { return 0; }\n", to: "main.cpp")
    try written.run("g++", "-Wall", "-Werror", "-fsyntax-only", "main.cpp")
  }

  @Test func otherFiles() throws {
    let written = try WrittenPackage("matmul", settings: ["rows=2", "columns=2"])
    let said = try written.python(
      """
      import json, os, yaml
      bender = yaml.safe_load(open('Bender.yml'))
      files = [f for s in bender['sources'] for f in s['files']]
      flow = json.load(open('synth/librelane/config.json'))
      files += [f.replace('dir::', 'synth/librelane/') for f in flow['VERILOG_FILES'] + [flow['PNR_SDC_FILE']]]
      files += open('\(written.top).f').read().split()
      assert all(os.path.exists(f) for f in files), files
      print(bender['package']['name'], flow['DESIGN_NAME'], flow['CLOCK_PORT'], flow['CLOCK_PERIOD'])
      """)
    #expect(said == "\(written.top.lowercased()) \(written.top) clock 10")
    try written.folder.write(
      "include synth/openroad/config.mk\nall:\n\t@ls $(VERILOG_FILES) $(SDC_FILE) && echo $(DESIGN_NAME) $(PLATFORM)\n",
      to: "check.mk")
    #expect(try written.run("make", "-f", "check.mk").hasSuffix("\(written.top) sky130hd\n"))
  }
}
