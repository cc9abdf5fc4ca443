/// Names that every tool of a flow accepts.
public enum Identifier {
  /// True when `name` is a plain identifier: letters, digits and underscores, not starting with a digit.
  public static func isWellFormed(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
    return name.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == 95 }
  }

  /// The language or tool that reserves `name`, whatever its letter case; nil when it is free in Verilog, SystemVerilog
  /// and VHDL, and among the words that tools add to them.
  ///
  /// VHDL does not tell capitals from small letters, so `Signal` is one of its keywords too.
  public static func language(reserving name: String) -> String? {
    keywordShapes[shape(of: name)] ? keywords[name.lowercased()] : nil
  }

  /// The language or tool that reserves `name` as it is written in Verilog; nil when it is free there.
  public static func verilogLanguage(reserving name: String) -> String? {
    keywords[name].flatMap { $0 == "VHDL" ? nil : $0 }
  }

  /// The beginning of names that proofs and benches add around a design; no name in a design begins so.
  public static let helperPrefix = "systole_"

  /// Why `name` cannot be the name of something in a design, as the end of a sentence; nil when it can.
  public static func problem(with name: String) -> String? {
    if !isWellFormed(name) { return "no identifier" }
    if let language = language(reserving: name) { return "a keyword of \(language)" }
    // Nearly every name begins with another letter.
    guard let first = name.utf8.first, first | 0x20 == UInt8(ascii: "s") else { return nil }
    return name.lowercased().hasPrefix(helperPrefix) ? "like the names that proofs and benches add" : nil
  }

  /// Why `name` cannot be the name of a module, as the end of a sentence; nil when it can.
  public static func problem(withModule name: String) -> String? {
    if !isWellFormed(name) { return "no identifier" }
    if let language = language(reserving: name) { return "a keyword of \(language)" }
    return isVerilatorTop(name) ? "what Verilator calls the top of every design" : nil
  }

  /// Whether the module that Verilator puts around every design is called `name`.
  public static func isVerilatorTop(_ name: String) -> Bool { name == "TOP" }

  /// Every keyword of the languages and tools, in a fixed order.
  static var allKeywords: [String] { keywords.keys.sorted() }

  /// A number that many names share: one that no keyword has needs no search, and most names have such a one.
  private static func shape(of name: String) -> Int {
    let bytes = name.utf8
    guard let first = bytes.first, let last = bytes.last else { return 0 }
    // One bit tells a capital letter from a small one.
    return (Int(first | 0x20) * 29 + Int(last | 0x20) * 7 + bytes.count * 151) & 4095
  }

  private static let keywordShapes: [Bool] = {
    var result = [Bool](repeating: false, count: 4096)
    for keyword in keywords.keys { result[shape(of: keyword)] = true }
    return result
  }()

  /// `camelCase` or `PascalCase` as `snake_case`; a run of capitals is one word (`axiID` becomes `axi_id`).
  public static func snakeCase(_ name: String) -> String {
    guard name.utf8.contains(where: { (65...90).contains($0) }) else { return name }
    let letters = Array(name.utf8)
    var result: [UInt8] = []
    for (index, letter) in letters.enumerated() {
      if (65...90).contains(letter) {
        let afterLower = index > 0 && !(65...90).contains(letters[index - 1]) && letters[index - 1] != 95
        let beforeLower = index > 0 && index + 1 < letters.count && (97...122).contains(letters[index + 1])
        if afterLower || (beforeLower && letters[index - 1] != 95) { result.append(95) }
        result.append(letter + 32)
      } else {
        result.append(letter)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// FNV-1a of the text, in hexadecimal: the same on every machine and in every run.
  package static func hash(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }

  private static let keywords: [String: String] = {
    var result: [String: String] = [:]
    let languages = [
      ("VHDL", vhdl), ("Icarus Verilog", icarus), ("Verilator", verilator), ("SystemVerilog", systemVerilog),
      ("Verilog", verilog),
    ]
    for (language, words) in languages {
      for word in words { result[word] = language }
    }
    return result
  }()

  private static let verilog = words(
    """
    always and assign automatic begin buf bufif0 bufif1 case casex casez cell cmos config deassign default defparam
    design disable edge else end endcase endconfig endfunction endgenerate endmodule endprimitive endspecify endtable
    endtask event for force forever fork function generate genvar highz0 highz1 if ifnone incdir include initial inout
    input instance integer join large liblist library localparam macromodule medium module nand negedge nmos nor
    noshowcancelled not notif0 notif1 or output parameter pmos posedge primitive pull0 pull1 pulldown pullup
    pulsestyle_ondetect pulsestyle_onevent rcmos real realtime reg release repeat rnmos rpmos rtran rtranif0 rtranif1
    scalared showcancelled signed small specify specparam strong0 strong1 supply0 supply1 table task time tran tranif0
    tranif1 tri tri0 tri1 triand trior trireg unsigned use uwire vectored wait wand weak0 weak1 while wire wor xnor xor
    """)

  private static let systemVerilog = words(
    """
    accept_on alias always_comb always_ff always_latch assert assume before bind bins binsof bit break byte chandle
    checker class clocking const constraint context continue cover covergroup coverpoint cross dist do endchecker
    endclass endclocking endgroup endinterface endpackage endprogram endproperty endsequence enum eventually expect
    export extends extern final first_match foreach forkjoin global iff ignore_bins illegal_bins implements implies
    import inside int interconnect interface intersect join_any join_none let local logic longint matches modport
    nettype new nexttime null package packed priority program property protected pure rand randc randcase randsequence
    ref reject_on restrict return s_always s_eventually s_nexttime s_until s_until_with sequence shortint shortreal soft
    solve static string strong struct super sync_accept_on sync_reject_on tagged this throughout timeprecision timeunit
    type typedef union unique unique0 until until_with untyped var virtual void wait_order weak wildcard with within
    """)

  private static let vhdl = words(
    """
    abs access after alias all and architecture array assert assume assume_guarantee attribute begin block body buffer
    bus case component configuration constant context cover default disconnect downto else elsif end entity exit
    fairness file for force function generate generic group guarded if impure in inertial inout is label library linkage
    literal loop map mod nand new next nor not null of on open or others out package parameter port postponed private
    procedure process property protected pure range record register reject release rem report restrict
    restrict_guarantee return rol ror select sequence severity shared signal sla sll sra srl strong subtype then to
    transport type unaffected units until use variable view vmode vpkg vprop vunit wait when while with xnor xor
    """)

  /// Types of its own, whatever the language is said to be.
  private static let icarus = words("bool wone wreal")

  /// What its package `std` declares, and a word of expressions that it takes for one everywhere.
  private static let verilator = words("mailbox randomize semaphore std")

  private static func words(_ text: String) -> [String] {
    text.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init)
  }
}
