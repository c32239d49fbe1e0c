// The parts of an expression, and how deep it is — measured without recursion.

import { unreachable } from "./span.js";
import type {
  Argument, Expression, FormatReference, Parameter, Statement, Target, TensorDeclaration,
} from "./syntax.js";

/** The expressions directly inside of `e`. */
export function parts(e: Expression): readonly Expression[] {
  switch (e.kind) {
    case "number":
    case "boolean":
    case "name":
    case "field":
    case "gradient": return [];
    case "access":   return e.indices;
    case "call":     return e.arguments.map((argument) => argument.value);
    case "reduce":   return e.arguments;
    case "unary":    return [e.operand];
    case "binary":   return [e.left, e.right];
    case "as":       return [e.operand, ...values(e.format.arguments)];
    case "in":       return [e.operand];
    case "table":    return e.entries;
    case "group":    return [e.inner];
    case "await":    return e.from === undefined ? [e.input] : [e.input, e.from];
    default:         return unreachable(e);
  }
}

function values(list: readonly Argument[]): readonly Expression[] {
  return list.map((argument) => argument.value);
}

/** Whether a leaf of one of `roots` lies deeper than `limit`. */
export function isDeeper(roots: readonly Expression[], limit: number): boolean {
  let level = roots;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= limit) return true;
    level = level.flatMap(parts);
  }
  return false;
}

/** The expressions of a declaration: its value, and its format's arguments. */
export function expressionsOfTensor(tensor: TensorDeclaration): readonly Expression[] {
  return [...(tensor.value === undefined ? [] : [tensor.value]), ...ofFormat(tensor.format)];
}

function ofFormat(format: FormatReference | undefined): readonly Expression[] {
  return format === undefined ? [] : values(format.arguments);
}

/** The expressions of a parameter: its default, its range, its format's arguments. */
export function expressionsOfParameter(p: Parameter): readonly Expression[] {
  if (p.kind === "tensor") return expressionsOfTensor(p.tensor);
  const value = p.value === undefined ? [] : [p.value];
  if (p.kind === "rank") return value;
  const range = p.range === undefined ? [] : [p.range.low, p.range.high];
  return [...value, ...range, ...ofFormat(p.format)];
}

/** The expressions of a statement, those of its blocks apart. */
export function expressionsOf(s: Statement): readonly Expression[] {
  switch (s.kind) {
    case "declare":       return s.tensors.flatMap(expressionsOfTensor);
    case "assign":        return [s.value, ...s.targets.flatMap(ofTarget)];
    case "store":         return [s.value, ...expressionsOfTensor(s.tensor)];
    case "read":
    case "rank":          return [s.value];
    case "const":         return s.constants.map((constant) => constant.value);
    case "split":         return [s.factor];
    case "expect":        return s.conditions;
    case "orient":
    case "when":          return [s.condition];
    case "every":         return [s.count];
    case "repeat":        return s.until === undefined ? [s.count] : [s.count, s.until];
    case "index":
    case "numerics":
    case "deterministic":
    case "shard":
    case "scan":          return [];
    default:              return unreachable(s);
  }
}

function ofTarget(target: Target): readonly Expression[] {
  return [...target.indices, ...ofFormat(target.format)];
}
