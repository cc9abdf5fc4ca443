public import HDL

/// The only state that there is.
public enum OnlyState: HardwareEnum { case only }
/// Cases of a type with parameters, whose name is no identifier.
public enum ParameterState<T: Hashable & Sendable>: HardwareEnum { case on, off }

/// The smallest of everything: a word of a bit, a lane, a state.
public struct OddShapes: DefaultConfigurable {
  public struct Ports {
    let value: Input<Bits>
    let enable: Input<Bit>
    let entry, word: Output<Bits>
    let isOn, isOnly: Output<Bit>
  }
  public var ports: Ports {
    Ports(value: .init(1), enable: .init(), entry: .init(1), word: .init(1), isOn: .init(), isOnly: .init())
  }

  public init() {}

  public func build(_ io: Interior<Ports>, in m: Module) {
    io.entry <== m.rom("entries", Bits.self, width: 1, contents: [1]).read(at: 0)
    let memory = m.memory("ram", Bits.self, width: 1, depth: 2, lanes: 1, contents: [0])
    memory.write(io.value, at: io.value.asUnsigned, when: io.enable)
    io.word <== memory.read(at: io.value.asUnsigned)
    let only = m.stateMachine("only", of: OnlyState.self, reset: .only) { only in
      only.when(.only) { m.when(io.enable) { only.go(.only) } }
    }
    io.isOnly <== only.isIn(.only)
    let state = m.stateMachine("state", of: ParameterState<Int>.self, reset: .on) { state in
      state.when(.on) { m.when(io.enable) { state.go(.off) } }
      state.when(.off) { state.go(.on) }
    }
    io.isOn <== state.isIn(.on)
  }
}
