import HDL

/// Turns AXI4-Lite transfers into a stream of accesses, and their answers back.
///
/// One access is under way at a time; where a read and a write wait, also of one register, they take turns, a write first.
/// Each kind has an answer of its own: that of a write which is not taken holds no read up, nor the other way round, and no
/// channel waits for another one but as AXI has it (`b` for `aw` and `w`, `r` for `ar`). Every output of the bus is a
/// register or follows registers alone. The protection bits of AXI4-Lite have
/// no effect: all accesses are alike.
public struct AXILiteSubordinate: DefaultConfigurable {
  public var addressWidth = 8
  public var dataWidth = 32

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("addressWidth", \.addressWidth, in: 3...64, "Bits of an address"),
    .integer("dataWidth", \.dataWidth, of: [32, 64], "Bits of a word"),
  ]

  public struct Ports {
    /// The bus.
    public let axi: Flipped<AXILite>
    public let access: StreamOutput<AccessRequest>
    public let response: StreamInput<AccessResponse>
  }

  public var ports: Ports {
    Ports(
      axi: .init(AXILite(addressWidth: addressWidth, dataWidth: dataWidth)),
      access: .init(AccessRequest(addressWidth: addressWidth, dataWidth: dataWidth), "Accesses"),
      response: .init(AccessResponse(dataWidth: dataWidth), "Their answers, in order"))
  }

  public var documentation: String {
    "AXI4-Lite subordinate of \(dataWidth) data bits. One access at a time; reads and writes take turns. Errors give SLVERR."
  }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require(
      addressWidth > 3 || dataWidth == 32, "addresses of \(addressWidth) bits for words of \(dataWidth) bits",
      fix: "use at least 4 bits")
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let axi = io.axi
    // Each channel waits in a register of its own: address and word of a write may come in either order.
    let hasWriteAddress = m.register("has_write_address", Bit.self, reset: 0)
    let hasWord = m.register("has_word", Bit.self, reset: 0)
    let hasReadAddress = m.register("has_read_address", Bit.self, reset: 0)
    let takesWriteAddress = axi.aw.take(when: !hasWriteAddress)
    let takesWord = axi.w.take(when: !hasWord)
    let takesReadAddress = axi.ar.take(when: !hasReadAddress)
    let writeAddress = m.register("write_address", axi.aw.payload.addr, when: takesWriteAddress)
    let word = m.register("word", axi.w.payload.data, when: takesWord)
    let strobe = m.register("strobe", axi.w.payload.strb, when: takesWord)
    let readAddress = m.register("read_address", axi.ar.payload.addr, when: takesReadAddress)

    // An access begins when its answer has a place to go to; where both wait they take turns.
    let isBusy = m.register("is_busy", Bit.self, reset: 0)
    let isSent = m.register("is_sent", Bit.self, reset: 0)
    let isWrite = m.register("is_write", Bit.self, reset: 0)
    let hasWriteAnswer = m.register("has_write_answer", Bit.self, reset: 0)
    let hasReadAnswer = m.register("has_read_answer", Bit.self, reset: 0)
    let canWrite = (hasWriteAddress & hasWord & !hasWriteAnswer).named("can_write")
    let canRead = (hasReadAddress & !hasReadAnswer).named("can_read")
    let begins = (!isBusy & (canWrite | canRead)).named("begins")
    m.when(takesWriteAddress) { hasWriteAddress.next <== 1 }
    m.when(takesWord) { hasWord.next <== 1 }
    m.when(takesReadAddress) { hasReadAddress.next <== 1 }
    m.when(begins) {
      isBusy.next <== 1
      isSent.next <== 0
      isWrite.next <== (canWrite & (!isWrite | !canRead))
    }
    m.assert(
      !isBusy | mux(isWrite, canWrite, canRead), "has_what_it_works_on",
      "an access is under way without its address or its word")
    let isOffered = isBusy & !isSent
    m.when(isOffered & io.access.ready) { isSent.next <== 1 }
    io.access.valid <== isOffered
    io.access.payload.isWrite <== isWrite
    io.access.payload.address <== mux(isWrite, writeAddress, readAddress)
    // The next word may come while a read waits, and what is offered must stay.
    io.access.payload.data <== mux(isWrite, word, 0)
    io.access.payload.strobe <== mux(isWrite, strobe, 0)

    let answers = io.response.take(when: isBusy & isSent).named("answers")
    m.when(answers) { isBusy.next <== 0 }
    let answersWrite = (answers & isWrite).named("answers_write")
    let answersRead = (answers & !isWrite).named("answers_read")
    m.when(answersWrite) { hasWriteAnswer.next <== 1 }
    m.when(answersRead) { hasReadAnswer.next <== 1 }
    m.when(hasWriteAnswer & axi.b.ready) {
      hasWriteAnswer.next <== 0
      hasWriteAddress.next <== 0
      hasWord.next <== 0
    }
    m.when(hasReadAnswer & axi.r.ready) {
      hasReadAnswer.next <== 0
      hasReadAddress.next <== 0
    }
    m.assert(
      (!hasWriteAnswer | (hasWriteAddress & hasWord))
        & (!hasReadAnswer | hasReadAddress), "answers_what_was_asked",
      "there is an answer without an access"
    )
    let none = m.constant(0, width: 1, as: Bits.self)
    axi.b.valid <== hasWriteAnswer
    axi.b.payload.resp
      <== concatenate(m.register("write_failed", io.response.payload.isError, when: answersWrite), none)
    axi.r.valid <== hasReadAnswer
    axi.r.payload.resp <== concatenate(m.register("read_failed", io.response.payload.isError, when: answersRead), none)
    axi.r.payload.data <== m.register("data", io.response.payload.data, when: answersRead)
  }
}
