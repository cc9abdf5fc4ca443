import Components
import HDL
import XFormer

/// The interface of an engine: commands, what it does, and its bus.
public struct EnginePorts {
  /// Commands that may start.
  public let command: StreamInput<Bits>
  /// Whether a command is under way, whether one ends, whether the memory reports an error.
  public let isBusy, isDone, isError: Output<Bit>
  /// What an engine counts, in a clock.
  public let firstCount, secondCount: Output<UInt>
  /// Where crossbars are warmer than others.
  public let temperature: Input<UInt>?
  /// The bus.
  public let memory: AXI4

  package init(_ sizes: XFormerSizes, first: String, second: String, hasTemperature: Bool = false) {
    command = .init(512, "Commands; one is taken when the engine is free")
    isBusy = .init("1 while a command is under way")
    isDone = .init("1 when a command has ended, with all stores acknowledged")
    isError = .init("1 when the memory reports an error")
    firstCount = .init(10, "\(first), in a clock")
    secondCount = .init(10, "\(second), in a clock")
    temperature = hasTemperature ? .init(8, "Half kelvins above 300 K") : nil
    memory = .init(addressWidth: 32, dataWidth: 8 * sizes.busBytes, idWidth: 0)
  }
}

/// A command as an engine reads it: sixteen fields of 32 bits, in the places of ``/XFormer/XFormerCommand``.
package struct CommandFields {
  package let bits: Bits

  package init(bits: Bits) { self.bits = bits }

  package func field(_ number: Int, _ place: Int = 0, _ width: Int = 32) -> UInt {
    bits[32 * number + place..<32 * number + place + width].asUnsigned
  }
  package func flag(_ place: Int) -> Bit { bits[place] }
  package func isKind(_ kind: XFormerCommand.Kind) -> Bit { field(0, 0, 4) .== UInt(kind.rawValue) }
}

/// A reader and a writer on the bus of an engine.
package struct EngineMemory {
  package let reader: Exterior<StridedReader.Ports>
  package let writer: Exterior<BurstWriter.Ports>

  package init(_ sizes: XFormerSizes, _ io: Interior<EnginePorts>, outstanding: Int = 4, in m: Module) {
    reader = m.instance(StridedReader { ($0.wordBytes, $0.outstanding) = (sizes.busBytes, outstanding) }, "reader")
    writer = m.instance(
      BurstWriter {
        $0.shape = BurstShape {
          ($0.addressWidth, $0.wordBytes, $0.lengthWidth) = (32, sizes.busBytes, 16)
          ($0.maximumBurst, $0.outstanding) = (16, 4)
        }
      }, "writer")
    func onBus(_ burst: BurstAddress) -> AXI4Address { burst.onBus(wordBytes: sizes.busBytes) }
    io.memory.ar <== reader.ar.mapped(onBus)
    reader.r <== io.memory.r.mapped { ReadWord(data: $0.data, resp: $0.resp, last: $0.last) }
    io.memory.aw <== writer.aw.mapped(onBus)
    io.memory.w <== writer.w.mapped { AXI4Word(data: $0.data, strb: $0.strobe, last: $0.last) }
    writer.b <== io.memory.b.mapped(\.resp)
  }
}
