import Dispatch
import Synchronization

/// Work in numbered pieces on several threads, the results in the order of the pieces.
struct Workers {
  var jobs: Int
  /// Called after each piece, by one thread at a time.
  var finished: (@Sendable (_ done: Int) -> Void)?
  /// True to begin no further piece.
  var isCancelled: @Sendable () -> Bool = { false }

  /// The results of `work` for 0 up to `count`; nil for pieces that were not begun.
  func run<Result: Sendable>(_ count: Int, _ work: @Sendable (Int) -> Result) -> [Result?] {
    let state = Mutex(WorkersState(results: [Result?](repeating: nil, count: count)))
    DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, count))) { _ in
      while !isCancelled() {
        let piece = state.withLock { state -> Int? in
          guard state.next < count else { return nil }
          state.next += 1
          return state.next - 1
        }
        guard let piece else { return }
        let result = work(piece)
        state.withLock {
          $0.results[piece] = result
          $0.done += 1
          finished?($0.done)
        }
      }
    }
    return state.withLock { $0.results }
  }
}

private struct WorkersState<Result: Sendable> {
  var next = 0
  var done = 0
  var results: [Result?]
}
