import AnalogMacros
import Dispatch
import Foundation
import Models
import Synchronization
import Transformer
import XFormer

/// How near a whole encoder on crossbars is to binary32: the golden machine on texts that were not used for calibration, over what is
/// not ideal and over seeds.
///
///     let accuracy = try XFormerAccuracy(model, text, sizes: .layer, texts: 16)
///     let result = try accuracy.measure(.init("adc-7", converterBits: 7), seed: 1)
///
/// The golden machine executes the compiled program of each text. Units are programmed once for all texts; whatever was programmed
/// before gives the same bits, which a test compares.
public struct XFormerAccuracy: Sendable {
  /// Crossbars of one kind.
  public struct Point: Hashable, Sendable, Codable {
    /// What it is called in results.
    public var name: String
    /// What is swept, and where on it the point is.
    public var sweep: String, place: Double
    /// How weights become levels.
    public var encoding: WeightEncoding
    /// Bits of a converter, and those of them that are a fraction.
    public var converterBits: Int, codeFractionBits: Int
    /// Half kelvins above 300 K.
    public var temperature: UInt8
    /// What is not ideal; the seed is that of the measurement.
    public var effects: Nonidealities

    /// Crossbars of differential columns.
    public init(
      _ name: String, _ encoding: WeightEncoding = .differential, sweep: String = "", at place: Double = 0,
      converterBits: Int = 9, codeFractionBits: Int = 0, temperature: UInt8 = 0,
      _ change: (inout Nonidealities) -> Void = { _ in }
    ) {
      (self.name, self.sweep, self.place, self.encoding) = (name, sweep, place, encoding)
      (self.converterBits, self.codeFractionBits) = (converterBits, codeFractionBits)
      self.temperature = temperature
      effects = Nonidealities()
      change(&effects)
    }
  }

  /// What is measured, whatever the crossbars: results of different configurations are not compared.
  public struct Configuration: Hashable, Sendable, Codable {
    /// The model.
    public var model: String
    /// Its layers that ran, and the texts.
    public var layers: Int, texts: Int
    /// The sizes of the machine by name, but those of the converters, which are the points'.
    public var machine: [String: Int]

    /// A configuration.
    public init(model: String, layers: Int, texts: Int, sizes: XFormerSizes) {
      (self.model, self.layers, self.texts) = (model, layers, texts)
      let own = XFormerSizes.settings.filter { !["converter-bits", "code-fraction-bits"].contains($0.name) }
      machine = Dictionary(uniqueKeysWithValues: own.map { ($0.name, sizes[keyPath: $0.path]) })
    }

    /// What differs from another configuration, in words; nil where nothing does.
    public func difference(from other: Configuration) -> String? {
      func words(_ name: String, _ own: String, _ its: String) -> String? {
        own == its ? nil : "\(name) is \(its) there and \(own) here"
      }
      func text(_ value: Int?) -> String { value.map(String.init) ?? "missing" }
      let sizes = Set(machine.keys).union(other.machine.keys).sorted()
      return words("the model", model, other.model) ?? words("layers", "\(layers)", "\(other.layers)")
        ?? words("texts", "\(texts)", "\(other.texts)")
        ?? sizes.lazy.compactMap { words($0, text(machine[$0]), text(other.machine[$0])) }.first
    }
  }

  /// What a seed gave.
  public struct Result: Hashable, Sendable, Codable {
    /// What was measured.
    public var configuration: Configuration
    /// The crossbars.
    public var point: Point
    /// The seed.
    public var seed: UInt64
    /// The cosine of the mean hidden state of each text with that of binary32.
    public var cosines: [Double]
    /// The share of texts whose nearest other text is that of binary32.
    public var nearest: Double

    /// What a seed gave.
    public init(configuration: Configuration, point: Point, seed: UInt64, cosines: [Double], nearest: Double) {
      (self.configuration, self.point, self.seed) = (configuration, point, seed)
      (self.cosines, self.nearest) = (cosines, nearest)
    }

