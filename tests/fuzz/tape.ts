// A tape of small numbers from which a program is made: the only source of chance.
//
// A generator asks for choices; an exhausted tape gives 0, the simplest choice, for ever. So a
// shorter tape and smaller numbers make a simpler program, and fast-check shrinks tapes by itself.

export class Tape {
  private readonly numbers: readonly number[];
  private at = 0;

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  /** 0 … n-1. */
  below(n: number): number {
    const value = this.numbers[this.at] ?? 0;
    this.at += 1;
    return n <= 1 ? 0 : value % n;
  }

  /** One of `list`; the first is the simplest. */
  of<T>(list: readonly T[]): T {
    const chosen = list[this.below(list.length)];
    if (chosen === undefined) throw new RangeError("nothing to choose from");
    return chosen;
  }

  /** True once in `n` times; an exhausted tape says no. */
  oneIn(n: number): boolean {
    return this.below(n) === n - 1;
  }

  get isOver(): boolean {
    return this.at >= this.numbers.length;
  }
}
