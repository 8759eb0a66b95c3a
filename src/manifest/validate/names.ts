/** Each returns what is wrong with a name, in the API server's words. Source: k8s.io/apimachinery, pkg/util/validation. */
const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;

export function dnsLabelErrors(name: string): string[] {
  const errors = name.length > 63 ? ["must be no more than 63 characters"] : [];
  if (new RegExp(`^${LABEL}$`).test(name)) return errors;
  if (new RegExp(`^${SUBDOMAIN}$`).test(name)) return [...errors, "must not contain dots"];
  return [
    ...errors,
    `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`,
  ];
}

export function dnsSubdomainErrors(name: string): string[] {
  const errors = name.length > 253 ? ["must be no more than 253 characters"] : [];
  if (new RegExp(`^${SUBDOMAIN}$`).test(name)) return errors;
  return [
    ...errors,
    `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`,
  ];
}

export function portNumberErrors(port: number): string[] {
  return port >= 1 && port <= 65_535 ? [] : ["must be between 1 and 65535, inclusive"];
}

export function portNameErrors(name: string): string[] {
  const errors: string[] = [];
  if (name.length > 15) errors.push("must be no more than 15 characters");
  if (!/^[-a-z0-9]+$/.test(name)) {
    errors.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (!/[a-z]/.test(name)) errors.push("must contain at least one letter (a-z)");
  if (name.includes("--")) errors.push("must not contain consecutive hyphens");
  if (/^-|-$/.test(name)) errors.push("must not begin or end with a hyphen");
  return errors;
}

export function headerNameErrors(name: string): string[] {
  if (/^[-A-Za-z0-9]+$/.test(name)) return [];
  return [
    "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
  ];
}

export function envNameErrors(name: string): string[] {
  if (/^[ -<>-~]+$/.test(name)) return [];
  return [
    "a valid environment variable name must consist only of printable ASCII characters other than '='",
  ];
}
