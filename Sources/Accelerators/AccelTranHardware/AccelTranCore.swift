import AccelTran
import Components
import HDL
import Units

/// A machine without its registers: fetch, issue, loader, product unit, softmax, normalisation, finisher and writer.
///
/// Commands come over a bus of 64 bits, operands and results over one of ``/AccelTran/EngineSizes/busWidth``. `done` comes when
/// every store has been acknowledged.
public struct AccelTranCore: DefaultConfigurable {
  /// The sizes.
  public var sizes: EngineSizes

  /// A machine.
  public init(sizes: EngineSizes = .tiny) { self.sizes = sizes }

  /// The default configuration.
  public init() { self.init(sizes: .tiny) }

  private var fetchShape: BurstShape {
    BurstShape {
      ($0.addressWidth, $0.wordBytes, $0.lengthWidth) = (32, 8, 28)
      ($0.maximumBurst, $0.outstanding) = (16, 2)
    }
  }

  /// What is counted in a clock.
  public struct Events: SignalBundle {
    /// A command is issued.
    public let issues: Bit
    /// A command waits: for its arrival, for the loader, for a bank of a data buffer and its masks, for a producer's stores, for
    /// the product unit, for the units of rows.
    public let waitsFetch, waitsLoader, waitsBank, waitsProducer, waitsProduct, waitsRows: Bit
    /// A command waits for the loops of thresholds.
    public let waitsThreshold: Bit
    /// The loader, the product unit, softmax or normalisation is busy; the loader waits for the units of rows.
    public let loads, multiplies, softmax, normalizes: Bit
    /// A word is stored.
    public let stores: Bit
    /// Numbers that went into buffers, and those that were kept.
    public let seen, kept: UInt
    /// What happens in the product unit.
    public let product: ProductEvents

    init(_ sizes: EngineSizes) {
      (issues, waitsFetch, waitsLoader, waitsBank) = (.shape, .shape, .shape, .shape)
      (waitsProducer, waitsProduct, waitsRows, loads) = (.shape, .shape, .shape, .shape)
      waitsThreshold = .shape
      (multiplies, softmax, normalizes, stores) = (.shape, .shape, .shape, .shape)
      (seen, kept) = (.shape(bits(for: sizes.wordElements)), .shape(bits(for: sizes.wordElements)))
      product = ProductEvents(sizes)
    }

    init(
      issues: Bit, waitsFetch: Bit, waitsLoader: Bit, waitsBank: Bit, waitsProducer: Bit, waitsProduct: Bit,
      waitsRows: Bit, waitsThreshold: Bit, loads: Bit, multiplies: Bit, softmax: Bit, normalizes: Bit, stores: Bit,
      seen: UInt, kept: UInt,
      product: ProductEvents
    ) {
      (self.issues, self.waitsFetch, self.waitsLoader, self.waitsBank) = (issues, waitsFetch, waitsLoader, waitsBank)
      (self.waitsProducer, self.waitsProduct, self.waitsRows) = (waitsProducer, waitsProduct, waitsRows)
      self.waitsThreshold = waitsThreshold
      (self.loads, self.multiplies, self.softmax, self.normalizes) = (loads, multiplies, softmax, normalizes)
      (self.stores, self.seen, self.kept, self.product) = (stores, seen, kept, product)
    }
  }

