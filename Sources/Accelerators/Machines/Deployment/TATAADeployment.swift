import Foundation
import HDL
import Models
import TATAA
import TATAAHardware
import Transformer
import Verilog

/// A compiled program with all that a host needs to run it: the files of a folder.
///
/// | file | contents |
/// |---|---|
/// | `program.bin` | instructions, 8 bytes each, the low one first |
/// | `program.lst` | the same as text, with the nodes of the model |
/// | `memory.bin` | what stands in memory when the program starts |
/// | `memory.json` | where everything is, and the registers |
/// | `expected.bin` | the output of the golden machine |
/// | `tataa.h` | registers, status codes and addresses for C |
/// | `rtl/` | the Verilog of the accelerator with its manifest |
/// | `tataa_host.v` | the accelerator with identifiers of one bit on its buses, which those memories ask for |
/// | `test_tataa.py` | a host for cocotb, with memories of cocotbext-axi |
///
/// The program begins at address 0, its memory at the next multiple of 4,096; addresses of regions are relative to the memory.
public struct TATAADeployment: Sendable {
  /// A part of the memory that the host reads or writes.
  public struct Area: Hashable, Sendable, Encodable {
    /// Its name.
    public var name: String
    /// The address of its first byte.
    public var address: Int
    /// Its size.
    public var bytes: Int

    /// Names a part of the memory.
    public init(_ name: String, address: Int, bytes: Int) {
      (self.name, self.address, self.bytes) = (name, address, bytes)
    }
  }

  /// What the program computes, in words.
  public var name: String
  /// The program.
  public var program: MachineProgram
  /// The instructions of each part of the program, in its order.
  public var parts: [(node: String, instructions: Range<Int>)]
  /// What stands in memory when the program starts.
  public var memory: [UInt8]
  /// The parts of the memory.
  public var areas: [Area]
  /// The result, and what it is after the program.
  public var output: Area
  /// The bytes of the result.
  public var expected: [UInt8]
  /// The sizes of the accelerator.
  public var configuration: Configuration

  /// A program of any origin: what it leaves in `output` is taken from a run of the golden machine.
  ///
  /// - Throws: ``TATAA/ProgramError`` where the program does not come to its END, ``MachineError`` for an output outside the
  ///   memory.
  public init(
    name: String, program: MachineProgram, parts: [(node: String, instructions: Range<Int>)] = [], memory: [UInt8],
    areas: [Area] = [], output: Area, configuration: Configuration
  ) throws {
    guard configuration.cores == 1 else {
      throw MachineError.model(
        "a program is deployed on one core, and the configuration has \(configuration.cores): set cores=1")
    }
    guard output.address >= 0, output.bytes > 0, output.address + output.bytes <= memory.count else {
      throw MachineError.model("the output \"\(output.name)\" is outside the memory of \(memory.count) bytes")
    }
    (self.name, self.program, self.parts, self.memory) = (name, program, parts, memory)
    (self.areas, self.output, self.configuration) = (areas, output, configuration)
    var machine = try Machine(configuration: configuration, memory: memory)
    try machine.run(program)
    expected = Array(machine.memory[output.address..<output.address + output.bytes])
  }

  /// A model on a sequence.
  ///
  /// - Throws: as ``init(name:program:parts:memory:areas:output:configuration:)``, and `CompilerError` for a sequence of another
  ///   length.
  public init(_ compiled: CompiledModel, on sequence: TokenSequence, name: String) throws {
    try self.init(compiled, memory: compiled.memory(for: sequence), name: name)
  }

  /// A model on an image, channels × height × width.
  ///
  /// - Throws: as ``init(name:program:parts:memory:areas:output:configuration:)``, and `ModelError` for an image of another
  ///   shape.
  public init(_ compiled: CompiledModel, onImage image: Tensor<Float>, name: String) throws {
    try self.init(compiled, memory: compiled.memory(forImage: image), name: name)
  }

  private init(_ compiled: CompiledModel, memory: [UInt8], name: String) throws {
    let output = compiled.outputRange
    try self.init(
      name: name, program: compiled.program, parts: compiled.parts, memory: memory,
      areas: compiled.image.regions.map { Area($0.name, address: $0.address, bytes: $0.range.count) },
      output: Area("hidden", address: output.lowerBound, bytes: output.count), configuration: compiled.configuration)
  }

  /// Where the memory of the program begins.
  public var base: Int { (8 * program.instructions.count + 4095) / 4096 * 4096 }

  /// Every file but those of the Verilog.
  ///
  /// - Throws: what the register map says of names that C does not have.
  func files(_ manifest: Manifest) throws -> [(name: String, bytes: [UInt8])] {
    let words = program.words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    return [
      ("program.bin", words), ("program.lst", Array(listing.utf8)), ("memory.bin", memory),
      ("memory.json", Array(try map(manifest).utf8)), ("expected.bin", expected), ("tataa.h", Array(try header().utf8)),
      ("test_tataa.py", Array(hostExample.utf8)),
    ]
  }

  /// Writes all files into a folder, which is made when it is not there. Each file appears whole or not at all.
  ///
  /// - Returns: how many there are.
  /// - Throws: ``MachineError`` with the path and the reason.
  @discardableResult
  public func write(to folder: String) throws -> Int {
    let design = EmittedDesign(try TATAAAccelerator(configuration: configuration).elaborate().simplified())
    let wrapper = Self.wrapper(design.manifest)
    let files = try self.files(design.manifest) + [("tataa_host.v", Array(wrapper.utf8))]
    try design.write(to: folder + "/rtl")
    for file in files {
      let path = folder + "/" + file.name
      do {
        try Data(file.bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
      } catch {
        throw MachineError.file(path: path, reason: "\(error.localizedDescription)")
      }
    }
    return files.count + design.files.count
  }
}
