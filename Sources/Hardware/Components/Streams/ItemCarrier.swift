import HDL

/// A generator that has a width before anything else, so that it is the argument to make one.
public protocol WidthConfigurable: DefaultConfigurable {
  /// Bits of what it works on.
  var width: Int { get set }
}

extension WidthConfigurable {
  /// The usual one for `width` bits, but for what `change` sets: `Divider(width: 12) { $0.isSigned = false }`.
  public init(width: Int, _ change: (inout Self) -> Void = { _ in }) {
    self.init()
    self.width = width
    change(&self)
  }
}

/// A generator between streams whose items may be anything: a vector, or a bundle whose fields keep their names at the
/// ports.
public protocol ItemCarrier: WidthConfigurable, CustomReflectable {
  /// What an item is.
  var item: PayloadShape { get set }
}

extension ItemCarrier {
  /// The usual one for items of this shape, but for what `change` sets.
  public init(carrying item: PayloadShape, _ change: (inout Self) -> Void = { _ in }) {
    self.init()
    self.item = item
    change(&self)
  }

  /// Bits of an item; setting it makes the item a vector.
  public var width: Int {
    get { item.width }
    set { item = .bits(newValue) }
  }

  /// The parameters: an item that is one vector is known by its width.
  public var customMirror: Mirror {
    let children = Self.parameters.map { parameter -> Mirror.Child in
      let isBundle = parameter.name == "width" && !item.isOneVector
      return isBundle ? ("item", item) : (parameter.name, parameter.property(of: self))
    }
    return Mirror(self, children: children, displayStyle: .struct)
  }
}

extension Parameter where Value: ItemCarrier {
  /// Bits of an item, which every carrier declares first.
  public static var itemWidth: Parameter { .integer("width", \.width, in: 1...65536, "Bits of an item") }
}

/// A carrier that holds items.
public protocol ItemQueue: ItemCarrier {
  /// Words of the storage.
  var depth: Int { get set }
}

extension ItemQueue {
  /// The usual queue of `depth` words of `width` bits, but for what `change` sets.
  public init(width: Int, depth: Int, _ change: (inout Self) -> Void = { _ in }) {
    self.init(carrying: .bits(width), depth: depth, change)
  }

  /// The usual queue of `depth` items of this shape, but for what `change` sets.
  public init(carrying item: PayloadShape, depth: Int, _ change: (inout Self) -> Void = { _ in }) {
    self.init()
    (self.item, self.depth) = (item, depth)
    change(&self)
  }
}
