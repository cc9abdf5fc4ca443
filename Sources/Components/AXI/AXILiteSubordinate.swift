import HDL

/// Turns AXI4-Lite transfers into a stream of accesses, and their answers back.
///
/// One access is under way at a time; where a read and a write wait, also of one register, they take turns, a write first.
/// Each kind has an answer of its own: that of a write which is not taken holds no read up, nor the other way round, and no
/// channel waits for another one but as AXI has it (`b` for `aw` and `w`, `r` for `ar`). Every output of the bus is a
/// register or follows registers alone. The protection bits of AXI4-Lite are left out: all accesses are alike.
public struct AXILiteSubordinate: DefaultConfigurable {
  /// Bits of an address.
  public var addressWidth: Int

  /// An adapter for addresses of `addressWidth` bits.
  public init(addressWidth: Int = 8) { self.addressWidth = addressWidth }

  /// The default configuration.
  public init() { self.init(addressWidth: 8) }

  /// The bus, and the streams behind it.
  public struct Ports {
    /// The bus.
    public let axi: AXILiteSubordinatePorts
    /// Accesses.
    public let access: StreamOutput<AccessRequest>
    /// Their answers, in order.
    public let response: StreamInput<AccessResponse>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      axi: .init(addressWidth: addressWidth), access: .init(AccessRequest(addressWidth: addressWidth)),
      response: .init(AccessResponse()))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "AXI4-Lite subordinate of 32 data bits. One access at a time; reads and writes take turns. Errors give SLVERR."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("addressWidth", addressWidth, in: 3...64)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let axi = io.axi
    // Each channel waits in a register of its own: address and word of a write may come in either order.
    let hasWriteAddress = m.register("has_write_address", Bit.self, reset: 0)
    let hasWord = m.register("has_word", Bit.self, reset: 0)
    let hasReadAddress = m.register("has_read_address", Bit.self, reset: 0)
    axi.awready <== !hasWriteAddress.value
    axi.wready <== !hasWord.value
    axi.arready <== !hasReadAddress.value
    let takesWriteAddress = axi.awvalid & !hasWriteAddress.value
    let takesWord = axi.wvalid & !hasWord.value
    let takesReadAddress = axi.arvalid & !hasReadAddress.value
    m.assertKept(valid: axi.awvalid, taken: takesWriteAddress, payload: [axi.awaddr], "aw")
    m.assertKept(valid: axi.wvalid, taken: takesWord, payload: [axi.wdata, axi.wstrb], "w")
    m.assertKept(valid: axi.arvalid, taken: takesReadAddress, payload: [axi.araddr], "ar")
    let writeAddress = m.register("write_address", axi.awaddr, when: takesWriteAddress)
    let word = m.register("word", axi.wdata, when: takesWord)
    let strobe = m.register("strobe", axi.wstrb, when: takesWord)
    let readAddress = m.register("read_address", axi.araddr, when: takesReadAddress)

    // An access begins when its answer has a place to go to; where both wait they take turns.
    let isBusy = m.register("is_busy", Bit.self, reset: 0)
    let isSent = m.register("is_sent", Bit.self, reset: 0)
    let isWrite = m.register("is_write", Bit.self, reset: 0)
    let hasWriteAnswer = m.register("has_write_answer", Bit.self, reset: 0)
    let hasReadAnswer = m.register("has_read_answer", Bit.self, reset: 0)
    let canWrite = (hasWriteAddress.value & hasWord.value & !hasWriteAnswer.value).named("can_write")
    let canRead = (hasReadAddress.value & !hasReadAnswer.value).named("can_read")
    let begins = (!isBusy.value & (canWrite | canRead)).named("begins")
    m.when(takesWriteAddress) { hasWriteAddress <== 1 }
    m.when(takesWord) { hasWord <== 1 }
    m.when(takesReadAddress) { hasReadAddress <== 1 }
    m.when(begins) {
      isBusy <== 1
      isSent <== 0
      isWrite <== (canWrite & (!isWrite.value | !canRead))
    }
    m.assert(
      !isBusy.value | mux(isWrite.value, canWrite, canRead), "has_what_it_works_on",
      "an access is under way without its address or its word")
    let isOffered = isBusy.value & !isSent.value
    m.when(isOffered & io.access.ready) { isSent <== 1 }
    io.access.valid <== isOffered
    io.access.payload.isWrite <== isWrite.value
    io.access.payload.address <== mux(isWrite.value, writeAddress, readAddress)
    // The next word may come while a read waits, and what is offered must stay.
    io.access.payload.data <== mux(isWrite.value, word, 0)
    io.access.payload.strobe <== mux(isWrite.value, strobe, 0)

