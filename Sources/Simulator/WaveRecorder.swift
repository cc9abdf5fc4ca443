import Engine
import Foundation
import Netlist

/// Writes what a model does as a value change dump (IEEE 1364, clause 18), with a scope for every instance.
///
/// Two units of time a cycle, 1 ns each: the settled state before the edge with the clocks low, and the state after the
/// edge with the clocks high.
final class WaveRecorder {
  /// A value in the file, shared by all names that it has.
  private struct Track {
    var start: UnsafeRawPointer
    var stride: Int
    var width: Int
    var code: String
    /// Names of values, for a track of names.
    var names: [UInt64: String]?
    /// The last value that was written.
    var words: [UInt64]
  }

  private let file: UnsafeMutablePointer<FILE>
  private var tracks: [Track]
  private let clockCodes: [String]
  private var lastClocks: UInt64 = 0
  private var buffer = ""
  private var time: UInt64
  private var isFirst = true

  /// Starts the file with the declarations of `plan`; `time` is that of the next sample.
  init(path: String, plan: WavePlan, time: UInt64, pointer: (Address) -> UnsafeMutableRawPointer) throws(EngineFailure)
  {
    guard let file = fopen(path, "w") else {
      throw .trace(path: path, reason: String(cString: strerror(errno)))
    }
    self.file = file
    self.time = time
    tracks = plan.tracks.map { track in
      Track(
        start: UnsafeRawPointer(pointer(track.address)), stride: track.type.stride, width: track.width,
        code: track.code, names: track.names, words: Array(repeating: 0, count: (track.width + 63) / 64))
    }
    clockCodes = plan.clockCodes
    buffer = "$timescale 1ns $end\n" + plan.declarations + "$enddefinitions $end\n"
  }

  /// Records the values as they stand, with the clocks of the bits in `clocks` high.
  func sample(clocks: UInt64) {
    buffer += "#\(time)\n"
    time += 1
    for (index, code) in clockCodes.enumerated() {
      let level = clocks >> UInt64(index) & 1
      if isFirst || level != lastClocks >> UInt64(index) & 1 { buffer += "\(level)\(code)\n" }
    }
    lastClocks = clocks
    for index in tracks.indices {
      var isChanged = isFirst
      for word in tracks[index].words.indices {
        let value = load(tracks[index], word: word)
        if value != tracks[index].words[word] {
          tracks[index].words[word] = value
          isChanged = true
        }
      }
      if isChanged { write(tracks[index]) }
    }
    isFirst = false
    if buffer.utf8.count > 1 << 20 { flush() }
  }

  private func load(_ track: Track, word: Int) -> UInt64 {
    let value: UInt64 =
      switch track.stride {
      case 1: UInt64(track.start.load(as: UInt8.self))
      case 2: UInt64(track.start.load(as: UInt16.self))
      case 4: UInt64(track.start.load(as: UInt32.self))
      default: track.start.load(fromByteOffset: 8 * word, as: UInt64.self)
      }
    return value & lowBits(track.width - 64 * word)
  }

  private func write(_ track: Track) {
    if let names = track.names {
      buffer += "s\(names[track.words[0]] ?? "illegal") \(track.code)\n"
      return
    }
    if track.width == 1 {
      buffer += "\(track.words[0])\(track.code)\n"
      return
    }
    let used = track.words.lastIndex { $0 != 0 } ?? 0
    buffer += "b" + String(track.words[used], radix: 2)
    for word in track.words[..<used].reversed() {
      let digits = String(word, radix: 2)
      buffer += String(repeating: "0", count: 64 - digits.utf8.count) + digits
    }
    buffer += " \(track.code)\n"
  }

  private func flush() {
    _ = buffer.withUTF8 { fwrite($0.baseAddress, 1, $0.count, file) }
    buffer = ""
  }

  /// Completes the file.
  func close() {
    flush()
    fclose(file)
  }
}

/// What a wave shows: names, scopes and where the values are.
struct WavePlan {
  struct Track {
    var address: Address
    var type: LaneType
    var width: Int
    var code: String
    /// Names of values, for a track of names.
    var names: [UInt64: String]?
  }

  private(set) var declarations = ""
  private(set) var tracks: [Track] = []
  private(set) var clockCodes: [String] = []
  private var codes: [LaneSource: String] = [:]
  private var resetCodes: [String?] = []
  private var codeCount = 0

