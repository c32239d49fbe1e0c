// Index expressions, accesses and predicates of a random program.

import { newInput } from "./inputs.js";
import type { FuzzRank, FuzzTensor, Kind, Scope, Walk } from "./scope.js";
import { readable } from "./scope.js";

/**
 * The text of an access of `tensor` at the variables in scope, or where they do not reach at
 * others.
 */
export function access(scope: Scope, tensor: FuzzTensor): string {
  if (tensor.ranks.length === 0) return tensor.name;
  const used: Walk[] = [];
  const indices = tensor.ranks.map((rank) => index(scope, rank, used));
  return `${tensor.name}[${indices.join(", ")}]`;
}

/** An index along `rank`: most often its own variable. */
function index(scope: Scope, rank: FuzzRank, used: Walk[]): string {
  const { tape, walks } = scope;
  const own = walks.filter((walk) => walk.rank === rank && !used.includes(walk));
  const walk = own.length === 0 ? undefined : tape.of(own);
  if (walk !== undefined) {
    used.push(walk);
    const { variable } = walk;
    switch (tape.below(12)) {
      case 9:
        return tape.of([`${variable} - 1`, `${variable} + 1`, `2 * ${variable}`]);
      case 10:
        return `size(${rank.name}) - 1 - ${variable}`;
      case 11:
        return gathered(scope, rank) ?? variable;
      default:
        return variable;
    }
  }
  const other = walks.filter((one) => one.rank !== rank);
  const choice = tape.below(4);
  if (choice === 1) return gathered(scope, rank) ?? "0";
  if (choice === 2 && other.length > 0) return `${rank.name}(${tape.of(other).variable})`;
  if (choice === 3) return `size(${rank.name}) - 1`;
  return "0";
}

/** An element of an integer tensor that may be used along `rank`. */
function gathered(scope: Scope, rank: FuzzRank): string | undefined {
  const { draft, walks } = scope;
  const reachable = (tensor: FuzzTensor): boolean =>
    tensor.kind === "integer" &&
    (tensor.indexOf === undefined || tensor.indexOf === rank) &&
    tensor.ranks.every((own) => walks.some((walk) => walk.rank === own));
  const found = readable(draft).filter(reachable);
  const tensor = found.length === 0 ? undefined : scope.tape.of(found);
  if (tensor === undefined) return undefined;
  const plain = tensor.ranks.map(
    (own) => walks.find((walk) => walk.rank === own)?.variable ?? own.name,
  );
  return tensor.ranks.length === 0 ? tensor.name : `${tensor.name}[${plain.join(", ")}]`;
}

/** A tensor to read: one with a rank in scope where there is one, a new input at times. */
export function pickTensor(scope: Scope, kind: Kind): FuzzTensor {
  const { draft, tape, walks } = scope;
  const known = readable(draft).filter((tensor) => tensor.kind === kind);
  const inScope = (tensor: FuzzTensor): boolean =>
    tensor.ranks.length === 0 ||
    tensor.ranks.some((rank) => walks.some((walk) => walk.rank === rank));
  const near = known.filter(inScope);
  const isNew = draft.inputs.length < 6 && (near.length === 0 || tape.oneIn(4));
  if (!isNew && known.length > 0) return tape.of(near.length > 0 && !tape.oneIn(12) ? near : known);
  const ranks = [...new Set(walks.map((walk) => walk.rank))];
  const most = Math.min(ranks.length, 3);
  const count = most === 0 ? 0 : 1 + tape.below(most);
  const own = ranks.filter((_, n) => n >= ranks.length - count);
  const extra = tape.oneIn(5) ? [tape.of(draft.ranks)] : [];
  return newInput(draft, tape, distinct([...own, ...extra]), kind);
}

/** The signature introduces a rank once per tensor. */
function distinct(ranks: readonly FuzzRank[]): readonly FuzzRank[] {
  const chosen = [...new Set(ranks)];
  return chosen.reduce((n, rank) => n * rank.extent, 1) <= 4096 ? chosen : chosen.slice(0, 1);
}
