package states

import (
	"fmt"
	"io"
	"strings"
)

// WriteTables writes the states, the acts and the rules as Markdown: a diagram
// that Mermaid draws, and tables that say the same in words.
func WriteTables(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "```mermaid\nstateDiagram-v2\n    [*] --> %s\n", node(Submitted))
	for _, state := range table.States {
		fmt.Fprintf(&b, "    %s : %s\n", node(state.Name), state.Name)
	}
	for _, arrow := range arrows() {
		fmt.Fprintf(&b, "    %s --> %s : %s\n", node(arrow.from), node(arrow.to), strings.Join(arrow.acts, ", "))
	}
	fmt.Fprintf(&b, "    %s --> [*]\n    %s --> [*]\n```\n", node(Released), node(Withdrawn))
	fmt.Fprint(&b, "\n| state | means |\n|---|---|\n")
	for _, state := range table.States {
		fmt.Fprintf(&b, "| %s | %s |\n", state.Name, state.Means)
	}
	fmt.Fprint(&b, "\n| act | what it is | by | from |\n|---|---|---|---|\n")
	for _, act := range table.Acts {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", act.Name, act.Does, act.By, strings.Join(from(act.Name), ", "))
	}
	fmt.Fprint(&b, "\n| decision | on a file whose verdict is | needs a comment because |\n|---|---|---|\n")
	for _, rule := range table.Comments {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", rule.Decision, rule.Verdict, rule.Because)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// node is a state's name as Mermaid takes it.
func node(state State) string { return strings.ReplaceAll(string(state), " ", "_") }

// arrow is a pair of states and the acts that lead from one to the other.
type arrow struct {
	from, to State
	acts     []string
}

// arrows lists the rules by pairs of states, in the order of the table. An act
// that leaves a state as it was is no arrow.
func arrows() []arrow {
	var list []arrow
	index := map[[2]State]int{}
	for _, rule := range table.Rules {
		for _, start := range rule.From {
			for _, end := range rule.To {
				if start == end {
					continue
				}
				pair := [2]State{start, end}
				at, known := index[pair]
				if !known {
					at = len(list)
					index[pair] = at
					list = append(list, arrow{from: start, to: end})
				}
				list[at].acts = append(list[at].acts, string(rule.Act))
			}
		}
	}
	return list
}

// from lists the states in which an act may be done.
func from(act Act) []string {
	var names []string
	for _, state := range table.States {
		if state.Name.Leads(act) != nil {
			names = append(names, string(state.Name))
		}
	}
	return names
}
