import AccelTran
import Testing

struct NamedHardwareTests {
  @Test func `The named machines have all their multipliers, in cores that can be built`() throws {
    let all = try NamedHardware.all()
    #expect(all.map(\.name) == ["Edge", "Edge-LP", "Server", "Server-LP", "Nano"])
    #expect(all.map(\.multipliers) == [16_384, 16_384, 262_144, 262_144, 16_384])
    #expect(all.map(\.cores) == [4, 4, 32, 32, 4] && all.map(\.coresAtOnce) == [4, 2, 32, 16, 4])
    for (hardware, (_, configuration)) in zip(all, AccelTranConfiguration.named) {
      try hardware.sizes.validate()
      #expect(hardware.cores * hardware.sizes.elements == configuration.processingElements)
      #expect(hardware.sizes.lanes == configuration.lanes && hardware.sizes.width == 20)
      // Buses of all cores stay within the memory's bandwidth, buffers within theirs.
      let bits = Double(hardware.cores * hardware.sizes.busWidth) * configuration.clock * 1e6
      #expect(bits <= configuration.memory.bandwidth * 8e9)
      let chunk = Double(2 * (64 * 20 + 64)) / 8_388_608
      #expect(Double(hardware.cores * hardware.sizes.activationChunks) * chunk <= configuration.activationBuffer)
      let weights = Double(hardware.lanes * hardware.sizes.weightChunks) * chunk
      #expect(weights <= configuration.weightBuffer || hardware.name == "Nano")
    }
  }
}
