import Foundation

/// Spectra of a comb of rings as an SVG drawing: the transmission of each ring over the wavelengths of the comb.
public struct SpectrumDrawing: Hashable, Sendable {
  /// The rings.
  public var spectrum: RingSpectrum
  /// The weights that the rings are set to, 0 to 1, one for each wavelength.
  public var weights: [Double]

  /// A drawing of rings that are set to weights.
  public init(_ spectrum: RingSpectrum, weights: [Double]) { (self.spectrum, self.weights) = (spectrum, weights) }

  /// What passes all rings at a wavelength in nm from the first light.
  public func transmission(_ place: Double) -> Double {
    weights.enumerated().reduce(1) { $0 * ring($1.offset, place) }
  }

  private func ring(_ index: Int, _ place: Double) -> Double {
    spectrum.transmission(detuning: place - Double(index) * spectrum.spacing - spectrum.shift(for: weights[index]))
  }

  /// The drawing: a curve for each ring, the curve of all, and a line at each light.
  public var svg: String {
    let (left, width, top, height) = (50.0, 820.0, 40.0, 240.0)
    let span = Double(weights.count) * spectrum.spacing
    let start = -spectrum.spacing / 2
    func x(_ place: Double) -> Double { left + (place - start) / span * width }
    func y(_ value: Double) -> Double { top + (1 - value) * height }
    func number(_ value: Double) -> String { String(format: "%.1f", value) }
    func curve(_ style: String, _ value: (Double) -> Double) -> String {
      let points = (0...820).map { step -> String in
        let place = start + Double(step) / 820 * span
        return "\(number(x(place))),\(number(y(value(place))))"
      }
      return "<polyline class=\"\(style)\" points=\"\(points.joined(separator: " "))\"/>"
    }
    let quality = String(format: "%.0f", spectrum.qualityFactor)
    let title =
      "\(weights.count) rings, quality factor \(quality), \(String(format: "%.2f", spectrum.spacing)) nm apart: transmission of "
      + "each ring, of all of them, and the light"
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 900 320\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\">",
      "<title>\(title)</title>",
      "<style>text{fill:#1b1f24}polyline{fill:none}.ring{stroke:#0969da;opacity:.45}.all{stroke:#1b1f24;stroke-width:1.6}"
        + ".light{stroke:#bf8700;stroke-dasharray:3 3}.axis{stroke:#8c959f}@media(prefers-color-scheme:dark){text{fill:#e6edf3}"
        + ".all{stroke:#e6edf3}}</style>",
      "<text x=\"0\" y=\"16\" font-weight=\"bold\">\(title)</text>",
    ]
    for value in [0.0, 0.5, 1] {
      lines.append(
        "<line class=\"axis\" x1=\"\(number(left))\" y1=\"\(number(y(value)))\" x2=\"\(number(left + width))\" y2=\"\(number(y(value)))\"/>"
      )
      lines.append(
        "<text x=\"\(number(left - 8))\" y=\"\(number(y(value) + 4))\" text-anchor=\"end\">\(number(value))</text>")
    }
    for index in weights.indices {
      let place = Double(index) * spectrum.spacing
      lines.append(
        "<line class=\"light\" x1=\"\(number(x(place)))\" y1=\"\(number(y(1)))\" x2=\"\(number(x(place)))\" y2=\"\(number(y(0)))\"/>"
      )
      lines.append(
        "<text x=\"\(number(x(place)))\" y=\"\(number(top + height + 18))\" text-anchor=\"middle\">"
          + String(format: "%.2f", weights[index]) + "</text>")
      lines.append(curve("ring") { ring(index, $0) })
    }
    lines.append(curve("all", transmission))
    lines.append("<text x=\"\(number(left))\" y=\"314\">weight of each light</text>")
    lines.append("</svg>")
    return lines.joined(separator: "\n") + "\n"
  }
}
