import HDL
import Netlist

extension CircuitProgram {
  /// The program as a Swift file that compiles as it stands: one generator for each cell and one for the whole.
  package var swiftText: String {
    var generators: [String: String] = [:]
    var order: [String] = []
    func visit(_ program: CircuitProgram) {
      for cell in program.cells where program.usedCells.contains(cell.name) { visit(cell) }
      guard generators[program.name] == nil else { return }
      var printer = SwiftPrinter(program)
      generators[program.name] = printer.generator()
      order.append(program.name)
    }
    visit(self)
    let texts = order.compactMap { generators[$0] }
    let all = texts.joined()
    var imports = ["HDL", "Netlist"]
    if streams.contains(where: { !$0.stages.isEmpty }) || all.contains("PipeStage(") || all.contains("SkidBuffer(")
      || all.contains("StreamFIFO(") || all.contains("m.delayed(")
    {
      imports.insert("Components", at: 0)
    }
    let header = imports.map { "import \($0)\n" }.joined()
    let phases = EnumEncoding.all.filter { all.contains("\($0.phaseName).self") }.map(\.phaseText)
    let bundles = all.contains("Parcel(flag") ? [Parcel.text] : []
    return ([header] + phases + bundles + texts).joined(separator: "\n")
  }

  var usedCells: Set<String> {
    Set(statements.compactMap { $0.cell.map { cells[$0].name } })
  }
}

extension EnumEncoding {
  static let all: [EnumEncoding] = [.binary, .oneHot, .gray]

  var phaseName: String { "\(phase)" }

  var phaseText: String {
    var text = "enum \(phaseName): HardwareEnum {\n  case \(stateNames.joined(separator: ", "))\n"
    if self != .binary { text += "  static var encoding: EnumEncoding { .\(self) }\n" }
    return text + "}\n"
  }
}

/// Prints one program as a generator.
struct SwiftPrinter {
  let program: CircuitProgram
  var text = ""
  var depth = 0

  init(_ program: CircuitProgram) { self.program = program }

  mutating func line(_ content: String) {
    text += String(repeating: "  ", count: depth) + content + "\n"
  }

  mutating func nested(_ head: String, _ body: (inout SwiftPrinter) -> Void) {
    line(head)
    depth += 1
    body(&self)
    depth -= 1
  }

  /// The generator type.
  mutating func generator() -> String {
    nested("struct \(program.name): Generator {") { printer in
      printer.declareSide()
      printer.declarePorts()
      printer.nested("func build(_ io: Interior<Ports>, in m: Module) {") { $0.body() }
      printer.line("}")
      printer.addRelations()
    }
    line("}")
    return text
  }

  private var usesSide: Bool {
    program.inputs.contains { $0.domain == .side } || program.outputs.contains { $0.domain == .side }
      || program.statements.contains(where: \.usesSide)
  }

  private mutating func declareSide() {
    guard usesSide else { return }
    var parts = ["\"side\""]
    if let reset = program.sideReset { parts.append("reset: ResetStyle(.\(reset.kind), .\(reset.polarity))") }
    if program.sideEdge == .falling { parts.append("edge: .falling") }
    line("static let side = ClockDomain(\(parts.joined(separator: ", ")))")
  }

  private static let arrays: [(kind: SignalKind, input: String, output: String)] = [
    (.bit, "bits", "bitsOut"), (.unsigned, "unsigned", "unsignedOut"), (.signed, "signed", "signedOut"),
    (.bits, "vectors", "vectorsOut"),
  ]

  private mutating func declarePorts() {
    var fields: [String] = []
    var values: [String] = []
    func add(_ name: String, _ type: String, _ elements: [String]) {
      guard !elements.isEmpty else { return }
      fields.append("let \(name): [\(type)]")
      values.append("\(name): [\(elements.joined(separator: ", "))]")
    }
    func port(_ type: ValueType, _ domain: ProgramDomain) -> String {
      ".init(\(type.kind == .bit ? "" : "\(type.width)"))" + (domain == .side ? ".in(Self.side)" : "")
    }
    for array in Self.arrays {
      add(
        array.input, "Input<\(array.kind.swiftName)>",
        program.inputs(of: array.kind).map { port($0.result.type, $0.domain) })
    }
    add("streams", "StreamInput<Bits>", program.streams.map { ".init(\($0.width))" })
    for array in Self.arrays {
      add(
        array.output, "Output<\(array.kind.swiftName)>",
        program.outputs(of: array.kind).map { port($0.operand.type, $0.domain) })
    }
    add("streamsOut", "StreamOutput<Bits>", program.streams.map { ".init(\($0.width))" })
    nested("struct Ports {") { printer in for field in fields { printer.line(field) } }
    line("}")
    line("var ports: Ports {")
    line("  Ports(\(values.joined(separator: ", ")))")
    line("}")
  }

