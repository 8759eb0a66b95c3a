import { get, type IncomingMessage, type RequestOptions } from "node:http";

/** The answer of a service that tells its version and nothing else. */
export function askVersion(asked: RequestOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = get(asked, (answer: IncomingMessage) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => resolve(text.trim()));
      answer.on("error", reject);
    });
    sent.on("error", reject);
  });
}
