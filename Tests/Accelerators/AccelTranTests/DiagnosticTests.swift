import AccelTran
import Testing

/// The exact text of every refusal.
struct DiagnosticTests {
  static func message<T>(_ work: () throws -> T) -> String {
    do {
      _ = try work()
      return "nothing"
    } catch { return "\(error)" }
  }

  @Test func `Machines`() {
    func message(_ change: (inout AccelTranConfiguration) -> Void) -> String {
      var machine = AccelTranConfiguration.edge
      change(&machine)
      return Self.message { try machine.validate() }
    }
    #expect(message { $0.tile = 0 } == "tile is 0: give 1 to 256")
    #expect(message { $0.lanes = 2000 } == "lanes is 2000: give 1 to 1024")
    #expect(message { $0.weightBuffer = -1 } == "weightBuffer is -1.0: give a positive size")
    #expect(message { $0.clock = 0 } == "clock is 0.0: give a positive size")
    for (_, machine) in AccelTranConfiguration.named { #expect(throws: Never.self) { try machine.validate() } }
    #expect(AccelTranConfiguration.named.count == 5)
    #expect(AccelTranConfiguration.server.totalMultipliers == 262_144)
  }

  @Test func `Constants that were not published`() {
    func message(_ change: (inout AccelTranConfiguration) -> Void) -> String {
      var machine = AccelTranConfiguration.edge
      change(&machine)
      return Self.message { try MachineArea(machine) }
    }
    #expect(message { $0.multipliers = 4 } == "there is no constant for a lane of 4 multipliers: choose 1, 16")
    #expect(message { $0.tile = 64 } == "there is no constant for softmax of tiles of 64: choose 8, 16, 32")
    #expect(message { $0.patchUnits = 1 } == "nothing")
    let memory = Self.message {
      var machine = AccelTranConfiguration.edge
      machine.memory = MainMemory(.hbm, banks: 1, ranks: 1, channels: 1)
      return try FastEstimate(.bertTiny, on: machine)
    }
    #expect(memory.hasPrefix("there is no constant for the memory hbm_1_1_1: choose rram_16_2_2, rram_8_2_4"))
  }

  @Test func `Models`() {
    func message(_ text: String) -> String { Self.message { try TransformerDictionary(json: Array(text.utf8)) } }
    #expect(message("[]") == "no model dictionary: it is an array, not an object")
    #expect(message("{\"l\":1}") == "no model dictionary: it has no \"o\": give l, o, h and f")
    #expect(message("{\"l\":0}") == "no model dictionary: \"l\" is no number of layers from 1 to 4096")
    let short = "{\"l\":2,\"o\":[[\"sa_sdp_8\"]],\"h\":[8,8],\"f\":[[8],[8]]}"
    #expect(message(short) == "\"o\" has 1 layers for 2: give one entry for each layer")
    let head = "{\"l\":1,\"o\":[[\"sa_xyz_8\"]],\"h\":[8],\"f\":[[8]]}"
    #expect(
      message(head)
        == "\"sa_xyz_8\" is no attention operation: give sa_sdp_N, sa_wma_N, c_K_N, l_dft_N or l_dct_N, with sizes from 1 on"
    )
    #expect(message("{\"l\":1,\"o\":[[]],\"h\":[8],\"f\":[[8]]}") == "heads is 0: give 1 to 4096")
    #expect(
      message("{\"l\":1,\"o\":[[\"c_3_8\"]],\"h\":[\"8\"],\"f\":[[8]]}")
        == "no model dictionary: layer 0 has entries of another kind")
    #expect(message("{").hasPrefix("no model dictionary: "))
    let good = "{\"l\":2,\"o\":[[\"sa_wma_8\",\"c_3_8\"],[\"l_dct_8\",\"l_dft_8\"]],\"h\":[8,16],\"f\":[[8],[8,4]]}"
    #expect(message(good) == "nothing")
    #expect(
      Self.message { try TransformerDictionary.bertTiny.withPatches(16, ofImage: 100) }
        == "image is 100: give 16 to 65536")
  }

  @Test func `Runs`() {
    var machine = AccelTranConfiguration.edge
    machine.weightBuffer = 1
    #expect(
      Self.message { try FastEstimate(.bertTiny, on: machine) }
        == "emb takes 39232000.0 bits, the weight buffer holds 8388608.0: enlarge the buffer")
    #expect(
      Self.message { try CycleSimulation(.bertTiny, on: .edge, limit: 1000) }
        == "the run takes more than 1000 cycles: raise the limit")
    // The machine that is only in the repository does not hold its own model.
    #expect(
      Self.message { try FastEstimate(.bertNano, on: .nano) }
        == "emb takes 9808000.0 bits, the weight buffer holds 1048576.0: enlarge the buffer")
  }
}
