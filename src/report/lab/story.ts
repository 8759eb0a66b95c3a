/** What is done in a scenario, before and after, by its id; null: nobody knows it any more. */
export type StoryOf = (id: string) => { readonly before: string; readonly after: string } | null;
