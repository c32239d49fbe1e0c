// Chevrotain rules of expressions. One flat rule: precedence is grammar/precedence.ts's affair.
//
// In:  classified tokens (grammar/context.ts).
// Out: expressions of syntax.ts.
//
// A rule's code also runs once on made-up tokens, when Chevrotain learns the grammar; what looks
// at real ones stands in `this.ACTION`.

import {
  EmbeddedActionsParser, type IToken, type ParserMethod, type TokenType,
} from "chevrotain";
import { diagnose } from "./codes.js";
import type { Diagnostic } from "./diagnostic.js";
import { expectation } from "./expectation.js";
import { maxOperators } from "./limits.js";
import { resolve, type Piece, type ReduceHead } from "./precedence.js";
import { spanOf } from "./scan.js";
import { join, type Source, type Span } from "./span.js";
import type {
  Argument, BinaryOperator, Dimension, Expression, FormatReference, Name,
} from "./syntax.js";
import * as T from "./tokens.js";

export type Rule<R> = ParserMethod<[], R>;

interface ArgumentList {
  readonly arguments: readonly Argument[];
  readonly at: Span;
}

const nowhere: Source = { name: "", text: "" };

export class ExpressionRules extends EmbeddedActionsParser {
  protected source: Source = nowhere;
  /** Errors that are no business of the grammar's. */
  protected problems: Diagnostic[] = [];

  constructor() {
    super([...T.vocabulary], {
      recoveryEnabled: false,
      maxLookahead: 2,
      errorMessageProvider: expectation,
      nodeLocationTracking: "full",
    });
  }

  protected at(token: IToken): Span {
    return spanOf(this.source, token);
  }

  protected named(token: IToken): Name {
    return { text: token.image, at: this.at(token) };
  }

  protected readonly name: Rule<Name> = this.RULE("name", () => this.named(this.CONSUME(T.Name)));

  readonly expression: Rule<Expression> = this.RULE("expression", () => {
    const pieces: Piece[] = [];
    const first = this.SUBRULE(this.operand);
    this.ACTION(() => pieces.push(...first));
    this.MANY(() => {
      const more = this.SUBRULE(this.operation);
      this.ACTION(() => pieces.push(...more));
    });
    return this.ACTION(() => this.resolved(pieces));
  });

  private resolved(pieces: readonly Piece[]): Expression {
    const beyond = pieces.filter((piece) => piece.kind !== "value")[maxOperators];
    const whole = beyond === undefined ? resolve(pieces, this.problems) : undefined;
    if (whole !== undefined) return whole;
    const at = beyond?.at ?? pieces[0]?.at ?? { source: this.source, start: 0, end: 0 };
    if (beyond !== undefined) {
      const count = pieces.filter((piece) => piece.kind !== "value").length;
      this.problems.push(diagnose("E0904", at, [count, maxOperators]));
    }
    return { kind: "number", text: "0", value: 0, isInteger: true, at };
  }

  /** An operator and what follows it. */
  private readonly operation: Rule<readonly Piece[]> = this.RULE("operation", () =>
    this.OR([
      { ALT: () => {
        const token = this.CONSUME(T.Infix);
        const operand = this.SUBRULE(this.operand);
        const operator = token.image as BinaryOperator;
        return this.ACTION((): Piece[] => {
          const written = spelled.get(token.tokenType) ?? operator;
          return [{ kind: "infix", operator: written, at: this.at(token) }, ...operand];
        });
      } },
      { ALT: () => {
        const token = this.CONSUME(T.Words.as);
        const format = this.SUBRULE(this.bareFormat);
        return this.ACTION((): Piece[] => {
          return [{ kind: "as", format, at: join(this.at(token), format.at) }];
        });
      } },
      { ALT: () => {
        const token = this.CONSUME(T.Words.in);
        const format = this.SUBRULE(this.name);
        return this.ACTION((): Piece[] => {
          return [{ kind: "in", format, at: join(this.at(token), format.at) }];
        });
      } },
    ]));

  /** Signs and reductions, then a value. */
  private readonly operand: Rule<readonly Piece[]> = this.RULE("operand", () => {
    const pieces: Piece[] = [];
    this.MANY(() => {
      const piece = this.SUBRULE(this.prefix);
      this.ACTION(() => pieces.push(piece));
    });
    const value = this.SUBRULE(this.value);
    this.ACTION(() => pieces.push(value));
    return pieces;
  });

