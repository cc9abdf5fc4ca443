import Components
import Engine
import HDL
import Simulator
import TestSupport
import Testing

/// A subordinate that takes addresses and words of writes in one order.
enum TakingOrder: String, CaseIterable {
  /// `awready = awvalid & wvalid`, `wready` always.
  case addressWithWord
  /// Both only when both are offered.
  case together
  /// The address after the last word.
  case wordsFirst
  /// Words after the address.
  case addressFirst
  /// The address with the last word.
  case withLastWord
  /// Both in the clock after both were offered.
  case afterBoth
  /// Ready before valid, always.
  case always
  /// Each ready in the clock after its own valid.
  case afterOwnValid
}

/// The write side of a subordinate, clock by clock: what it takes, and the answers that it owes.
struct WriteSide {
  let order: TakingOrder
  /// Clocks for which an answer is held back.
  var answerDelay = 0
  private var before = (address: false, word: false)
  /// Addresses taken less writes of which all words were.
  private var ahead = 0
  private var owed: [Int] = []

  init(_ order: TakingOrder, answerDelay: Int = 0) { (self.order, self.answerDelay) = (order, answerDelay) }

  func ready(address: Bool, word: Bool, isLast: Bool) -> (address: Bool, word: Bool) {
    let both = address && word
    switch order {
    case .addressWithWord: return (both, true)
    case .together: return (both, both || ahead > 0)
    case .wordsFirst: return (ahead < 0, ahead >= 0)
    case .addressFirst: return (true, ahead > 0)
    case .withLastWord: return (both && isLast, !isLast || both)
    case .afterBoth:
      let wereBoth = before.address && before.word
      return (both && wereBoth, both && wereBoth || ahead > 0)
    case .always: return (true, true)
    case .afterOwnValid: return (before.address, before.word)
    }
  }

  /// Whether an answer shows.
  var answers: Bool { owed.first == 0 }

  mutating func step(
    offers: (address: Bool, word: Bool), takes: (address: Bool, word: Bool), isLast: Bool, answered: Bool
  ) {
    let moves = (offers.address && takes.address, offers.word && takes.word)
    before = (offers.address && !moves.0, offers.word && !moves.1)
    if answered { owed.removeFirst() }
    for index in owed.indices where owed[index] > 0 { owed[index] -= 1 }
    let was = ahead
    if moves.0 { ahead += 1 }
    let ends = moves.1 && isLast
    if ends { ahead -= 1 }
    if was < 0 && moves.0 || ends && (was > 0 || moves.0) { owed.append(answerDelay) }
  }
}

/// Every order in which the other side of a bus may take and answer. A manager or subordinate that waits on one channel
/// for another one, save where AXI lets it, stands still in one of them.
@Suite struct AXIOrderTests {
  private static let orders = TakingOrder.allCases.flatMap { order in [0, 7].map { (order, $0) } }

