/// Functions that the simulation bodies of analog macros have in common, in Verilog: random words by address, and rounding.
///
/// They stand in a module that declares `INCREMENT`, the constant of `CounterNoise`. Each is automatic and kept apart by Verilator, so
/// that a body with many uses stays small.
public enum CounterNoiseVerilog {
  /// `mix`, `word` and `rounded`, indented by two.
  public static let functions = #"""
      // The finaliser of splitmix64.
      function automatic [63:0] mix(input [63:0] value);
        /* verilator no_inline_task */
        reg [63:0] a, b;
        begin
          a = (value ^ (value >> 30)) * 64'hBF58476D1CE4E5B9;
          b = (a ^ (a >> 27)) * 64'h94D049BB133111EB;
          mix = b ^ (b >> 31);
        end
      endfunction

      function automatic [63:0] word(input [63:0] start, input [31:0] first, input [31:0] second);
        /* verilator no_inline_task */
        word = mix(start + INCREMENT * {first, second});
      endfunction

      // To nearest, ties to even; as it is where nothing is shifted.
      function automatic signed [63:0] rounded(input signed [63:0] value, input integer shift);
        /* verilator no_inline_task */
        reg signed [63:0] floor;
        reg [63:0] rest, half;
        begin
          floor = value >>> shift;
          rest = value & ((64'd1 << shift) - 64'd1);
          half = (64'd1 << shift) >> 1;
          rounded = floor + ((shift != 0 && (rest > half || rest == half && floor[0])) ? 64'sd1 : 64'sd0);
        end
      endfunction
    """#
}
