import Foundation
import Netlist

/// What is needed from the tree that Verilator writes after elaboration: the top module's ports and the data types.
struct ElaboratedTree {
  /// A data type; types refer to each other by identifier.
  struct DataType {
    enum Kind {
      case vector(width: Int)
      case alias(of: String)
      case packedArray(of: String, count: Int)
      case packedStructure(members: [String], isUnion: Bool)
      /// A type that has no bits in a fixed order, and why.
      case other(String)
    }

    var kind: Kind
    var isSigned = false
  }

  struct Port {
    var name: String
    /// "input", "output" or another word of Verilog.
    var direction: String
    var type: String
  }

  private(set) var top: String?
  private(set) var ports: [Port] = []
  private(set) var types: [String: DataType] = [:]

  /// The ports in the order of declaration.
  func portShapes() throws(VerilatorFailure) -> [PortShape] {
    var shapes: [PortShape] = []
    var refused: [String: String] = [:]
    for port in ports {
      guard let direction = PortDirection(rawValue: port.direction) else {
        refused[port.name] = "its direction is \(port.direction)"
        continue
      }
      switch width(of: port.type) {
      case .success(let width):
        shapes.append(
          PortShape(name: port.name, direction: direction, width: width, isSigned: isSigned(port.type)))
      case .failure(let reason): refused[port.name] = reason.text
      }
    }
    if let (port, reason) = refused.first {
      throw refused.count == 1
        ? .unsupportedPort(module: top ?? "", port: port, reason: reason)
        : .unsupportedPorts(module: top ?? "", ports: refused)
    }
    return shapes
  }

  private struct Unsupported: Error {
    var text: String
  }

  private func width(of identifier: String) -> Result<Int, Unsupported> {
    guard let type = types[identifier] else { return .failure(Unsupported(text: "its type is unknown")) }
    switch type.kind {
    case .vector(let width): return .success(width)
    case .alias(let target): return width(of: target)
    case .packedArray(let element, let count): return width(of: element).map { $0 * count }
    case .packedStructure(let members, let isUnion):
      var total = 0
      for member in members {
        switch width(of: member) {
        case .success(let part): total = isUnion ? max(total, part) : total + part
        case .failure(let reason): return .failure(reason)
        }
      }
      return .success(total)
    case .other(let reason): return .failure(Unsupported(text: reason))
    }
  }

  private func isSigned(_ identifier: String) -> Bool {
    guard let type = types[identifier] else { return false }
    if case .alias(let target) = type.kind { return type.isSigned || isSigned(target) }
    return type.isSigned
  }

  static let unpacked = "it is an unpacked array; write it as one packed vector"
  static func unsupported(_ kind: String) -> String { "its type (\(kind)) is not a vector of bits" }
}

// MARK: - JSON

extension ElaboratedTree {
  /// Reads the tree of Verilator 5.030 and later; nil when it is not one.
  init?(json: Data) {
    guard let root = try? JSONSerialization.jsonObject(with: json) as? [String: Any],
      let modules = root["modulesp"] as? [[String: Any]],
      let module = modules.first(where: { $0["type"] as? String == "MODULE" && $0["level"] as? Int == 1 })
    else { return nil }
    top = module["origName"] as? String
    for statement in module["stmtsp"] as? [[String: Any]] ?? [] where statement["type"] as? String == "VAR" {
      guard let direction = statement["direction"] as? String, direction != "NONE",
        let name = statement["origName"] as? String, let type = statement["dtypep"] as? String
      else { continue }
      ports.append(Port(name: name, direction: direction.lowercased(), type: type))
    }
    for miscellaneous in root["miscsp"] as? [[String: Any]] ?? [] {
      for entry in miscellaneous["typesp"] as? [[String: Any]] ?? [] {
        guard let identifier = entry["addr"] as? String, let kind = Self.kind(ofJSON: entry) else { continue }
        types[identifier] = DataType(kind: kind, isSigned: entry["signed"] as? Bool ?? false)
      }
    }
  }

  private static func kind(ofJSON entry: [String: Any]) -> DataType.Kind? {
    let target = entry["refDTypep"] as? String ?? ""
    switch entry["type"] as? String {
    case "BASICDTYPE": return vector(range: entry["range"] as? String, keyword: entry["keyword"] as? String)
    case "REFDTYPE", "ENUMDTYPE": return .alias(of: target)
    case "PACKARRAYDTYPE":
      return .packedArray(of: target, count: length(ofRange: entry["declRange"] as? String ?? "") ?? 0)
    case "STRUCTDTYPE", "UNIONDTYPE":
      guard entry["packed"] as? Bool == true else { return .other(unsupported("unpacked structure")) }
      let members = entry["membersp"] as? [[String: Any]] ?? []
      return .packedStructure(
        members: members.compactMap { $0["refDTypep"] as? String }, isUnion: entry["type"] as? String == "UNIONDTYPE")
    case "UNPACKARRAYDTYPE": return .other(unpacked)
    case let other?: return .other(unsupported(other))
    case nil: return nil
    }
  }

