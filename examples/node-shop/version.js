// In every answer: edit it, save, and watch it change.
export const version = "1";
