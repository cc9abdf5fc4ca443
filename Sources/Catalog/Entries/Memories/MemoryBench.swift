import Components
import Golden
import HDL
import Testbench

extension ReadDuringWrite {
  /// The same in the golden model.
  var collision: MemoryModel.Collision {
    switch self {
    case .oldData: .oldData
    case .newData: .newData
    case .noChange: .noChange
    }
  }
}

/// What a port of a memory is told in one clock.
struct RandomAccess {
  var address: Int
  var isEnabled: Bool
  var isWrite: Bool
  var data: UInt64
  var lanes: UInt64
  var hasLanes: Bool

  /// The inputs in the order of the ports.
  var pins: [UInt64] {
    [UInt64(address), isEnabled ? 1 : 0, isWrite ? 1 : 0, data] + (hasLanes ? [lanes] : [])
  }

  func write(_ model: MemoryModel) -> MemoryModel.Write {
    MemoryModel.Write(
      address: address, data: data, mask: isEnabled && isWrite ? model.bits(ofLanes: hasLanes ? lanes : 1) : 0)
  }
}

extension Xoshiro256 {
  /// An address among few more often than not, so that ports meet.
  mutating func address(_ depth: Int) -> Int {
    integer(below: integer(below: 4) == 0 ? depth : min(depth, 4))
  }

  mutating func access(width: Int, depth: Int, lanes: Int) -> RandomAccess {
    RandomAccess(
      address: address(depth), isEnabled: integer(below: 4) != 0, isWrite: integer(below: 2) == 0,
      data: items(1, width: width)[0], lanes: items(1, width: lanes)[0], hasLanes: lanes > 1)
  }
}
