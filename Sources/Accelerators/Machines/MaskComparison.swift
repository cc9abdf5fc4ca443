import AccelTran
import Engine

/// Compares the masks that a machine's loader makes with those of the golden machine's numbers, chunk by chunk in their order.
final class MaskComparison {
  private let program: EngineProgram
  private let memory: [Int32]
  /// Loads of activations and weights that are still to come, the next one last.
  private var loads: [MachineCommand]
  private var current: LoadedMasks?
  /// The next chunk of the current load.
  private var place = 0
  /// Chunks of which every bit was right.
  private(set) var count = 0
  /// Positions of them, and those that are kept.
  private(set) var positions = 0, kept = 0
  /// What was wrong first; nil where nothing was.
  private(set) var difference: String?

  init(_ program: EngineProgram) {
    self.program = program
    memory = program.finalMemory
    loads = program.commands.reversed().filter { command in
      let target = MachineCommand.Target(rawValue: Int(command.words[0] >> 8 & 7))
      return command.kind == .load && (target == .activations || target == .weights)
    }
    advance()
  }

  /// Whether all masks have come, and were right.
  var isComplete: Bool { difference == nil && current == nil }

  private func advance() {
    place = 0
    current = loads.popLast().flatMap { LoadedMasks($0, program.sizes, memory: memory) }
  }

  func take(isWeight: Bool, index: Int, mask: Pin) {
    guard difference == nil else { return }
    guard let current else {
      difference = "a mask came that no load has"
      return
    }
    let expected = current.masks[place]
    let isRight = (0..<mask.wordCount).allSatisfy { word in
      mask[word: word] == UInt32(truncatingIfNeeded: expected[word / 2] >> UInt64(word % 2 * 32))
    }
    let name = current.target == .weights ? "weights" : "activations"
    guard isWeight == (current.target == .weights), index == current.index(of: place, lanes: program.sizes.columns)
    else {
      difference = "a mask went to chunk \(index) of \(isWeight ? "weights" : "activations"); it belongs to \(name)"
      return
    }
    guard isRight else {
      difference = "the mask of chunk \(index) of \(name) is not that of the golden machine's numbers"
      return
    }
    count += 1
    positions += mask.width
    for word in expected { kept += word.nonzeroBitCount }
    place += 1
    if place == current.masks.count { advance() }
  }
}
