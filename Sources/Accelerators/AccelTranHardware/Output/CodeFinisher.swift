import AccelTran
import Components
import HDL
import Units

/// Sums on their way to memory, as many as a word of the bus has numbers.
public struct SumWord: SignalBundle {
  /// The exact sums.
  public let sums: Vector<SInt>
  /// Where the word is to be stored.
  public let address: UInt
  /// Which numbers are stored.
  public let keep: Bits
  /// The word of the table with the biases, and which of its numbers where one is for all.
  public let biasWord, biasPlace: UInt

  /// Sums of a machine.
  public init(_ sizes: EngineSizes) {
    sums = .shape(sizes.wordElements, of: LaneShape(sizes).sumWidth)
    (address, keep) = (.shape(32), .shape(sizes.wordElements))
    (biasWord, biasPlace) = (.shape(12), .shape(bits(for: max(1, sizes.wordElements - 1))))
  }

  /// The fields, each of which may be a literal.
  public init(sums: Vector<SInt>, address: UInt, keep: Bits, biasWord: UInt, biasPlace: UInt) {
    (self.sums, self.address, self.keep) = (sums, address, keep)
    (self.biasWord, self.biasPlace) = (biasWord, biasPlace)
  }
}

/// A word that is to be stored.
public struct CodeWord: SignalBundle {
  /// The codes.
  public let codes: Vector<SInt>
  /// Where it is to be stored.
  public let address: UInt
  /// Which codes are stored.
  public let keep: Bits

  /// A word of a machine.
  public init(_ sizes: EngineSizes) {
    (codes, address) = (.shape(sizes.wordElements, of: sizes.width), .shape(32))
    keep = .shape(sizes.wordElements)
  }

  /// The fields, each of which may be a literal.
  public init(codes: Vector<SInt>, address: UInt, keep: Bits) {
    (self.codes, self.address, self.keep) = (codes, address, keep)
  }
}

/// What happens to the sums of a product.
public struct FinishRule: SignalBundle {
  /// Whether a bias is added, and whether it belongs to the row.
  public let hasBias, biasPerRow: Bit
  /// Sums of which the absolute value is not above are zero; 0 for none.
  public let sumLimit: UInt
  /// What sums are multiplied with, in steps of 2^−24.
  public let factor: UInt
  /// Codes that are not above it are zero, before the function and behind it; 0 for none.
  public let codeLimit, resultLimit: UInt
  /// 0 for none, 1 for ReLU, 2 for the quadratic sigmoid.
  public let function: UInt

  /// The rule for numbers of a machine.
  public init(_ sizes: EngineSizes) {
    (hasBias, biasPerRow, sumLimit) = (.shape, .shape, .shape(LaneShape(sizes).sumWidth))
    (factor, codeLimit, resultLimit) = (.shape(25), .shape(sizes.width), .shape(sizes.width))
    function = .shape(2)
  }

  /// The fields, each of which may be a literal.
  public init(
    hasBias: Bit, biasPerRow: Bit, sumLimit: UInt, factor: UInt, codeLimit: UInt, resultLimit: UInt, function: UInt
  ) {
    (self.hasBias, self.biasPerRow, self.sumLimit, self.factor) = (hasBias, biasPerRow, sumLimit, factor)
    (self.codeLimit, self.resultLimit, self.function) = (codeLimit, resultLimit, function)
  }
}

/// Makes codes of exact sums: bias, pruning of the sum, a factor and one rounding, to the nearest or by chance, pruning of the code, a function, pruning of
/// its result. A word a clock; 7 clocks.
///
/// The function is x · s(1.702 x) with a sigmoid of two parabolas, in the bits of ``/AccelTran/LaneFunction``.
public struct CodeFinisher: DefaultConfigurable {
  /// The sizes.
  public var sizes: EngineSizes

  /// The unit of a machine.
  public init(sizes: EngineSizes = .tiny) { self.sizes = sizes }

  /// The default configuration.
  public init() { self.init(sizes: .tiny) }

