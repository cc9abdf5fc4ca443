import Blocks
import HDL
import Netlist
import Verilog

/// From a Swift value to Verilog text.
enum Elaboration {
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
