import HDL

/// A generator between streams whose items may be anything: a vector, or a bundle whose fields keep their names at the
/// ports.
public protocol ItemCarrier: DefaultConfigurable, CustomReflectable {
  /// What an item is.
  var item: PayloadShape { get set }
  /// The parameters besides ``item``, in order.
  var settings: KeyValuePairs<String, Any> { get }
}

extension ItemCarrier {
  /// Bits of an item; setting it makes the item a vector.
  public var width: Int {
    get { item.width }
    set { item = .bits(newValue) }
  }

  /// No parameters besides ``item``.
  public var settings: KeyValuePairs<String, Any> { [:] }

  /// The parameters: an item that is one vector is known by its width.
  public var customMirror: Mirror {
    let first: Mirror.Child = item.isOneVector ? ("width", item.width) : ("item", item)
    return Mirror(self, children: [first] + settings.map { ($0.key, $0.value) }, displayStyle: .struct)
  }
}