  /// Sums in, words out.
  public struct Ports {
    public let push: StreamInput<SumWord>
    public let rule: Input<FinishRule>
    public let tableIndex: Output<UInt>
    public let tableAdvance: Output<Bit>
    public let tableWord: Input<Vector<SInt>>
    public let pop: StreamOutput<CodeWord>
    public let isIdle: Output<Bit>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      push: .init(SumWord(sizes), "Sums"), rule: .init(FinishRule(sizes), "What happens to them; stands still"),
      tableIndex: .init(12, "A word of the biases to be read"), tableAdvance: .init("1 to read it"),
      tableWord: .init(sizes.wordElements, of: sizes.width, "It, one clock later"),
      pop: .init(CodeWord(sizes), "Words for memory"), isIdle: .init("1 when nothing is under way"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Bias, pruning, factor, one rounding, function and pruning of \(sizes.wordElements) sums a clock; 7 clocks."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(AccelTranError) { try sizes.validate() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let (width, fraction) = (sizes.width, sizes.fractionBits)
    let rule = io.rule
    let moves = m.wire("moves", Bit.self)
    var valid = io.push.take(when: moves)
    var (address, keep) = (io.push.payload.address, io.push.payload.keep)
    var busy: [Bit] = []
    func stage(_ number: Int) {
      valid = m.register("valid_\(number)", valid, when: moves, reset: 0)
      address = m.register("address_\(number)", address, when: moves)
      keep = m.register("keep_\(number)", keep, when: moves)
      busy.append(valid)
    }
    func held(_ name: String, _ values: [SInt]) -> [SInt] {
      values.enumerated().map { m.register("\(name)_\($0)", $1, when: moves) }
    }
    io.tableIndex <== io.push.payload.biasWord
    io.tableAdvance <== moves
    stage(0)
    let place = m.register("bias_place", io.push.payload.biasPlace, when: moves)
    let sums = held("sum", io.push.payload.sums.map { $0 })

    let wide = sums[0].width
    let biases = io.tableWord.map { $0 }
    let shared = select(place, biases)
    stage(1)
    let pruned = held(
      "pruned",
      sums.enumerated().map { index, sum in
        let bias = mux(rule.biasPerRow, shared, biases[index])
        let added = sum &+ (mux(rule.hasBias, bias, 0).extended(to: wide).shiftedUp(by: fraction))
        return mux((added.magnitude .<= rule.sumLimit) & rule.sumLimit.any, 0, added)
      })
    stage(2)
    let factor = concatenate(Bit(0), rule.factor).asSigned
    let products = held("product", pruned.map { $0 * factor })
    let rounded = rounded(products, valid & moves, m)
    stage(3)
    func limited(_ code: SInt, _ limit: UInt) -> SInt { mux((code.magnitude .<= limit) & limit.any, 0, code) }
    let codes = held(
      "code", rounded.map { limited($0, rule.codeLimit) })

    stage(4)
    // 1.702 in steps of 2^−16.
    let distances = codes.map { concatenate(Bit(0), $0.magnitude * UInt(111_542).extended(to: 17)).asSigned }
      .map { fraction == 0 ? $0 : $0.roundedRight(by: fraction) }
    let four = m.constant(262_144, width: distances[0].width, as: SInt.self)
    let rests = held("rest", distances.map { mux($0 .< four, four &- $0, 0).truncated(to: 20) })
    let second = held("second", codes)
    stage(5)
    let one = m.constant(1 << 37, width: 40, as: SInt.self)
    let sigmoids = held(
      "sigmoid",
      zip(rests, second).map { rest, code in
        let half = rest * rest
        return mux(code.isNegative, half, one &- half).roundedRight(by: 5).truncated(to: 35)
      })
    let third = held("third", second)
    stage(6)
    let results = held(
      "result",
      zip(third, sigmoids).map { code, sigmoid in
        let curved = (code * sigmoid).roundedRight(by: 32).saturated(to: width)
        let rectified = mux(code.isNegative, 0, code)
        return limited(select(rule.function, [code, rectified, curved, code]), rule.resultLimit)
      })
    moves.driver <== (!valid | io.pop.ready)
    io.pop.valid <== valid
    io.pop.payload <== CodeWord(codes: Vector(results), address: address, keep: keep)
    io.isIdle <== !anyOf(busy)
  }

  /// The codes of products, to the nearest even one or by chance; `steps` is 1 when a word goes on.
  private func rounded(_ products: [SInt], _ steps: Bit, _ m: Module) -> [SInt] {
    let shift = sizes.fractionBits + 24
    guard sizes.noiseBits > 0 else { return products.map { $0.roundedRight(by: shift).saturated(to: sizes.width) } }
    let rounder = m.instance(
      StochasticRounder {
        ($0.width, $0.shift, $0.outputWidth) = (products[0].width, shift, sizes.width)
        ($0.noiseBits, $0.degree, $0.lanes) = (sizes.noiseBits, EngineSizes.noiseDegree, products.count)
      }, "rounder")
    rounder.push.valid <== steps
    rounder.push.payload <== Vector(products)
    rounder.pop.ready <== 1
    return rounder.pop.payload.map { $0 }
  }
}
