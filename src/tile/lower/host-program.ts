// A plan as host operations, tile programs and tensors of one variant.
//
// In:  a plan and the names its kernels get.
// Out: a Variant without kernels, and the programs that its launches name.
// Not here: what a launch does (sweep.ts, contract.ts); scalars and variants (index.ts).

import type { Cascade, RankId, Tensor, TensorId } from "../../cascade/cascade.js";
import { sizesOf } from "../../cascade/walk.js";
import type { HostExpr, HostOp, RankSpec, TensorSpec, Variant } from "../../runtime/executable.js";
import type { Group, Move, Plan, PlanLeaf, Region, Step } from "../../schedule/plan.js";
import { leaves } from "../../schedule/region.js";
import type { TileProgram, TileSize } from "../tile.js";
import { lowerContract } from "./contract.js";
import { elementFormat } from "./formats.js";
import { hostCeilDiv, hostNumber, toHost } from "./host.js";
import { companionOf } from "./launch.js";
import { equationsOf } from "./nest.js";
import type { Piece, Temporary } from "./split.js";
import { lowerSweep } from "./sweep.js";

type Space = "param" | "shared";
export type VariantBody = Omit<Variant, "condition" | "checks" | "kernels">;

export interface HostProgram {
  readonly variant: VariantBody;
  readonly programs: readonly TileProgram[];
}

export function hostProgram(plan: Plan, name: string): HostProgram {
  const writer = new HostWriter(plan, name);
  const clears = writer.clears();
  const steps = [...clears, ...writer.region(plan.steps)];
  const initial = plan.initial.map((one) => ({
    tensor: one.tensor,
    ops: writer.region(one.steps),
  }));
  const ranks = ranksOf(plan.cascade);
  const tensors = [...tensorsOf(plan), ...writer.temporaries()];
  return { variant: { ranks, tensors, initial, steps }, programs: writer.programs };
}

class HostWriter {
  readonly programs: TileProgram[] = [];
  private readonly made: (Temporary & { readonly space: Space })[] = [];
  private readonly plan: Plan;
  private readonly name: string;
  private readonly taken = new Set<string>();

  constructor(plan: Plan, name: string) {
    this.plan = plan;
    this.name = name;
  }

  region(region: Region<PlanLeaf>): readonly HostOp[] {
    return region.flatMap((step) => this.step(step));
  }

  /** What must hold 0 before anything else runs. */
  clears(): readonly HostOp[] {
    const { cleared, absences } = this.plan;
    return [...cleared].flatMap((id): readonly HostOp[] => {
      const space = this.spaceOf(id);
      const fill: HostOp = { kind: "fill", tensor: id, value: 0, space };
      if (absences.get(id)?.pointwise !== true) return [fill];
      return [fill, { kind: "fill", tensor: companionOf(id), value: 0, space }];
    });
  }

  temporaries(): readonly TensorSpec[] {
    return this.made.map(({ name, format, dims, space }) => {
      const rest = { ranks: dims.map(() => "chunk"), value: undefined, data: undefined };
      return { name, role: "temporary", dims, format, space, ...rest };
    });
  }

  private step(step: Step<PlanLeaf>): readonly HostOp[] {
    const { cascade } = this.plan;
    switch (step.kind) {
      case "leaf":
        return step.leaf.kind === "move" ? this.move(step.leaf) : this.group(step.leaf);
      case "scan": {
        const rank = cascade.variables.get(step.variable)?.rank ?? step.variable;
        const { variable, backwards } = step;
        const count: HostExpr = { kind: "size", rank };
        return [
          {
            kind: "loop",
            variable,
            count,
            backwards,
            until: undefined,
            body: this.region(step.body),
          },
        ];
      }
      case "repeat": {
        const tested = step.until;
        const until =
          tested === undefined
            ? undefined
            : { before: this.region(tested.before), condition: toHost(cascade, tested.condition) };
        const { variable } = step;
        const count = toHost(cascade, step.count);
        return [
          { kind: "loop", variable, count, backwards: false, until, body: this.region(step.body) },
        ];
      }
      case "when": {
        const condition = toHost(cascade, step.condition);
        const then = this.region(step.then);
        return [{ kind: "if", condition, then, otherwise: this.region(step.otherwise) }];
      }
    }
  }

  /** A let gives its place away; what the caller sees is copied. */
  private move({ from, to }: Move): readonly HostOp[] {
    const { cascade, absences } = this.plan;
    const space = this.spaceOf(to);
    const isLet = cascade.tensors.get(to)?.role === "let";
    const op: HostOp = isLet
      ? { kind: "swap", a: to, b: from, space }
      : { kind: "copy", from, to, space };
    if (absences.get(to)?.pointwise !== true) return [op];
    return [op, { kind: "fill", tensor: companionOf(to), value: 1, space }];
  }

