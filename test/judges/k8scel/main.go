// k8scel evaluates texts of CEL in the environment that kube-apiserver gives them, without a server. Standard input holds one JSON
// document: variables and conditions as [{name, expression}], in the order in which they may use each other, and objects as
// [{object, asks}] with the names of the conditions that each is asked. Standard output: for every object the value of every condition
// asked, or the error that it met.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/google/cel-go/cel"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/cel/environment"
)

type text struct {
	Name       string `json:"name"`
	Expression string `json:"expression"`
}

type question struct {
	Variables  []text `json:"variables"`
	Conditions []text `json:"conditions"`
	Objects    []struct {
		Object any      `json:"object"`
		Asks   []string `json:"asks"`
	} `json:"objects"`
}

func main() {
	var asked question
	decoder := json.NewDecoder(os.Stdin)
	decoder.UseNumber()
	must(decoder.Decode(&asked))
	base := environment.MustBaseEnvSet(version.MajorMinor(1, 30))
	set, err := base.Extend(environment.VersionedOptions{
		IntroducedVersion: version.MajorMinor(1, 0),
		EnvOptions: []cel.EnvOption{
			cel.Variable("object", cel.DynType),
			cel.Variable("variables", cel.MapType(cel.StringType, cel.DynType)),
		},
	})
	must(err)
	env := set.NewExpressionsEnv()
	compile := func(one text) cel.Program {
		ast, issues := env.Compile(one.Expression)
		if issues != nil && issues.Err() != nil {
			must(fmt.Errorf("%s: %w", one.Name, issues.Err()))
		}
		program, err := env.Program(ast)
		must(err)
		return program
	}
	variables := make([]cel.Program, len(asked.Variables))
	for i, one := range asked.Variables {
		variables[i] = compile(one)
	}
	conditions := map[string]cel.Program{}
	for _, one := range asked.Conditions {
		conditions[one.Name] = compile(one)
	}
	answers := make([]map[string]any, len(asked.Objects))
	for i, one := range asked.Objects {
		values := map[string]any{}
		input := map[string]any{"object": plain(one.Object), "variables": values}
		for j, program := range variables {
			// A variable that fails is missing, as one that nobody asks for: what uses it fails in turn.
			if value, _, err := program.Eval(input); err == nil {
				values[asked.Variables[j].Name] = value
			}
		}
		answers[i] = map[string]any{}
		for _, name := range one.Asks {
			value, _, err := conditions[name].Eval(input)
			if err != nil {
				answers[i][name] = "error: " + err.Error()
			} else {
				answers[i][name] = value.Value()
			}
		}
	}
	must(json.NewEncoder(os.Stdout).Encode(answers))
}

// plain gives whole numbers as int64, as the API server's own decoder does.
func plain(value any) any {
	switch value := value.(type) {
	case json.Number:
		if whole, err := value.Int64(); err == nil {
			return whole
		}
		broken, _ := value.Float64()
		return broken
	case []any:
		for i, one := range value {
			value[i] = plain(one)
		}
	case map[string]any:
		for key, one := range value {
			value[key] = plain(one)
		}
	}
	return value
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "k8scel:", err)
		os.Exit(1)
	}
}
