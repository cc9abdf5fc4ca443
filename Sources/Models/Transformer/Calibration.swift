import Foundation
import Golden

/// The ranges of an encoder's activations over calibration texts.
public struct Calibration: Hashable, Sendable {
  /// The ranges in one layer.
  public struct Layer: Hashable, Sendable {
    /// The greatest absolute value at each site.
    public internal(set) var maxima: [ActivationSite: Float] = [:]
    /// The greatest absolute value of each feature, at the sites that migration needs: x, c, h and g.
    public internal(set) var channelMaxima: [ActivationSite: [Float]] = [:]
  }

  /// The sites whose features are scaled one by one.
  public static let migratedSites: [ActivationSite] = [.input, .context, .feedForwardInput, .feedForwardHidden]

  /// The ranges of each layer.
  public private(set) var layers: [Layer]

  /// Runs the encoder over texts and keeps the ranges. 32 texts or more make stable ranges.
  ///
  /// - Parameters:
  ///   - model: The encoder.
  ///   - texts: What it runs over.
  ///   - progress: told the number of texts done, and of all, after each text.
  /// - Throws: ``QuantizationError`` when there is no text, a text cannot be run, or an activation is not finite.
  public init(
    of model: EncoderModel, texts: [String], progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(QuantizationError) {
    guard !texts.isEmpty else { throw .noTexts }
    layers = Array(repeating: Layer(), count: model.layers.count)
    for (index, text) in texts.enumerated() {
      let tokens: TokenSequence
      do throws(TokenizerError) { tokens = try model.tokenizer.encode(text) } catch { throw .tokenizer(error) }
      let trace: EncoderTrace
      do throws(EncoderModelError) { trace = try model.forward(tokens) } catch { throw .model(error) }
      for (layer, activations) in trace.layers.enumerated() {
        try activations.requireFinite(layer: layer)
        for site in ActivationSite.allCases { record(activations[site], at: site, layer: layer) }
      }
      progress(index + 1, texts.count)
    }
  }

  private mutating func record(_ matrix: Matrix<Float>, at site: ActivationSite, layer: Int) {
    let channels = matrix.channelMaxima
    layers[layer].maxima[site] = max(layers[layer].maxima[site] ?? 0, channels.max() ?? 0)
    if Self.migratedSites.contains(site) {
      let known = layers[layer].channelMaxima[site]
      layers[layer].channelMaxima[site] = known.map { zip($0, channels).map(max) } ?? channels
    }
  }
}

extension Matrix where Element == Float {
  /// The greatest absolute value of each column.
  var channelMaxima: [Float] {
    var maxima = [Float](repeating: 0, count: columns)
    elements.withUnsafeBufferPointer { elements in
      maxima.withUnsafeMutableBufferPointer { maxima in
        guard let e = elements.baseAddress, let m = maxima.baseAddress else { return }
        for row in 0..<rows {
          for column in 0..<columns {
            let magnitude = abs(e[row &* columns &+ column])
            if magnitude > m[column] { m[column] = magnitude }
          }
        }
      }
    }
    return maxima
  }

  /// The greatest absolute value of each row.
  var rowMaxima: [Float] {
    var maxima = [Float](repeating: 0, count: rows)
    elements.withUnsafeBufferPointer { elements in
      for row in 0..<rows {
        var maximum: Float = 0
        for index in row * columns..<(row + 1) * columns {
          let magnitude = abs(elements[index])
          if magnitude > maximum { maximum = magnitude }
        }
        maxima[row] = maximum
      }
    }
    return maxima
  }
}
