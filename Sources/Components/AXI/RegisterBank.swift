import HDL
import Netlist

/// Registers that software reads and writes through a stream of accesses.
///
/// Accesses are answered in order, a clock later, one a clock. Behind an ``AXILiteSubordinate`` it is a peripheral; the
/// C header and the SystemRDL text come from its ``map``.
///
/// An access to an address without a register is an error, and so is a write of a byte of a register that can only be read.
/// A write without strobes changes nothing and is no error where there is a register: AXI lets a manager send one, as width
/// converters do. Bytes above the width of a register read as 0, and what is written there is lost. A read changes nothing.
/// On the bus an error is SLVERR: DECERR is for an interconnect that finds no subordinate at an address.
public struct RegisterBank: DefaultConfigurable {
  /// The registers.
  public var map: RegisterMap
  /// Bits of an address.
  public var addressWidth: Int

  /// A bank of the registers of `map`.
  public init(map: RegisterMap, addressWidth: Int = 8) {
    self.map = map
    self.addressWidth = addressWidth
  }

  /// The default configuration.
  public init() {
    self.init(
      map: RegisterMap([
        RegisterDescription("control", width: 8, .readWrite(reset: 1), "What the unit does."),
        RegisterDescription("address", .readWrite(reset: 0), "Where it does it."),
        RegisterDescription("status", width: 12, .readOnly, "How far it is."),
        RegisterDescription("interrupt", width: 3, .writeOneToClear, "What has happened."),
      ]))
  }

  /// Accesses, and the registers from the side of the hardware.
  public struct Ports {
    /// Reads and writes.
    public let access: StreamInput<AccessRequest>
    /// Their answers, in order.
    public let response: StreamOutput<AccessResponse>
    /// What software has written, one for each register that it may write, in the order of the map.
    public let value: [Output<Bits>]
    /// What software reads, one for each register that it may only read.
    public let status: [Input<Bits>]
    /// 1 in a clock in which an event happens, one for each register of events. It counts even while software clears it.
    public let event: [Input<Bits>]
    /// Which events have happened, one for each register of events.
    public let pending: [Output<Bits>]
  }

  /// The interface for these parameters.
  public var ports: Ports {
    func widths(_ fits: (RegisterDescription.Access) -> Bool) -> [Int] {
      map.registers.filter { fits($0.access) }.map(\.width)
    }
    let events = widths { $0 == .writeOneToClear }
    return Ports(
      access: .init(AccessRequest(addressWidth: addressWidth)), response: .init(AccessResponse()),
      value: widths { if case .readWrite = $0 { true } else { false } }.map { .init($0) },
      status: widths { $0 == .readOnly }.map { .init($0) }, event: events.map { .init($0) },
      pending: events.map { .init($0) })
  }

  /// What stands above the emitted module.
  public var documentation: String {
    let rows = map.registers.enumerated().map { "  \(map.address(of: $0)): \($1.name), \($1.width) bits" }
    return "Registers, by address in bytes:\n\(rows.joined(separator: "\n"))\nAn answer shows a clock after its access."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require(
      "addressWidth", addressWidth,
      in: max(3, bits(for: 4 * min(RegisterMap.counts.upperBound, max(1, map.registers.count)) - 1))...64)
    for mistake in map.mistakes { parameters.require(false, mistake.message, fix: mistake.fix) }
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let isFull = m.register("is_full", Bit.self, reset: 0)
    let isFree = !isFull.value | io.response.ready
    let takes = io.access.take(when: isFree).named("takes")
    m.assertKept(io.access, taken: takes, "access")
    m.when(isFree) { isFull <== io.access.valid }
    io.response.valid <== isFull.value

    let access = io.access.payload
    let mask = concatenate((0..<32).reversed().map { access.strobe[$0 / 8] })
    let written = (access.data & mask).named("written")
    let word = access.address.asBits[2..<addressWidth].asUnsigned
    var (values, statuses, events, pendings) = (io.value[...], io.status[...], io.event[...], io.pending[...])
    var words: [Bits] = []
    var mayWrite: [Bit] = []
    for (index, register) in map.registers.enumerated() {
      let name = Identifier.snakeCase(register.name)
      let isWritten = (takes & access.isWrite & (word .== UInt(index))).named("writes_\(name)")
      let range = 0..<register.width
      switch register.access {
      case .readWrite(let reset):
        let value = m.register("\(name)_value", Bits.self, width: register.width, reset: Bits(reset))
        m.when(isWritten) { value <== ((value.value & ~mask[range]) | written[range]) }
        values.removeFirst() <== value.value
        words.append(value.value)
      case .readOnly: words.append(statuses.removeFirst())
      case .writeOneToClear:
        let happens = events.removeFirst()
        let pending = m.register("\(name)_pending", Bits.self, width: register.width, reset: 0)
        pending <== ((pending.value & ~mux(isWritten, written[range], 0)) | happens)
        pendings.removeFirst() <== pending.value
        words.append(pending.value)
      }
      mayWrite.append(Bit(booleanLiteral: register.access != .readOnly))
    }
    // A write without strobes writes nothing, so it breaks no register; but there must be one.
    let breaks = access.isWrite & access.strobe.any & !select(word, mayWrite)
    let isAll = map.registers.count == 1 << word.width
    let isError = isAll ? breaks : !(word .< UInt(map.registers.count)) | breaks
    let read = mux(isError | access.isWrite, 0, select(word, words.map { $0.extended(to: 32) }))
    let data = m.register("data", read, when: takes)
    let hasFailed = m.register("is_error", isError, when: takes)
    m.assert(
      !(isFull.value & hasFailed) | !data.any, "errors_show_nothing", "an error comes with a word")
    io.response.payload.data <== data
    io.response.payload.isError <== hasFailed
  }
}
