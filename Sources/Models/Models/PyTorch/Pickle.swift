/// What a pickle describes, as far as a checkpoint needs it. Containers stand in one list and are named by their place, so
/// that neither depth nor cycles of a hostile file matter.
struct Pickle {
  /// A value.
  enum Value: Hashable {
    case none
    case bool(Bool)
    case integer(Int)
    case real(Double)
    case string(String)
    /// A class or a function, by its name alone.
    case global(String)
    /// A tuple, list, dictionary or record, by its place in `containers`.
    case container(Int)
    /// A storage, by its place in `storages`.
    case storage(Int)
    /// A tensor, by its place in `tensors`.
    case tensor(Int)
  }

  enum Container {
    case tuple([Value])
    case list([Value])
    case dictionary([(key: Value, value: Value)])
    /// An object of a class that was allowed by name; nothing but its state.
    case record(state: Value)
  }

  /// A run of elements that tensors are views of.
  struct Storage: Hashable {
    var type: String
    var key: String
    var count: Int
  }

  struct Tensor: Hashable {
    var storage: Int
    var offset: Int
    var shape: [Int]
    var strides: [Int]
  }

  var containers: [Container] = []
  var storages: [Storage] = []
  var tensors: [Tensor] = []
  /// What the pickle stands for.
  var result = Value.none
  /// The byte behind the pickle.
  var end = 0

  /// The members of a dictionary.
  func members(_ value: Value) -> [(key: Value, value: Value)]? {
    guard case .container(let place) = value, case .dictionary(let members) = containers[place] else { return nil }
    return members
  }

  /// The elements of a tuple.
  func tuple(_ value: Value) -> [Value]? {
    guard case .container(let place) = value, case .tuple(let elements) = containers[place] else { return nil }
    return elements
  }

  /// The elements of a list.
  func list(_ value: Value) -> [Value]? {
    guard case .container(let place) = value, case .list(let elements) = containers[place] else { return nil }
    return elements
  }

  /// The state of a record.
  func state(_ value: Value) -> Value? {
    guard case .container(let place) = value, case .record(let state) = containers[place] else { return nil }
    return state
  }

  /// What a value is, for messages.
  func kind(_ value: Value) -> String {
    switch value {
    case .none: return "nothing"
    case .bool: return "a truth value"
    case .integer, .real: return "a number"
    case .string: return "a text"
    case .global(let name): return name
    case .storage: return "a storage"
    case .tensor: return "a tensor"
    case .container(let place):
      switch containers[place] {
      case .tuple: return "a tuple"
      case .list: return "a list"
      case .dictionary: return "a dictionary"
      case .record: return "a record"
      }
    }
  }
}
