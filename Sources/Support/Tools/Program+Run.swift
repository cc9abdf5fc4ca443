import CSpawn

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension Program {
  /// Runs the program and waits for its end. The calling thread blocks.
  ///
  /// The program stays in the caller's process group, so that Ctrl-C ends it too, and on Linux it ends with the caller.
  ///
  /// Own code, because every caller is synchronous: swift-subprocess can only be awaited, and a thread of the cooperative
  /// pool that waits for it while it holds a file lock can stop the pool. Foundation's `Process` puts children into a
  /// process group of their own, out of the reach of Ctrl-C.
  ///
  /// - Parameters:
  ///   - arguments: What follows the program's leading arguments.
  ///   - directory: Working directory; nil for the caller's.
  ///   - changes: Variables set (or, with nil, removed) for this run only.
  ///   - timeout: Longest run time; then the program is killed.
  ///   - outputLimit: Bytes of output, and of errors, that are kept. The rest is read and dropped.
  ///   - forwards: Whether all that the program writes goes on to this process's standard error as it comes, byte by byte.
  ///   - outlivesEnding: Whether the program goes on when this process is asked to end: for what puts things in order
  ///     then. Others get the signal passed on, and are killed when they do not end within a few seconds.
  /// - Throws: When the program cannot be started. A program that fails is a result, not an error.
  public func run(
    _ arguments: [String], in directory: String? = nil, environment changes: [String: String?] = [:],
    timeout: Duration? = nil, outputLimit: Int = 4 << 20, forwards: Bool = false, outlivesEnding: Bool = false
  ) throws(ProgramFailure) -> ProgramResult {
    let start = ContinuousClock.now
    let standardOutput = try pipe()
    defer { standardOutput.closeBoth() }
    let standardError = try pipe()
    defer { standardError.closeBoth() }

    let identifier = try spawn(
      arguments, in: directory, environment: changes, output: standardOutput, errors: standardError)
    standardOutput.closeWriter()
    standardError.closeWriter()

    var child = Child(identifier: identifier, start: start, timeout: timeout, outlivesEnding: outlivesEnding)
    var collected = [Collector(limit: outputLimit, forwards), Collector(limit: outputLimit, forwards)]
    let readers = [standardOutput.reader, standardError.reader]
    var hasEnded = false
    while !collected.allSatisfy(\.isClosed) {
      var polled = zip(readers, collected).map { reader, state in
        pollfd(fd: state.isClosed ? -1 : reader, events: Int16(POLLIN), revents: 0)
      }
      // The child may end while a grandchild still holds the pipe: look for that a few times a second.
      let ready = poll(&polled, 2, hasEnded ? 0 : child.pollInterval)
      if ready > 0 {
        for index in 0..<2 where polled[index].revents != 0 { collected[index].read(from: readers[index]) }
      } else if hasEnded {
        break
      } else {
        // What the child wrote between this look at the pipes and its end is still to be read.
        hasEnded = child.hasEnded()
      }
      child.killWhenLate()
      child.passOnEnding()
    }
    let (termination, processorTime) = child.wait()
    return ProgramResult(
      termination: termination, output: collected[0].text, errors: collected[1].text,
      isTruncated: collected.contains(where: \.isTruncated), wallTime: ContinuousClock.now - start,
      processorTime: processorTime)
  }

  private func failure(_ code: Int32) -> ProgramFailure {
    ProgramFailure(path: path, reason: String(cString: strerror(code)))
  }

  private func pipe() throws(ProgramFailure) -> Pipe {
    var ends: [Int32] = [-1, -1]
    let code = systole_pipe(&ends)
    if code != 0 { throw failure(code) }
    return Pipe(reader: ends[0], writer: ends[1])
  }

  private func spawn(
    _ arguments: [String], in directory: String?, environment changes: [String: String?], output: Pipe, errors: Pipe
  ) throws(ProgramFailure) -> pid_t {
    let argumentVector = CStrings([path] + leadingArguments + arguments)
    let environmentVector = CStrings(
      ProcessEnvironment.variables(changedBy: environment.mapValues { Optional($0) }.merging(changes) { $1 }))
    defer {
      argumentVector.free()
      environmentVector.free()
    }
    // A file that was written a moment ago is busy while a child that another thread forked has not yet closed it.
    let deadline = ContinuousClock.now + .seconds(2)
    while true {
      var code: Int32 = 0
      let identifier = systole_spawn(
        path, argumentVector.pointers, environmentVector.pointers, directory, output.writer, errors.writer, &code)
      if identifier >= 0 { return identifier }
      if code != ETXTBSY || ContinuousClock.now >= deadline { throw failure(code) }
      usleep(5_000)
    }
  }
}

/// The two ends of a pipe.
private final class Pipe {
  let reader: Int32
  private(set) var writer: Int32
  private var readerIsOpen = true

