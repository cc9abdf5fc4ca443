import AccelTran

/// 128 runs of the authors' simulator in its fast mode: 8 machines, 16 models each.
///
/// Source: `dataset_accelerator.json` of jha-lab/transcode (BSD-3-Clause), figures only.
enum PublishedRuns {
  /// A machine and its published area in mm².
  struct Machine {
    let configuration: AccelTranConfiguration
    let area: Double
  }

  /// A run: machine, model, cycles, and energies in nJ: buffer, main memory, and pairs for lanes, softmax, layer
  /// normalisation, sparsity and others.
  struct Run {
    let machine: Int
    let model: Int
    let cycles: Int
    let energies: [Double]
  }

  static let machines: [Machine] = [
    machine(
      [1, 8, 1024, 32, 16, 64, 16],
      buffers: [64, 64, 8], memory: 5, area: 2148.9439284638756),
    machine(
      [1, 16, 128, 64, 1, 64, 4],
      buffers: [64, 64, 8], memory: 4, area: 852.6615027752948),
    machine(
      [1, 16, 512, 64, 1, 32, 4],
      buffers: [32, 128, 8], memory: 0, area: 1862.9976638566404),
    machine(
      [1, 32, 512, 128, 1, 16, 32],
      buffers: [64, 128, 4], memory: 3, area: 3710.991540692258),
    machine(
      [4, 8, 1024, 16, 16, 32, 32],
      buffers: [32, 128, 8], memory: 4, area: 1153.437887401961),
    machine(
      [4, 16, 512, 128, 16, 32, 16],
      buffers: [4, 64, 16], memory: 7, area: 2674.0101556105615),
    machine(
      [4, 16, 1024, 32, 16, 2, 4],
      buffers: [16, 64, 2], memory: 8, area: 931.5230122827764),
    machine(
      [4, 32, 256, 128, 1, 8, 32],
      buffers: [32, 16, 16], memory: 10, area: 1131.9546280773104),
  ]

  private static func machine(_ sizes: [Int], buffers: [Double], memory: Int, area: Double) -> Machine {
    let configuration = AccelTranConfiguration(
      tileBatch: sizes[0], tile: sizes[1], processingElements: sizes[2], lanes: sizes[3], multipliers: sizes[4],
      softmaxUnits: sizes[5], batch: sizes[6], activationBuffer: buffers[0], weightBuffer: buffers[1],
      maskBuffer: buffers[2], memory: MainMemory.published[memory])
    return Machine(configuration: configuration, area: area)
  }

  static let all: [Run] = (first + ";" + second).split(separator: ";").map { entry in
    let words = entry.split(whereSeparator: \.isWhitespace)
    return Run(
      machine: Int(words[0]) ?? -1, model: Int(words[1]) ?? -1, cycles: Int(words[2]) ?? -1,
      energies: words[3...].compactMap { Double($0) })
  }
}
