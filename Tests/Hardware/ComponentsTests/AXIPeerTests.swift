import Components
import Foundation
import HDL
import TestFiles
import TestSupport
import Testing
import Tools
import Verilog

/// A register bank, a burst master and a stream of packets: a bus of each kind for a peer to drive.
private struct AXIPeers: DefaultConfigurable {
  struct Ports {
    let control: Flipped<AXILite>
    let memory: AXI4
    let sAxis: Flipped<AXIStream>
    let mAxis: AXIStream
    let readCommand: StreamInput<TransferCommand>
    let readData: StreamOutput<ReadBeat>
    let writeCommand: StreamInput<TransferCommand>
    let writeData: StreamInput<Bits>
    let writeDone: StreamOutput<Bits>
    let value: [Output<Bits>]
    let status: [Input<Bits>]
    let event: [Input<Bits>]
    let pending: [Output<Bits>]
  }

  var ports: Ports {
    let bank = RegisterBank().ports
    let master = AXIBurstMaster().ports
    return Ports(
      control: .init(AXILite(addressWidth: 8)), memory: master.axi, sAxis: .init(AXIStream(bytes: 4)),
      mAxis: .init(bytes: 4),
      readCommand: master.readCommand, readData: master.readData, writeCommand: master.writeCommand,
      writeData: master.writeData, writeDone: master.writeDone, value: bank.value, status: bank.status,
      event: bank.event, pending: bank.pending)
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let bank = m.instance(AXILiteRegisterBank(), "bank")
    bank.axi <== io.control
    io.value <== bank.value
    bank.status <== io.status
    bank.event <== io.event
    io.pending <== bank.pending

    let master = m.instance(AXIBurstMaster(), "master")
    io.memory <== master.axi
    master.readCommand <== io.readCommand
    io.readData <== master.readData
    master.writeCommand <== io.writeCommand
    master.writeData <== io.writeData
    io.writeDone <== master.writeDone

    let receiver = m.instance(AXIStreamReceiver(), "receiver")
    let sender = m.instance(AXIStreamSender(), "sender")
    receiver.axis <== io.sAxis
    sender.push <== receiver.pop
    io.mAxis <== sender.axis
  }
}

@Suite struct AXIPeerTests {
  @Test func `A peer reads, writes and streams over each bus`() throws {
    let box = Toolbox()
    let python = (box.folder ?? ".tools") + "/peers/bin/python"
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw ToolMissing(tool: "cocotbext-axi", searched: [python], remedy: "run 'make setup'")
    }
    guard let verilator = box.verilators().first(where: { $0.release == .init(5, 48) }) else {
      throw ToolMissing(tool: "verilator 5.048", searched: ["PATH", ".tools"], remedy: "run 'make setup'")
    }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("systole-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let design = EmittedDesign(try AXIPeers().elaborate().simplified())
    try design.write(to: folder)
    let script = Checkout.path + "/Tests/Peers/axi_bench.py"
    let result = try Program(path: python).run(
      [script] + design.manifest.files.map { folder + "/" + $0 }
        + ["--top", design.manifest.top, "--verilator", verilator.root, "--build", folder],
      environment: [
        "PATH": "\(box.folder ?? ".tools")/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
      ],
      timeout: .seconds(400))
    #expect(result.termination.isSuccess, "\(result.output.suffix(6000))\n\(result.errors.suffix(3000))")
    for name in ["registers_over_axi4_lite", "packets_over_axi4_stream", "transfers_over_axi4"] {
      #expect(result.output.contains("passed \(name)") || result.output.contains("passed axi_cases.\(name)"))
    }
  }

  @Test func `Tools take the Verilog without a word`() throws {
    #expect(try AXIPeers().toolComplaints() == "")
  }
}
