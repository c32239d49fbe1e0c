// Chevrotain rules of single statements, and of what stands before a block's `{`.

import type { IToken } from "chevrotain";
import { diagnose } from "./codes.js";
import { ExpressionRules, type Rule } from "./rules-expression.js";
import { join, type Span } from "./span.js";
import type {
  Dimension, Expression, FormatReference, Name, Statement, Target, TensorDeclaration,
} from "./syntax.js";
import * as T from "./tokens.js";

type Kind<K extends Statement["kind"]> = Extract<Statement, { readonly kind: K }>;
type Role = Kind<"declare">["role"];

/** A statement whose block is still to come: its body is empty. */
export type BlockHead = Kind<"repeat" | "scan" | "every" | "when">;

export class StatementRules extends ExpressionRules {
  /** From a token to the last of the statement. */
  protected sinceToken(token: IToken): Span {
    return join(this.at(token), this.at(this.LA(0)));
  }

  private since(at: Span): Span {
    return join(at, this.at(this.LA(0)));
  }

  readonly statement: Rule<Statement | undefined> = this.RULE("statement", () =>
    this.OR<Statement | undefined>({
      DEF: [
        { ALT: () => this.SUBRULE(this.declare) },
        { ALT: () => this.SUBRULE(this.store) },
        { ALT: () => this.SUBRULE(this.read) },
        { ALT: () => this.SUBRULE(this.constants) },
        { ALT: () => this.SUBRULE(this.index) },
        { ALT: () => this.SUBRULE(this.rank) },
        { ALT: () => this.SUBRULE(this.split) },
        { ALT: () => this.SUBRULE(this.expect) },
        { ALT: () => this.SUBRULE(this.orient) },
        { ALT: () => this.SUBRULE(this.shard) },
        { ALT: () => this.SUBRULE(this.numerics) },
        { ALT: () => this.deterministic(this.CONSUME(T.Words.deterministic)) },
        { ALT: () => this.SUBRULE(this.assign) },
      ],
      ERR_MSG: "a statement",
    }));

  private deterministic(token: IToken): Statement {
    return { kind: "deterministic", at: this.at(token) };
  }

