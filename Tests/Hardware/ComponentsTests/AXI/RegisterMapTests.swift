import Components
import Foundation
import HDL
import Netlist
import TestFiles
import Testing
import Tools

/// What becomes of a register map in other languages.
@Suite struct RegisterMapTests {
  /// Texts that would end a comment or a string, or be acted on, if they were copied.
  static let texts = [
    "", "Plain.", "ends */ int x; /* here", "/* nested /* twice */ */", "**/", "/*/", "*//*", "say \"hi\"",
    "back\\slash\\",
    "\\\"", "a\nb\r\nc", "tab\there", "??/", "trigraph ??/\n*/", "// line", "`include \"x\"", "`define A", "<% die; %>",
    "<%=1%>", "%s %n", "\u{0}\u{7}\u{1B}[31m", "größe µ 幅", "right\u{202E}left\u{2066}", "line\u{2028}two\u{85}three",
    "[b]bold", "'", "#define X", "${x} $(y)", "*\u{301}/",
  ]

  /// Names that are words of some language, or nearly the same.
  static let names = [
    "reg", "field", "addrmap", "signal", "int", "class", "default", "enum", "encode", "na", "r", "w", "rw", "woclr",
    "hw", "sw", "property", "template", "module", "begin", "entity", "value", "offset", "mask", "reset", "registers",
    "size", "h", "a1", "aB1", "x_y", "MAX",
  ]

  private static func map() -> RegisterMap {
    var registers: [RegisterDescription] = []
    for index in 0..<max(texts.count, names.count) {
      let name = index < names.count ? names[index] : "plain\(index)"
      let access: RegisterDescription.Access =
        switch index % 4 {
        case 0: .readWrite(reset: 0)
        case 1: .readOnly
        case 2: .writeOneToClear
        default: .readWrite(reset: (1 << (1 + index)) - 1)
        }
      registers.append(
        RegisterDescription(name, width: 1 + index, access, texts[index % texts.count]))
    }
    return RegisterMap(registers)
  }

  @Test func `Compilers of C and C++ read the header, and every macro has its value`() throws {
    let map = Self.map()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("systole-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try map.cHeader(prefix: "UNIT").write(
      to: folder.appendingPathComponent("unit.h"), atomically: true, encoding: .utf8)
    var source = "#include \"unit.h\"\n#include \"unit.h\"\n"
    func expect(_ macro: String, _ value: Int) {
      source += "typedef char check_\(macro)[(\(macro) == \(value)u) ? 1 : -1];\n"
    }
    for (index, register) in map.registers.enumerated() {
      let name = "UNIT_" + snake(register.name).uppercased()
      expect("\(name)_OFFSET", 4 * index)
      expect("\(name)_MASK", register.width == 32 ? 0xFFFF_FFFF : (1 << register.width) - 1)
      if case .readWrite(let reset) = register.access { expect("\(name)_RESET", reset) }
    }
    expect("UNIT_REGISTERS_SIZE", 4 * map.registers.count)
    source += "int unit(void);\nint unit(void) { return 0; }\n"
    let compiler = try Toolbox().compiler().program.path
    for (language, standard) in [("c", "c99"), ("c", "c17"), ("c++", "c++11"), ("c++", "c++20")] {
      let file = folder.appendingPathComponent("unit_\(standard).\(language == "c" ? "c" : "cc")")
      try source.write(to: file, atomically: true, encoding: .utf8)
      let result = try Program(path: compiler).run(
        ["-x", language, "-std=\(standard)", "-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only", file.path])
      #expect(result.termination.isSuccess, "\(standard)\n\(result.errors.prefix(2000))")
    }
  }

  private func snake(_ name: String) -> String {
    ["aB1": "a_b1", "MAX": "max"][name] ?? name
  }

