/// An expression of the emitted text. Whoever builds the tree has made every decision; the printer only writes.
///
/// Names are most of a netlist, so they get no memory of their own.
enum VerilogExpression {
  case name(String)
  /// The net of an output of an instance, called after both.
  case output(instance: String, port: String)
  /// Digits with base and width, such as `8'd255` or `-4'sd1`.
  case literal(String)
  indirect case unary(String, VerilogExpression)
  indirect case binary(String, VerilogExpression, VerilogExpression)
  indirect case conditional(VerilogExpression, VerilogExpression, VerilogExpression)
  case concatenation([VerilogExpression])
  indirect case replication(Int, VerilogExpression)
  indirect case bit(String, Int)
  indirect case bits(String, high: Int, low: Int)
  indirect case word(String, VerilogExpression)
  /// As many bits of a name, from a bit upwards that a loop counts.
  indirect case bitsFrom(String, VerilogExpression, width: Int)
  /// Bits of a word of a memory.
  indirect case part(VerilogExpression, high: Int, low: Int)
  indirect case signed(VerilogExpression)
  indirect case unsigned(VerilogExpression)
}

extension VerilogExpression {
  /// Whether it is a name, a number or a part of something that has a name: several of them stand on one line.
  var isShort: Bool {
    switch self {
    case .name, .output, .literal, .bit, .bits, .bitsFrom, .word, .part: true
    case .unary(_, let operand), .signed(let operand), .unsigned(let operand): operand.isShort
    case .binary(_, let left, let right): left.isShort && right.isShort
    case .conditional, .concatenation, .replication: false
    }
  }
}

/// A statement inside an `always` block.
indirect enum VerilogStatement {
  case assign(String, VerilogExpression)
  /// The same to a word of a memory.
  case store(VerilogExpression, VerilogExpression)
  /// A labelled `assert`, `assume` or `cover`.
  case property(String, label: String, VerilogExpression)
  /// A call of a system task, without its semicolon.
  case call(String)
  /// The list of statements under a condition, and those under its complement.
  case condition(VerilogExpression, [VerilogStatement], [VerilogStatement])
  /// The list of statements whose labels hold the value of an expression; without labels those for all other values.
  case choice(VerilogExpression, [(labels: [VerilogExpression], body: [VerilogStatement])])
}

/// Width and sign of a declaration.
struct VerilogType: Equatable {
  var width: Int
  var isSigned: Bool
}

/// A line or block of a module body.
enum VerilogItem {
  case wire(String, VerilogType, VerilogExpression?)
  /// A local parameter.
  case parameter(String, VerilogType, VerilogExpression)
  case variable(String, VerilogType, attribute: String? = nil)
  /// `attribute` as written between `(*` and `*)`.
  case memory(String, VerilogType, depth: Int, attribute: String?)
  /// First contents of a memory from a file.
  case load(file: String, memory: String)
  case assign(String, VerilogExpression)
  /// Drives an element of an array of nets.
  case drive(VerilogExpression, VerilogExpression)
  /// An array of nets.
  case array(String, VerilogType, count: Int)
  case genvar([String])
  indirect case generate([VerilogItem])
  /// Items that are there for each number below `count`.
  indirect case loop(variable: String, count: Int, label: String, [VerilogItem])
  case instance(module: String, name: String, connections: [(port: String, value: VerilogExpression)])
  case clocked(event: String, [VerilogStatement])
  /// A table: `target` takes the value of which a label equals `subject`; without labels it is for all other values.
  case table(target: String, subject: VerilogExpression, [(labels: [VerilogExpression], value: VerilogExpression)])
  case initial([(String, VerilogExpression)])
  /// Items that are there when the macro is defined.
  indirect case conditional(macro: String, [VerilogItem])
  case comment(String)
  case blank
}

/// A port of a module.
struct VerilogPort {
  var direction: String
  var type: VerilogType
  var name: String
  /// What it is for, behind it.
  var comment: String?
  /// What it and the ports behind it are for, above it.
  var heading: String?
}

/// What stands before the body of a module.
struct VerilogHead {
  var name: String
  /// Comment lines above the module.
  var comment: [String]
  /// Macros of which each asks for the items under ``VerilogHead/checks``.
  var checkMacros: [String]
  var ports: [VerilogPort]

  /// The macro that is defined from the first line to the last when something is checked.
  static let checks = "SYSTOLE_CHECKS"

  /// `line` in several of at most `length` characters, of which the later ones are indented.
  static func folded(_ line: String, to length: Int) -> [String] {
    guard line.utf8.count > length else { return [line] }
    var result = [""]
    for word in line.split(separator: " ") {
      let used = result[result.count - 1].utf8.count
      if used > 0, used + word.utf8.count >= length { result.append(" ") }
      if !result[result.count - 1].isEmpty { result[result.count - 1] += " " }
      result[result.count - 1] += word
    }
    return result
  }
}
