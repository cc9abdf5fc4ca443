import Golden
import Models
import Transformer

/// The threshold calculator: which share of zeros a threshold makes at one place, as a monotone table of pairs (τ, ρ).
///
/// Profiled once over data; a user then asks for a share of zeros and gets a threshold, by a line between two entries. The
/// hardware holds the same table and does the same.
public struct ThresholdCurve: Hashable, Sendable {
  /// The thresholds, ascending from 0.
  public let thresholds: [Double]
  /// The shares of zeros, none less than the one before.
  public let sparsities: [Double]

  /// The published thresholds of a profile: 0 to 0.095 in steps of 0.005.
  public static let publishedGrid = (0..<20).map { Double($0) * 0.005 }

  /// Takes a table.
  ///
  /// - Throws: ``AccelTranError/curve(_:)`` when it is empty, or not monotone.
  public init(thresholds: [Double], sparsities: [Double]) throws(AccelTranError) {
    guard !thresholds.isEmpty, thresholds.count == sparsities.count else {
      throw .curve("\(thresholds.count) thresholds and \(sparsities.count) shares: give as many of both, at least one")
    }
    guard thresholds[0] >= 0, zip(thresholds, thresholds.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .curve("the thresholds \(thresholds) do not ascend from 0 on")
    }
    guard sparsities.allSatisfy({ (0...1).contains($0) }),
      zip(sparsities, sparsities.dropFirst()).allSatisfy({ $0 <= $1 })
    else { throw .curve("the shares \(sparsities) fall, or are not between 0 and 1") }
    self.thresholds = thresholds
    self.sparsities = sparsities
  }

  /// Profiles numbers: the share of those with |x| ≤ τ; at τ = 0 the share of zeros.
  ///
  /// - Throws: ``AccelTranError/curve(_:)``.
  public init(profiling values: [Double], at thresholds: [Double] = publishedGrid) throws(AccelTranError) {
    let magnitudes = values.map { abs($0) }.sorted()
    guard !magnitudes.isEmpty else { throw .curve("there is nothing to profile") }
    let shares = thresholds.map { threshold in
      // The first place behind all that is pruned.
      var (low, high) = (0, magnitudes.count)
      while low < high {
        let middle = (low + high) / 2
        if magnitudes[middle] <= threshold { low = middle + 1 } else { high = middle }
      }
      return Double(low) / Double(magnitudes.count)
    }
    try self.init(thresholds: thresholds, sparsities: shares)
  }

  /// The least threshold that makes a share of zeros; the last one for more than the table reaches.
  public func threshold(for sparsity: Double) -> Double {
    guard let above = sparsities.firstIndex(where: { $0 >= sparsity }) else { return thresholds[thresholds.count - 1] }
    guard above > 0 else { return thresholds[0] }
    let (low, high) = (sparsities[above - 1], sparsities[above])
    let part = (sparsity - low) / (high - low)
    return thresholds[above - 1] + part * (thresholds[above] - thresholds[above - 1])
  }

  /// The share of zeros that a threshold makes.
  public func sparsity(at threshold: Double) -> Double {
    guard let above = thresholds.firstIndex(where: { $0 >= threshold }) else { return sparsities[sparsities.count - 1] }
    guard above > 0 else { return sparsities[0] }
    let part = (threshold - thresholds[above - 1]) / (thresholds[above] - thresholds[above - 1])
    return sparsities[above - 1] + part * (sparsities[above] - sparsities[above - 1])
  }
}

/// The curves of a model's places, and what is made of them.
public struct ThresholdCalculator: Hashable, Sendable {
  /// A curve for each place that was profiled.
  public let curves: [PruningSite: ThresholdCurve]

  /// Profiles the results of a machine without pruning over sequences, real tokens alone.
  ///
  /// - Throws: ``AccelTranError``.
  public init(
    profiling machine: FixedPointMachine, over sequences: [TokenSequence],
    at thresholds: [Double] = ThresholdCurve.publishedGrid
  ) throws(AccelTranError) {
    let format = machine.lanes.format
    var curves: [PruningSite: ThresholdCurve] = [:]
    for (site, codes) in try Self.codes(of: machine, over: sequences) {
      curves[site] = try ThresholdCurve(profiling: codes.map(format.value), at: thresholds)
    }
    self.curves = curves
  }

