import HDL

/// A ``RegisterBank`` on AXI4-Lite: a peripheral.
public struct AXILiteRegisterBank: DefaultConfigurable {
  /// The registers.
  public var bank = RegisterBank()

  public init() {}

  public static let parameters: [Parameter<Self>] = RegisterBank.parameters.map { $0.of(\.bank) }

  public struct Ports {
    /// The bus.
    public let axi: Flipped<AXILite>
    public let value: [Output<Bits>]
    public let status: [Input<Bits>]
    public let event: [Input<Bits>]
    public let pending: [Output<Bits>]
  }

  public var ports: Ports {
    let inner = bank.ports
    return Ports(
      axi: .init(AXILite(addressWidth: bank.addressWidth, dataWidth: bank.dataWidth)), value: inner.value,
      status: inner.status, event: inner.event,
      pending: inner.pending)
  }

  public var documentation: String { "On AXI4-Lite. " + bank.documentation }

  public func validate(_ parameters: inout ParameterCheck) { bank.validate(&parameters) }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let adapter = m.instance(
      AXILiteSubordinate { ($0.addressWidth, $0.dataWidth) = (bank.addressWidth, bank.dataWidth) }, "adapter")
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
