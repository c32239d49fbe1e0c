// What a caller may pass to a definition, and what comes back.
//
// In:  a checked cascade.
// Out: its tensors and scalars as plain data, for callers, `einfall check` and the module emitter.
// Not here: binding them to values (src/runtime/bind.ts).

import type { Cascade, Expr, Rank, Scalar, Tensor } from "./cascade/cascade.js";
import { formatText } from "./cascade/print/text.js";
import { evaluate } from "./runtime/host-expr.js";
import type { ScalarInfo, TensorInfo } from "./runtime/program.js";
import { toHost } from "./tile/lower/host.js";

const roles: ReadonlySet<string> = new Set(["param", "grad", "state", "input", "in", "out"]);

function isPublic(role: Tensor["role"]): role is TensorInfo["role"] {
  return roles.has(role);
}

export function tensorsOf(cascade: Cascade): readonly TensorInfo[] {
  return [...cascade.tensors.values()].flatMap(({ id, role, ranks, format }) => {
    if (!isPublic(role)) return [];
    const text = formatText(format, ranks, { format: (name) => name });
    return [{ name: id, role, ranks, format: text }];
  });
}

/** Hyper-parameters, statics and static ranks; of an optimizer also `t` and `key`. */
export function scalarsOf(cascade: Cascade): readonly ScalarInfo[] {
  const declared = [...cascade.scalars.values()].filter((scalar) => scalar.role !== "const");
  const ranks = [...cascade.ranks.values()].filter((rank) => rank.extent.kind === "static");
  const infos = [
    ...declared.map((s) => scalarInfo(cascade, s)),
    ...ranks.map((r) => rankInfo(cascade, r)),
  ];
  if (cascade.kind !== "optimizer") return infos;
  const named = new Set(infos.map((info) => info.name));
  const implied = [step, key].filter((info) => !named.has(info.name));
  return [...infos, ...implied];
}

const step: ScalarInfo = { name: "t", default: 1, min: 1, static: false };
const key: ScalarInfo = { name: "key", default: 0, static: false };

function scalarInfo(cascade: Cascade, { id, role, value, low, high }: Scalar): ScalarInfo {
  if (role === "step") return { ...step, name: id };
  const known = valueOf(cascade, value) ?? (role === "key" ? 0 : undefined);
  return {
    name: id,
    default: known,
    ...(low === undefined ? {} : { min: low }),
    ...(high === undefined ? {} : { max: high }),
    static: role === "static",
  };
}

function rankInfo(cascade: Cascade, { id, extent }: Rank): ScalarInfo {
  const value = extent.kind === "static" ? extent.value : undefined;
  return { name: id, default: valueOf(cascade, value), min: 0, static: true };
}

/** The value of an expression that needs no extent; undefined for the others. */
function valueOf(cascade: Cascade, e: Expr | undefined): number | undefined {
  if (e === undefined) return undefined;
  const unknown = () => NaN;
  const scalar = (name: string) => valueOf(cascade, cascade.scalars.get(name)?.value) ?? NaN;
  const names = { size: unknown, scalar, local: unknown, element: unknown };
  const value = evaluate(toHost(cascade, e), names);
  return Number.isNaN(value) ? undefined : value;
}