  private mutating func body() {
    for array in Self.arrays {
      for (index, input) in program.inputs(of: array.kind).enumerated() where isRead(input.result.id) {
        line("let v\(input.result.id) = io.\(array.input)[\(index)]")
      }
    }
    for statement in program.statements { add(statement) }
    for array in Self.arrays {
      for (index, output) in program.outputs(of: array.kind).enumerated() {
        line("io.\(array.output)[\(index)] <== \(name(output.operand))")
      }
    }
    for (index, stream) in program.streams.enumerated() { add(stream, index) }
  }

  private mutating func add(_ stream: CircuitProgram.StreamLine, _ index: Int) {
    line("io.streamsOut[\(index)] <== io.streams[\(index)]")
    for (position, stage) in stream.stages.enumerated() {
      let name = "\"line_\(index)_\(position)\""
      let call =
        switch stage {
        case .pipe: ".piped(\(name), in: m)"
        case .skidBuffer: ".skidBuffered(\(name), in: m)"
        case .queue(let depth, let inMemory):
          ".queued(\(name), depth: \(depth), storage: \(inMemory ? ".memory" : ".registers"), in: m)"
        case .filter(let bit): ".filtered(\(name), in: m) { $0[\(bit)] }"
        case .invert(let mask): ".mapped { $0 ^ \(constant(mask, .bits)) }"
        }
      line("  " + call)
    }
  }

  /// Whether something reads a value: the compiler warns of names that nothing reads.
  func isRead(_ id: Int) -> Bool {
    program.outputs.contains { $0.operand.value == id }
      || program.statements.contains { $0.operands.contains { $0.value == id } }
  }

  /// Whether a block assigns a wire or register.
  func isAssigned(_ id: Int) -> Bool { program.statements.contains { $0.targets.contains(id) } }

  // MARK: Operands

  func name(_ operand: Operand) -> String {
    switch operand.source {
    case .constant(let bits): return constant(bits, operand.type.kind)
    case .value(let id):
      return isVariable(id) ? "r\(id)" : "v\(id)"
    }
  }

  /// Whether a value is that of a register that is assigned after it is made.
  func isVariable(_ id: Int) -> Bool {
    program.statements.contains { if case .variable(let result, _, _) = $0 { result.id == id } else { false } }
  }

  func constant(_ bits: BitVector, _ kind: SignalKind) -> String {
    let type = kind == .bit ? "Bits" : kind.swiftName
    let suffix = kind == .bit ? "[0]" : ""
    guard bits.width > 62 else {
      let magnitude = Int(bits.words[0])
      let isNegative = kind == .signed && bits.isNegative
      let value = isNegative ? magnitude - 1 << bits.width : magnitude
      return "m.constant(\(value), width: \(bits.width), as: \(type).self)\(suffix)"
    }
    let words = bits.words.map { "0x" + String($0, radix: 16) }.joined(separator: ", ")
    return "m.constant(BitVector(words: [\(words)], width: \(bits.width)), as: \(type).self)\(suffix)"
  }
}

extension Statement {
  var usesSide: Bool {
    switch self {
    case .pipeline(_, _, _, _, let domain), .variable(_, _, let domain), .block(_, _, let domain),
      .crossing(_, _, _, _, let domain), .delay(_, _, _, _, let domain):
      domain == .side
    case .grid(let use): use.domain == .side
    case .memory(let use): use.isShared
    case .instance(let use): use.domain == .side
    case .machine(let use): use.domain == .side
    case .compute, .name, .component, .bundle: false
    }
  }
}
