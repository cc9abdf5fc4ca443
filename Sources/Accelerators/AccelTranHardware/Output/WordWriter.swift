import AccelTran
import Components
import HDL

/// Stores words over AXI4, a burst of one word each, and counts those that the memory has not acknowledged.
public struct WordWriter: DefaultConfigurable {
  /// The sizes.
  public var sizes: EngineSizes

  /// The unit of a machine.
  public init(sizes: EngineSizes = .tiny) { self.sizes = sizes }

  /// The default configuration.
  public init() { self.init(sizes: .tiny) }

  /// Words in, and the write channels.
  public struct Ports {
    public let push: StreamInput<CodeWord>
    public let aw: StreamOutput<BurstAddress>
    public let w: StreamOutput<WriteWord>
    public let b: StreamInput<Bits>
    public let isIdle, isError: Output<Bit>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      push: .init(CodeWord(sizes), "Words"), aw: .init(BurstAddress(addressWidth: 32), "Addresses"),
      w: .init(WriteWord(bytes: sizes.busWidth / 8), "Words to the bus"),
      b: .init(2, "One for each word: 0 or 1 when all is well, 2 or 3 otherwise"),
      isIdle: .init("1 when all words have been acknowledged"), isError: .init("1 when the memory reports an error"))
  }

  /// What stands above the emitted module.
  public var documentation: String { "Stores words of \(sizes.busWidth) bits, each number in 32 bits with its sign." }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(AccelTranError) { try sizes.validate() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let open = m.register("words_open", UInt.self, width: 16, reset: 0)
    let isFull = open .>= 1024
    let isTaken = m.wire("is_taken", Bit.self)
    let enters = io.push.take(when: isTaken).named("enters")
    let queue = Stream<CodeWord>(valid: io.push.valid, payload: io.push.payload, ready: isTaken.driver)
      .queued("words", depth: 4, storage: .registers, in: m)
    let copies = queue.forked("word", count: 2, in: m)
    io.aw
      <== copies[0].mapped { BurstAddress(address: $0.address, length: UInt(0).extended(to: 8)) }
      .queued("addresses", depth: 2, storage: .registers, in: m)
    io.w
      <== copies[1].mapped { word in
        WriteWord(
          data: concatenate(word.codes.reversed().map { $0.extended(to: 32) }),
          strobe: concatenate(
            (0..<sizes.wordElements).reversed().flatMap { index in (0..<4).map { _ in word.keep[index] } }),
          last: 1)
      }.queued("data", depth: 2, storage: .registers, in: m)
    let answered = io.b.take(when: open .!= 0)
    m.when(enters & !answered) { open.next <== open &+ 1 }
      .otherwise(when: !enters & answered) { open.next <== open &- 1 }
    m.assert(!isFull, "few_words_are_open", "more words are open than a counter holds")
    io.isIdle <== (open .== 0)
    io.isError <== (answered & io.b.payload[1])
  }
}