  private static func vector(range: String?, keyword: String?) -> DataType.Kind {
    if let keyword, !["logic", "bit", "integer", "int", "byte", "shortint", "longint", "time"].contains(keyword) {
      return .other(unsupported(keyword))
    }
    return .vector(width: range.flatMap { length(ofRange: $0) } ?? 1)
  }

  /// Number of elements of "7:0" or "[0:3]".
  private static func length(ofRange text: String) -> Int? {
    let ends = text.split(whereSeparator: { "[:]".contains($0) }).compactMap { Int($0) }
    return ends.count == 2 ? abs(ends[0] - ends[1]) + 1 : nil
  }
}

// MARK: - XML

extension ElaboratedTree {
  /// Reads the tree of Verilator before 5.030, which has one element a line; nil when it is not one.
  init?(xml: String) {
    var topName: String?
    var isInTop = false
    var structure: (identifier: String, members: [String], isUnion: Bool)?
    var array: (identifier: String, element: String, bounds: [Int])?
    for line in xml.split(separator: "\n") {
      guard let element = XMLElement(line: line) else { continue }
      switch element.name {
      case "cell": topName = topName ?? element["submodname"]
      case "module":
        isInTop = element["name"] == topName
        if isInTop { top = element["origName"] }
      case "/module": isInTop = false
      case "var":
        if isInTop, let direction = element["dir"], let name = element["origName"], let type = element["dtype_id"] {
          ports.append(Port(name: name, direction: direction, type: type))
        }
      case "basicdtype":
        guard let identifier = element["id"] else { continue }
        var range: String?
        if let left = element["left"], let right = element["right"] { range = left + ":" + right }
        types[identifier] = DataType(
          kind: Self.vector(range: range, keyword: element["name"]), isSigned: element["signed"] == "true")
      case "refdtype", "enumdtype":
        guard let identifier = element["id"], let target = element["sub_dtype_id"] else { continue }
        types[identifier] = DataType(kind: .alias(of: target))
      case "structdtype", "uniondtype":
        structure = element["id"].map { ($0, [], element.name == "uniondtype") }
      case "memberdtype": if let type = element["sub_dtype_id"] { structure?.members.append(type) }
      case "/structdtype", "/uniondtype":
        if let (identifier, members, isUnion) = structure {
          types[identifier] = DataType(kind: .packedStructure(members: members, isUnion: isUnion))
        }
        structure = nil
      case "packarraydtype":
        if let identifier = element["id"], let target = element["sub_dtype_id"] { array = (identifier, target, []) }
      case "const": if let value = element["name"].flatMap(Self.value(ofConstant:)) { array?.bounds.append(value) }
      case "/packarraydtype":
        if let (identifier, target, bounds) = array, bounds.count == 2 {
          types[identifier] = DataType(kind: .packedArray(of: target, count: abs(bounds[0] - bounds[1]) + 1))
        }
        array = nil
      case "unpackarraydtype":
        if let identifier = element["id"] { types[identifier] = DataType(kind: .other(Self.unpacked)) }
      default: continue
      }
    }
    if top == nil { return nil }
  }

  /// The number in "32'sh3".
  private static func value(ofConstant text: String) -> Int? {
    text.firstMatch(of: /'s?h([0-9a-f]+)/).flatMap { Int($0.output.1, radix: 16) }
  }
}

/// One line of Verilator's XML: the name of the element and its attributes.
private struct XMLElement {
  let name: String
  private let attributes: [String: String]

  init?(line: Substring) {
    guard let match = line.firstMatch(of: /<(\/?[a-z_]+)/) else { return nil }
    name = String(match.output.1)
    var found: [String: String] = [:]
    for attribute in line.matches(of: /([A-Za-z_]+)="([^"]*)"/) {
      found[String(attribute.output.1)] = String(attribute.output.2)
        .replacing("&apos;", with: "'").replacing("&quot;", with: "\"").replacing("&lt;", with: "<")
        .replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }
    attributes = found
  }

  subscript(attribute: String) -> String? { attributes[attribute] }
}