    let answers = io.response.take(when: isBusy.value & isSent.value).named("answers")
    m.assertKept(io.response, taken: answers, "response")
    m.when(answers) { isBusy <== 0 }
    let answersWrite = (answers & isWrite.value).named("answers_write")
    let answersRead = (answers & !isWrite.value).named("answers_read")
    m.when(answersWrite) { hasWriteAnswer <== 1 }
    m.when(answersRead) { hasReadAnswer <== 1 }
    m.when(hasWriteAnswer.value & axi.bready) {
      hasWriteAnswer <== 0
      hasWriteAddress <== 0
      hasWord <== 0
    }
    m.when(hasReadAnswer.value & axi.rready) {
      hasReadAnswer <== 0
      hasReadAddress <== 0
    }
    m.assert(
      (!hasWriteAnswer.value | (hasWriteAddress.value & hasWord.value))
        & (!hasReadAnswer.value | hasReadAddress.value), "answers_what_was_asked",
      "there is an answer without an access"
    )
    axi.bvalid <== hasWriteAnswer.value
    axi.bresp <== concatenate(m.register("write_failed", io.response.payload.isError, when: answersWrite), false as Bit)
    axi.rvalid <== hasReadAnswer.value
    axi.rresp <== concatenate(m.register("read_failed", io.response.payload.isError, when: answersRead), false as Bit)
    axi.rdata <== m.register("data", io.response.payload.data, when: answersRead)
  }
}

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
    public let axi: AXILiteSubordinatePorts
    /// See ``RegisterBank/Ports``.
    public let value: [Output<Bits>]
    /// See ``RegisterBank/Ports``.
    public let status: [Input<Bits>]
    /// See ``RegisterBank/Ports``.
    public let event: [Input<Bits>]
    /// See ``RegisterBank/Ports``.
    public let pending: [Output<Bits>]
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let inner = bank.ports
    return Ports(
      axi: .init(addressWidth: bank.addressWidth), value: inner.value, status: inner.status, event: inner.event,
      pending: inner.pending)
  }

  /// What stands above the emitted module.
  public var documentation: String { "On AXI4-Lite. " + bank.documentation }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { bank.validate(&parameters) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let adapter = m.instance(AXILiteSubordinate(addressWidth: bank.addressWidth), "adapter")
    let registers = m.instance(bank, "registers")
    adapter.axi <== io.axi
    registers.access <== adapter.access
    adapter.response <== registers.response
    for (output, value) in zip(io.value, registers.value) { output <== value }
    for (input, value) in zip(registers.status, io.status) { input <== value }
    for (input, value) in zip(registers.event, io.event) { input <== value }
    for (output, value) in zip(io.pending, registers.pending) { output <== value }
  }
}

/// Connects the bus of an instance to that of the module around it.
public func <== (inner: Exterior<AXILiteSubordinatePorts>, outer: Interior<AXILiteSubordinatePorts>) {
  inner.awaddr <== outer.awaddr
  inner.awvalid <== outer.awvalid
  outer.awready <== inner.awready
  inner.wdata <== outer.wdata
  inner.wstrb <== outer.wstrb
  inner.wvalid <== outer.wvalid
  outer.wready <== inner.wready
  outer.bresp <== inner.bresp
  outer.bvalid <== inner.bvalid
  inner.bready <== outer.bready
  inner.araddr <== outer.araddr
  inner.arvalid <== outer.arvalid
  outer.arready <== inner.arready
  outer.rdata <== inner.rdata
  outer.rresp <== inner.rresp
  outer.rvalid <== inner.rvalid
  inner.rready <== outer.rready
}

/// Connects the buses of a manager and a subordinate.
public func <== (subordinate: Exterior<AXILiteSubordinatePorts>, manager: Exterior<AXILiteManagerPorts>) {
  subordinate.awaddr <== manager.awaddr
  subordinate.awvalid <== manager.awvalid
  manager.awready <== subordinate.awready
  subordinate.wdata <== manager.wdata
  subordinate.wstrb <== manager.wstrb
  subordinate.wvalid <== manager.wvalid
  manager.wready <== subordinate.wready
  manager.bresp <== subordinate.bresp
  manager.bvalid <== subordinate.bvalid
  subordinate.bready <== manager.bready
  subordinate.araddr <== manager.araddr
  subordinate.arvalid <== manager.arvalid
  manager.arready <== subordinate.arready
  manager.rdata <== subordinate.rdata
  manager.rresp <== subordinate.rresp
  manager.rvalid <== subordinate.rvalid
  subordinate.rready <== manager.rready
}
