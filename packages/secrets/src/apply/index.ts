export { type Applied, applyChanges, type ApplyRun } from "./apply.ts";
export { type Holder, holderOf } from "./holder.ts";
export { type ApplyInput, type KeyChange, type ObjectChange, prepareApply, prepareValues, type Refusal } from "./prepare.ts";