  @Test(arguments: orders)
  func `A burst writer meets every order of address, words and answers`(order: TakingOrder, delay: Int) throws {
    for shape in [
      BurstShape(),
      BurstShape {
        ($0.addressWidth, $0.wordBytes, $0.lengthWidth) = (13, 2, 8)
        ($0.maximumBurst, $0.outstanding) = (4, 2)
      },
      BurstShape { ($0.maximumBurst, $0.outstanding) = (1, 1) },
    ] {
      for inputEvery in [1, 3] {
        let bus = try Simulation(AXIBurstMaster { $0.shape = shape }).engine
        try bus.reset(cycles: 1)
        var side = WriteSide(order, answerDelay: delay)
        var (words, bursts, done, sent) = (0, 0, false, 0)
        // 150 bytes from an odd address: several bursts, ragged at both ends.
        let (address, length) = (61, 150)
        let expected = (address + length - 1) / shape.wordBytes - address / shape.wordBytes + 1
        bus["write_command_valid"] = 1
        bus["write_command_address"] = address
        bus["write_command_length_less_one"] = length - 1
        bus["write_done_ready"] = 1
        for clock in 0..<4000 where !done {
          // A word once offered stays.
          if bus["write_data_valid"] == 0, clock % inputEvery == 0, sent < expected {
            bus["write_data_valid"] = 1
            bus["write_data_data"] = sent
          }
          bus["axi_bvalid"] = side.answers ? 1 : 0
          bus.settle()
          let offers = (address: bus["axi_awvalid"] == 1, word: bus["axi_wvalid"] == 1)
          let isLast = bus["axi_wlast"] == 1
          let takes = side.ready(address: offers.address, word: offers.word, isLast: isLast)
          bus["axi_awready"] = takes.address ? 1 : 0
          bus["axi_wready"] = takes.word ? 1 : 0
          bus.settle()
          #expect(bus["axi_awvalid"] == (offers.address ? 1 : 0) && bus["axi_wvalid"] == (offers.word ? 1 : 0))
          if offers.word, takes.word {
            #expect(bus["axi_wdata"] == words)
            words += 1
          }
          if offers.address, takes.address { bursts += 1 }
          let takesInput = bus["write_data_valid"] == 1 && bus["write_data_ready"] == 1
          done = bus["write_done_valid"] == 1
          let accepted = bus["write_command_ready"] == 1
          side.step(
            offers: offers, takes: takes, isLast: isLast, answered: side.answers && bus["axi_bready"] == 1)
          try bus.step()
          if accepted { bus["write_command_valid"] = 0 }
          if takesInput {
            sent += 1
            bus["write_data_valid"] = 0
          }
        }
        #expect(done && words == expected, "\(order), answers after \(delay): \(words) of \(expected) words \(shape)")
        #expect(
          bursts == (address + length - 1) / (shape.maximumBurst * shape.wordBytes)
            - address / (shape.maximumBurst * shape.wordBytes) + 1)
      }
    }
  }

  @Test(arguments: orders)
  func `A manager of AXI4-Lite meets every order of address, word and answer`(order: TakingOrder, delay: Int) throws {
    let bus = try Simulation(AXILiteManager()).engine
    try bus.reset(cycles: 1)
    var side = WriteSide(order, answerDelay: delay)
    var answered = 0
    bus["access_valid"] = 1
    bus["access_is_write"] = 1
    bus["access_strobe"] = 15
    bus["response_ready"] = 1
    for _ in 0..<600 where answered < 5 {
      bus["axi_bvalid"] = side.answers ? 1 : 0
      bus.settle()
      let offers = (address: bus["axi_awvalid"] == 1, word: bus["axi_wvalid"] == 1)
      let takes = side.ready(address: offers.address, word: offers.word, isLast: true)
      bus["axi_awready"] = takes.address ? 1 : 0
      bus["axi_wready"] = takes.word ? 1 : 0
      bus.settle()
      if bus["response_valid"] == 1 { answered += 1 }
      side.step(offers: offers, takes: takes, isLast: true, answered: side.answers && bus["axi_bready"] == 1)
      try bus.step()
    }
    #expect(answered == 5, "\(order), answers after \(delay)")
  }

  /// A manager that withholds the ready of one answer until it has the other one.
  @Test(arguments: ["b until r", "r until b"])
  func `A subordinate of AXI4-Lite answers one kind while the other waits`(rule: String) throws {
    let bus = try Simulation(AXILiteRegisterBank()).engine
    try bus.reset(cycles: 1)
    var (writes, reads) = (0, 0)
    bus["axi_awvalid"] = 1
    bus["axi_wvalid"] = 1
    bus["axi_wstrb"] = 15
    bus["axi_arvalid"] = 1
    for _ in 0..<40 {
      bus["axi_bready"] = rule == "r until b" || reads > writes ? 1 : 0
      bus["axi_rready"] = rule == "b until r" || writes > reads ? 1 : 0
      bus.settle()
      if bus["axi_bvalid"] & bus["axi_bready"] == 1 { writes += 1 }
      if bus["axi_rvalid"] & bus["axi_rready"] == 1 { reads += 1 }
      try bus.step()
    }
    #expect(writes >= 3 && reads >= 3, "\(writes) writes and \(reads) reads were answered")
  }

  @Test(arguments: ["address", "word", "both"])
  func `A subordinate of AXI4-Lite takes address and word in either order`(first: String) throws {
    let bus = try Simulation(AXILiteRegisterBank()).engine
    try bus.reset(cycles: 1)
    bus["axi_awaddr"] = 4
    bus["axi_wdata"] = 0x1234_5678
    bus["axi_wstrb"] = 15
    bus["axi_bready"] = 1
    var left: Set<String> = ["aw", "w"]
    var answers = 0
    for clock in 0..<30 {
      if clock == (first == "word" ? 12 : 0), left.contains("aw") { bus["axi_awvalid"] = 1 }
      if clock == (first == "address" ? 12 : 0), left.contains("w") { bus["axi_wvalid"] = 1 }
      bus.settle()
      // The answer comes after both.
      if bus["axi_bvalid"] == 1 {
        #expect(left.isEmpty)
        answers += 1
      }
      let taken = left.filter { bus["axi_\($0)valid"] & bus["axi_\($0)ready"] == 1 }
      try bus.step()
      for channel in taken {
        bus["axi_\(channel)valid"] = 0
        left.remove(channel)
      }
    }
    bus.settle()
    #expect(answers == 1)
    #expect(bus["value_1"] == 0x1234_5678)
  }

  /// Which ports of a bus follow which others within a clock: AXI lets no output follow an input.
  @Test func `No output of a bus follows an input of it without a clock edge between`() throws {
    for circuit in [
      try AXIBurstMaster().elaborate(), try AXILiteManager().elaborate(), try AXILiteSubordinate().elaborate(),
      try AXILiteRegisterBank().elaborate(), try AXIStreamReceiver().elaborate(), try AXIStreamSender().elaborate(),
    ] {
      let ports = circuit.top.interface.ports
      for output in ports where output.direction == .output && output.name.hasPrefix("axi") {
        let followed = circuit.inputsFollowed(by: output.name).filter { $0.hasPrefix("axi") }
        #expect(followed.isEmpty, "\(circuit.top.interface.name): \(output.name) follows \(followed)")
      }
    }
  }
}
