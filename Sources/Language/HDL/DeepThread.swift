import Foundation

/// Runs a closure on a thread of its own: with a stack for deep hierarchies, and with a way to end it from anywhere.
///
/// `build` of a generator does not throw, so that hardware reads like hardware. When a nested generator has parameters
/// for which not even its ports exist, there is nothing to return to it; the thread ends instead, and what was found so
/// far is reported.
enum DeepThread {
  private static let stackSize = 256 << 20

  /// Runs `body` and waits until it returns or calls ``exit()``.
  static func run(for elaboration: Elaboration, _ body: @escaping () -> Void) {
    nonisolated(unsafe) let elaboration = elaboration
    nonisolated(unsafe) let work = body
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      Thread.current.threadDictionary[key] = done
      Thread.current.threadDictionary[elaborationKey] = elaboration
      work()
      done.signal()
    }
    thread.stackSize = stackSize
    thread.start()
    done.wait()
  }

  /// Ends the thread that ``run(_:)`` made; its caller goes on.
  static func exit() -> Never {
    guard let done = Thread.current.threadDictionary[key] as? DispatchSemaphore else {
      preconditionFailure("not on a deep thread")
    }
    done.signal()
    pthread_exit(nil)
  }

  /// The elaboration that this thread was made for; nil on another thread.
  static var elaboration: Elaboration? { Thread.current.threadDictionary[elaborationKey] as? Elaboration }

  private static let key = "Systole.DeepThread"
  private static let elaborationKey = "Systole.DeepThread.elaboration"
}
