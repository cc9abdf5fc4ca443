import HDL
import Netlist

/// Registers that software reads and writes through a stream of accesses.
///
/// Accesses are answered in order, a clock later, one a clock. Behind an ``AXILiteSubordinate`` it is a peripheral; the
/// C header and the SystemRDL text come from its ``map``.
///
/// On words of 64 bits two registers stand side by side, the one of the lower address in the low bits.
///
/// An access to a word without a register is an error, and so is a write of a byte of a register that can only be read, or
/// of the half of a word in which there is none; the other half is written all the same.
/// A write without strobes changes nothing and is no error where there is a register: AXI lets a manager send one, as width
/// converters do. Bytes above the width of a register read as 0, and what is written there is lost. A read changes nothing.
/// On the bus an error is SLVERR: DECERR is for an interconnect that finds no subordinate at an address.
public struct RegisterBank: DefaultConfigurable {
  /// The registers.
  public var map = RegisterMap([
    RegisterDescription("control", width: 8, .readWrite(reset: 1), "What the unit does."),
    RegisterDescription("address", .readWrite(reset: 0), "Where it does it."),
    RegisterDescription("status", width: 12, .readOnly, "How far it is."),
    RegisterDescription("interrupt", width: 3, .writeOneToClear, "What has happened."),
  ])
  public var addressWidth = 8
  public var dataWidth = 32

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("addressWidth", \.addressWidth, in: 3...64, "Bits of an address"),
    .integer("dataWidth", \.dataWidth, of: [32, 64], "Bits of a word"),
  ]

  /// Registers in a word.
  private var lanes: Int { dataWidth / 32 }

  public struct Ports {
    public let access: StreamInput<AccessRequest>
    public let response: StreamOutput<AccessResponse>
    public let value: [Output<Bits>]
    public let status: [Input<Bits>]
    public let event: [Input<Bits>]
    public let pending: [Output<Bits>]
  }

  public var ports: Ports {
    func widths(_ fits: (RegisterDescription.Access) -> Bool) -> [Int] {
      map.registers.filter { fits($0.access) }.map(\.width)
    }
    let events = widths { $0 == .writeOneToClear }
    return Ports(
      access: .init(AccessRequest(addressWidth: addressWidth, dataWidth: dataWidth), "Reads and writes"),
      response: .init(AccessResponse(dataWidth: dataWidth), "Their answers, in order"),
      value: widths { if case .readWrite = $0 { true } else { false } }.map {
        .init($0, "What software has written to a register that it may write")
      },
      status: widths { $0 == .readOnly }.map {
        .init($0, "What software reads of a register that it may only read")
      },
      event: events.map {
        .init(
          $0,
          "1 in a clock in which an event happens, even while software clears it; one bit for each event"
        )
      },
      pending: events.map { .init($0, "Which events have happened") })
  }

  public var documentation: String {
    let rows = map.registers.enumerated().map { "  \(map.address(of: $0)): \($1.name), \($1.width) bits" }
    return "Registers, by address in bytes:\n\(rows.joined(separator: "\n"))\nAn answer shows a clock after its access."
  }

  public func validate(_ parameters: inout ParameterCheck) {
    let (count, counts) = (map.registers.count, RegisterMap.counts)
    let least = max(dataWidth == 64 ? 4 : 3, bits(for: 4 * min(max(count, counts.lowerBound), counts.upperBound) - 1))
    parameters.require(
      addressWidth >= least, "addresses of \(addressWidth) bits for \(count) registers in words of \(dataWidth) bits",
      fix: "use at least \(least) bits")
    for mistake in map.mistakes { parameters.require(false, mistake.message, fix: mistake.fix) }
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let isFull = m.register("is_full", Bit.self, reset: 0)
    let isFree = !isFull | io.response.ready
    let takes = io.access.take(when: isFree).named("takes")
    m.when(isFree) { isFull.next <== io.access.valid }
    io.response.valid <== isFull

    let access = io.access.payload
    let mask = concatenate((0..<dataWidth).reversed().map { access.strobe[$0 / 8] })
    let written = (access.data & mask).named("written")
    let word = access.address.asBits[(dataWidth / 8).trailingZeroBitCount..<addressWidth].asUnsigned
    var (values, statuses, events, pendings) = (io.value[...], io.status[...], io.event[...], io.pending[...])
    var shown: [Bits] = []
    var mayWrite: [Bit] = []
    for (index, register) in map.registers.enumerated() {
      let name = Identifier.snakeCase(register.name)
      let isWritten = (takes & access.isWrite & (word .== UInt(index / lanes))).named("writes_\(name)")
      let low = 32 * (index % lanes)
      let range = low..<low + register.width
      switch register.access {
      case .readWrite(let reset):
        let value = m.register("\(name)_value", Bits.self, width: register.width, reset: Bits(reset))
        m.when(isWritten) { value.next <== ((value & ~mask[range]) | written[range]) }
        values.removeFirst() <== value
        shown.append(value)
      case .readOnly: shown.append(statuses.removeFirst())
      case .writeOneToClear:
        let happens = events.removeFirst()
        let pending = m.register("\(name)_pending", Bits.self, width: register.width, reset: 0)
        pending.next <== ((pending & ~mux(isWritten, written[range], 0)) | happens)
        pendings.removeFirst() <== pending
        shown.append(pending)
      }
      mayWrite.append(Bit(booleanLiteral: register.access != .readOnly))
    }
    // A write without strobes writes nothing, so it breaks no register; but there must be one.
    let count = (map.registers.count + lanes - 1) / lanes
    let missing = count * lanes - map.registers.count
    mayWrite += Array(repeating: m.constant(0, width: 1, as: Bits.self)[0], count: missing)
    shown += Array(repeating: m.constant(0, width: 32, as: Bits.self), count: missing)
    let breaks = (0..<lanes).map { lane in
      let ofLane = stride(from: lane, to: mayWrite.count, by: lanes).map { mayWrite[$0] }
      return access.isWrite & access.strobe[4 * lane..<4 * lane + 4].any & !select(word, ofLane)
    }
    let isBroken = breaks.dropFirst().reduce(breaks[0], |)
    let isAll = count == 1 << word.width
    let isError = isAll ? isBroken : !(word .< UInt(count)) | isBroken
    let words = (0..<count).map { number in
      concatenate((0..<lanes).reversed().map { shown[lanes * number + $0].extended(to: 32) })
    }
    let zero = m.constant(0, width: dataWidth, as: Bits.self)
    let read = mux(isError | access.isWrite, zero, select(word, words))
    let data = m.register("data", read, when: takes)
    let hasFailed = m.register("is_error", isError, when: takes)
    m.assert(
      !(isFull & hasFailed) | !data.any, "errors_show_nothing", "an error comes with a word")
    io.response.payload.data <== data
    io.response.payload.isError <== hasFailed
  }
}
