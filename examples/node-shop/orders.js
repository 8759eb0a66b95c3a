/** This process's state. It does not outlive its generation: a real shop keeps it in a database. */
export function createOrders(catalog) {
  const placed = [];
  return {
    count: () => placed.length,
    find: (id) => placed[id - 1],
    /** Throws an Error with a text for the client if a line cannot be ordered. */
    place: (lines) => {
      if (!Array.isArray(lines) || lines.length === 0) throw new Error("an order needs lines");
      let cents = 0;
      for (const { product, count } of lines) {
        const found = catalog.find(product);
        if (found === undefined) throw new Error(`there is no product ${product}`);
        if (!Number.isInteger(count) || count < 1 || count > 1000) {
          throw new Error(`product ${product}: count must be 1 to 1000`);
        }
        cents += found.cents * count;
      }
      const order = { id: placed.length + 1, lines, cents };
      placed.push(order);
      return order;
    },
  };
}
