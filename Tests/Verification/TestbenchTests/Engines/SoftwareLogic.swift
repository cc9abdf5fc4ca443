import Netlist

/// Combinational logic of unsigned ports, given as a function.
final class SoftwareLogic: SoftwareEngine {
  private let inputs: Int
  private let logic: ([UInt64]) -> [UInt64]

  /// Ports by name and width; `logic` makes the values of the outputs from those of the inputs.
  init(_ name: String, inputs: [(String, Int)], outputs: [(String, Int)], _ logic: @escaping ([UInt64]) -> [UInt64]) {
    self.inputs = inputs.count
    self.logic = logic
    super.init(
      name,
      inputs.map { PortShape(name: $0.0, direction: .input, width: $0.1) }
        + outputs.map { PortShape(name: $0.0, direction: .output, width: $0.1) })
  }

  override func combine() {
    let values = (0..<inputs).map { pin(at: $0).unsigned }
    for (index, value) in logic(values).enumerated() { pin(at: inputs + index).unsigned = value }
  }
}
