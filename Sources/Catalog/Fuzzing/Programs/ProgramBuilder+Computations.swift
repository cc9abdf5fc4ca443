import HDL
import Netlist

extension ProgramBuilder {
  /// The expression on values.
  func computed(_ computation: Computation, _ values: [Value], type: ValueType) -> Value {
    switch computation {
    case .mux, .select, .concatenate, .sum: chosen(computation, values)
    case .add, .subtract, .multiply, .wrappingAdd, .wrappingSubtract, .wrappingMultiply, .less, .greater, .lessOrEqual,
      .greaterOrEqual, .shiftLeftBySignal, .shiftRightBySignal:
      values[0].kind == .signed
        ? calculated(computation, values[0].signed, values[1])
        : calculated(computation, values[0].unsigned, values[1])
    case .and, .or, .xor, .equal, .notEqual, .not: bitwise(computation, values)
    default: unary(computation, values[0], values.count > 1 ? values[1] : nil)
    }
  }

  private func chosen(_ computation: Computation, _ values: [Value]) -> Value {
    switch computation {
    case .mux:
      let (condition, yes, no) = (values[0].bit, values[1], values[2])
      return switch yes.kind {
      case .bit: Value(mux(condition, yes.bit, no.bit))
      case .unsigned: Value(mux(condition, yes.unsigned, no.unsigned))
      case .signed: Value(mux(condition, yes.signed, no.signed))
      case .bits: Value(mux(condition, yes.vector, no.vector))
      }
    case .select:
      let (index, list) = (values[0].unsigned, Array(values.dropFirst()))
      return switch list[0].kind {
      case .bit: Value(select(index, list.map(\.bit)))
      case .unsigned: Value(select(index, list.map(\.unsigned)))
      case .signed: Value(select(index, list.map(\.signed)))
      case .bits: Value(select(index, list.map(\.vector)))
      }
    case .sum: return values[0].kind == .signed ? Value(sum(values.map(\.signed))) : Value(sum(values.map(\.unsigned)))
    default:
      return Value(
        concatenate(
          values.map { value -> any HDL.Signal in
            switch value.kind {
            case .bit: value.bit
            case .unsigned: value.unsigned
            case .signed: value.signed
            case .bits: value.vector
            }
          }))
    }
  }

  private func calculated(_ computation: Computation, _ a: UInt, _ other: Value) -> Value {
    let b = other.unsigned
    return switch computation {
    case .add: Value(a + b)
    case .subtract: Value(a - b)
    case .multiply: Value(a * b)
    case .wrappingAdd: Value(a &+ b)
    case .wrappingSubtract: Value(a &- b)
    case .wrappingMultiply: Value(a &* b)
    case .less: Value(a .< b)
    case .greater: Value(a .> b)
    case .lessOrEqual: Value(a .<= b)
    case .greaterOrEqual: Value(a .>= b)
    case .shiftLeftBySignal: Value(a &<< b)
    default: Value(a >> b)
    }
  }

  private func calculated(_ computation: Computation, _ a: SInt, _ other: Value) -> Value {
    let b = other.signed
    return switch computation {
    case .add: Value(a + b)
    case .subtract: Value(a - b)
    case .multiply: Value(a * b)
    case .wrappingAdd: Value(a &+ b)
    case .wrappingSubtract: Value(a &- b)
    case .wrappingMultiply: Value(a &* b)
    case .less: Value(a .< b)
    case .greater: Value(a .> b)
    case .lessOrEqual: Value(a .<= b)
    case .greaterOrEqual: Value(a .>= b)
    case .shiftLeftBySignal: Value(a &<< other.unsigned)
    default: Value(a >> other.unsigned)
    }
  }

  private func bitwise(_ computation: Computation, _ values: [Value]) -> Value {
    let (a, b) = (values[0], values.count > 1 ? values[1] : values[0])
    switch (computation, a.kind) {
    case (.not, .bit): return Value(!a.bit)
    case (.not, .unsigned): return Value(~a.unsigned)
    case (.not, .signed): return Value(~a.signed)
    case (.not, .bits): return Value(~a.vector)
    case (.and, .bit): return Value(a.bit & b.bit)
    case (.and, .unsigned): return Value(a.unsigned & b.unsigned)
    case (.and, .signed): return Value(a.signed & b.signed)
    case (.and, .bits): return Value(a.vector & b.vector)
    case (.or, .bit): return Value(a.bit | b.bit)
    case (.or, .unsigned): return Value(a.unsigned | b.unsigned)
    case (.or, .signed): return Value(a.signed | b.signed)
    case (.or, .bits): return Value(a.vector | b.vector)
    case (.xor, .bit): return Value(a.bit ^ b.bit)
    case (.xor, .unsigned): return Value(a.unsigned ^ b.unsigned)
    case (.xor, .signed): return Value(a.signed ^ b.signed)
    case (.xor, .bits): return Value(a.vector ^ b.vector)
    case (.equal, .bit): return Value(a.bit .== b.bit)
    case (.equal, .unsigned): return Value(a.unsigned .== b.unsigned)
    case (.equal, .signed): return Value(a.signed .== b.signed)
    case (.equal, .bits): return Value(a.vector .== b.vector)
    case (_, .bit): return Value(a.bit .!= b.bit)
    case (_, .unsigned): return Value(a.unsigned .!= b.unsigned)
    case (_, .signed): return Value(a.signed .!= b.signed)
    case (_, .bits): return Value(a.vector .!= b.vector)
    }
  }

  private func unary(_ computation: Computation, _ value: Value, _ index: Value?) -> Value {
    switch (computation, value.kind) {
    case (.negate, _): Value(-value.signed)
    case (.isNegative, _): Value(value.signed.isNegative)
    case (.asUnsigned, .bit): Value(value.bit.asUnsigned)
    case (.asBits, .bit): Value(value.bit.asBits)
    case (.saturate(let width), .signed): Value(value.signed.saturated(to: width))
    case (.saturate(let width), _): Value(value.unsigned.saturated(to: width))
    case (.shiftLeft(let count), .signed): Value(value.signed << count)
    case (.shiftLeft(let count), _): Value(value.unsigned << count)
    case (.shiftRight(let count), .signed): Value(value.signed >> count)
    case (.shiftRight(let count), _): Value(value.unsigned >> count)
    case (_, .signed): vector(computation, value.signed, .signed, index)
    case (_, .bits): vector(computation, value.vector, .bits, index)
    case (_, _): vector(computation, value.unsigned, .unsigned, index)
    }
  }

  /// What every vector has.
  private func vector(
    _ computation: Computation, _ value: some VectorSignal, _ kind: SignalKind, _ index: Value?
  ) -> Value {
    switch computation {
    case .bit(let index): Value(value[index])
    case .bitBySignal: Value(value[index?.unsigned ?? 0])
    case .slice(let low, let width): Value(value[low..<low + width])
    case .truncate(let width): Value(kind, value.truncated(to: width))
    case .extend(let width): Value(kind, value.extended(to: width))
    case .all: Value(value.all)
    case .any: Value(value.any)
    case .parity: Value(value.parity)
    case .asUnsigned: Value(value.asUnsigned)
    case .asSigned: Value(value.asSigned)
    default: Value(value.asBits)
    }
  }
}
