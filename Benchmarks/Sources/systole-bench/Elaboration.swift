import HDL
import Netlist
import Units
import Verilog

/// From a Swift value to Verilog text.
enum Elaboration {
  /// The figures of arrays from Swift value to Verilog.
  static func measure() throws -> [String: Double] {
    progress("Elaborating arrays")
    let small = try measure(64, repetitions: 40)
    let large = try measure(256, repetitions: 5)
    return [
      "elaborate_64_s": small.wall, "elaborate_64_cpu_s": small.processor, "elaborate_256_s": large.wall,
      "elaborate_256_cpu_s": large.processor,
    ]
  }

  /// The best wall and processor times for an array of `size` × `size` cells.
  static func measure(_ size: Int, repetitions: Int) throws -> (wall: Double, processor: Double) {
    var (wall, processor) = (Double.infinity, Double.infinity)
    for _ in 0..<repetitions {
      let (startWall, startProcessor) = (wallSeconds(), processorSeconds())
      let circuit = try WeightStationaryArray(rows: size, columns: size).elaborate().simplified()
      let files = circuit.verilog()
      (wall, processor) = (min(wall, wallSeconds() - startWall), min(processor, processorSeconds() - startProcessor))
      guard files.count == 2 else { throw Failure("the array has \(files.count) modules instead of 2") }
    }
    return (wall, processor)
  }
}
