import CCallStack

/// Return addresses of the calls under way, innermost first.
struct CallStack {
  let addresses: [Swift.UInt]

  private static let deepest = 64

  /// The calls that led here.
  ///
  /// Addresses alone are cheap and safe to take on any thread. Swift's own backtraces read every mapping of the process
  /// to do so, and crash when another thread unmaps memory meanwhile.
  static func current() -> CallStack {
    var frames = [UnsafeMutableRawPointer?](repeating: nil, count: deepest)
    let count = Int(systole_call_stack(&frames, Int32(deepest)))
    return CallStack(addresses: frames[..<count].compactMap { $0.map { Swift.UInt(bitPattern: $0) } })
  }
}
