package assembly_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tre-toolkit/internal/spec"
)

// oracle says by plain loops what the assembly of a delivery of v2.0 or v2.1 must
// make.
type oracle struct {
	generation spec.Generation
	dataset    spec.Dataset
	rows       delivery
	accepted   map[string]submission // by id
}

// submission is an accepted submission with its extract period.
type submission struct {
	provider, id, created, cut string
	refresh                    bool
	month                      string // its first day
	start, end, extracted      string // of the extract period
}

func newOracle(dataset spec.Dataset, generation spec.Generation, rows delivery) *oracle {
	o := &oracle{generation: generation, dataset: dataset, rows: rows}
	o.accepted = accept(generation, o.submissions())
	return o
}

func (o *oracle) isNew() bool { return o.generation.Name == "v2.1" }

// submissions lists every submission of the delivery once.
func (o *oracle) submissions() []submission {
	var list []submission
	headed := map[string]bool{}
	headers := slices.SortedFunc(slices.Values(o.rows["IDS000Header"]), func(a, b record) int {
		return cmp.Compare(b["datetimedatsetcreate"], a["datetimedatsetcreate"])
	})
	for _, header := range headers {
		id := header["uniquesubmissionid"]
		if id == "" || headed[id] {
			continue
		}
		headed[id] = true
		list = append(list, submission{
			provider: header["orgidprov"], id: id, created: header["datetimedatsetcreate"], refresh: strings.EqualFold(header["file_type"], "refresh"),
			month: cmp.Or(header["reportingperiodstartdate"], firstOfMonth(header["unique_monthid"])), cut: max(header["datetimedatsetcreate"], header["effective_from"]),
		})
	}
	others := map[string]submission{}
	tables := []string{"IDS101Referral"}
	if o.isNew() {
		tables = append(tables, "IDS001MPI")
	}
	for _, table := range tables {
		for _, row := range o.rows[table] {
			id := row["uniquesubmissionid"]
			if id == "" || headed[id] {
				continue
			}
			other := others[id]
			if other.id == "" || row["orgid_provider"] < other.provider {
				other.provider = row["orgid_provider"]
			}
			other.id, other.month, other.cut = id, max(other.month, firstOfMonth(row["unique_monthid"])), max(other.cut, row["effective_from"])
			others[id] = other
		}
	}
	for _, other := range others {
		list = append(list, other)
	}
	return list
}

// firstOfMonth returns the first day of a month by its number.
func firstOfMonth(number string) string {
	var months int
	if _, err := fmt.Sscan(number, &months); err != nil {
		return ""
	}
	return time.Date(2019, 4, 1, 0, 0, 0, 0, time.UTC).AddDate(0, months-1429, 0).Format(time.DateOnly)
}

func monthNumber(month string) string {
	at, _ := time.Parse(time.DateOnly, month)
	return fmt.Sprint(1429 + (at.Year()-2019)*12 + int(at.Month()) - 4)
}

