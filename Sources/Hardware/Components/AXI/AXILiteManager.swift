import HDL

/// Turns a stream of accesses into AXI4-Lite transfers, and their ends into a stream of answers in the same order.
///
/// One access is under way at a time. Valid never waits for ready: address and word of a write are offered together.
public struct AXILiteManager: DefaultConfigurable {
  public var addressWidth = 8
  public var dataWidth = 32

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("addressWidth", \.addressWidth, in: 3...64, "Bits of an address"),
    .integer("dataWidth", \.dataWidth, of: [32, 64], "Bits of a word"),
  ]

  public struct Ports {
    public let access: StreamInput<AccessRequest>
    public let response: StreamOutput<AccessResponse>
    /// The bus.
    public let axi: AXILite
  }

  public var ports: Ports {
    Ports(
      access: .init(AccessRequest(addressWidth: addressWidth, dataWidth: dataWidth), "Accesses"),
      response: .init(AccessResponse(dataWidth: dataWidth), "Their answers, in order"),
      axi: .init(addressWidth: addressWidth, dataWidth: dataWidth))
  }

  public var documentation: String {
    "AXI4-Lite manager of \(dataWidth) data bits. One access at a time, answered in order. SLVERR and DECERR show as is_error."
  }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require(
      addressWidth > 3 || dataWidth == 32, "addresses of \(addressWidth) bits for words of \(dataWidth) bits",
      fix: "use at least 4 bits")
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let (axi, request) = (io.axi, io.access.payload)
    let isBusy = m.register("is_busy", Bit.self, reset: 0)
    let hasAnswer = m.register("has_answer", Bit.self, reset: 0)
    let offersWriteAddress = m.register("offers_write_address", Bit.self, reset: 0)
    let offersWord = m.register("offers_word", Bit.self, reset: 0)
    let offersReadAddress = m.register("offers_read_address", Bit.self, reset: 0)
    let takes = io.access.take(when: !isBusy).named("takes")
    let isWrite = m.register("is_write", request.isWrite, when: takes)
    let address = m.register("address", request.address, when: takes)

    m.when(axi.aw.ready) { offersWriteAddress.next <== 0 }
    m.when(axi.w.ready) { offersWord.next <== 0 }
    m.when(axi.ar.ready) { offersReadAddress.next <== 0 }
    m.when(takes) {
      isBusy.next <== 1
      offersWriteAddress.next <== request.isWrite
      offersWord.next <== request.isWrite
      offersReadAddress.next <== !request.isWrite
    }
    axi.aw.payload <== AXILiteAddress(addr: address, prot: 0)
    axi.aw.valid <== offersWriteAddress
    axi.w.payload.data <== m.register("word", request.data, when: takes)
    axi.w.payload.strb <== m.register("strobe", request.strobe, when: takes)
    axi.w.valid <== offersWord
    axi.ar.payload <== AXILiteAddress(addr: address, prot: 0)
    axi.ar.valid <== offersReadAddress

    // An end is taken when all of the access has been taken, whatever the other side does.
    let offers = offersWriteAddress | offersWord | offersReadAddress
    m.assert(
      isBusy | !(offers | hasAnswer), "busy_while_under_way", "an access is under way that nobody has begun"
    )
    m.assert(!(offers & hasAnswer), "answers_after_all_was_taken", "there is an answer before all was taken")
    m.assert(
      !mux(isWrite, offersReadAddress, offersWriteAddress | offersWord), "offers_its_own_kind",
      "a read uses a channel of writes, or a write one of reads")
    let waits = isBusy & !hasAnswer & !offers
    let (takesEnd, takesWord) = (waits & isWrite, waits & !isWrite)
    axi.b.take(when: takesEnd)
    axi.r.take(when: takesWord)
    let ends = (waits & mux(isWrite, axi.b.valid, axi.r.valid)).named("ends")
    m.when(ends) { hasAnswer.next <== 1 }
    m.when(hasAnswer & io.response.ready) {
      hasAnswer.next <== 0
      isBusy.next <== 0
    }
    let zero = m.constant(0, width: dataWidth, as: Bits.self)
    io.response.valid <== hasAnswer
    io.response.payload.data <== m.register("data", mux(isWrite, zero, axi.r.payload.data), when: ends)
    io.response.payload.isError
      <== m.register("is_error", mux(isWrite, axi.b.payload.resp[1], axi.r.payload.resp[1]), when: ends)
  }
}
