import Engine
import Models
import Simulator
import TATAA
import TATAAHardware
import Testbench
import Transformer
import Verilator

/// A model of images on a TATAA accelerator: one program, which runs on image after image. The golden machine, the hardware
/// and the quantised interpreter are compared in every bit; the host cuts the image into patches and computes the classes from
/// the last layer's output.
///
///     let vision = TATAAVision(model: model, images: try reader.images(in: file))
///     let prepared = try vision.prepare(calibratedOn: reader.calibration())
///     let outcome = try vision.run(prepared, on: .verilator(ModelBuilder()))
public struct TATAAVision: Sendable {
  /// The model.
  public var model: TransformerModel
  /// The images, each channels × height × width.
  public var images: [Tensor<Float>]
  /// The sizes of the accelerator, which has one core.
  public var configuration = Configuration.standard.with(cores: 1)
  /// Cycles from the address of a burst to its first word.
  public var latency = 8
  /// The probability with which each channel of a bus stalls in a cycle.
  public var stalls = 0.0
  /// Decides the stalls and what registers hold at power-up.
  public var seed = Seed(1)
  /// Told how many of the images are done, and the cycle.
  public var progress: @Sendable (_ image: Int, _ cycle: Int) -> Void = { _, _ in }
  /// Asked now and then; true ends the run.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// A run of a model on some images.
  public init(model: TransformerModel, images: [Tensor<Float>]) { (self.model, self.images) = (model, images) }

  /// The model, quantised and compiled.
  public struct Prepared: Sendable {
    /// The program and its memory.
    public let compiled: CompiledModel
    let quantized: QuantizedModel
    let reference: Graph
  }

  /// Quantises the model and compiles it.
  ///
  /// - Throws: ``MachineError``, ``TATAA/CompilerError`` and what the model says.
  public func prepare(calibratedOn images: [Tensor<Float>]) throws -> Prepared {
    guard configuration.cores == 1 else {
      throw MachineError.model(
        "images run on one core, and the configuration has \(configuration.cores): set cores=1")
    }
    let quantized = try QuantizedModel(
      model, ranges: ActivationRanges(of: model, images: images), profile: NumericsProfile(functions: .bfloat16Steps))
    return Prepared(
      compiled: try CompiledModel(ofImages: quantized, for: configuration), quantized: quantized,
      reference: try model.graph(outputs: ["hidden", "class"]))
  }

  /// Runs the images, on the golden machine and on the hardware, up to the first byte that is wrong.
  ///
  /// - Throws: ``MachineError``, and what the engine says.
  public func run(_ prepared: Prepared, on target: TATAARun.Target) throws -> TATAAVisionOutcome {
    switch target {
    case .golden: try run(prepared, on: NativeHost?.none)
    case .native: try run(prepared, on: host(prepared, TATAAEngines.native(configuration, seed)))
    case .verilator(let builder):
      try run(prepared, on: host(prepared, TATAAEngines.verilator(configuration, seed, builder)))
    }
  }

  private func host<E: Engine>(_ prepared: Prepared, _ engine: E) throws -> ProgramHost<E> {
    try ProgramHost(
      engine, image: prepared.compiled.image.bytes, program: 8 * prepared.compiled.program.words.count,
      latency: latency,
      stalls: stalls, seed: seed)
  }

  private func run<E: Engine>(_ prepared: Prepared, on host: ProgramHost<E>?) throws -> TATAAVisionOutcome {
    let compiled = prepared.compiled
    let interpreter = Interpreter(prepared.reference, parameters: model.parameters)
    var ended: [TATAAVisionOutcome.Image] = []
    let clock = ContinuousClock.now
    for (index, image) in images.enumerated() {
      guard !isCancelled() else { throw MachineError.cancelled }
      let writes = try compiled.writes(forImage: image)
      var golden = try Machine(configuration: configuration, memory: compiled.image.bytes)
      for (address, bytes) in writes { golden.write(bytes, at: address) }
      try golden.run(compiled.program)
      let quantized = try prepared.quantized.run(image: image, outputs: ["hidden", "class"]).outputs
      let reference = try interpreter(model.inputs(forImage: image))
      guard let meant = quantized["hidden"]?.real, let meantClass = quantized["class"]?.index?.elements.first,
        let exact = reference["hidden"]?.real, let exactClass = reference["class"]?.index?.elements.first
      else { throw MachineError.model("the model has no classes: give one that was trained to tell images apart") }
      let goldenHidden = try compiled.hidden(in: golden.memory)
      var hardware: TATAAOutcome.Hardware?
      var hidden = goldenHidden
      if let host {
        hardware = try host.run(compiled.program, after: writes, stores: golden.stores) { _, cycle in
          progress(index, cycle)
          return !isCancelled()
        }
        hidden = try compiled.hidden(in: host.contents)
      } else {
        progress(index, 0)
      }
      ended.append(
        .init(
          number: try prepared.quantized.imageClass(of: hidden).number, quantized: meantClass, reference: exactClass,
          goldenIsExact: Self.isEqual(goldenHidden, meant), hiddenIsExact: Self.isEqual(hidden, meant),
          cosine: ApproximationError(of: hidden.elements, reference: exact.elements).cosine,
          stores: golden.stores.count, hardware: hardware))
      if hardware.map({ !$0.isExact }) ?? false { break }
    }
    return TATAAVisionOutcome(
      prepared, ended, asked: images.count, latency: latency, hasStalls: stalls > 0,
      seconds: host.map { _ in (ContinuousClock.now - clock) / .seconds(1) })
  }

  private static func isEqual(_ left: Tensor<Float>, _ right: Tensor<Float>) -> Bool {
    left.elements.map(\.bitPattern) == right.elements.map(\.bitPattern)
  }
}

/// A host of the netlist in this process.
private typealias NativeHost = ProgramHost<NativeModel>
