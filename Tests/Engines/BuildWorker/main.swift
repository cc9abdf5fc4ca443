import Foundation
import Netlist
import Tools
import Verilator

// A process of its own for tests: builds the design of a file with the clang and Verilator of the environment, runs it,
// and prints the value of its first output and how long the model took to compile.
// Arguments: cache folder, Verilog file, interface as a JSON file, cycles, and where they are wanted a profile as JSON and a
// wave.
let arguments = CommandLine.arguments
guard (5...7).contains(arguments.count), let cycles = Int(arguments[4]) else {
  FileHandle.standardError.write(Data("usage: BuildWorker cache verilog interface cycles [profile [wave]]\n".utf8))
  exit(2)
}
do {
  let interface = try JSONDecoder().decode(
    ModuleInterface.self, from: Data(contentsOf: URL(fileURLWithPath: arguments[3])))
  let design = ModelDesign(
    verilog: try String(contentsOfFile: arguments[2], encoding: .utf8), interface: interface)
  let builder = try ModelBuilder(cache: ModelCache(folder: arguments[1]))
  let profile =
    try arguments.count > 5 ? JSONDecoder().decode(ModelProfile.self, from: Data(arguments[5].utf8)) : .debug
  let model = try builder.model(of: design, profile: profile, initialState: .zero)
  if arguments.count > 6 { try model.startTrace(path: arguments[6]) }
  for port in interface.ports where port.direction == .input { model.pin(port.name)?.unsigned = 1 }
  try model.run(cycles: cycles)
  try model.settle()
  try model.stopTrace()
  for (index, port) in interface.ports.enumerated() where port.direction == .output {
    print(model.pin(at: index).unsigned)
    break
  }
  print(model.library.record.seconds.compile)
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(1)
}
