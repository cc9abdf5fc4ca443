/// Input vectors of a ``PinBench``, each with the outputs that it causes.
public struct PinVectors: Sendable {
  @usableFromInline var inputs: Rows
  @usableFromInline var outputs: Rows
  /// For each vector: the expected words, a mask for each of them, and the number of fields whose mask is not zero.
  @usableFromInline var checks: [UInt64] = []

  init(target: String, inputs: RowShape, outputs: RowShape) {
    self.inputs = Rows(inputs, for: "inputs of " + target)
    self.outputs = Rows(outputs, for: "outputs of " + target)
  }

  /// Number of vectors.
  public var count: Int { inputs.count }

  /// Adds one or more vectors: values in the order of the ports, vector after vector.
  ///
  /// Throws, and adds nothing, when the values do not make whole vectors, as many of inputs as of outputs, or one does
  /// not fit its port.
  ///
  /// - Parameters:
  ///   - values: The inputs.
  ///   - expected: The outputs, as they are the bench's latency later.
  ///   - care: A mask for each output field: only the bits that are 1 are compared. Empty compares all; a mask of 0
  ///     leaves the field out, which is how a valid column or a pipeline that fills is written.
  @inlinable
  public mutating func append<Inputs: Collection, Outputs: Collection>(
    _ values: Inputs, expecting expected: Outputs, care: [UInt64] = []
  ) throws(BenchError) where Inputs.Element: BinaryInteger, Outputs.Element: BinaryInteger {
    let before = inputs.count
    try inputs.append(values)
    do {
      outputs.removeAll()
      try outputs.append(expected)
      try addChecks(vectors: inputs.count - before, care: care)
    } catch {
      inputs.removeLast(inputs.count - before)
      throw error
    }
  }

  /// Adds vectors given as raw words in the layout of ``RowShape``, for ports of more than 64 bits.
  ///
  /// Throws, and adds nothing, when the words do not make whole vectors, as many of inputs as of outputs, or have bits above
  /// the width of their port.
  ///
  /// - Parameter care: As for values: a mask for each output field; of a field of more than 64 bits all ones or 0.
  public mutating func append(
    words: [UInt64], expecting expected: [UInt64], care: [UInt64] = []
  ) throws(BenchError) {
    let before = inputs.count
    try inputs.append(words: words)
    do {
      outputs.removeAll()
      try outputs.append(words: expected)
      try addChecks(vectors: inputs.count - before, care: care)
    } catch {
      inputs.removeLast(inputs.count - before)
      throw error
    }
  }

  /// Joins the expected words in `outputs` with their masks.
  @usableFromInline
  mutating func addChecks(vectors: Int, care: [UInt64]) throws(BenchError) {
    let shape = outputs.shape
    guard outputs.count == vectors, care.isEmpty || care.count == vectors * shape.fields.count else {
      let values = outputs.count == vectors ? care.count : outputs.count * shape.fields.count
      throw .raggedRows(
        target: outputs.target + ", \(vectors) of them", values: values, fields: shape.fields.map(\.name))
    }
    let needed = checks.count + vectors * (2 * shape.wordCount + 1)
    if needed > Rows.mostWords { throw .tooMuch(target: outputs.target, words: needed) }
    let (masks, words) = (shape.masks, outputs.storage)
    for vector in 0..<vectors {
      checks += words[vector * shape.wordCount..<(vector + 1) * shape.wordCount]
      var compared = shape.fields.count
      if care.isEmpty {
        checks += masks
      } else {
        for (position, field) in shape.fields.enumerated() {
          let mask = care[vector * shape.fields.count + position]
          if mask == 0 { compared -= 1 }
          // A mask has 64 bits; of a wider field it chooses among the low 64, and all ones choose the rest too.
          for word in 0..<field.wordCount {
            checks.append((word == 0 || mask == .max ? mask : 0) & masks[field.firstWord + word])
          }
        }
      }
      checks.append(UInt64(compared))
    }
  }

  mutating func removeAll() {
    inputs.removeAll()
    checks.removeAll(keepingCapacity: true)
  }
}
