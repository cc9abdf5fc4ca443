import Components
import HDL

// What the page of the components shows.

struct ChainedCombinators: Generator {
  struct Ports { let push: StreamInput<UInt>, first, second: StreamOutput<UInt> }
  var ports: Ports { Ports(push: .init(8), first: .init(9), second: .init(9)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    let branches = io.push
      .piped("first", in: m)
      .mapped { $0 + $0 }
      .filtered("fours", in: m) { !$0[1] }
      .skidBuffered("second", in: m)
      .forked("branch", count: 2, in: m)
    let late = branches[1].queued("late", depth: 4, in: m)
    io.first <== branches[0]
    io.second <== late
  }
}

struct HelpersAndSequences: Generator {
  struct Ports { let word: Input<Bits>, zeros: Output<UInt>, state: Output<Bits> }
  var ports: Ports { Ports(word: .init(16), zeros: .init(5), state: .init(16)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    let sums = prefixes([3, 1, 4, 1, 5], .brentKung, +)  // [3, 4, 8, 9, 14]
    let comparators = SortingNetwork.Network.bitonic.levels(4).joined().count  // 6
    io.zeros <== leadingZeroCount(of: io.word, in: m)
    let random = m.instance(LFSR(width: 16), "random")
    random.step <== 1
    io.state <== random.state
    precondition(sums == [3, 4, 8, 9, 14] && comparators == 6, "the comments say what comes out")
  }
}

struct MergedStreams: Generator {
  struct Ports {
    let bytes, otherBytes: StreamInput<Bits>
    let items: StreamInput<PacketItem>
    let merged: StreamOutput<SourcedItem<Bits>>
    let beats: StreamOutput<PacketBeat>
    let address: Input<UInt>
    let write: Input<Bit>
    let data, lanes: Input<Bits>
    let word: Output<Bits>
  }
  var ports: Ports {
    Ports(
      bytes: .init(8), otherBytes: .init(8), items: .init(PacketItem(width: 8)),
      merged: .init(SourcedItem(.shape(8), sources: 2)), beats: .init(PacketBeat(width: 8, lanes: 4)),
      address: .init(8), write: .init(), data: .init(16), lanes: .init(2), word: .init(16))
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    let link = io.bytes.linked("link", credits: 6, distance: 2, in: m)
    io.merged <== [link, io.otherBytes].arbitrated("merge", in: m)
    let wide = m.instance(StreamUpsizer(width: 8) { $0.factor = 4 }, "wide")
    wide.push <== io.items
    io.beats <== wide.pop

    let memory = m.instance(SimpleDualPortMemory(width: 16) { ($0.depth, $0.lanes) = (256, 2) }, "memory")
    memory.writeAddress <== io.address
    memory.write <== io.write
    memory.data <== io.data
    memory.lanes <== io.lanes
    memory.readAddress <== io.address
    memory.read <== 1
    io.word <== memory.word
  }
}

struct ClockBridge: Generator {
  static let busDomain = ClockDomain("bus"), coreDomain = ClockDomain("core")
  struct Ports { let off: Input<Bit>, requests: StreamInput<Bits>, taken: StreamOutput<Bits>, kept: Output<Bit> }
  var ports: Ports {
    Ports(
      off: .init().asynchronous(), requests: .init(32).in(Self.busDomain), taken: .init(32).in(Self.coreDomain),
      kept: .init().in(Self.busDomain))
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    let (bus, core) = (Self.busDomain, Self.coreDomain)
    let reset = [bus, core].map { clock in
      m.instance(ResetSynchronizer(), "\(clock.name)_reset_sync", clocks: [.main: clock], resets: [.main: io.off])
        .active
    }
    let queue = m.instance(
      AsynchronousFIFO(width: 32, depth: 16) { $0.showsOccupancy = false }, "queue",
      clocks: [.source: bus, .destination: core],
      resets: [.source: reset[0], .destination: reset[1]])
    queue.push <== io.requests
    io.taken <== queue.pop
    io.kept <== reset[0]
  }
}

func registerTexts() throws -> (String, String) {
  let bank = RegisterBank {
    $0.map = RegisterMap([
      RegisterDescription("control", width: 8, .readWrite(reset: 0), "What the unit does."),
      RegisterDescription("state", width: 2, .readOnly, "Where it is."),
    ])
  }
  let peripheral = AXILiteRegisterBank { $0.bank = bank }
  print(try bank.map.cHeader(prefix: "UNIT"), try bank.map.systemRDL(name: "unit"))
  return (peripheral.documentation, try bank.map.cHeader(prefix: "UNIT"))
}
