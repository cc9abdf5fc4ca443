import Models
import NumberFormats

/// What the host of a compiled model does: it writes rows of tables and masks, and reads the last layer's output.
struct HostInterface: Sendable {
  /// The rows of a table that the host looks up: the input that holds their numbers, and where they go.
  let lookups: [(input: String, table: ModelParameter, address: Int)]
  /// Where the host writes which tokens are seen.
  let masks: [(input: String, address: Int)]
  /// Where the host writes the patches of an image.
  let images: [(input: String, patch: Int, address: Int)]
  /// The output: tokens × features bfloat16 numbers, feature by feature.
  let address, tokens, features: Int

  /// The bytes to be written before the program starts, each with its address.
  func writes(
    _ inputs: [String: TensorValue], of model: QuantizedModel
  ) throws(CompilerError) -> [(address: Int, bytes: [UInt8])] {
    var writes: [(address: Int, bytes: [UInt8])] = []
    for lookup in lookups {
      guard let rows = inputs[lookup.input]?.index?.elements, let table = model.parameters[lookup.table.name] else {
        throw .node(lookup.input, "the model has no such input")
      }
      let features = lookup.table.shape[1]
      // Feature by feature, the tokens side by side.
      let numbers = (0..<features).flatMap { feature in
        rows.map { BFloat16(Double(table.elements[Int($0) * features + feature])) }
      }
      writes.append((lookup.address, Self.bytes(numbers)))
    }
    for image in images {
      guard let pixels = inputs[image.input]?.real else { throw .node(image.input, "the model has no such input") }
      let patches = Interpreter.patches(pixels, image.patch)
      let (rows, features) = (patches.shape[0], patches.shape[1])
      let numbers = (0..<features).flatMap { feature in
        (0..<rows).map { BFloat16(Double(patches.elements[$0 * features + feature])) }
      }
      writes.append((image.address, Self.bytes(numbers)))
    }
    for mask in masks {
      guard let seen = inputs[mask.input]?.index?.elements else {
        throw .node(mask.input, "the model has no such input")
      }
      writes.append((mask.address, Self.bytes(seen.map { $0 == 0 ? .zero : .one })))
    }
    return writes
  }

  /// The output in a memory, tokens × features.
  func hidden(in memory: some RandomAccessCollection<UInt8>) throws -> Tensor<Float> {
    let elements = (0..<tokens * features).map { index in
      let place = memory.index(
        memory.startIndex, offsetBy: address + 2 * (index % features * tokens + index / features))
      return BFloat16(bitPattern: UInt16(memory[place]) | UInt16(memory[memory.index(after: place)]) << 8).floatValue
    }
    return try Tensor(shape: [tokens, features], elements: elements)
  }

  static func bytes(_ numbers: [BFloat16]) -> [UInt8] {
    numbers.flatMap { [UInt8(truncatingIfNeeded: $0.bitPattern), UInt8($0.bitPattern >> 8)] }
  }
}

extension GraphCompiler {
  /// Refuses a machine that is none, and a model that is not quantised as the machine computes.
  static func check(_ model: QuantizedModel, _ configuration: Configuration) throws(CompilerError) {
    do throws(ConfigurationError) { try configuration.validate() } catch { throw .configuration(error) }
    guard model.profile.functions == .bfloat16Steps, model.profile.defersDivision else {
      throw .node("profile", "quantise with functions in bfloat16 steps and a deferred division")
    }
  }

  /// The memory that the program starts from, with so many bytes for what is computed.
  func image(computed: Int) throws(CompilerError) -> MemoryImage {
    do throws(MemoryImageError) {
      var image = try MemoryImage(size: parameters.end)
      try image.region("computed", size: computed, at: 0)
      for region in parameters.regions { try image.region(region.name, holding: region.bytes, at: region.address) }
      return image
    } catch { throw .memory(error) }
  }
}
