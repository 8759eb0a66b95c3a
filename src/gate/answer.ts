import type { GateAnswer, GateEvidence, GatePlace } from "#model/gate-report.js";
import { QUESTIONS, type QuestionId } from "./questions.js";

interface Said {
  readonly message: string;
  readonly compared: readonly GateEvidence[];
  readonly place?: GatePlace | null;
}

interface SaidWithRemedy extends Said {
  readonly remedy: string;
}

export const same = (id: QuestionId, said: Said): GateAnswer => ({
  ...base(id, said),
  ...{ outcome: "same", grade: null, remedy: null },
});

export const different = (
  id: QuestionId,
  grade: "error" | "warning",
  said: SaidWithRemedy,
): GateAnswer => ({
  ...base(id, said),
  ...{ outcome: "different", grade, remedy: said.remedy },
});

/** It was asked, and cannot be told: never taken for agreement. */
export const open = (id: QuestionId, said: SaidWithRemedy): GateAnswer => ({
  ...base(id, said),
  ...{ outcome: "open", grade: null, remedy: said.remedy },
});

export const told = (id: QuestionId, said: Said): GateAnswer => ({
  ...base(id, said),
  ...{ outcome: "told", grade: null, remedy: null },
});

function base(id: QuestionId, { message, compared, place = null }: Said) {
  return { id, question: QUESTIONS[id].question, message, compared, place };
}

export const evidence = (name: string, value: string, from: string): GateEvidence => ({
  name,
  value,
  from,
});
