/// The C++ class that Verilator makes for the top module of a design.
///
/// Its ports are members of that class, beside members and types that the class has for itself. Words of C++ are no trouble, but
/// for one: Verilator writes those of ports differently.
public enum VerilatedClass {
  /// Whether `port` cannot be the name of a port, because the class uses it otherwise.
  public static func owns(_ port: String) -> Bool {
    names.contains(port) || macros.contains(port) || prefixes.contains { port.hasPrefix($0) }
  }

  /// With these begins what Verilator's headers define.
  private static let prefixes = ["VERILAT", "VL_", "VM_", "Verilated", "Vl", "Vmodel", "vl"]

  private static let names: Set = [
    // Members of the class, of its base, and of the root module, in Verilator 5.006 to 5.048.
    "atClone", "contextp", "eval", "eval_end_step", "eval_step", "eventsPending", "final", "hierName", "m_context",
    "modelName", "name", "nextTimeSlot", "prepareClone", "rootp", "threads", "trace", "traceBaseModel", "traceCapable",
    "traceConfig",
    // Types that the class names after its ports.
    "CData", "EData", "IData", "QData", "SData", "WData", "std", "uint64_t",
    // The word of C++ that it forgets.
    "reinterpret_cast",
  ]

  /// Names that the C and C++ headers replace by something else.
  private static let macros: Set = [
    "BUFSIZ", "EOF", "INT_MAX", "INT_MIN", "NULL", "RAND_MAX", "UINT64_MAX", "errno", "i386", "linux", "stderr",
    "stdin",
    "stdout", "unix",
  ]
}
