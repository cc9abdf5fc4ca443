import Transformer

/// The ranges of a model's activations over calibration data.
public struct ActivationRanges: Hashable, Sendable {
  /// The greatest absolute value of each feature, by site; of the attention probabilities nothing is kept.
  public private(set) var channelMaxima: [Graph.Site: [Float]] = [:]

  /// Runs a model of tokens over sequences. 32 or more make stable ranges.
  ///
  /// - Throws: ``ModelQuantizationError`` when there is none, one cannot be run, or an activation is not finite.
  public init(of model: TransformerModel, sequences: [TokenSequence]) throws(ModelQuantizationError) {
    guard !sequences.isEmpty else { throw .noSequences }
    for sequence in sequences {
      do throws(ModelError) {
        try record(model, model.graph(tokens: sequence.count, outputs: ["hidden"]), model.inputs(for: sequence))
      } catch { throw .model(error) }
      try check()
    }
  }

  /// Runs a model of images over images, each channels × height × width.
  public init(of model: TransformerModel, images: [Tensor<Float>]) throws(ModelQuantizationError) {
    guard !images.isEmpty else { throw .noSequences }
    for image in images {
      do throws(ModelError) {
        try record(model, model.graph(outputs: ["hidden"]), model.inputs(forImage: image))
      } catch { throw .model(error) }
      try check()
    }
  }

  private mutating func record(
    _ model: TransformerModel, _ graph: Graph, _ inputs: [String: TensorValue]
  ) throws(ModelError) {
    var found = channelMaxima
    do throws(GraphError) {
      _ = try Interpreter(graph, parameters: model.parameters)(inputs) { node, operand in
        guard let site = node.site, site.place != .probabilities, let tensor = operand.real else { return }
        let columns = tensor.shape[tensor.shape.count - 1]
        var maxima = found[site] ?? [Float](repeating: 0, count: columns)
        tensor.elements.withUnsafeBufferPointer { elements in
          maxima.withUnsafeMutableBufferPointer { maxima in
            for index in elements.indices {
              let magnitude = abs(elements[index])
              // Also true for what is no number, which is refused afterwards.
              if !(magnitude <= maxima[index % columns]) { maxima[index % columns] = magnitude }
            }
          }
        }
        found[site] = maxima
      }
    } catch { throw .graph(error) }
    channelMaxima = found
  }

  private func check() throws(ModelQuantizationError) {
    for (site, maxima) in channelMaxima.sorted(by: { ($0.key.layer, "\($0.key)") < ($1.key.layer, "\($1.key)") }) {
      if let value = maxima.first(where: { !$0.isFinite }) { throw .activation(site, value: value) }
    }
  }
}
