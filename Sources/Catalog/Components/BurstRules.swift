import Components
import Formal

extension Catalog {
  /// The rules of a burst's address: alignment, length, and the boundary of 4 KiB.
  static func burstRule(_ channel: String, _ shape: BurstShape) -> Property {
    burstRule(
      channel, shape, address: "\(channel)_address", length: "\(channel)_length", valid: "\(channel)_valid")
  }

  static func burstRule(
    _ channel: String, _ shape: BurstShape, address: String, length: String, valid: String
  ) -> Property {
    Property(
      "\(channel)-bursts", "Bursts are aligned to words, not too long, and do not cross a boundary of 4 KiB.",
      verilog: """
        wire [15:0] bytes = (\(length) + 16'd1) * \(shape.wordBytes);
        wire [15:0] offset = \(address)[11:0];
        always @* if (!in_reset & \(valid))
          assert (\(length) < \(shape.maximumBurst) && offset % \(shape.wordBytes) == 0 && offset + bytes <= 4096);
        """)
  }

  /// Of a master that reads: an address is offered unless too many bursts are under way, and words pass when they come.
  static func readRules(_ shape: BurstShape, on streams: BurstStreams) -> [Property] {
    let (ar, r) = (streams.channel("ar"), streams.channel("r"))
    return [
      addressRule("ar", ends: "\(r)valid & \(r)ready & \(r)last", command: streams.readCommand, shape, on: streams),
      Property(
        "r-waits-for-the-taker", "Words of bursts whose addresses have been taken wait for their taker alone.",
        verilog: """
          reg [15:0] under_way = 0;
          always @(posedge clock)
            under_way <= in_reset ? 0 : under_way + (\(ar)valid & \(ar)ready) - (\(r)valid & \(r)ready & \(r)last);
          always @* if (!in_reset) begin
            assert (\(r)ready == (under_way != 0 & \(streams.readData)_ready));
            assert (\(streams.readData)_valid == (under_way != 0 & \(r)valid));
          end
          """),
    ]
  }

  /// Of a master that writes: neither the address nor the words of a burst wait for the other ones to be taken, and its
  /// answer is taken as soon as both have been.
  static func writeRules(_ shape: BurstShape, on streams: BurstStreams) -> [Property] {
    let (aw, w, b) = (streams.channel("aw"), streams.channel("w"), streams.channel("b"))
    return [
      Property(
        "write-never-stands-still",
        "While a command is under way and no burst of it is, an address or the end of the command is offered.",
        verilog: """
          reg is_busy = 0;
          reg [15:0] under_way = 0;
          always @(posedge clock) begin
            is_busy <= !in_reset & (is_busy ? !(\(streams.writeDone)_valid & \(streams.writeDone)_ready)
              : \(streams.writeCommand)_valid & \(streams.writeCommand)_ready);
            under_way <= in_reset ? 0 : under_way + (\(aw)valid & \(aw)ready) - (\(b)valid & \(b)ready);
          end
          always @* if (!in_reset) begin
            assert (under_way <= \(shape.outstanding));
            if (is_busy & under_way == 0) assert (\(aw)valid | \(streams.writeDone)_valid);
          end
          """),
      Property(
        "words-wait-for-no-ready",
        "Words are offered for each burst whose address is or was offered, taken or not, and for no other one.",
        verilog: """
          reg [15:0] ahead = 0;
          reg are_first = 0;
          reg [15:0] sent = 0;
          reg [15:0] owed = 0;
          wire issues = \(aw)valid & \(aw)ready;
          wire sends = \(w)valid & \(w)ready & \(w)last;
          always @(posedge clock) if (in_reset) begin
            ahead <= 0;
            are_first <= 0;
            sent <= 0;
            owed <= 0;
          end else begin
            if (issues & !sends & !are_first) ahead <= ahead + 1;
            else if (sends & !issues & ahead != 0) ahead <= ahead - 1;
            are_first <= issues ? 0 : are_first | (sends & ahead == 0);
            sent <= sends ? 0 : sent + (\(w)valid & \(w)ready);
            owed <= owed + (issues & are_first | sends & (issues | ahead != 0)) - (\(b)valid & \(b)ready);
          end
          always @* if (!in_reset) begin
            assert (\(w)valid == (\(streams.writeData)_valid & (ahead != 0 | (\(aw)valid & !are_first))));
            assert (!\(w)valid | sent < \(shape.maximumBurst));
            assert (\(b)ready == (owed != 0));
          end
          """),
    ]
  }

  /// Addresses of a command are offered one after the other, as long as not too many bursts are under way.
  private static func addressRule(
    _ channel: String, ends: String, command: String, _ shape: BurstShape, on streams: BurstStreams
  ) -> Property {
    let prefix = streams.channel(channel)
    let block = shape.maximumBurst * shape.wordBytes
    return Property(
      "\(channel)-waits-for-no-other-channel",
      "The address of each burst of a command is offered unless \(shape.outstanding) bursts are under way.",
      verilog: """
        reg [\(shape.lengthWidth + 1):0] left = 0;
        reg [15:0] under_way = 0;
        wire [\(shape.lengthWidth + 12):0] last = \(command)_address % \(block) + \(command)_length_less_one;
        wire issues = \(prefix)valid & \(prefix)ready;
        always @(posedge clock) begin
          left <= in_reset ? 0 : \(command)_valid & \(command)_ready ? last / \(block) + 1 : left - issues;
          under_way <= in_reset ? 0 : under_way + issues - (\(ends));
        end
        always @* if (!in_reset) assert (\(prefix)valid == (left != 0 & under_way < \(shape.outstanding)));
        """)
  }
}
