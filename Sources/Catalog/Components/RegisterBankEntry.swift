import Components
import Formal
import Golden
import Testbench

extension Catalog {
  /// Registers behind a stream of accesses.
  public static let registerBank = Entry<RegisterBank, CountWorkload>(
    "register-bank", "Registers that software reads and writes, behind a stream of accesses.",
    parameters: [.integer("addressWidth", \.addressWidth, in: 3...64, "Bits of an address")],
    workload: CountWorkload(count: 4000), workloadParameters: CountWorkload.parameters("Accesses"),
    expectedCycles: { _, work in 4 * work.count }
  ) { request -> any Bench in
    if request.checksTiming { return try request.accessPins(request.generator) }
    return try request.accessBench(request.generator)
  }
  .proving(
    RegisterBank(map: RegisterMap([RegisterDescription("a", width: 2, .readWrite(reset: 1), "A.")]), addressWidth: 4)
  ) {
    bank in
    [
      Property(
        "error", "An access is answered with an error just when there is no register, or it cannot be written.",
        verilog: """
          reg expected;
          always @(posedge clock) if (access_valid & access_ready)
            expected <= access_address[\(bank.addressWidth - 1):2] >= \(bank.map.registers.count)
              \(bank.map.registers.enumerated().filter { $1.access == .readOnly }
                .map { "| (access_is_write & access_address[\(bank.addressWidth - 1):2] == \($0.offset))" }
                .joined(separator: " "));
          always @* if (!in_reset & response_valid) assert (response_is_error == expected);
          """)
    ]
  }

  /// The same behind a bus.
  public static let axiLiteSystem = Entry<AXILiteSystem, CountWorkload>(
    "axi-lite-system", "Register bank behind an AXI4-Lite manager and subordinate.",
    parameters: [.integer("addressWidth", \.bank.addressWidth, in: 3...64, "Bits of an address")],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Accesses"),
    expectedCycles: { _, work in 12 * work.count }
  ) { try $0.accessBench($0.generator.bank) }
}

extension BenchRequest where Workload == CountWorkload {
  /// A bench that sends accesses to `bank` and expects what the golden registers answer.
  fileprivate func accessBench(_ bank: RegisterBank) throws -> StreamBench {
    var bench = try streamBench()
    var random = bench.random("accesses")
    var (statuses, events) = (0, 0)
    var registers: [(kind: RegisterModel.Kind, width: Int)] = []
    for register in bank.map.registers {
      // What the hardware shows and the events that happen stay as they are for the whole run.
      let held = UInt32(random.unsigned(bits: register.width))
      switch register.access {
      case .readWrite(let reset): registers.append((.storage(UInt32(reset)), register.width))
      case .readOnly:
        registers.append((.constant(held), register.width))
        try bench.hold("status_\(statuses)", at: held)
        statuses += 1
      case .writeOneToClear:
        registers.append((.events(0, happening: held), register.width))
        try bench.hold("event_\(events)", at: held)
        events += 1
      }
    }
    var golden = RegisterModel(registers)
    let reach = min(1 << bank.addressWidth, 4 * (registers.count + 2))
    for number in 0..<workload.count {
      // In the clock of the first access no event has been seen yet, so that one reads another register.
      let isWrite = number > 0 && random.integer(below: 2) == 1
      let address = number > 0 ? random.integer(below: reach) : 0
      let (data, strobe) = (UInt32(random.unsigned(bits: 32)), UInt32(random.unsigned(bits: 4)))
      try bench.send([isWrite ? 1 : 0, Int(address), Int(data), Int(strobe)], on: "access")
      if isWrite {
        try bench.expect([0, golden.write(address, data, strobe: strobe) ? 0 : 1], on: "response")
      } else {
        let word = golden.read(address)
        try bench.expect([Int(word ?? 0), word == nil ? 1 : 0], on: "response")
      }
    }
    return bench
  }

  /// A bench of every port of `bank` in every clock, with events and shown values that come and go.
  fileprivate func accessPins(_ bank: RegisterBank) throws -> PinBench {
    var bench = try PinBench(interface, latency: 0, name: name, index: index, seed: seed)
    var random = bench.random("clocks")
    var golden = RegisterModel(
      bank.map.registers.map { register in
        switch register.access {
        case .readWrite(let reset): (.storage(UInt32(reset)), register.width)
        case .readOnly: (.constant(0), register.width)
        case .writeOneToClear: (.events(0, happening: 0), register.width)
        }
      })
    // An answer stands in one register, and leaves it free in the clock in which it is taken.
    var timing = QueueTiming([.init(capacity: 1, returnDelay: 0)])
    var answers: [(data: UInt32, isError: Bool)] = []
    let reach = min(1 << min(bank.addressWidth, 62), 4 * (bank.map.registers.count + 2))
    var access: (isWrite: Bool, address: Int, data: UInt32, strobe: UInt32)?
    for _ in 0..<workload.count {
      if access == nil, random.integer(below: 4) > 0 {
        let isNear = random.integer(below: 8) > 0
        access = (
          random.integer(below: 2) == 1,
          isNear ? random.integer(below: reach) : random.unsigned(bits: min(bank.addressWidth, 62)),
          UInt32(random.unsigned(bits: 32)), UInt32(random.unsigned(bits: 4))
        )
      }
      let takes = random.integer(below: 4) > 0
      let shown = timing.step(input: access == nil ? nil : UInt64(answers.count), ready: takes)
      var inputs: [String: UInt64] = ["access_valid": access == nil ? 0 : 1, "response_ready": takes ? 1 : 0]
      if let access {
        inputs["access_is_write"] = access.isWrite ? 1 : 0
        inputs["access_address"] = UInt64(access.address)
        inputs["access_data"] = UInt64(access.data)
        inputs["access_strobe"] = UInt64(access.strobe)
      }
      var expected: [String: UInt64] = [
        "access_ready": shown.inputReady ? 1 : 0, "response_valid": shown.output == nil ? 0 : 1,
      ]
      if let number = shown.output {
        expected["response_data"] = UInt64(answers[Int(number)].data)
        expected["response_is_error"] = answers[Int(number)].isError ? 1 : 0
      }
      var (values, statuses, events) = (0, 0, 0)
      var happening: [(index: Int, events: UInt32)] = []
      for (index, register) in bank.map.registers.enumerated() {
        let word = UInt64(golden.read(4 * index) ?? 0)
        switch register.access {
        case .readWrite:
          expected["value_\(values)"] = word
          values += 1
        case .readOnly:
          let status = UInt32(random.unsigned(bits: register.width))
          golden.show(status, in: index)
          inputs["status_\(statuses)"] = UInt64(status)
          statuses += 1
        case .writeOneToClear:
          let event = UInt32(random.unsigned(bits: register.width)) & UInt32(random.unsigned(bits: register.width))
          inputs["event_\(events)"] = UInt64(event)
          expected["pending_\(events)"] = word
          happening.append((index, event))
          events += 1
        }
      }
      let outputs = bench.outputs.fields.map(\.port)
      try bench.append(
        bench.inputs.fields.map { inputs[$0.port] ?? 0 }, expecting: outputs.map { expected[$0] ?? 0 },
        care: outputs.map { expected[$0] == nil ? 0 : .max })
      if let request = access, shown.inputReady {
        if request.isWrite {
          answers.append((0, !golden.write(request.address, request.data, strobe: request.strobe)))
        } else {
          let word = golden.read(request.address)
          answers.append((word ?? 0, word == nil))
        }
        access = nil
      }
      for (index, event) in happening { golden.happen(event, in: index) }
    }
    return bench
  }
}
