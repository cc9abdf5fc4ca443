import CCallStack
import Foundation
import Netlist

/// Finds the lines of the user's source behind call stacks, through the symbolizer that the program was linked with.
enum SourcePlace {
  /// The innermost call outside this library of each stack; nil where nothing is known of it.
  static func ofUser(_ stacks: [CallStack]) -> [Place?] {
    var images: [String: [Swift.UInt]] = [:]
    var origin: [Swift.UInt: (image: String, offset: Swift.UInt)] = [:]
    for address in Set(stacks.flatMap(\.addresses)) {
      var path: UnsafePointer<CChar>?
      var base: Swift.UInt = 0
      // A return address may already belong to the next line.
      guard systole_image(address - 1, &path, &base) != 0, let path else { continue }
      let image = resolved(String(cString: path))
      origin[address] = (image, address - 1 - base)
      images[image, default: []].append(address - 1 - base)
    }
    var places: [String: [Swift.UInt: [Place]]] = [:]
    for (image, offsets) in images { places[image] = symbolicate(image, offsets) }
    return stacks.map { stack in
      for address in stack.addresses {
        guard let origin = origin[address] else { continue }
        if let place = places[origin.image]?[origin.offset]?.first { return place }
      }
      return nil
    }
  }

  /// The main program is known under the name by which it was called.
  private static func resolved(_ path: String) -> String {
    if FileManager.default.fileExists(atPath: path), path.contains("/") { return path }
    return (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? path
  }

  private struct Answer: Decodable {
    struct Symbol: Decodable {
      let FileName: String
      let Line: Int
    }
    let Address: String
    let Symbol: [Symbol]?
  }

  /// The user's lines behind each offset into `image`, innermost inlined call first.
  private static func symbolicate(_ image: String, _ offsets: [Swift.UInt], library: String = #filePath) -> [Swift.UInt:
    [Place]]
  {
    // Only what was built from source together with this library can be the user's.
    guard !image.contains("/usr/lib/"),
      let output = systole_symbolize(image, offsets.map { "0x" + String($0, radix: 16) }.joined(separator: " "))
    else { return [:] }
    defer { free(output) }
    guard let answers = try? JSONDecoder().decode([Answer].self, from: Data(String(cString: output).utf8)) else {
      return [:]
    }
    let own = library.prefix(through: library.lastIndex(of: "/")!)
    var found: [Swift.UInt: [Place]] = [:]
    for answer in answers {
      guard let offset = Swift.UInt(answer.Address.dropFirst(2), radix: 16) else { continue }
      found[offset] = (answer.Symbol ?? []).filter {
        $0.FileName.hasSuffix(".swift") && !$0.FileName.hasPrefix(own) && $0.Line > 0
      }.map { Place(file: tail(of: $0.FileName), line: $0.Line) }
    }
    return found
  }

  /// Folder and file, the form of `#fileID` in a package whose targets are folders.
  private static func tail(of path: String) -> String { path.split(separator: "/").suffix(2).joined(separator: "/") }
}