    /// The mean over the texts.
    public var mean: Double { cosines.reduce(0, +) / Double(max(1, cosines.count)) }
  }

  /// Mean and standard deviation over seeds.
  public struct Summary: Hashable, Sendable {
    /// The crossbars.
    public var point: Point
    /// Seeds and texts.
    public var seeds, texts: Int
    /// Over the seeds, of the means over texts.
    public var mean, deviation: Double
    /// The least cosine of a text.
    public var least: Double
    /// The mean share of texts whose nearest other text is the same.
    public var nearest: Double
  }

  /// What is measured.
  public let configuration: Configuration
  private let steps: Double
  private let references: [[Double]]
  private let programs: [Converter: [XFormerProgram]]

  /// What a program depends on.
  private struct Converter: Hashable {
    var encoding: WeightEncoding
    var fraction: Int

    init(_ point: Point) { (encoding, fraction) = (point.encoding, point.codeFractionBits) }
  }

  /// Quantises a model, with half of the texts for calibration, and compiles the others.
  ///
  /// - Parameters:
  ///   - name: what the model is called in results.
  ///   - sizes: the machine; encoding, converters and effects are those of the points.
  ///   - texts: how many of the other texts are measured, at most.
  ///   - layers: the first layers; nil for all.
  ///   - points: the crossbars that will be measured.
  /// - Throws: ``XFormer/XFormerError``, and what the tokenizer says.
  public init(
    _ name: String, _ model: TransformerModel, _ sequences: [TokenSequence], sizes: XFormerSizes = .layer,
    texts: Int = 16, layers: Int? = nil, points: [Point] = Self.points
  ) throws {
    let seen = sequences.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    let held = sequences.enumerated().filter { $0.offset % 2 == 1 }.map(\.element).prefix(texts)
    let quantizer = try XFormerQuantizer(model, sequences: seen)
    let range = 0..<(layers ?? model.layers)
    let encoder = try quantizer.encoder(range, for: sizes)
    var references: [[Double]] = []
    var inputs: [[[Int32]]] = []
    for sequence in held {
      let (input, output) = try quantizer.rows(sequence, layers: range)
      inputs.append(encoder.codes(input))
      references.append(Self.mean(output.map { $0.map { Double($0) } }))
    }
    var programs: [Converter: [XFormerProgram]] = [:]
    for converter in Set(points.map(Converter.init)) {
      var own = sizes
      own.crossbar.encoding = converter.encoding
      own.crossbar.geometry.codeFractionBits = converter.fraction
      own.crossbar.effects = Nonidealities()
      let compiler = XFormerCompiler(own, isCausal: try quantizer.isCausal())
      programs[converter] = try inputs.map { try compiler.program(encoder.layers, input: $0) }
    }
    configuration = Configuration(model: name, layers: range.count, texts: references.count, sizes: sizes)
    (self.references, self.programs, steps) = (references, programs, encoder.outputSteps[range.count - 1])
  }

  private static func seeded(_ effects: Nonidealities, _ seed: UInt64) -> Nonidealities {
    var effects = effects
    effects.seed = seed
    return effects
  }

  private static func mean(_ rows: [[Double]]) -> [Double] {
    (rows.first?.indices ?? 0..<0).map { column in
      rows.reduce(0) { $0 + $1[column] } / Double(max(1, rows.count))
    }
  }

