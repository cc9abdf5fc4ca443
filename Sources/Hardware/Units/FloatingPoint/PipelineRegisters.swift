import HDL

/// The pipeline of a unit: registers at some of the places where one can stand.
struct PipelineRegisters {
  let module: Module
  /// While it is 0 every register keeps its value.
  let enable: Bit?
  /// The places, counted along the data path, where a register stands.
  let places: Set<Int>

  /// `value` itself, or behind a register where one stands at `place`.
  func callAsFunction<T: HardwareValue>(_ name: String, _ value: T, at place: Int) -> T {
    places.contains(place) ? module.register(name, value, when: enable) : value
  }
}

/// The sentence about time in the documentation of a unit.
func timing(stages: Int, hasEnable: Bool) -> String {
  guard stages > 0 else { return "Combinational." }
  let latency = stages == 1 ? "1 clock edge" : "\(stages) clock edges"
  return "\(latency) later, one result a clock"
    + (hasEnable ? ", while enable is 1; else everything stands still." : ".") + " No register is reset."
}