  private group(group: Group): readonly HostOp[] {
    const name = this.fresh(`${this.name}_${this.programs.length}`);
    const pieces: readonly Piece[] =
      group.kind === "sweep"
        ? lowerSweep(this.plan, group, name)
        : [{ program: lowerContract(this.plan, group, name), temporaries: [] }];
    const space = this.spaceOf(targetOf(group));
    return pieces.map(({ program, temporaries }) => {
      this.programs.push(program);
      for (const one of temporaries) this.addTemporary(one, space);
      return launchOp(program, space);
    });
  }

  /** One launch's own memory; launches of one name share it, for they never need it at once. */
  private addTemporary(one: Temporary, space: Space): void {
    if (this.made.every(({ name }) => name !== one.name)) this.made.push({ ...one, space });
  }

  private fresh(base: string): string {
    let name = base;
    for (let n = 2; this.taken.has(name); n++) name = `${base}_${n}`;
    this.taken.add(name);
    return name;
  }

  private spaceOf(id: TensorId): Space {
    return this.plan.spaces.get(id) === "shared" ? "shared" : "param";
  }
}

function targetOf(group: Group): TensorId {
  const equations =
    group.kind === "sweep" ? equationsOf(group) : group.sums.map((sum) => sum.equation);
  const [first] = equations;
  if (first === undefined) throw new Error("internal: a launch of nothing");
  return first.target;
}

function launchOp(program: TileProgram, space: Space): HostOp {
  const sizes = new Map(program.sizes.map(({ name, value }) => [name, value]));
  const extent = (size: TileSize): HostExpr => {
    const found = size.kind === "size" ? sizes.get(size.name) : hostNumber(size.value);
    if (found === undefined) throw new Error(`internal: no size in ${program.name}`);
    return found;
  };
  return {
    kind: "launch",
    kernel: program.name,
    space,
    buffers: program.buffers.map((buffer) => buffer.tensor),
    sizes: program.sizes.map((size) => size.value),
    scalars: program.scalars.map((scalar) => scalar.value),
    grid: program.grid.map(({ end, tile }) => hostCeilDiv(extent(end), tile)),
  };
}

/** Ranks so that each one's value names only those before it. */
function ranksOf(cascade: Cascade): readonly RankSpec[] {
  const ordered: RankSpec[] = [];
  const done = new Set<RankId>();
  const visit = (id: RankId): void => {
    const rank = cascade.ranks.get(id);
    if (rank === undefined || done.has(id)) return;
    done.add(id);
    const { extent } = rank;
    const value = extent.kind === "free" ? undefined : extent.value;
    if (value !== undefined) for (const other of sizesOf(value)) visit(other);
    const host = value === undefined ? undefined : toHost(cascade, value);
    ordered.push({ name: id, isStatic: extent.kind === "static", value: host });
  };
  for (const id of cascade.ranks.keys()) if (id !== "params") visit(id);
  return ordered;
}

function tensorsOf(plan: Plan): readonly TensorSpec[] {
  const used = new Set(
    [...leaves(plan.steps), ...plan.initial.flatMap((one) => [...leaves(one.steps)])].flatMap(
      (leaf) => (leaf.kind === "move" ? [leaf.from, leaf.to] : []),
    ),
  );
  return [...plan.cascade.tensors.values()].flatMap((tensor) => {
    const isLet = tensor.role === "let" || tensor.role === "const";
    if (tensor.role === "store") return [];
    if (isLet && !plan.stored.has(tensor.id) && !used.has(tensor.id)) return [];
    const spec = specOf(plan, tensor);
    if (plan.absences.get(tensor.id)?.pointwise !== true) return [spec];
    const here = { role: "temporary", format: "bool", value: undefined } as const;
    return [spec, { ...spec, ...here, name: companionOf(tensor.id) }];
  });
}

function specOf(plan: Plan, tensor: Tensor): TensorSpec {
  const { cascade, spaces } = plan;
  const isLet = tensor.role === "let" || tensor.role === "const" || tensor.role === "store";
  const value =
    tensor.role === "in" && tensor.value !== undefined ? toHost(cascade, tensor.value) : undefined;
  return {
    name: tensor.id,
    role: isLet ? "temporary" : (tensor.role as TensorSpec["role"]),
    ranks: tensor.ranks,
    dims: tensor.ranks.map((rank) => ({ kind: "size", rank })),
    format: elementFormat(tensor.format),
    space: spaces.get(tensor.id) ?? "param",
    value,
    data: undefined,
  };
}
