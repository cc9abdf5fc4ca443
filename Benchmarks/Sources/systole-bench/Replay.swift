import Engine
import Foundation
import Netlist
import Simulator
import Testbench

/// What a bench drives into a design and what came out, cycle by cycle from the reset on: stimuli that any simulator can
/// be given.
struct Replay {
  /// A port, reset included, and where its bytes stand in a row.
  struct Port {
    let name: String
    let width: Int
    let start: Int

    var byteCount: Int { Pin.byteCount(width: width) }
  }

  let inputs, outputs: [Port]
  let inputBytes, outputBytes: Int
  private(set) var cycles = 0
  /// The rows of all cycles, in the layout of pins.
  private(set) var stimuli: [UInt8] = []
  private(set) var answers: [UInt8] = []
  /// The clocks that tick at the end of each cycle, a bit for each.
  private(set) var ticks: [UInt64] = []

  /// Runs a bench on the native simulator and keeps the first cycles.
  init(of bench: some Bench, _ circuit: Circuit, cycles limit: Int) throws {
    let model = try NativeModel(circuit)
    (inputs, inputBytes) = Self.rows(Self.pins(of: model, .input))
    (outputs, outputBytes) = Self.rows(Self.pins(of: model, .output))
    let recorder = RecordingEngine(model, limit: limit)
    _ = try bench.run(on: recorder).checked()
    (stimuli, answers, ticks) = (recorder.stimuli, recorder.answers, recorder.ticks)
    cycles = ticks.count
  }

  /// Some passes of the native simulator through these rows: cycles and processor seconds. Checks the answers of a first
  /// pass.
  func nativeLoop(_ circuit: Circuit) throws -> () throws -> (cycles: Int, seconds: Double) {
    // Icarus is not told to check assertions either.
    let model = try NativeModel(circuit, options: .init(checksAssertions: false))
    let (drives, checks) = (inputs.bound(to: model, .input), outputs.bound(to: model, .output))
    func pass() throws -> Int {
      var wrong = 0
      try stimuli.withUnsafeBytes { stimuli in
        try answers.withUnsafeBytes { answers in
          for cycle in 0..<cycles {
            let (row, answer) = (stimuli.baseAddress! + cycle * inputBytes, answers.baseAddress! + cycle * outputBytes)
            for pin in drives { pin.storage.copyMemory(from: row + pin.start, byteCount: pin.byteCount) }
            model.settle()
            for pin in checks where memcmp(pin.storage, answer + pin.start, pin.byteCount) != 0 { wrong += 1 }
            try model.step(clocks: ticks[cycle])
          }
        }
      }
      return wrong
    }
    guard try pass() == 0 else { throw Failure("the native simulator answers otherwise in a second run") }
    return {
      let start = threadSeconds()
      var passes = 0
      while threadSeconds() - start < 0.15 {
        _ = try pass()
        passes += 1
      }
      return (passes * cycles, threadSeconds() - start)
    }
  }

  /// The ports of one direction, resets among the inputs.
  static func pins(of engine: some Engine, _ direction: PortDirection) -> [(name: String, pin: Pin)] {
    var pins = engine.interface.ports.indices.filter { engine.interface.ports[$0].direction == direction }
      .map { (engine.interface.ports[$0].name, engine.pin(at: $0)) }
    guard direction == .input else { return pins }
    for (index, clock) in engine.interface.clocks.enumerated() {
      if let reset = clock.reset, let pin = engine.resetPin(ofClock: index) { pins.append((reset, pin)) }
    }
    return pins
  }

  private static func rows(_ pins: [(name: String, pin: Pin)]) -> (ports: [Port], bytes: Int) {
    var ports: [Port] = []
    var bytes = 0
    for (name, pin) in pins {
      ports.append(Port(name: name, width: pin.width, start: bytes))
      bytes += Pin.byteCount(width: pin.width)
    }
    return (ports, bytes)
  }
}

/// A port's storage in a model, and where its bytes stand in a row.
private struct BoundPort {
  let storage: UnsafeMutableRawPointer
  let start: Int
  let byteCount: Int
}

extension [Replay.Port] {
  fileprivate func bound(to engine: some Engine, _ direction: PortDirection) -> [BoundPort] {
    zip(self, Replay.pins(of: engine, direction)).map { port, pin in
      BoundPort(storage: pin.pin.storage, start: port.start, byteCount: port.byteCount)
    }
  }
}

/// Passes everything on to a native model, and notes all pins at each edge.
private final class RecordingEngine: Engine {
  private let model: NativeModel
  private let limit: Int
  private let inputs, outputs: [Pin]
  private(set) var stimuli: [UInt8] = []
  private(set) var answers: [UInt8] = []
  private(set) var ticks: [UInt64] = []

  init(_ model: NativeModel, limit: Int) {
    self.model = model
    self.limit = limit
    (inputs, outputs) = (Replay.pins(of: model, .input).map(\.pin), Replay.pins(of: model, .output).map(\.pin))
  }

  var interface: ModuleInterface { model.interface }
  var cycle: UInt64 { model.cycle }
  func pin(at index: Int) -> Pin { model.pin(at: index) }
  func resetPin(ofClock index: Int) -> Pin? { model.resetPin(ofClock: index) }
  func settle() { model.settle() }

  func step(clocks: UInt64) throws(EngineFailure) {
    if ticks.count < limit {
      for pin in inputs { stimuli += bytes(pin) }
      for pin in outputs { answers += bytes(pin) }
      ticks.append(clocks)
    }
    try model.step(clocks: clocks)
  }

  private func bytes(_ pin: Pin) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: pin.storage, count: Pin.byteCount(width: pin.width))
  }

  func startTrace(path: String) throws(EngineFailure) { try model.startTrace(path: path) }
  func stopTrace() throws(EngineFailure) { try model.stopTrace() }
}