  /// The program, the buses, and what happens.
  public struct Ports {
    public let start: Input<Bit>
    public let programAddress: Input<UInt>
    public let commands: Input<UInt>
    public let isRunning: Output<Bit>
    public let fault: Output<Bits>
    public let events: Output<Events>
    public let loaded: Output<LoadedChunk>
    /// The bus of the program, and that of operands and results.
    public let instructions, memory: AXI4
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      start: .init("1 to run a program"), programAddress: .init(32, "Where it stands; a multiple of 64"),
      commands: .init(20, "Its commands, 64 bytes each"), isRunning: .init("1 while a program runs"),
      fault: .init(2, "Bit 0: the memory reported an error; bit 1: a command is none"),
      events: .init(Events(sizes), "What happens"),
      loaded: .init(LoadedChunk(sizes), "What goes into a buffer"),
      instructions: .init(addressWidth: 32, dataWidth: 64, idWidth: 0),
      memory: .init(addressWidth: 32, dataWidth: sizes.busWidth, idWidth: 0))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    AccelTran: \(sizes.elements) processing element(s) of \(sizes.lanes) lanes of \(sizes.multipliers) multipliers, Q(\(sizes.integerBits), \(sizes.fractionBits)), bus of \(sizes.busWidth) bits.
    Executes commands of 64 bytes; it stops when all that was stored has been acknowledged.
    """
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(AccelTranError) { try sizes.validate() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let loader = m.instance(OperandLoader(sizes: sizes), "loader")
    let product = m.instance(ProductUnit(sizes: sizes), "product")
    let softmax =
      sizes.isInteger
      ? m.instance(NoRows(sizes: sizes), "softmax") : m.instance(SoftmaxRows(sizes: sizes), "softmax")
    let normalization =
      sizes.isInteger
      ? m.instance(NoRows(sizes: sizes), "normalization")
      : m.instance(NormalizationRows(sizes: sizes), "normalization")
    let finisher = m.instance(CodeFinisher(sizes: sizes), "finisher")
    let writer = m.instance(WordWriter(sizes: sizes), "writer")
    let loops = m.instance(ThresholdLoops(sizes: sizes), "loops")

    let isRunning = m.register("is_running", Bit.self, reset: 0)
    let (bits, isHeld, takes, isFetching) = fetch(io, isRunning, m)
    let command = DecodedCommand(bits, sizes)
    func isKind(_ kind: MachineCommand.Kind) -> Bit { isHeld & (command.kind .== UInt(kind.rawValue)) }
    let (isLoad, isProduct) = (isKind(.load), isKind(.product))
    let (isSoftmax, isNormalize, isEnd) = (isKind(.softmax), isKind(.normalize), isKind(.end))
    let isRows = isSoftmax | isNormalize
    let isThreshold = isKind(.threshold)
    let isLooped = ((isProduct | isRows) & command.isLooped).named("is_looped")
    let isUnknown = command.kind .> UInt(MachineCommand.Kind.allCases.count - 1)
    let isNone = isHeld & (sizes.isInteger ? isUnknown | isRows : isUnknown)

    // A loop says the limit of results, or the command does.
    let limit = mux(command.isLooped, loops.threshold, command.limit)
    let productCommand = command.product(limit: limit)

    // What is under way.
    let productIsBusy = (!product.isIdle | !finisher.isIdle).named("product_is_busy")
    let rowsAreBusy = (!softmax.isIdle | !normalization.isIdle).named("rows_are_busy")
    let loadsNow = (!loader.isIdle).named("loads_now")
    let isQuiet = (!productIsBusy & !rowsAreBusy & !loadsNow & writer.isIdle).named("is_quiet")
    let current = m.register("current_load", of: LoadTarget.shape)
    let banks = m.register("product_banks", Bits.self, width: 2)
    let order = command.load
    let (toLeft, toRight) = (order.target .== 0, order.target .== 1)
    let toTable = (order.target .== 2) | (order.target .== 3)
    let bankIsUsed =
      productIsBusy & ((toLeft & (banks[0] .== order.bank)) | (toRight & (banks[1] .== order.bank)))
    let isAwaited =
      loadsNow
      & mux(
        isProduct,
        (current.isLeft & (current.bank .== productCommand.leftBank))
          | (current.isRight & (current.bank .== productCommand.rightBank)) | current.isTable, current.isTable)
    let waitsProducer = isHeld & (command.waits & !isQuiet)
    let waitsLoader = isLoad & loadsNow | (isProduct | isRows) & isAwaited
    let waitsBank = isLoad & bankIsUsed
    let waitsProduct = (isProduct | isRows | isLoad & toTable) & productIsBusy
    let waitsRows = (isProduct | isRows | isLoad & toTable) & rowsAreBusy
    let waitsThreshold = (isThreshold | isLooped) & loops.isBusy
    let mayGo = !(waitsProducer | waitsLoader | waitsBank | waitsProduct | waitsRows | waitsThreshold)
    let goes = (isHeld & mayGo & isRunning).named("goes")
    takes.driver <== goes
    m.when(goes & isLoad) {
      current.next
        <== LoadTarget(isLeft: toLeft, isRight: toRight, isTable: toTable, bank: order.bank)
    }
    m.when(goes & isProduct) { banks.next <== concatenate(productCommand.rightBank, productCommand.leftBank) }
    m.when(goes & (isEnd | isNone)) { isRunning.next <== 0 }
    m.when(io.start) { isRunning.next <== 1 }
    io.isRunning <== (isRunning | isFetching)

    // Thresholds.
    loops.start <== io.start
    loops.order <== command.order(ThresholdLoops(sizes: sizes).unit)
    loops.tells <== (goes & isThreshold)
    loops.begins <== (goes & (isProduct | isRows))
    loops.isLooped <== isLooped

    // Loads.
    loader.start <== (goes & isLoad)
    loader.order <== order
    product.write <== loader.write
    io.loaded <== LoadedChunk(loader.write)
    let isNormalizing = m.register("is_normalizing", isNormalize, when: goes & isRows)
    softmax.push.valid <== (loader.rows.valid & !isNormalizing & !softmax.isIdle)
    softmax.push.payload <== loader.rows.payload
    normalization.push.valid <== (loader.rows.valid & isNormalizing & !normalization.isIdle)
    normalization.push.payload <== loader.rows.payload
    loader.rows.ready
      <== mux(
        isNormalizing, normalization.push.ready & !normalization.isIdle, softmax.push.ready & !softmax.isIdle)

    // Tables: biases and γ, and β.
    let fill = loader.table
    let words = sizes.rowLength / sizes.wordElements
    let place = countWidth(words)
    let usesRows = rowsAreBusy
    let index = mux(usesRows, normalization.tableIndex, finisher.tableIndex).fitted(to: place)
    let tableReads = usesRows | finisher.tableAdvance
    let tables = [("scales", fill.first), ("shifts", fill.second)].map { name, writes -> Vector<SInt> in
      let table = m.memory(name, Bits.self, width: sizes.wordElements * sizes.width, depth: words)
      table.write(fill.codes.bits, at: fill.index.fitted(to: place), when: writes)
      return Vector(table.read(at: index, when: tableReads), count: sizes.wordElements, of: sizes.width)
    }
    for unit in [softmax, normalization] {
      unit.scale <== tables[0]
      unit.shift <== tables[1]
    }

    // Products.
    product.start <== (goes & isProduct)
    product.command <== productCommand
    finisher.push.valid <== product.pop.valid
    finisher.push.payload <== product.pop.payload
    product.pop.ready <== finisher.push.ready
    finisher.rule <== m.register("rule", productCommand.rule, when: goes & isProduct)
    finisher.tableWord <== tables[0]

    // Rows.
    let rule = m.register("rows_rule", command.rows(limit: limit), when: goes & isRows)
    softmax.start <== (goes & isSoftmax)
    normalization.start <== (goes & isNormalize)
    softmax.rule <== rule
    normalization.rule <== rule
    let address = m.register("row_address", UInt.self, width: 32)
    let rowValid = (softmax.pop.valid | normalization.pop.valid).named("row_is_valid")
    let rowCodes = mux(softmax.pop.valid, softmax.pop.payload.codes, normalization.pop.payload.codes)
    m.when(goes & isRows) { address.next <== command.rowAddress }
      .otherwise(when: rowValid & writer.push.ready) { address.next <== address &+ UInt(sizes.busWidth / 8) }

    // Stores; sums and rows never come at once.
    writer.push.valid <== (finisher.pop.valid | rowValid)
    let all = m.constant(.ones(sizes.wordElements), as: Bits.self)
    let stored = mux(rowValid, CodeWord(codes: rowCodes, address: address, keep: all), finisher.pop.payload)
    writer.push.payload <== stored
    finisher.pop.ready <== (writer.push.ready & !rowValid)
    softmax.pop.ready <== writer.push.ready
    normalization.pop.ready <== (writer.push.ready & !softmax.pop.valid)

    // What a loop sees: numbers that count, and zeros among them; behind a row's length softmax stores what is no number.
    let isStored = ((finisher.pop.valid | rowValid) & writer.push.ready).named("is_stored")
    let rowWord = m.register("row_word", UInt.self, width: 12)
    m.when(goes & isRows) { rowWord.next <== 0 }
      .otherwise(when: rowValid & isStored) { rowWord.next <== mux(rowWord .== rule.lastWord, 0, rowWord &+ 1) }
    let countBits = HDL.bits(for: sizes.wordElements)
    let counted = (0..<sizes.wordElements).map { index in
      let place = rowWord.extended(to: 17).shiftedUp(by: sizes.wordElements.trailingZeroBitCount) &+ UInt(index)
      return isStored & mux(rowValid, place .< rule.length.extended(to: 17), stored.keep[index])
    }
    let isZero = counted.enumerated().map { $1 & !stored.codes[$0].asBits.any }
    loops.numbers <== populationCount(of: concatenate(counted.reversed())).fitted(to: countBits)
    loops.zeros <== populationCount(of: concatenate(isZero.reversed())).fitted(to: countBits)

    let fault = m.register("fault", Bits.self, width: 2, reset: 0)
    m.when(io.start) { fault.next <== 0 }
      .otherwise { fault.next <== (fault | concatenate(isNone & isRunning, loader.isError | writer.isError)) }
    io.fault <== fault
    connect(loader, writer, io)
    let waits = isRunning & !mayGo
    io.events
      <== Events(
        issues: goes, waitsFetch: isRunning & !isHeld, waitsLoader: waits & waitsLoader, waitsBank: waits & waitsBank,
        waitsProducer: waits & waitsProducer, waitsProduct: waits & waitsProduct, waitsRows: waits & waitsRows,
        waitsThreshold: waits & waitsThreshold, loads: loadsNow, multiplies: productIsBusy, softmax: !softmax.isIdle,
        normalizes: !normalization.isIdle,
        stores: isStored, seen: loader.seen, kept: loader.kept,
        product: product.events)
  }

  private func connect(
    _ loader: Exterior<OperandLoader.Ports>, _ writer: Exterior<WordWriter.Ports>, _ io: Interior<Ports>
  ) {
    func onBus(_ burst: BurstAddress) -> AXI4Address { burst.onBus(wordBytes: sizes.busWidth / 8) }
    io.memory.ar <== loader.ar.mapped(onBus)
    loader.r <== io.memory.r.mapped { ReadWord(data: $0.data, resp: $0.resp, last: $0.last) }
    io.memory.aw <== writer.aw.mapped(onBus)
    io.memory.w <== writer.w.mapped { AXI4Word(data: $0.data, strb: $0.strobe, last: $0.last) }
    writer.b <== io.memory.b.mapped(\.resp)
  }

  /// The next command, whether it is there, what takes it, and whether words of it are still to come.
  private func fetch(_ io: Interior<Ports>, _ isRunning: Bit, _ m: Module) -> (Bits, Bit, Bit, Bit) {
    let reader = m.instance(BurstReader { $0.shape = fetchShape }, "fetch")
    let asks = m.register("asks", Bit.self, reset: 0)
    let isReading = m.register("is_reading", Bit.self, reset: 0)
    m.when(io.start) {
      asks.next <== 1
      isReading.next <== 1
    }
    .otherwise(when: reader.command.ready) { asks.next <== 0 }
    reader.command.valid <== asks
    let bytes = concatenate(io.commands.asBits, Bits(0).extended(to: 6)).asUnsigned.extended(to: 28)
    reader.command.payload <== TransferCommand(address: io.programAddress, lengthLessOne: bytes &- 1)
    io.instructions.ar <== reader.ar.mapped { $0.onBus(wordBytes: 8) }
    reader.r <== io.instructions.r.mapped { ReadWord(data: $0.data, resp: $0.resp, last: $0.last) }
    io.instructions.writesNothing()

    let number = m.register("word_number", UInt.self, width: 3, reset: 0)
    let isHeld = m.register("is_held", Bit.self, reset: 0)
    let takes = m.wire("takes_command", Bit.self)
    // What comes behind the end is read and forgotten.
    let accepts = (!isHeld | !isRunning).named("accepts")
    reader.pop.ready <== accepts
    let comes = (reader.pop.valid & accepts).named("comes")
    let parts = (0..<8).map { place in
      m.register("part_\(place)", reader.pop.payload.data, when: comes & (number .== UInt(place)))
    }
    m.when(comes) {
      number.next <== number &+ 1
      m.when((number .== 7) & isRunning) { isHeld.next <== 1 }
      m.when(reader.pop.payload.last) { isReading.next <== 0 }
    }
    m.when(takes) { isHeld.next <== 0 }
    m.when(io.start) { number.next <== 0 }
    return (concatenate(parts.reversed()), isHeld, takes, isReading)
  }
}

/// What a load is for.
struct LoadTarget: SignalBundle {
  let isLeft, isRight, isTable, bank: Bit

  static var shape: LoadTarget { LoadTarget(isLeft: .shape, isRight: .shape, isTable: .shape, bank: .shape) }
}