  init(reader: Int32, writer: Int32) {
    self.reader = reader
    self.writer = writer
  }

  func closeWriter() {
    if writer >= 0 { close(writer) }
    writer = -1
  }

  func closeBoth() {
    closeWriter()
    if readerIsOpen { close(reader) }
    readerIsOpen = false
  }
}

/// What came through a pipe, up to a limit.
private struct Collector {
  let limit: Int
  private let forwards: Bool
  private var bytes: [UInt8] = []
  private(set) var isTruncated = false
  private(set) var isClosed = false

  init(limit: Int, _ forwards: Bool) {
    self.limit = limit
    self.forwards = forwards
  }

  private static func forward(_ bytes: UnsafeRawBufferPointer) {
    var sent = 0
    while sent < bytes.count {
      let count = write(STDERR_FILENO, bytes.baseAddress! + sent, bytes.count - sent)
      if count > 0 { sent += count } else if errno != EINTR { return }
    }
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func read(from descriptor: Int32) {
    withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { buffer in
      #if canImport(Darwin)
        let count = Darwin.read(descriptor, buffer.baseAddress, buffer.count)
      #else
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      #endif
      if count > 0 {
        let kept = min(count, limit - bytes.count)
        bytes.append(contentsOf: buffer.prefix(kept))
        isTruncated = isTruncated || kept < count
        if forwards { Self.forward(UnsafeRawBufferPointer(rebasing: buffer[0..<count])) }
      } else if count == 0 || errno != EINTR {
        isClosed = true
      }
    }
  }
}

/// A running child process and the time it may take.
private struct Child {
  let identifier: pid_t
  let start: ContinuousClock.Instant
  let timeout: Duration?
  private let outlivesEnding: Bool
  private var wasKilled = false
  /// When the wish to end was passed on.
  private var asked: ContinuousClock.Instant?
  private var status: Int32?
  private var usage = rusage()

  /// How long a child may take to end in order.
  private static let grace = Duration.seconds(5)

  init(identifier: pid_t, start: ContinuousClock.Instant, timeout: Duration?, outlivesEnding: Bool) {
    self.outlivesEnding = outlivesEnding
    self.identifier = identifier
    self.start = start
    self.timeout = timeout
  }

  /// Milliseconds to wait for output before looking after the child itself.
  var pollInterval: Int32 {
    guard let timeout, !wasKilled else { return 100 }
    let left = timeout - (ContinuousClock.now - start)
    return Int32(max(1, min(100, left / Duration.milliseconds(1))))
  }

  mutating func killWhenLate() {
    guard let timeout, !wasKilled, status == nil, ContinuousClock.now - start >= timeout else { return }
    kill(identifier, SIGKILL)
    wasKilled = true
  }

  /// Asks the child to end when this process was asked to.
  mutating func passOnEnding() {
    guard !outlivesEnding, status == nil, let signal = Ending.signal else { return }
    if let asked {
      if ContinuousClock.now - asked >= Self.grace { kill(identifier, SIGKILL) }
    } else {
      kill(identifier, signal)
      asked = ContinuousClock.now
    }
  }

  mutating func hasEnded() -> Bool {
    if status == nil { collect(options: WNOHANG) }
    return status != nil
  }

  mutating func wait() -> (Termination, Duration) {
    while !hasEnded() {
      // Without a limit the kernel can do the waiting; with one, the child has closed its output and is about to end.
      if timeout == nil && outlivesEnding || wasKilled { collect(options: 0) } else { usleep(500) }
      killWhenLate()
      passOnEnding()
    }
    let time = Duration(usage.ru_utime) + Duration(usage.ru_stime)
    if wasKilled, let timeout { return (.timedOut(after: timeout), time) }
    let ended = status ?? 0
    let signal = ended & 0x7F
    return (signal == 0 ? .exited(code: ended >> 8 & 0xFF) : .signalled(signal: signal), time)
  }

  private mutating func collect(options: Int32) {
    var value: Int32 = 0
    if wait4(identifier, &value, options, &usage) == identifier { status = value }
  }
}

extension Duration {
  fileprivate init(_ time: timeval) { self = .seconds(Int64(time.tv_sec)) + .microseconds(Int64(time.tv_usec)) }
}

/// A null-terminated array of C strings.
private struct CStrings {
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  init(_ strings: [String]) {
    count = strings.count
    pointers = .allocate(capacity: count + 1)
    for (index, string) in strings.enumerated() { pointers[index] = strdup(string) }
    pointers[count] = nil
  }

  func free() {
    for index in 0..<count {
      #if canImport(Darwin)
        Darwin.free(pointers[index])
      #else
        Glibc.free(pointers[index])
      #endif
    }
    pointers.deallocate()
  }
}
