import Foundation

/// Seconds of a clock of the operating system, for differences.
private func seconds(_ clock: clockid_t) -> Double {
  var now = timespec()
  clock_gettime(clock, &now)
  return Double(now.tv_sec) + 1e-9 * Double(now.tv_nsec)
}

/// Processor time of this thread: what a simulation takes, however busy the machine is.
func threadSeconds() -> Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

/// Processor time of all threads of this process.
func processorSeconds() -> Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

/// Time on the clock on the wall.
func wallSeconds() -> Double { seconds(CLOCK_MONOTONIC) }

/// The middle one of a few measurements.
func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
