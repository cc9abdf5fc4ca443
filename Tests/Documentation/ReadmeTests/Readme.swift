import Foundation
import TestFiles

/// The README of this checkout, cut into its fenced blocks.
struct Readme {
  /// A fenced block: what stands behind the fence, and the lines inside.
  struct Block {
    var language: String
    var text: String
  }

  /// The blocks in their order.
  let blocks: [Block]

  init() throws {
    let text = try String(contentsOf: Checkout.root.appendingPathComponent("README.md"), encoding: .utf8)
    var blocks: [Block] = []
    var open: Block?
    for line in text.components(separatedBy: "\n") {
      if let block = open {
        if line == "```" {
          blocks.append(block)
          open = nil
        } else {
          open?.text += line + "\n"
        }
      } else if line.hasPrefix("```") {
        open = Block(language: String(line.dropFirst(3)), text: "")
      }
    }
    self.blocks = blocks
  }

  /// The texts of the blocks in Swift.
  var swift: [String] { blocks.filter { $0.language == "swift" }.map(\.text) }
}
