// What an equation does with its value: a register, a store, a masked store.
//
// In:  an equation of a launch and its value.
// Out: operations; later reads at the point get the value as its format keeps it.
// Not here: how the value is computed (expression.ts).

import type { ElementFormat } from "../../runtime/executable.js";
import type { Equation } from "../../schedule/plan.js";
import type { TileExpr } from "../tile.js";
import { typeOfFormat } from "../types.js";
import { lowerExpr, lowerIndices, withoutImplied } from "./expression.js";
import { afterStore, elementFormat } from "./formats.js";
import type { Launch, Value } from "./launch.js";
import { both, constant, convert, isTrue, select, type Condition } from "./tile-expr.js";

/** An elementwise equation, at every point of the axes open. */
export function lowerEquation(launch: Launch, eq: Equation): void {
  assign(launch, eq, lowerExpr(launch, eq.value));
}

export function assign(launch: Launch, eq: Equation, lowered: Value): void {
  const tensor = launch.tensor(eq.target);
  const format = elementFormat(tensor.format);
  const given = saturated(format, convert(lowered.value, typeOfFormat(format)));
  const { value, present } = settle(launch, eq, given, withoutImplied(launch, lowered.present));
  const local = launch.builder.bind(value, eq.target);
  const isLet = tensor.role === "let" || tensor.role === "const";
  if (isLet && !launch.plan.stored.has(eq.target)) {
    launch.forward(eq.target, eq.indices, { value: rounded(launch, eq, local), present });
    return;
  }
  if (eq.isLet) introduce(launch, eq, local, present);
  else update(launch, eq, local, present);
}

/** Integers stop at the bounds of a narrower format; a store alone would cut off bits. */
function saturated(format: ElementFormat, value: TileExpr): TileExpr {
  return typeOfFormat(format) === "i32" ? afterStore(format, value) : value;
}

/** An index that is absent is stored as the extent, and so is present. */
function settle(launch: Launch, eq: Equation, value: TileExpr, present: Condition): Value {
  const { format } = launch.tensor(eq.target);
  if (format.kind !== "index" || present === undefined || !eq.isLet) return { value, present };
  const size: TileExpr = { kind: "size", size: launch.extent([format.rank]) };
  return { value: select(present, value, size), present: undefined };
}

function rounded(launch: Launch, eq: Equation, value: TileExpr): TileExpr {
  const format = elementFormat(launch.tensor(eq.target).format);
  if (typeOfFormat(format) !== "f32") return value;
  return launch.builder.bind(afterStore(format, value), `${eq.target}_stored`);
}

/** The first value of a tensor: nothing is kept. An absent point of an output is 0. */
function introduce(launch: Launch, eq: Equation, value: TileExpr, present: Condition): void {
  const tensor = launch.tensor(eq.target);
  const isOutput = tensor.role === "out" || tensor.role === "state";
  const zero = constant(typeOfFormat(elementFormat(tensor.format)), 0);
  const isPointwise = launch.plan.absences.get(eq.target)?.pointwise === true;
  const isAsked = present !== undefined && (isOutput || isPointwise);
  const here = isAsked ? launch.builder.bind(present, `${eq.target}_here`) : undefined;
  if (isPointwise) storeCompanion(launch, eq, here ?? isTrue, undefined);
  const stored = isOutput ? launch.builder.bind(select(here, value, zero), eq.target) : value;
  store(launch, eq, stored, undefined); // absent points too, so that reading needs no mask
  launch.forward(eq.target, eq.indices, { value: rounded(launch, eq, value), present });
}

/** Present points are written, the others keep what they had. */
function update(launch: Launch, eq: Equation, value: TileExpr, present: Condition): void {
  const { builder } = launch;
  const here = present === undefined ? undefined : builder.bind(present, `${eq.target}_here`);
  const isPointwise = launch.plan.absences.get(eq.target)?.pointwise === true;
  const before = here === undefined || isPointwise ? undefined : valueBefore(launch, eq);
  if (isPointwise) storeCompanion(launch, eq, isTrue, here);
  store(launch, eq, value, here);
  if (here === undefined) {
    launch.forward(eq.target, eq.indices, {
      value: rounded(launch, eq, value),
      present: undefined,
    });
  } else if (before !== undefined) {
    const merged = builder.bind(select(here, rounded(launch, eq, value), before), eq.target);
    launch.forward(eq.target, eq.indices, { value: merged, present: undefined });
  } else launch.forgetForward(eq.target);
}

/** What the target holds at the point, if that is known without another load. */
function valueBefore(launch: Launch, eq: Equation): TileExpr | undefined {
  const indices = eq.indices.map(
    (variable) => ({ kind: "index", variable, type: "integer", at: eq.at }) as const,
  );
  const forwarded = launch.forwarded(eq.target, indices);
  if (forwarded !== undefined) return forwarded.present === undefined ? forwarded.value : undefined;
  const lowered = lowerIndices(launch, eq.target, indices);
  if (lowered.inside !== undefined) return undefined;
  const buffer = launch.buffer(eq.target, "write");
  const type = typeOfFormat(elementFormat(launch.tensor(eq.target).format));
  return launch.builder.bound({
    kind: "load",
    buffer,
    type,
    indices: lowered.indices,
    where: undefined,
  });
}

function store(launch: Launch, eq: Equation, value: TileExpr, where: Condition): void {
  emitStore(launch, eq, launch.buffer(eq.target, "write"), value, where);
}

function storeCompanion(launch: Launch, eq: Equation, value: TileExpr, where: Condition): void {
  emitStore(launch, eq, launch.companion(eq.target, "write"), value, where);
}

function emitStore(
  launch: Launch,
  eq: Equation,
  buffer: string,
  value: TileExpr,
  where: Condition,
): void {
  const indices = eq.indices.map(
    (variable) => ({ kind: "index", variable, type: "integer", at: eq.at }) as const,
  );
  const lowered = lowerIndices(launch, eq.target, indices);
  const { builder } = launch;
  const inside = lowered.inside === undefined ? undefined : builder.bind(lowered.inside, "inside");
  builder.emit({
    kind: "store",
    buffer,
    indices: lowered.indices,
    value,
    where: both(where, inside),
  });
  builder.forget(buffer);
}
