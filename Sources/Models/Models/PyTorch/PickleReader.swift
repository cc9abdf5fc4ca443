/// Reads a pickle without executing it.
///
/// A pickle is a program for a stack machine that may call any function of Python. This reader knows the operations that
/// build numbers, texts, tuples, lists, dictionaries and tensors, and refuses every other one by its name. A function or
/// class is a name and nothing more; the few that a checkpoint has are recognised and done here.
struct PickleReader {
  private let bytes: UnsafeRawBufferPointer
  private let records: Set<String>
  private var position: Int
  private var stack: [Pickle.Value] = []
  private var marks: [Int] = []
  private var memo: [Int: Pickle.Value] = [:]
  private var pickle = Pickle()

  /// More operations than the largest checkpoint has.
  static let maximumOperations = 4_000_000

  /// Reads the pickle at a place.
  ///
  /// - Parameter records: the classes whose objects are read as their state alone.
  static func read(
    _ bytes: UnsafeRawBufferPointer, from start: Int = 0, records: Set<String> = []
  ) throws(PyTorchError.Reason) -> Pickle {
    var reader = PickleReader(bytes: bytes, records: records, position: start)
    return try reader.run()
  }

  private init(bytes: UnsafeRawBufferPointer, records: Set<String>, position: Int) {
    self.bytes = bytes
    self.records = records
    self.position = position
  }

  private func malformed(_ what: String) -> PyTorchError.Reason { .pickle(what, offset: position) }

  // MARK: Bytes

  private mutating func take(_ count: Int) throws(PyTorchError.Reason) -> UnsafeRawBufferPointer {
    guard count >= 0, count <= bytes.count - position else { throw .truncated("a pickle") }
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
  }

  private mutating func unsigned(_ size: Int) throws(PyTorchError.Reason) -> Int {
    var value: UInt64 = 0
    for (place, byte) in try take(size).enumerated() { value |= UInt64(byte) << UInt64(8 * place) }
    guard let number = Int(exactly: value) else { throw malformed("a length beyond 63 bits") }
    return number
  }

  private mutating func text(_ count: Int) throws(PyTorchError.Reason) -> String {
    let run = try take(count)
    guard let text = String(validating: run.bindMemory(to: UInt8.self), as: UTF8.self) else {
      throw malformed("a text that is not UTF-8")
    }
    return text
  }

  private mutating func line() throws(PyTorchError.Reason) -> String {
    let start = position
    while true {
      guard position < bytes.count else { throw .truncated("a pickle") }
      position += 1
      if bytes[position - 1] == 0x0A { break }
    }
    guard let text = String(validating: bytes[start..<position - 1], as: UTF8.self) else {
      throw malformed("a name that is not UTF-8")
    }
    return text
  }

  // MARK: Stack

  private mutating func pop() throws(PyTorchError.Reason) -> Pickle.Value {
    guard stack.count > (marks.last ?? 0) else { throw malformed("the stack is empty") }
    return stack.removeLast()
  }

