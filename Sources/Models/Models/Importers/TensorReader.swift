import Foundation
import Transformer

/// Where the tensors of a model come from.
enum TensorSource: Sendable {
  /// From the checkpoint of a folder.
  case folder(URL)
  /// From nowhere: only their shapes are known.
  case shapesOnly
}

/// Reads the tensors of a checkpoint by their names, checks them against the shapes that `config.json` asks for, and keeps
/// their values.
struct TensorReader {
  /// Nil where only shapes are known.
  private let checkpoint: Checkpoint?
  /// What may stand in front of every name.
  private let prefixes: [String]
  private(set) var parameters = ModelParameters()
  private var read: Set<ExactString> = []
  /// The number of values of the tensors that were asked for, each counted once.
  private(set) var trainedValues = 0

  /// - Parameter prefixes: tried in this order; names without one come last.
  init(_ source: TensorSource, prefixes: [String]) throws(ModelError) {
    self.prefixes = prefixes + [""]
    guard case .folder(let directory) = source else {
      checkpoint = nil
      return
    }
    do throws(CheckpointError) {
      checkpoint = try Checkpoint(directory: directory)
    } catch {
      guard case .noWeights(let other) = error else { throw .checkpoint(error) }
      if other.contains(PyTorchCheckpoint.fileName) {
        checkpoint = try Self.converted([PyTorchCheckpoint.fileName], in: directory)
      } else if other.contains(PyTorchCheckpoint.indexName) {
        let names: [String]
        do throws(PyTorchError) { names = try PyTorchCheckpoint.files(ofIndexIn: directory) } catch {
          throw .pytorch(error)
        }
        checkpoint = try Self.converted(names, in: directory)
      } else {
        throw .checkpoint(error)
      }
    }
  }

  private static func converted(_ names: [String], in directory: URL) throws(ModelError) -> Checkpoint {
    var files: [Safetensors] = []
    for name in names {
      do throws(PyTorchError) {
        files.append(try PyTorchCheckpoint(contentsOf: directory.appending(path: name)).tensors())
      } catch { throw .pytorch(error) }
    }
    do throws(CheckpointError) { return try Checkpoint(files, listed: [:]) } catch { throw .checkpoint(error) }
  }

  /// The tensors that were not asked for, in alphabetical order.
  var unread: [String] { (checkpoint?.names ?? []).filter { !read.contains(ExactString($0)) }.sorted() }

  private func find(_ name: String) -> (file: Safetensors, tensor: Safetensors.Tensor)? {
    for prefix in prefixes { if let found = checkpoint?.tensor(prefix + name) { return found } }
    return nil
  }

  /// Whether there is a tensor of a name.
  func has(_ name: String) -> Bool { find(name) != nil }

  /// The number of elements of a tensor, if it is there.
  func count(_ name: String) -> Int? { find(name)?.tensor.count }

  /// The values of a tensor of the first name that is there.
  private mutating func values(_ names: [String], _ shape: [Int]) throws(ModelError) -> (name: String, values: [Float])
  {
    if checkpoint == nil {
      var count = 1
      for extent in shape {
        let (product, overflow) = count.multipliedReportingOverflow(by: extent)
        guard !overflow, product <= 1 << 40 else { throw .tooLarge(tensor: names[0], shape: shape) }
        count = product
      }
      if read.insert(ExactString(names[0])).inserted { trainedValues += count }
      return (names[0], [])
    }
    for name in names {
      guard let (file, tensor) = find(name) else { continue }
      guard tensor.shape == shape else { throw .shape(tensor: tensor.name, expected: shape, found: tensor.shape) }
      switch tensor.elementType {
      case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8, .bool:
        throw .integers(tensor: tensor.name, elementType: tensor.elementType.rawValue)
      default: break
      }
      let values: [Float]
      do throws(SafetensorsError) { values = try file.floats(tensor) } catch { throw .tensors(error) }
      if let place = values.firstNotFinite {
        throw .notFinite(
          tensor: tensor.name, index: place, value: values[place].isNaN ? "nan" : "\(values[place])")
      }
      if read.insert(ExactString(tensor.name)).inserted { trainedValues += tensor.count }
      return (tensor.name, values)
    }
    throw .missingTensor(names)
  }

