import Foundation
import HDL
import Testing
import Verilog

/// Parameters from which every run makes the same text, or none.
@Suite struct UnstableParameterTests {
  struct Holder<Value: Hashable & Sendable>: Generator {
    var value: Value

    struct Ports { let a: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(a: .init(), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== io.a }
  }

  struct Inner<Value: Hashable & Sendable>: Hashable, Sendable { var taps: Value }
  enum Choice<Value: Hashable & Sendable>: Hashable, Sendable { case some(Value, Int), none }
  final class Box: Hashable, Sendable {
    let content: Set<Int>
    init(_ content: Set<Int>) { self.content = content }
    static func == (a: Box, b: Box) -> Bool { a.content == b.content }
    func hash(into hasher: inout Hasher) { hasher.combine(content) }
  }

  private func mistakes(_ generator: some Generator) -> [String] {
    do {
      _ = try generator.elaborate()
      return []
    } catch {
      return error.diagnostics.map { "\($0.code.text) \($0.message); \($0.fix ?? "")" }
    }
  }

  private static let sorted = "use an array, sorted where the order means nothing"

  @Test func `A set or dictionary is refused wherever it stands`() {
    func expect(_ path: String, _ type: String, _ generator: some Generator) {
      #expect(
        mistakes(generator) == [
          "SYS0013 parameter '\(path)' is a \(type), whose order differs from run to run; \(Self.sorted)"
        ])
    }
    expect("value", "Set<Int>", Holder(value: [3, 1, 2] as Set))
    expect("value", "Dictionary<String, Int>", Holder(value: ["a": 1, "b": 2]))
    expect("value.taps", "Set<Int>", Holder(value: Inner(taps: [1, 2] as Set)))
    expect("value[1].taps", "Set<Int>", Holder(value: [Inner(taps: nil), Inner(taps: [1] as Set?)]))
    expect("value.some.0", "Set<Int>", Holder(value: Choice.some([1] as Set, 2)))
    expect("value", "Set<Int>", Holder(value: Optional([1, 2] as Set)))
    expect("value.content", "Set<Int>", Holder(value: Box([1, 2])))
    expect("value.value.value", "Set<Int>", Holder(value: AnyBox(AnyHashable([1, 2] as Set))))
  }

  struct AnyBox: Hashable, @unchecked Sendable {
    let value: AnyHashable
    init(_ value: AnyHashable) { self.value = value }
  }

  struct VendorBox: BlackBox {
    var names: [String: String]
    struct Ports { let a, b: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(a: .init(), b: .init(), y: .init()) }
    var moduleName: String { "vendor" }
    var portNames: [String: String] { names }
  }

  @Test func `Names of the ports of a black box have an order of their own`() {
    let box = VendorBox(names: ["y": "OUT", "a": "IN_A", "b": "IN_B"])
    #expect(mistakes(box) == [])
    #expect(GeneratorIdentity(box).summary == #"VendorBox(names: ["a": "IN_A", "b": "IN_B", "y": "OUT"])"#)
    #expect(GeneratorIdentity(box).name == "VendorBox_names_a_IN_A_b_IN_B_y_OUT")
  }

  @Test func `A place in memory is refused`() {
    let place = mistakes(Holder(value: ObjectIdentifier(Box([]))))
    #expect(
      place == [
        "SYS0013 parameter 'value' is a ObjectIdentifier, which differs from run to run with its place in memory; "
          + "use a struct or an enum of what it stands for"
      ])
  }

  struct Route: Hashable, @unchecked Sendable { let path: AnyKeyPath }

  @Test func `A key path is refused`() {
    let place = mistakes(Holder(value: Route(path: \Inner<Int>.taps)))
    #expect(
      place == [
        "SYS0013 parameter 'value.path' is a KeyPath<Inner<Int>, Int>, which differs from run to run with its place in "
          + "memory; use a struct or an enum of what it stands for"
      ] || place.first?.hasPrefix("SYS0013 parameter 'value.path' is a WritableKeyPath<Inner<Int>, Int>") == true)
  }

  @Test func `What is not a number is refused`() {
    let expected = "SYS0013 parameter 'value' is not a number; use a number; NaN does not even equal itself"
    #expect(mistakes(Holder(value: Double.nan)) == [expected])
    #expect(mistakes(Holder(value: Float.signalingNaN)) == [expected])
    #expect(
      mistakes(Holder(value: [1.0, .nan])) == [
        "SYS0013 parameter 'value[1]' is not a number; use a number; NaN does not even equal itself"
      ])
  }

  @Test func `Everything else stays possible`() {
    #expect(mistakes(Holder(value: [0.5, -.infinity])) == [])
    #expect(mistakes(Holder(value: Date(timeIntervalSince1970: 0))) == [])
    #expect(mistakes(Holder(value: [Inner(taps: "text"), Inner(taps: "")])) == [])
    #expect(mistakes(Holder(value: Choice.some([1, 2], 3))) == [])
    #expect(mistakes(Holder(value: Optional<Int>.none)) == [])
    #expect(mistakes(Holder(value: 1..<5)) == [])
    #expect(mistakes(Holder(value: (0..<50_000).map { $0 })) == [])
  }
}
