import Foundation
import HDL
import Netlist
import Testing
import Verilog

/// Parameters of text, in the names and summaries that are made of them.
@Suite struct ParameterTextTests {
  struct Named: DefaultConfigurable {
    var label = ""
    var letter: Character = "a"
    var labels: [String] = []
    var maybe: String?

    struct Ports { let a: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(a: .init(), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== io.a }
  }

  @Test func `A text is written as it would be in Swift`() {
    let identity = GeneratorIdentity(Named(label: "a\n\"b\"\\", letter: "\n", labels: ["c\nd"], maybe: "e\u{202E}"))
    #expect(
      identity.summary
        == #"Named(label: "a\n\"b\"\\", letter: "\n", labels: ["c\nd"], maybe: "e\u{202e}")"#)
    #expect(identity.parameters["label"] == #""a\n\"b\"\\""#)
    #expect(identity.parameters["maybe"] == #""e\u{202e}""#)
    #expect(GeneratorIdentity(Named(label: "left")).name == "Named_labelLeft")
    #expect(GeneratorIdentity(Named()).name == "Named")
  }

  @Test func `A long text makes a name of usual length`() {
    let name = GeneratorIdentity(Named(label: String(repeating: "é x", count: 200))).name
    #expect(name.utf8.count <= 96 && name.hasPrefix("Named_"))
  }

  @Test func `The manifest has the text in full`() throws {
    let circuit = try Named(label: "a\nassign y = 0;\u{0}\"").elaborate()
    let file = try #require(EmittedDesign(circuit).files.first { $0.name == "manifest.json" })
    let manifest = try JSONDecoder().decode(Manifest.self, from: Data(file.text.utf8))
    #expect(manifest == circuit.manifest)
    #expect(manifest.parameters["label"] == #""a\nassign y = 0;\u{0}\"""#)
  }

  struct Box: BlackBox {
    var file: String
    struct Ports { let a: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(a: .init(), y: .init()) }
    var moduleName: String { "vendor" }
    var sources: [BlackBoxSource] { [.text(name: file, "module vendor(input a, output y); endmodule\n")] }
  }
  struct Around: Generator {
    var file: String
    struct Ports { let a: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(a: .init(), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let box = m.instance(Box(file: file), "box")
      box.a <== io.a
      io.y <== box.y
    }
  }

  @Test(arguments: [
    "../vendor.v", "a b.v", "", "-f.v", ".v", "a;b.v", "é.v", "systole_harness.v", "a\n.v", "a/b.v",
    String(repeating: "v", count: 254) + ".v",
  ])
  func `A file of a black box has a name that every script takes`(name: String) {
    let text = diagnosis(Around(file: name))
    #expect(
      text.hasPrefix("error: black box 'vendor' comes with a file '\(name)' [SYS0033]\n"), "\(text)")
    #expect(
      text.contains(
        "fix: use a short name of letters, digits, '_', '-', '+' and '.' without a folder, such as 'divider.v'"),
      "\(text)")
  }

  @Test(arguments: ["manifest.json", "Names.JSON"])
  func `A file of a black box does not take the place of another one`(name: String) {
    #expect(
      diagnosis(Around(file: name)).contains(
        "black box 'vendor' comes with a file '\(name)', and there is another one of that name [SYS0033]"))
    #expect(diagnosis(Around(file: "vendor.v")) == "no mistake")
  }
}
