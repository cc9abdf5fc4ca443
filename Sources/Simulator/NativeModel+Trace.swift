public import Engine

extension NativeModel {
  /// Starts to write a wave to `path`, which ends in `.vcd`: all ports, named nets, registers and read data of all instances.
  ///
  /// From here on the model computes every named value, which makes it slower until ``stopTrace()``.
  public func startTrace(path: String) throws(EngineFailure) {
    guard path.hasSuffix(".vcd") else {
      throw .trace(path: path, reason: "the native simulator writes value change dumps; end the name in '.vcd'")
    }
    stopTrace()
    let plan = observe(true)
    do {
      wave = try WaveRecorder(path: path, plan: plan!, time: 2 * steps, pointer: program.pointer)
    } catch {
      observe(false)
      throw error
    }
  }

  /// Ends the wave and completes its file.
  public func stopTrace() {
    guard let wave else { return }
    settle()
    wave.sample(clocks: 0)
    wave.close()
    self.wave = nil
    observe(false)
  }
}
