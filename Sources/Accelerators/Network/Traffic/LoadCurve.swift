/// Latency and throughput over the load, as a table and as a drawing.
public struct LoadCurve: Hashable, Sendable {
  /// What was measured.
  public let experiment: NetworkExperiment
  /// The mean latency in an empty network.
  public let zeroLoadLatency: Double
  /// A measurement for each load, by rising load.
  public let measurements: [NetworkExperiment.Measurement]
  /// The greatest load that does not saturate the network, where it was looked for.
  public let saturation: Double?

  /// A curve of measurements.
  public init(
    _ experiment: NetworkExperiment, _ measurements: [NetworkExperiment.Measurement], saturation: Double? = nil
  ) throws(NetworkError) {
    self.experiment = experiment
    zeroLoadLatency = try experiment.zeroLoadLatency()
    self.measurements = measurements.sorted { $0.load < $1.load }
    self.saturation = saturation
  }

  /// Evenly spaced loads from `first` to `last`.
  public static func loads(from first: Double, to last: Double, count: Int) -> [Double] {
    count < 2 ? [first] : (0..<count).map { first + (last - first) * Double($0) / Double(count - 1) }
  }

  /// A number with a fixed count of decimals.
  public static func text(_ value: Double, decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let scaled = Int(value * Double(scale) + (value < 0 ? -0.5 : 0.5))
    let digits = String(abs(scaled) % scale)
    let fraction = String(repeating: "0", count: max(0, decimals - digits.count)) + digits
    return (scaled < 0 ? "-" : "") + String(abs(scaled) / scale) + (decimals > 0 ? "." + fraction : "")
  }

  /// A line for each load, with a head line. Loads and throughputs are flits a node and clock, latencies clocks.
  public var csv: String {
    let head =
      "load,offered,accepted,packets,mean_latency,p95_latency,p99_latency,max_latency,peak_channel_load,saturated\n"
    return head
      + measurements.map { point in
        let peak = point.channelLoads.max() ?? 0
        let numbers = [point.load, point.offered, point.accepted].map { Self.text($0, decimals: 4) }
        // A latency of no packet is none, not 0.
        let latencies =
          point.packets == 0
          ? ["", "", "", ""]
          : [
            Self.text(point.meanLatency, decimals: 2), "\(point.percentile95)", "\(point.percentile99)",
            "\(point.maximum)",
          ]
        return (numbers + ["\(point.packets)"] + latencies + [Self.text(peak, decimals: 4), "\(point.isSaturated)"])
          .joined(separator: ",") + "\n"
      }.joined()
  }

  /// The mean latency over the load, up to four times that of an empty network; saturated points are hollow.
  public var svg: String {
    let (left, top, width, height) = (70.0, 40.0, 600.0, 360.0)
    let greatestLoad = max(measurements.last?.load ?? 1, 1e-9)
    let greatest = max(4 * zeroLoadLatency, 1e-9)
    func x(_ load: Double) -> String { Self.text(left + width * load / greatestLoad, decimals: 1) }
    func y(_ latency: Double) -> String {
      Self.text(top + height * (1 - min(latency, greatest) / greatest), decimals: 1)
    }
    let title = "\(experiment.routes.topology.name), \(experiment.routes.method), \(experiment.pattern.name) traffic"
      .replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 460\" role=\"img\" font-family=\"sans-serif\" "
        + "font-size=\"12\">", "<title>\(title)</title>",
      "<style>text{fill:#1b1f24}.axis,.grid{stroke:#8c959f;fill:none}.grid{stroke-width:.3}.curve{stroke:#0969da;fill:none}"
        + "circle{fill:#0969da;stroke:#0969da}.saturated{fill:none}.mark{stroke:#bf8700}"
        + "@media(prefers-color-scheme:dark){text{fill:#e6edf3}}</style>",
      "<text x=\"70\" y=\"22\" font-weight=\"bold\">\(title)</text>", "<path class=\"axis\" d=\"M70 40V400H670\"/>",
      "<text x=\"370\" y=\"445\" text-anchor=\"middle\">offered load in flits a node and clock</text>",
      "<text x=\"20\" y=\"220\" text-anchor=\"middle\" transform=\"rotate(-90 20 220)\">mean latency in clocks</text>",
    ]
    for step in 0...4 {
      let (load, latency) = (greatestLoad * Double(step) / 4, greatest * Double(step) / 4)
      lines.append("<path class=\"grid\" d=\"M70 \(y(latency))H670\"/>")
      lines.append(
        "<text x=\"64\" y=\"\(y(latency))\" dy=\"4\" text-anchor=\"end\">\(Self.text(latency, decimals: 0))</text>")
      lines.append(
        "<text x=\"\(x(load))\" y=\"418\" text-anchor=\"middle\">\(Self.text(load, decimals: 2))</text>")
    }
    if let saturation, saturation <= greatestLoad {
      lines.append("<path class=\"mark\" d=\"M\(x(saturation)) 40V400\"/>")
      lines.append(
        "<text x=\"\(x(saturation))\" y=\"36\" text-anchor=\"middle\">saturation \(Self.text(saturation, decimals: 3))</text>"
      )
    }
    let points = measurements.map { "\(x($0.load)),\(y($0.meanLatency))" }
    lines.append("<polyline class=\"curve\" points=\"\(points.joined(separator: " "))\"/>")
    for point in measurements {
      let style = point.isSaturated ? " class=\"saturated\"" : ""
      lines.append(
        "<circle\(style) cx=\"\(x(point.load))\" cy=\"\(y(point.meanLatency))\" r=\"4\"><title>load "
          + "\(Self.text(point.load, decimals: 3)), \(Self.text(point.meanLatency, decimals: 1)) clocks</title></circle>"
      )
    }
    return (lines + ["</svg>"]).map { $0 + "\n" }.joined()
  }
}
