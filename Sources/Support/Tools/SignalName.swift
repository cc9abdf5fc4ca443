#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What the signals that end a program mean.
enum SignalName {
  /// Name and meaning of `signal`; "unknown" for one that no model or tool raises.
  static func text(of signal: Int32) -> String {
    switch signal {
    case SIGABRT: "SIGABRT, abort"
    case SIGBUS: "SIGBUS, bad memory access"
    case SIGFPE: "SIGFPE, arithmetic error"
    case SIGHUP: "SIGHUP, terminal closed"
    case SIGILL: "SIGILL, illegal instruction"
    case SIGINT: "SIGINT, interrupted"
    case SIGKILL: "SIGKILL, killed, often for lack of memory"
    case SIGPIPE: "SIGPIPE, nobody reads its output"
    case SIGQUIT: "SIGQUIT, quit"
    case SIGSEGV: "SIGSEGV, invalid memory access or stack overflow"
    case SIGTERM: "SIGTERM, terminated"
    case SIGTRAP: "SIGTRAP, failed check"
    case SIGXCPU: "SIGXCPU, processor time limit"
    case SIGXFSZ: "SIGXFSZ, file size limit"
    default: "unknown"
    }
  }
}
