/** A template that cannot be rendered; the message is the wire's. */
export class TemplateFault extends Error {}

const EXPRESSION = /\{\{-?\s*(.*?)\s*-?\}\}|\{#.*?#\}|\{%.*?%\}/gs;
const TEXT = /^(?:'([^']*)'|"([^"]*)")$/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
const NAME = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/**
 * Renders a template of a parameter. Nothing is known where parameters are filled in, so that a name is empty; texts and numbers stand
 * for themselves. Statements and calculations are refused instead of being rendered wrong.
 * @throws TemplateFault
 */
export function renderTemplate(template: string): string {
  const rendered = template.replaceAll(EXPRESSION, (whole, expression?: string) => {
    if (whole.startsWith("{#")) return "";
    if (expression === undefined) throw new TemplateFault("statements are not supported in parameters");
    const text = TEXT.exec(expression);
    if (text !== null) return text[1] ?? text[2] ?? "";
    if (NUMBER.test(expression)) return expression;
    if (NAME.test(expression) && !expression.includes(".")) return "";
    if (NAME.test(expression)) throw new TemplateFault(`'${expression.split(".")[0]}' is undefined`);
    throw new TemplateFault(`'${expression}' is not supported in parameters`);
  });
  if (/\{\{|\{%/.test(rendered)) throw new TemplateFault("unexpected end of template");
  return rendered;
}
