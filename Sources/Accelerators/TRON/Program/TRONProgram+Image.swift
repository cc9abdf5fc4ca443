import XFormer

extension TRONProgram {
  /// The commands as the dispatcher of the hardware hands them out; the last one ends the program.
  ///
  /// Kinds and normalisation are those of the shared dispatcher: `project` is a product, `attend` a softmax.
  ///
  /// - Throws: ``TRONError`` for sizes without hardware.
  public func instructions() throws(TRONError) -> [XFormerCommand] {
    try sizes.validateHardware()
    var result: [XFormerCommand] = []
    var set = 0
    for (command, issue) in zip(commands, issues) {
      switch command {
      case .product(let order): result.append(instruction(order, issue))
      case .softmax(let order):
        let words = (2 * order.count + TRONSizes.busBytes - 1) / TRONSizes.busBytes
        result.append(
          .raw(
            .attend, engine: issue.engine, waits: issue.waits, flags: order.isCausal ? 1 : 0,
            fields: [
              order.input, order.inputStride | order.rows << 16, order.output, order.outputStride | order.count << 16,
              words,
            ]))
      case .normalize(let order):
        // Coefficients may come while the rows are made.
        let words = 4 * order.features / TRONSizes.busBytes
        result.append(.coefficients(at: order.coefficients, words: words, set: set, engine: issue.engine))
        result.append(
          .normalize(
            .init(
              first: order.first, second: order.second, wide: order.wide, narrow: order.narrow, tokens: order.tokens,
              words: words / 2, features: order.features, set: set, shift: order.shift,
              narrowShift: order.narrowShift, small: order.small, keepsSum: order.keepsSum), engine: issue.engine,
            waits: issue.waits))
        set ^= 1
      }
    }
    return result + [.end]
  }

  private func instruction(_ order: TRONCommand.Product, _ issue: Issue) -> XFormerCommand {
    let (inner, groups) = sizes.tiles(inputs: order.inputs, outputs: order.outputs)
    let isColumn = order.inputStep != 1
    let lastLength = order.inputs - (inner - 1) * sizes.bank.wavelengths
    let lastRows = order.outputs - (groups - 1) * sizes.bank.rows
    let bytes = order.outputs * (order.form == .wide || order.form == .exponent ? 2 : 1)
    let flags =
      order.form.rawValue | (order.sharesScale ? 4 : 0) | (order.keepsVectors ? 8 : 0) | (isColumn ? 16 : 0)
      | lastLength << 8 | lastRows << 16
    return .raw(
      .project, engine: issue.engine, waits: issue.waits, flags: flags,
      fields: [
        order.input, order.inputStride | order.vectors << 16, order.matrix,
        (isColumn ? order.inputStep : order.outputStep) | order.inputs << 16, order.outputs | inner << 16,
        order.scales, order.table, order.output, order.outputStride | groups << 16, order.event,
        inner * groups | bytes << 16,
      ])
  }

  /// The memory with the program behind it, and where that begins; a multiple of 4,096.
  ///
  /// - Throws: ``TRONError`` for sizes without hardware.
  public func image() throws(TRONError) -> (bytes: [UInt8], program: Int, commands: Int) {
    let words = try instructions()
    var bytes = memory
    bytes += [UInt8](repeating: 0, count: (bytes.count + 4095) / 4096 * 4096 - bytes.count)
    let start = bytes.count
    for word in words.flatMap(\.words) {
      for byte in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(8 * byte))) }
    }
    return (bytes, start, words.count)
  }
}