  /// Every name of every instance; `lowering` computes all of them when it settles.
  init(_ lowering: Lowering) {
    let tree = lowering.tree
    for (index, _) in tree.definitions[tree.top].clocks.enumerated() {
      clockCodes.append(nextCode())
      resetCodes.append(
        lowering.resetPins[index].map { address in
          let code = nextCode()
          tracks.append(Track(address: address, type: .bits8, width: 1, code: code))
          return code
        })
    }
    // An explicit stack: hierarchies may be deep. A nil entry closes a scope.
    var stack: [(definition: Int, lane: Int, name: String, inputs: [LaneSource])?] = []
    let top = tree.definitions[tree.top]
    let inputs = top.ports.indices.filter { top.ports[$0].driver == nil }
    stack.append(
      (tree.top, 0, top.name, inputs.map { LaneSource(value: tree.inputBase + Int32($0), lane: 0) }))
    while let entry = stack.popLast() {
      guard let (definition, lane, name, inputs) = entry else {
        declarations += "$upscope $end\n"
        continue
      }
      declarations += "$scope module \(name) $end\n"
      declare(definition, lane, inputs, lowering)
      stack.append(nil)
      for (number, instance) in tree.definitions[definition].instances.enumerated().reversed() {
        let drivers = tree.definitions[definition].drivers(of: instance)
        let sources = drivers.map { tree.source(definition, $0.index, lane: lane) }
        stack.append(
          (Int(instance.definition), tree.child(of: definition, lane: lane, instance: number), instance.name, sources))
      }
    }
  }

  private mutating func declare(_ index: Int, _ lane: Int, _ inputs: [LaneSource], _ lowering: Lowering) {
    let definition = lowering.tree.definitions[index]
    for (number, clock) in definition.clocks.enumerated() {
      let top = lowering.clock(Int32(number), of: index)
      declarations += "$var wire 1 \(clockCodes[top]) \(clock.clock) $end\n"
      // A reset that is made inside the design is a port like any other.
      if let reset = clock.reset, let code = resetCodes[top], lowering.tree.derivedResets[index][number] == nil,
        clock.resetPolarity == lowering.tree.definitions[lowering.tree.top].clocks[top].resetPolarity
      {
        declarations += "$var wire 1 \(code) \(reset) $end\n"
      }
    }
    var next = 0
    for port in definition.ports {
      if let driver = port.driver {
        declare("wire", port.shape.name, lowering.tree.source(index, driver.index, lane: lane), lowering)
      } else {
        declare("wire", port.shape.name, inputs[next], lowering)
        next += 1
      }
    }
    for signal in definition.signals {
      let base: Int32
      switch signal.kind {
      case .input, .instanceOutput, .foreign: continue
      case .net(let driver):
        let source = lowering.tree.source(index, driver.index, lane: lane)
        declare("wire", signal.name, source, lowering)
        declareNames(of: signal, in: definition, source, lowering)
        continue
      case .register(let register): base = lowering.tree.registerBase[index] + register
      case .memoryRead(let memory, let port):
        base = lowering.tree.readBase[index] + lowering.tree.firstReadPort[index][Int(memory)] + port
      }
      let isComputed = lowering.info(base).kind.isComputed
      declare(isComputed ? "wire" : "reg", signal.name, LaneSource(value: base, lane: Int32(lane)), lowering)
      declareNames(of: signal, in: definition, LaneSource(value: base, lane: Int32(lane)), lowering)
    }
  }

  /// The values of an enum once more as text, called `<signal>_name`.
  private mutating func declareNames(
    of signal: Signal, in definition: Definition, _ source: LaneSource, _ lowering: Lowering
  ) {
    guard signal.enumeration >= 0 else { return }
    let cases = definition.enumerations[Int(signal.enumeration)].cases
    let place = lowering.place(source)
    let code = nextCode()
    tracks.append(
      Track(
        address: lowering.address(place), type: lowering.vectors[Int(place.vector)].type, width: signal.width,
        code: code, names: Dictionary(uniqueKeysWithValues: cases.map { ($0.code.words[0], $0.name) })))
    declarations += "$var string 1 \(code) \(signal.name)_name $end\n"
  }

  private mutating func declare(_ kind: String, _ name: String, _ source: LaneSource, _ lowering: Lowering) {
    let width = Int(lowering.info(source.value).width)
    let code: String
    if let known = codes[source] {
      code = known
    } else {
      code = nextCode()
      codes[source] = code
      let place = lowering.place(source)
      tracks.append(
        Track(
          address: lowering.address(place), type: lowering.vectors[Int(place.vector)].type, width: width, code: code))
    }
    let range = width == 1 ? "" : " [\(width - 1):0]"
    declarations += "$var \(kind) \(width) \(code) \(name)\(range) $end\n"
  }

  /// Short names out of the printable characters.
  private mutating func nextCode() -> String {
    var rest = codeCount
    codeCount += 1
    var code = ""
    repeat {
      code.unicodeScalars.append(Unicode.Scalar(UInt8(33 + rest % 94)))
      rest /= 94
    } while rest > 0
    return code
  }
}
