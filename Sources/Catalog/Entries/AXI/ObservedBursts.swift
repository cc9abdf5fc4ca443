import Components
import HDL

/// A channel of burst addresses, as a checker sees it.
struct ObservedBursts {
  var valid, ready: Bit
  var address, length: UInt

  /// 1 when an address is taken at the coming clock edge.
  var issues: Bit { valid & ready }
}

/// Where the parts of reads are seen.
struct ObservedReads {
  var command: ObservedStream<TransferCommand>
  var output: ObservedStream<ReadBeat>
  var ar: ObservedBursts
  var r: (valid: Bit, ready: Bit, last: Bit)

  /// 1 when the last word of a burst is taken at the coming clock edge.
  var ends: Bit { r.valid & r.ready & r.last }
}

/// Where the parts of writes are seen.
struct ObservedWrites {
  var command: ObservedStream<TransferCommand>
  var input: ObservedStream<Bits>
  var done: ObservedStream<Bits>
  var aw: ObservedBursts
  var w: (valid: Bit, ready: Bit, last: Bit)
  var b: (valid: Bit, ready: Bit)
}

extension Observation<BurstReader.Ports> {
  /// The parts of reads.
  var reads: ObservedReads {
    ObservedReads(
      command: self.command, output: self.pop,
      ar: ObservedBursts(
        valid: self.ar.valid, ready: self.ar.ready, address: self.ar.payload.address, length: self.ar.payload.length),
      r: (self.r.valid, self.r.ready, self.r.payload.last))
  }
}

extension Observation<BurstWriter.Ports> {
  /// The parts of writes.
  var writes: ObservedWrites {
    ObservedWrites(
      command: self.command, input: self.push, done: self.done,
      aw: ObservedBursts(
        valid: self.aw.valid, ready: self.aw.ready, address: self.aw.payload.address, length: self.aw.payload.length),
      w: (self.w.valid, self.w.ready, self.w.payload.last), b: (self.b.valid, self.b.ready))
  }
}

extension Observation<AXIBurstMaster.Ports> {
  /// The parts of reads.
  var reads: ObservedReads {
    ObservedReads(
      command: self.readCommand, output: self.readData,
      ar: ObservedBursts(
        valid: self.axi.ar.valid, ready: self.axi.ar.ready, address: self.axi.ar.payload.addr,
        length: self.axi.ar.payload.len),
      r: (self.axi.r.valid, self.axi.r.ready, self.axi.r.payload.last))
  }

  /// The parts of writes.
  var writes: ObservedWrites {
    ObservedWrites(
      command: self.writeCommand, input: self.writeData, done: self.writeDone,
      aw: ObservedBursts(
        valid: self.axi.aw.valid, ready: self.axi.aw.ready, address: self.axi.aw.payload.addr,
        length: self.axi.aw.payload.len),
      w: (self.axi.w.valid, self.axi.w.ready, self.axi.w.payload.last), b: (self.axi.b.valid, self.axi.b.ready))
  }
}
