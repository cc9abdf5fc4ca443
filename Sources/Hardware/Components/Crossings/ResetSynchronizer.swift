import HDL

/// A reset that begins at once and ends in step with the clock.
///
/// `active` is 1 from the beginning of the reset, clock or not, until `stages` edges after its end: registers that leave a
/// reset near an edge of their clock may otherwise begin in different cycles. The reset that comes in may be of any clock
/// or of none:
///
/// ```swift
/// let reset = m.instance(ResetSynchronizer(), "bus_reset", clocks: [.main: bus], resets: [.main: io.request])
/// let core = m.instance(Core(), "core", clocks: [.main: bus], resets: [.main: reset.active])
/// ```
public struct ResetSynchronizer: DefaultConfigurable {
  public var stages = 2

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer(
      "stages", \.stages, in: 2...16, "Edges from the end of the reset that comes in to that of the one that goes out")
  ]

  /// The reset that goes out; the one that comes in is that of the clock.
  public struct Ports {
    public let active: Output<Bit>
  }

  public var ports: Ports { Ports(active: .init("1 in reset")) }

  public var documentation: String {
    "Begins a reset at once and ends it \(stages) clock edges after the reset that comes in."
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    m.domain(.main(reset: ResetStyle(.asynchronous))) {
      io.active <== m.synchronizer("stage", 0, stages: stages, reset: 1, initial: 1)
    }
  }
}
