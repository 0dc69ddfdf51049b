package assembly_test

import (
	"fmt"

	"tre-toolkit/internal/spec"

	"pgregory.net/rapid"
)

// sent is a submission of a random delivery.
type sent struct{ id, provider, month string }

// ofV2 makes a random delivery of v2.0 or v2.1: providers that send months again,
// in two financial years; headers that are missing or there twice; rows without
// the row they belong to; rows that come again month after month.
func ofV2(t *rapid.T, generation spec.Generation) delivery {
	d := &draws{T: t, generation: generation}
	months := []string{generation.From.String(), "2021-02-01", "2021-03-01", "2021-04-01"}
	if generation.Name == "v2.1" {
		months = []string{"2022-04-01", "2023-03-01", "2023-04-01", "2023-05-01"}
	}
	rows := delivery{}
	var all []sent
	for i := range rapid.IntRange(1, 5).Draw(t, "submissions") {
		one := sent{fmt.Sprint(7 + 3*i + rapid.IntRange(0, 2).Draw(t, "step")), d.of("provider", "RAA", "RBB"), d.of("month", months...)}
		all = append(all, one)
		if d.in(80) {
			rows["IDS000Header"] = append(rows["IDS000Header"], d.header(one))
		}
	}
	for _, table := range generation.Tables[1:] {
		for range rapid.IntRange(0, 6).Draw(t, table.Name) {
			one := rapid.SampledFrom(append(all, all[0])).Draw(t, "submission")
			rows[table.Name] = append(rows[table.Name], d.row(table.Name, one))
		}
		rows[table.Name] = d.shuffledWithRepeats(rows[table.Name])
	}
	rows["IDS000Header"] = d.shuffledWithRepeats(rows["IDS000Header"])
	return rows
}

func (d *draws) header(one sent) record {
	row := d.rowOf("IDS000Header")
	row["uniquesubmissionid"], row["orgidprov"], row["reportingperiodstartdate"] = one.id, one.provider, one.month
	row["unique_monthid"] = monthNumber(one.month)
	row.set("file_type", d.of("file type", "Primary", "Refresh", "REFRESH", ""))
	row.set("datetimedatsetcreate", d.of("created", "2023-01-02 03:04:05", "2023-06-02 03:04:05", ""))
	if d.in(10) {
		delete(row, "reportingperiodstartdate")
	}
	return row
}

// domains are the values that rows meet by, and the days and codes that decide
// between them.
var domains = map[string][]string{
	"person_id":                    {"P1", "P2", ""},
	"pathwayid":                    {"W1", "W2", ""},
	"unique_servicerequestid":      {"S1", "S2", ""},
	"unique_carecontactid":         {"C1", "C2", ""},
	"unique_careactivityid":        {"A1", "A2", ""},
	"unique_carepersonnelid_local": {"T1", "T2", ""},
	"pauseid":                      {"1", "2", ""},
	"startdategmpregistration":     {"2015-01-01", "2016-01-01", ""},
	"accommodationtypedate":        {"2015-01-01", ""},
	"accommodationtypestartdate":   {"2015-01-01", "2016-01-01"},
	"employstatusrecdate":          {"2020-05-01", "2021-05-01", ""},
	"disabcode":                    {"01", "02", "03", "04", ""},
	"socpercircumstance":           {"20430005", "42035005", "266919005", "8517006", "390790000", "219006", "228367002", "18085000", "160936005", "160567000", "309687009", "105529008", "999", ""},
	"socpercircumstance_fsn":       {"Ex-smoker (finding)", "Jain, follower of religion (person)", "Pregnant (finding)", ""},
	"socpercircumstancerecdate":    {"2020-01-01", "2021-01-01", ""},
	"ovsvischcatappdate":           {"2020-01-01", ""},
	"diagdate":                     {"2020-01-01", "2021-01-01", ""},
	"onwardreferdate":              {"2021-01-01", "2021-02-01"},
	"onwardrefertime":              {"2021-01-01 10:00:00", ""},
	"onwardreferreason":            {"01", ""},
	"orgidreceiving":               {"RCC", ""},
	"startdateintenabledtherlog":   {"2021-01-01", ""},
	"enddateintenabledtherlog":     {"2021-01-31"},
	"intenabledtherprog":           {"Programme", ""},
	"durationintenabledther":       {"30", ""},
	"longtermcondition":            {"E11", "E10", ""},
	"prescomp":                     {"F32", "F41", ""},
	"prescompdate":                 {"2021-01-01", ""},
	"codedasstooltype":             {"720433000", "445455005"},
	"asstoolcompdate":              {"2021-01-01", "2021-02-01"},
	"asstoolcomptime":              {"2021-01-01 10:00:00", ""},
	"startdatecareclust":           {"2021-01-01", "2021-02-01"},
	"qualawardeddate":              {"2015-01-01", "2016-01-01", ""},
}

// row returns a row of a submission. Words are of a circumstance that is on no
// list: those on a list need none.
func (d *draws) row(table string, one sent) record {
	row := d.rowOf(table)
	row["uniquesubmissionid"] = one.id
	if _, has := row["orgid_provider"]; has {
		row["orgid_provider"] = one.provider
	}
	if _, has := row["recordnumber"]; has {
		row.set("recordnumber", d.of("record", one.id+"1", one.id+"1", one.id+"1", one.id+"2", ""))
	}
	if _, has := row["unique_monthid"]; has {
		row["unique_monthid"] = monthNumber(one.month)
	}
	for _, column := range d.source(table).StagedColumns() {
		name := column.Name.String()
		if values, drawn := domains[name]; drawn {
			row.set(name, d.mostly(name, values))
		} else if isRowID(name) {
			row[name] = d.rowID()
		}
	}
	if row["socpercircumstance"] != "999" {
		delete(row, "socpercircumstance_fsn")
	}
	return row
}

