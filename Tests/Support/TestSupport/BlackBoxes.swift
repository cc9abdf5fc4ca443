public import HDL
public import Netlist

/// Adds every item to what it has, modulo 2ʷⁱᵈᵗʰ; written in Verilog, with a software model.
public struct VendorAccumulator: BlackBox {
  public var width = 12
  public var step = 1
  /// Whether `preview` shows the next sum within the cycle.
  public var hasModel = true

  public init(width: Int = 12, step: Int = 1, hasModel: Bool = true) {
    self.width = width
    self.step = step
    self.hasModel = hasModel
  }

  public struct Ports {
    public let item: Input<SInt>
    public let enable: Input<Bit>
    public let sum, preview: Output<SInt>
  }
  public var ports: Ports {
    Ports(item: .init(width), enable: .init(), sum: .init(width), preview: .init(width))
  }

  public var moduleName: String { "vendor_accumulator" }
  public var verilogParameters: [ForeignModule.Parameter] {
    [.init("WIDTH", .integer(width)), .init("STEP", .integer(step)), .init("MODE", "wrapping")]
  }
  public var portNames: [String: String] { ["item": "itemIn"] }
  public var clocking: BlackBoxClocking? { BlackBoxClocking(clock: "clk", reset: "rst_n", .activeLow) }
  public var sources: [BlackBoxSource] { [.text(name: "vendor_accumulator.v", Self.verilog)] }
  public func makeModel() -> (any SoftwareModel)? { hasModel ? Model(step: step) : nil }

  struct Model: SoftwareModel {
    var step: Int
    var sum = 0

    func outputs(for inputs: PortValues) -> PortValues {
      ["sum": sum, "preview": sum &+ inputs["item"] &+ step]
    }
    mutating func step(_ inputs: PortValues) {
      if inputs.isReset {
        sum = 0
      } else if inputs["enable"] == 1 {
        sum = sum &+ inputs["item"] &+ step
      }
    }
  }

  static let verilog = """
    `default_nettype none

    module vendor_accumulator #(
      parameter WIDTH = 8,
      parameter STEP = 0,
      parameter MODE = "none"
    ) (
      input  wire                    clk,
      input  wire                    rst_n,
      input  wire signed [WIDTH-1:0] itemIn,
      input  wire                    enable,
      output wire signed [WIDTH-1:0] sum,
      output wire signed [WIDTH-1:0] preview
    );
      localparam [WIDTH-1:0] INCREMENT = STEP[WIDTH-1:0];
      reg signed [WIDTH-1:0] total;

      assign sum = total;
      assign preview = (MODE == "wrapping") ? total + itemIn + INCREMENT : total;

      always @(posedge clk) begin
        if (!rst_n) begin
          total <= {WIDTH{1'b0}};
        end else if (enable) begin
          total <= preview;
        end
      end
    endmodule

    `default_nettype wire

    """
}

/// Two accumulators of one kind in a chain, and one of another.
public struct BlackBoxChain: DefaultConfigurable {
  public var hasModel = true

  public init() {}
  public init(hasModel: Bool) { self.hasModel = hasModel }

  public struct Ports {
    let item: Input<SInt>
    let enable: Input<Bit>
    let sums: [Output<SInt>]
  }
  public var ports: Ports {
    Ports(item: .init(12), enable: .init(), sums: (0..<3).map { _ in .init(12) })
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    var item = io.item
    for index in 0..<3 {
      let box = m.instance(
        VendorAccumulator(step: index == 2 ? 5 : 1, hasModel: hasModel), "accumulator_\(index)")
      box.item <== item
      box.enable <== io.enable
      item = m.register("item_\(index)", box.preview, reset: 0) ^ box.sum
      io.sums[index] <== item
    }
  }
}