  private readonly prefix: Rule<Piece> = this.RULE("prefix", () =>
    this.OR<Piece>([
      { ALT: () => {
        const token = this.CONSUME(T.Minus);
        return { kind: "prefix", operator: "-", at: this.at(token) };
      } },
      { ALT: () => {
        const token = this.CONSUME(T.Words.not);
        return { kind: "prefix", operator: "not", at: this.at(token) };
      } },
      { ALT: () => {
        const head = this.SUBRULE(this.reduceHead);
        return this.ACTION((): Piece => ({ kind: "reduce", head, at: head.name.at }));
      } },
    ]));

  /** `sum[k]`, `topk[k; n]` */
  private readonly reduceHead: Rule<ReduceHead> = this.RULE("reduceHead", () => {
    const name = this.named(this.CONSUME(T.ReduceName));
    this.CONSUME(T.OpenBracket);
    const over: Dimension[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => over.push(this.SUBRULE(this.dimension)),
    });
    const into = this.OPTION(() => {
      this.CONSUME(T.Semicolon);
      return this.SUBRULE(this.name);
    });
    this.CONSUME(T.CloseBracket);
    return into === undefined ? { name, over } : { name, over, into };
  });

  protected readonly dimension: Rule<Dimension> = this.RULE("dimension", () => {
    const name = this.SUBRULE(this.name);
    const within = this.OPTION(() => {
      this.CONSUME(T.Words.in);
      return this.SUBRULE2(this.name);
    });
    return this.ACTION((): Dimension => within === undefined
      ? { name, at: name.at }
      : { name, within, at: join(name.at, within.at) });
  });

  private readonly value: Rule<Piece> = this.RULE("value", () =>
    this.OR<Piece>({
      DEF: [
        { ALT: () => this.SUBRULE(this.parenthesised) },
        { ALT: () => this.asValue(this.SUBRULE(this.awaited)) },
        { ALT: () => this.asValue(this.SUBRULE(this.derivative)) },
        { ALT: () => this.asValue(this.SUBRULE(this.atom)) },
      ],
      ERR_MSG: "a value",
    }));

  private asValue(value: Expression): Piece {
    return { kind: "value", value, at: value.at };
  }

  /** A value that needs no parentheses. */
  private readonly atom: Rule<Expression> = this.RULE("atom", () =>
    this.OR<Expression>({
      DEF: [
        { ALT: () => this.numberOf(this.CONSUME(T.NumberWord)) },
        { ALT: () => this.truth(this.CONSUME(T.Words.true), true) },
        { ALT: () => this.truth(this.CONSUME(T.Words.false), false) },
        { ALT: () => this.SUBRULE(this.mapped) },
        { ALT: () => this.SUBRULE(this.reference) },
      ],
      ERR_MSG: "a value",
    }));

  private numberOf(token: IToken): Expression {
    const text = token.image;
    const isInteger = /^\d+$/.test(text);
    return { kind: "number", text, value: Number(text), isInteger, at: this.at(token) };
  }

  private truth(token: IToken, value: boolean): Expression {
    return { kind: "boolean", value, at: this.at(token) };
  }

  /** `(a)`, and `(a, b)` for a reduction. */
  private readonly parenthesised: Rule<Piece> = this.RULE("parenthesised", () => {
    const values: Expression[] = [];
    const open = this.CONSUME(T.OpenParen);
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => values.push(this.SUBRULE(this.expression)),
    });
    const close = this.CONSUME(T.CloseParen);
    return this.ACTION((): Piece => {
      const at = join(this.at(open), this.at(close));
      const [inner, second] = values;
      if (inner === undefined || second !== undefined) return { kind: "values", values, at };
      return { kind: "value", value: { kind: "group", inner, at }, at };
    });
  });

  /** `x`, `x[i]`, `a.m`, `exp(x)` */
  private readonly reference: Rule<Expression> = this.RULE("reference", () => {
    const name = this.SUBRULE(this.name);
    const simple: Expression = { kind: "name", name: name.text, at: name.at };
    return this.OR<Expression>([
      { ALT: () => {
        this.CONSUME(T.OpenBracket);
        const indices = this.SUBRULE(this.indices);
        const close = this.CONSUME(T.CloseBracket);
        return this.ACTION((): Expression => {
          return { kind: "access", name, indices, at: join(name.at, this.at(close)) };
        });
      } },
      { ALT: () => {
        this.CONSUME(T.Dot);
        const field = this.SUBRULE2(this.name);
        return this.ACTION((): Expression => {
          return { kind: "field", object: name, field, at: join(name.at, field.at) };
        });
      } },
      {
        GATE: () => this.LA(1).tokenType === T.OpenParen,
        ALT: () => {
          const list = this.SUBRULE(this.argumentList);
          return this.ACTION((): Expression => {
            return { kind: "call", name, arguments: list.arguments, at: join(name.at, list.at) };
          });
        },
      },
      { ALT: () => simple },
    ]);
  });

  protected readonly indices: Rule<readonly Expression[]> = this.RULE("indices", () => {
    const indices: Expression[] = [];
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => indices.push(this.SUBRULE(this.expression)),
    });
    return indices;
  });

  /** `f[m,f](S[m], V[m,f])` */
  private readonly mapped: Rule<Expression> = this.RULE("mapped", () => {
    const name = this.named(this.CONSUME(T.MappedName));
    this.CONSUME(T.OpenBracket);
    const binds: Name[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => binds.push(this.SUBRULE(this.name)) });
    this.CONSUME(T.CloseBracket);
    const list = this.SUBRULE(this.argumentList);
    return this.ACTION((): Expression => {
      const at = join(name.at, list.at);
      return { kind: "call", name, binds, arguments: list.arguments, at };
    });
  });

  protected readonly argumentList: Rule<ArgumentList> = this.RULE("argumentList", () => {
    const list: Argument[] = [];
    const open = this.CONSUME(T.OpenParen);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => list.push(this.SUBRULE(this.argument)) });
    const close = this.CONSUME(T.CloseParen);
    return { arguments: list, at: this.ACTION(() => join(this.at(open), this.at(close))) };
  });

  private readonly argument: Rule<Argument> = this.RULE("argument", () => {
    const name = this.OPTION({
      GATE: () => this.LA(2).tokenType === T.Assign,
      DEF: () => {
        const label = this.SUBRULE(this.name);
        this.CONSUME(T.Assign);
        return label;
      },
    });
    const value = this.SUBRULE(this.expression);
    return this.ACTION((): Argument => name === undefined
      ? { value, at: value.at }
      : { name, value, at: join(name.at, value.at) });
  });

  /** `bf16`, `u(bits)`, `V` after `as`. */
  protected readonly bareFormat: Rule<FormatReference> = this.RULE("bareFormat", () => {
    const name = this.SUBRULE(this.name);
    const list = this.OPTION(() => this.SUBRULE(this.argumentList));
    return this.ACTION((): FormatReference => {
      const at = list === undefined ? name.at : join(name.at, list.at);
      return { name, arguments: list?.arguments ?? [], highFirst: false, at };
    });
  });

  /** `await g[i]`, `await Hz[i] from z[i]` */
  private readonly awaited: Rule<Expression> = this.RULE("awaited", () => {
    const word = this.CONSUME(T.Words.await);
    const input = this.SUBRULE(this.atom);
    const from = this.OPTION(() => {
      this.CONSUME(T.Words.from);
      return this.SUBRULE2(this.atom);
    });
    return this.ACTION((): Expression => {
      const at = join(this.at(word), (from ?? input).at);
      return from === undefined ? { kind: "await", input, at } : { kind: "await", input, from, at };
    });
  });

  /** `gradient O wrt Q, K from dO` */
  private readonly derivative: Rule<Expression> = this.RULE("derivative", () => {
    const word = this.CONSUME(T.Words.gradient);
    const of = this.SUBRULE(this.name);
    this.CONSUME(T.Words.wrt);
    const wrt: Name[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => wrt.push(this.SUBRULE2(this.name)) });
    const from = this.OPTION(() => {
      this.CONSUME(T.Words.from);
      return this.SUBRULE3(this.name);
    });
    return this.ACTION((): Expression => {
      const at = join(this.at(word), (from ?? wrt.at(-1) ?? of).at);
      const base = { kind: "gradient", of, wrt, at } as const;
      return from === undefined ? base : { ...base, from };
    });
  });
}

/** Operators that were read from another language's spelling. */
const spelled: ReadonlyMap<TokenType, BinaryOperator> = new Map([
  [T.Words.and, "and"], [T.Words.or, "or"], [T.Words.mod, "mod"], [T.Power, "^"],
  [T.Unequal, "!="],
]);
