import Engine
import Testbench
import Verilator

/// Drives pins in every cycle from Swift: the loop of `runPins` in Benchmarks/raw/main.cpp, pin by pin.
struct PinLoop {
  /// The pins of a stream and the rows that pass it.
  struct Stream {
    let port: StreamPort
    let valid, ready: Pin
    let words: [UInt64]
    let wordsPerRow: Int
    var next = 0

    init(_ port: StreamPort, _ words: [UInt64]) {
      (self.port, valid, ready, self.words) = (port, port.valid, port.ready, words)
      wordsPerRow = port.shape.payload.wordCount
    }

    var isDone: Bool { next == words.count }
    mutating func pass() { next += wordsPerRow }
  }

  private let model: VerilatedModel
  private var inputs: [Stream] = []
  private var outputs: [Stream] = []

  /// Binds the streams of a work to a model.
  init(_ work: StreamWork, _ model: VerilatedModel) throws {
    self.model = model
    for (name, words) in work.streams {
      let port = try StreamPort(model, name)
      if port.shape.direction == .input {
        inputs.append(Stream(port, words))
      } else {
        outputs.append(Stream(port, words))
      }
    }
  }

  /// Runs several times; gives all cycles and the thread's seconds in them.
  mutating func run(repetitions: Int) throws -> (cycles: Int, seconds: Double) {
    var total = (cycles: 0, seconds: 0.0)
    for _ in 0..<repetitions {
      let run = try run()
      total.cycles += run.cycles
      total.seconds += run.seconds
    }
    return total
  }

  /// Runs until every expected row has come, without stalls; gives the cycles and the thread's seconds in them.
  private mutating func run() throws -> (cycles: Int, seconds: Double) {
    try inputs.withUnsafeMutableBufferPointer { inputs in
      try outputs.withUnsafeMutableBufferPointer { outputs in try Self.run(model, inputs, outputs) }
    }
  }

  private static func run(
    _ model: VerilatedModel, _ inputs: UnsafeMutableBufferPointer<Stream>, _ outputs: UnsafeMutableBufferPointer<Stream>
  ) throws -> (cycles: Int, seconds: Double) {
    for index in inputs.indices {
      inputs[index].next = 0
      inputs[index].valid.unsigned = 0
    }
    for index in outputs.indices {
      outputs[index].next = 0
      outputs[index].ready.unsigned = 0
    }
    try model.reset(cycles: 4)
    let start = threadSeconds()
    for output in outputs { output.ready.unsigned = 1 }
    var (cycles, lastRow) = (0, 0)
    var isBusy = true
    while isBusy {
      for index in inputs.indices {
        inputs[index].valid.unsigned = inputs[index].isDone ? 0 : 1
        if !inputs[index].isDone { inputs[index].port.store(inputs[index].words, from: inputs[index].next) }
      }
      try model.settle()
      for index in inputs.indices where !inputs[index].isDone && inputs[index].ready.unsigned == 1 {
        inputs[index].pass()
      }
      isBusy = false
      for index in outputs.indices {
        if outputs[index].valid.unsigned == 1 {
          guard !outputs[index].isDone, outputs[index].port.holds(outputs[index].words, from: outputs[index].next)
          else {
            throw Failure("the engine differs from the golden model at word \(outputs[index].next)")
          }
          outputs[index].pass()
          lastRow = cycles
        }
        if !outputs[index].isDone { isBusy = true }
      }
      try model.step()
      cycles += 1
      guard cycles - lastRow < 100_000 else { throw Failure("no row for 100000 cycles") }
    }
    return (cycles, threadSeconds() - start)
  }
}
