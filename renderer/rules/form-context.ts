/** What every control of the form works on: the one document, what is wrong with it, and how it is changed. */
import { createContext, useContext } from 'react';
import type { RuleTextFault } from '../../shared/rule-channels.ts';
import { isWithin, type Json, type JsonObject, type Path, pathOf, withValue } from './rule-document.ts';

export interface RuleForm {
  readonly document: JsonObject;
  readonly faults: readonly Pick<RuleTextFault, 'path' | 'message'>[];
  readonly change: (document: JsonObject) => void;
}

export const RuleFormContext = createContext<RuleForm | null>(null);

/** @throws {Error} outside a form. */
export function useRuleForm(): RuleForm {
  const form = useContext(RuleFormContext);
  if (form === null) throw new Error('this is no part of a rule form');
  return form;
}

export function useSet(): (path: Path, value: Json | undefined) => void {
  const { document, change } = useRuleForm();
  return (path, value) => change(withValue(document, path, value));
}

/** What is wrong at a place, in one sentence a fault. */
export function faultsAt(faults: RuleForm['faults'], path: Path): readonly string[] {
  return faults
    .filter((fault) => {
      const place = pathOf(fault.path);
      return place.length === path.length && isWithin(place, path);
    })
    .map(({ message }) => message);
}

/** How many faults lie at a place or within it. */
export function faultsWithin(faults: RuleForm['faults'], path: Path): number {
  return faults.filter((fault) => isWithin(pathOf(fault.path), path)).length;
}
