import Engine
import Netlist

/// A FIFO of four places from stream `push` to stream `pop`, with one fault on request.
final class SoftwareFIFO: SoftwareEngine {
  /// What the FIFO does wrong, and from which transaction (counted from 0) or cycle on.
  enum Fault: Hashable {
    case none
    case drops(Int)
    case duplicates(Int)
    /// Flips bit 3 of `data`.
    case corrupts(Int)
    /// Flips the top bit of `data` and of `tag`.
    case corruptsBoth(Int)
    case swaps(Int)
    /// Counts `data` up in every cycle in which it waits.
    case changesWhileStalled
    /// Takes valid back when it is not taken at once.
    case withdrawsValid
    /// Shows valid only to those who are ready.
    case waitsForReady
    /// Stores what the payload pins hold one cycle after the transaction.
    case capturesLate
    /// Takes a transaction when it is full, and loses it.
    case losesWhenFull
    case stopsTaking(Int)
    case stopsGiving(Int)
    /// Keeps its entries through a reset.
    case survivesReset
    /// `$fatal` in this cycle.
    case dies(UInt64)
  }

  private struct Entry {
    var data: (UInt64, UInt64)
    var tag: Int64
  }

  private let fault: Fault
  private var entries: [Entry] = []
  private var keptBack: Entry?
  private var taken = 0
  private var given = 0
  private var waited: UInt64 = 0
  private var capturesAgain = false

  init(_ fault: Fault = .none, dataWidth: Int = 8) {
    self.fault = fault
    func stream(_ name: String, _ direction: PortDirection) -> [PortShape] {
      [
        PortShape(name: "\(name)_valid", direction: direction, width: 1),
        PortShape(name: "\(name)_ready", direction: direction == .input ? .output : .input, width: 1),
        PortShape(name: "\(name)_data", direction: direction, width: dataWidth),
        PortShape(name: "\(name)_tag", direction: direction, width: 12, isSigned: true),
      ]
    }
    super.init("fifo", stream("push", .input) + stream("pop", .output))
  }

  private var pushed: Entry {
    let data = pin(at: 2)
    let high = data.width > 64 ? UInt64(data[word: 2]) | UInt64(data.wordCount > 3 ? data[word: 3] : 0) << 32 : 0
    return Entry(data: (data.unsigned, high), tag: pin(at: 3).signed)
  }

  override func combine() throws(EngineFailure) {
    var accepts = entries.count < 4 && !isReset
    if case .stopsTaking(let count) = fault, taken >= count { accepts = false }
    if fault == .losesWhenFull { accepts = !isReset }
    pin(at: 1).unsigned = accepts ? 1 : 0
    var offers = !entries.isEmpty && !isReset
    switch fault {
    case .withdrawsValid where waited % 2 == 1: offers = false
    case .waitsForReady where pin(at: 5).unsigned == 0: offers = false
    case .stopsGiving(let count) where given >= count: offers = false
    default: break
    }
    pin(at: 4).unsigned = offers ? 1 : 0
    guard let first = entries.first else { return }
    let data = pin(at: 6)
    data.unsigned = first.data.0 &+ (fault == .changesWhileStalled ? waited : 0)
    if data.width > 64 {
      data[word: 2] = UInt32(truncatingIfNeeded: first.data.1)
      if data.wordCount > 3 { data[word: 3] = UInt32(truncatingIfNeeded: first.data.1 >> 32) }
    }
    pin(at: 7).signed = first.tag
  }

  override func clock() throws(EngineFailure) {
    if fault == .dies(cycle) { throw .stopped(file: "fifo.v", line: 12, message: "overflow") }
    if isReset {
      if fault != .survivesReset { entries = [] }
      return
    }
    if capturesAgain, !entries.isEmpty { entries[entries.count - 1] = pushed }
    capturesAgain = false
    let offered = pin(at: 4).unsigned == 1
    let isTaken = pin(at: 5).unsigned == 1
    waited = offered || waited > 0 ? waited + 1 : 0
    if offered, isTaken {
      entries.removeFirst()
      given += 1
      waited = 0
    }
    if pin(at: 0).unsigned == 1, pin(at: 1).unsigned == 1 {
      store(pushed)
      taken += 1
    }
  }

  private func store(_ entry: Entry) {
    var entry = entry
    switch fault {
    case .drops(taken): return
    case .losesWhenFull where entries.count == 4: return
    case .duplicates(taken): entries.append(entry)
    case .corrupts(taken): entry.data.0 ^= 8
    case .corruptsBoth(taken):
      let top = pin(at: 2).width - 1
      if top < 64 { entry.data.0 ^= 1 << UInt64(top) } else { entry.data.1 ^= 1 << UInt64(top - 64) }
      entry.tag ^= -2048
    case .swaps(taken):
      keptBack = entry
      return
    case .capturesLate: capturesAgain = true
    default: break
    }
    entries.append(entry)
    if let late = keptBack {
      entries.append(late)
      keptBack = nil
    }
  }
}
