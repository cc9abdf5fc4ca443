public import Engine

extension NativeModel {
  /// Starts to write a wave to `path`: all ports, named nets, registers and read data of all instances.
  ///
  /// The ending chooses the format: `.vcd` for a value change dump, `.fst` for GTKWave's compressed one. From here on the
  /// model computes every named value, which makes it slower until ``stopTrace()``.
  public func startTrace(path: String) throws(EngineFailure) {
    let isCompressed = path.hasSuffix(".fst")
    guard isCompressed || path.hasSuffix(".vcd") else {
      throw .trace(path: path, reason: "the ending chooses the format; end the name in '.fst' or '.vcd'")
    }
    try startTrace { (plan) throws(EngineFailure) -> any WaveFile in
      if isCompressed { return try FastSignalTraceFile(path: path, plan: plan) }
      return try ValueChangeDumpFile(path: path, plan: plan)
    }
  }

  /// Starts to fill the file that `open` makes.
  func startTrace(_ open: (WavePlan) throws(EngineFailure) -> any WaveFile) throws(EngineFailure) {
    try stopTrace()
    let plan = observe(true)!
    do throws(EngineFailure) {
      wave = WaveRecorder(try open(plan), plan: plan, time: 2 * steps, pointer: program.pointer)
    } catch {
      observe(false)
      throw error
    }
  }

  /// Ends the wave and completes its file. Throws when not all of it could be written.
  public func stopTrace() throws(EngineFailure) {
    guard let wave else { return }
    settle()
    wave.sample(clocks: 0)
    self.wave = nil
    observe(false)
    try wave.close()
  }
}
