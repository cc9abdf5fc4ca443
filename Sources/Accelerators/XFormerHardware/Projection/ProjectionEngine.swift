import AnalogMacros
import AnalogMacrosHardware
import Components
import HDL
import Units
import XFormer

/// A projection engine: crossbars or arrays of multipliers with weights, an adder over stacked units, requantiser, and a table of a function.
///
/// A row of inputs is cut into groups, one for each unit of a stack, and driven into all units of the matrix at once. The products
/// are collected unit by unit, added over each stack, and requantised, a word of the bus in a clock. Weights come over the bus
/// row by row, and each write is waited for.
public struct ProjectionEngine: DefaultConfigurable {
  /// The sizes.
  public var sizes: XFormerSizes
  /// The number of the engine, which chooses the errors of its crossbars.
  public var number = 0

  /// An engine of a machine.
  public init(sizes: XFormerSizes = .micro, number: Int = 0) { (self.sizes, self.number) = (sizes, number) }

  /// The default configuration.
  public init() { self.init(sizes: .micro) }

  public typealias Ports = EnginePorts

  /// The interface for these parameters.
  public var ports: Ports {
    EnginePorts(sizes, .projection)
  }

  /// What stands above the emitted module.
  public var documentation: String {
    let g = sizes.crossbar.geometry
    let kind =
      sizes.multiplierRows.map { "arrays of \($0) x \(sizes.crossbar.outputs) multipliers for \(g.rows) rows" }
      ?? "\(sizes.crossbar.encoding.crossbars) crossbar(s) of \(g.rows) x \(g.columns) cells"
    return """
      Projection engine: \(sizes.unitsPerEngine) units of \(kind),
      \(sizes.crossbar.outputs) outputs each; \(sizes.busBytes) requantisers.
      """
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(XFormerError) { try sizes.validate() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  private enum Phase: HardwareEnum { case idle, flips, levels, store, scales, table, project }

  private var count: Int { sizes.busBytes }
  /// Results that wait for the bus.
  private var queueDepth: Int { 16 }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let (c, g) = (sizes.crossbar, sizes.crossbar.geometry)
    let memory = EngineMemory(sizes, io, in: m)
    let (reader, writer) = (memory.reader, memory.writer)
    let isIdle = m.wire("is_idle", Bit.self)
    let starts = io.command.take(when: isIdle).named("starts")
    let new = CommandFields(bits: io.command.payload)
    let order = CommandFields(bits: m.register("order", io.command.payload, when: starts))
    let word = reader.pop.payload

    // What is read: all at once.
    let asks = m.register("asks", Bit.self, reset: 0)
    m.when(starts) { asks.next <== 1 }.otherwise(when: reader.order.ready) { asks.next <== 0 }
    let isProject = order.isKind(.project).named("is_project")
    let tokens = order.field(9, 0, 16).named("tokens")
    let inputWords = order.field(9, 16, 16).named("words_of_input")
    let scaleWords = concatenate(order.field(6, 16, 16), m.constant(0, width: 8, as: Bits.self)).asUnsigned
    let plainWords =
      mux(
        order.isKind(.program), UInt(sizes.unitWords),
        mux(
          order.isKind(.table), UInt(256 / count),
          (scaleWords >> (8 - sizes.scaleWords.trailingZeroBitCount)).fitted(to: 16)))
    reader.order.valid <== asks
    reader.order.payload
      <== RowOrder(
        address: order.field(5), stride: order.field(6),
        lastRow: mux(isProject, tokens &- 1, 0),
        lastWord: mux(isProject, inputWords, plainWords) &- 1)

    // Weights, row by row.
    let takesLevels = m.wire("takes_levels", Bit.self, default: 0)
    let stores = m.wire("stores", Bit.self, default: 0)
    let comes = (takesLevels & reader.pop.valid).named("level_word_comes")
    let part = m.register("row_part", UInt.self, width: bits(for: sizes.rowWords - 1))
    let row = m.register("row", UInt.self, width: bits(for: g.rows - 1))
    let isNegative = m.register("is_negative", Bit.self)
    let levels = (0..<sizes.rowWords).map { m.register("levels_\($0)", word, when: comes & (part .== UInt($0))) }
    let isLastPart = part .== UInt(sizes.rowWords - 1)
    let isLastRow = row .== UInt(g.rows - 1)
    let isLastCrossbar: Bit = c.encoding.crossbars == 1 ? 1 : isNegative
    let takesFlips = m.wire("takes_flips", Bit.self, default: 0)
    let flipPart = sizes.flipWords > 0 ? m.register("flip_part", UInt.self, width: 8) : nil
    let flips = (0..<sizes.flipWords).map { index in
      let isOwn = flipPart.map { $0 .== UInt(index) } ?? 0
      return m.register("flips_\(index)", word, when: takesFlips & reader.pop.valid & isOwn)
    }
    let isLastFlip = flipPart.map { $0 .== UInt(sizes.flipWords - 1) } ?? 1
    m.when(starts) {
      part.next <== 0
      row.next <== 0
      isNegative.next <== 0
      flipPart?.next <== 0
    }
    m.when(takesFlips & reader.pop.valid) { flipPart.map { $0.next <== $0 &+ 1 } }
    m.when(comes) { part.next <== mux(isLastPart, 0, part &+ 1) }

    // Units.
    let unitWidth = bits(for: sizes.unitsPerEngine - 1)
    let vector = m.wire("vector", Bits.self, width: g.rows * 8)
    let pushes = m.wire("group_is_taken", Bit.self)
    let fillsNow = m.wire("fills_now", Bit.self)
    let group = m.register("input_group", UInt.self, width: 8)
    let event = m.register("read_event", UInt.self, width: 32)
    let units = (0..<sizes.unitsPerEngine).map { index -> Exterior<CrossbarProductUnit.Ports> in
      if let rows = sizes.multiplierRows {
        return m.instance(MultiplierArrayUnit(c, rowsPerCycle: rows), "unit_\(index)")
      }
      return m.instance(
        CrossbarProductUnit(
          c, number: c.effects.isIdeal ? 0 : sizes.macroNumber(engine: number, unit: index),
          convertCycles: sizes.convertCycles), "unit_\(index)")
    }
    let firstUnit = order.field(10, 0, 16).named("first_unit")
    let ownUnit = order.field(6, 0, 16).named("programmed_unit")
    let programmedGroup = order.field(6, 16, 8).named("programmed_group")
    let endUnit = (firstUnit + order.field(10, 16, 16)).named("end_unit")
    var (takers, busy): ([Bit], [Bit]) = ([], [])
    for (index, unit) in units.enumerated() {
      let isOwn = (ownUnit .== UInt(index)).named("is_unit_\(index)")
      let ownGroup = m.register(
        "group_of_\(index)", programmedGroup, when: stores & isOwn)
      let isChosen =
        ((firstUnit .<= UInt(index)) & (endUnit .> UInt(index)) & (ownGroup .== group)).named("is_chosen_\(index)")
      unit.vector.payload <== vector
      // A unit that is still busy takes the group when it is free.
      let wants = m.register("wants_\(index)", Bit.self, reset: 0)
      m.when(fillsNow) { wants.next <== isChosen }.otherwise(when: unit.vector.ready) { wants.next <== 0 }
      unit.vector.valid <== wants
      unit.readEvent <== event
      if let temperature = io.temperature { unit.temperature <== temperature }
      unit.write <== (stores & isOwn)
      if let negative = unit.writeCrossbar { negative <== isNegative.asUnsigned }
      unit.writeRow <== row
      unit.writeLevels <== concatenate(levels.reversed())
      if let flip = unit.flips { flip <== concatenate(flips.reversed())[0..<g.columns] }
      takers.append(wants & unit.vector.ready)
      busy.append(wants)
    }
    let isWritten = anyOf(units.map(\.writeDone)).named("is_written")

    // Inputs: a group of words at a time.
    let isProjecting = m.wire("is_projecting", Bit.self, default: 0)
    let isFull = m.register("group_is_full", Bit.self, reset: 0)
    let place = m.register("word_of_group", UInt.self, width: 8)
    let inRow = m.register("word_of_row", UInt.self, width: 16)
    let takesInput = (isProjecting & reader.pop.valid & !isFull).named("takes_input")
    let isRowEnd = (inRow .== (inputWords &- 1)).named("is_row_end")
    let fills = (isRowEnd | (place .== UInt(sizes.groupWords - 1))).named("fills_group")
    let endsRow = m.register("group_ends_row", isRowEnd, when: takesInput)
    fillsNow.driver <== (takesInput & fills)
    pushes.driver <== (isFull & !anyOf(busy))
    let held = (0..<sizes.groupWords).map { index -> Bits in
      let register = m.register("input_\(index)", Bits.self, width: 8 * count)
      m.when(takesInput & (place .== UInt(index))) { register.next <== word }
        .otherwise(when: pushes | starts) { register.next <== 0 }
      return register
    }
    vector.driver <== concatenate(held.reversed())
    m.when(takesInput) {
      place.next <== place &+ 1
      inRow.next <== mux(isRowEnd, 0, inRow &+ 1)
      m.when(fills) { isFull.next <== 1 }
    }
    .otherwise(when: pushes) {
      isFull.next <== 0
      place.next <== 0
      group.next <== mux(endsRow, 0, group &+ 1)
      m.when(endsRow) { event.next <== event &+ UInt(c.inputBits) }
    }
    m.when(starts) {
      place.next <== 0
      group.next <== 0
      inRow.next <== 0
      event.next <== new.field(11)
    }

    // Products, unit by unit.
    let unit = m.register("unit", UInt.self, width: 16)
    let level = m.register("stack_level", UInt.self, width: 16)
    let column = m.register("unit_column", UInt.self, width: 16)
    let waits = m.register("sums_wait", Bit.self, reset: 0)
    let chosen = unit.truncated(to: unitWidth)
    let valid = select(chosen, units.map(\.products.valid)).named("products_are_there")
    let products = select(chosen, units.map(\.products.payload)).named("products")
    let stack = order.field(12, 0, 16).named("units_of_stack")
    let isTop = (level .== (stack &- 1)).named("is_top")
    let hands = m.wire("hands_sums", Bit.self)
    let takesSums = (isProjecting & valid & (!isTop | !waits | hands)).named("takes_products")
    for (index, one) in units.enumerated() { one.products.ready <== (takesSums & (chosen .== UInt(index))) }
    let isFirstLevel = level .== 0
    let added = (0..<c.outputs).map { output -> UInt in
      let own = products[32 * output..<32 * output + 32].asUnsigned
      let sum = m.register("sum_\(output)", UInt.self, width: 32)
      let total = mux(isFirstLevel, 0, sum) &+ own
      m.when(takesSums) { sum.next <== total }
      return total
    }
    let finished = added.enumerated().map { m.register("finished_\($0)", $1, when: takesSums & isTop) }
    let entry = m.register("entry", firstUnit &+ column, when: takesSums & isTop)
    let isLastUnit = (unit.extended(to: 17) .== (endUnit &- 1)).named("is_last_unit")
    m.when(takesSums) {
      unit.next <== mux(isLastUnit, firstUnit, unit &+ 1)
      level.next <== mux(isTop, 0, level &+ 1)
      m.when(isTop) { column.next <== mux(isLastUnit, 0, column &+ 1) }
    }
    m.when(takesSums & isTop) { waits.next <== 1 }.otherwise(when: hands) { waits.next <== 0 }
    m.when(starts) {
      unit.next <== new.field(10, 0, 16)
      level.next <== 0
      column.next <== 0
    }

    // Requantisation, a word at a time.
    let pieces = sizes.unitOutputWords
    let piece = m.register("piece", UInt.self, width: bits(for: pieces - 1), reset: 0)
    let reserved = m.register("results_reserved", UInt.self, width: 6, reset: 0)
    let launches = (waits & (reserved .< UInt(queueDepth))).named("launches")
    let isLastPiece = piece .== UInt(pieces - 1)
    hands.driver <== (launches & isLastPiece)
    m.when(launches) { piece.next <== mux(isLastPiece, 0, piece &+ 1) }
    let scales = fillScales(reader, order, starts, m)
    let address =
      pieces == 1 ? entry.truncated(to: unitWidth) : concatenate(entry.truncated(to: unitWidth), piece).asUnsigned
    let scale = scales.memory.read(at: address.fitted(to: scales.memory.addressWidth))
    let chunk = (0..<count).map { lane in
      m.register(
        "chunk_\(lane)", select(piece, (0..<pieces).map { finished[$0 * count + lane] }), when: launches)
    }
    var flow = [m.register("chunk_is_there", launches, reset: 0)]
    for name in ["product_is_there", "shifted_is_there", "code_is_there"] {
      flow.append(m.register(name, flow[flow.count - 1], reset: 0))
    }
    let codes = chunk.enumerated().map { lane, sum -> SInt in
      let unit = m.instance(
        Requantizer { ($0.least, $0.greatest, $0.stages) = (-32767, 32767, 2) }, "requantizer_\(lane)")
      let own = scale[54 * lane..<54 * lane + 54]
      unit.accumulator <== sum.asSigned
      unit.bias <== own[0..<32].asSigned
      unit.multiplier <== own[32..<48].asUnsigned
      unit.shift <== own[48..<54].asUnsigned
      return unit.code.number
    }
    let narrow = codes.enumerated().map { lane, code -> SInt in
      mux(code .> 127, SInt(127).extended(to: 16), mux(code .< -127, SInt(-127).extended(to: 16), code)).truncated(
        to: 8
      ).named("saturated_\(lane)")
    }
    let table = fillTable(reader, order, starts, m)
    let low = count.trailingZeroBitCount
    let looked = narrow.enumerated().map { lane, code -> Bits in
      let line = table.memory.read(at: code[low..<8].asUnsigned)
      let byte = m.register("byte_\(lane)", code[0..<low].asUnsigned)
      return select(byte, (0..<count).map { line[8 * $0..<8 * $0 + 8] })
    }
    let wideHeld = codes.enumerated().map { m.register("code_\($0)", $1) }
    let narrowHeld = narrow.enumerated().map { m.register("narrow_\($0)", $1) }
    let form = order.field(0, 8, 2).named("form")
    let isWide = (form .== UInt(XFormerCommand.Output.wide.rawValue)).named("is_wide")
    let isFunction = form .== UInt(XFormerCommand.Output.function.rawValue)
    let wideBits = concatenate(wideHeld.reversed())
    let narrowBits = mux(
      isFunction, concatenate(looked.reversed()), concatenate(narrowHeld.reversed()))
    let item = mux(isWide, wideBits, narrowBits.extended(to: 16 * count))
    let ready = m.wire("item_is_taken", Bit.self)
    let items = Stream<Bits>(valid: flow[3], payload: item, ready: ready.driver)
      .queued("results", depth: queueDepth, storage: .registers, in: m)
    let isHigh = m.register("is_high", Bit.self, reset: 0)
    let leaves = (items.valid & writer.push.ready & (!isWide | isHigh)).named("item_leaves")
    m.when(items.valid & writer.push.ready & isWide) { isHigh.next <== !isHigh }
    writer.push.valid <== items.valid
    writer.push.payload
      <== mux(isHigh, items.payload[8 * count..<16 * count], items.payload[0..<8 * count])
    items.ready <== leaves
    m.when(launches & !leaves) { reserved.next <== reserved &+ 1 }
      .otherwise(when: leaves & !launches) { reserved.next <== reserved &- 1 }
    m.assert(!flow[3] | ready, "a_result_has_room", "a result came for which no room was reserved")

    // Rows of results.
    let rowsLeft = m.register("rows_to_write", UInt.self, width: 16, reset: 0)
    let rowsOpen = m.register("rows_not_done", UInt.self, width: 16, reset: 0)
    let output = m.register("output_address", UInt.self, width: 32)
    writer.command.valid <== (rowsLeft .!= 0)
    writer.command.payload
      <== TransferCommand(address: output, lengthLessOne: order.field(13, 0, 16).named("bytes_of_result") &- 1)
    writer.done.ready <== 1
    let startsProject = (starts & new.isKind(.project)).named("starts_project")
    m.when(startsProject) {
      rowsLeft.next <== new.field(9, 0, 16)
      output.next <== new.field(7)
    }
    .otherwise(when: (rowsLeft .!= 0) & writer.command.ready) {
      rowsLeft.next <== rowsLeft &- 1
      output.next <== output &+ order.field(8)
    }
    m.when(startsProject) { rowsOpen.next <== new.field(9, 0, 16) }
      .otherwise(when: writer.done.valid) { rowsOpen.next <== rowsOpen &- 1 }

    let ends = m.wire("ends", Bit.self, default: 0)
    let accepts = m.wire("accepts_data", Bit.self, default: 0)
    let hasFlips = sizes.flipWords > 0
    let states: [Phase] = hasFlips ? Phase.allCases : Phase.allCases.filter { $0 != .flips }
    let machine = m.stateMachine("phase", of: Phase.self, states: states, reset: .idle) { phase in
      phase.when(.idle) {
        m.when(starts) {
          m.when(new.isKind(.program)) { phase.go(hasFlips ? .flips : .levels) }
            .otherwise(when: new.isKind(.scales)) { phase.go(.scales) }
            .otherwise(when: new.isKind(.table)) { phase.go(.table) }
            .otherwise { phase.go(.project) }
        }
      }
      if hasFlips {
        phase.when(.flips) {
          takesFlips.driver <== 1
          accepts.driver <== 1
          m.when(reader.pop.valid & isLastFlip) { phase.go(.levels) }
        }
      }
      phase.when(.levels) {
        takesLevels.driver <== 1
        accepts.driver <== 1
        m.when(reader.pop.valid & isLastPart) { phase.go(.store) }
      }
      phase.when(.store) {
        let isFirst = m.register("store_begins", comes & isLastPart, reset: 0)
        stores.driver <== isFirst
        m.when(isWritten) {
          row.next <== mux(isLastRow, 0, row &+ 1)
          phase.go(.levels)
          m.when(isLastRow) {
            isNegative.next <== 1
            m.when(isLastCrossbar) {
              ends.driver <== 1
              phase.go(.idle)
            }
          }
        }
      }
      phase.when(.scales) {
        accepts.driver <== 1
        m.when(scales.isLast) {
          ends.driver <== 1
          phase.go(.idle)
        }
      }
      phase.when(.table) {
        accepts.driver <== 1
        m.when(table.isLast) {
          ends.driver <== 1
          phase.go(.idle)
        }
      }
      phase.when(.project) {
        isProjecting.driver <== 1
        m.when(rowsOpen .== 0) {
          ends.driver <== 1
          phase.go(.idle)
        }
      }
    }
    isIdle.driver <== machine.isIn(.idle)
    reader.pop.ready <== (accepts | isProjecting & !isFull)
    io.isBusy <== !isIdle
    io.isDone <== ends
    io.isError <== (reader.isError | writer.done.valid & writer.done.payload[0])
    if let count = io.unitVectors { count <== populationCount(of: concatenate(takers.reversed())).fitted(to: 10) }
    if let count = io.rowWrites { count <== stores.asUnsigned }
    let writes = ownUnit.truncated(to: unitWidth)
    if let count = io.writePulses { count <== mux(isWritten, select(writes, units.map(\.writePulses)), 0) }
    if let count = io.failedWrites {
      count <== (isWritten & select(writes, units.map(\.writeFailed))).asUnsigned
    }
  }

  /// The scales and biases of all columns of units, and whether the last one comes.
  private func fillScales(
    _ reader: Exterior<StridedReader.Ports>, _ order: CommandFields, _ starts: Bit, _ m: Module
  ) -> (memory: Memory<Bits>, isLast: Bit) {
    let pieces = sizes.unitOutputWords
    let takes = (order.isKind(.scales) & reader.pop.valid).named("takes_scales")
    let memory = m.memory("scales", Bits.self, width: 54 * count, depth: max(2, sizes.unitsPerEngine * pieces))
    // The scales of a word of codes are eight words of the bus.
    let part = m.register("scale_part", UInt.self, width: 3)
    let place = m.register("scale_place", UInt.self, width: memory.addressWidth)
    let left = m.register("scale_words_left", UInt.self, width: 24)
    let earlier = (0..<7).map {
      m.register("scale_word_\($0)", reader.pop.payload, when: takes & (part .== UInt($0)))
    }
    let all = concatenate(([reader.pop.payload] + earlier.reversed()).map { $0 as any Signal })
    let packed = concatenate((0..<count).reversed().map { all[64 * $0..<64 * $0 + 54] })
    memory.write(packed, at: place, when: takes & (part .== 7))
    m.when(starts) { part.next <== 0 }.otherwise(when: takes) { part.next <== part &+ 1 }
    let isFresh = m.register("scales_begin", starts, reset: 0)
    let words = concatenate(order.field(6, 16, 16), m.constant(0, width: 8, as: Bits.self)).asUnsigned
    let first = concatenate(order.field(6, 0, 16), m.constant(0, width: 8, as: Bits.self)).asUnsigned
    m.when(isFresh) {
      left.next <== ((words >> (8 - sizes.scaleWords.trailingZeroBitCount)).fitted(to: 24) &- 1)
      place.next <== (first >> (8 - pieces.trailingZeroBitCount)).fitted(to: memory.addressWidth)
    }
    .otherwise(when: takes) {
      left.next <== left &- 1
      m.when(part .== 7) { place.next <== place &+ 1 }
    }
    return (memory, takes & (left .== 0))
  }

  /// The table of the function, and whether its last word comes.
  private func fillTable(
    _ reader: Exterior<StridedReader.Ports>, _ order: CommandFields, _ starts: Bit, _ m: Module
  ) -> (memory: Memory<Bits>, isLast: Bit) {
    let takes = (order.isKind(.table) & reader.pop.valid).named("takes_table")
    let memory = m.memory("function_table", Bits.self, width: 8 * count, depth: 256 / count)
    let place = m.register("table_place", UInt.self, width: memory.addressWidth)
    memory.write(reader.pop.payload, at: place, when: takes)
    m.when(starts) { place.next <== 0 }.otherwise(when: takes) { place.next <== place &+ 1 }
    return (memory, takes & (place .== UInt(256 / count - 1)))
  }
}
