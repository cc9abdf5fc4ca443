import HDL
import Netlist
import NumberFormats
import Testing
import Units

@Suite struct ParameterTests {
  private func mistakes(_ generator: some Generator) -> [String] {
    do {
      _ = try generator.elaborate()
      return []
    } catch {
      return error.diagnostics.map(\.message)
    }
  }

  @Test func `Engines without hardware are refused before anything is built`() throws {
    #expect(mistakes(MatrixMultiply(rows: 0, columns: 300)) == ["parameter 'rows' is 0", "parameter 'columns' is 300"])
    #expect(
      mistakes(MatrixMultiply(rows: 16, columns: 40) { $0.sizeWidth = 5 }) == [
        "sizes of 5 bits for an array of 16 x 40"
      ])
    #expect(
      mistakes(MatrixMultiply { $0.dataflow = .weightStationary(maximumRows: 0) }) == ["parameter 'maximumRows' is 0"])
    #expect(
      mistakes(MatrixMultiply { ($0.arithmetic.activation, $0.arithmetic.weight) = (.int16, .int32) }).contains(
        "parameter 'weight.width' is 32"))
    #expect(
      mistakes(MatrixMultiply { $0.arithmetic.accumulatorWidth = 15 })
        == ["an accumulator of 15 bits does not hold a product of int8 and int8"])
    #expect(
      mistakes(MatrixMultiply { ($0.arithmetic.accumulatorWidth, $0.requantization) = (40, RequantizedOutput()) })
        == ["accumulators of 40 bits are requantised"])
    #expect(
      mistakes(MatrixMultiply { $0.requantization = RequantizedOutput { $0.stages = 4 } }) == [
        "parameter 'stages' is 4"
      ])
    #expect(
      mistakes(
        MatrixMultiply {
          $0.requantization = RequantizedOutput { ($0.least, $0.greatest, $0.zeroPoint) = (0, 100, -1) }
        })
        == ["the zero point -1 is outside the codes from 0 to 100"])
  }

  @Test func `Arrays and requantisers check their own`() throws {
    #expect(mistakes(WeightStationaryArray { $0.rows = 0 }) == ["parameter 'rows' is 0"])
    #expect(mistakes(OutputStationaryArray { $0.columns = 2000 }) == ["parameter 'columns' is 2000"])
    #expect(mistakes(Requantizer { $0.maximumShift = 64 }) == ["parameter 'maximumShift' is 64"])
    #expect(
      mistakes(Requantizer { $0.constants = .init(multiplier: 0x10000, shift: 3) }) == [
        "the constant multiplier is 65536"
      ])
    #expect(
      mistakes(Requantizer { ($0.biasWidth, $0.constants) = (0, .init(bias: 1, multiplier: 1, shift: 0)) }) == [
        "the constant bias is 1"
      ])
  }
}
