import Models
import NumberFormats
import TATAA
import Testing
import Transformer

/// The code of TATAA's page.
@Suite struct TATAASnippets {
  @Test func `One number, followed`() throws {
    let program = try Assembler()(
      """
      load.x 0, address=0, depth=1, rows=1
      load.y 0, address=1, depth=1, columns=1
      load.t scale, address=4, count=1
      matmul x=0, y=0, depth=1, start=zero
      store.a bfloat16, address=8, rows=1, columns=1
      fence
      load.v v0, address=8, lanes=1
      const c0, 20
      add v1, v0, c0
      store.v bfloat16, v1, address=10, lanes=1
      end
      """)
    let memory: [UInt8] = [6, 249, 0, 0, 0, 0, 0, 0x3F, 0, 0, 0, 0]
    var machine = try Machine(configuration: .tiny, memory: memory)
    try machine.run(program)
    print(machine.vector(1)[0])  // −1.0: 6 · −7 = −42, · 0.5 = −21, + 20
    print(machine.stores.map(\.address))  // [8, 10]
    #expect(machine.accumulators[0] == -42)
    #expect(machine.vector(1)[0] == BFloat16(-1))
    #expect(machine.stores.map(\.address) == [8, 10])
  }

  func compile(_ model: TransformerModel, _ ranges: ActivationRanges, _ sequence: TokenSequence) throws {
    let profile = NumericsProfile(functions: .bfloat16Steps)
    let quantized = try QuantizedModel(model, ranges: ranges, profile: profile)
    let compiled = try CompiledModel(quantized, tokens: 16, for: .standard)
    let (hidden, machine) = try compiled.run(sequence)
    print(hidden.shape, machine.counters)
  }
}