  @Test func `A compiler of SystemRDL reads the map, and every text is the same again`() throws {
    let python = (Toolbox().folder ?? ".tools") + "/peers/bin/python"
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw ToolMissing(tool: "systemrdl-compiler", searched: [python], remedy: "run 'make setup'")
    }
    let map = Self.map()
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("systole-\(UUID().uuidString).rdl")
    defer { try? FileManager.default.removeItem(at: file) }
    try map.systemRDL(name: "addrmap").write(to: file, atomically: true, encoding: .utf8)
    let script = Checkout.path + "/Tests/Peers/systemrdl_registers.py"
    let result = try Program(path: python).run([script, file.path], timeout: .seconds(120))
    try #require(result.termination.isSuccess, "\(result.errors.prefix(3000))")
    let read = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
    #expect(read.count == map.registers.count)
    for (register, (index, found)) in zip(map.registers, read.enumerated()) {
      #expect(found["name"] as? String == snake(register.name))
      #expect(found["address"] as? Int == 4 * index)
      #expect(found["width"] as? Int == register.width)
      let text = found["text"] as? String ?? ""
      let safe = register.summary.unicodeScalars.allSatisfy {
        $0 == "\n" || $0 == "\t" || $0.properties.generalCategory != .control
      }
      if safe, !register.summary.contains("<%"), !register.summary.contains("`include") {
        #expect(text == register.summary)
      }
      switch register.access {
      case .readWrite(let reset): #expect(found["reset"] as? Int == reset && found["access"] as? String == "rw")
      case .readOnly: #expect(found["access"] as? String == "r")
      case .writeOneToClear: #expect(found["onwrite"] as? String == "woclr" && found["reset"] as? Int == 0)
      }
    }
  }

  @Test(
    arguments: [
      (
        "width", [RegisterDescription("big", width: 64, .readOnly, "")],
        "the width of register 'big' is 64; use a value from 1 to 32"
      ),
      (
        "width", [RegisterDescription("none", width: 0, .readOnly, "")],
        "the width of register 'none' is 0; use a value from 1 to 32"
      ),
      (
        "width", [RegisterDescription("less", width: -1, .readWrite(reset: 0), "")],
        "the width of register 'less' is -1; use a value from 1 to 32"
      ),
      (
        "reset", [RegisterDescription("full", width: 3, .readWrite(reset: 8), "")],
        "the reset value of register 'full' is 8; use a value from 0 to 7"
      ),
      (
        "reset", [RegisterDescription("below", width: 32, .readWrite(reset: -1), "")],
        "the reset value of register 'below' is -1; use a value from 0 to 4294967295"
      ),
      (
        "names", [RegisterDescription("fooBar", .readOnly, ""), RegisterDescription("foo_bar", .readOnly, "")],
        "registers 'fooBar' and 'foo_bar' are both called 'FOO_BAR' in the C header; give each a name of its own"
      ),
      (
        "names", [RegisterDescription("axiID", .readOnly, ""), RegisterDescription("axi_id", .readOnly, "")],
        "registers 'axiID' and 'axi_id' are both called 'AXI_ID' in the C header; give each a name of its own"
      ),
      (
        "names", [RegisterDescription("same", .readOnly, ""), RegisterDescription("same", .readOnly, "")],
        "two registers are called 'SAME' in the C header; give each a name of its own"
      ),
      (
        "name", [RegisterDescription("größe", .readOnly, "")],
        "'größe' is no name of a register; use letters of ASCII, digits and '_', a letter first"
      ),
      (
        "name", [RegisterDescription("", .readOnly, "")],
        "'' is no name of a register; use letters of ASCII, digits and '_', a letter first"
      ),
      (
        "name", [RegisterDescription("2nd", .readOnly, "")],
        "'2nd' is no name of a register; use letters of ASCII, digits and '_', a letter first"
      ),
      (
        "name", [RegisterDescription("a b", .readOnly, "")],
        "'a b' is no name of a register; use letters of ASCII, digits and '_', a letter first"
      ),
      ("count", [], "the number of registers is 0; use a value from 1 to 1024"),
    ] as [(String, [RegisterDescription], String)])
  func `A map of which no header can be made is refused by name, everywhere`(
    what: String, registers: [RegisterDescription], sentence: String
  ) throws {
    let map = RegisterMap(registers)
    for make in [{ () throws -> String in try map.cHeader(prefix: "X") }, { try map.systemRDL(name: "x") }] {
      let error = #expect(throws: RegisterMapError.self) { try make() }
      #expect(error?.description == sentence)
    }
    let error = #expect(throws: DiagnosticList.self) { try RegisterBank { $0.map = map }.elaborate() }
    let halves = sentence.split(separator: "; ", maxSplits: 1)
    for half in halves { #expect(error?.description.contains(half) == true, "\(String(describing: error))") }
  }

  @Test(arguments: ["", "9x", "my-unit", "a b", "é", "x;", "A\n#define B"])
  func `A prefix that begins no macro is refused`(prefix: String) {
    let map = RegisterMap([RegisterDescription("a", .readOnly, "A.")])
    #expect(throws: RegisterMapError.self) { try map.cHeader(prefix: prefix) }
    #expect(throws: RegisterMapError.self) { try map.systemRDL(name: prefix) }
  }

  @Test func `Text stays in its comment`() throws {
    let map = RegisterMap([
      RegisterDescription("a", width: 1, .readOnly, "x */ y /* z\nnext \u{202E}"),
      RegisterDescription("reg", width: 32, .readWrite(reset: 0xFFFF_FFFF), "\"q\" \\ <% %> `include"),
    ])
    #expect(
      try map.cHeader(prefix: "_u").contains("/* x * / y / * z next U+202E (read only) */\n#define _u_A_OFFSET"))
    #expect(try map.cHeader(prefix: "U").contains("#define U_REG_RESET UINT32_C(0xFFFFFFFF)"))
    #expect(
      try map.systemRDL(name: "reg").contains(
        """
            desc = "\\"q\\" \\\\ < % %> ` include";
            field { sw = rw; hw = r; reset = 0xFFFFFFFF; } value[31:0];
          } \\reg @ 0x4;
        """))
    #expect(try map.systemRDL(name: "reg").hasPrefix("addrmap \\reg {"))
  }
}
