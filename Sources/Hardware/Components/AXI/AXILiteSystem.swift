import HDL

/// A manager, a bus and a register bank: accesses go over AXI4-Lite and come back.
///
/// The bench of both adapters: what comes out is what the bank gives without a bus.
public struct AXILiteSystem: DefaultConfigurable {
  /// The registers.
  public var bank = RegisterBank()

  public init() {}

  public static let parameters: [Parameter<Self>] = RegisterBank.parameters.map { $0.of(\.bank) }

  /// As those of ``RegisterBank``.
  public typealias Ports = RegisterBank.Ports

  public var ports: Ports { bank.ports }

  public var documentation: String { "A register bank behind an AXI4-Lite manager and subordinate." }

  public func validate(_ parameters: inout ParameterCheck) { bank.validate(&parameters) }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let manager = m.instance(
      AXILiteManager { ($0.addressWidth, $0.dataWidth) = (bank.addressWidth, bank.dataWidth) }, "manager")
    let peripheral = m.instance(AXILiteRegisterBank { $0.bank = bank }, "peripheral")
    manager.access <== io.access
    io.response <== manager.response
    peripheral.axi <== manager.axi
    io.value <== peripheral.value
    peripheral.status <== io.status
    peripheral.event <== io.event
    io.pending <== peripheral.pending
  }
}
