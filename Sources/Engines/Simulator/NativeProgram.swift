import CLanes

/// Storage and instructions of a model, laid out in memory.
final class NativeProgram {
  typealias Code = UnsafeMutablePointer<systole_instruction>

  let settle: Code
  let step: Code
  let stepInReset: Code
  let asynchronousReset: Code
  /// Nil when no reset that acts at once is made inside the design.
  let derivedReset: Code?
  /// Bytes of storage.
  let storageSize: Int
  private let storage: UnsafeMutableRawPointer
  private let starts: [UnsafeMutableRawPointer]
  /// What instructions call by their addresses.
  private let callouts: [Callout]

  /// Lays out `draft`; `pins` has the storage of the blocks of ports, in order.
  init(_ draft: ProgramDraft, pins: [Int32: UnsafeMutableRawPointer]) {
    // Vectors start at cache lines.
    var offsets: [Int] = []
    offsets.reserveCapacity(draft.blocks.count)
    var size = 0
    for block in draft.blocks {
      let alignment = block.bytes >= 64 ? 64 : 8
      size = (size + block.before + alignment - 1) / alignment * alignment
      offsets.append(size)
      if !block.isPin { size += max(8, block.bytes + block.behind) }
    }
    let storage = UnsafeMutableRawPointer.allocate(byteCount: size + 64, alignment: 64)
    storage.initializeMemory(as: UInt8.self, repeating: 0, count: size + 64)
    self.storage = storage
    storageSize = size
    var starts: [UnsafeMutableRawPointer] = []
    starts.reserveCapacity(draft.blocks.count)
    for (index, block) in draft.blocks.enumerated() {
      starts.append(block.isPin ? pins[Int32(index)]! : storage + offsets[index])
    }
    self.starts = starts
    callouts = draft.callouts
    func pointer(_ address: Address) -> UnsafeMutableRawPointer {
      starts[Int(address.block)] + Int(address.offset)
    }
    for (index, block) in draft.blocks.enumerated() where !block.isPin {
      block.initial.withUnsafeBytes {
        if let start = $0.baseAddress { starts[index].copyMemory(from: start, byteCount: $0.count) }
      }
      for (offset, target) in block.pointers {
        starts[index].storeBytes(of: pointer(target), toByteOffset: offset, as: UnsafeMutableRawPointer.self)
      }
    }
    for (address, contents) in draft.constants {
      for (offset, byte) in contents.enumerated() {
        pointer(address).storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
      }
    }
    func code(_ drafts: [Draft]) -> Code {
      let result = Code.allocate(capacity: drafts.count + 1)
      for (index, draft) in drafts.enumerated() {
        func raw(_ address: Address?) -> UnsafeMutablePointer<UInt8>? {
          address.map { pointer($0).assumingMemoryBound(to: UInt8.self) }
        }
        (result + index).initialize(
          to: systole_instruction(
            operation: UInt32(draft.operation), count: UInt32(draft.count), d: raw(draft.d),
            a: UnsafePointer(raw(draft.a)), b: UnsafePointer(raw(draft.b)), c: UnsafePointer(raw(draft.c)),
            mask: draft.mask, shift: UInt64(draft.shift)))
      }
      (result + drafts.count).initialize(
        to: systole_instruction(
          operation: UInt32(systole_end), count: 0, d: nil, a: nil, b: nil, c: nil, mask: 0, shift: 0))
      return result
    }
    settle = code(draft.settle)
    step = code(draft.step)
    stepInReset = code(draft.stepInReset)
    asynchronousReset = code(draft.asynchronousReset)
    derivedReset = draft.derivedReset.isEmpty ? nil : code(draft.derivedReset)
  }

  deinit {
    for code in [settle, step, stepInReset, asynchronousReset] { code.deallocate() }
    derivedReset?.deallocate()
    storage.deallocate()
  }

  /// Where an address of the draft lies.
  func pointer(_ address: Address) -> UnsafeMutableRawPointer { starts[Int(address.block)] + Int(address.offset) }
}
