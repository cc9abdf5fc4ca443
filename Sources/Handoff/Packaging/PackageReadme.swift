import Netlist
import Testbench
import Tools

/// The page that a synthesis engineer reads first.
struct PackageReadme {
  let design: PackagedDesign
  let evidence: PackageEvidence
  let memories: MemoryManifest
  let hasRegisters: Bool

  private var top: Definition { design.circuit.top }

  var text: String {
    let documentation = top.documentation.isEmpty ? "" : "\n" + top.documentation + "\n"
    return """
      # \(design.top)

      `\(top.summary)`
      \(documentation)
      ## Use

      | to | run, in this folder |
      |---|---|
      | simulate | `make -C bench icarus`, `make -C bench verilator`, `make -C bench cocotb`; each ends with PASSED or fails |
      | lint, simulate and synthesise with FuseSoC | `fusesoc --cores-root . run --target=lint \(OpenFlowFiles(design: design).vlnv)`; targets `lint`, `sim`, `sim_verilator`, `synth`, `synth_ice40`, `pnr_ecp5`; a simulation ends with the line PASSED |
      | count gates | `yosys -s synth/yosys.ys` |
      | place and route | `make -C synth ecp5`, `make -C synth ice40` |
      | Vivado | `vivado -mode batch -source synth/vivado.tcl -tclargs PART`, `synth/vivado_ip.tcl` for an IP |
      | Design Compiler, Genus | `synth/design_compiler.tcl`, `synth/genus.tcl`, the library in `TARGET_LIBRARY` |
      | OpenROAD-flow-scripts, LibreLane | `synth/openroad/config.mk`, `synth/librelane/config.json` |

      Verilog-2001 in `rtl/`, in the order of `\(design.top).f`. \(dataSentence)

      ## Parameters

      They are fixed in this Verilog; another value is another package.

      \(parameters)
      ## Ports

      \(ports)
      ## Protocol

      \(protocols)
      ## Timing

      - Latency: \(latency)
      - Throughput: a ready/valid stream accepts a transfer in every cycle in which both are 1.
      \(clocking)
      - Constraints: `constraints/\(design.top).sdc` and `.xdc`; periods and delays outside are variables at their top.
      \(crossings)
      ## Size

      | modules | instances | register bits | memory bits | multipliers |
      |---|---|---|---|---|
      | \(statistics.modules) | \(statistics.instances) | \(statistics.registerBits) | \(memories.totalBits) | \(multipliers) |

      Memories, each with depth, width and ports, for replacement by macros: `memories.json`. \
      They are written as synthesis tools infer them; there is no wrapper around them.
      \(hasRegisters ? "\nRegisters that software sees: `registers/` holds SystemRDL and a C header.\n" : "")
      ## Scan

      \(scan)

      ## Evidence

      \(evidence.text)
      ## What read these files

      | file | read by |
      |---|---|
      | `rtl/`, `bench/`, `synth/*_shell.v` | Verilator, Icarus, Yosys |
      | `\(design.top).core` | FuseSoC with Edalize: lint, both simulations, both syntheses, place and route |
      | `constraints/*.sdc` | OpenSTA, with a netlist of Yosys |
      | `synth/yosys.ys`, `synth/Makefile` | Yosys, nextpnr |
      | `ipxact/*.xml` | xmllint; not validated against the schema of IEEE 1685 |
      | `registers/*.rdl`, `registers/*.h` | systemrdl-compiler, a C compiler |
      | `synth/*.tcl`, `constraints/*.xdc` | tclsh alone, with the vendor's commands doing nothing: **not run in the vendor's tools** |
      | `Bender.yml` | a YAML reader: **not run in Bender** |
      | `synth/openroad/config.mk`, `synth/librelane/config.json` | make, a JSON reader: **not run in these flows** |

      `package.json` lists every file with its SHA-256.

      """
  }

  private var dataSentence: String {
    design.data.isEmpty
      ? "No memory is loaded from a file."
      : "`$readmemh` reads \(design.data.map { "`\($0)`" }.joined(separator: ", ")) from the working directory, or from the folder that the macro `SYSTOLE_DATA` names."
  }

  private var parameters: String {
    let declared = top.parameters.declared
    guard !declared.isEmpty else { return "None.\n" }
    return "| parameter | value | may be | meaning |\n|---|---|---|---|\n"
      + declared.map { "| \($0.name) | \(cell($0.value)) | \(cell($0.choices)) | \(cell($0.sentence)) |\n" }.joined()
  }

  private var ports: String {
    let sentences = IPXACT.sentences(design.interface)
    var text = "| port | direction | width | clock | meaning |\n|---|---|---|---|---|\n"
    for clock in design.clocks {
      text += "| \(clock.clock) | input | 1 | | clock, \(clock.edge.rawValue) edge |\n"
      if let reset = clock.reset {
        let level = clock.resetPolarity == .activeHigh ? "high" : "low"
        text += "| \(reset) | input | 1 | \(clock.clock) | reset, \(clock.resetKind.rawValue), active \(level) |\n"
      }
    }
    for port in design.interface.ports {
      let sign = port.isSigned ? ", signed" : ""
      let clock = port.clock ?? (design.clocks.count == 1 ? design.clocks[0].clock : "")
      let sentence = cell(sentences[port.name] ?? "")
      text += "| \(port.name) | \(port.direction.rawValue) | \(port.width)\(sign) | \(clock) | \(sentence) |\n"
    }
    return text
  }

