import HDL
import TATAA

/// Where a program is: how many instructions are left, and what stopped it.
struct RunState {
  /// 1 while instructions are issued.
  let isIssuing: Bit
  /// Instructions that are left.
  let left: UInt
  /// 1 when an instruction is issued; driven by the sequencer.
  let moves: Bit

  private let isRunning: Bit
  /// The place of the instruction that is issued next.
  let index: UInt

  init(_ io: Interior<Sequencer.Ports>, _ m: Module) {
    isRunning = m.register("is_running_now", Bit.self, reset: 0)
    isIssuing = m.register("is_issuing", Bit.self, reset: 0)
    left = m.register("left", UInt.self, width: 32)
    index = m.register("index", UInt.self, width: 32)
    moves = m.wire("moves_now", Bit.self)
  }

  /// Follows what happens in this cycle.
  ///
  /// - Parameter oldest: The place of the load that ends next, on the memory bus and on that of X.
  func follow(
    _ moves: Bit, oldest: (load: UInt, operand: UInt), _ isFault: Bit, _ fault: Bits, _ isEnd: Bit,
    _ i: DecodedInstruction,
    _ io: Interior<Sequencer.Ports>,
    _ m: Module
  ) {
    let status = m.register("status_held", Bits.self, width: MachineStatus.width, reset: 0)
    let stoppedAt = m.register("stopped_at_held", UInt.self, width: 32, reset: 0)
    let storeIndex = m.register("store_index", UInt.self, width: 32)
    let isOver = isIssuing & (left .== 0)
    m.when(moves) {
      index.next <== index &+ 1
      left.next <== left &- 1
      // The first store that the memory has not acknowledged: the error is of it or of one behind it.
      m.when(i.isOne(of: DecodedInstruction.stores) & io.units.storeIsIdle) { storeIndex.next <== index }
      m.when(isEnd) { isIssuing.next <== 0 }
    }
    // Of two mistakes the one of the earlier instruction counts: the later one would not have been reached.
    let isFirst = !status.any
    func stop(_ code: Bits, _ place: UInt) {
      isIssuing.next <== 0
      m.when(isFirst | (place .< stoppedAt)) {
        status.next <== code
        stoppedAt.next <== place
      }
    }
    m.when(isFault) { stop(fault, index) }
    m.when(isOver) { stop(MachineStatus.noEnd.bits, index) }
    m.when(io.storeFault.any) { stop(io.storeFault, storeIndex) }
    m.when(io.loadFault.any) { stop(io.loadFault, oldest.load) }
    if let fault = io.operandFault {
      // Of two in one cycle that of the earlier load.
      m.when(fault.any & !(io.loadFault.any & (oldest.load .< oldest.operand))) { stop(fault, oldest.operand) }
    }

    let units = io.units
    let isIdle =
      units.fetchIsIdle & units.loadIsIdle & units.storeIsIdle & units.matrixIsIdle & units.matrixIsQuiet
      & units.vectorIsIdle
    let isDone = (isRunning & !isIssuing & isIdle).named("is_done")
    m.when(isDone) { isRunning.next <== 0 }
    m.when(io.start & !isRunning) {
      isRunning.next <== 1
      isIssuing.next <== 1
      index.next <== 0
      left.next <== io.words
      status.next <== 0
      stoppedAt.next <== 0
    }
    io.isRunning <== isRunning
    io.isStopping <== (isRunning & !isIssuing)
    io.done <== isDone
    io.status <== status
    io.stoppedAt <== stoppedAt
  }
}
