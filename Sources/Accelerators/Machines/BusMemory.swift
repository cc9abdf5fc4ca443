import Engine
import Testbench

/// A memory behind an AXI4 bus whose pins begin with one name: it answers in order, each burst so many cycles after its
/// address, and stalls every channel with a probability.
final class BusMemory {
  /// What a design did on the bus that AXI4 does not allow.
  struct Violation: Error, CustomStringConvertible {
    let bus, what: String
    let cycle: Int
    var description: String { "\(what) on the bus '\(bus)' in cycle \(cycle)" }
  }

  private struct Burst {
    var address: Int
    /// Transfers that are left behind the next one.
    var left: Int
    /// The first cycle in which it may be answered.
    var start: Int
  }

  private let name: String
  private let memory: HostMemory
  private let pins: Pins
  private let wordBytes: Int
  private let latency: Int
  private let stalls: UInt64
  private var random: Xoshiro256
  private var reads: [Burst] = []
  private var isReadOffered = false
  private var writes: [Burst] = []
  private var answers: [Int] = []
  private var isAnswerOffered = false
  /// Bytes that were written, in order: the address and the byte.
  var onWrite: (Int, UInt8) -> Void = { _, _ in }
  /// Transfers so far.
  private(set) var transfers = 0

  /// The pins of a bus; those of the write channels are nil where the bus only reads.
  private struct Pins {
    let araddr, arlen, arvalid, arready, rdata, rlast, rvalid, rready, rresp: Pin
    let write: Write?

    struct Write {
      let awaddr, awlen, awvalid, awready, wdata, wstrb, wlast, wvalid, wready, bvalid, bready, bresp: Pin
    }
  }

  init(
    _ engine: some Engine, _ name: String, _ memory: HostMemory, latency: Int, stalls: Double, seed: Seed
  ) throws(MachineError) {
    var found: [String: Pin] = [:]
    for (index, port) in engine.interface.ports.enumerated() where port.name.hasPrefix(name + "_") {
      found[String(port.name.dropFirst(name.count + 1))] = engine.pin(at: index)
    }
    func pin(_ channel: String) throws(MachineError) -> Pin {
      guard let pin = found[channel] else { throw .port("\(name)_\(channel)") }
      return pin
    }
    func writePins() throws(MachineError) -> Pins.Write {
      try Pins.Write(
        awaddr: pin("awaddr"), awlen: pin("awlen"), awvalid: pin("awvalid"), awready: pin("awready"),
        wdata: pin("wdata"), wstrb: pin("wstrb"), wlast: pin("wlast"), wvalid: pin("wvalid"), wready: pin("wready"),
        bvalid: pin("bvalid"), bready: pin("bready"), bresp: pin("bresp"))
    }
    pins = try Pins(
      araddr: pin("araddr"), arlen: pin("arlen"), arvalid: pin("arvalid"), arready: pin("arready"), rdata: pin("rdata"),
      rlast: pin("rlast"), rvalid: pin("rvalid"), rready: pin("rready"), rresp: pin("rresp"),
      write: found["awaddr"] == nil ? nil : try writePins())
    self.name = name
    self.memory = memory
    self.latency = latency
    self.stalls = UInt64(min(max(stalls, 0), 0.999) * 4_294_967_296)
    wordBytes = pins.rdata.width / 8
    random = seed.generator(name)
  }

  private func flows() -> Bool { stalls == 0 || random.next() >> 32 >= stalls }

  /// Drives the pins of a cycle, before the logic settles.
  func drive(_ cycle: Int) {
    pins.arready.unsigned = flows() ? 1 : 0
    // What is offered stays until it is taken.
    if !isReadOffered, let burst = reads.first, burst.start <= cycle, flows() {
      isReadOffered = true
      let start = burst.address / wordBytes * wordBytes
      let inside = max(0, min(wordBytes, memory.count - start))
      if inside > 0 {
        pins.rdata.storage.copyMemory(from: memory.bytes.baseAddress! + start, byteCount: inside)
      }
      if inside < wordBytes {
        (pins.rdata.storage + inside).initializeMemory(as: UInt8.self, repeating: 0xEE, count: wordBytes - inside)
      }
      pins.rlast.unsigned = burst.left == 0 ? 1 : 0
      pins.rresp.unsigned = inside > 0 ? 0 : 3
    }
    pins.rvalid.unsigned = isReadOffered ? 1 : 0
    guard let write = pins.write else { return }
    write.awready.unsigned = flows() ? 1 : 0
    // Data that comes before its address would have no place.
    write.wready.unsigned = !writes.isEmpty && flows() ? 1 : 0
    if !isAnswerOffered, let start = answers.first, start <= cycle, flows() { isAnswerOffered = true }
    write.bvalid.unsigned = isAnswerOffered ? 1 : 0
    write.bresp.unsigned = 0
  }

  /// Takes what moved in a cycle, after the logic has settled and before the clock edge.
  func sample(_ cycle: Int) throws(Violation) {
    if isReadOffered, pins.rready.unsigned == 1 {
      isReadOffered = false
      transfers += 1
      reads[0].left -= 1
      reads[0].address = (reads[0].address / wordBytes + 1) * wordBytes
      if reads[0].left < 0 { reads.removeFirst() }
    }
    if pins.arvalid.unsigned & pins.arready.unsigned == 1 {
      reads.append(try burst(pins.araddr, pins.arlen, cycle))
    }
    guard let write = pins.write else { return }
    if isAnswerOffered, write.bready.unsigned == 1 {
      isAnswerOffered = false
      answers.removeFirst()
    }
    if write.wvalid.unsigned & write.wready.unsigned == 1 { try take(write, cycle) }
    if write.awvalid.unsigned & write.awready.unsigned == 1 {
      writes.append(try burst(write.awaddr, write.awlen, cycle))
    }
  }

  private func take(_ write: Pins.Write, _ cycle: Int) throws(Violation) {
    transfers += 1
    let start = writes[0].address / wordBytes * wordBytes
    for lane in 0..<wordBytes where write.wstrb[word: lane / 32] >> UInt32(lane % 32) & 1 == 1 {
      guard start + lane < memory.count else { throw violation("a write past the memory, to \(start + lane),", cycle) }
      let byte = write.wdata.storage.load(fromByteOffset: lane, as: UInt8.self)
      memory.bytes[start + lane] = byte
      onWrite(start + lane, byte)
    }
    let isLast = writes[0].left == 0
    guard (write.wlast.unsigned == 1) == isLast else { throw violation("a wrong WLAST", cycle) }
    writes[0].left -= 1
    writes[0].address = start + wordBytes
    if isLast {
      writes.removeFirst()
      answers.append(cycle + latency)
    }
  }

  private func burst(_ address: Pin, _ length: Pin, _ cycle: Int) throws(Violation) -> Burst {
    let burst = Burst(address: Int(address.unsigned), left: Int(length.unsigned), start: cycle + latency)
    let end = burst.address / wordBytes * wordBytes + burst.left * wordBytes
    guard burst.address / 4096 == end / 4096 else {
      throw violation("a burst of \(burst.left + 1) words across a page of 4 KiB, from \(burst.address),", cycle)
    }
    return burst
  }

  private func violation(_ what: String, _ cycle: Int) -> Violation { Violation(bus: name, what: what, cycle: cycle) }
}
