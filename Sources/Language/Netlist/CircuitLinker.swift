/// Joins circuits to the modules of one: modules that are equal are there once, and others of one name get numbers.
struct CircuitLinker {
  /// The modules so far, each before those that use it.
  private(set) var definitions: [Definition] = []
  /// Names of modules that are taken, in small letters.
  private var names: Set<String> = []
  /// Modules by the name that they came with.
  private var positions: [String: [(original: Definition, index: Int32)]] = [:]

  /// No modules, and no names that those of `circuit` have.
  init(beside circuit: Circuit) { names = Set(circuit.definitions.map { $0.name.lowercased() }) }

  /// The modules of `circuit` as they are.
  init(_ circuit: Circuit) {
    self.init(beside: circuit)
    definitions = circuit.definitions
    for (index, definition) in definitions.enumerated() { positions[definition.name] = [(definition, Int32(index))] }
  }

  /// Adds the modules of a circuit and gives the index of its top.
  mutating func add(_ circuit: Circuit) -> Int32 {
    var moved: [Int32] = []
    for original in circuit.definitions {
      var definition = original
      for index in definition.instances.indices {
        definition.instances[index].definition = moved[Int(definition.instances[index].definition)]
      }
      if let cell = definition.grid?.cell { definition.grid?.cell = moved[Int(cell)] }
      if let known = positions[definition.name]?.first(where: { $0.original == definition }) {
        moved.append(known.index)
        continue
      }
      let key = definition
      if definition.foreign == nil { definition.name = unique(definition.name) }
      definitions.append(definition)
      positions[key.name, default: []].append((key, Int32(definitions.count - 1)))
      moved.append(Int32(definitions.count - 1))
    }
    return moved[moved.count - 1]
  }

  /// `name`, or the name with a number where a module is called so.
  mutating func unique(_ name: String) -> String {
    var result = name
    var number = 2
    while !names.insert(result.lowercased()).inserted {
      result = "\(name)_v\(number)"
      number += 1
    }
    return result
  }
}
