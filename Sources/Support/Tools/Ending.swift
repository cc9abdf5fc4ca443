import CSpawn

/// The wish of somebody outside that this process end: Ctrl-C, `kill`, a terminal that closes.
///
/// A library does nothing about these signals; a program that has watched them can end its work in order.
public enum Ending {
  /// The signals' first reaction, until ``takeOver()``: the process ends at once, with the code 128 + the signal's number.
  public static func watch() { systole_watch_endings() }

  /// From here on the work looks at ``isRequested`` itself; only a second signal ends the process.
  public static func takeOver() { systole_take_over_endings() }

  /// Whether one of the signals came after ``takeOver()``.
  public static var isRequested: Bool { systole_ending() != 0 }

  /// The exit code of a process that a signal ended: 130 for Ctrl-C, 143 for `kill`, 129 for a closed terminal.
  public static var exitCode: Int32 { 128 + systole_ending() }

  /// The signal to pass on to children; nil while none came.
  static var signal: Int32? { isRequested ? systole_ending() : nil }

  /// Says where standard output is while its own descriptor is lent to somebody else.
  public static func moveResults(to descriptor: Int32) { systole_move_results(descriptor) }

  /// From here on a library that aborts the process makes it end with `code` and `words` on standard error, unless a
  /// verdict is kept.
  public static func explainAbort(code: Int32, words: String) { systole_explain_abort(code, words) }

  /// From here on the process ends with `code` even if it crashes or a signal ends it; `text`, which has not been said
  /// yet, is written to standard output then.
  public static func keepVerdict(code: Int32, text: String) {
    var text = text
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { systole_keep_verdict(code, $0.baseAddress, $0.count) }
    }
  }
}
