import Foundation

/// The lines of the source behind offsets into a program, as the Swift toolchain's symbolizer gives them.
///
/// Every program that this target is linked into has it: it takes the place of the definition in `CCallStack`, which knows
/// no lines, so that the language finds places without being able to start a process itself.
@_cdecl("systole_symbolize")
func symbolize(_ image: UnsafePointer<CChar>, _ offsets: UnsafePointer<CChar>) -> UnsafeMutablePointer<CChar>? {
  let arguments = ["--obj=" + String(cString: image), "--inlines", "--output-style=JSON"]
  let addresses = String(cString: offsets).split(separator: " ").map { String($0) }
  guard let symbolizer = try? Toolbox().symbolizer(),
    let result = try? symbolizer.program.run(arguments + addresses, timeout: .seconds(60), outputLimit: 64 << 20)
  else { return nil }
  return strdup(result.output)
}
