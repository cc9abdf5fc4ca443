import Golden

/// Results that one command of the machine makes: rows and columns of a place's tensor.
public struct PruningBlock: Hashable, Sendable {
  /// Which rows.
  public var rows: Range<Int>
  /// Which columns.
  public var columns: Range<Int>

  /// A block.
  public init(rows: Range<Int>, columns: Range<Int>) { (self.rows, self.columns) = (rows, columns) }
}

/// Closed loops instead of fixed thresholds: each place has one, which follows the share of zeros of the blocks that commands make.
///
/// A block is pruned with the threshold that its loop has when its command is issued. What a block shows counts from the command
/// after the next one on, so that the machine need not wait for it. At each layer a loop gets the layer's table, and is as far
/// beside it as it was before. Zeros of padded rows count; columns of padding do not.
public struct PruningLoops: Hashable, Sendable {
  /// Bits of a share in hardware.
  public static let shareBits = 16
  /// Entries of a table in hardware.
  public static let entries = 16
  /// The places that have a loop, by its number in hardware: results that products read.
  public static let places: [PruningPlan.Place] = [
    .query, .key, .value, .probabilities, .context, .feedForwardInput, .feedForwardHidden, .input,
  ]

  /// The tables of the sites that have a loop; others keep the thresholds of the plan.
  public var tables: [PruningSite: ThresholdTable]
  /// The wanted share of zeros.
  public var target: Double
  /// The threshold for the first layer's input, which the host prunes; 0 for none.
  public var inputThreshold: UInt32 = 0
  /// g: a deviation of the whole moves a threshold by 2^(2 − g) octaves.
  public var gainShift: Int
  /// The blocks of each place in the order of their commands.
  public var blocks: [PruningPlan.Place: [PruningBlock]] = [:]

  /// Loops with tables.
  public init(tables: [PruningSite: ThresholdTable], target: Double, gainShift: Int = 2) {
    (self.tables, self.target, self.gainShift) = (tables, target, gainShift)
  }

  /// The wanted share as hardware has it.
  public var share: UInt64 { UInt64(min(max((target * 0x1p16).rounded(), 0), 65535)) }
}

/// The loops of a run, command by command.
struct LoopExecution {
  private let loops: PruningLoops
  private var states: [PruningPlan.Place: SparsityLoop] = [:]
  private var pending: (place: PruningPlan.Place, zeros: UInt64, numbers: UInt64)?

  private let width: Int

  /// Loops for codes of so many bits.
  init(_ loops: PruningLoops, width: Int) { (self.loops, self.width) = (loops, width) }

  /// Prunes a tensor block by block; false where its site has no loop.
  mutating func prune(_ tensor: inout CodeTensor, _ site: PruningSite) -> Bool {
    if site == PruningSite(layer: 0, place: .input), loops.inputThreshold > 0 {
      tensor.codes = DynaTran.pruned(tensor.codes, threshold: loops.inputThreshold)
      return true
    }
    guard let table = loops.tables[site], let blocks = loops.blocks[site.place] else { return false }
    if states[site.place] == nil {
      states[site.place] = SparsityLoop(
        table, shareBits: PruningLoops.shareBits, thresholdWidth: width, target: loops.share,
        gainShift: loops.gainShift)
    } else {
      states[site.place]?.table = table
      states[site.place]?.aim(at: loops.share, gainShift: loops.gainShift, keeps: true)
    }
    for block in blocks {
      let threshold = states[site.place]?.threshold ?? 0
      if let pending { states[pending.place]?.observe(zeros: pending.zeros, of: pending.numbers) }
      var zeros: UInt64 = 0
      for row in block.rows {
        for column in block.columns {
          let index = row * tensor.columns + column
          if threshold > 0, tensor.codes[index].magnitude <= threshold { tensor.codes[index] = 0 }
          if tensor.codes[index] == 0 { zeros += 1 }
        }
      }
      pending = (site.place, zeros, UInt64(block.rows.count * block.columns.count))
    }
    return true
  }
}
