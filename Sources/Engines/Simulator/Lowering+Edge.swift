import CLanes
import Netlist

extension Lowering {
  private static var sources: [WritableKeyPath<Draft, Address?>] { [\.a, \.b, \.c] }

  /// Bytes that a draft reads from a block of registers through `field`.
  private func bytesRead(_ draft: Draft, _ field: WritableKeyPath<Draft, Address?>) -> Int {
    switch draft.operation / 32 {
    case systole_copy: draft.count
    case systole_skip_disabled: 8
    case systole_scalar...: 8
    default: draft.count * stateStrides[draft[keyPath: field]!.block]!
    }
  }

  /// Makes `draft` read a copy, taken before the clock edge.
  private func detach(_ draft: inout Draft, _ field: WritableKeyPath<Draft, Address?>) {
    let bytes = bytesRead(draft, field)
    let copy = self.draft.block(bytes)
    code.append(Draft(systole_copy, count: bytes, d: copy, a: draft[keyPath: field]))
    draft[keyPath: field] = copy
  }

  /// A register that reads itself some lanes on needs a copy, unless its instruction keeps the order.
  func detachSelf(_ drafts: inout [Draft], _ target: Address) {
    for index in drafts.indices {
      for field in Self.sources {
        guard let source = drafts[index][keyPath: field], source.block == target.block, source != drafts[index].d else {
          continue
        }
        switch drafts[index].operation / 32 {
        case systole_copy where drafts.count <= 2: continue
        case systole_accumulate where field == \.c, systole_accumulate_unsigned where field == \.c: continue
        case systole_skip_disabled where index == 0: continue
        default: detach(&drafts[index], field)
        }
      }
    }
  }

  /// Orders the commits so that a register is written after everything that reads it; copies break circles.
  private func order() -> [Commit] {
    var readers: [Int32: [Int]] = [:]
    for (index, commit) in commits.enumerated() {
      var blocks: Set<Int32> = []
      for draft in commit.drafts {
        for field in Self.sources {
          if let block = draft[keyPath: field]?.block, stateStrides[block] != nil, block != commit.writes {
            blocks.insert(block)
          }
        }
      }
      if commit.memory >= 0 { blocks.insert(commit.memory) }
      for block in blocks { readers[block, default: []].append(index) }
    }
    var blockers = commits.map { readers[$0.writes]?.count ?? 0 }
    // Registers that a commit reads, to unblock their writers when it is done.
    var writers: [Int32: [Int]] = [:]
    for (index, commit) in commits.enumerated() { writers[commit.writes, default: []].append(index) }
    var reads: [[Int32]] = Array(repeating: [], count: commits.count)
    for (block, indices) in readers { for index in indices { reads[index].append(block) } }

    var isDone = [Bool](repeating: false, count: commits.count)
    var result: [Commit] = []
    var ready = commits.indices.filter { blockers[$0] == 0 }
    var next = 0
    var oldest = 0
    func release(_ block: Int32) {
      for writer in writers[block] ?? [] {
        blockers[writer] -= 1
        if blockers[writer] == 0 { ready.append(writer) }
      }
    }
    while result.count < commits.count {
      if next < ready.count {
        let index = ready[next]
        next += 1
        isDone[index] = true
        result.append(commits[index])
        for block in reads[index] { release(block) }
        continue
      }
      while isDone[oldest] || commits[oldest].memory >= 0 || stateStrides[commits[oldest].writes] == nil { oldest += 1 }
      let block = commits[oldest].writes
      for reader in readers[block] ?? [] where !isDone[reader] {
        for index in commits[reader].drafts.indices {
          for field in Self.sources where commits[reader].drafts[index][keyPath: field]?.block == block {
            detach(&commits[reader].drafts[index], field)
          }
        }
        reads[reader].removeAll { $0 == block }
        release(block)
      }
    }
    return result
  }

  /// Puts the instructions of a clock edge together.
  func finishStep() {
    let ordered = order()
    let top = tree.definitions[tree.top]
    var plain = code
    var inReset = code
    for commit in ordered {
      var withReset = commit.drafts
      if let reset = commit.reset, let pin = resetPins[commit.clock] {
        let level = top.clocks[commit.clock].resetPolarity == .activeHigh ? 1 : 0
        withReset =
          [
            Draft(systole_skip_reset, count: 1, a: pin, shift: level), reset,
            Draft(systole_skip_released, count: commit.drafts.count, a: pin, shift: level),
          ] + commit.drafts
        if commit.isAsynchronous {
          draft.asynchronousReset += withReset.prefix(2)
        }
      }
      for isReset in [false, true] {
        var drafts = isReset ? withReset : commit.drafts
        if top.clocks.count > 1, !drafts.isEmpty {
          drafts.insert(Draft(systole_skip_clock, count: drafts.count, shift: commit.clock), at: 0)
        }
        if isReset { inReset += drafts } else { plain += drafts }
      }
    }
    draft.step = plain
    draft.stepInReset = inReset
  }
}

/// First contents of state that the design does not define.
struct StateRandom {
  private var state: UInt64
  private let isRandom: Bool
  private let isOnes: Bool

  init(_ initial: NativeModel.InitialState) {
    switch initial {
    case .zero: (state, isRandom, isOnes) = (0, false, false)
    case .ones: (state, isRandom, isOnes) = (0, false, true)
    case .random(let seed): (state, isRandom, isOnes) = (seed, true, false)
    }
  }

  /// The next word of SplitMix64.
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// Lanes of one vector; empty when all are zero.
  mutating func lanes(_ count: Int, width: Int, isSigned: Bool, type: LaneType) -> [UInt8] {
    if isOnes {
      let one = Lowering.lane(.ones(width), isSigned: isSigned, type: type)
      return (0..<count).flatMap { _ in one }
    }
    guard isRandom else { return [] }
    var result: [UInt8] = []
    result.reserveCapacity(count * type.stride)
    for _ in 0..<count {
      let words = (0..<(width + 63) / 64).map { _ in next() }
      result += Lowering.lane(BitVector(words: words, width: width), isSigned: isSigned, type: type)
    }
    return result
  }
}