func lastOfMonth(month string) string {
	at, _ := time.Parse(time.DateOnly, month)
	return time.Date(at.Year(), at.Month()+1, 0, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// accept keeps the submission that counts of each provider and month.
func accept(generation spec.Generation, list []submission) map[string]submission {
	best := map[string]submission{}
	for _, one := range list {
		if one.month == "" {
			continue
		}
		one.month = one.month[:8] + "01"
		key := one.provider + " " + one.month
		if other, seen := best[key]; !seen || supersedes(one, other) {
			best[key] = one
		}
	}
	accepted := map[string]submission{}
	for _, one := range best {
		one.start = yearBegan(generation, one.month)
		for _, other := range best {
			if yearBegan(generation, other.month) == one.start {
				one.end = max(one.end, lastOfMonth(other.month))
				one.extracted = max(one.extracted, other.cut)
			}
		}
		one.extracted, _, _ = strings.Cut(one.extracted, " ")
		accepted[one.id] = one
	}
	return accepted
}

func supersedes(one, other submission) bool {
	if one.refresh != other.refresh {
		return one.refresh
	}
	if one.created != other.created {
		return one.created > other.created
	}
	return higher(one.id, other.id)
}

// higher compares ids as numbers, without turning them into any.
func higher(a, b string) bool {
	if len(a) != len(b) {
		return len(a) > len(b)
	}
	return a > b
}

func yearBegan(generation spec.Generation, month string) string {
	year, of := month[:4], month[5:7]
	if of < "04" {
		at, _ := time.Parse("2006", year)
		year = at.AddDate(-1, 0, 0).Format("2006")
	}
	began := year + "-04-01"
	if generation.Name == "v2.0" {
		return max(began, generation.From.String())
	}
	return began
}

func (o *oracle) acceptedRows() []record {
	var rows []record
	for _, one := range o.accepted {
		row := record{
			"generation": o.generation.Name, "month": monthNumber(one.month), "uniquesubmissionid": one.id, "is_refresh": fmt.Sprint(one.refresh),
			"period_start": one.month, "period_end": lastOfMonth(one.month), "extract_start_date": one.start, "extract_end_date": one.end, "available_from": versionDay,
		}
		row.set("provider", one.provider)
		row.set("created_at", one.created)
		row.set("extract_date", one.extracted)
		rows = append(rows, row)
	}
	return rows
}

// row makes a row of an auxiliary table: every column that comes from one of the
// source rows given, the extract period, the person and the pathway.
func (o *oracle) row(name string, of submission, person, pathway string, sources map[string]record) record {
	table, _ := o.dataset.Table(name)
	row := record{}
	for _, column := range table.ColumnsIn(3) {
		source, from, _ := strings.Cut(column.From, ".")
		if value, there := sources[source][strings.ToLower(from)]; there {
			row[column.Name.String()] = value
		}
	}
	row.set("cohortkey_e", person)
	row.set("extract_start_date", of.start)
	row.set("extract_end_date", of.end)
	row.set("extract_date", of.extracted)
	row.set("unique_monthid", monthNumber(of.month))
	if _, has := table.Column("pathwayid"); has {
		row.set("pathwayid", pathway)
	}
	if _, has := table.Column("avail_from_dt"); has {
		row.set("avail_from_dt", versionDay)
	}
	return row
}

// pathway returns the pathway of a row: its own, or in v2.0 its referral's.
func (o *oracle) pathway(row record) string {
	if o.isNew() {
		return row["pathwayid"]
	}
	var pathway string
	for _, referral := range o.rows["IDS101Referral"] {
		same := referral["uniquesubmissionid"] == row["uniquesubmissionid"] && referral["unique_servicerequestid"] == row["unique_servicerequestid"]
		if same && row["unique_servicerequestid"] != "" {
			pathway = max(pathway, referral["pathwayid"])
		}
	}
	return pathway
}

// event is a row of an accepted submission.
type event struct {
	record
	submission
}

// events returns the rows of a table whose submissions are accepted, each row id
// of an identity and month once.
func (o *oracle) events(table, rowID string, identity func(record) []string) (latest, all []event) {
	last := map[string]string{}
	seen := map[string]bool{}
	keyOf := func(e event) string { return strings.Join(append(identity(e.record), e.start), "|") }
	for _, row := range o.rows[table] {
		of, known := o.accepted[row["uniquesubmissionid"]]
		if !known || row["uniquesubmissionid"] == "" {
			continue
		}
		e := event{row, of}
		once := strings.Join([]string{keyOf(e), of.month, row[rowID]}, "|")
		if row[rowID] != "" && seen[once] {
			continue
		}
		seen[once] = true
		last[keyOf(e)] = max(last[keyOf(e)], of.month)
		all = append(all, e)
	}
	for _, e := range all {
		if last[keyOf(e)] == e.month {
			latest = append(latest, e)
		}
	}
	return latest, all
}

// columns returns an identity of columns, where a missing value is like no other.
func columns(names ...string) func(record) []string {
	return func(row record) []string {
		values := make([]string, len(names))
		for i, name := range names {
			value, there := row[name]
			values[i] = fmt.Sprint(there, value)
		}
		return values
	}
}

func (o *oracle) ofPathway(rowID string, names ...string) func(record) []string {
	return func(row record) []string {
		return append(columns(names...)(row), cmp.Or(o.pathway(row), row["unique_servicerequestid"], row[rowID]))
	}
}

func ofPerson(names ...string) func(record) []string {
	return func(row record) []string {
		return append(columns(names...)(row), cmp.Or(row["person_id"], row["recordnumber"]))
	}
}

// simple assembles an auxiliary table that is one source table's.
func (o *oracle) simple(name, table, rowID string, identity func(record) []string) []record {
	latest, _ := o.events(table, rowID, identity)
	var rows []record
	for _, e := range latest {
		sources := map[string]record{table: e.record, "IDS902CarePersQual": o.qualification(e.record)}
		rows = append(rows, o.row(name, e.submission, e.record["person_id"], o.pathway(e.record), sources))
	}
	return rows
}

// qualification returns what a row's therapist was awarded last.
func (o *oracle) qualification(row record) record {
	var best record
	for _, one := range o.rows["IDS902CarePersQual"] {
		therapist := one["unique_carepersonnelid_local"]
		if therapist == "" || therapist != row["unique_carepersonnelid_local"] || one["uniquesubmissionid"] != row["uniquesubmissionid"] {
			continue
		}
		if best == nil || later(one, best, "uniqueid_ids902", "qualawardeddate") {
			best = one
		}
	}
	return best
}

// later reports whether a row goes before another by its days, the latest first,
// and then by the higher id.
func later(one, other record, rowID string, days ...string) bool {
	for _, day := range days {
		if one[day] != other[day] {
			return one[day] > other[day]
		}
	}
	return higher(one[rowID], other[rowID])
}

func (o *oracle) careActivities() []record {
	contacts, allContacts := o.events("IDS201CareContact", "uniqueid_ids201", func(row record) []string {
		return []string{cmp.Or(row["unique_carecontactid"], row["uniqueid_ids201"])}
	})
	latestActivities, activities := o.events("IDS202CareActivity", "uniqueid_ids202", func(row record) []string {
		return []string{cmp.Or(row["unique_careactivityid"], row["uniqueid_ids202"])}
	})
	together := func(contact, activity record) bool {
		id := contact["unique_carecontactid"]
		return id != "" && id == activity["unique_carecontactid"] && contact["uniquesubmissionid"] == activity["uniquesubmissionid"]
	}
	var rows []record
	add := func(of submission, contact, activity record) {
		whole := record{}
		for _, shared := range []string{"person_id", "pathwayid", "unique_servicerequestid", "uniquesubmissionid", "recordnumber", "orgid_provider", "unique_carecontactid"} {
			whole.set(shared, cmp.Or(contact[shared], activity[shared]))
		}
		sources := map[string]record{"IDS201CareContact": contact, "IDS202CareActivity": activity, "IDS902CarePersQual": o.qualification(activity)}
		row := o.row("care_activities", of, whole["person_id"], o.pathway(whole), sources)
		for _, shared := range []string{"recordnumber", "orgid_provider", "unique_carecontactid"} {
			row.set(shared, whole[shared])
		}
		rows = append(rows, row)
	}
	for _, contact := range contacts {
		alone := true
		for _, activity := range activities {
			if together(contact.record, activity.record) {
				add(contact.submission, contact.record, activity.record)
				alone = false
			}
		}
		if alone {
			add(contact.submission, contact.record, nil)
		}
	}
	for _, activity := range latestActivities {
		orphan := !slices.ContainsFunc(allContacts, func(contact event) bool { return together(contact.record, activity.record) })
		if orphan {
			add(activity.submission, nil, activity.record)
		}
	}
	return rows
}

func (o *oracle) scores() []record {
	var rows []record
	ofReferral, _ := o.events("IDS606CodedScoreAssessmentRefer", "uniqueid_ids606", o.ofPathway("uniqueid_ids606", "codedasstooltype", "asstoolcompdate", "asstoolcomptime"))
	for _, e := range ofReferral {
		rows = append(rows, o.row("coded_scored_assessments", e.submission, e.record["person_id"], o.pathway(e.record), map[string]record{"IDS606CodedScoreAssessmentRefer": e.record}))
	}
	ofActivity, _ := o.events("IDS607CodedScoreAssessmentAct", "uniqueid_ids607", func(row record) []string {
		return append(columns("codedasstooltype")(row), cmp.Or(row["unique_careactivityid"], row["uniqueid_ids607"]))
	})
	for _, e := range ofActivity {
		day := ""
		for _, contact := range o.rows["IDS201CareContact"] {
			id := contact["unique_carecontactid"]
			if id != "" && id == e.record["unique_carecontactid"] && contact["uniquesubmissionid"] == e.record["uniquesubmissionid"] {
				day = max(day, contact["carecontdate"])
			}
		}
		// The score of an activity has the columns of a referral's, but for its moment.
		sources := map[string]record{"IDS606CodedScoreAssessmentRefer": e.record, "IDS607CodedScoreAssessmentAct": e.record}
		row := o.row("coded_scored_assessments", e.submission, e.record["person_id"], o.pathway(e.record), sources)
		row.set("asstoolcompdate", day)
		rows = append(rows, row)
	}
	return rows
}

func (o *oracle) conditions() []record {
	var rows []record
	complaints, _ := o.events("IDS603PresentingComplaints", "uniqueid_ids603", o.ofPathway("uniqueid_ids603", "prescompdate", "prescomp"))
	for _, e := range complaints {
		row := o.row("mental_and_physical_health_conditions", e.submission, e.record["person_id"], o.pathway(e.record), map[string]record{"IDS603PresentingComplaints": e.record})
		row.set("conditiontype", "presenting complaint")
		rows = append(rows, row)
	}
	conditions, _ := o.events("IDS602LongTermCondition", "uniqueid_ids602", o.ofPathway("uniqueid_ids602", "longtermcondition"))
	for _, e := range conditions {
		row := o.row("mental_and_physical_health_conditions", e.submission, e.record["person_id"], o.pathway(e.record), nil)
		for _, same := range []string{"recordnumber", "orgid_provider", "findschemeinuse"} {
			row.set(same, e.record[same])
		}
		row.set("conditiontype", "long-term condition")
		for to, from := range map[string]string{
			"menphyshealthcondition": "longtermcondition", "menphyshealthcondition_fsn": "longtermcondition_fsn", "validated_menphyshealthcondition": "validated_longtermconditioncode",
			"menphyshealthcond_icd10_master": "longtermconditioncode_icd10_master", "menphyshealthconddescription_icd10_master": "longtermconditiondescription_icd10_master",
		} {
			row.set(to, e.record[from])
		}
		rows = append(rows, row)
	}
	return rows
}

// hub assembles demographics_and_referral.
func (o *oracle) hub() []record {
	best := map[string]event{}
	for _, referral := range o.rows["IDS101Referral"] {
		of, known := o.accepted[referral["uniquesubmissionid"]]
		if !known {
			continue
		}
		e := event{referral, of}
		key := of.start + "|" + cmp.Or(referral["pathwayid"], referral["unique_servicerequestid"], referral["uniqueid_ids101"])
		other, seen := best[key]
		before := e.month > other.month
		if e.month == other.month && e.created != other.created {
			before = e.created > other.created
		} else if e.month == other.month {
			before = higher(referral["uniqueid_ids101"], other.record["uniqueid_ids101"])
		}
		if !seen || before {
			best[key] = e
		}
	}
	var rows []record
	for _, e := range best {
		rows = append(rows, o.hubRow(e))
	}
	return rows
}

func (o *oracle) hubRow(e event) record {
	number := e.record["recordnumber"]
	sources := map[string]record{
		"IDS101Referral": e.record,
		"IDS000Header":   o.latestOf("IDS000Header", "uniquesubmissionid", e.submission.id, "uniqueid_ids000", "datetimedatsetcreate"),
	}
	for table, days := range map[string][]string{
		"IDS001MPI": nil, "IDS002GP": {"startdategmpregistration"}, "IDS003AccommStatus": {"accommodationtypedate", "accommodationtypestartdate"},
		"IDS012OverseasVisitorChargCat": {"ovsvischcatappdate"}, "IDS601MedHistPrevDiag": {"diagdate"},
	} {
		sources[table] = o.latestOf(table, "recordnumber", number, "uniqueid_"+strings.ToLower(table[:6]), days...)
	}
	row := o.row("demographics_and_referral", e.submission, e.record["person_id"], e.record["pathwayid"], sources)
	row.set("reportingperiodstartdate", e.month)
	row.set("reportingperiodenddate", lastOfMonth(e.month))
	o.disabilities(row, number)
	o.circumstances(row, number)
	return row
}

// latestOf returns the row of a key that is dated last, then the one of the higher
// id.
func (o *oracle) latestOf(table, key, value, rowID string, days ...string) record {
	var best record
	for _, row := range o.rows[table] {
		if value != "" && row[key] == value && (best == nil || later(row, best, rowID, days...)) {
			best = row
		}
	}
	return best
}

func (o *oracle) disabilities(row record, number string) {
	var reported []record
	for _, one := range o.rows["IDS007DisabilityType"] {
		if number != "" && one["recordnumber"] == number && one["disabcode"] != "" {
			reported = append(reported, one)
		}
	}
	slices.SortFunc(reported, func(a, b record) int {
		if a["uniqueid_ids007"] == b["uniqueid_ids007"] {
			return cmp.Compare(a["disabcode"], b["disabcode"])
		}
		if higher(a["uniqueid_ids007"], b["uniqueid_ids007"]) {
			return 1
		}
		return -1
	})
	var codes []string
	for _, one := range reported {
		if !slices.Contains(codes, one["disabcode"]) {
			codes = append(codes, one["disabcode"])
		}
	}
	for i, name := range []string{"disabcode", "disabcode_2", "disabcode_3"} {
		if i < len(codes) {
			row.set(name, codes[i])
		}
	}
	if len(reported) > 0 {
		row.set("uniqueid_ids007", reported[0]["uniqueid_ids007"])
	}
}

// kindsOfCircumstance are codes of the test's deliveries, and what they tell of.
var kindsOfCircumstance = map[string]string{
	"20430005": "sexorien", "42035005": "sexorien", "266919005": "smokingstatus", "8517006": "smokingstatus", "390790000": "asylumstatus",
	"219006": "alcoholusestatus", "228367002": "drugusestatus", "18085000": "gamblingstatus", "160936005": "debtstatus", "160567000": "religion", "309687009": "religion",
	"105529008": "other",
}

// wordsOfCircumstance are of codes that are on no list.
var wordsOfCircumstance = map[string]string{"Ex-smoker (finding)": "smokingstatus", "Jain, follower of religion (person)": "religion", "Pregnant (finding)": "other"}

func (o *oracle) circumstances(row record, number string) {
	latest := map[string]record{}
	var last record
	for _, one := range o.rows["IDS011SocPerCircumstances"] {
		if number == "" || one["recordnumber"] != number || one["socpercircumstance"] == "" {
			continue
		}
		kind, listed := kindsOfCircumstance[one["socpercircumstance"]]
		if !listed {
			kind = cmp.Or(wordsOfCircumstance[one["socpercircumstance_fsn"]], "other")
		}
		if latest[kind] == nil || later(one, latest[kind], "uniqueid_ids011", "socpercircumstancerecdate") {
			latest[kind] = one
		}
		if last == nil || later(one, last, "uniqueid_ids011", "socpercircumstancerecdate") {
			last = one
		}
	}
	for kind, one := range latest {
		row.set(kind+"_socpercircumstance", one["socpercircumstance"])
		row.set(kind+"_socpercircumstance_fsn", one["socpercircumstance_fsn"])
		row.set(kind+"_socpercircumstancerecdate", one["socpercircumstancerecdate"])
	}
	row.set("uniqueid_ids011", last["uniqueid_ids011"])
}

// tables assembles everything.
func (o *oracle) tables() map[string][]record {
	return map[string][]record{
		"accepted_submissions":                  o.acceptedRows(),
		"demographics_and_referral":             o.hub(),
		"care_activities":                       o.careActivities(),
		"coded_scored_assessments":              o.scores(),
		"mental_and_physical_health_conditions": o.conditions(),
		"care_cluster":                          o.simple("care_cluster", "IDS803CareCluster", "uniqueid_ids803", ofPerson("orgid_provider", "startdatecareclust")),
		"employment_status":                     o.simple("employment_status", "IDS004EmpStatus", "uniqueid_ids004", ofPerson("orgid_provider", "employstatusrecdate")),
		"onward_referrals":                      o.simple("onward_referrals", "IDS105OnwardReferral", "uniqueid_ids105", o.ofPathway("uniqueid_ids105", "onwardreferdate", "onwardrefertime", "onwardreferreason", "orgidreceiving")),
		"waiting_time_pauses":                   o.simple("waiting_time_pauses", "IDS108WaitingTimePauses", "uniqueid_ids108", o.ofPathway("uniqueid_ids108", "pauseid")),
		"internet_enabled_therapies": o.simple("internet_enabled_therapies", "IDS205InternetTherLog", "uniqueid_ids205",
			o.ofPathway("uniqueid_ids205", "startdateintenabledtherlog", "enddateintenabledtherlog", "intenabledtherprog", "durationintenabledther", "unique_carepersonnelid_local")),
	}
}