  private mutating func keep(_ name: String, _ shape: [Int], _ values: [Float]) -> ModelParameter {
    if checkpoint != nil { parameters[name] = Tensor(unchecked: shape, values) }
    return ModelParameter(name, shape: shape)
  }

  /// A tensor as it is, under a shape of as many elements when another one is wanted.
  mutating func tensor(_ names: String..., shape: [Int], as wanted: [Int]? = nil) throws(ModelError) -> ModelParameter {
    let (name, values) = try values(names, shape)
    return keep(name, wanted ?? shape, values)
  }

  /// Weights whose file has a row for each output, turned so that each input has a row.
  mutating func matrix(
    _ names: [String], inputs: Int, outputs: Int, stored: [Int]? = nil
  ) throws(ModelError) -> ModelParameter {
    let (name, values) = try values(names, stored ?? [outputs, inputs])
    return keep(
      name, [inputs, outputs], values.isEmpty ? [] : Self.transposed(values, rows: outputs, columns: inputs))
  }

  /// The same values as a table that was read, turned: the weights of a head that shares them.
  mutating func turned(_ table: ModelParameter) -> ModelParameter {
    let name = table.name + " (transposed)"
    if parameters[name] == nil, let values = parameters[table.name] {
      parameters[name] = Tensor(
        unchecked: [table.shape[1], table.shape[0]],
        Self.transposed(values.elements, rows: table.shape[0], columns: table.shape[1]))
    }
    return ModelParameter(name, shape: [table.shape[1], table.shape[0]])
  }

  private static func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: values.count) { result, count in
      values.withUnsafeBufferPointer { values in
        if let from = values.baseAddress, let to = result.baseAddress {
          FloatKernels.transpose(from, stride: columns, rows: rows, columns: columns, into: to)
        }
      }
      count = values.count
    }
  }

  /// A fully connected layer: `NAME.weight` and, unless `bias` is false, `NAME.bias`.
  mutating func affine(_ name: String, _ inputs: Int, _ outputs: Int, bias: Bool = true) throws(ModelError) -> Affine {
    Affine(
      weights: try matrix([name + ".weight"], inputs: inputs, outputs: outputs),
      bias: bias ? try tensor(name + ".bias", shape: [outputs]) : nil)
  }

  /// Fully connected layers that stand side by side in one tensor with a row for each input: GPT-2's form.
  mutating func conv1D(_ name: String, _ inputs: Int, _ outputs: [(name: String, count: Int)]) throws(ModelError)
    -> [Affine]
  {
    let total = outputs.reduce(0) { $0 + $1.count }
    let weights = try values([name + ".weight"], [inputs, total])
    let bias = try values([name + ".bias"], [total])
    if outputs.count == 1 {
      return [
        Affine(
          weights: keep(weights.name, [inputs, total], weights.values), bias: keep(bias.name, [total], bias.values))
      ]
    }
    var layers: [Affine] = []
    var start = 0
    for (part, count) in outputs {
      // The columns of this part; none where only shapes are known.
      func columns(_ values: [Float]) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(values.count / total * count)
        for row in 0..<values.count / total { result += values[row * total + start..<row * total + start + count] }
        return result
      }
      layers.append(
        Affine(
          weights: keep("\(weights.name)[\(part)]", [inputs, count], columns(weights.values)),
          bias: keep("\(bias.name)[\(part)]", [count], columns(bias.values))))
      start += count
    }
    return layers
  }

  /// LayerNorm; checkpoints that were converted from TensorFlow call its parameters gamma and beta.
  mutating func layerNorm(_ name: String, _ size: Int, epsilon: Double) throws(ModelError) -> Norm {
    .layer(
      scale: try tensor(name + ".weight", name + ".gamma", shape: [size]),
      shift: try tensor(name + ".bias", name + ".beta", shape: [size]), epsilon: epsilon)
  }
}
