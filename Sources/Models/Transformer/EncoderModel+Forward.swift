import Foundation
import Golden

extension EncoderModel {
  /// Runs the encoder on a sequence, in binary32, and keeps every activation.
  ///
  /// Per layer: q, k, v = x · W + b; p = softmax(q · kᵀ / √headSize) over the tokens that attention sees, the maximum
  /// subtracted first; c = p · v; h = LayerNorm(x + c · W + b); u = h · W + b; g = activation(u);
  /// next x = LayerNorm(h + g · W + b). x of the first layer is LayerNorm(word + position + type embedding).
  /// A sequence that attention does not see at all has p = 0.
  ///
  /// - Throws: ``EncoderModelError`` when the sequence is empty, too long, or has a token outside the embeddings, or when
  ///   a variance is zero that nothing is added to.
  public func forward(_ tokens: TokenSequence) throws(EncoderModelError) -> EncoderTrace {
    var x = try embed(tokens)
    var traces: [LayerTrace] = []
    for (index, layer) in layers.enumerated() {
      let trace = try run(layer, index, on: x, mask: tokens.attentionMask)
      x = trace.output
      traces.append(trace)
    }
    return EncoderTrace(tokens: tokens, layers: traces)
  }

  private func embed(_ tokens: TokenSequence) throws(EncoderModelError) -> Matrix<Float> {
    guard (1...configuration.maximumPositions).contains(tokens.count) else {
      throw .length(tokens.count, maximum: configuration.maximumPositions)
    }
    let hidden = configuration.hiddenSize
    var sums = Matrix<Float>(rows: tokens.count, columns: hidden, repeating: 0)
    for (position, (id, type)) in zip(tokens.ids, tokens.typeIds).enumerated() {
      if Int(id) >= configuration.vocabularySize, let token = tokenizer.token(id) {
        throw .unembedded(token: token, id: id, embeddings: configuration.vocabularySize)
      }
      guard (0..<configuration.vocabularySize).contains(Int(id)),
        (0..<configuration.typeVocabularySize).contains(Int(type))
      else { throw .token(position: position, id: id, type: type) }
      for column in 0..<hidden {
        sums[position, column] =
          wordEmbeddings[Int(id) * hidden + column] + typeEmbeddings[Int(type) * hidden + column]
          + positionEmbeddings[position * hidden + column]
      }
    }
    return try embeddingNorm.normalized(sums, layer: nil)
  }

  private func run(
    _ layer: EncoderLayer, _ index: Int, on x: Matrix<Float>, mask: [Bool]
  ) throws(EncoderModelError) -> LayerTrace {
    let query = layer.query(x)
    let key = layer.key(x)
    let value = layer.value(x)
    let probabilities = attention(query, key, mask: mask)
    let context = contexts(probabilities, value)
    let attentionOutput = layer.attentionOutput(context)
    let feedForwardInput = try layer.attentionNorm.normalized(
      FloatKernels.sum(x, attentionOutput), layer: index)
    let sum = layer.feedForward1(feedForwardInput)
    var activated = sum
    let function = configuration.activation
    activated.elements.withUnsafeMutableBufferPointer { elements in
      for index in elements.indices { elements[index] = function(elements[index]) }
    }
    let feedForwardOutput = layer.feedForward2(activated)
    let output = try layer.outputNorm.normalized(FloatKernels.sum(feedForwardInput, feedForwardOutput), layer: index)
    return LayerTrace(
      activations: [
        .input: x, .query: query, .key: key, .value: value, .probabilities: probabilities, .context: context,
        .attentionOutput: attentionOutput, .feedForwardInput: feedForwardInput, .feedForwardSum: sum,
        .feedForwardHidden: activated, .feedForwardOutput: feedForwardOutput,
      ], output: output)
  }

  /// softmax(q · kᵀ / √headSize) of every head, one below the other.
  private func attention(_ query: Matrix<Float>, _ key: Matrix<Float>, mask: [Bool]) -> Matrix<Float> {
    let (heads, size, hidden) = (configuration.heads, configuration.headSize, configuration.hiddenSize)
    let count = query.rows
    // Row d of the transpose holds feature d of every token: a head's features are neighbouring rows.
    let keys = key.transposed()
    var scores = Matrix<Float>(rows: heads * count, columns: count, repeating: 0)
    let scale = 1 / Float(size).squareRoot()
    query.elements.withUnsafeBufferPointer { query in
      keys.elements.withUnsafeBufferPointer { keys in
        scores.elements.withUnsafeMutableBufferPointer { scores in
          guard let q = query.baseAddress, let k = keys.baseAddress, let s = scores.baseAddress else { return }
          for head in 0..<heads {
            FloatKernels.accumulateProduct(
              q + head * size, stride: hidden, k + head * size * count, stride: count,
              into: s + head * count * count, stride: count, rows: count, inner: size, columns: count)
          }
          for row in 0..<heads * count { Self.softmax(s + row * count, scale: scale, mask: mask) }
        }
      }
    }
    return scores
  }

  private static func softmax(_ scores: UnsafeMutablePointer<Float>, scale: Float, mask: [Bool]) {
    var maximum = -Float.infinity
    for (column, isSeen) in mask.enumerated() {
      scores[column] *= scale
      if isSeen { maximum = max(maximum, scores[column]) }
    }
    var sum: Double = 0
    for (column, isSeen) in mask.enumerated() {
      scores[column] = isSeen ? exp(scores[column] - maximum) : 0
      sum += Double(scores[column])
    }
    guard sum > 0 else { return }
    for column in mask.indices { scores[column] = Float(Double(scores[column]) / sum) }
  }

  /// p · v of every head, side by side.
  private func contexts(_ probabilities: Matrix<Float>, _ value: Matrix<Float>) -> Matrix<Float> {
    let (heads, size, hidden) = (configuration.heads, configuration.headSize, configuration.hiddenSize)
    let count = value.rows
    var context = Matrix<Float>(rows: count, columns: hidden, repeating: 0)
    probabilities.elements.withUnsafeBufferPointer { probabilities in
      value.elements.withUnsafeBufferPointer { value in
        context.elements.withUnsafeMutableBufferPointer { context in
          guard let p = probabilities.baseAddress, let v = value.baseAddress, let c = context.baseAddress else {
            return
          }
          for head in 0..<heads {
            FloatKernels.accumulateProduct(
              p + head * count * count, stride: count, v + head * size, stride: hidden, into: c + head * size,
              stride: hidden, rows: count, inner: count, columns: size)
          }
        }
      }
    }
    return context
  }
}
