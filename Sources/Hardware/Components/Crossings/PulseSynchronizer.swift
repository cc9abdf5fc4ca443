import HDL

/// A pulse of one clock as a pulse of another one.
///
/// Each clock of ``HDL/ClockDomain/source`` at which `pulse` is 1 turns a register over; each turn is one clock of
/// ``HDL/ClockDomain/destination`` at which `pulseSeen` is 1, `stages` to `stages` + 1 of its edges later. A turn must
/// stay for more than a clock of the destination to be seen, so two pulses closer than that may both be lost; no pulse is
/// ever seen twice. Both sides are reset together, as those of ``AsynchronousFIFO``, the destination's in time for its
/// clock edge number `stages` after the source's: a reset of the source alone may make a pulse, and an assertion fails at the
/// first one.
public struct PulseSynchronizer: DefaultConfigurable {
  public var stages = 2

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("stages", \.stages, in: 2...16, "Registers between the clocks")
  ]

  public struct Ports {
    public let pulse: Input<Bit>
    public let pulseSeen: Output<Bit>
  }

  public var ports: Ports {
    Ports(
      pulse: .init("1 for a clock of the source for each pulse").in(.source),
      pulseSeen: .init("1 for a clock of the destination for each pulse").in(.destination))
  }

  public var documentation: String {
    """
    A pulse of source_clock as a pulse of destination_clock, through \(stages) registers.
    Pulses must be more than one period of destination_clock apart. Reset both sides together.
    """
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let turned = m.domain(.source) { m.register("turned", Bit.self, reset: 0) }
    m.when(io.pulse) { turned.next <== !turned }
    m.domain(.destination) {
      let seen = m.synchronizer("seen", turned, stages: stages, reset: 0)
      let pulseSeen = seen ^ m.register("earlier", seen, reset: 0)
      m.assertResetTogether(when: pulseSeen, stages: stages)
      io.pulseSeen <== pulseSeen
    }
  }
}
