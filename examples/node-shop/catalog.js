const MATERIALS = ["Oak", "Steel", "Linen", "Glass", "Copper", "Cork", "Wool", "Slate"];
const THINGS = ["Chair", "Lamp", "Kettle", "Blanket", "Shelf", "Clock", "Bowl", "Tray", "Vase"];

/** Products, and an index of the beginnings of their words: what makes a start cost a few milliseconds. */
export function createCatalog(count) {
  const products = Array.from({ length: count }, (_, i) => ({
    id: i + 1,
    name: `${MATERIALS[i % 8]} ${THINGS[i % 9]} ${String(i + 1).padStart(3, "0")}`,
    cents: 990 + ((i * 7919) % 20000),
  }));
  const byPrefix = new Map();
  for (const product of products) {
    for (const word of product.name.toLowerCase().split(" ")) {
      for (let end = 1; end <= word.length; end += 1) {
        const prefix = word.slice(0, end);
        if (!byPrefix.has(prefix)) byPrefix.set(prefix, new Set());
        byPrefix.get(prefix).add(product);
      }
    }
  }
  return {
    find: (id) => products[id - 1],
    /** At most `limit` products that have a word beginning with each word of the query. */
    search: (query, limit) => {
      const sets = query
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== "")
        .map((word) => byPrefix.get(word) ?? new Set());
      const first = sets[0] === undefined ? products : [...sets[0]];
      return first.filter((product) => sets.every((set) => set.has(product))).slice(0, limit);
    },
  };
}
