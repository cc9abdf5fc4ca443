import Netlist

/// Checkers that properties instantiate: Verilog modules of their own.
public enum ProofLibrary {
  /// `systole_order`: what is pushed is popped, once, in order, whole.
  ///
  /// A proof for every item at once: the solver marks any one pushed item, and the checker counts how many stand before
  /// it. Parameters: `WIDTH` bits of an item; `PUSH` and `POP` items that may enter and leave in one cycle; `CAPACITY`
  /// items at most inside; `LATENCY` cycles at most without a shown item while one is inside (0 for no bound);
  /// `THROUGH` is 1 when an item may leave in the cycle it enters (with `PUSH` and `POP` 1); `BITS` bits of the counters.
  ///
  /// Ports: `pushed` items enter, from lane 0 of `push_data` on; `shown` items are offered in `pop_data`, the oldest in
  /// lane 0; `pop` takes them all. `mark` and `lane` are free.
  public static let order = """
    module systole_order #(
      parameter WIDTH = 8, parameter PUSH = 1, parameter POP = 1, parameter CAPACITY = 1, parameter LATENCY = 0,
      parameter THROUGH = 0, parameter BITS = 4
    ) (
      input clock, input in_reset, input mark, input [BITS-1:0] lane,
      input [BITS-1:0] pushed, input [PUSH*WIDTH-1:0] push_data,
      input [BITS-1:0] shown, input pop, input [POP*WIDTH-1:0] pop_data
    );
      reg [BITS-1:0] held = 0;
      reg [BITS-1:0] ahead = 0;
      reg [BITS-1:0] waiting = 0;
      reg watching = 0;
      reg [WIDTH-1:0] value;
      wire [BITS-1:0] popped = pop ? shown : 0;
      wire through = (THROUGH != 0) & (held == 0);
      wire [PUSH*WIDTH-1:0] marked = push_data >> (lane * WIDTH);
      wire [POP*WIDTH-1:0] due = pop_data >> (ahead * WIDTH);
      always @(posedge clock) begin
        if (in_reset) begin
          held <= 0;
          waiting <= 0;
          watching <= 0;
        end else begin
          held <= held + pushed - popped;
          waiting <= (shown != 0 || held == 0) ? 0 : waiting + 1;
          if (!watching) begin
            if (mark && lane < pushed && !(through && lane < popped)) begin
              watching <= 1;
              value <= marked[WIDTH-1:0];
              ahead <= held + lane - popped;
            end
          end else if (ahead < popped) watching <= 0;
          else ahead <= ahead - popped;
        end
      end
      always @* if (!in_reset) begin
        assert (held <= CAPACITY);
        assert (shown <= held || (through && shown <= pushed));
        if (through && shown != 0) assert (pop_data[WIDTH-1:0] == push_data[WIDTH-1:0]);
        if (watching && ahead < shown) assert (due[WIDTH-1:0] == value);
        if (LATENCY != 0) assert (waiting < LATENCY);
      end
    endmodule

    """

  /// All checkers.
  static let text = order
}

/// The property that what enters one place leaves another one, once, in order, whole.
public struct OrderProperty: Hashable, Sendable {
  /// Bits of an item.
  public var width: Int
  /// Items that enter at most in a cycle.
  public var pushLanes = 1
  /// Items that leave at most in a cycle.
  public var popLanes = 1
  /// Items that are inside at most.
  public var capacity: Int
  /// Cycles at most without a shown item while one is inside; 0 for no bound.
  public var latency = 0
  /// Whether an item may leave in the cycle in which it enters.
  public var isThrough = false
  /// Verilog: the number of items that enter, and the items.
  public var push: (count: String, data: String) {
    get { (pushCount, pushData) }
    set { (pushCount, pushData) = newValue }
  }
  /// Verilog: the number of items shown, whether they are taken, and the items.
  public var pop: (count: String, taken: String, data: String) {
    get { (shownCount, popTaken, popData) }
    set { (shownCount, popTaken, popData) = newValue }
  }

  private var pushCount: String
  private var pushData: String
  private var shownCount: String
  private var popTaken: String
  private var popData: String

  /// An order property between two places given as Verilog expressions over the ports.
  public init(
    width: Int, capacity: Int, push: (count: String, data: String), pop: (count: String, taken: String, data: String)
  ) {
    self.width = width
    self.capacity = capacity
    (pushCount, pushData) = push
    (shownCount, popTaken, popData) = pop
  }

  /// An order property between the stream `input` and the stream `output` of a module.
  ///
  /// - Parameters:
  ///   - input: Name of the stream that enters.
  ///   - output: Name of the stream that leaves.
  ///   - data: Suffix of the payload port of both, `data` unless it is a bundle.
  ///   - width: Bits of an item.
  ///   - capacity: Items that are inside at most.
  ///   - clocks: In a module of several clocks, those to which the streams belong.
  public init(
    from input: String, to output: String, data: String = "data", width: Int, capacity: Int,
    clocks: (input: String, output: String)? = nil
  ) {
    func edge(_ clock: String?) -> String { clock.map { " & \(SingleClock.tick($0))" } ?? "" }
    self.init(
      width: width, capacity: capacity,
      push: ("\(input)_valid & \(input)_ready\(edge(clocks?.input))", "\(input)_\(data)"),
      pop: ("\(output)_valid", "\(output)_ready\(edge(clocks?.output))", "\(output)_\(data)"))
  }

  /// The property under a name; names of one design differ.
  public func named(_ name: String, _ summary: String, preamble: String = "") -> Property {
    let counts = capacity + pushLanes + popLanes + max(1, latency)
    let bits = Int.bitWidth - counts.leadingZeroBitCount + 1
    let net = Identifier.helperPrefix + name.replacing("-", with: "_")
    let mark = "\(net)_mark"
    let lane = "\(net)_lane"
    let parameters =
      ".WIDTH(\(width)), .PUSH(\(pushLanes)), .POP(\(popLanes)), .CAPACITY(\(capacity)), .LATENCY(\(latency)), "
      + ".THROUGH(\(isThrough ? 1 : 0)), .BITS(\(bits))"
    let usesLane = pushLanes > 1
    return Property(
      name, summary,
      freeInputs: [.init(mark)] + (usesLane ? [.init(lane, width: bits)] : []),
      verilog: """
        \(preamble)
        wire [\(bits - 1):0] \(net)_pushed = \(ProofHarness.inReset) ? 0 : (\(pushCount));
        wire [\(bits - 1):0] \(net)_shown = \(ProofHarness.inReset) ? 0 : (\(shownCount));
        systole_order #(
          \(parameters)
        ) \(net)_order (
          .clock(clock), .in_reset(\(ProofHarness.inReset)), .mark(\(mark)), .lane(\(usesLane ? lane : "\(bits)'d0")),
          .pushed(\(net)_pushed), .push_data(\(pushData)),
          .shown(\(net)_shown), .pop(\(popTaken)), .pop_data(\(popData))
        );

        """)
  }
}
