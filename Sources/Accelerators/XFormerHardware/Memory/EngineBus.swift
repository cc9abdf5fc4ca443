import Components
import HDL
import XFormer

/// The interface of an engine: commands, what it does, and its bus.
public struct EnginePorts {
  /// Commands that may start.
  public let command: StreamInput<Bits>
  /// Whether a command is under way, whether one ends, whether the memory reports an error.
  public let isBusy, isDone, isError: Output<Bit>
  /// Of a projection engine: half kelvins above 300 K.
  public let temperature: Input<UInt>?
  /// What a projection engine counts, in a clock.
  public let unitVectors, rowWrites, writePulses, failedWrites: Output<UInt>?
  /// What an attention tile counts, in a clock.
  public let scoreWords, valueWords: Output<UInt>?
  /// What the vector unit counts, in a clock.
  public let normalizedRows: Output<UInt>?
  /// What a softmax engine counts, in a clock.
  public let softmaxRows: Output<UInt>?
  /// The bus.
  public let memory: AXI4

  /// What an engine does.
  package enum Kind { case projection, attention, vector, softmax }

  package init(_ sizes: XFormerSizes, _ kind: Kind) {
    command = .init(512, "Commands; one is taken when the engine is free")
    isBusy = .init("1 while a command is under way")
    isDone = .init("1 when a command has ended, with all stores acknowledged")
    isError = .init("1 when the memory reports an error")
    func count(_ own: Kind, _ width: Int, _ what: String) -> Output<UInt>? {
      own == kind ? .init(width, "\(what), in a clock") : nil
    }
    temperature = kind == .projection ? .init(8, "Half kelvins above 300 K") : nil
    unitVectors = count(.projection, 10, "Units that take a vector")
    rowWrites = count(.projection, 1, "Rows of weights that are written")
    writePulses = count(.projection, 4, "Pulses that a row took which is written")
    failedWrites = count(.projection, 1, "Rows that are written with a cell not near enough to its level")
    scoreWords = count(.attention, 1, "Words of keys that meet the queries")
    valueWords = count(.attention, 1, "Words of values that meet a row of weights")
    normalizedRows = count(.vector, 1, "Rows that are normalised")
    softmaxRows = count(.softmax, 1, "Rows of which the last code is given")
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
