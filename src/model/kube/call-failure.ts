/** Why a cluster did not do what it was asked for, through kubectl. */
export type CallFailure =
  | { readonly kind: "no-kubectl" }
  | { readonly kind: "timeout" }
  /** kubectl's own words. */
  | { readonly kind: "refused"; readonly words: string; readonly reason: Refusal };

/** What an API server means by its words, as far as somebody acts on it. */
export type Refusal = "not-found" | "forbidden" | "exists" | "other";

/** For people. */
export function failureWords(failure: CallFailure): string {
  switch (failure.kind) {
    case "no-kubectl":
      return "kubectl is not in PATH";
    case "timeout":
      return "the API server does not answer";
    case "refused":
      return failure.words;
  }
}