  private var protocols: String {
    var lines: [String] = []
    let buses = IPXACT.buses(of: design.interface)
    for bus in buses { lines.append("- `\(bus.name)`: \(bus.type.name), \(bus.isMaster ? "manager" : "subordinate")") }
    let inBuses = Set(buses.flatMap { $0.ports.map(\.physical) })
    for (part, _) in design.interface.declared ?? [] where part.kind == .stream {
      guard let valid = part.valid, !inBuses.contains(valid) else { continue }
      let sentence = part.sentence.map { ": " + $0 } ?? ""
      lines.append("- `\(part.name)`: ready/valid stream, \(part.direction?.rawValue ?? "")\(sentence)")
    }
    if lines.isEmpty { return "No handshake: inputs are taken at every clock edge, or the outputs follow them.\n" }
    lines.append(
      "\nA transfer happens at a clock edge with valid and ready 1. Valid does not wait for ready, and what is")
    lines.append("offered stays until it is taken.\n")
    return lines.joined(separator: "\n")
  }

  private var latency: String {
    guard let latency = top.latency else { return "as the handshake says" }
    return latency == 0
      ? "none, the outputs follow the inputs"
      : "\(latency) clock edge\(latency == 1 ? "" : "s") from an input to its output"
  }

  private var clocking: String {
    guard !design.clocks.isEmpty else { return "- Clocks: none; the design is combinational." }
    return design.clocks.map { clock in
      var text = "- Clock `\(clock.clock)`: \(clock.edge.rawValue) edge"
      if let reset = clock.reset {
        text += "; reset `\(reset)` \(clock.resetKind.rawValue), "
        text += clock.resetPolarity == .activeHigh ? "active high" : "active low"
      } else {
        text += "; no reset"
      }
      return text
    }.joined(separator: "\n")
  }

  private var crossings: String {
    let found = design.crossings
    guard !found.isEmpty else { return "- Clock crossings: none.\n" }
    let list = found.map { "  - `\($0.module).\($0.register)` with `\($0.clock)`\n" }.joined()
    return "- Clock crossings, all through these registers (checked when the design was built):\n" + list
  }

  private var statistics: Statistics { design.emitted.manifest.statistics }

  private var multipliers: String {
    let kinds = statistics.multipliers.map {
      "\($0.count) of \($0.leftWidth)×\($0.rightWidth)\($0.isSigned ? " signed" : "")"
    }
    return kinds.isEmpty ? "none" : kinds.joined(separator: ", ")
  }

  private var scan: String {
    let edges = Set(design.clocks.map(\.edge))
    let clocks = edges.count <= 1 ? "All registers act on one kind of edge" : "Registers act on both edges"
    return """
      \(clocks); clocks and resets come from ports, no clock is gated or made in the design, and the language has no
      latch. \(evidence.latches) Enables are written as `if`, from which tools make clock gates.
      """
  }

  private func cell(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ").replacing("|", with: "\\|")
  }
}

/// What is known of a design's correctness when its package is written.
public struct PackageEvidence: Sendable {
  /// What linters said.
  public var lint: [LintFinding]
  /// Latches that Yosys found; nil where it did not run.
  public var latchCount: Int?
  /// Sentences on scores, coverage and proofs, with the command that gives each again.
  public var statements: [String]

  /// Findings and sentences.
  public init(lint: [LintFinding] = [], latchCount: Int? = nil, statements: [String] = []) {
    (self.lint, self.latchCount, self.statements) = (lint, latchCount, statements)
  }

  var latches: String {
    switch latchCount {
    case nil: "Yosys was not there to look for latches."
    case 0: "Yosys finds none in the netlist."
    case let count?: "**Yosys finds \(count) in the netlist.**"
    }
  }

  var text: String {
    var lines = statements.map { "- \($0)" }
    if lint.isEmpty {
      lines.append("- No linter was run.")
    } else {
      let clean = lint.filter(\.isClean).map(\.tool)
      let others = lint.filter { !$0.isClean }.map(\.tool)
      if !clean.isEmpty { lines.append("- Without a warning in \(clean.joined(separator: ", ")).") }
      if !others.isEmpty { lines.append("- **Warnings of \(others.joined(separator: ", "))**: `lint.txt`.") }
    }
    return lines.joined(separator: "\n") + "\n\n"
  }

  /// The report of the linters.
  var report: String {
    lint.isEmpty
      ? "No linter was run.\n"
      : lint.map { finding in
        finding.isClean ? "clean      \(finding.tool)\n" : "COMPLAINS  \(finding.tool)\n\(finding.messages)\n"
      }.joined()
  }
}
