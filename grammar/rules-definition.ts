// Chevrotain rules of headers, imports and the lines of a monoid.

import type { IToken } from "chevrotain";
import { StatementRules } from "./rules-statement.js";
import type { Rule } from "./rules-expression.js";
import { join, type Span } from "./span.js";
import type {
  Expression, FormatReference, MonoidFunction, Name, Parameter, TensorDeclaration, Use,
} from "./syntax.js";
import * as T from "./tokens.js";

export interface Header {
  readonly kind: "cascade" | "optimizer" | "monoid" | "format";
  readonly name: Name;
  readonly parameters: readonly Parameter[];
  readonly results: readonly TensorDeclaration[];
  readonly subject?: TensorDeclaration;
}

type Scalar = Extract<Parameter, { readonly kind: "scalar" }>;
type NamedValue = MonoidFunction["fields"][number];

/** One line of a monoid's body. */
export interface MonoidLine {
  readonly part: "lift" | "merge" | "result" | "block";
  readonly parameters: readonly Name[];
  readonly lets: readonly NamedValue[];
  readonly fields: readonly NamedValue[];
  readonly result?: Expression;
  readonly at: Span;
}

const noLine = { parameters: [], lets: [], fields: [] } as const;

export class DefinitionRules extends StatementRules {
  readonly use: Rule<Use> = this.RULE("use", () => {
    const word = this.CONSUME(T.Words.use);
    const path = this.CONSUME(T.Text);
    const names: Name[] = [];
    this.CONSUME(T.OpenParen);
    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => names.push(this.SUBRULE(this.name)) });
    const close = this.CONSUME(T.CloseParen);
    return this.ACTION((): Use => {
      const at = join(this.at(word), this.at(close));
      return { path: path.image.replace(/^"|"$/g, ""), names, at };
    });
  });

  readonly header: Rule<Header> = this.RULE("header", () =>
    this.OR<Header>([
      { ALT: () => this.SUBRULE(this.cascadeHeader) },
      { ALT: () => this.SUBRULE(this.monoidHeader) },
      { ALT: () => this.SUBRULE(this.formatHeader) },
    ]));

  /** `cascade f(x[i], eps = 1e-6) -> y[i], z` */
  private readonly cascadeHeader: Rule<Header> = this.RULE("cascadeHeader", () => {
    const word = this.OR([
      { ALT: () => this.CONSUME(T.Words.cascade) },
      { ALT: () => this.CONSUME(T.Words.optimizer) },
    ]);
    const name = this.SUBRULE(this.name);
    const parameters = this.OPTION(() => this.SUBRULE(this.parameters));
    const results: TensorDeclaration[] = [];
    this.OPTION2(() => {
      this.CONSUME(T.Arrow);
      this.AT_LEAST_ONE_SEP({
        SEP: T.Comma,
        DEF: () => results.push(this.SUBRULE(this.bareTensor)),
      });
    });
    const kind = word.image === "optimizer" ? "optimizer" : "cascade";
    return this.ACTION((): Header => ({ kind, name, parameters: parameters ?? [], results }));
  });

  private readonly monoidHeader: Rule<Header> = this.RULE("monoidHeader", () => {
    this.CONSUME(T.Words.monoid);
    const name = this.SUBRULE(this.name);
    return this.ACTION((): Header => ({ kind: "monoid", name, parameters: [], results: [] }));
  });

  /** `format dynamic8(static signed = true) of x[n]` */
  private readonly formatHeader: Rule<Header> = this.RULE("formatHeader", () => {
    this.CONSUME(T.Words.format);
    const name = this.SUBRULE(this.name);
    const parameters = this.OPTION(() => this.SUBRULE(this.parameters));
    this.CONSUME(T.Words.of);
    const subject = this.SUBRULE(this.bareTensor);
    return this.ACTION((): Header => {
      return { kind: "format", name, parameters: parameters ?? [], results: [], subject };
    });
  });

  private readonly parameters: Rule<readonly Parameter[]> = this.RULE("parameters", () => {
    const list: Parameter[] = [];
    this.CONSUME(T.OpenParen);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => list.push(this.SUBRULE(this.parameter)) });
    this.CONSUME(T.CloseParen);
    return list;
  });

  private readonly parameter: Rule<Parameter> = this.RULE("parameter", () =>
    this.OR<Parameter>({
      DEF: [
        { ALT: () => this.SUBRULE(this.rankParameter) },
        { ALT: () => this.SUBRULE(this.staticParameter) },
        { ALT: () => this.SUBRULE(this.plainParameter) },
      ],
      ERR_MSG: "a parameter",
    }));

  /** `static rank r = 128` */
  private readonly rankParameter: Rule<Parameter> = this.RULE("rankParameter", () => {
    const word = this.CONSUME(T.Words.static);
    this.CONSUME(T.Words.rank);
    const name = this.SUBRULE(this.name);
    const value = this.OPTION(() => {
      this.CONSUME(T.Assign);
      return this.SUBRULE(this.expression);
    });
    return this.ACTION((): Parameter => {
      const at = join(this.at(word), (value ?? name).at);
      return { kind: "rank", name, ...(value === undefined ? {} : { value }), at };
    });
  });

  /** `static steps = 5` */
  private readonly staticParameter: Rule<Parameter> = this.RULE("staticParameter", () => {
    const word = this.CONSUME(T.Words.static);
    const name = this.SUBRULE(this.name);
    const format = this.OPTION(() => this.SUBRULE(this.format));
    const value = this.OPTION2(() => {
      this.CONSUME(T.Assign);
      return this.SUBRULE(this.expression);
    });
    const range = this.OPTION3(() => this.SUBRULE(this.range));
    return this.ACTION(() => this.scalar(word, name, { isStatic: true, format, value, range }));
  });

  /** `x[i] : bf16 = 0`, `key : u32`, `lr = 1e-3 in 0..1` */
  private readonly plainParameter: Rule<Parameter> = this.RULE("plainParameter", () => {
    const first = this.LA(1);
    const tensor = this.SUBRULE(this.tensor);
    const range = this.OPTION(() => this.SUBRULE(this.range));
    return this.ACTION((): Parameter => {
      const hasRanks = tensor.dimensions.length > 0 || tensor.value === undefined;
      if (hasRanks && range === undefined) return { kind: "tensor", tensor };
      const { name, format, value } = tensor;
      return this.scalar(first, name, { isStatic: false, format, value, range });
    });
  });

  private scalar(first: IToken, name: Name, parts: {
    readonly isStatic: boolean;
    readonly format: FormatReference | undefined;
    readonly value: Expression | undefined;
    readonly range: Scalar["range"] | undefined;
  }): Scalar {
    return {
      kind: "scalar",
      name,
      isStatic: parts.isStatic,
      ...(parts.format === undefined ? {} : { format: parts.format }),
      ...(parts.value === undefined ? {} : { value: parts.value }),
      ...(parts.range === undefined ? {} : { range: parts.range }),
      at: join(this.at(first), this.at(this.LA(0))),
    };
  }

  private readonly range: Rule<NonNullable<Scalar["range"]>> = this.RULE("range", () => {
    this.CONSUME(T.InRange);
    const low = this.SUBRULE(this.expression);
    this.CONSUME(T.DotDot);
    const high = this.SUBRULE2(this.expression);
    return { low, high };
  });

  /** `lift (x) (m = x, s = 1)`, `merge (a, b)`, `result m + log(s)` */
  readonly monoidLine: Rule<MonoidLine> = this.RULE("monoidLine", () =>
    this.OR<MonoidLine>({
      DEF: [
        { ALT: () => this.SUBRULE(this.monoidFunction) },
        { ALT: () => {
          const word = this.CONSUME(T.Words.result);
          const result = this.SUBRULE(this.expression);
          return this.ACTION((): MonoidLine => {
            return { part: "result", ...noLine, result, at: join(this.at(word), result.at) };
          });
        } },
      ],
      ERR_MSG: "`lift`, `merge` or `result`",
    }));

  private readonly monoidFunction: Rule<MonoidLine> = this.RULE("monoidFunction", () => {
    const first = this.LA(1);
    const part = this.OR<"lift" | "merge">([
      { ALT: () => this.part(this.CONSUME(T.Words.lift), "lift") },
      { ALT: () => this.part(this.CONSUME(T.Words.merge), "merge") },
    ]);
    const parameters: Name[] = [];
    this.CONSUME(T.OpenParen);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => parameters.push(this.SUBRULE(this.name)) });
    this.CONSUME(T.CloseParen);
    const fields = this.OPTION(() => this.SUBRULE(this.fields));
    return this.ACTION((): MonoidLine => {
      return { part, ...noLine, parameters, fields: fields ?? [], at: this.sinceToken(first) };
    });
  });

  private part(_word: IToken, part: "lift" | "merge"): "lift" | "merge" {
    return part;
  }

  /** A line between the braces of `merge (a, b) { … }`: a `let`, the fields, or both. */
  readonly monoidBlockLine: Rule<MonoidLine> = this.RULE("monoidBlockLine", () => {
    const lets: NamedValue[] = [];
    const first = this.LA(1);
    this.OPTION(() => {
      this.CONSUME(T.Words.let);
      lets.push(this.SUBRULE(this.field));
    });
    const fields = this.OPTION2(() => this.SUBRULE(this.fields));
    return this.ACTION((): MonoidLine => {
      return { part: "block", ...noLine, lets, fields: fields ?? [], at: this.sinceToken(first) };
    });
  });

  private readonly fields: Rule<readonly NamedValue[]> = this.RULE("fields", () => {
    const list: NamedValue[] = [];
    this.CONSUME(T.OpenParen);
    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => list.push(this.SUBRULE(this.field)) });
    this.CONSUME(T.CloseParen);
    return list;
  });

  private readonly field: Rule<NamedValue> = this.RULE("field", () => {
    const name = this.SUBRULE(this.name);
    this.CONSUME(T.Assign);
    const value = this.SUBRULE(this.expression);
    return { name, value };
  });
}