func (d *draws) source(table string) spec.SourceTable {
	source, _ := d.generation.Table(table)
	return source
}

func isRowID(name string) bool { return len(name) > 12 && name[:12] == "uniqueid_ids" }

// ofV15 makes a random delivery of v1.5. A record number is of a person, provider
// and month: a refresh may say it again, and then referral rows replace others.
func ofV15(t *rapid.T, generation spec.Generation) delivery {
	d := &draws{T: t, generation: generation}
	rows := delivery{}
	for i := range rapid.IntRange(1, 6).Draw(t, "submissions") {
		one := sent{fmt.Sprint(7 + 3*i), d.of("provider", "RAA", "RBB"), d.of("month", "2014-04-01", "2015-02-01", "2015-03-01", "2015-04-01")}
		if d.in(80) {
			header := d.rowOf("Header_v15")
			header["header_id"], header["orgcodeprovider"], header["start_date"] = one.id, one.provider, one.month
			header.set("file_type", d.of("file type", "Primary", "Refresh", ""))
			header.set("end_processing_date", d.of("processed", "2015-06-02 03:04:05", "2015-07-02 03:04:05", ""))
			rows["Header_v15"] = append(rows["Header_v15"], header)
		}
		for range rapid.IntRange(0, 2).Draw(t, "persons") {
			person := d.rowOf("Person_v15")
			person["header_id"], person["orgcodeprovider"] = one.id, one.provider
			person["iapt_record_number"] = one.provider + one.month + d.of("person", "P1", "P2")
			if d.in(70) {
				person["iapt_record_number"] += one.id
			}
			rows["Person_v15"] = append(rows["Person_v15"], person)
			for _, table := range generation.Tables[2:] {
				for range rapid.IntRange(0, 2).Draw(t, table.Name) {
					rows[table.Name] = append(rows[table.Name], d.row15(table.Name, person["iapt_record_number"], one))
				}
			}
		}
	}
	rows["Person_v15"] = onePerRecord(rows["Person_v15"])
	for _, table := range generation.Tables {
		rows[table.Name] = d.shuffledWithRepeats(rows[table.Name])
	}
	return rows
}

// onePerRecord leaves one person's row to a record number: of more than one that
// differ, nothing would say which counts.
func onePerRecord(rows []record) []record {
	seen := map[string]bool{}
	var kept []record
	for _, row := range rows {
		if number := row["iapt_record_number"]; !seen[number] {
			seen[number] = true
			kept = append(kept, row)
		}
	}
	return kept
}

var domains15 = map[string][]string{
	"ic_pathway_id":                      {"W1", "W2", ""},
	"ic_inactive_timestamp":              {"", "", "2015-05-05"},
	"carecluster":                        {"03", ""},
	"provdiag":                           {"F32", "35489007", ""},
	"orgcodeprovidstepto":                {"RCC", ""},
	"endcode":                            {"40", "41", "42", ""},
	"ic_v1_5_first_therapy_type":         {"20", "24", "50", ""},
	"ic_v1_5_last_therapy_type":          {"51", "41", ""},
	"thertype1":                          {"20", "24", "50", ""},
	"thertype2":                          {"20", "51", ""},
	"thertype3":                          {""},
	"thertype4":                          {"29", ""},
	"empstatus":                          {"01", ""},
	"sspind":                             {"Y", "", ""},
	"empsupportind":                      {"Y", "", ""},
	"empsupportreferral":                 {"2015-01-02 00:00:00", "", ""},
	"pauseid":                            {"1", "2", ""},
	"disability":                         {"01", "02", "03", "04", ""},
	"phq9_score":                         {"10", ""},
	"agorascorealone":                    {"2.50", ""},
	"assessment1":                        {"Y", "NA", ""},
	"satisfaction":                       {"4", ""},
	"treatment1":                         {"3", ""},
	"ic_v1_5_count_employ_supp_high_int": {"2", ""},
	"ic_v1_5_count_employ_supp_low_int":  {"3", ""},
}

// rowIDs15 are the columns that number rows. Referral ids of one row are drawn from
// the rows there are, or from none.
var rowIDs15 = map[string]string{"Disability_v15": "disability_id", "WaitingTimes_v15": "waitingtime_id", "Appointment_v15": "appointment_id", "Assessments_v15": "assessment_id", "Treatments_v15": "treatment_id"}

func (d *draws) row15(table, number string, one sent) record {
	row := d.rowOf(table)
	row["iapt_record_number"], row["orgcodeprovider"] = number, one.provider
	for _, column := range d.source(table).StagedColumns() {
		name := column.Name.String()
		if values, drawn := domains15[name]; drawn {
			row.set(name, d.mostly(name, values))
		}
	}
	if rowID, numbered := rowIDs15[table]; numbered {
		row[rowID] = d.rowID()
		row["referral_id"] = d.of("referral", append(d.referrals, "404")...)
	}
	if table == "Referral_v15" {
		// A number is of one row: a refresh that says a record again numbers anew.
		row["referral_id"] = d.rowID()
		d.referrals = append(d.referrals, row["referral_id"])
		row["ic_rp_start_date"] = one.month + " 00:00:00"
	}
	if table == "Disability_v15" {
		delete(row, "referral_id")
	}
	return row
}