  private mutating func popMark() throws(PyTorchError.Reason) -> [Pickle.Value] {
    guard let mark = marks.popLast() else { throw malformed("there is no mark") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func push(_ container: Pickle.Container) {
    pickle.containers.append(container)
    stack.append(.container(pickle.containers.count - 1))
  }

  private mutating func pushTuple(_ count: Int) throws(PyTorchError.Reason) {
    var elements: [Pickle.Value] = []
    for _ in 0..<count { elements.append(try pop()) }
    push(.tuple(elements.reversed()))
  }

  private mutating func extendList(_ elements: [Pickle.Value]) throws(PyTorchError.Reason) {
    guard case .container(let place)? = stack.last, case .list(var known) = pickle.containers[place] else {
      throw malformed("what is appended to is no list")
    }
    pickle.containers[place] = .list([])
    known += elements
    pickle.containers[place] = .list(known)
  }

  private mutating func extendDictionary(_ elements: [Pickle.Value]) throws(PyTorchError.Reason) {
    guard case .container(let place)? = stack.last, case .dictionary(var known) = pickle.containers[place],
      elements.count.isMultiple(of: 2)
    else { throw malformed("what items are added to is no dictionary") }
    pickle.containers[place] = .dictionary([])
    for index in stride(from: 0, to: elements.count, by: 2) { known.append((elements[index], elements[index + 1])) }
    pickle.containers[place] = .dictionary(known)
  }

  // MARK: Operations

  private mutating func run() throws(PyTorchError.Reason) -> Pickle {
    for _ in 0..<Self.maximumOperations {
      guard position < bytes.count else { throw .truncated("a pickle") }
      let code = bytes[position]
      if code == UInt8(ascii: ".") {
        pickle.result = try pop()
        position += 1
        pickle.end = position
        return pickle
      }
      position += 1
      try run(code)
    }
    throw .tooLong(limit: Self.maximumOperations)
  }

  private mutating func run(_ code: UInt8) throws(PyTorchError.Reason) {
    switch code {
    case 0x80:
      let version = try unsigned(1)
      guard (2...5).contains(version) else { throw malformed("protocol \(version) is not one of 2 to 5") }
    case 0x95: _ = try unsigned(8)
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "N"): stack.append(.none)
    case 0x88: stack.append(.bool(true))
    case 0x89: stack.append(.bool(false))
    case UInt8(ascii: "K"): stack.append(.integer(try unsigned(1)))
    case UInt8(ascii: "M"): stack.append(.integer(try unsigned(2)))
    case UInt8(ascii: "J"): stack.append(.integer(Int(Int32(truncatingIfNeeded: try unsigned(4)))))
    case 0x8A: stack.append(try long())
    case UInt8(ascii: "G"):
      var bits: UInt64 = 0
      for byte in try take(8) { bits = bits << 8 | UInt64(byte) }
      stack.append(.real(Double(bitPattern: bits)))
    case 0x8C: stack.append(.string(try text(unsigned(1))))
    case UInt8(ascii: "X"): stack.append(.string(try text(unsigned(4))))
    case UInt8(ascii: ")"): push(.tuple([]))
    case 0x85, 0x86, 0x87: try pushTuple(Int(code - 0x84))
    case UInt8(ascii: "t"): push(.tuple(try popMark()))
    case UInt8(ascii: "]"): push(.list([]))
    case UInt8(ascii: "a"): try extendList([try pop()])
    case UInt8(ascii: "e"): try extendList(try popMark())
    case UInt8(ascii: "}"): push(.dictionary([]))
    case UInt8(ascii: "s"):
      let value = try pop()
      try extendDictionary([try pop(), value])
    case UInt8(ascii: "u"): try extendDictionary(try popMark())
    case UInt8(ascii: "q"): try put(unsigned(1))
    case UInt8(ascii: "r"): try put(unsigned(4))
    case 0x94: try put(memo.count)
    case UInt8(ascii: "h"): try get(unsigned(1))
    case UInt8(ascii: "j"): try get(unsigned(4))
    case UInt8(ascii: "c"):
      let start = position - 1
      let (module, name) = (try line(), try line())
      try global(module, name, at: start)
    case 0x93:
      let (name, module) = (try pop(), try pop())
      guard case .string(let module) = module, case .string(let name) = name else {
        throw malformed("the name of a class is no text")
      }
      try global(module, name, at: position - 1)
    case UInt8(ascii: "Q"): try persistent()
    case UInt8(ascii: "R"): try reduce()
    case 0x81: try newObject()
    case UInt8(ascii: "b"): try build()
    default:
      throw .operation(name: Self.names[code] ?? "the unknown operation \(code)", offset: position - 1)
    }
  }

  /// A whole number of up to 255 bytes; one beyond `Int` only says whether it is the number that old files begin with.
  private mutating func long() throws(PyTorchError.Reason) -> Pickle.Value {
    let run = try take(unsigned(1))
    if run.count > 8 {
      return .string(run.elementsEqual(PyTorchCheckpoint.magic) ? PyTorchCheckpoint.magicName : "a large number")
    }
    var value: UInt64 = (run.last ?? 0) & 0x80 == 0 ? 0 : .max
    for byte in run.reversed() { value = value << 8 | UInt64(byte) }
    return .integer(Int(Int64(bitPattern: value)))
  }

  private mutating func put(_ key: Int) throws(PyTorchError.Reason) {
    guard let value = stack.last else { throw malformed("the stack is empty") }
    memo[key] = value
  }

  private mutating func get(_ key: Int) throws(PyTorchError.Reason) {
    guard let value = memo[key] else { throw malformed("nothing was kept under \(key)") }
    stack.append(value)
  }

  private mutating func global(_ module: String, _ name: String, at offset: Int) throws(PyTorchError.Reason) {
    let full = "\(module).\(name)"
    guard Self.functions.contains(full) || PyTorchCheckpoint.elementTypes[full] != nil || records.contains(full) else {
      throw .global(full, offset: offset)
    }
    stack.append(.global(full))
  }

  private static let dictionary = "collections.OrderedDict"
  private static let rebuildTensor = "torch._utils._rebuild_tensor_v2"
  private static let rebuildParameter = "torch._utils._rebuild_parameter"
  private static let functions: Set = [dictionary, rebuildTensor, rebuildParameter]

  /// A storage: ("storage", type, key, device, number of elements), in old files with a view, which must be none.
  private mutating func persistent() throws(PyTorchError.Reason) {
    guard let parts = pickle.tuple(try pop()), parts.count == 5 || parts.count == 6, parts[0] == .string("storage"),
      case .global(let type) = parts[1], PyTorchCheckpoint.elementTypes[type] != nil, case .string(let key) = parts[2],
      case .integer(let count) = parts[4], count >= 0
    else { throw malformed("a reference to something else than a storage") }
    guard parts.count == 5 || parts[5] == .none else { throw malformed("a view of a storage") }
    pickle.storages.append(.init(type: type, key: key, count: count))
    stack.append(.storage(pickle.storages.count - 1))
  }

  private mutating func reduce() throws(PyTorchError.Reason) {
    let arguments = try pop()
    guard let parts = pickle.tuple(arguments) else { throw malformed("a call without a tuple") }
    guard case .global(let function) = try pop() else { throw malformed("a call of something else than a function") }
    switch function {
    case Self.dictionary:
      guard parts.isEmpty else { throw malformed("\(function) with arguments") }
      push(.dictionary([]))
    case Self.rebuildTensor:
      guard parts.count >= 6, case .storage(let storage) = parts[0], case .integer(let offset) = parts[1],
        let shape = integers(parts[2]), let strides = integers(parts[3]), shape.count == strides.count
      else { throw malformed("\(function) with other arguments than storage, offset, shape and strides") }
      pickle.tensors.append(.init(storage: storage, offset: offset, shape: shape, strides: strides))
      stack.append(.tensor(pickle.tensors.count - 1))
    case Self.rebuildParameter:
      guard let first = parts.first, case .tensor = first else { throw malformed("\(function) without a tensor") }
      stack.append(first)
    default: throw malformed("\(function) is called")
    }
  }

  private func integers(_ value: Pickle.Value) -> [Int]? {
    guard let elements = pickle.tuple(value) else { return nil }
    var numbers: [Int] = []
    for element in elements {
      guard case .integer(let number) = element else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  private mutating func newObject() throws(PyTorchError.Reason) {
    guard let arguments = pickle.tuple(try pop()), arguments.isEmpty, case .global(let name) = try pop(),
      records.contains(name)
    else { throw .operation(name: "NEWOBJ", offset: position - 1) }
    push(.record(state: .none))
  }

  /// Sets the state of a record; that of a dictionary, which old files have, is of no use.
  private mutating func build() throws(PyTorchError.Reason) {
    let state = try pop()
    guard case .container(let place)? = stack.last else { throw malformed("a state for something without one") }
    switch pickle.containers[place] {
    case .record: pickle.containers[place] = .record(state: state)
    case .dictionary: break
    default: throw malformed("a state for something without one")
    }
  }

  /// The operations of pickle that are refused, by the names of Python's `pickletools`.
  private static let names: [UInt8: String] = [
    0x30: "POP", 0x31: "POP_MARK", 0x32: "DUP", 0x46: "FLOAT", 0x49: "INT", 0x4C: "LONG", 0x50: "PERSID",
    0x53: "STRING", 0x54: "BINSTRING", 0x55: "SHORT_BINSTRING", 0x56: "UNICODE", 0x42: "BINBYTES",
    0x43: "SHORT_BINBYTES", 0x64: "DICT", 0x67: "GET", 0x69: "INST", 0x6C: "LIST", 0x6F: "OBJ", 0x70: "PUT",
    0x81: "NEWOBJ", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4", 0x8B: "LONG4", 0x8D: "BINUNICODE8", 0x8E: "BINBYTES8",
    0x8F: "EMPTY_SET", 0x90: "ADDITEMS", 0x91: "FROZENSET", 0x92: "NEWOBJ_EX", 0x96: "BYTEARRAY8",
    0x97: "NEXT_BUFFER", 0x98: "READONLY_BUFFER",
  ]
}
