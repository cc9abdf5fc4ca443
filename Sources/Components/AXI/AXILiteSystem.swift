import HDL

/// A manager, a bus and a register bank: accesses go over AXI4-Lite and come back.
///
/// The bench of both adapters: what comes out is what the bank gives without a bus.
public struct AXILiteSystem: DefaultConfigurable {
  /// The registers.
  public var bank: RegisterBank

  /// The registers of `bank` behind a bus.
  public init(bank: RegisterBank) { self.bank = bank }

  /// The default configuration.
  public init() { self.init(bank: RegisterBank()) }

  /// As those of ``RegisterBank``.
  public typealias Ports = RegisterBank.Ports

  /// The interface for these parameters.
  public var ports: Ports { bank.ports }

  /// What stands above the emitted module.
  public var documentation: String { "A register bank behind an AXI4-Lite manager and subordinate." }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { bank.validate(&parameters) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let manager = m.instance(AXILiteManager(addressWidth: bank.addressWidth, dataWidth: bank.dataWidth), "manager")
    let peripheral = m.instance(AXILiteRegisterBank(bank: bank), "peripheral")
    manager.access <== io.access
    io.response <== manager.response
    peripheral.axi <== manager.axi
    io.value <== peripheral.value
    peripheral.status <== io.status
    peripheral.event <== io.event
    io.pending <== peripheral.pending
  }
}
