import HDL

/// A ``RegisterBank`` on AXI4-Lite: a peripheral.
public struct AXILiteRegisterBank: DefaultConfigurable {
  /// The registers.
  public var bank: RegisterBank

  /// The registers of `bank` on a bus.
  public init(bank: RegisterBank) { self.bank = bank }

  /// The default configuration.
  public init() { self.init(bank: RegisterBank()) }

  /// The bus, and the registers from the side of the hardware.
  public struct Ports {
    /// The bus.
    public let axi: Flipped<AXILite>
    public let value: [Output<Bits>]
    public let status: [Input<Bits>]
    public let event: [Input<Bits>]
    public let pending: [Output<Bits>]
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let inner = bank.ports
    return Ports(
      axi: .init(AXILite(addressWidth: bank.addressWidth, dataWidth: bank.dataWidth)), value: inner.value,
      status: inner.status, event: inner.event,
      pending: inner.pending)
  }

  /// What stands above the emitted module.
  public var documentation: String { "On AXI4-Lite. " + bank.documentation }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { bank.validate(&parameters) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let adapter = m.instance(AXILiteSubordinate(addressWidth: bank.addressWidth, dataWidth: bank.dataWidth), "adapter")
    let registers = m.instance(bank, "registers")
    adapter.axi <== io.axi
    registers.access <== adapter.access
    adapter.response <== registers.response
    io.value <== registers.value
    registers.status <== io.status
    registers.event <== io.event
    io.pending <== registers.pending
  }
}
