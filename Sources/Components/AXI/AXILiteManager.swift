import HDL

/// Turns a stream of accesses into AXI4-Lite transfers, and their ends into a stream of answers in the same order.
///
/// One access is under way at a time. Valid never waits for ready: address and word of a write are offered together.
public struct AXILiteManager: DefaultConfigurable {
  /// Bits of an address.
  public var addressWidth: Int

  /// An adapter for addresses of `addressWidth` bits.
  public init(addressWidth: Int = 8) { self.addressWidth = addressWidth }

  /// The default configuration.
  public init() { self.init(addressWidth: 8) }

  /// The streams, and the bus behind them.
  public struct Ports {
    /// Accesses.
    public let access: StreamInput<AccessRequest>
    /// Their answers, in order.
    public let response: StreamOutput<AccessResponse>
    /// The bus.
    public let axi: AXILiteManagerPorts
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      access: .init(AccessRequest(addressWidth: addressWidth)), response: .init(AccessResponse()),
      axi: .init(addressWidth: addressWidth))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "AXI4-Lite manager of 32 data bits. One access at a time, answered in order. SLVERR and DECERR show as is_error."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("addressWidth", addressWidth, in: 3...64)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let (axi, request) = (io.axi, io.access.payload)
    let isBusy = m.register("is_busy", Bit.self, reset: 0)
    let hasAnswer = m.register("has_answer", Bit.self, reset: 0)
    let offersWriteAddress = m.register("offers_write_address", Bit.self, reset: 0)
    let offersWord = m.register("offers_word", Bit.self, reset: 0)
    let offersReadAddress = m.register("offers_read_address", Bit.self, reset: 0)
    let takes = io.access.take(when: !isBusy.value).named("takes")
    m.assertKept(io.access, taken: takes, "access")
    let isWrite = m.register("is_write", request.isWrite, when: takes)
    let address = m.register("address", request.address, when: takes)

    m.when(axi.awready) { offersWriteAddress <== 0 }
    m.when(axi.wready) { offersWord <== 0 }
    m.when(axi.arready) { offersReadAddress <== 0 }
    m.when(takes) {
      isBusy <== 1
      offersWriteAddress <== request.isWrite
      offersWord <== request.isWrite
      offersReadAddress <== !request.isWrite
    }
    axi.awaddr <== address
    axi.awprot <== 0
    axi.awvalid <== offersWriteAddress.value
    axi.wdata <== m.register("word", request.data, when: takes)
    axi.wstrb <== m.register("strobe", request.strobe, when: takes)
    axi.wvalid <== offersWord.value
    axi.araddr <== address
    axi.arprot <== 0
    axi.arvalid <== offersReadAddress.value

    // An end is taken when all of the access has been taken, whatever the other side does.
    let offers = offersWriteAddress.value | offersWord.value | offersReadAddress.value
    m.assert(
      isBusy.value | !(offers | hasAnswer.value), "busy_while_under_way", "an access is under way that nobody has begun"
    )
    m.assert(!(offers & hasAnswer.value), "answers_after_all_was_taken", "there is an answer before all was taken")
    m.assert(
      !mux(isWrite, offersReadAddress.value, offersWriteAddress.value | offersWord.value), "offers_its_own_kind",
      "a read uses a channel of writes, or a write one of reads")
    let waits = isBusy.value & !hasAnswer.value & !offers
    let (takesEnd, takesWord) = (waits & isWrite, waits & !isWrite)
    axi.bready <== takesEnd
    axi.rready <== takesWord
    m.assertKept(valid: axi.bvalid, taken: axi.bvalid & takesEnd, payload: [axi.bresp], "b")
    m.assertKept(valid: axi.rvalid, taken: axi.rvalid & takesWord, payload: [axi.rdata, axi.rresp], "r")
    let ends = (waits & mux(isWrite, axi.bvalid, axi.rvalid)).named("ends")
    m.when(ends) { hasAnswer <== 1 }
    m.when(hasAnswer.value & io.response.ready) {
      hasAnswer <== 0
      isBusy <== 0
    }
    io.response.valid <== hasAnswer.value
    io.response.payload.data <== m.register("data", mux(isWrite, 0, axi.rdata), when: ends)
    io.response.payload.isError
      <== m.register("is_error", mux(isWrite, axi.bresp[1], axi.rresp[1]), when: ends)
  }
}
