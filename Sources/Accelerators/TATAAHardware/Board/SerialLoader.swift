import Components
import HDL

/// Reads and writes words of 32 bits for a host at the other end of a serial line.
///
/// | the host sends | the loader answers |
/// |---|---|
/// | `57` address word | `4B`, or `45` when the access was an error |
/// | `52` address | the same byte, then the word |
///
/// Address and word are four bytes each, the low one first. One request at a time: the host waits for the whole answer. Other
/// bytes where a request may begin have no effect, so that nine bytes of `00` bring the loader back from anywhere.
public struct SerialLoader: DefaultConfigurable {
  /// Clocks of a bit of the line.
  public var divisor = 25

  /// The default configuration.
  public init() {}

  /// Its parameters.
  public static let parameters: [Parameter<Self>] = [
    .integer("divisor", \.divisor, in: 4...65536, "Clocks of a bit of the line")
  ]

  /// The byte that begins a request, or its answer.
  public enum Byte: Int, Sendable {
    /// A word is to be written.
    case write = 0x57
    /// A word is to be read.
    case read = 0x52
    /// The access is done.
    case done = 0x4B
    /// The access was an error.
    case error = 0x45

    /// What stands on the line.
    func code(in m: Module) -> Bits { m.constant(rawValue, width: 8, as: Bits.self) }
  }

  /// The line and the accesses.
  public struct Ports {
    public let receive: Input<Bit>
    public let transmit: Output<Bit>
    public let access: StreamOutput<AccessRequest>
    public let response: StreamInput<AccessResponse>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      receive: .init("The line from the host, 1 at rest; it may change at any time").asynchronous(),
      transmit: .init("The line to the host, 1 at rest"),
      access: .init(AccessRequest(addressWidth: 32), "Accesses"), response: .init(AccessResponse(), "Their answers"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Words of 32 bits over a serial line of \(divisor) clocks a bit. 57 address word writes, 52 address reads; one at a time."
  }

  private enum Phase: HardwareEnum { case request, address, word, access, answer, status, reply }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let receiver = m.instance(SerialReceiver { $0.divisor = divisor }, "receiver")
    let transmitter = m.instance(SerialTransmitter { $0.divisor = divisor }, "transmitter")
    receiver.line <== io.receive
    io.transmit <== transmitter.line
    let isWrite = m.register("is_write", Bit.self)
    let isError = m.register("is_error", Bit.self)
    let count = m.register("bytes_before", UInt.self, width: 2)
    let address = m.register("address", UInt.self, width: 32)
    let word = m.register("word", Bits.self, width: 32)
    let isFourth = (count .== 3).named("is_fourth")
    let isRequest = ((receiver.item .== Byte.write.code(in: m)) | (receiver.item .== Byte.read.code(in: m))).named(
      "is_request")
    let phases = m.stateMachine("phase", of: Phase.self, reset: .request) { phase in
      phase.when(.request) {
        count.next <== 0
        m.when(receiver.arrives & isRequest) {
          isWrite.next <== (receiver.item .== Byte.write.code(in: m))
          phase.go(.address)
        }
      }
      phase.when(.address) {
        m.when(receiver.arrives) {
          address.next <== concatenate(receiver.item, address.asBits[8..<32]).asUnsigned
          count.next <== count &+ 1
          m.when(isFourth & isWrite) { phase.go(.word) }.otherwise(when: isFourth) { phase.go(.access) }
        }
      }
      phase.when(.word) {
        m.when(receiver.arrives) {
          word.next <== concatenate(receiver.item, word[8..<32])
          count.next <== count &+ 1
          m.when(isFourth) { phase.go(.access) }
        }
      }
      phase.when(.access) {
        m.when(io.access.ready) { phase.go(.answer) }
      }
      phase.when(.answer) {
        m.when(io.response.valid) {
          isError.next <== io.response.payload.isError
          word.next <== io.response.payload.data
          phase.go(.status)
        }
      }
      phase.when(.status) {
        m.when(!transmitter.isBusy & isWrite) { phase.go(.request) }
          .otherwise(when: !transmitter.isBusy) { phase.go(.reply) }
      }
      phase.when(.reply) {
        m.when(!transmitter.isBusy) {
          word.next <== concatenate(word[0..<8], word[8..<32])
          count.next <== count &+ 1
          m.when(isFourth) { phase.go(.request) }
        }
      }
    }
    io.access.valid <== phases.isIn(.access)
    io.access.payload.isWrite <== isWrite
    io.access.payload.address <== address
    io.access.payload.data <== word
    io.access.payload.strobe <== Bits(15)
    io.response.take(when: phases.isIn(.answer))
    transmitter.sends <== (phases.isIn(.status) | phases.isIn(.reply))
    transmitter.item
      <== mux(phases.isIn(.status), mux(isError, Byte.error.code(in: m), Byte.done.code(in: m)), word[0..<8])
  }
}