  /// The codes of a machine without pruning at each place, real tokens alone.
  static func codes(
    of machine: FixedPointMachine, over sequences: [TokenSequence]
  ) throws(AccelTranError) -> [PruningSite: [Int32]] {
    var dense = machine
    (dense.plan, dense.loops) = (PruningPlan(), nil)
    var values: [PruningSite: [Int32]] = [:]
    for sequence in sequences {
      let run = try dense.run(sequence, keepsNodes: true)
      let graph: Graph
      do throws(ModelError) { graph = try machine.model.graph(tokens: sequence.count, outputs: ["hidden"]) } catch {
        throw .node("graph", "\(error)")
      }
      for node in graph.nodes {
        guard let site = node.site, let place = PruningPlan.Place(site.place), let tensor = run.nodes[node.name] else {
          continue
        }
        let mask = sequence.attentionMask
        let overTokens = place == .probabilities
        for (index, code) in tensor.codes.enumerated() {
          let (row, column) = (index / tensor.columns, index % tensor.columns)
          guard mask[row % mask.count], !overTokens || mask[column % mask.count] else { continue }
          values[PruningSite(layer: site.layer, place: place), default: []].append(code)
        }
      }
    }
    return values
  }

  /// Thresholds that make a share of zeros at each of some places.
  public func plan(sparsity: Double, at places: Set<PruningPlan.Place>) -> PruningPlan {
    var plan = PruningPlan()
    for (site, curve) in curves where places.contains(site.place) {
      plan[site.layer, site.place] = curve.threshold(for: sparsity)
    }
    return plan
  }
}

extension PruningLoops {
  /// Loops with tables of the results of a machine without pruning over sequences, real tokens alone.
  ///
  /// The first layer's input is pruned by the host, with a threshold of the profile.
  ///
  /// - Throws: ``AccelTranError``.
  public init(
    profiling machine: FixedPointMachine, over sequences: [TokenSequence], target: Double, gainShift: Int = 2
  ) throws(AccelTranError) {
    var tables: [PruningSite: ThresholdTable] = [:]
    for (site, codes) in try ThresholdCalculator.codes(of: machine, over: sequences)
    where Self.places.contains(site.place) {
      do throws(ThresholdTableError) {
        tables[site] = try ThresholdTable(
          profiling: codes.map { UInt64($0.magnitude) }, count: Self.entries, shareBits: Self.shareBits)
      } catch { throw .curve("\(site): \(error)") }
    }
    let input = tables.removeValue(forKey: PruningSite(layer: 0, place: .input))
    self.init(tables: tables, target: target, gainShift: gainShift)
    inputThreshold = input.map { UInt32($0.threshold(for: share)) } ?? 0
  }
}

/// The closed loop: a threshold that follows the share of zeros that the masks show.
///
/// After each tile, or each sequence, the integral of what is missing moves the threshold along the profiled curve, so that
/// data unlike the profile still has the share that was asked for.
public struct ThresholdController: Hashable, Sendable {
  /// The curve of the place.
  public let curve: ThresholdCurve
  /// The share of zeros that is asked for.
  public let target: Double
  /// How much of a deviation goes into the integral, 0 to 1.
  public let gain: Double
  /// What is asked of the curve to get the target.
  private var asked: Double

  /// Starts with the curve's own threshold.
  public init(curve: ThresholdCurve, target: Double, gain: Double = 0.25) {
    self.curve = curve
    self.target = target
    self.gain = min(max(gain, 0), 1)
    asked = target
  }

  /// The threshold to use now.
  public var threshold: Double { curve.threshold(for: asked) }

  /// Takes in the share of zeros of what was computed last.
  public mutating func observe(_ sparsity: Double) {
    // What the curve cannot give is not asked for more and more.
    asked = min(max(asked + gain * (target - sparsity), 0), curve.sparsities[curve.sparsities.count - 1])
  }
}
