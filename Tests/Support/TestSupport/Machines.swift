public import HDL

/// States of the machines below.
public enum LoaderState: HardwareEnum { case idle, load, run, drain, done }
/// The same with a bit each.
public enum OneHotState: HardwareEnum {
  case idle, load, run, drain, done
  public static var encoding: EnumEncoding { .oneHot }
}
/// The same with neighbours that differ in a bit.
public enum GrayState: HardwareEnum {
  case idle, load, run, drain, done
  public static var encoding: EnumEncoding { .gray }
}

/// A state machine, and what it says in each state.
public struct Loader<State: HardwareEnum>: Generator {
  public struct Ports {
    public let start, isLast, isEmpty: Input<Bit>
    let state: Output<Enum<State>>
    let number: Output<UInt>
    let isBusy: Output<Bit>
  }
  public var ports: Ports {
    Ports(start: .init(), isLast: .init(), isEmpty: .init(), state: .init(), number: .init(4), isBusy: .init())
  }

  public init() {}

  public func build(_ io: Interior<Ports>, in m: Module) {
    let states = Array(State.allCases)
    let (idle, load, run, drain, done) = (states[0], states[1], states[2], states[3], states[4])
    let control = m.stateMachine("control", of: State.self, reset: idle) { control in
      control.when(idle) { m.when(io.start) { control.go(load) } }
      control.when(load) { m.when(io.isLast) { control.go(run) } }
      control.when(run) {
        m.when(io.isEmpty) { control.go(done) }.otherwise(when: io.isLast) { control.go(drain) }
      }
      control.when(drain) { m.when(io.isEmpty) { control.go(done) } }
      control.when(done) { control.go(idle) }
    }
    let earlier = m.register("earlier", State.self, reset: done)
    earlier.next <== mux(io.start, control.state, m.constant(run))
    io.state <== control.state
    m.switch(control.state) {
      $0.case(idle) { io.number <== 3 }
      $0.case(load, run) { io.number <== 5 }
      $0.case(drain) { io.number <== 9 }
      $0.case(done) { io.number <== 14 }
    }
    io.isBusy <== (control.state .!= idle) & (earlier .!= drain)
  }
}

/// One machine for each encoding.
public struct Loaders: DefaultConfigurable {
  public struct Ports {
    let start, isLast, isEmpty: Input<Bit>
    let numbers: [Output<UInt>]
    let busy: [Output<Bit>]
    let state: Output<Enum<LoaderState>>
    let oneHot: Output<Enum<OneHotState>>
    let gray: Output<Enum<GrayState>>
  }
  public var ports: Ports {
    Ports(
      start: .init(), isLast: .init(), isEmpty: .init(), numbers: (0..<3).map { _ in .init(4) },
      busy: (0..<3).map { _ in .init() }, state: .init(), oneHot: .init(), gray: .init())
  }

  public init() {}

  public func build(_ io: Interior<Ports>, in m: Module) {
    func connect<State: HardwareEnum>(_ type: State.Type, _ index: Int) -> Enum<State> {
      let loader = m.instance(Loader<State>(), "loader_\(index)")
      loader.start <== io.start
      loader.isLast <== io.isLast
      loader.isEmpty <== io.isEmpty
      io.numbers[index] <== loader.number
      io.busy[index] <== loader.isBusy
      return loader.state
    }
    io.state <== connect(LoaderState.self, 0)
    io.oneHot <== connect(OneHotState.self, 1)
    io.gray <== connect(GrayState.self, 2)
  }
}
