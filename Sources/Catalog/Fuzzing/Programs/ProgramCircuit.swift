import Components
import HDL
import Netlist

/// The circuit of a random program: runs its statements against the language.
package struct ProgramCircuit: Generator {
  /// What is built.
  package var program: CircuitProgram

  /// The circuit of `program`.
  package init(_ program: CircuitProgram) { self.program = program }

  /// An array of ports for each kind.
  package struct Ports {
    let bits: [Input<Bit>]
    let unsigned: [Input<UInt>]
    let signed: [Input<SInt>]
    let vectors: [Input<Bits>]
    let streams: [StreamInput<Bits>]
    let bitsOut: [Output<Bit>]
    let unsignedOut: [Output<UInt>]
    let signedOut: [Output<SInt>]
    let vectorsOut: [Output<Bits>]
    let streamsOut: [StreamOutput<Bits>]
  }

  /// The interface of the program.
  package var ports: Ports {
    func placed<P: ClockedPort>(_ port: P, _ domain: ProgramDomain) -> P {
      domain == .main ? port : port.in(program.side)
    }
    func inputs<P: ClockedPort>(_ kind: SignalKind, _ make: (Int) -> P) -> [P] {
      program.inputs(of: kind).map { placed(make($0.result.type.width), $0.domain) }
    }
    func outputs<P: ClockedPort>(_ kind: SignalKind, _ make: (Int) -> P) -> [P] {
      program.outputs(of: kind).map { placed(make($0.operand.type.width), $0.domain) }
    }
    return Ports(
      bits: inputs(.bit) { _ in Input<Bit>() }, unsigned: inputs(.unsigned) { Input<UInt>($0) },
      signed: inputs(.signed) { Input<SInt>($0) }, vectors: inputs(.bits) { Input<Bits>($0) },
      streams: program.streams.map { StreamInput<Bits>($0.width) }, bitsOut: outputs(.bit) { _ in Output<Bit>() },
      unsignedOut: outputs(.unsigned) { Output<UInt>($0) }, signedOut: outputs(.signed) { Output<SInt>($0) },
      vectorsOut: outputs(.bits) { Output<Bits>($0) }, streamsOut: program.streams.map { StreamOutput<Bits>($0.width) })
  }

  /// Runs the statements.
  package func build(_ io: Interior<Ports>, in m: Module) {
    let builder = ProgramBuilder(program, m)
    for (input, value) in zip(program.inputs(of: .bit), io.bits) { builder.values[input.result.id] = Value(value) }
    for (input, value) in zip(program.inputs(of: .unsigned), io.unsigned) {
      builder.values[input.result.id] = Value(value)
    }
    for (input, value) in zip(program.inputs(of: .signed), io.signed) { builder.values[input.result.id] = Value(value) }
    for (input, value) in zip(program.inputs(of: .bits), io.vectors) { builder.values[input.result.id] = Value(value) }
    for statement in program.statements { builder.run(statement) }
    for (output, sink) in zip(program.outputs(of: .bit), io.bitsOut) { sink <== builder.value(output.operand).bit }
    for (output, sink) in zip(program.outputs(of: .unsigned), io.unsignedOut) {
      sink <== builder.value(output.operand).unsigned
    }
    for (output, sink) in zip(program.outputs(of: .signed), io.signedOut) {
      sink <== builder.value(output.operand).signed
    }
    for (output, sink) in zip(program.outputs(of: .bits), io.vectorsOut) {
      sink <== builder.value(output.operand).vector
    }
    for (index, line) in program.streams.enumerated() {
      var stream = io.streams[index]
      for (position, stage) in line.stages.enumerated() {
        let name = "line_\(index)_\(position)"
        switch stage {
        case .pipe: stream = stream.piped(name, in: m)
        case .skidBuffer: stream = stream.skidBuffered(name, in: m)
        case .queue(let depth, let inMemory):
          stream = stream.queued(name, depth: depth, storage: inMemory ? .memory : .registers, in: m)
        case .filter(let bit): stream = stream.filtered(name, in: m) { $0[bit] }
        case .invert(let mask): stream = stream.mapped { $0 ^ m.constant(mask, as: Bits.self) }
        }
      }
      io.streamsOut[index] <== stream
    }
  }
}

extension CircuitProgram {
  /// The inputs of one kind, in the order of the ports.
  func inputs(of kind: SignalKind) -> [Input] { inputs.filter { $0.result.type.kind == kind } }

  /// The outputs of one kind, in the order of the ports.
  func outputs(of kind: SignalKind) -> [Output] { outputs.filter { $0.operand.type.kind == kind } }

  /// The inputs in the order of the ports of the circuit.
  var orderedInputs: [Input] { SignalKind.allCases.flatMap(inputs(of:)) }
  /// The outputs in the order of the ports of the circuit.
  var orderedOutputs: [Output] { SignalKind.allCases.flatMap(outputs(of:)) }
}

/// A signal of any type.
struct Value {
  var kind: SignalKind
  var handle: Handle

  init(_ value: Bit) { (kind, handle) = (.bit, value.handle) }
  init(_ value: UInt) { (kind, handle) = (.unsigned, value.handle) }
  init(_ value: SInt) { (kind, handle) = (.signed, value.handle) }
  init(_ value: Bits) { (kind, handle) = (.bits, value.handle) }

  /// A value that a generic call gave.
  init(_ kind: SignalKind, _ value: some HDL.Signal) { (self.kind, handle) = (kind, value.handle) }

  var bit: Bit { Bit(handle: handle) }
  var unsigned: UInt { UInt(handle: handle) }
  var signed: SInt { SInt(handle: handle) }
  var vector: Bits { Bits(handle: handle) }
}

/// Something that blocks assign.
enum AnySink {
  case bit(Sink<Bit>)
  case unsigned(Sink<UInt>)
  case signed(Sink<SInt>)
  case bits(Sink<Bits>)
}
