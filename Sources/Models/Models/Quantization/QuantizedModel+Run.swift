import Transformer

extension QuantizedModel {
  /// Changes the codes of a site, in row-major order, between the quantiser and the products that read them: what a machine
  /// does there, such as pruning.
  public typealias CodeAdjustment = (Graph.Site, SiteFormat, inout [Int32]) -> Void

  /// What a run gives.
  public struct Result: Sendable {
    /// The outputs of the graph, as real numbers.
    public let outputs: [String: TensorValue]
    /// What happened at each site, in the order of the graph.
    public let sites: [SiteReport]
    /// The codes of each site, where they were asked for.
    public let codes: [Graph.Site: Tensor<Int32>]
  }

  /// Runs the quantised model on tokens.
  ///
  /// - Parameters:
  ///   - tokens: the sequence.
  ///   - outputs: the outputs that are wanted, as for ``TransformerModel/graph(tokens:past:outputs:)``.
  ///   - compares: whether the model is run in binary32 too, for the noise of each site.
  ///   - keepsCodes: whether the codes of every site are kept.
  ///   - adjust: what changes the codes of a site; nil for nothing.
  /// - Throws: ``ModelQuantizationError``.
  public func run(
    _ tokens: TokenSequence, outputs: [String]? = nil, compares: Bool = false, keepsCodes: Bool = false,
    adjust: CodeAdjustment? = nil
  ) throws(ModelQuantizationError) -> Result {
    do throws(ModelError) {
      let graph = try model.graph(tokens: tokens.count, outputs: outputs)
      return try run(
        graph, model.inputs(for: tokens), compares: compares, keepsCodes: keepsCodes, adjust: adjust)
    } catch { throw .model(error) }
  }

  /// Runs a model of images on one, channels × height × width.
  ///
  /// - Throws: ``ModelQuantizationError``.
  public func run(image: Tensor<Float>, outputs: [String]? = nil) throws(ModelQuantizationError) -> Result {
    do throws(ModelError) {
      return try run(model.graph(outputs: outputs), model.inputs(forImage: image))
    } catch { throw .model(error) }
  }

  /// Runs a graph of the model on any inputs.
  ///
  /// - Throws: ``ModelError``.
  public func run(
    _ graph: Graph, _ inputs: [String: TensorValue], compares: Bool = false, keepsCodes: Bool = false,
    adjust: CodeAdjustment? = nil
  ) throws(ModelError) -> Result {
    var reference: [Graph.Site: Tensor<Float>] = [:]
    do throws(GraphError) {
      if compares {
        _ = try Interpreter(graph, parameters: model.parameters)(inputs) { node, operand in
          if let site = node.site { reference[site] = operand.real }
        }
      }
      var interpreter = QuantizedInterpreter(self, graph, reference: reference, keepsCodes: keepsCodes, adjust: adjust)
      return try interpreter.run(inputs)
    } catch { throw .graph(error) }
  }
}
