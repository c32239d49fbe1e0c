// Types of a tile program fit together.
//
// In:  a tile program.
// Out: one line for each expression that has another type than the place it stands in.
// Not here: whether names are defined (names.ts).

import { unreachable } from "../../../grammar/span.js";
import { printTileExpr } from "../print.js";
import type {
  StateOp,
  TileExpr,
  TileMap,
  TileMonoid,
  TileOp,
  TileProgram,
  TileType,
} from "../tile.js";
import { typeOfFormat, typeOfTile } from "../types.js";
import { tileNodes } from "../walk.js";
import { visitOps, type VerifyScope } from "./scope.js";

/** What one operation takes; `same`: all of one type, which is the result's too. */
type Signature =
  | { readonly kind: "same"; readonly count: number; readonly of: readonly TileType[] }
  | { readonly kind: "compare" }
  | { readonly kind: "select" }
  | { readonly kind: "fixed"; readonly from: readonly TileType[]; readonly to: TileType };

const numeric: readonly TileType[] = ["f32", "i32"];
const same = (count: number, ...of: readonly TileType[]): Signature => ({
  kind: "same",
  count,
  of,
});

function signatureOf(op: TileMap): Signature {
  switch (op) {
    case "add":
    case "sub":
    case "mul":
    case "min":
    case "max":
    case "pow":
      return same(2, ...numeric);
    case "neg":
    case "abs":
    case "sign":
      return same(1, ...numeric);
    case "div":
      return same(2, "f32");
    case "sqrt":
    case "floor":
    case "ceil":
    case "round":
    case "exp":
    case "log":
    case "log2":
    case "sin":
    case "cos":
    case "tanh":
    case "erf":
    case "sigmoid":
    case "softplus":
    case "logsigmoid":
    case "silu":
    case "gelu":
    case "roundTo.bf16":
    case "roundTo.f16":
    case "roundTo.f8e4m3":
    case "roundTo.f8e5m2":
      return same(1, "f32");
    case "floordiv":
    case "mod":
    case "shr":
    case "shl":
    case "bitand":
    case "bitor":
    case "bitxor":
      return same(2, "i32");
    case "and":
    case "or":
      return same(2, "bool");
    case "not":
      return same(1, "bool");
    case "eq":
    case "ne":
    case "lt":
    case "le":
    case "gt":
    case "ge":
      return { kind: "compare" };
    case "select":
      return { kind: "select" };
    case "isfinite":
      return { kind: "fixed", from: ["f32"], to: "bool" };
    case "toF32":
      return { kind: "fixed", from: ["i32", "bool"], to: "f32" };
    case "toI32":
      return { kind: "fixed", from: ["f32", "bool"], to: "i32" };
    default:
      return unreachable(op);
  }
}

/** Everything that is of a wrong type, with where it stands. */
export function checkTypes(program: TileProgram): readonly string[] {
  const problems: string[] = [];
  visitOps(program, (op, scope) => {
    const types = typesIn(program, scope);
    for (const [e, want, place] of typedPlaces(op, program, scope)) {
      if (typeOfTile(e) !== want) {
        problems.push(`${place}: ${printTileExpr(e)} is ${typeOfTile(e)}, not ${want}`);
      }
      for (const node of tileNodes(e)) problems.push(...checkNode(node, types, place));
    }
    if (op.kind === "state") problems.push(...checkMonoid(op, types));
  });
  return problems;
}

/** The type of a name: `local x`, `buffer x`, `result s 0`. */
type Types = (what: string) => TileType | undefined;

function typesIn(program: TileProgram, scope: VerifyScope): Types {
  return (what) => {
    const [kind, name = "", index] = what.split(" ");
    if (kind === "buffer") {
      const buffer = program.buffers.find((b) => b.name === name);
      return buffer === undefined ? undefined : typeOfFormat(buffer.format);
    }
    if (kind === "scalar") return program.scalars.find((s) => s.name === name)?.type;
    if (kind === "result") return scope.states.get(name)?.monoid.finish[Number(index)]?.type;
    return scope.lets.get(name)?.type ?? scope.stages.get(name)?.type;
  };
}

type Place = readonly [TileExpr, TileType, string];

function typedPlaces(op: TileOp, program: TileProgram, scope: VerifyScope): readonly Place[] {
  const masked = (where: TileExpr | undefined, place: string): readonly Place[] =>
    where === undefined ? [] : [[where, "bool", `${place} where`]];
  switch (op.kind) {
    case "let":
    case "stage":
      return [[op.value, op.type, `${op.kind} ${op.name}`]];
    case "loop":
      return [op.from, op.to].map((e): Place => [e, "i32", `loop ${op.axis}`]);
    case "merge":
      return [
        ...op.args.map((e): Place => [e, typeOfTile(e), `merge ${op.state}`]),
        ...argTypes(op.args, scope.states.get(op.state)),
        ...masked(op.where, `merge ${op.state}`),
      ];
    case "store": {
      const format = program.buffers.find((b) => b.name === op.buffer)?.format;
      const place = `store ${op.buffer}`;
      const type = format === undefined ? typeOfTile(op.value) : typeOfFormat(format);
      return [
        ...op.indices.map((e): Place => [e, "i32", place]),
        [op.value, type, place],
        ...masked(op.where, place),
      ];
    }
    case "barrier":
    case "state":
    case "dot":
      return [];
    default:
      return unreachable(op);
  }
}

