import Netlist

/// Cases of enums as local parameters, of which only those that the text reads are written.
extension Lowering {
  private func enumeration(ofSignal index: Int32) -> Enumeration? {
    let number = definition.signals[Int(index)].enumeration
    return number < 0 ? nil : definition.enumerations[Int(number)]
  }

  /// The local parameter for a value of the signal; nil when it has no name there.
  mutating func caseName(_ code: BitVector, ofSignal index: Int32) -> String? {
    guard let enumeration = enumeration(ofSignal: index) else { return nil }
    let number = definition.signals[Int(index)].enumeration
    let key = CaseKey(enumeration: number, code: code)
    if let known = caseNames[key] { return known }
    // A parameter that only assertions read would be one that nothing reads where they are left out.
    if isAsserting { return nil }
    let names =
      codeNames[number]
      ?? Dictionary(enumeration.cases.map { ($0.code, $0.name) }, uniquingKeysWith: { first, _ in first })
    codeNames[number] = names
    guard let name = names[code] else { return nil }
    let base = (Identifier.snakeCase(enumeration.name) + "_" + Identifier.snakeCase(name)).uppercased()
    let result = unique(Identifier.language(reserving: base) == nil ? base : base + "_CASE")
    caseNames[key] = result
    return result
  }

  /// An operand of a comparison with `other`: a case by its name.
  mutating func compared(_ id: NodeID, with other: NodeID) -> VerilogExpression {
    let (node, subject) = (table[id], table[other])
    if node.operation == .constant, subject.operation == .signal,
      let name = caseName(table.constants[Int(node.a)], ofSignal: subject.a)
    {
      return .name(name)
    }
    return expression(id)
  }

  /// A value that the signal takes: cases by their names.
  mutating func assigned(_ id: NodeID, to signal: Int32) -> VerilogExpression {
    guard definition.signals[Int(signal)].enumeration >= 0, !isNet(id) else { return expression(id) }
    let node = table[id]
    switch node.operation {
    case .constant:
      return caseName(table.constants[Int(node.a)], ofSignal: signal).map { .name($0) } ?? expression(id)
    case .mux:
      return .conditional(
        expression(NodeID(node.a)), assigned(NodeID(node.b), to: signal), assigned(NodeID(node.c), to: signal))
    default: return expression(id)
    }
  }

  /// A fixed value of the signal.
  mutating func fixed(_ value: BitVector, ofSignal index: Int32) -> VerilogExpression {
    if let name = caseName(value, ofSignal: index) { return .name(name) }
    return Self.literal(value, isSigned: definition.signals[Int(index)].isSigned)
  }

  /// The local parameters that the text reads, and for each signal all its cases.
  var caseParameters: [VerilogItem] {
    var result: [VerilogItem] = []
    for (number, enumeration) in definition.enumerations.enumerated() {
      for one in enumeration.cases {
        guard let name = caseNames[CaseKey(enumeration: Int32(number), code: one.code)] else { continue }
        result.append(
          .parameter(
            name, VerilogType(width: one.code.width, isSigned: false), Self.literal(one.code, isSigned: false)))
      }
    }
    return result
  }
}

/// A case of an enum of a module.
struct CaseKey: Hashable {
  var enumeration: Int32
  var code: BitVector
}

extension Circuit {
  /// Translation tables for wave viewers: for each enum of each module a file of lines with a value in hexadecimal digits
  /// and its name, as GTKWave takes them as a translate filter file.
  public var waveFilters: [DataFile] {
    definitions.flatMap { definition in
      // Two types of one name may stand in different types.
      var names = NameSet(capacity: 16)
      return definition.enumerations.map { enumeration in
        DataFile(
          name: "\(definition.name).\(names.unique(enumeration.name)).filter",
          text: enumeration.cases.map { "\($0.code.hexadecimal) \($0.name)\n" }.joined())
      }
    }
  }
}
