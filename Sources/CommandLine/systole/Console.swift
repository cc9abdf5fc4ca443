import Foundation
import Tools

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What a person at a terminal sees beside the result itself: errors and progress, on standard error.
enum Console {
  /// True when standard output is a terminal that takes colours.
  static var usesColour: Bool {
    isatty(STDOUT_FILENO) == 1 && ProcessEnvironment.choice("NO_COLOR") == nil
      && ProcessEnvironment.choice("TERM") != "dumb"
  }

  static var errorsAreShown: Bool { isatty(STDERR_FILENO) == 1 }

  /// A line of the result, which is out at once, into a pipe as well.
  static func line(_ text: String) {
    print(text)
    fflush(nil)
  }

  /// One message, marked as an error.
  static func error(_ message: String) { note("systole: error: \(message)") }

  /// A line that stays.
  static func note(_ message: String) { write(TerminalText.escaped(message) + "\n") }

  /// A line that the next one replaces; only on a terminal.
  static func progress(_ message: String) {
    guard errorsAreShown else { return }
    write("\r\u{1B}[K" + TerminalText.line(message))
  }

  /// Removes the line of progress.
  static func endProgress() {
    guard errorsAreShown else { return }
    write("\r\u{1B}[K")
  }

  // A message that nobody can read must not end the work.
  private static func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var start = 0
      while start < bytes.count {
        #if canImport(Darwin)
          let count = Darwin.write(STDERR_FILENO, bytes.baseAddress! + start, bytes.count - start)
        #else
          let count = Glibc.write(STDERR_FILENO, bytes.baseAddress! + start, bytes.count - start)
        #endif
        if count <= 0 { return }
        start += count
      }
    }
  }
}

/// Says what is going on while a step takes long: nothing for the first two seconds, then its name, and at the end how
/// long it took.
func withProgress<R>(_ what: String, _ work: () throws -> R) rethrows -> R {
  let start = ContinuousClock.now
  let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "systole.progress"))
  timer.schedule(deadline: .now() + 2, repeating: 1)
  timer.setEventHandler {
    let seconds = Int((ContinuousClock.now - start) / .seconds(1))
    Console.progress("\(what) … \(seconds) s")
    if !Console.errorsAreShown, seconds % 10 == 2 { Console.note("\(what) … \(seconds) s") }
  }
  timer.activate()
  defer {
    timer.cancel()
    if ContinuousClock.now - start > .seconds(2) { Console.endProgress() }
  }
  return try work()
}

/// Does `work`, and where `isKept` what it writes to standard output goes to standard error: a model's own code may print,
/// and standard output is for the result alone.
func withOutput<R>(kept isKept: Bool, _ work: () throws -> R) rethrows -> R {
  guard isKept else { return try work() }
  fflush(nil)
  let output = dup(STDOUT_FILENO)
  guard output >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 else { return try work() }
  Ending.moveResults(to: output)
  defer {
    fflush(nil)
    dup2(output, STDOUT_FILENO)
    Ending.moveResults(to: STDOUT_FILENO)
    close(output)
  }
  return try work()
}
