/** One question about all rules: rule → names. */
export const JUDGE_REGO = `package judge

fires[rule] := names if {
	some rule
	names := data.hotpod[rule].fires
	count(names) > 0
}
`;