/** Arguments have the types that the lift's locals say. */
function argTypes(args: readonly TileExpr[], state: StateOp | undefined): readonly Place[] {
  const locals = state?.monoid.lift.flatMap((e) => [...tileNodes(e)]) ?? [];
  return args.flatMap((arg, n) =>
    locals.flatMap((node): readonly Place[] =>
      node.kind === "local" && node.name === `arg${n}`
        ? [[arg, node.type, `merge ${state?.name ?? ""}, argument ${n}`]]
        : [],
    ),
  );
}

function checkNode(node: TileExpr, types: Types, place: string): readonly string[] {
  const known = (what: string): readonly string[] => {
    const type = types(what);
    const is = typeOfTile(node);
    return type === undefined || type === is
      ? []
      : [`${place}: ${printTileExpr(node)} is ${type}, read as ${is}`];
  };
  switch (node.kind) {
    case "local":
      return known(`local ${node.name}`);
    case "scalar":
      return known(`scalar ${node.name}`);
    case "result":
      return known(`result ${node.state} ${node.index}`);
    case "load":
      return [
        ...known(`buffer ${node.buffer}`),
        ...wrong(node.indices, "i32", place),
        ...wrong(node.where === undefined ? [] : [node.where], "bool", place),
      ];
    case "philox":
      return wrong([...node.key, ...node.counters], "i32", place);
    case "map":
      return checkMap(node, place);
    case "const":
      return checkConstant(node, place);
    default:
      return [];
  }
}

function wrong(list: readonly TileExpr[], want: TileType, place: string): readonly string[] {
  return list
    .filter((e) => typeOfTile(e) !== want)
    .map((e) => `${place}: ${printTileExpr(e)} is ${typeOfTile(e)}, not ${want}`);
}

function checkConstant(
  { type, value }: { readonly type: TileType; readonly value: number },
  place: string,
): readonly string[] {
  const isExact =
    type === "f32"
      ? Number.isFinite(value) && Math.fround(value) === value
      : type === "i32"
        ? (value | 0) === value
        : value === 0 || value === 1;
  return isExact ? [] : [`${place}: ${value} is no ${type}`];
}

function checkMap(e: Extract<TileExpr, { kind: "map" }>, place: string): readonly string[] {
  const problem = [`${place}: ${printTileExpr(e)} does not fit ${e.op}`];
  const signature = signatureOf(e.op);
  const types = e.args.map(typeOfTile);
  const [a, b, c] = types;
  const fits = ((): boolean => {
    switch (signature.kind) {
      case "same":
        return (
          types.length === signature.count &&
          signature.of.includes(e.type) &&
          types.every((type) => type === e.type)
        );
      case "compare":
        return types.length === 2 && a === b && e.type === "bool";
      case "select":
        return types.length === 3 && a === "bool" && b === c && e.type === b;
      case "fixed":
        return (
          types.length === 1 &&
          a !== undefined &&
          signature.from.includes(a) &&
          e.type === signature.to
        );
      default:
        return unreachable(signature);
    }
  })();
  return fits ? [] : problem;
}

function checkMonoid({ name, monoid }: StateOp, types: Types): readonly string[] {
  const place = `state ${name}`;
  const fieldTypes = monoid.fields.map((field) => field.type);
  return [
    ...checkFields(monoid.lift, fieldTypes, `${place}, lift`, lifted(types)),
    ...checkFields(
      monoid.merge,
      fieldTypes,
      `${place}, merge`,
      fieldsOf(monoid, types, "a.", "b."),
    ),
    ...checkFields(
      monoid.finish.map((f) => f.value),
      monoid.finish.map((f) => f.type),
      `${place}, finish`,
      fieldsOf(monoid, types, ""),
    ),
  ];
}

/** Arguments are checked where points are merged. */
const lifted =
  (types: Types): Types =>
  (what) =>
    what.startsWith("local arg") ? undefined : types(what);

function fieldsOf(monoid: TileMonoid, types: Types, ...prefixes: readonly string[]): Types {
  const fields = new Map(
    prefixes.flatMap((prefix) => monoid.fields.map((f) => [`local ${prefix}${f.name}`, f.type])),
  );
  return (what) => fields.get(what) ?? types(what);
}

function checkFields(
  values: readonly TileExpr[],
  want: readonly TileType[],
  place: string,
  types: Types,
): readonly string[] {
  if (values.length !== want.length) {
    return [`${place}: ${values.length} values for ${want.length} fields`];
  }
  return values.flatMap((e, n) => [
    ...wrong([e], want[n] ?? "f32", place),
    ...[...tileNodes(e)].flatMap((node) => checkNode(node, types, place)),
  ]);
}
