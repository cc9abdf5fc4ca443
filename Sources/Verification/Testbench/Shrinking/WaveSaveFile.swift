import Foundation
import Netlist
import Tools

/// A save file for GTKWave: the ports of a module in groups, a marker at the failure, and the time around it.
///
/// Source of the format: GTKWave 3.3 Wave Analyzer User's Guide, "Save File".
struct WaveSaveFile {
  let wave: String
  let interface: ModuleInterface
  let failure: BenchFailure
  let title: String

  /// Units of time of a cycle in the waves of the engines.
  private static let unitsPerCycle: UInt64 = 2
  /// Cycles that are seen at first, and how many of them before the failure.
  private static let seen = (cycles: 16.0, before: UInt64(12))
  /// Pixels that the waves take in a window of usual size, and those that one unit of time takes at zoom 0.
  private static let pixels = (window: 740.0, unit: 200.0)

  /// The path: that of the wave with another ending.
  var path: String { URL(fileURLWithPath: wave).deletingPathExtension().relativePath + ".gtkw" }

  /// The text.
  var text: String {
    let time = failure.cycle * Self.unitsPerCycle
    let start = (failure.cycle > Self.seen.before ? failure.cycle - Self.seen.before : 0) * Self.unitsPerCycle
    // One less doubles the time that is seen.
    let zoom = -log2(Self.seen.cycles * Double(Self.unitsPerCycle) * Self.pixels.unit / Self.pixels.window)
    let markers = [String](repeating: "-1", count: 26).joined(separator: " ")
    var lines = [
      "[*]", "[*] \(ForeignText.visible(title)): \(failure.title) at cycle \(failure.cycle)", "[*]",
      "[dumpfile] \"\(URL(fileURLWithPath: wave).lastPathComponent)\"", "[timestart] \(start)", "[size] 1200 700",
      "*\(String(format: "%.6f", zoom)) \(time) \(markers)", "[treeopen] \(scope).", "@28",
    ]
    for clock in interface.clocks {
      lines.append("\(scope).\(clock.clock)")
      if let reset = clock.reset { lines.append("\(scope).\(reset)") }
    }
    for group in PortGroups(interface).groups {
      lines += ["@200", "-\(group.name ?? (group.direction == .input ? "inputs" : "outputs"))"]
      for (name, _) in group.ports {
        guard let port = interface.ports.first(where: { $0.name == name }) else { continue }
        // Flags of a trace: shown right-justified as a bit, in hexadecimal, or as a number with a sign.
        lines.append(port.width == 1 ? "@28" : port.isSigned ? "@420" : "@22")
        lines.append("\(scope).\(name)" + (port.width == 1 ? "" : "[\(port.width - 1):0]"))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var scope: String { interface.name }

  /// Writes the file and gives its path.
  func write() throws -> String {
    try OutputFile.write(text, to: path)
    return path
  }
}