  /** `state m[i] : f32 @ host = 0, v[i]` */
  private readonly declare: Rule<Statement> = this.RULE("declare", () => {
    const first = this.LA(1);
    const role = this.OR<Role>([
      { ALT: () => this.role(this.CONSUME(T.Words.param), "param") },
      { ALT: () => this.role(this.CONSUME(T.Words.grad), "grad") },
      { ALT: () => this.role(this.CONSUME(T.Words.input), "input") },
      { ALT: () => this.role(this.CONSUME(T.Words.state), "state") },
      { ALT: () => this.role(this.CONSUME(T.Words.shared), "shared") },
    ]);
    const tensors: TensorDeclaration[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => tensors.push(this.SUBRULE(this.tensor)) });
    return this.ACTION((): Statement => {
      return { kind: "declare", role, tensors, at: this.sinceToken(first) };
    });
  });

  private role(_word: IToken, role: Role): Role {
    return role;
  }

  /** `A[i, k in i] : bf16 along k @ host = 0`, everything after the name as wanted. */
  readonly tensor: Rule<TensorDeclaration> = this.RULE("tensor", () => {
    const bare = this.SUBRULE(this.bareTensor);
    const value = this.OPTION(() => {
      this.CONSUME(T.Assign);
      return this.SUBRULE(this.expression);
    });
    return this.ACTION((): TensorDeclaration => {
      return value === undefined ? bare : { ...bare, value, at: this.since(bare.at) };
    });
  });

  /** A declaration without its value. */
  readonly bareTensor: Rule<TensorDeclaration> = this.RULE("bareTensor", () => {
    const name = this.SUBRULE(this.name);
    const dimensions = this.OPTION(() => this.SUBRULE(this.dimensions));
    const format = this.OPTION2(() => this.SUBRULE(this.format));
    const tier = this.OPTION3(() => {
      this.CONSUME(T.At);
      return this.SUBRULE2(this.name);
    });
    return this.ACTION((): TensorDeclaration => ({
      name,
      dimensions: dimensions ?? [],
      ...(format === undefined ? {} : { format }),
      ...(tier === undefined ? {} : { tier }),
      at: this.since(name.at),
    }));
  });

  private readonly dimensions: Rule<readonly Dimension[]> = this.RULE("dimensions", () => {
    const list: Dimension[] = [];
    this.CONSUME(T.OpenBracket);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => list.push(this.SUBRULE(this.dimension)) });
    this.CONSUME(T.CloseBracket);
    return list;
  });

  /** `: u8 high first`, `: nf4 along k` */
  protected readonly format: Rule<FormatReference> = this.RULE("format", () => {
    this.CONSUME(T.Colon);
    const bare = this.SUBRULE(this.bareFormat);
    const along = this.OPTION(() => {
      this.CONSUME(T.Words.along);
      return this.SUBRULE(this.name);
    });
    const first = this.OPTION2(() => {
      this.CONSUME(T.Words.high);
      return this.CONSUME(T.Words.first);
    });
    return this.ACTION((): FormatReference => ({
      ...bare,
      ...(along === undefined ? {} : { along }),
      highFirst: first !== undefined,
      at: this.since(bare.at),
    }));
  });

  /** `let T[i] : f = e`, `T[i] = e`, `P[i,r], _ = qr(Y)` */
  private readonly assign: Rule<Statement> = this.RULE("assign", () => {
    const first = this.LA(1);
    const word = this.OPTION(() => this.CONSUME(T.Words.let));
    const targets: Target[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => targets.push(this.SUBRULE(this.target)) });
    this.CONSUME(T.Assign);
    const value = this.SUBRULE(this.expression);
    return this.ACTION((): Statement => {
      const isLet = word !== undefined;
      return { kind: "assign", isLet, targets, value, at: this.sinceToken(first) };
    });
  });

  private readonly target: Rule<Target> = this.RULE("target", () => {
    const name = this.SUBRULE(this.name);
    const indices = this.OPTION(() => {
      this.CONSUME(T.OpenBracket);
      const list = this.SUBRULE(this.indices);
      this.CONSUME(T.CloseBracket);
      return list;
    });
    const format = this.OPTION2(() => this.SUBRULE(this.format));
    return this.ACTION((): Target => ({
      name,
      indices: indices ?? [],
      hasIndices: indices !== undefined,
      ...(format === undefined ? {} : { format }),
      at: this.since(name.at),
    }));
  });

  private readonly store: Rule<Statement> = this.RULE("store", () => {
    const word = this.CONSUME(T.Words.store);
    const tensor = this.SUBRULE(this.bareTensor);
    this.CONSUME(T.Assign);
    const value = this.SUBRULE(this.expression);
    return this.ACTION((): Statement => {
      return { kind: "store", tensor, value, at: this.sinceToken(word) };
    });
  });

  private readonly read: Rule<Statement> = this.RULE("read", () => {
    const word = this.CONSUME(T.Words.read);
    const value = this.SUBRULE(this.expression);
    return this.ACTION((): Statement => ({ kind: "read", value, at: this.sinceToken(word) }));
  });

  private readonly constants: Rule<Statement> = this.RULE("constants", () => {
    const word = this.CONSUME(T.Words.const);
    const constants: Kind<"const">["constants"][number][] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => constants.push(this.SUBRULE(this.constant)),
    });
    return this.ACTION((): Statement => {
      return { kind: "const", constants, at: this.sinceToken(word) };
    });
  });

  private readonly constant: Rule<Kind<"const">["constants"][number]> =
    this.RULE("constant", () => {
      const name = this.SUBRULE(this.name);
      const ranks: Name[] = [];
      this.OPTION(() => {
        this.CONSUME(T.OpenBracket);
        this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => ranks.push(this.SUBRULE2(this.name)) });
        this.CONSUME(T.CloseBracket);
      });
      this.CONSUME(T.Assign);
      const value = this.OR([
        { ALT: () => this.SUBRULE(this.table) },
        { ALT: () => this.SUBRULE(this.expression) },
      ]);
      return { name, ranks, value };
    });

  /** `[-1, 0, 1]` */
  private readonly table: Rule<Expression> = this.RULE("table", () => {
    const entries: Expression[] = [];
    const open = this.CONSUME(T.OpenBracket);
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => entries.push(this.SUBRULE(this.expression)),
    });
    const close = this.CONSUME(T.CloseBracket);
    return this.ACTION((): Expression => {
      return { kind: "table", entries, at: join(this.at(open), this.at(close)) };
    });
  });

  /** `index k, l in i, s in r` */
  private readonly index: Rule<Statement> = this.RULE("index", () => {
    const word = this.CONSUME(T.Words.index);
    const groups: Kind<"index">["groups"][number][] = [];
    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => groups.push(this.SUBRULE(this.indexGroup)) });
    return this.ACTION((): Statement => ({ kind: "index", groups, at: this.sinceToken(word) }));
  });

  private readonly indexGroup: Rule<Kind<"index">["groups"][number]> =
    this.RULE("indexGroup", () => {
      const names: Name[] = [];
      this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => names.push(this.SUBRULE(this.name)) });
      this.CONSUME(T.Words.in);
      const within = this.SUBRULE2(this.name);
      return { names, within };
    });

  private readonly rank: Rule<Statement> = this.RULE("rank", () => {
    const word = this.CONSUME(T.Words.rank);
    const name = this.SUBRULE(this.name);
    this.CONSUME(T.Assign);
    const value = this.SUBRULE(this.expression);
    return this.ACTION((): Statement => {
      return { kind: "rank", name, value, at: this.sinceToken(word) };
    });
  });

  private readonly split: Rule<Statement | undefined> = this.RULE("split", () => {
    const word = this.CONSUME(T.Words.split);
    const whole = this.SUBRULE(this.name);
    this.CONSUME(T.Assign);
    const sum = this.SUBRULE(this.expression);
    return this.ACTION(() => this.splitOf(whole, sum, this.sinceToken(word)));
  });

  /** Takes `256 * b + l` apart. */
  private splitOf(whole: Name, sum: Expression, at: Span): Statement | undefined {
    if (sum.kind === "binary" && sum.operator === "+" && sum.right.kind === "name") {
      const { left: product, right } = sum;
      if (product.kind === "binary" && product.operator === "*" && product.right.kind === "name") {
        const outer = { text: product.right.name, at: product.right.at };
        const inner = { text: right.name, at: right.at };
        return { kind: "split", whole, factor: product.left, outer, inner, at };
      }
    }
    this.problems.push(diagnose("E0119", sum.at, []));
    return undefined;
  }

  private readonly expect: Rule<Statement> = this.RULE("expect", () => {
    const word = this.CONSUME(T.Words.expect);
    const conditions: Expression[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => conditions.push(this.SUBRULE(this.expression)),
    });
    return this.ACTION((): Statement => {
      return { kind: "expect", conditions, at: this.sinceToken(word) };
    });
  });

  private readonly orient: Rule<Statement> = this.RULE("orient", () => {
    const word = this.CONSUME(T.Words.orient);
    const condition = this.SUBRULE(this.expression);
    return this.ACTION((): Statement => {
      return { kind: "orient", condition, at: this.sinceToken(word) };
    });
  });

  private readonly shard: Rule<Statement> = this.RULE("shard", () => {
    const word = this.CONSUME(T.Words.shard);
    const rank = this.SUBRULE(this.name);
    this.CONSUME(T.Words.over);
    const axis = this.SUBRULE2(this.name);
    return this.ACTION((): Statement => {
      return { kind: "shard", rank, axis, at: this.sinceToken(word) };
    });
  });

  private readonly numerics: Rule<Statement> = this.RULE("numerics", () => {
    const word = this.CONSUME(T.Words.numerics);
    const mode = this.SUBRULE(this.name);
    return this.ACTION((): Statement => ({ kind: "numerics", mode, at: this.sinceToken(word) }));
  });

  /** What stands before a `{`. */
  readonly blockHead: Rule<BlockHead> = this.RULE("blockHead", () =>
    this.OR<BlockHead>([
      { ALT: () => this.SUBRULE(this.whenHead) },
      { ALT: () => this.SUBRULE(this.everyHead) },
      { ALT: () => this.SUBRULE(this.repeatHead) },
      { ALT: () => this.SUBRULE(this.scanHead) },
    ]));

  private readonly whenHead: Rule<BlockHead> = this.RULE("whenHead", () => {
    const word = this.CONSUME(T.Words.when);
    const condition = this.SUBRULE(this.expression);
    return this.ACTION((): BlockHead => {
      return { kind: "when", condition, then: [], otherwise: [], at: this.sinceToken(word) };
    });
  });

  private readonly everyHead: Rule<BlockHead> = this.RULE("everyHead", () => {
    const word = this.CONSUME(T.Words.every);
    const count = this.SUBRULE(this.expression);
    return this.ACTION((): BlockHead => {
      return { kind: "every", count, body: [], at: this.sinceToken(word) };
    });
  });

  private readonly repeatHead: Rule<BlockHead> = this.RULE("repeatHead", () => {
    const word = this.CONSUME(T.Words.repeat);
    const count = this.SUBRULE(this.expression);
    const until = this.OPTION(() => {
      this.CONSUME(T.Words.until);
      return this.SUBRULE2(this.expression);
    });
    return this.ACTION((): BlockHead => {
      const at = this.sinceToken(word);
      return { kind: "repeat", count, ...(until === undefined ? {} : { until }), body: [], at };
    });
  });

  private readonly scanHead: Rule<BlockHead> = this.RULE("scanHead", () => {
    const word = this.CONSUME(T.Words.scan);
    const variable = this.SUBRULE(this.name);
    const backwards = this.OPTION(() => this.CONSUME(T.Words.backwards));
    return this.ACTION((): BlockHead => {
      const at = this.sinceToken(word);
      return { kind: "scan", variable, backwards: backwards !== undefined, body: [], at };
    });
  });
}
