import Golden

/// Reads the tensors of an encoder by their Hugging Face names.
///
/// What stands in front of the names depends on the model that was saved: nothing, `bert.`, or another prefix where there
/// is one encoder only. Checkpoints that were converted from TensorFlow call the parameters of LayerNorm gamma and beta.
struct EncoderTensors {
  let checkpoint: Checkpoint
  let epsilon: Double
  private let prefix: String

  init(_ checkpoint: Checkpoint, epsilon: Double) throws(EncoderModelError) {
    self.checkpoint = checkpoint
    self.epsilon = epsilon
    let landmark = "embeddings.word_embeddings.weight"
    let prefixes = checkpoint.names.filter { $0 == landmark || $0.hasSuffix("." + landmark) }
      .map { String($0.dropLast(landmark.count)) }
    if let usual = ["", "bert."].first(where: prefixes.contains) {
      prefix = usual
    } else {
      guard prefixes.count <= 1 else { throw .severalEncoders(prefixes: prefixes.sorted()) }
      prefix = prefixes.first ?? ""
    }
  }

  func values(
    _ name: String, _ shape: [Int], orElse alternative: String? = nil
  ) throws(EncoderModelError) -> [Float] {
    let found = checkpoint.tensor(prefix + name) ?? alternative.flatMap { checkpoint.tensor(prefix + $0) }
    guard let (file, tensor) = found else { throw .missingTensor(name) }
    guard tensor.shape == shape else { throw .shape(tensor: tensor.name, expected: shape, found: tensor.shape) }
    switch tensor.elementType {
    case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8, .bool:
      throw .integers(tensor: tensor.name, elementType: tensor.elementType.rawValue)
    default: break
    }
    let values: [Float]
    do throws(SafetensorsError) { values = try file.floats(tensor) } catch { throw .tensors(error) }
    if let place = values.firstNotFinite {
      let isTooLarge = tensor.elementType == .float64 && !values[place].isNaN
      throw .notFinite(
        tensor: tensor.name, index: Self.index(place, in: shape),
        value: isTooLarge ? "beyond binary32" : values[place].isNaN ? "nan" : "\(values[place])")
    }
    return values
  }

  /// The index of an element, outermost first.
  private static func index(_ place: Int, in shape: [Int]) -> [Int] {
    var rest = place
    var index: [Int] = []
    for extent in shape.reversed() {
      index.insert(rest % extent, at: 0)
      rest /= extent
    }
    return index
  }

  func norm(_ name: String, _ size: Int) throws(EncoderModelError) -> LayerNorm {
    LayerNorm(
      scale: try values(name + ".weight", [size], orElse: name + ".gamma"),
      shift: try values(name + ".bias", [size], orElse: name + ".beta"), epsilon: epsilon)
  }

  /// The file holds a row for each output channel; the layer a row for each input.
  func linear(_ name: String, inputs: Int, outputs: Int) throws(EncoderModelError) -> Linear {
    var weights = Matrix<Float>(rows: outputs, columns: inputs, repeating: 0)
    weights.elements = try values(name + ".weight", [outputs, inputs])
    return Linear(weights: weights.transposed(), bias: try values(name + ".bias", [outputs]))
  }

  func layer(_ index: Int, _ configuration: EncoderConfiguration) throws(EncoderModelError) -> EncoderLayer {
    let (hidden, intermediate) = (configuration.hiddenSize, configuration.intermediateSize)
    let name = "encoder.layer.\(index)."
    return EncoderLayer(
      query: try linear(name + "attention.self.query", inputs: hidden, outputs: hidden),
      key: try linear(name + "attention.self.key", inputs: hidden, outputs: hidden),
      value: try linear(name + "attention.self.value", inputs: hidden, outputs: hidden),
      attentionOutput: try linear(name + "attention.output.dense", inputs: hidden, outputs: hidden),
      attentionNorm: try norm(name + "attention.output.LayerNorm", hidden),
      feedForward1: try linear(name + "intermediate.dense", inputs: hidden, outputs: intermediate),
      feedForward2: try linear(name + "output.dense", inputs: intermediate, outputs: hidden),
      outputNorm: try norm(name + "output.LayerNorm", hidden))
  }
}

extension [Float] {
  /// The place of the first element that is infinite or not a number.
  package var firstNotFinite: Int? {
    withUnsafeBytes { bytes in
      // All exponent bits set; raw words keep debug builds usable on millions of elements.
      guard let words = bytes.baseAddress?.assumingMemoryBound(to: UInt32.self) else { return nil }
      var place = 0
      while place < count {
        if words[place] & 0x7F80_0000 == 0x7F80_0000 { return place }
        place &+= 1
      }
      return nil
    }
  }
}
