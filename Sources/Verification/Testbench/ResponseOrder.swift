import Netlist

/// A transaction of an input stream that responds to others: it is not offered before they have passed.
struct Response: Hashable, Sendable {
  /// The number of the stream, and of the transaction on it.
  let stream, row: Int
  /// How many transactions of other streams come before, by the numbers of the streams.
  let requests: [Int: Int]
}

extension StreamBench {
  /// Holds the transaction that is sent next on `stream`, and those after it, until everything that has been expected so far
  /// on `requests` has passed: no subordinate responds to what it has not accepted.
  ///
  /// It counts stimuli that are in memory, so not those that blocks are made of during the run.
  ///
  /// Throws when there is no such input, or no such output.
  public mutating func holdResponse(on stream: String, after requests: [String]) throws(BenchError) {
    func number(_ name: String, _ direction: PortDirection) throws(BenchError) -> Int {
      guard let number = streams.firstIndex(where: { $0.name == name && $0.direction == direction }) else {
        let others = streams.filter { $0.direction == direction }
        throw .unknownStream(name, module: interface.name, streams: others.map(\.name))
      }
      return number
    }
    let rows = stimuli.rows
    let responding = try number(stream, .input)
    var counts: [Int: Int] = [:]
    for request in requests {
      let number = try number(request, .output)
      counts[number] = rows[number].count
    }
    addResponse(Response(stream: responding, row: rows[responding].count, requests: counts))
  }
}

/// The responses of one input stream in a run.
struct ResponseOrder {
  /// The number of the stream among the inputs.
  let driver: Int
  /// The transactions that wait, in order, each for so many of some monitors.
  private let rows: [(row: Int, requests: [(monitor: Int, count: Int)])]
  private var next = 0

  /// One for each stream of `bench` that responds.
  static func all(of bench: StreamBench) -> [ResponseOrder] {
    var places: [Int] = []
    var (inputs, outputs) = (0, 0)
    for stream in bench.streams {
      places.append(stream.direction == .input ? inputs : outputs)
      if stream.direction == .input { inputs += 1 } else { outputs += 1 }
    }
    return Dictionary(grouping: bench.responses, by: \.stream).sorted { $0.key < $1.key }.map { stream, responses in
      ResponseOrder(
        driver: places[stream],
        rows: responses.map { ($0.row, $0.requests.map { (places[$0.key], $0.value) }) })
    }
  }

  private init(driver: Int, rows: [(row: Int, requests: [(monitor: Int, count: Int)])]) {
    (self.driver, self.rows) = (driver, rows)
  }

  /// Holds back the response to a request that has not been accepted.
  mutating func hold(_ responses: inout StreamDriver, after monitors: UnsafeMutableBufferPointer<StreamMonitor>) {
    let head = responses.queue.head
    while next < rows.count, rows[next].row < head { next += 1 }
    guard next < rows.count, rows[next].row == head else { return }
    if rows[next].requests.contains(where: { monitors[$0.monitor].queue.head < $0.count }) {
      responses.isHeldBack = true
    }
  }
}