  private static func cosine(_ a: [Double], _ b: [Double]) -> Double {
    var (product, first, second) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      product += x * y
      first += x * x
      second += y * y
    }
    return first > 0 && second > 0 ? product / (first * second).squareRoot() : 0
  }

  private static func nearest(_ all: [[Double]]) -> [Int?] {
    all.indices.map { index in
      all.indices.filter { $0 != index }.max { cosine(all[index], all[$0]) < cosine(all[index], all[$1]) }
    }
  }

  /// Measures a point with a seed, texts on so many threads. The result does not depend on how many there are.
  ///
  /// - Throws: ``XFormer/XFormerError``.
  public func measure(_ point: Point, seed: UInt64, jobs: Int = 1) throws -> Result {
    guard let plain = programs[Converter(point)], let first = plain.first else {
      throw MachineError.model("no text was compiled for the converters of \(point.name)")
    }
    let effects = Self.seeded(point.effects, seed)
    let units = XFormerUnits(try first.on(effects, converterBits: point.converterBits), jobs: jobs)
    let found = Mutex([[Double]?](repeating: nil, count: plain.count))
    let failure = Mutex(XFormerError?.none)
    let jobs = max(1, min(jobs, plain.count))
    DispatchQueue.concurrentPerform(iterations: jobs) { job in
      for index in stride(from: job, to: plain.count, by: jobs) {
        do throws(XFormerError) {
          var program = try plain[index].on(effects, converterBits: point.converterBits)
          program.temperature = point.temperature
          let machine = try XFormerMachine.executed(program, with: units)
          let mean = Self.mean(Self.output(program, machine, steps))
          found.withLock { $0[index] = mean }
        } catch { failure.withLock { $0 = error } }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    let outputs = found.withLock { $0.compactMap(\.self) }
    let (own, wanted) = (Self.nearest(outputs), Self.nearest(references))
    let same = zip(own, wanted).count { $0 == $1 }
    return Result(
      configuration: configuration, point: point, seed: seed,
      cosines: zip(outputs, references).map { Self.cosine($0, $1) },
      nearest: Double(same) / Double(max(1, outputs.count)))
  }

  private static func output(_ program: XFormerProgram, _ machine: XFormerMachine, _ step: Double) -> [[Double]] {
    guard let place = program.results.last(where: { $0.name.hasSuffix("output.wide") }) else { return [] }
    return (0..<place.rows).map { row in
      (0..<place.columns).map { column in
        let start = place.address + row * place.stride + 2 * column
        let pattern = UInt16(machine.memory[start]) | UInt16(machine.memory[start + 1]) << 8
        return Double(Int16(bitPattern: pattern)) * step
      }
    }
  }

  /// Results by point, in the order in which points come.
  public static func summaries(_ results: [Result]) -> [Summary] {
    var order: [Point] = []
    for result in results where !order.contains(result.point) { order.append(result.point) }
    return order.map { point in
      let own = results.filter { $0.point == point }
      let means = own.map(\.mean)
      let mean = means.reduce(0, +) / Double(means.count)
      let squares = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return Summary(
        point: point, seeds: own.count, texts: own.first?.cosines.count ?? 0, mean: mean,
        deviation: own.count > 1 ? (squares / Double(own.count - 1)).squareRoot() : 0,
        least: own.flatMap(\.cosines).min() ?? 0, nearest: own.reduce(0) { $0 + $1.nearest } / Double(own.count))
    }
  }

  /// The results of a file, one JSON object a line, all of one configuration.
  ///
  /// - Throws: ``MachineError`` where the file is none of results, or of several configurations; what the file system says.
  public static func read(_ path: String) throws -> [Result] {
    guard FileManager.default.fileExists(atPath: path) else { throw MachineError.model("there is no file '\(path)'") }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline)
    let results = try lines.enumerated().compactMap { number, line -> Result? in
      do { return try JSONDecoder().decode(Result.self, from: Data(line.utf8)) } catch {
        // A last line that was cut off is measured again.
        guard number == lines.count - 1, number > 0 else {
          throw MachineError.model("'\(path)' holds no results of accuracy in line \(number + 1): give another file")
        }
        return nil
      }
    }
    if let first = results.first?.configuration {
      for result in results {
        guard let difference = result.configuration.difference(from: first) else { continue }
        throw MachineError.model("'\(path)' holds results of two configurations: \(difference)")
      }
    }
    return results
  }
}
