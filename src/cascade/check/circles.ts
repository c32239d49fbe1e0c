// An order in which each thing comes after those that it needs, and the circles that forbid one.
//
// In:  names, and what each needs.
// Out: the order; for each circle one path around it. Not recursive: a chain may be long.

export interface Ordered {
  readonly order: readonly string[];
  /** Paths that end where they begin. */
  readonly circles: readonly (readonly string[])[];
}

export function pathText(circle: readonly string[]): string {
  const shown = circle.length <= 8 ? circle : [...circle.slice(0, 4), "…", ...circle.slice(-3)];
  return shown.join(" → ");
}

export function inOrder(
  names: Iterable<string>,
  needs: (name: string) => Iterable<string>,
): Ordered {
  const order: string[] = [];
  const circles: (readonly string[])[] = [];
  const state = new Map<string, "open" | "done">();
  for (const start of names) {
    if (state.has(start)) continue;
    const path = [{ name: start, rest: needs(start)[Symbol.iterator]() }];
    state.set(start, "open");
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.rest.next();
      if (next.done === true) {
        path.pop();
        state.set(top.name, "done");
        order.push(top.name);
      } else if (!state.has(next.value)) {
        state.set(next.value, "open");
        path.push({ name: next.value, rest: needs(next.value)[Symbol.iterator]() });
      } else if (state.get(next.value) === "open") {
        const names = path.map(({ name }) => name);
        circles.push([...names.slice(names.indexOf(next.value)), next.value]);
      }
    }
  }
  return { order, circles };
}
