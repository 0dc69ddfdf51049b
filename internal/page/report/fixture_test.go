package report

import (
	"fmt"
	"html/template"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/measures"
	"tre-toolkit/internal/page/boundaries"
	"tre-toolkit/internal/page/script"
	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

// nation is a report as the script meets it: the topics and measures that are
// shipped, 42 boards of a land that does not exist, three years of invented
// figures. It is written by the template, without a database behind it, so that a
// test can say which cell is masked.
type nation struct {
	layout  layout
	topics  []spec.Topic
	boards  []board
	size    map[string]float64 // of each measure, beside all referrals
	mark    string             // of what is masked
	numbers *rand.Rand
}

type board struct {
	level, code, name string
	size              float64 // referrals a month
}

const (
	boardCount   = 42
	firstYear    = 2021
	years        = 3
	fixtureMask  = "*"
	small        = 5 // counts below it are masked, others are multiples of it
	tinyBoard    = "QZ1"
	hiddenBoard  = "QZ2"
	mapWidth     = 600
	mapHeight    = 660
	columnsOfMap = 6
)

func newNation(t testing.TB) *nation {
	list, err := spec.LoadMeasures(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	shipped, err := spec.LoadReportLayout(specs.Files, list)
	require.NoError(t, err)
	n := &nation{topics: shipped.Topics, size: map[string]float64{}, mark: fixtureMask, numbers: rand.New(rand.NewPCG(9, 9))}
	n.layout = layout{
		Title: shipped.Title, Rounding: "Counts are rounded to the nearest 5.", Measures: map[string]layoutMeasure{},
		Marks: []measures.Mark{{Mark: fixtureMask, Meaning: "a count of 0 to 4, or a percentage of as few"}},
		Kinds: []layoutKind{periodsOfNation(t, measures.Month), periodsOfNation(t, measures.Quarter), periodsOfNation(t, measures.Year)},
		Levels: []layoutLevel{{ID: "England", Title: "England", One: true}, {ID: "Region", Title: "Regions"},
			{ID: "ICB", Title: "Integrated care boards"}},
		Variables: []layoutVariable{
			{ID: "AgeBand", Title: "Age band", Values: []string{"Under 18", "18 to 25", "26 to 64", "65 and over", "Unknown"}},
			{ID: "Gender", Title: "Gender", Values: []string{"Female", "Male", "Indeterminate", "Unknown"}},
			{ID: "EthnicGroup", Title: "Ethnic group", Values: []string{"Asian or Asian British", "Black or Black British", "Mixed", "Other ethnic groups", "White", "Unknown"}},
			{ID: "DeprivationDecile", Title: "Deprivation decile (1 is the most deprived)", Values: deciles()},
		},
		Start: layoutStart{Kind: "month", Period: "2024-03", Level: "England", Organisation: "all"},
	}
	n.layout.Counts, n.layout.Others = n.split(list, shipped, shipped.Measures(false))
	n.layout.CountsBy, n.layout.OthersBy = n.split(list, shipped, shipped.Measures(true))
	for _, topic := range shipped.Topics {
		n.layout.Topics = append(n.layout.Topics, n.topic(topic))
	}
	n.boards = n.people()
	return n
}

// ofStudies makes the boards studies, of one window and without breakdowns, under
// rules with another mark.
func (n *nation) ofStudies() *nation {
	n.layout.Levels, n.layout.Variables, n.mark = []layoutLevel{{ID: "Study", Title: "Studies"}}, []layoutVariable{}, "<10"
	n.layout.CountsBy, n.layout.OthersBy = []string{}, []string{}
	n.layout.Marks = []measures.Mark{{Mark: n.mark, Meaning: "a count of 1 to 9"}}
	name := "1 April 2021 to 31 March 2024"
	n.layout.Kinds = []layoutKind{{ID: "window", Title: "Period", IDs: []string{"2021-04-01-to-2024-03-31"}, Periods: []string{name}, Short: []string{name}}}
	n.boards = n.boards[len(n.boards)-boardCount:]
	for i := range n.boards {
		n.boards[i].level = "Study"
	}
	n.layout.Start = layoutStart{Kind: "window", Period: n.layout.Kinds[0].IDs[0], Level: "Study", Organisation: "QA1"}
	for i := range n.layout.Topics {
		n.layout.Topics[i].Charts = slices.DeleteFunc(n.layout.Topics[i].Charts, func(chart layoutChart) bool { return chart.Form == spec.ByForm })
	}
	return n
}

func (n *nation) topic(topic spec.Topic) layoutTopic {
	one := layoutTopic{ID: topic.ID, Title: topic.Title, Charts: []layoutChart{}}
	for _, chart := range topic.Charts {
		if n.knows(chart.Variable) {
			one.Charts = append(one.Charts, layoutChart{chart.ID, chart.Form, chart.Title, chart.Measures, chart.Variable})
		}
	}
	return one
}

func (n *nation) knows(variable string) bool {
	for _, one := range n.layout.Variables {
		if variable == "" || one.ID == variable {
			return true
		}
	}
	return false
}

func (n *nation) split(list spec.Measures, shipped spec.ReportLayout, ids []string) (counts, others []string) {
	for _, id := range ids {
		figure, _ := shipped.Figure(id)
		measure := list.Measures[list.Index(id)]
		n.layout.Measures[id] = layoutMeasure{figure.Label, measure.Name, figure.Unit, "what " + measure.Name + " counts"}
		n.size[id] = .1 + .9*n.numbers.Float64()
		if measure.Kind == spec.CountMeasure {
			counts = append(counts, id)
			continue
		}
		others = append(others, id)
	}
	return counts, others
}

// periodsOfNation are the periods of a kind within the years of the fixture.
func periodsOfNation(t testing.TB, name string) layoutKind {
	span, err := measures.ParseWindow(fmt.Sprintf("%d-04-01:%d-03-31", firstYear, firstYear+years))
	require.NoError(t, err)
	list, err := measures.PeriodsWithin(name, span)
	require.NoError(t, err)
	return kind{name, periodsOf(name, list), name == measures.Year}.layout()
}

func deciles() []string {
	var list []string
	for i := range 10 {
		list = append(list, "Decile "+strconv.Itoa(i+1))
	}
	return list
}

// people makes England, seven regions and 42 boards, one of which is tiny, and one
// of which never had a figure published.
func (n *nation) people() []board {
	list := []board{{"England", "all", "England", 150000}}
	for i, name := range []string{"East Anywhere", "Capital", "Midlands", "Northern Dales", "North Shore", "South Downs", "West Moors"} {
		list = append(list, board{"Region", fmt.Sprintf("Y%02d", 51+i), name, 15000 + 9000*n.numbers.Float64()})
	}
	places := []string{"Ashmere", "Brackenford", "Coldwater", "Dunmarsh", "Elderby", "Fallowdale"}
	others := []string{"and Vale", "and the Isles", "Coast and Country", "", "West, North and East Hills", "City"}
	for i := range boardCount {
		name := strings.Join(strings.Fields("NHS "+places[i%6]+" "+others[i/6%6]+" Integrated Care Board"), " ")
		if i >= 36 {
			name = "NHS Upper " + places[i%6] + " Integrated Care Board"
		}
		list = append(list, board{"ICB", fmt.Sprintf("Q%c%d", 'A'+i/2, i%2+1), name, 900 + 5000*n.numbers.Float64()})
	}
	list[len(list)-2].code, list[len(list)-2].size = tinyBoard, 9
	list[len(list)-1].code, list[len(list)-1].name = hiddenBoard, `=Odd "Name" & Sons <Board>`
	return list
}

// figure is a published cell: a multiple of five, a whole percentage, or a mark.
func (n *nation) figure(of board, id string, months float64) string {
	unit, size := n.layout.Measures[id].Unit, n.size[id]
	wobble := .85 + .3*n.numbers.Float64()
	count := of.size * months * size * wobble
	if of.code == hiddenBoard || count < small {
		return template.HTMLEscapeString(n.mark)
	}
	switch unit {
	case spec.Percent:
		return strconv.Itoa(int(math.Min(99, 20+size*60*wobble)))
	case "days":
		return strconv.FormatFloat(20+size*40*wobble, 'f', 1, 64)
	}
	return strconv.Itoa(small * int(count/small+.5))
}

func (n *nation) sheets() template.HTML {
	var b strings.Builder
	for _, of := range n.boards {
		fmt.Fprintf(&b, `<noscript data-level="%s" data-code="%s" data-name="%s"><details><summary>%[3]s</summary>`, of.level, of.code, template.HTMLEscapeString(of.name))
		for i, kind := range n.layout.Kinds {
			length := []float64{1, 3, 12}[i]
			n.sheet(&b, of, kind, length, "counts", n.layout.Counts)
			n.sheet(&b, of, kind, length, "others", n.layout.Others)
			if kind.By {
				n.sheetBy(&b, of, kind, length, "counts", n.layout.CountsBy, []string{spec.TotalValue})
				n.sheetBy(&b, of, kind, length, "others", n.layout.OthersBy, nil)
			}
		}
		b.WriteString("</details></noscript>\n")
	}
	return template.HTML(b.String())
}

func (n *nation) sheet(b *strings.Builder, of board, kind layoutKind, length float64, what string, ids []string) {
	fmt.Fprintf(b, `<table data-key="%s %s"><caption>%[2]s</caption><thead><tr><th>Organisation<th>Period</thead>`+"\n<tbody>", kind.ID, what)
	for i := range kind.IDs {
		b.WriteString("<tr>")
		if i == 0 {
			fmt.Fprintf(b, "<th rowspan=%d>%s", len(kind.IDs), template.HTMLEscapeString(of.name))
		}
		b.WriteString("<th>" + kind.Short[i])
		for _, id := range ids {
			b.WriteString("<td>" + n.figure(of, id, length))
		}
		b.WriteByte('\n')
	}
	b.WriteString("</tbody></table>\n")
}

func (n *nation) sheetBy(b *strings.Builder, of board, kind layoutKind, length float64, what string, ids, total []string) {
	fmt.Fprintf(b, `<table data-key="%s %s by"><caption>%[2]s</caption><thead><tr><th>Variable<th>Value</thead>`+"\n<tbody>", kind.ID, what)
	for _, variable := range n.layout.Variables {
		for _, value := range append(append([]string{}, variable.Values...), total...) {
			b.WriteString("<tr><th>" + variable.Title + "<th>" + value)
			for range kind.IDs {
				for _, id := range ids {
					b.WriteString("<td>" + n.figure(of, id, length/float64(len(variable.Values))*(.05+1.9*n.numbers.Float64())))
				}
			}
			b.WriteByte('\n')
		}
	}
	b.WriteString("</tbody></table>\n")
}

// page writes the report.
func (n *nation) page(t testing.TB) string {
	made := view{
		Title: n.layout.Title, Lead: "Referrals, waits and outcomes of an invented land.", Source: "Invented figures", Rules: "nhs-talking-therapies",
		Citation: "Nobody (2026): invented figures.", Rounding: n.layout.Rounding, Policy: policy(script.Report), Style: template.CSS(style), Script: template.JS(script.Report),
		Layout: n.layout, Marks: n.layout.Marks, Sheets: n.sheets(), Areas: n.areas(),
	}
	for i, topic := range n.topics {
		made.Topics = append(made.Topics, n.topicView(topic, n.layout.Topics[i]))
	}
	var b strings.Builder
	require.NoError(t, htmlReport.Execute(&b, made))
	return b.String()
}

func (n *nation) topicView(topic spec.Topic, charts layoutTopic) topicView {
	made := topicView{Topic: topic}
	table := tableView{Caption: "An invented table", Head: []string{"What", "Number"}, Rows: [][]cellView{cellsOf("One", "25"), cellsOf("Another", fixtureMask)}}
	for _, chart := range charts.Charts {
		made.Charts = append(made.Charts, chartView{
			Key: topic.ID + "-" + chart.ID, Chart: spec.Chart{ID: chart.ID, Form: chart.Form, Title: chart.Title}, Shown: "England", Table: table,
		})
	}
	for _, section := range topic.Sections {
		still := table
		still.ID, still.Title = section, "Table of "+section
		switch section {
		case spec.AgreementSection:
			made.Agreement = &still
		case spec.FaultsSection:
			made.Faults = &still
		case spec.DefinitionsSection:
			made.About = &aboutView{Notes: []string{"An invented note."}, CannotSay: []string{"Anything true."}, Definitions: still}
		}
	}
	return made
}

// drawMap gives the report a map, on which a board is a hexagon.
func (n *nation) drawMap() {
	n.layout.Map = &layoutMap{Level: "ICB", Width: mapWidth, Height: mapHeight}
}

func (n *nation) areas() []boundaries.Area {
	if n.layout.Map == nil {
		return nil
	}
	var list []boundaries.Area
	for _, of := range n.boards {
		if of.level == "ICB" {
			at := len(list)
			x, y := 50+92*(at%columnsOfMap)+46*(at/columnsOfMap%2), 60+81*(at/columnsOfMap)
			list = append(list, boundaries.Area{Code: of.code, Path: fmt.Sprintf("M%d %dl46 27v54l-46 27l-46 -27v-54z", x, y-54)})
		}
	}
	return list
}
